"""Rules of a cluster's brokers: size, Kafka version, number of brokers, and storage."""

from moorings.msk.broker_sizes import (
    BROKER_SIZES,
    DEFAULT_INSTANCE_TYPES,
    THROUGHPUT_SOURCE,
    BrokerType,
    broker_size,
    is_burstable,
    is_express,
)
from moorings.msk.broker_sizes import CHECKED as SIZES_CHECKED
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import Connectivity, has_private_link, required_versions
from moorings.msk.kafka_versions import CHECKED as VERSIONS_CHECKED
from moorings.msk.kafka_versions import (
    EXPRESS_SOURCE,
    RELEASES,
    SOURCE,
    default_broker_quota,
    parse_version,
    similar_version,
    supported_versions,
    supports_tiered_storage,
)
from moorings.msk.storage import MAX_VOLUME_GIB, MIN_THROUGHPUT, MIN_THROUGHPUT_VOLUME_GIB
from moorings.msk.update_effects import TIMEOUT_HOURS, rolling_restart_minutes
from moorings.validation.errors import suggestion
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

BROKER_RULES = RuleSet(MskClusterArgs)

_GUIDE = "https://docs.aws.amazon.com/msk/latest/developerguide"
_MANY_BROKERS = 300


@BROKER_RULES.rule(
    "msk-broker-size-type",
    Severity.ERROR,
    source=f"{_GUIDE}/broker-instance-types.html",
    invalid="instance_type='express.m7g.large'",
    valid="instance_type='kafka.m7g.large'",
)
def _size_of_other_type(instance_type: str | None, broker_type: BrokerType) -> Findings:
    """Standard and Express brokers have different sizes, and the type of a cluster's brokers cannot be changed."""
    if instance_type is not None and is_express(instance_type) != (broker_type == "express"):
        other = "standard" if broker_type == "express" else "express"
        yield (
            f"{instance_type} is a size of {other.capitalize()} brokers; use {DEFAULT_INSTANCE_TYPES[broker_type]} or "
            f"another {broker_type.capitalize()} size, or set broker_type={other!r} on a new cluster"
        )


@BROKER_RULES.rule(
    "msk-unknown-broker-size",
    Severity.UNVERIFIED,
    source=f"{_GUIDE}/broker-instance-types.html",
    invalid="instance_type='kafka.m8g.large'",
    valid="instance_type='kafka.m7g.large'",
    checked=SIZES_CHECKED,
)
def _unknown_size(instance_type: str | None) -> Findings:
    """The arguments cannot be checked against the limits of a size that is newer than this release, or misspelt."""
    if instance_type is not None and broker_size(instance_type) is None:
        sizes = BROKER_SIZES["express" if is_express(instance_type) else "standard"]
        similar = suggestion(instance_type, sizes)
        yield f"{instance_type} is not a known broker size; " + (
            f"did you mean {similar}?" if similar else f"compare it with the known ones: {', '.join(sizes)}"
        )


@BROKER_RULES.rule(
    "msk-burstable-brokers",
    Severity.UNSAFE,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="instance_type='kafka.t3.small'",
    valid="instance_type='kafka.m7g.large'",
)
def _burstable_brokers(instance_type: str | None) -> Findings:
    """Burstable brokers are throttled once their CPU credits run out, and support few partitions and connections."""
    if instance_type is not None and is_burstable(instance_type):
        yield f"{instance_type} is a burstable size for development only; use kafka.m7g.large or a larger size"


@BROKER_RULES.rule(
    "msk-burstable-unsupported",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-tiered-storage.html",
    invalid=(
        "tiered_storage=True, instance_type='kafka.t3.small', acknowledge={'msk-burstable-brokers': 'a test cluster'}"
    ),
    valid="tiered_storage=True, instance_type='kafka.m5.large'",
)
def _burstable_unsupported(instance_type: str | None, tiered_storage: bool, connectivity: Connectivity) -> Findings:
    """MSK supports neither tiered storage nor multi-VPC private connectivity on burstable brokers."""
    if instance_type is None or not is_burstable(instance_type):
        return
    if tiered_storage:
        yield "tiered_storage", f"not supported on {instance_type}; remove it, or use kafka.m7g.large or a larger size"
    if has_private_link(connectivity):
        yield (
            "connectivity",
            f"{connectivity!r} is not supported on {instance_type}; use kafka.m7g.large or a larger size",
        )


