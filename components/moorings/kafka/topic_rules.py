"""Rules of a topic that do not depend on its cluster."""

from collections.abc import Mapping

from moorings.kafka.topic_properties import SOURCE, parse_integer
from moorings.kafka.topics import KafkaTopic
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

TIERED_SOURCE = (
    "https://docs.aws.amazon.com/msk/latest/developerguide/msk-guidelines-tiered-storage-topic-level-config.html"
)
_TIERED = "name='orders', config={'remote.storage.enable': 'true', 'retention.ms': '604800000'"

_MIN_TIERED_RETENTION_MS = 3 * 24 * 3_600_000
_MIN_TIERED_SEGMENT_BYTES = 48 * 1024 * 1024
_MIN_TIERED_SEGMENT_MS = 10 * 60_000
_SAME_AS_RETENTION = -2
"""Kafka's value of ``local.retention.*`` for the value of ``retention.*``."""

_PLAUSIBLE_MINIMUM = {
    "max.compaction.lag.ms": (60_000, "milliseconds"),
    "max.message.bytes": (1024, "bytes"),
    "retention.bytes": (1_048_576, "bytes"),
    "retention.ms": (3_600_000, "milliseconds"),
    "segment.ms": (60_000, "milliseconds"),
}
"""Values below which a property was probably set in another unit. Negative values mean "unlimited"."""

KAFKA_TOPIC_RULES = RuleSet(KafkaTopic)


@KAFKA_TOPIC_RULES.rule(
    "kafka-internal-topic",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#brokerconfigs",
    invalid="name='__consumer_offsets'",
    valid="name='consumer_offsets'",
)
def _internal_topic(name: str) -> Findings:
    """Kafka, MSK and tools such as kPow create their internal topics themselves, with the prefix ``__``."""
    if name.startswith("__"):
        yield "the prefix __ is reserved for internal topics; choose another name"


@KAFKA_TOPIC_RULES.rule(
    "kafka-topic-unclean-election",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#topicconfigs_unclean.leader.election.enable",
    invalid="config={'unclean.leader.election.enable': 'true'}",
    valid="config={'unclean.leader.election.enable': 'false'}",
)
def _unclean_election(config: Mapping[str, str]) -> Findings:
    """A replica that is not in sync becomes the leader if no other is available, and records are lost."""
    name = "unclean.leader.election.enable"
    if config.get(name, "").strip().lower() == "true":
        yield ("config", name), "records that the new leader has not replicated are lost; set it to false"


@KAFKA_TOPIC_RULES.rule(
    "kafka-topic-compaction-lag",
    Severity.ERROR,
    source="https://kafka.apache.org/documentation/#topicconfigs_max.compaction.lag.ms",
    invalid="config={'min.compaction.lag.ms': '86400000', 'max.compaction.lag.ms': '3600000'}",
    valid="config={'min.compaction.lag.ms': '3600000', 'max.compaction.lag.ms': '86400000'}",
)
def _compaction_lag(config: Mapping[str, str]) -> Findings:
    """Kafka rejects a minimum compaction lag that exceeds the maximum."""
    minimum, maximum = _numbers(config, "min.compaction.lag.ms", "max.compaction.lag.ms")
    if minimum is not None and maximum is not None and minimum > maximum:
        path = ("config", "min.compaction.lag.ms")
        yield path, f"{minimum} exceeds max.compaction.lag.ms {maximum}; lower it, or raise max.compaction.lag.ms"


@KAFKA_TOPIC_RULES.rule(
    "kafka-topic-property-without-effect",
    Severity.WARNING,
    source=SOURCE,
    invalid="config={'cleanup.policy': 'compact', 'retention.ms': '604800000'}",
    valid="config={'cleanup.policy': 'compact,delete', 'retention.ms': '604800000'}",
)
def _without_effect(config: Mapping[str, str], cleanup_policies: set[str], tiered: bool) -> Findings:
    """Kafka ignores settings of a cleanup policy, compression type or tiered storage that the topic does not use."""
    for name in config:
        path = ("config", name)
        if name.startswith("retention.") and cleanup_policies == {"compact"}:
            yield path, "has no effect with cleanup.policy=compact; add delete to cleanup.policy, or remove it"
        elif "compaction" in name and "compact" not in cleanup_policies:
            yield path, "has no effect without cleanup.policy=compact; add compact to cleanup.policy, or remove it"
        elif name.startswith("local.") and not tiered:
            yield path, "has no effect without remote.storage.enable=true; set it, or remove this property"
        elif name.startswith("compression.") and name.endswith(".level"):
            algorithm = name.split(".")[1]
            if config.get("compression.type") != algorithm:
                yield path, f"has no effect without compression.type={algorithm}; set it, or remove the level"


