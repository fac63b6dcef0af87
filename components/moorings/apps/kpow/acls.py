"""What kPow must be allowed to do in a cluster: as ACLs of Kafka, and as actions of IAM. Data alone.

Sources: https://docs.kpow.io/installation/minimum-acl-permissions and, for the actions that are not in that table,
https://kafka.apache.org/documentation/#operations_in_kafka. Both as of 2026-08-20.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeGuard, get_args

from moorings.kafka.acls import EVERY, KPOW_PREFIXES, KafkaAcl, KpowAllowed, Operation, ResourceKind

Action = (
    KpowAllowed
    | Literal[
        "BULK_ACTION",
        "CONNECT_CREATE",
        "CONNECT_EDIT",
        "CONNECT_INSPECT",
        "KPOW_ADMIN",
        "PRODUCER_EDIT",
        "QUOTA_EDIT",
        "SCHEMA_CREATE",
        "SCHEMA_EDIT",
        "TOPIC_ALTER_REASSIGNMENTS",
        "TOPIC_ELECT_LEADER",
        "TOPIC_TRUNCATE",
    ]
)
"""What users may do in kPow.

Source: https://docs.kpow.io/authorization/simple-access-control
"""

MORE: Mapping[str, tuple[ResourceKind, Operation]] = MappingProxyType(
    {
        "PRODUCER_EDIT": ("cluster", "ClusterAction"),
        "QUOTA_EDIT": ("cluster", "AlterConfigs"),
        "TOPIC_ALTER_REASSIGNMENTS": ("cluster", "Alter"),
        "TOPIC_ELECT_LEADER": ("cluster", "ClusterAction"),
        "TOPIC_TRUNCATE": ("topic", "Delete"),
    }
)
"""What actions need that kPow's own table leaves out. Those that are in neither need nothing of Kafka."""

IAM_ACTIONS: Mapping[tuple[ResourceKind, Operation], str] = MappingProxyType(
    {
        ("cluster", "Alter"): "AlterCluster",
        ("cluster", "AlterConfigs"): "AlterClusterDynamicConfiguration",
        ("cluster", "Describe"): "DescribeCluster",
        ("cluster", "DescribeConfigs"): "DescribeClusterDynamicConfiguration",
        ("group", "Delete"): "DeleteGroup",
        ("group", "Describe"): "DescribeGroup",
        ("group", "Read"): "AlterGroup",
        ("topic", "AlterConfigs"): "AlterTopicDynamicConfiguration",
        ("topic", "Create"): "CreateTopic",
        ("topic", "Delete"): "DeleteTopic",
        ("topic", "Describe"): "DescribeTopic",
        ("topic", "DescribeConfigs"): "DescribeTopicDynamicConfiguration",
        ("topic", "Read"): "ReadData",
        ("topic", "Write"): "WriteData",
    }
)
"""What identities of IAM need instead. MSK has no action for what is not here.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
"""


def acls(user: str, allowed: Iterable[Action], *, first: bool = True) -> list[KafkaAcl]:
    """What kPow's user needs in a cluster.

    Args:
        user: name of the user.
        allowed: what kPow's own users may do.
        first: whether it is the first cluster, which holds kPow's topics; in the others it keeps nothing.

    """
    actions = list(allowed)
    found = KafkaAcl.for_kpow(user, filter(_documented, actions), creates_its_topics=first)
    for resource, operation in sorted({MORE[each] for each in actions if each in MORE}):
        name = None if resource == "cluster" else EVERY
        found.append(KafkaAcl(user=user, resource=resource, name=name, operations=[operation]))
    return [each for each in found if first or each.pattern == "literal"]


def iam_statements(cluster_arn: str, allowed: Iterable[Action], *, first: bool = True) -> list[dict[str, Any]]:
    """The same as statements of an IAM policy, one for each resource."""
    found = {cluster_arn: {"Connect"}}
    wanted = acls("kpow", allowed, first=first)
    if first:  # IAM asks for the topic where Kafka asks for the cluster
        for prefix in KPOW_PREFIXES:
            wanted.append(
                KafkaAcl(user="kpow", resource="topic", name=prefix, operations=["Create"], pattern="prefixed")
            )
        found[cluster_arn].add("WriteDataIdempotently")
    for acl in wanted:
        actions = (IAM_ACTIONS.get((acl.resource, each)) for each in acl.operations)
        found.setdefault(_arn(cluster_arn, acl), set()).update(filter(None, actions))
    return [
        {"Effect": "Allow", "Action": sorted(f"kafka-cluster:{each}" for each in found[arn]), "Resource": arn}
        for arn in sorted(found)
    ]


def _documented(action: Action) -> TypeGuard[KpowAllowed]:
    return action in get_args(KpowAllowed)


def _arn(cluster_arn: str, acl: KafkaAcl) -> str:
    """ARN of what an ACL speaks of, in the cluster of that ARN.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-iam-resources.html
    """
    if acl.name is None:
        return cluster_arn
    ending = "*" if acl.pattern == "prefixed" else ""
    return f"{cluster_arn.replace(':cluster/', f':{acl.resource}/', 1)}/{acl.name}{ending}"