@BROKER_RULES.rule(
    "msk-express-zones",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-broker-types-express.html",
    invalid=("broker_type='express', subnet_ids=['subnet-0a4e21f7c93d58b06', 'subnet-05b8d3916ef27ac41']"),
    valid=(
        "broker_type='express', "
        "subnet_ids=['subnet-0a4e21f7c93d58b06', 'subnet-05b8d3916ef27ac41', 'subnet-01e7c4a9f36bd8255']"
    ),
)
def _express_zones(zone_count: int, broker_type: BrokerType) -> Findings:
    """Express brokers keep three replicas of each partition, one in each of three Availability Zones."""
    required = BROKER_TYPES[broker_type].required_zones
    if required is not None and zone_count != required:
        yield (
            "subnet_ids",
            f"{broker_type.capitalize()} brokers require {required} zones, got {zone_count} subnets; use {required}",
        )


@BROKER_RULES.rule(
    "msk-unknown-kafka-version",
    Severity.UNVERIFIED,
    source=SOURCE,
    invalid="kafka_version='4.1.0.kraft'",
    valid="kafka_version='4.1.x.kraft'",
    checked=VERSIONS_CHECKED,
)
def _unknown_version(kafka_version: str) -> Findings:
    """The features of a version that is newer than this release, or that MSK spells differently, cannot be verified.

    MSK usually replaces the patch version by x. Versions with KRaft, which include all from 4.0 on, end with .kraft.
    """
    if kafka_version not in RELEASES:
        similar = similar_version(kafka_version)
        known = ", ".join(supported_versions())
        yield f"{kafka_version} is not a known Kafka version of MSK; " + (
            f"did you mean {similar}?" if similar else f"compare it with the known ones: {known}"
        )


@BROKER_RULES.rule(
    "msk-unsupported-kafka-version",
    Severity.WARNING,
    source=f"{_GUIDE}/version-support.html",
    invalid="kafka_version='3.5.1'",
    valid="kafka_version='3.9.x.kraft'",
    checked=VERSIONS_CHECKED,
)
def _unsupported_version(kafka_version: str) -> Findings:
    """MSK may upgrade clusters automatically after the end of support, and may reject new clusters with the version."""
    release = RELEASES.get(kafka_version)
    if release is not None and release.end_of_support is not None:
        yield (
            f"MSK ended support for {kafka_version} on {release.end_of_support} and may upgrade the cluster "
            "automatically; raise it"
        )


@BROKER_RULES.rule(
    "msk-version-broker-type",
    Severity.UNVERIFIED,
    source=EXPRESS_SOURCE,
    invalid="kafka_version='4.2.x.kraft'",
    valid="kafka_version='4.1.x.kraft'",
    checked=VERSIONS_CHECKED,
)
def _version_of_other_type(kafka_version: str, broker_type: BrokerType) -> Findings:
    """AWS lists some versions for only one of the broker types, and may reject new clusters with other versions."""
    supported = supported_versions(express=broker_type == "express")
    release = RELEASES.get(kafka_version)
    if release is not None and release.end_of_support is None and kafka_version not in supported:
        yield (
            f"{kafka_version} is not listed for {broker_type.capitalize()} brokers; use one of {', '.join(supported)}"
        )


@BROKER_RULES.rule(
    "msk-feature-version",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-tiered-storage.html",
    invalid="tiered_storage=True, kafka_version='3.5.1'",
    valid="tiered_storage=True, kafka_version='3.6.0'",
)
def _feature_version(
    kafka_version: str, connectivity: Connectivity, dual_stack: bool, tiered_storage: bool
) -> Findings:
    """Public access, multi-VPC private connectivity, IPv6 and tiered storage require a minimum version."""
    version = parse_version(kafka_version)
    for argument, minimum in required_versions(connectivity, dual_stack=dual_stack).items():
        if version < minimum:
            first = ".".join(map(str, minimum))
            yield argument, f"requires Kafka {first} or later, got {kafka_version}; raise kafka_version"
    if tiered_storage and not supports_tiered_storage(kafka_version):
        yield (
            "tiered_storage",
            f"requires Kafka 3.6.0 or later, got {kafka_version}; remove it, or raise kafka_version",
        )


