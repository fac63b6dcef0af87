"""Compares the tables of server properties with the classes that validate them in brokers of each Kafka version."""

import pytest
from property_validation import KRAFT, VERSION_PARAMETERS, ZOOKEEPER, validate

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
"""Rules about a single property. The others are about arguments and combinations."""

MSK_ONLY = {"custom.advertised.listeners"}
"""Properties of MSK that Kafka does not have."""

AUTHORIZER = {"allow.everyone.if.no.acl.found"}
"""Properties of the authorizer, which the classes of the broker do not list."""

STRICTER_THAN_KAFKA = {
    "default.replication.factor",  # 0: topics without replicas
    "log.cleaner.min.cleanable.ratio",  # NaN: neither below nor above the ratio of a log
    "num.replica.fetchers",  # 0: no replication; Kafka 4.2 also requires at least 1
}
"""Properties with values that some brokers accept although they cannot work. The rules reject these values."""


def msk_versions(version):
    """The MSK versions of a minor version of Kafka."""
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
def results(version):
    """The results for `CASES` by whether the broker uses KRaft. Kafka 4 does not support ZooKeeper."""
    required = {True: KRAFT, False: ZOOKEEPER} if version < "4" else {True: KRAFT}
    return {
        kraft: validate(version, [{**properties, name: value} for name, value in CASES])
        for kraft, properties in required.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_rules_accept_the_values_that_brokers_accept(name, version, results):
    for msk_version in msk_versions(version):
        result = results[is_kraft(msk_version)]
        if name.startswith("zookeeper.") and is_kraft(msk_version):
            assert rejects(msk_version, name, "18000")  # it has no effect with KRaft
            continue
        errors = dict(zip(CASES, result.errors, strict=True))
        accepted = {value for value in VALUES if not rejects(msk_version, name, value)}
        valid = {value for value in VALUES if name in result.defaults and errors[name, value] is None}
        assert accepted <= valid, msk_version
        if name not in MSK_LIMITS | STRICTER_THAN_KAFKA:
            assert valid <= accepted, msk_version


def test_each_property_exists_in_its_versions_of_kafka_or_in_msk(results, version):
    existing = results[True].defaults.keys()
    removed = {name for name in REMOVALS if parse_version(msk_versions(version)[0]) >= REMOVALS[name]}
    absent = {name for name in NAMES if name.startswith("zookeeper.")} if version >= "4" else set()
    later = {name for name in FIRST_VERSIONS if parse_version(msk_versions(version)[0]) < FIRST_VERSIONS[name]}
    assert {*NAMES, *REMOVALS} - existing == removed | absent | later
    assert not (MSK_ONLY | AUTHORIZER) & existing


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
    property_sets = [dict(line.split("=", 1) for line in text.splitlines()) for text in RENDERED]
    result = validate(version, [{**KRAFT, **rendered} for rendered in property_sets])
    assert result.errors == [None] * len(property_sets)
    assert all(rendered.keys() <= result.defaults.keys() | AUTHORIZER for rendered in property_sets)


def test_stated_defaults_are_those_of_kafka(results):
    stated = {
        "group.max.session.timeout.ms": MAX_SESSION_MS,
        "group.min.session.timeout.ms": MIN_SESSION_MS,
        "socket.request.max.bytes": REQUEST_BYTES,
        "log.retention.hours": DEFAULT_RETENTION_HOURS,
        "connection.failed.authentication.delay.ms": 100,
    }
    defaults = results[True].defaults
    assert {name: defaults[name] for name in stated} == {name: str(value) for name, value in stated.items()}


@pytest.mark.parametrize("name", USUAL_MINIMUMS)
def test_defaults_are_not_implausible(name, results):
    default = results[True].defaults.get(name) or "-1"
    assert int(default) == -1 or int(default) >= USUAL_MINIMUMS[name][0]
