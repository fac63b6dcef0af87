"""Rules of the server properties of a cluster."""

import re

from moorings.msk.authentication import MskListener
from moorings.msk.broker_sizes import BrokerType
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.kafka_versions import is_kraft, parse_version
from moorings.msk.server_properties import (
    ARGUMENTS,
    CHECKED,
    EXPRESS_READ_ONLY,
    EXPRESS_READ_ONLY_SOURCE,
    FIRST_VERSIONS,
    KAFKA_SOURCE,
    MANAGED,
    MIN_SEGMENT_BYTES,
    REMOVALS,
    SERVER_PROPERTIES,
    STANDARD_SOURCE,
    USUAL_MINIMUMS,
    describe_amount,
    is_known,
    number_in,
    similar_property,
)
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

PROPERTY_RULES = RuleSet(MskClusterArgs)

_GUIDE = "https://docs.aws.amazon.com/msk/latest/developerguide"
_TRANSACTIONS_REPLICAS = "transaction.state.log.replication.factor"
_TRANSACTIONS_INSYNC = "transaction.state.log.min.isr"

# Defaults of Kafka 3.6 to 4.2, which MSK does not change. Source: KAFKA_SOURCE and
# https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
REQUEST_BYTES = 104_857_600
MIN_SESSION_MS = 6_000
MAX_SESSION_MS = 1_800_000

_ADVERTISED = re.compile(r"(?P<listener>[A-Z][A-Z0-9_]*)://[^\s:/]+:[0-9]{1,5}\+\{broker_id\}")
_LISTENER_NAMES: dict[str, MskListener] = {
    "CLIENT": "plaintext",
    "CLIENT_IAM": "iam",
    "CLIENT_IAM_PUBLIC": "iam",
    "CLIENT_SASL_SCRAM": "scram",
    "CLIENT_SASL_SCRAM_PUBLIC": "scram",
    "CLIENT_SECURE": "tls",
    "CLIENT_SECURE_PUBLIC": "tls",
}


@PROPERTY_RULES.rule(
    "msk-property-has-argument",
    Severity.ERROR,
    source=STANDARD_SOURCE,
    invalid="server_properties={'num.partitions': 6}",
    valid="num_partitions=6",
)
def _property_has_argument(server_property_names: list[str]) -> Findings:
    """The component validates this setting, and sets its default, through an argument."""
    for name in server_property_names:
        if name in ARGUMENTS:
            yield ("server_properties", name), f"has its own argument; use {ARGUMENTS[name]}"


@PROPERTY_RULES.rule(
    "msk-property-read-only",
    Severity.ERROR,
    source=EXPRESS_READ_ONLY_SOURCE,
    invalid="server_properties={'super.users': 'User:admin'}",
    valid="server_properties={'max.incremental.fetch.session.cache.slots': 2000}",
)
def _property_read_only(server_property_names: list[str], broker_type: BrokerType) -> Findings:
    """MSK sets these properties itself, and rejects a configuration that contains them."""
    for name in server_property_names:
        if name in MANAGED:
            yield ("server_properties", name), "is set by MSK; remove it"
        elif broker_type == "express" and name in EXPRESS_READ_ONLY and name not in ARGUMENTS:
            yield ("server_properties", name), "is read-only on Express brokers; remove it"


@PROPERTY_RULES.rule(
    "msk-unknown-property",
    Severity.UNVERIFIED,
    source=STANDARD_SOURCE,
    invalid="server_properties={'message.max.byte': 2097152}",
    valid="server_properties={'message.max.bytes': 2097152}",
    checked=CHECKED,
)
def _unknown_property(server_property_names: list[str], broker_type: BrokerType) -> Findings:
    """MSK rejects a configuration with an unsupported property. It may support more properties than the table lists."""
    elsewhere = {*ARGUMENTS, *MANAGED, *(EXPRESS_READ_ONLY if broker_type == "express" else ())}
    for name in server_property_names:
        if not is_known(name, broker_type) and name not in elsewhere:
            similar = similar_property(name, broker_type)
            fix = f"did you mean {similar}?" if similar else "check the documentation of MSK configurations"
            yield ("server_properties", name), f"is not a known property of {broker_type.capitalize()} brokers; {fix}"