@KAFKA_TOPIC_RULES.rule(
    "kafka-topic-implausible-value",
    Severity.WARNING,
    source=SOURCE,
    invalid="config={'retention.ms': '604800'}",
    valid="config={'retention.ms': '604800000'}",
)
def _implausible(config: Mapping[str, str]) -> Findings:
    """Kafka's durations are in milliseconds and its sizes in bytes. A value in another unit loses records early."""
    for name, (minimum, unit) in _PLAUSIBLE_MINIMUM.items():
        number = _number(config, name)
        if number is not None and 0 <= number < minimum:
            yield ("config", name), f"{number} {unit} is implausibly small; check the unit, and set it in {unit}"


@KAFKA_TOPIC_RULES.rule(
    "kafka-tiered-topic-compacted",
    Severity.ERROR,
    source="https://kafka.apache.org/documentation/#tiered_storage_limitation",
    invalid=f"{_TIERED}, 'cleanup.policy': 'compact'}}",
    valid=f"{_TIERED}, 'cleanup.policy': 'delete'}}",
)
def _tiered_compacted(cleanup_policies: set[str], tiered: bool) -> Findings:
    """Kafka does not support compaction of topics with tiered storage."""
    if tiered and "compact" in cleanup_policies:
        fix = "set it to delete, or remove remote.storage.enable"
        yield ("config", "cleanup.policy"), f"tiered storage does not support compaction; {fix}"


@KAFKA_TOPIC_RULES.rule(
    "msk-tiered-topic-retention",
    Severity.ERROR,
    source=TIERED_SOURCE,
    invalid="name='orders', config={'remote.storage.enable': 'true', 'retention.ms': '86400000'}",
    valid=f"{_TIERED}}}",
)
def _tiered_retention(config: Mapping[str, str], tiered: bool) -> Findings:
    """MSK requires a retention period of at least three days for a topic with tiered storage."""
    if not tiered:
        return
    retention, expected = _number(config, "retention.ms"), f"at least {_MIN_TIERED_RETENTION_MS}, or -1 for no limit"
    if "retention.ms" not in config:
        yield "config", f"tiered storage requires retention.ms; set it to {expected}"
    elif retention is not None and 0 <= retention < _MIN_TIERED_RETENTION_MS:
        yield ("config", "retention.ms"), f"{retention} is less than three days; set it to {expected}"


@KAFKA_TOPIC_RULES.rule(
    "msk-tiered-topic-segment",
    Severity.ERROR,
    source=TIERED_SOURCE,
    invalid=f"{_TIERED}, 'segment.bytes': '16777216'}}",
    valid=f"{_TIERED}, 'segment.bytes': '50331648'}}",
)
def _tiered_segment(config: Mapping[str, str], tiered: bool) -> Findings:
    """MSK requires segments of at least 48 MiB and ten minutes for a topic with tiered storage."""
    limits = {
        "segment.bytes": (_MIN_TIERED_SEGMENT_BYTES, "48 MiB"),
        "segment.ms": (_MIN_TIERED_SEGMENT_MS, "ten minutes"),
    }
    for name, (minimum, size) in limits.items():
        number = _number(config, name)
        if tiered and number is not None and number < minimum:
            yield ("config", name), f"{number} is less than {size}; set it to at least {minimum}"


@KAFKA_TOPIC_RULES.rule(
    "kafka-tiered-topic-local-retention",
    Severity.ERROR,
    source=TIERED_SOURCE,
    invalid=f"{_TIERED}, 'local.retention.ms': '1209600000'}}",
    valid=f"{_TIERED}, 'local.retention.ms': '86400000'}}",
)
def _local_retention(config: Mapping[str, str], tiered: bool) -> Findings:
    """Brokers cannot keep records on their volumes longer than the topic retains them."""
    copies = config.get("remote.log.copy.disable", "false").strip().lower() != "true"
    for unit in ("ms", "bytes") if tiered else ():
        local, total = _numbers(config, f"local.retention.{unit}", f"retention.{unit}")
        if local is None or local == _SAME_AS_RETENTION or total is None or total < 0:
            continue
        path = ("config", f"local.retention.{unit}")
        if local < 0 or local > total:
            yield path, f"{local} exceeds retention.{unit} {total}; lower it, or set it to -2 for the same value"
        elif copies and local == total:
            yield path, f"equals retention.{unit}, which MSK does not support; lower it, or set it to -2"


def _number(config: Mapping[str, str], name: str) -> int | None:
    return parse_integer(config[name]) if name in config else None


def _numbers(config: Mapping[str, str], *names: str) -> list[int | None]:
    return [_number(config, name) for name in names]
