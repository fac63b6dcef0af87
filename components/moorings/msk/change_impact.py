"""What changing an argument of a cluster does. As AWS published it on 2026-11-20."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast

Effect = Literal["in place", "rolling restart", "two updates", "replacement", "nothing"]
"""``in place``: clients notice nothing. ``rolling restart``: the brokers restart, one by one. ``two updates``: a first
one prepares, a second one does it. ``replacement``: another, empty cluster takes its place. ``nothing``: AWS is not
asked."""


@dataclass(frozen=True)
class Impact:
    """What changing an argument does."""

    effect: Effect

    note: str = ""
    """What else there is to know."""


_IN_PLACE = Impact("in place")
_NOTHING = Impact("nothing", "Says that something is meant.")
_UNTOLD = "AWS does not say whether brokers restart; expect that they do."
_REPLACED = Impact("replacement", "Refused while the cluster is protected.")
_LOGIN = Impact(
    "in place", f'To turn it off is refused without `acknowledged_changes=["authentication-off"]`. {_UNTOLD}'
)
_USERS = Impact("in place", "Of the user alone; MSK takes up to ten minutes.")
_RULES = Impact("in place", "Rules of the security group alone.")
_POLICY = Impact("in place", "The policy of the cluster alone.")
_ALARMS = Impact("in place", "Alarms alone.")
_LOGS = Impact("in place", "The brokers do not restart.")
_PROPERTY = Impact("rolling restart", "A new revision of the configuration.")

IMPACTS: Mapping[str, Impact] = MappingProxyType(
    {
        "vpc_id": _REPLACED,
        "subnet_ids": _REPLACED,
        "kafka_version": Impact("rolling restart", "An older one is refused, as is ZooKeeper after KRaft."),
        "unsupported_kafka_version": _NOTHING,
        "cluster_name": _REPLACED,
        "broker_type": Impact("replacement", "MSK refuses it; make a second cluster and replicate into it."),
        "instance_type": Impact("rolling restart", "Partitions stay where they are."),
        "burstable_brokers": _NOTHING,
        "brokers_per_zone": Impact(
            "in place", 'New brokers are empty. Fewer are refused without `acknowledged_changes=["fewer-brokers"]`.'
        ),
        "broker_quota": _NOTHING,
        "rebalancing_paused": _IN_PLACE,
        "volume_gib": Impact("in place", "It grows by 10 GiB at least, once in six hours. Less is refused."),
        "volume_autoscaling_max_gib": _IN_PLACE,
        "volume_autoscaling_target_percent": _IN_PLACE,
        "volume_throughput_mib_per_second": _IN_PLACE,
        "tiered_storage": Impact("in place", "To turn it off is refused: MSK never does."),
        "scram": _LOGIN,
        "iam": _LOGIN,
        "certificate_authority_arns": Impact(
            "in place",
            'Fewer are refused without `acknowledged_changes=["authentication-off"]`. After the last, see that mutual TLS is '
            f"off. {_UNTOLD}",
        ),
        "users": _USERS,
        "password_versions": _USERS,
        "secret_recovery_window_days": _USERS,
        "kms_key_arn": _REPLACED,
        "secrets_kms_key_arn": _USERS,
        "log_kms_key_arn": _LOGS,
        "log_retention_days": _LOGS,
        "cloudwatch_logs": _LOGS,
        "log_bucket": _LOGS,
        "log_bucket_prefix": _LOGS,
        "log_firehose_stream": _LOGS,
        "access": Impact("two updates", "The first with `access_step='prepare'`, the second with `'open'`."),
        "access_step": Impact("in place", _UNTOLD),
        "private_link_closed": Impact("in place", _UNTOLD),
        "private_link_accounts": _POLICY,
        "private_link_clients": _POLICY,
        "dual_stack": Impact("in place", f"To turn it off is refused: MSK never does. {_UNTOLD}"),
        "broker_hosted_zone_id": Impact("in place", "Names alone; with another zone they are made anew."),
        "security_group_ids": _REPLACED,
        "client_security_group_ids": _RULES,
        "client_cidrs": _RULES,
        "client_ipv6_cidrs": _RULES,
        "public_client_cidrs": _RULES,
        "prometheus_security_group_ids": _RULES,
        "prometheus_cidrs": _RULES,
        "security_group_rule_quota": _NOTHING,
        "default_replication_factor": _PROPERTY,
        "min_insync_replicas": _PROPERTY,
        "num_partitions": _PROPERTY,
        "retention_hours": _PROPERTY,
        "auto_create_topics": _PROPERTY,
        "allow_everyone_if_no_acl_found": _PROPERTY,
        "acls_exist": _PROPERTY,
        "server_properties": _PROPERTY,
        "topics": Impact("in place", "Partitions only grow; another replication factor is a replacement of the topic."),
        "other_partitions": _NOTHING,
        "crowded_brokers": _NOTHING,
        "enhanced_monitoring": _IN_PLACE,
        "alarm_topic_arns": _ALARMS,
        "silent_alarms": _ALARMS,
        "alarm_thresholds": _ALARMS,
        "disabled_alarms": _ALARMS,
        "dashboard": Impact("in place", "The dashboard alone."),
        "acknowledged_changes": _NOTHING,
        "timeout_hours": Impact("nothing", "Pulumi alone: it waits longer, or less long."),
        "protect": Impact("nothing", "Pulumi alone: it refuses to delete or replace the cluster."),
        "tags": _IN_PLACE,
    }
)
"""By argument of ``MskClusterArgs``.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-update-cluster-config.html,
https://docs.aws.amazon.com/msk/latest/developerguide/msk-update-broker-type.html and, for replacements, the provider's
https://www.pulumi.com/registry/packages/aws/api-docs/msk/cluster/
"""

RESTART_MINUTES = (5, 15)
"""Minutes that one Standard broker is away in a rolling restart, from and to.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html
"""


def rolling_minutes(brokers: int) -> tuple[int, int]:
    """Minutes for which a rolling restart goes on, from and to: one broker after the other."""
    return RESTART_MINUTES[0] * brokers, RESTART_MINUTES[1] * brokers


_SIZE, _VERSION, _CONFIGURATION = "the size of the brokers", "the Kafka version", "the configuration"
_RESTARTING = (_SIZE, _CONFIGURATION, _VERSION)

_OPERATIONS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "the access": (("brokerNodeGroupInfo", "connectivityInfo"),),
        _SIZE: (("brokerNodeGroupInfo", "instanceType"),),
        "the disks": (("brokerNodeGroupInfo", "storageInfo"), ("storageMode",)),
        "the number of brokers": (("numberOfBrokerNodes",),),
        _CONFIGURATION: (("configurationInfo",),),
        _VERSION: (("kafkaVersion",),),
        "the logins": (("clientAuthentication",),),
    }
)
"""What the provider asks MSK for one by one, in its order, by where it stands in the inputs.

