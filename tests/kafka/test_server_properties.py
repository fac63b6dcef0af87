"""The tables of server properties, judged by the classes with which brokers of each Kafka version read them."""

import pytest
from property_judge import KRAFT, VERSION_PARAMETERS, ZOOKEEPER, judge

from moorings.msk.configuration import DEFAULT_RETENTION_HOURS, render_server_properties
from moorings.msk.kafka_versions import RELEASES, is_kraft, parse_version
from moorings.msk.server_properties import FIRST_VERSIONS, MSK_LIMITS, REMOVALS, SERVER_PROPERTIES, USUAL_MINIMUMS
from moorings.msk.server_property_rules import MAX_SESSION_MS, MIN_SESSION_MS, PROPERTY_RULES, REQUEST_BYTES
from moorings.validation.findings import Severity

VALUES = [
    *("-2147483649", "-2147483648", "-3", "-2", "-1", "0", "1", "2", "13", "14", "15", "99", "100", "101"),
    *("5999", "6000", "9999", "10000", "18000", "18001", "30000", "30001", "1048575", "1048576"),
    *("2147483646", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "10000000000000000000"),
    *("0.0", "0.5", "1.0", "1.01", "-0.1", ".5", "5.", "1e0", "1e-3", "NaN", "0x10", "1_000", "+1", "01", "5f", "5d"),
    *("", " ", " 1", "1 ", "true", "false", "TRUE", "True ", "yes", "none", "gzip", "snappy", "lz4", "zstd", "ZSTD"),
    *("uncompressed", "producer", " producer", "compact", "delete", "compact,delete", "delete, compact", "delete,"),
    *(
        "compact,compact",
        "Delete",
        "CreateTime",
        "LogAppendTime",
        "createtime",
        "text",
        "1d",
        "0.5f",
        "1e0d",
        "Infinity",
    ),
]
"""Values around the limits of the properties, and other spellings of valid ones."""

RULES = {"msk-property-version", "msk-property-value"}
"""Rules that reject what a broker does not support. The others are about arguments and combinations."""

MSK_ONLY = {"custom.advertised.listeners"}
"""Properties that only MSK knows."""

AUTHORIZER = {"allow.everyone.if.no.acl.found"}
"""Properties that only the authorizer reads. A broker does not know their names."""

USELESS = {
    "default.replication.factor",  # topics without replicas
    "log.cleaner.min.cleanable.ratio",  # NaN, which is neither less nor more than any ratio
    "num.replica.fetchers",  # no replication; Kafka 4.2 requires at least one as well
}
"""Properties of which some brokers accept values that cannot work, and that are rejected here."""


def msk_versions(version):
    """The versions of MSK with the minor version of Kafka."""
    minor = tuple(map(int, version.split(".")[:2]))
    return [name for name in RELEASES if parse_version(name)[:2] == minor]


def rejects(msk_version: str, name: str, value: str) -> bool:
    """Whether the rules about names and values reject a property."""
    values = {
        "server_properties": {name: value},
        "server_property_names": [name],
        "kafka_version": msk_version,
    }
    for check in PROPERTY_RULES.checks:
        if check.rule.id in RULES:
            assert check.rule.severity is Severity.ERROR
            names = check.parameters[2:] if check.each else check.parameters
            arguments = [*([name, value] if check.each else []), *(values[parameter] for parameter in names)]
            if list(check.function(*arguments)):
                return True
    return False


NAMES = sorted(SERVER_PROPERTIES.keys() - MSK_ONLY - AUTHORIZER)
CASES = [(name, value) for name in NAMES for value in VALUES]


@pytest.fixture(scope="module", params=VERSION_PARAMETERS)
def version(request):
    """A version of Kafka."""
    return request.param


@pytest.fixture(scope="module")
def judgements(version):
    """What brokers say about the cases, with and without KRaft."""
    bases = {True: KRAFT, False: ZOOKEEPER} if version < "4" else {True: KRAFT}
    return {kraft: judge(version, [{**base, name: value} for name, value in CASES]) for kraft, base in bases.items()}


@pytest.mark.parametrize("name", NAMES)
def test_values_are_accepted_as_brokers_accept_them(name, version, judgements):
    for msk_version in msk_versions(version):
        judgement = judgements[is_kraft(msk_version)]
        if name.startswith("zookeeper.") and is_kraft(msk_version):
            assert rejects(msk_version, name, "18000")  # no effect
            continue
        verdicts = dict(zip(CASES, judgement.errors, strict=True))
        accepted = {value for value in VALUES if not rejects(msk_version, name, value)}
        valid = {value for value in VALUES if name in judgement.defaults and verdicts[name, value] is None}
        assert accepted <= valid, msk_version
        if name not in MSK_LIMITS | USELESS:
            assert valid <= accepted, msk_version


def test_every_name_is_known_to_some_version_or_to_msk(judgements, version):
    known = judgements[True].defaults.keys()
    removed = {name for name in REMOVALS if parse_version(msk_versions(version)[0]) >= REMOVALS[name]}
    absent = {name for name in NAMES if name.startswith("zookeeper.")} if version >= "4" else set()
    later = {name for name in FIRST_VERSIONS if parse_version(msk_versions(version)[0]) < FIRST_VERSIONS[name]}
    assert {*NAMES, *REMOVALS} - known == removed | absent | later
    assert not (MSK_ONLY | AUTHORIZER) & known


RENDERED = [
    render_server_properties(
        broker_type=broker_type,
        replication_factor=3,
        insync_replicas=2,
        num_partitions=3,
        retention_hours=retention_hours,
        auto_create_topics=False,
        allow_everyone_without_acls=False,
        properties={},
    )
    for broker_type in ("standard", "express")
    for retention_hours in (None, -1, 24)
]


def test_brokers_accept_the_rendered_properties(version):
    sets = [dict(line.split("=", 1) for line in text.splitlines()) for text in RENDERED]
    judgement = judge(version, [{**KRAFT, **rendered} for rendered in sets])
    assert judgement.errors == [None] * len(sets)
    assert all(rendered.keys() <= judgement.defaults.keys() | AUTHORIZER for rendered in sets)


def test_stated_defaults_are_those_of_kafka(judgements):
    stated = {
        "group.max.session.timeout.ms": MAX_SESSION_MS,
        "group.min.session.timeout.ms": MIN_SESSION_MS,
        "socket.request.max.bytes": REQUEST_BYTES,
        "log.retention.hours": DEFAULT_RETENTION_HOURS,
        "connection.failed.authentication.delay.ms": 100,
    }
    defaults = judgements[True].defaults
    assert {name: defaults[name] for name in stated} == {name: str(value) for name, value in stated.items()}


@pytest.mark.parametrize("name", USUAL_MINIMUMS)
def test_defaults_are_not_implausible(name, judgements):
    default = judgements[True].defaults.get(name) or "-1"
    assert int(default) == -1 or int(default) >= USUAL_MINIMUMS[name][0]
