"""Rules about changes of a cluster, in the inputs of ``aws.msk.Cluster``, that MSK rejects or that are rarely intended.

Inputs that are unknown in a preview are checked before the update.
"""

from moorings.msk.broker_sizes import is_burstable
from moorings.msk.cluster_inputs import (
    AUTHENTICATION,
    BROKER_COUNT,
    CLUSTER_TYPE,
    CONFIGURATION,
    INSTANCE_TYPE,
    KAFKA_VERSION,
    NETWORK_TYPE,
    PRIVATE_LINK,
    STORAGE_MODE,
    SUBNETS,
    TLS,
    VOLUME_SIZE,
    count_enabled,
    is_publicly_accessible,
    known_version,
)
from moorings.msk.kafka_versions import parse_version
from moorings.msk.update_effects import changed_operations
from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import ResourceChange
from moorings.validation.rules import Findings

CLUSTER_CHANGES = ChangeRules(CLUSTER_TYPE, example_type="MskCluster")

MIN_VOLUME_GROWTH_GIB = 10
"""Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1129"""

_PUBLIC_ACCESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html"
_BROKER_REMOVAL_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-remove-broker.html"

_FIRST_VERSION_WITH_REMOVAL = (2, 8, 1)

_AUTHORITIES = (*TLS, "certificateAuthorityArns")
_METHODS = {
    "scram": (*AUTHENTICATION, "sasl", "scram"),
    "iam": (*AUTHENTICATION, "sasl", "iam"),
    "unauthenticated": (*AUTHENTICATION, "unauthenticated"),
}

_CONNECTIVITY_PREREQUISITES = {
    "broker size": INSTANCE_TYPE,
    "Kafka version": KAFKA_VERSION,
    "configuration": CONFIGURATION,
    "authentication": AUTHENTICATION,
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
    if is_publicly_accessible(change.after):
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
    """MSK removes only brokers without partitions, which must be moved to the remaining brokers first."""
    old, new = _broker_counts(change)
    if old is not None and new is not None and new < old:
        yield (
            f"{new:g} brokers instead of {old:g}; move all partitions to the remaining brokers, then acknowledge the "
            "removal"
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
    subnets, instance_type = change.after.items(*SUBNETS), change.after.text(*INSTANCE_TYPE)
    version = known_version(change.before)
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
    """Clients that use the method or certificate authority can no longer connect."""
    for method, path in _METHODS.items():
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
    if change.before.items(*_AUTHORITIES) and change.after.is_missing(*TLS):
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
    old, new = (inputs.text(*INSTANCE_TYPE) for inputs in (change.before, change.after))
    if old and new and old.startswith("express.") != new.startswith("express."):
        yield (
            f"MSK cannot change {old} to {new}, because one is a Standard and the other an Express size; create a "
            "second cluster and replicate into it"
        )


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
    old, new = (inputs.number(*VOLUME_SIZE) for inputs in (change.before, change.after))
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
    if change.before.text(*STORAGE_MODE) == "TIERED" and change.after.at(*STORAGE_MODE) in (None, "LOCAL"):
        yield (
            "MSK cannot turn tiered storage off; keep tiered_storage=True, and set remote.storage.enable=false in the "
            "topics"
        )


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
    if change.before.text(*NETWORK_TYPE) == "DUAL" and change.after.at(*NETWORK_TYPE) in (None, "IPV4"):
        yield "MSK cannot turn IPv6 off; keep dual_stack=True"


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
    """The AWS provider changes connectivity first. If MSK rejects it, the other changes are not made."""
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
    if count_enabled(change.before.at(*PRIVATE_LINK)) and change.after.is_missing(*PRIVATE_LINK):
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
    """A cluster accepts one operation at a time. If one of several fails, the later ones are not started."""
    operations = changed_operations(change)
    if len(operations) > 1:
        listed = f"{', '.join(operations[:-1])} and {operations[-1]}"
        yield f"MSK changes {listed} in sequence and stops if one fails; split them into several deployments"


def _broker_counts(change: ResourceChange) -> tuple[float | None, float | None]:
    return change.before.number(*BROKER_COUNT), change.after.number(*BROKER_COUNT)


def _enables_connectivity(change: ResourceChange) -> bool:
    was_public, is_public = map(is_publicly_accessible, (change.before, change.after))
    old, new = (count_enabled(inputs.at(*PRIVATE_LINK)) for inputs in (change.before, change.after))
    return (is_public and not was_public) or new > old