@BROKER_RULES.rule(
    "msk-broker-quota",
    Severity.ERROR,
    source=f"{_GUIDE}/limits.html",
    invalid="brokers_per_zone=21, kafka_version='3.9.x.kraft'",
    valid="brokers_per_zone=20",
)
def _broker_quota(brokers_per_zone: int, broker_count: int, broker_quota: int | None, kafka_version: str) -> Findings:
    """MSK rejects more brokers than the account's quota per cluster: by default 60, or 30 with ZooKeeper."""
    quota = default_broker_quota(kafka_version) if broker_quota is None else broker_quota
    if broker_count > quota:
        yield (
            f"{brokers_per_zone} per zone are {broker_count} brokers, and the quota is {quota} per cluster; "
            "lower it, or request a higher quota from AWS and set broker_quota"
        )


@BROKER_RULES.rule(
    "msk-implausible-broker-count",
    Severity.UNSAFE,
    source=f"{_GUIDE}/limits.html",
    invalid="brokers_per_zone=101, broker_quota=1000",
    valid="brokers_per_zone=100, broker_quota=1000",
)
def _implausible_broker_count(brokers_per_zone: int, broker_count: int) -> Findings:
    """A rolling restart of hundreds of brokers takes days, during which MSK rejects every other update."""
    if broker_count > _MANY_BROKERS:
        hours = rolling_restart_minutes(broker_count)[1] // 60
        yield f"a rolling restart of {broker_count} brokers takes up to {hours} hours; use several clusters"


@BROKER_RULES.rule(
    "msk-short-timeout",
    Severity.WARNING,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="brokers_per_zone=3, timeout_hours={'update': 2}",
    valid="brokers_per_zone=3, timeout_hours={'update': 3}",
)
def _short_timeout(timeout_hours: dict[str, int], broker_count: int) -> Findings:
    """Pulumi reports an update as failed if the rolling restart takes longer than the timeout."""
    _, longest = rolling_restart_minutes(broker_count)
    hours = timeout_hours.get("update", TIMEOUT_HOURS["update"])
    if "update" in timeout_hours and hours * 60 < longest:
        yield (
            ("timeout_hours", "update"),
            f"a rolling restart of {broker_count} brokers may take {longest} min, longer than {hours} h; raise it",
        )


@BROKER_RULES.rule(
    "msk-express-storage",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-broker-types-express.html",
    invalid="broker_type='express', volume_gib=100",
    valid="broker_type='express'",
)
def _express_storage(volume_arguments: list[str], broker_type: BrokerType) -> Findings:
    """The storage of Express brokers is managed by MSK and has no size, throughput or tiers."""
    if not BROKER_TYPES[broker_type].has_volumes:
        for argument in volume_arguments:
            yield argument, f"{broker_type.capitalize()} brokers have managed storage; remove it"


@BROKER_RULES.rule(
    "msk-volume-size",
    Severity.UNVERIFIED,
    source=f"{_GUIDE}/limits.html",
    invalid="volume_gib=16385",
    valid="volume_gib=16384",
    checked=SIZES_CHECKED,
)
def _volume_size(volume_gib: int | None, volume_autoscaling_max_gib: int | None) -> Findings:
    """MSK rejects volumes above its limit, which may be higher than the limit that this release knows."""
    for argument, size in {"volume_gib": volume_gib, "volume_autoscaling_max_gib": volume_autoscaling_max_gib}.items():
        if size is not None and size > MAX_VOLUME_GIB:
            yield argument, f"{size} GiB exceed the known limit of {MAX_VOLUME_GIB} GiB per broker; lower it"


