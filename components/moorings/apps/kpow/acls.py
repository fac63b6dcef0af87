"""Kafka permissions of kPow: the ACLs of its SCRAM user, and the IAM policy of its role.

Sources: https://docs.kpow.io/installation/minimum-acl-permissions and, for actions that it does not list,
https://kafka.apache.org/documentation/#operations_in_kafka.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any

import pulumi

from moorings.apps.kpow.clusters import PRIMARY
from moorings.aws.iam import policy_document
from moorings.kafka.acls import WILDCARD, AclOperation, AclResourceType, KafkaAcl, acls_of_type
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.permissions import kafka_resource_arn
from moorings.sdk.locations import user_location
from moorings.validation.errors import InvalidInput, suggestion
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import matches

KpowAction = Annotated[str, matches("the name of an action in capital letters", "[A-Z][A-Z0-9_]*", "TOPIC_INSPECT")]
"""Action that kPow allows its users with ``ALLOW_<action>=true``."""

ACTION_OPERATIONS: Mapping[str, Mapping[AclResourceType, tuple[AclOperation, ...]]] = MappingProxyType(
    {
        "ACL_EDIT": {"cluster": ("Alter",)},
        "ADMIN": {},
        "BROKER_EDIT": {"cluster": ("AlterConfigs",)},
        "BROKER_UNREGISTER": {"cluster": ("Alter",)},
        "BULK_ACTION": {},
        "CONNECT_ALTER_STATE": {},
        "CONNECT_CREATE": {},
        "CONNECT_DELETE": {},
        "CONNECT_EDIT": {},
        "CONNECT_EDIT_CONFIG": {},
        "CONNECT_INSPECT": {},
        "GROUP_DELETE": {"group": ("Delete",)},
        # Brokers allow committing and deleting an offset only to users that may read the topic.
        "GROUP_EDIT": {"group": ("Delete", "Read"), "topic": ("Read",)},
        "KPOW_ADMIN": {},
        "KSQLDB_EXECUTE": {},
        "KSQLDB_INSERT": {},
        "KSQLDB_QUERY": {},
        "KSQLDB_TERMINATE_QUERY": {},
        "PRODUCER_EDIT": {"cluster": ("ClusterAction",)},
        "QUOTA_EDIT": {"cluster": ("AlterConfigs",)},
        "SCHEMA_CREATE": {},
        "SCHEMA_DELETE": {},
        "SCHEMA_EDIT": {},
        "SCHEMA_VERSION_EDIT": {},
        "TOPIC_ALTER_REASSIGNMENTS": {"cluster": ("Alter",)},
        "TOPIC_ALTER_REPLICAS": {"cluster": ("Alter",)},
        "TOPIC_CREATE": {"topic": ("Create",)},
        "TOPIC_DATA_DOWNLOAD": {},
        "TOPIC_DATA_QUERY": {"topic": ("Read",)},
        "TOPIC_DELETE": {"topic": ("Delete",)},
        "TOPIC_EDIT": {"topic": ("AlterConfigs",)},
        "TOPIC_ELECT_LEADER": {"cluster": ("Alter",)},
        "TOPIC_INSPECT": {"topic": ("Read",)},
        "TOPIC_PRODUCE": {"topic": ("Write",)},
        "TOPIC_TRUNCATE": {"topic": ("Delete",)},
    }
)
"""Known actions, and the Kafka operations that kPow needs for each.

Source: https://docs.factorhouse.io/kpow-ee/authorization/overview
"""

ACTIONS_CHECKED = "2026-11-21"
"""Date on which the actions were compared with their source."""

INTERNAL_PREFIXES = ("__oprtr_", "oprtr.compute.")
"""Name prefixes of kPow's internal topics and consumer groups."""