Source: ``resourceClusterUpdate`` in
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/kafka/cluster.go
"""


def restarts(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """What in an update restarts the brokers, and for how long that goes on; None where nothing does.

    MSK makes one change after the other, and each of them restarts every broker.

    Args:
        before: inputs of the cluster in the provider's words, as they were.
        after: inputs as they will be.

    """
    changed = [what for what in _changes(before, after) if what.startswith(_RESTARTING)]
    brokers = after.get("numberOfBrokerNodes")
    if not changed or not isinstance(brokers, int | float):
        return None
    least, most = (minutes * len(changed) for minutes in rolling_minutes(int(brokers)))
    each = "each time " if len(changed) > 1 else ""
    return (
        f"a change of {' and of '.join(changed)} restarts the {brokers:g} brokers one by one, {each}5 to 15 minutes "
        f"for each: {least} to {most} minutes in all"
    )


def several_at_once(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """What one update changes one after the other, None where it is not more than one thing."""
    changed = _changes(before, after)
    if len(changed) < 2:  # noqa: PLR2004 - more than one
        return None
    return (
        f"this update changes {', '.join(changed[:-1])} and {changed[-1]}, one after the other, each when MSK is "
        "through with the one before, and where one fails those after it are not made; make them in updates of their "
        "own, or say acknowledged_changes=['several-at-once']"
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What an update changes, in the order in which the provider does."""
    found = [
        what for what, paths in _OPERATIONS.items() if any(_at(before, path) != _at(after, path) for path in paths)
    ]
    if _CONFIGURATION in found and _VERSION in found:
        # One operation, which restarts the brokers once.
        found[found.index(_VERSION)] = f"{_VERSION} with {_CONFIGURATION}"
        found.remove(_CONFIGURATION)
    return found


def _at(inputs: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        inputs = cast("Mapping[str, Any]", inputs).get(step) if isinstance(inputs, Mapping) else None
    return inputs
