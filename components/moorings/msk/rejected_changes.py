"""Detects changes of a cluster that MSK rejects or that are rarely intended, in the inputs of `aws.msk.Cluster`.

Inputs that are unknown in a preview are checked before the update.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeGuard, cast

from pulumi.runtime import rpc

from moorings.msk.broker_sizes import is_burstable
from moorings.msk.kafka_versions import is_kraft, parse_version
from moorings.validation.inputs import is_list

AcknowledgedChange = Literal["authentication-off", "fewer-brokers", "several-at-once"]
"""Changes that the user can acknowledge: turning off an authentication method, removing brokers, and several slow
changes in one update."""

MIN_VOLUME_GROWTH_GIB = 10
"""Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1129"""

TIERED_STORAGE_SOURCE = "https://github.com/aws-controllers-k8s/community/issues/3044"
BROKER_REMOVAL_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-remove-broker.html"
IPV6_SOURCE = "https://github.com/hashicorp/terraform-provider-aws/pull/47279"
KRAFT_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/zk-to-kraft-migration.html"

_FIRST_VERSION_WITH_REMOVAL = (2, 8, 1)
_LAST_ZOOKEEPER_MINOR = (3, 9)
_KRAFT_ZONES = 3

_SASL_METHODS = {
    "scram": ("clientAuthentication", "sasl", "scram"),
    "iam": ("clientAuthentication", "sasl", "iam"),
}
_AUTHORITIES = ("clientAuthentication", "tls", "certificateAuthorityArns")
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
"""Settings that must not change in the update that enables connectivity: the provider would apply them after it."""


def creation_problems(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield the reasons why MSK rejects a new cluster.

    PrivateLink and IPv6 are allowed, because the provider enables them after the creation. Source: ``IPV6_SOURCE``.
    """
    if input_at(inputs, _PUBLIC_ACCESS) == _PUBLIC:
        yield (
            "connectivity: MSK cannot create a cluster with public access; deploy connectivity_step='prepare' first, "
            "and 'enable' in a later update"
        )


def update_problems(
    before: Mapping[str, Any], after: Mapping[str, Any], acknowledged: Collection[str] = ()
) -> Iterator[str]:
    """Yield the reasons why an update is rejected.

    Args:
        before: old inputs.
        after: new inputs.
        acknowledged: changes that the user has acknowledged. Those that MSK does not support are rejected anyway.

    """
    yield from _check_broker_count(before, after, acknowledged)
    if "authentication-off" not in acknowledged:
        yield from _check_authentication(before, after)
    yield from _check_broker_type(before, after)
    yield from _check_kafka_version(before, after)
    yield from _check_volume_size(before, after)
    yield from _check_permanent_settings(before, after)
    yield from _check_connectivity_update(before, after)
    yield from _check_private_link(before, after)


