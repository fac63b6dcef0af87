"""Rules about changes of the Kafka version of a cluster, in the inputs of ``aws.msk.Cluster``."""

from collections.abc import Iterator

from moorings.msk.broker_sizes import is_burstable
from moorings.msk.cluster_inputs import (
    CLUSTER_TYPE,
    INSTANCE_TYPE,
    SUBNETS,
    count_enabled,
    is_publicly_accessible,
    known_version,
)
from moorings.msk.kafka_versions import is_kraft, parse_version
from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import ResourceChange
from moorings.validation.rules import Findings

VERSION_CHANGES = ChangeRules(CLUSTER_TYPE, example_type="MskCluster")

_KRAFT_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/zk-to-kraft-migration.html"
_LAST_ZOOKEEPER_MINOR = (3, 9)
_KRAFT_ZONES = 3


@VERSION_CHANGES.rule(
    "msk-kafka-downgrade",
    Severity.ERROR,
    path="kafka_version",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/version-upgrades.html",
    before='kafka_version="3.9.x.kraft"',
    invalid='kafka_version="3.8.x.kraft"',
    valid='kafka_version="4.1.x.kraft"',
)
def _kafka_downgrade(change: ResourceChange) -> Findings:
    """MSK does not support downgrades. The AWS provider does not detect downgrades of versions with an ``x``."""
    old, new = known_version(change.before), known_version(change.after)
    if old and new and _is_downgrade(new, old):
        yield f"MSK does not support the downgrade from {old} to {new}; use {old} or later"


@VERSION_CHANGES.rule(
    "msk-kraft-migration",
    Severity.ERROR,
    path="kafka_version",
    source=_KRAFT_SOURCE,
    before='kafka_version="3.8.x"',
    invalid='kafka_version="3.9.x.kraft"',
    valid='kafka_version="3.9.x"',
)
def _kraft_migration(change: ResourceChange) -> Findings:
    """MSK migrates clusters from ZooKeeper to KRaft only in 3.9, on large brokers in three zones, and not back."""
    old, new = known_version(change.before), known_version(change.after)
    if old is None or new is None or is_kraft(old) == is_kraft(new):
        return
    if is_kraft(old):
        if not _is_downgrade(new, old):
            yield f"MSK cannot migrate {old} to ZooKeeper ({new}); use a version that ends with .kraft"
        return
    for problem in _kraft_problems(change, old):
        yield f"MSK migrates from {old} to {new} only {problem}"


def _kraft_problems(change: ResourceChange, old: str) -> Iterator[str]:
    subnets, instance_type = change.after.items(*SUBNETS), change.after.text(*INSTANCE_TYPE)
    if parse_version(old)[:2] != _LAST_ZOOKEEPER_MINOR:
        yield "via 3.9.x; deploy 3.9.x first"
    if subnets and len(subnets) < _KRAFT_ZONES:
        yield "in three Availability Zones; create a second cluster and replicate into it"
    if instance_type and is_burstable(instance_type):
        yield f"with brokers larger than {instance_type}; change instance_type first"
    if is_publicly_accessible(change.after) and count_enabled(change.after.at("openMonitoring")):
        yield ("if public access and Prometheus exporters are not both on; turn one of them off during the migration")


def _is_downgrade(version: str, old: str) -> bool:
    """Whether a version is older. ``x`` stands for any patch, so only major and minor version are compared with it."""
    parts = 2 if ".x" in version + old else 3
    return parse_version(version)[:parts] < parse_version(old)[:parts]