@PROPERTY_RULES.rule(
    "msk-property-version",
    Severity.ERROR,
    source="https://kafka.apache.org/40/documentation.html#upgrade_servers_400",
    invalid="kafka_version='4.0.x.kraft', server_properties={'log.message.timestamp.difference.max.ms': 3600000}",
    valid="server_properties={'log.message.timestamp.difference.max.ms': 3600000}",
)
def _property_version(server_property_names: list[str], kafka_version: str) -> Findings:
    """Kafka versions add and remove properties. With KRaft, properties of ZooKeeper have no effect."""
    version = parse_version(kafka_version)
    for name in server_property_names:
        path = ("server_properties", name)
        if name.startswith("zookeeper.") and name not in MANAGED and is_kraft(kafka_version):
            yield path, f"has no effect on {kafka_version}, which does not use ZooKeeper; remove it"
        elif name in REMOVALS and version >= REMOVALS[name]:
            yield path, f"was removed in Kafka {_spell(REMOVALS[name])}; remove it"
        elif name in FIRST_VERSIONS and version < FIRST_VERSIONS[name]:
            yield path, f"requires Kafka {_spell(FIRST_VERSIONS[name])}, got {kafka_version}; remove it"


@PROPERTY_RULES.rule(
    "msk-property-value",
    Severity.ERROR,
    source=KAFKA_SOURCE,
    invalid="server_properties={'log.cleaner.min.cleanable.ratio': 50}",
    valid="server_properties={'log.cleaner.min.cleanable.ratio': 0.5}",
    each="server_properties",
)
def _property_value(name: str, value: str, kafka_version: str) -> Findings:
    """Brokers reject values of the wrong type or outside of the range of the property.

    Kafka 4.0 raised the minimum of log.segment.bytes to 1 MiB (KIP-1030).
    """
    known = SERVER_PROPERTIES.get(name)
    if known is None and not value.isprintable():
        yield "contains a line break or another control character; remove it"
    elif known is not None and not known.is_valid(value):
        yield f"must be {known.expected}, got {value!r}; correct it"
    elif name == "log.segment.bytes" and int(value) < MIN_SEGMENT_BYTES and parse_version(kafka_version) >= (4, 0, 0):
        yield f"must be at least {MIN_SEGMENT_BYTES} from Kafka 4.0 on, got {value}; raise it"


@PROPERTY_RULES.rule(
    "msk-implausible-property",
    Severity.UNSAFE,
    source=KAFKA_SOURCE,
    invalid="server_properties={'log.retention.ms': 604800}",
    valid="server_properties={'log.retention.ms': 604800000}",
    each="server_properties",
)
def _implausible_property(name: str, value: str) -> Findings:
    """A very small duration or size is valid, but usually in another unit, such as seconds instead of milliseconds."""
    if name not in USUAL_MINIMUMS or not SERVER_PROPERTIES[name].is_valid(value):
        return
    minimum, unit, effect = USUAL_MINIMUMS[name]
    if 0 <= int(value) < minimum:
        yield (
            f"with {describe_amount(int(value), unit)}, {effect}; check the unit, and set it to at least "
            f"{describe_amount(minimum, unit)}"
        )


@PROPERTY_RULES.rule(
    "msk-unclean-leader-election",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#brokerconfigs_unclean.leader.election.enable",
    invalid="server_properties={'unclean.leader.election.enable': 'true'}",
    valid="server_properties={'unclean.leader.election.enable': 'false'}",
    each="server_properties",
)
def _unclean_leader_election(name: str, value: str) -> Findings:
    """A replica that is not in sync becomes the leader if no other is available, and records are lost."""
    if name == "unclean.leader.election.enable" and value.strip().lower() == "true":
        yield "records that the new leader has not replicated are lost; remove it, which turns it off"