@BROKER_RULES.rule(
    "msk-autoscaling-below-volume-size",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-autoexpand-details.html",
    invalid="volume_autoscaling_max_gib=100",
    valid="volume_autoscaling_max_gib=101",
)
def _autoscaling_maximum(volume_autoscaling_max_gib: int | None, volume_size: int | None) -> Findings:
    """Storage autoscaling only grows volumes, so that a maximum up to their size has no effect."""
    if volume_autoscaling_max_gib is not None and volume_size is not None and volume_autoscaling_max_gib <= volume_size:
        yield (
            f"must be above the volume size of {volume_size} GiB, got {volume_autoscaling_max_gib}; raise it, or "
            "remove it to turn autoscaling off"
        )


@BROKER_RULES.rule(
    "msk-throughput-unsupported",
    Severity.ERROR,
    source=THROUGHPUT_SOURCE,
    invalid="volume_throughput_mib_per_second=250",
    valid=(
        "volume_throughput_mib_per_second=250, instance_type='kafka.m5.4xlarge', "
        "server_properties={'num.replica.fetchers': 4}"
    ),
)
def _throughput_unsupported(
    volume_throughput_mib_per_second: int | None, broker_size: str, volume_size: int | None
) -> Findings:
    """MSK provisions throughput of at least 250 MiB/s, for volumes of at least 10 GiB, and on large brokers only."""
    throughput = volume_throughput_mib_per_second
    if throughput is None or is_express(broker_size):
        return
    limits = BROKER_SIZES["standard"].get(broker_size)
    if limits is not None and limits.max_throughput is None:
        yield (
            f"not supported on {broker_size}; remove it, or use kafka.m5.4xlarge, kafka.m7g.2xlarge or a larger size"
        )
    elif throughput < MIN_THROUGHPUT:
        yield f"must be at least {MIN_THROUGHPUT}, got {throughput}; raise it, or remove it"
    elif volume_size is not None and volume_size < MIN_THROUGHPUT_VOLUME_GIB:
        yield f"requires a volume of at least {MIN_THROUGHPUT_VOLUME_GIB} GiB, got {volume_size}; raise volume_gib"


@BROKER_RULES.rule(
    "msk-throughput-above-size",
    Severity.UNVERIFIED,
    source=THROUGHPUT_SOURCE,
    invalid=(
        "volume_throughput_mib_per_second=594, instance_type='kafka.m5.4xlarge', "
        "server_properties={'num.replica.fetchers': 4}"
    ),
    valid=(
        "volume_throughput_mib_per_second=593, instance_type='kafka.m5.4xlarge', "
        "server_properties={'num.replica.fetchers': 4}"
    ),
    checked=SIZES_CHECKED,
)
def _throughput_above_size(volume_throughput_mib_per_second: int | None, broker_size: str) -> Findings:
    """Each broker size has a maximum throughput, above which MSK rejects the cluster."""
    limits = BROKER_SIZES["standard"].get(broker_size)
    maximum = limits.max_throughput if limits is not None else None
    if maximum is not None and (volume_throughput_mib_per_second or 0) > maximum:
        yield (
            f"{volume_throughput_mib_per_second} exceeds {maximum}, the known maximum of {broker_size}; lower it, or "
            "use a larger size"
        )


@BROKER_RULES.rule(
    "msk-throughput-fetchers",
    Severity.WARNING,
    source=THROUGHPUT_SOURCE,
    invalid="volume_throughput_mib_per_second=250, instance_type='kafka.m5.4xlarge'",
    valid=(
        "volume_throughput_mib_per_second=250, instance_type='kafka.m5.4xlarge', "
        "server_properties={'num.replica.fetchers': 4}"
    ),
)
def _throughput_fetchers(volume_throughput_mib_per_second: int | None, server_property_names: list[str]) -> Findings:
    """Replication uses the provisioned throughput only with enough fetchers; MSK's default is two per broker."""
    if volume_throughput_mib_per_second is not None and "num.replica.fetchers" not in server_property_names:
        yield (
            "the default of two replica fetchers may be too few for the provisioned throughput; set "
            "num.replica.fetchers in server_properties to the value that AWS recommends for the broker size"
        )