IAM_ACTIONS: Mapping[tuple[AclResourceType, AclOperation], str] = MappingProxyType(
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
"""IAM actions of MSK that correspond to Kafka operations. MSK has no action for the operations that are not listed.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
"""

METERING_STATEMENT: Mapping[str, Any] = MappingProxyType(
    {"Sid": "Meter", "Effect": "Allow", "Action": "aws-marketplace:RegisterUsage", "Resource": "*"}
)
"""Source: https://docs.aws.amazon.com/marketplace/latest/userguide/iam-user-policy-for-aws-marketplace-actions.html"""


UNKNOWN_OPERATIONS = Rule(
    id="kpow-action-without-acls",
    rationale="The Kafka operations of an unknown action are unknown, so that its ACLs would be missing.",
    source="https://docs.factorhouse.io/kpow-ee/authorization/overview",
    invalid="kpow_acls('kpow', ['TOPIC_CLONE'])",
    valid="kpow_acls('kpow', ['TOPIC_CREATE'])",
)


def known_actions(actions: Iterable[str]) -> list[str]:
    """Return the actions whose Kafka operations are known."""
    return [action for action in actions if action in ACTION_OPERATIONS]


def similar_action(action: str) -> str:
    """Return a question that names the known action most similar to an unknown one, or an empty string."""
    similar = suggestion(action, ACTION_OPERATIONS)
    return f"did you mean {similar}? " if similar else ""


def kpow_acls(
    user: str, allow: Iterable[KpowAction] = (), *, primary: bool = True, creates_topics: bool = True
) -> list[KafkaAcl]:
    """Return the ACLs of kPow's user: describe all resources, use the internal topics, and perform allowed actions.

    Args:
        user: user that kPow authenticates as.
        allow: actions that kPow allows its users. None by default.
        primary: whether this is kPow's first cluster, which stores the internal topics.
        creates_topics: whether kPow creates the internal topics. Otherwise they must exist before kPow starts.

    Raises:
        InvalidInput: for an action whose Kafka operations are unknown.

    """
    operations: dict[AclResourceType, set[AclOperation]] = {
        "cluster": {"Describe", "DescribeConfigs"},
        "topic": {"Describe", "DescribeConfigs"},
        "group": {"Describe"},
    }
    for action in allow:
        if action not in ACTION_OPERATIONS:
            message = (
                f"the Kafka operations of {action!r} are unknown; {similar_action(action)}Otherwise remove it, and add "
                "its ACLs with KafkaAcl"
            )
            violation = Violation(UNKNOWN_OPERATIONS, message, "allow")
            raise InvalidInput.of(violation, "kpow_acls", user_location() or "")
        for resource_type, needed in ACTION_OPERATIONS[action].items():
            operations[resource_type].update(needed)
    internal_topics = INTERNAL_PREFIXES if primary else ()
    internal_operations: list[AclOperation] = ["Create", "Read", "Write"] if creates_topics else ["Read", "Write"]
    return [
        KafkaAcl(user=user, resource_type="cluster", operations=sorted(operations["cluster"])),
        *acls_of_type("topic", user, [WILDCARD], sorted(operations["topic"])),
        *acls_of_type("topic", user, internal_topics, internal_operations, "prefixed"),
        *acls_of_type("group", user, [WILDCARD], sorted(operations["group"])),
        *acls_of_type("group", user, internal_topics[1:], ["Read"], "prefixed"),
    ]


def iam_statements(cluster_arn: str, allow: Iterable[KpowAction], *, primary: bool = True) -> list[dict[str, Any]]:
    """Return the same permissions as statements of an IAM policy, one for each resource."""
    actions = {cluster_arn: {"Connect"}}
    acls = kpow_acls("kpow", allow, primary=primary)
    if primary:
        actions[cluster_arn].add("WriteDataIdempotently")
    for acl in acls:
        names = (IAM_ACTIONS.get((acl.resource_type, operation)) for operation in acl.operations)
        actions.setdefault(_resource_arn(cluster_arn, acl), set()).update(filter(None, names))
    return [
        {"Effect": "Allow", "Action": sorted(f"kafka-cluster:{action}" for action in actions[arn]), "Resource": arn}
        for arn in sorted(actions)
    ]


def _resource_arn(cluster_arn: str, acl: KafkaAcl) -> str:
    if acl.resource_name is None:
        return cluster_arn
    wildcard = WILDCARD if acl.pattern_type == "prefixed" else ""
    return kafka_resource_arn(cluster_arn, acl.resource_type, f"{acl.resource_name}{wildcard}")


def acl_commands(
    connections: Mapping[str, KafkaConnection], allow: Sequence[KpowAction]
) -> pulumi.Output[dict[str, list[str]]]:
    """Return ``kafka-acls.sh`` commands that add the required ACLs, by the name of each cluster with a SCRAM user."""
    users: dict[str, Any] = {name: kafka.username for name, kafka in connections.items() if kafka.uses_password}

    def render(usernames: dict[str, str]) -> dict[str, list[str]]:
        return {
            name: KafkaAcl.commands(kpow_acls(user, allow, primary=name == PRIMARY)) for name, user in usernames.items()
        }

    return pulumi.Output[dict[str, str]].from_input(users).apply(render)


def iam_policy(
    connections: Mapping[str, KafkaConnection], allow: Sequence[KpowAction], *, metering: bool
) -> pulumi.Output[str] | None:
    """Return the IAM policy of kPow's role as JSON, None if it needs no permissions.

    Args:
        connections: connections by the name of the cluster. The policy allows access to those with IAM and an ARN.
        allow: actions that kPow allows its users.
        metering: whether AWS Marketplace bills kPow by the hour.

    """
    arns: dict[str, Any] = {
        name: kafka.cluster_arn
        for name, kafka in connections.items()
        if kafka.uses_iam and kafka.cluster_arn is not None
    }
    if not arns and not metering:
        return None

    def render(cluster_arns: dict[str, str]) -> str:
        statements = [dict(METERING_STATEMENT)] if metering else []
        for name, arn in cluster_arns.items():
            statements += iam_statements(arn, allow, primary=name == PRIMARY)
        return policy_document(statements)

    return pulumi.Output[dict[str, str]].from_input(arns).apply(render)