@PROPERTY_RULES.rule(
    "msk-transaction-min-insync",
    Severity.UNSAFE,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="server_properties={'transaction.state.log.min.isr': 3}",
    valid="server_properties={'transaction.state.log.min.isr': 2}",
)
def _transaction_min_insync(server_properties: dict[str, str], zone_count: int) -> Findings:
    """Transactions fail while a broker restarts if all replicas of their state must be in sync."""
    factor = number_in(server_properties, _TRANSACTIONS_REPLICAS, zone_count)
    required = number_in(server_properties, _TRANSACTIONS_INSYNC, 1)
    if required >= factor > 1:
        yield (
            ("server_properties", _TRANSACTIONS_INSYNC),
            f"{required} of {factor} replicas must be in sync; lower it to {factor - 1}",
        )


@PROPERTY_RULES.rule(
    "msk-conflicting-properties",
    Severity.ERROR,
    source=KAFKA_SOURCE,
    invalid="server_properties={'message.max.bytes': 104857601}",
    valid="server_properties={'message.max.bytes': 104857600}",
)
def _conflicting_properties(server_properties: dict[str, str]) -> Findings:
    """No consumer can join a group with contradictory session timeouts. Brokers reject requests above their size."""
    shortest = number_in(server_properties, "group.min.session.timeout.ms", MIN_SESSION_MS)
    longest = number_in(server_properties, "group.max.session.timeout.ms", MAX_SESSION_MS)
    if shortest > longest:
        name = "group.min.session.timeout.ms"
        name = name if name in server_properties else "group.max.session.timeout.ms"
        yield (
            ("server_properties", name),
            f"the minimum session timeout of {shortest} ms exceeds the maximum of {longest} ms; correct one of them",
        )
    message = number_in(server_properties, "message.max.bytes", 0)
    request = number_in(server_properties, "socket.request.max.bytes", REQUEST_BYTES)
    if message > request:
        yield (
            ("server_properties", "message.max.bytes"),
            f"{message} exceeds socket.request.max.bytes ({request}); lower it, or raise socket.request.max.bytes",
        )


@PROPERTY_RULES.rule(
    "msk-tiered-storage-compaction",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-enable-cluster-tiered-storage-cli.html",
    invalid="tiered_storage=True, server_properties={'log.cleanup.policy': 'compact'}",
    valid="tiered_storage=True, server_properties={'log.cleanup.policy': 'delete'}",
    each="server_properties",
)
def _tiered_storage_compaction(name: str, value: str, tiered_storage: bool) -> Findings:
    """MSK does not support compaction as the default of a cluster with tiered storage."""
    if tiered_storage and name == "log.cleanup.policy" and value.strip() != "delete":
        yield (
            f"{value} is not supported with tiered_storage; remove it, and set cleanup.policy in the config of each "
            "compacted topic"
        )


@PROPERTY_RULES.rule(
    "msk-advertised-listeners",
    Severity.ERROR,
    source=f"{_GUIDE}/custom-domain-names.html",
    invalid="server_properties={'custom.advertised.listeners': 'CLIENT_IAM://b-{broker_id}.kafka.example.com:9000'}",
    valid=(
        "server_properties="
        "{'custom.advertised.listeners': 'CLIENT_IAM://b-{broker_id}.kafka.example.com:9000+{broker_id}'}"
    ),
    each="server_properties",
)
def _advertised_listeners(name: str, value: str, listeners: list[MskListener]) -> Findings:
    """MSK rejects an advertised listener that is disabled or a duplicate, or whose port is the same on each broker."""
    if name != "custom.advertised.listeners":
        return
    advertised: list[str] = []
    for entry in value.split(","):
        match = _ADVERTISED.fullmatch(entry)
        if match is None:
            yield (
                f"expected LISTENER://HOST:PORT+{{broker_id}}, got {entry!r}; use a value such as "
                "CLIENT_IAM://b-{broker_id}.kafka.example.com:9000+{broker_id}"
            )
            continue
        listener = match["listener"]
        kind = _LISTENER_NAMES.get(listener)
        if listener in advertised:
            yield f"{listener} occurs twice, but a listener has one address; remove one of them"
        elif kind is not None and kind not in listeners:
            yield f"the listener {listener} is disabled; enable {kind} authentication, or remove it"
        advertised.append(listener)


def _spell(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
