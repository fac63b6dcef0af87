"""Rules about changes of a cluster, in the inputs of ``aws.msk.Cluster``, that MSK rejects or that are rarely intended.

Inputs that are unknown in a preview are checked before the update.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from moorings.msk.broker_sizes import is_burstable
from moorings.msk.kafka_versions import is_kraft, parse_version
from moorings.msk.update_effects import changed_operations
from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import Properties, ResourceChange
from moorings.validation.rules import Findings

CLUSTER_TYPE = "aws:msk/cluster:Cluster"
CLUSTER_CHANGES = ChangeRules(CLUSTER_TYPE, example_type="MskCluster")

MIN_VOLUME_GROWTH_GIB = 10
"""Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1129"""

_PUBLIC_ACCESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html"
_BROKER_REMOVAL_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-remove-broker.html"
_KRAFT_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/zk-to-kraft-migration.html"

_FIRST_VERSION_WITH_REMOVAL = (2, 8, 1)
_LAST_ZOOKEEPER_MINOR = (3, 9)
_KRAFT_ZONES = 3

_SASL_METHODS = {
    "scram": ("clientAuthentication", "sasl", "scram"),
    "iam": ("clientAuthentication", "sasl", "iam"),
}
_TLS = ("clientAuthentication", "tls")
_AUTHORITIES = (*_TLS, "certificateAuthorityArns")
_CONNECTIVITY = ("brokerNodeGroupInfo", "connectivityInfo")
_PRIVATE_LINK = (*_CONNECTIVITY, "vpcConnectivity")
_PUBLIC_ACCESS = (*_CONNECTIVITY, "publicAccess", "type")
_INSTANCE_TYPE = ("brokerNodeGroupInfo", "instanceType")
_SUBNETS = ("brokerNodeGroupInfo", "clientSubnets")
_VOLUME_SIZE = ("brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize")
_STORAGE_MODE = ("storageMode",)
_NETWORK_TYPE = (*_CONNECTIVITY, "networkType")
_PUBLIC = "SERVICE_PROVIDED_EIPS"

_CONNECTIVITY_PREREQUISITES = {
    "broker size": _INSTANCE_TYPE,
    "Kafka version": ("kafkaVersion",),
    "configuration": ("configurationInfo",),
    "authentication": ("clientAuthentication",),
}
"""Settings that the provider would apply after the connectivity that depends on them."""


@CLUSTER_CHANGES.rule(
    "msk-created-with-public-access",
    Severity.ERROR,
    "create",
    path="connectivity",
    source=_PUBLIC_ACCESS_SOURCE,
    invalid='connectivity="public", connectivity_step="enable"',
    valid='connectivity="public", connectivity_step="prepare"',
)
def _created_with_public_access(change: ResourceChange) -> Findings:
    """MSK enables public access on an existing cluster only."""
    if change.after.text(*_PUBLIC_ACCESS) == _PUBLIC:
        yield (
            "MSK cannot create a cluster with public access; deploy connectivity_step='prepare' first, and 'enable' in "
            "a later update"
        )


@CLUSTER_CHANGES.rule(
    "msk-fewer-brokers",
    Severity.UNSAFE,
    path="brokers_per_zone",
    source=_BROKER_REMOVAL_SOURCE,
    before="brokers_per_zone=2",
    invalid="brokers_per_zone=1",
    valid="brokers_per_zone=3",
)
def _fewer_brokers(change: ResourceChange) -> Findings:
    """MSK removes only brokers without partitions, which have to be moved to the remaining brokers before."""
    old, new = _broker_counts(change)
    if old is not None and new is not None and new < old:
        yield (
            f"{new:g} brokers instead of {old:g}; move the partitions of the others away, then acknowledge the removal"
        )


@CLUSTER_CHANGES.rule(
    "msk-broker-removal-unsupported",
    Severity.ERROR,
    path="brokers_per_zone",
    source=_BROKER_REMOVAL_SOURCE,
    before="brokers_per_zone=3",
    invalid="brokers_per_zone=1",
    valid="brokers_per_zone=2",
)
def _broker_removal_unsupported(change: ResourceChange) -> Findings:
    """MSK removes one broker per Availability Zone at a time, with Kafka 2.8.1 or later and no kafka.t3 brokers."""
    old, new = _broker_counts(change)
    if old is None or new is None or new >= old:
        return
    removal = f"{new:g} brokers instead of {old:g}"
    subnets, instance_type = change.after.items(*_SUBNETS), change.after.text(*_INSTANCE_TYPE)
    version = _version(change.before)
    if subnets and old - new > len(subnets):
        yield f"{removal}, but MSK removes one broker per Availability Zone at a time; lower it by 1 in each update"
    if instance_type and is_burstable(instance_type):
        yield f"{removal}, but MSK does not remove {instance_type} brokers; change instance_type first"
    if version and parse_version(version) < _FIRST_VERSION_WITH_REMOVAL:
        yield f"{removal} requires Kafka 2.8.1 or later, got {version}; raise kafka_version first"


@CLUSTER_CHANGES.rule(
    "msk-authentication-off",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-update-security.html",
    before="scram=True",
    invalid="scram=False, iam=True",
    valid="scram=True, iam=True",
)
def _authentication_off(change: ResourceChange) -> Findings:
    """Clients that use the method or certificate authority cannot connect any more."""
    for method, path in _SASL_METHODS.items():
        if change.before.at(*path) is True and change.after.at(*path) in (False, None):
            yield (
                method,
                "turning it off locks out its clients; migrate them to another method, then acknowledge the removal",
            )
    old, new = (inputs.items(*_AUTHORITIES) for inputs in (change.before, change.after))
    removed = sorted(str(authority) for authority in old or () if new is not None and authority not in new)
    if removed:
        yield (
            "certificate_authority_arns",
            (
                f"removing {', '.join(removed)} locks out clients with its certificates; migrate them, then "
                "acknowledge the removal"
            ),
        )


@CLUSTER_CHANGES.rule(
    "msk-mutual-tls-stays-on",
    Severity.WARNING,
    path="certificate_authority_arns",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/30752",
    before=(
        'certificate_authority_arns=["arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/'
        '12345678-1234-1234-1234-123456789012"]'
    ),
    invalid="certificate_authority_arns=[]",
    valid=(
        'certificate_authority_arns=["arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/'
        '12345678-1234-1234-1234-123456789012"]'
    ),
)
def _mutual_tls_stays_on(change: ResourceChange) -> Findings:
    """The AWS provider does not turn mutual TLS off when the last certificate authority is removed."""
    if change.before.items(*_AUTHORITIES) and change.after.is_missing(*_TLS):
        yield (
            "mutual TLS may stay on, because the AWS provider does not turn it off; check `aws kafka "
            "describe-cluster-v2` after the update and run `aws kafka update-security --client-authentication "
            "Tls={Enabled=false}`"
        )


@CLUSTER_CHANGES.rule(
    "msk-broker-type-changed",
    Severity.ERROR,
    path="instance_type",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-update-broker-type.html",
    before='instance_type="kafka.m7g.large"',
    invalid='broker_type="express", instance_type="express.m7g.large", volume_gib=None',
    valid='instance_type="kafka.m7g.xlarge"',
)
def _broker_type_changed(change: ResourceChange) -> Findings:
    """MSK cannot change Standard brokers to Express brokers, or back."""
    old, new = (inputs.text(*_INSTANCE_TYPE) for inputs in (change.before, change.after))
    if old and new and old.startswith("express.") != new.startswith("express."):
        yield (
            f"MSK cannot change {old} to {new}, because one is a Standard and the other an Express size; create a "
            "second cluster and replicate into it"
        )


@CLUSTER_CHANGES.rule(
    "msk-kafka-downgrade",
    Severity.ERROR,
    path="kafka_version",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/version-upgrades.html",
    before='kafka_version="3.9.x.kraft"',
    invalid='kafka_version="3.8.x.kraft"',
    valid='kafka_version="4.1.x.kraft"',
)
def _kafka_downgrade(change: ResourceChange) -> Findings:
    """MSK supports no downgrade. The AWS provider does not detect downgrades of versions with an ``x``."""
    old, new = _version(change.before), _version(change.after)
    if old and new and _is_downgrade(new, old):
        yield f"MSK does not support the downgrade from {old} to {new}; use {old} or later"


@CLUSTER_CHANGES.rule(
    "msk-kraft-migration",
    Severity.ERROR,
    path="kafka_version",
    source=_KRAFT_SOURCE,
    before='kafka_version="3.8.x"',
    invalid='kafka_version="3.9.x.kraft"',
    valid='kafka_version="3.9.x"',
)
def _kraft_migration(change: ResourceChange) -> Findings:
    """MSK migrates clusters from ZooKeeper to KRaft with 3.9.x, on larger brokers in three zones, and not back."""
    old, new = _version(change.before), _version(change.after)
    if old is None or new is None or is_kraft(old) == is_kraft(new):
        return
    if is_kraft(old):
        if not _is_downgrade(new, old):
            problem = f"MSK cannot migrate {old} to ZooKeeper ({new}); use a version that ends with .kraft"
            yield problem
        return
    for problem in _kraft_problems(change, old):
        yield f"MSK migrates from {old} to {new} only {problem}"


def _kraft_problems(change: ResourceChange, old: str) -> Iterator[str]:
    subnets, instance_type = change.after.items(*_SUBNETS), change.after.text(*_INSTANCE_TYPE)
    if parse_version(old)[:2] != _LAST_ZOOKEEPER_MINOR:
        yield "via 3.9.x; deploy 3.9.x first"
    if subnets and len(subnets) < _KRAFT_ZONES:
        yield "in three Availability Zones; create a second cluster and replicate into it"
    if instance_type and is_burstable(instance_type):
        yield f"with brokers larger than {instance_type}; change instance_type first"
    if change.after.text(*_PUBLIC_ACCESS) == _PUBLIC and _count_enabled(change.after.at("openMonitoring")):
        yield ("if public access and Prometheus exporters are not both on; turn one of them off during the migration")


@CLUSTER_CHANGES.rule(
    "msk-volume-resized",
    Severity.ERROR,
    path="volume_gib",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/manually-expand-storage.html",
    before="volume_gib=100",
    invalid="volume_gib=50",
    valid="volume_gib=110",
)
def _volume_size(change: ResourceChange) -> Findings:
    """Volumes cannot shrink, and grow by at least 10 GiB."""
    old, new = (inputs.number(*_VOLUME_SIZE) for inputs in (change.before, change.after))
    if old is None or new is None:
        return
    if new < old:
        yield f"{new:g} instead of {old:g}, but volumes cannot shrink; use {old:g} or more"
    elif old < new < old + MIN_VOLUME_GROWTH_GIB:
        yield (
            f"{new:g} instead of {old:g}, but volumes grow by at least {MIN_VOLUME_GROWTH_GIB} GiB; use {old:g}, or "
            f"{old + MIN_VOLUME_GROWTH_GIB:g} or more"
        )


@CLUSTER_CHANGES.rule(
    "msk-tiered-storage-off",
    Severity.ERROR,
    path="tiered_storage",
    source="https://github.com/aws-controllers-k8s/community/issues/3044",
    before="tiered_storage=True",
    invalid="tiered_storage=False",
    valid="tiered_storage=True",
)
def _tiered_storage_off(change: ResourceChange) -> Findings:
    """MSK cannot turn tiered storage of a cluster off. The AWS provider ignores its removal."""
    if change.before.text(*_STORAGE_MODE) == "TIERED" and change.after.at(*_STORAGE_MODE) in (None, "LOCAL"):
        yield ("MSK cannot turn it off; keep tiered_storage=True, and turn off remote.storage.enable in the topics")


@CLUSTER_CHANGES.rule(
    "msk-dual-stack-off",
    Severity.ERROR,
    path="dual_stack",
    source="https://github.com/hashicorp/terraform-provider-aws/pull/47279",
    before="dual_stack=True",
    invalid="dual_stack=False",
    valid="dual_stack=True",
)
def _dual_stack_off(change: ResourceChange) -> Findings:
    """MSK cannot turn IPv6 of a cluster off. The AWS provider ignores its removal."""
    if change.before.text(*_NETWORK_TYPE) == "DUAL" and change.after.at(*_NETWORK_TYPE) in (None, "IPV4"):
        yield "MSK cannot turn it off; keep dual_stack=True"


@CLUSTER_CHANGES.rule(
    "msk-connectivity-with-prerequisites",
    Severity.UNSAFE,
    path="connectivity_step",
    source=_PUBLIC_ACCESS_SOURCE,
    before='connectivity="public", connectivity_step="prepare"',
    invalid='connectivity="public", connectivity_step="enable", instance_type="kafka.m7g.xlarge"',
    valid='connectivity="public", connectivity_step="enable"',
)
def _connectivity_with_prerequisites(change: ResourceChange) -> Findings:
    """The AWS provider changes connectivity first, so that MSK may reject it and the rest of the update is not made."""
    changed = [
        setting
        for setting, path in _CONNECTIVITY_PREREQUISITES.items()
        if change.before.at(*path) != change.after.at(*path)
    ]
    if changed and _enables_connectivity(change):
        yield (
            f"this update also changes {' and '.join(changed)}, which must be in place before connectivity is enabled; "
            "deploy connectivity_step='prepare' first, and 'enable' in a later update"
        )


@CLUSTER_CHANGES.rule(
    "msk-private-link-stays-on",
    Severity.ERROR,
    path="connectivity",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html",
    before='connectivity="private-link", connectivity_step="enable"',
    invalid="connectivity='private'",
    valid="connectivity='private', disable_private_link=True",
)
def _private_link_stays_on(change: ResourceChange) -> Findings:
    """The AWS provider ignores the removal of PrivateLink, which has to be turned off explicitly."""
    if _count_enabled(change.before.at(*_PRIVATE_LINK)) and change.after.is_missing(*_PRIVATE_LINK):
        yield ("PrivateLink stays on unless it is turned off explicitly; set disable_private_link=True")


@CLUSTER_CHANGES.rule(
    "msk-several-operations",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-cluster-states.html",
    before="brokers_per_zone=1, volume_gib=100",
    invalid="brokers_per_zone=2, volume_gib=200",
    valid="brokers_per_zone=2, volume_gib=100",
)
def _several_operations(change: ResourceChange) -> Findings:
    """A cluster accepts one operation at a time. If one of several in an update fails, the others are not made."""
    operations = changed_operations(change)
    if len(operations) > 1:
        listed = f"{', '.join(operations[:-1])} and {operations[-1]}"
        yield f"MSK changes {listed} in sequence and stops if one fails; split them into several deployments"


def _broker_counts(change: ResourceChange) -> tuple[float | None, float | None]:
    return change.before.number("numberOfBrokerNodes"), change.after.number("numberOfBrokerNodes")


def _enables_connectivity(change: ResourceChange) -> bool:
    was_public, is_public = (inputs.at(*_PUBLIC_ACCESS) == _PUBLIC for inputs in (change.before, change.after))
    old, new = (_count_enabled(inputs.at(*_PRIVATE_LINK)) for inputs in (change.before, change.after))
    return (is_public and not was_public) or new > old


def _count_enabled(value: Any) -> int:
    """Count the values that are True, at any depth."""
    if isinstance(value, Mapping):
        return sum(map(_count_enabled, cast("Mapping[str, Any]", value).values()))
    return int(value is True)


def _version(inputs: Properties) -> str | None:
    """Return the Kafka version. None if it is unknown or cannot be parsed."""
    version = inputs.text("kafkaVersion")
    try:
        return version if version and parse_version(version) else None
    except ValueError:
        return None


def _is_downgrade(version: str, old: str) -> bool:
    """Whether a version is older. ``x`` stands for any patch, so only major and minor version are compared with it."""
    parts = 2 if ".x" in version + old else 3
    return parse_version(version)[:parts] < parse_version(old)[:parts]