def mutual_tls_notice(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Return a notice if mutual TLS may stay on after the last certificate authority is removed, or None.

    Source: https://github.com/hashicorp/terraform-provider-aws/issues/30752
    """
    if input_at(before, _AUTHORITIES) and input_at(after, ("clientAuthentication", "tls")) is None:
        return (
            "mutual TLS may stay on, because the AWS provider does not turn it off; check `aws kafka "
            "describe-cluster-v2` after the update and run `aws kafka update-security --client-authentication "
            "Tls={Enabled=false}`"
        )
    return None


def input_at(inputs: Any, path: Sequence[str]) -> Any:
    """Return the value at a path of the inputs, None if it is missing, or the unknown value that contains the path."""
    for key in path:
        if not isinstance(inputs, Mapping):
            return inputs if _is_unknown(inputs) else None
        inputs = cast("Mapping[str, Any]", inputs).get(key)
    return inputs


def is_known_number(value: Any) -> TypeGuard[float]:
    """Whether a value is a known number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_broker_count(
    before: Mapping[str, Any], after: Mapping[str, Any], acknowledged: Collection[str]
) -> Iterator[str]:
    """Source: ``BROKER_REMOVAL_SOURCE``."""
    old, new = (input_at(inputs, ("numberOfBrokerNodes",)) for inputs in (before, after))
    if not (is_known_number(old) and is_known_number(new) and new < old):
        return
    removal = f"brokers_per_zone: {new:g} brokers instead of {old:g}"
    if "fewer-brokers" not in acknowledged:
        yield (
            f"{removal}; MSK removes only brokers without partitions, one per Availability Zone at a time. Move their "
            "partitions away, then acknowledge 'fewer-brokers'"
        )
        return
    subnets, instance_type, version = input_at(after, _SUBNETS), input_at(after, _INSTANCE_TYPE), _known_version(before)
    if is_list(subnets) and old - new > len(subnets):
        yield f"{removal}; MSK removes one broker per Availability Zone at a time. Lower it by 1 in each update"
    if _is_known_text(instance_type) and is_burstable(instance_type):
        yield f"{removal}; MSK does not remove {instance_type} brokers. Change instance_type first"
    if version and parse_version(version) < _FIRST_VERSION_WITH_REMOVAL:
        yield f"{removal}; requires Kafka 2.8.1 or later, got {version}. Raise kafka_version first"


def _check_authentication(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for method, path in _SASL_METHODS.items():
        if input_at(before, path) is True and input_at(after, path) in (False, None):
            yield f"{method}: turning it off locks out its clients; migrate them, then acknowledge 'authentication-off'"
    old: Any = input_at(before, _AUTHORITIES) or []
    new: Any = input_at(after, _AUTHORITIES) or []
    if is_list(old) and is_list(new) and not any(map(_is_unknown, new)):
        removed = sorted({str(authority) for authority in old if authority not in new})
        if removed:
            yield (
                f"certificate_authority_arns: removing {', '.join(removed)} locks out clients with its certificates; "
                "migrate them, then acknowledge 'authentication-off'"
            )


def _check_broker_type(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old, new = (input_at(inputs, _INSTANCE_TYPE) for inputs in (before, after))
    if _is_known_text(old) and _is_known_text(new) and old.startswith("express.") != new.startswith("express."):
        yield (
            f"instance_type: MSK cannot change {old} to {new}, because one is a Standard and the other an Express "
            "size; create a second cluster and replicate into it"
        )


def _check_kafka_version(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Check the new version. The provider does not detect downgrades of versions with an ``x``."""
    old, new = _known_version(before), _known_version(after)
    if old is None or new is None:
        return
    if _is_downgrade(new, old):
        yield f"kafka_version: MSK does not support the downgrade from {old} to {new}; use {old} or later"
    elif is_kraft(old) and not is_kraft(new):
        yield f"kafka_version: MSK cannot migrate {old} to ZooKeeper ({new}); use a version that ends with .kraft"
    elif is_kraft(new) and not is_kraft(old):
        yield from _check_kraft_migration(old, new, after)


def _check_kraft_migration(old: str, new: str, after: Mapping[str, Any]) -> Iterator[str]:
    """Source: ``KRAFT_SOURCE``."""
    migration = f"kafka_version: MSK migrates from {old} to {new} only"
    subnets, instance_type = input_at(after, _SUBNETS), input_at(after, _INSTANCE_TYPE)
    if parse_version(old)[:2] != _LAST_ZOOKEEPER_MINOR:
        yield f"{migration} via 3.9.x; deploy 3.9.x first"
    if is_list(subnets) and len(subnets) < _KRAFT_ZONES:
        yield f"{migration} in three Availability Zones; create a second cluster and replicate into it"
    if _is_known_text(instance_type) and is_burstable(instance_type):
        yield f"{migration} with brokers larger than {instance_type}; change instance_type first"
    if input_at(after, _PUBLIC_ACCESS) == _PUBLIC and _count_enabled(input_at(after, ("openMonitoring",))):
        yield (
            f"{migration} if public access and Prometheus exporters are not both on; turn one off during the migration"
        )


def _check_volume_size(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old, new = (input_at(inputs, _VOLUME_SIZE) for inputs in (before, after))
    if not (is_known_number(old) and is_known_number(new)):
        return
    if new < old:
        yield f"volume_gib: {new:g} instead of {old:g}; volumes cannot shrink. Use {old:g} or more"
    elif old < new < old + MIN_VOLUME_GROWTH_GIB:
        yield (
            f"volume_gib: {new:g} instead of {old:g}; volumes grow by at least {MIN_VOLUME_GROWTH_GIB} GiB. Use "
            f"{old:g}, or {old + MIN_VOLUME_GROWTH_GIB:g} or more"
        )


def _check_permanent_settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Check settings that cannot be turned off. The provider ignores their removal, and MSK rejects their change.

    Source: ``TIERED_STORAGE_SOURCE`` and ``IPV6_SOURCE``.
    """
    if input_at(before, _STORAGE_MODE) == "TIERED" and input_at(after, _STORAGE_MODE) in (None, "LOCAL"):
        yield (
            "tiered_storage: MSK cannot turn it off; keep tiered_storage=True, and turn off remote.storage.enable in "
            "the topics"
        )
    if input_at(before, _NETWORK_TYPE) == "DUAL" and input_at(after, _NETWORK_TYPE) in (None, "IPV4"):
        yield "dual_stack: MSK cannot turn it off; keep dual_stack=True"


def _check_connectivity_update(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Check that an update which enables connectivity changes none of its prerequisites."""
    if not _enables_connectivity(before, after):
        return
    changed = [
        setting
        for setting, path in _CONNECTIVITY_PREREQUISITES.items()
        if input_at(before, path) != input_at(after, path)
    ]
    if changed:
        yield (
            f"connectivity_step: this update also changes {' and '.join(changed)}, which must be in place before "
            "connectivity is enabled; deploy connectivity_step='prepare' first, and 'enable' in a later update"
        )


def _check_private_link(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Check that PrivateLink is turned off explicitly: the provider ignores the removal of the block."""
    if _count_enabled(input_at(before, _PRIVATE_LINK)) and input_at(after, _PRIVATE_LINK) is None:
        yield "connectivity: PrivateLink stays on unless it is turned off explicitly; set disable_private_link=True"


def _enables_connectivity(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    was_public, is_public = (input_at(inputs, _PUBLIC_ACCESS) == _PUBLIC for inputs in (before, after))
    old_listeners, new_listeners = (_count_enabled(input_at(inputs, _PRIVATE_LINK)) for inputs in (before, after))
    return (is_public and not was_public) or new_listeners > old_listeners


def _count_enabled(value: Any) -> int:
    """Count the values that are True, at any depth."""
    if isinstance(value, Mapping):
        return sum(map(_count_enabled, cast("Mapping[str, Any]", value).values()))
    return int(value is True)


def _known_version(inputs: Mapping[str, Any]) -> str | None:
    """Return the Kafka version. None if it is unknown or cannot be parsed."""
    version = input_at(inputs, ("kafkaVersion",))
    try:
        return version if _is_known_text(version) and parse_version(version) else None
    except ValueError:
        return None


def _is_downgrade(version: str, old: str) -> bool:
    """Whether a version is older. ``x`` stands for any patch, so only major and minor version are compared with it."""
    parts = 2 if ".x" in version + old else 3
    return parse_version(version)[:parts] < parse_version(old)[:parts]


def _is_unknown(value: Any) -> bool:
    """Whether a value is unknown: an object in a resource hook, or a placeholder string in the JSON of a preview."""
    return value == rpc.UNKNOWN or not isinstance(value, (str, int, float, list, Mapping, type(None)))


def _is_known_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value != rpc.UNKNOWN
