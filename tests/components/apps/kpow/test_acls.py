"""ACLs and IAM permissions of kPow."""

import pytest

from moorings.apps.kpow.acls import ACTION_OPERATIONS, IAM_ACTIONS, iam_statements, kpow_acls

ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
TOPIC = ARN.replace(":cluster/", ":topic/")
GROUP = ARN.replace(":cluster/", ":group/")


def rows(acls):
    return [
        f"{acl.resource_type} {acl.resource_name} {acl.pattern_type} {operation}"
        for acl in acls
        for operation in acl.operations
    ]


def test_acls_of_the_primary_cluster_include_the_internal_topics():
    acls = kpow_acls("kpow")
    assert {acl.principal for acl in acls} == {"User:kpow"}
    assert rows(acls) == [
        "cluster None literal Describe",
        "cluster None literal DescribeConfigs",
        "topic * literal Describe",
        "topic * literal DescribeConfigs",
        "topic __oprtr_ prefixed Create",
        "topic __oprtr_ prefixed Read",
        "topic __oprtr_ prefixed Write",
        "topic oprtr.compute. prefixed Create",
        "topic oprtr.compute. prefixed Read",
        "topic oprtr.compute. prefixed Write",
        "group * literal Describe",
        "group oprtr.compute. prefixed Read",
    ]


def test_acls_of_additional_clusters_only_describe():
    assert rows(kpow_acls("kpow", primary=False)) == [
        "cluster None literal Describe",
        "cluster None literal DescribeConfigs",
        "topic * literal Describe",
        "topic * literal DescribeConfigs",
        "group * literal Describe",
    ]


@pytest.mark.parametrize(
    ("action", "operations"),
    [
        ("ACL_EDIT", ["cluster None literal Alter"]),
        ("BROKER_EDIT", ["cluster None literal AlterConfigs"]),
        ("TOPIC_DELETE", ["topic * literal Delete"]),
        ("TOPIC_EDIT", ["topic * literal AlterConfigs"]),
        ("TOPIC_INSPECT", ["topic * literal Read"]),
        ("TOPIC_PRODUCE", ["topic * literal Write"]),
        ("TOPIC_CREATE", ["topic * literal Create"]),
        ("TOPIC_TRUNCATE", ["topic * literal Delete"]),
        ("TOPIC_ELECT_LEADER", ["cluster None literal Alter"]),
        ("TOPIC_ALTER_REASSIGNMENTS", ["cluster None literal Alter"]),
        ("GROUP_DELETE", ["group * literal Delete"]),
        ("GROUP_EDIT", ["group * literal Delete", "group * literal Read", "topic * literal Read"]),
        ("TOPIC_DATA_QUERY", ["topic * literal Read"]),
        ("BROKER_UNREGISTER", ["cluster None literal Alter"]),
        ("PRODUCER_EDIT", ["cluster None literal ClusterAction"]),
        ("QUOTA_EDIT", ["cluster None literal AlterConfigs"]),
        ("KPOW_ADMIN", []),
        ("SCHEMA_EDIT", []),
    ],
)
def test_acls_include_the_operations_of_allowed_actions(action, operations):
    acls = kpow_acls("kpow", [action], primary=False)
    assert sorted(set(rows(acls)) - set(rows(kpow_acls("kpow", primary=False)))) == operations


def test_acls_with_existing_internal_topics_do_not_include_create():
    acls = rows(kpow_acls("kpow", creates_topics=False))
    assert acls == [acl for acl in rows(kpow_acls("kpow")) if not acl.endswith("Create")]


def test_unknown_action_is_rejected(rejected):
    with rejected("kpow-action-without-acls", "allow"):
        kpow_acls("kpow", ["TOPIC_INSPEKT"])


def test_iam_statements_of_the_primary_cluster():
    actions = {statement["Resource"]: statement["Action"] for statement in iam_statements(ARN, ["TOPIC_INSPECT"])}
    internal = ["kafka-cluster:CreateTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
    assert actions == {
        ARN: [
            "kafka-cluster:Connect",
            "kafka-cluster:DescribeCluster",
            "kafka-cluster:DescribeClusterDynamicConfiguration",
            "kafka-cluster:WriteDataIdempotently",
        ],
        f"{GROUP}/*": ["kafka-cluster:DescribeGroup"],
        f"{GROUP}/oprtr.compute.*": ["kafka-cluster:AlterGroup"],
        f"{TOPIC}/*": [
            "kafka-cluster:DescribeTopic",
            "kafka-cluster:DescribeTopicDynamicConfiguration",
            "kafka-cluster:ReadData",
        ],
        f"{TOPIC}/__oprtr_*": internal,
        f"{TOPIC}/oprtr.compute.*": internal,
    }


def test_iam_statements_of_additional_clusters():
    statements = iam_statements(ARN, ["ACL_EDIT", "PRODUCER_EDIT"], primary=False)
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert {statement["Resource"]: statement["Action"] for statement in statements} == {
        ARN: [
            "kafka-cluster:AlterCluster",
            "kafka-cluster:Connect",
            "kafka-cluster:DescribeCluster",
            "kafka-cluster:DescribeClusterDynamicConfiguration",
        ],
        f"{GROUP}/*": ["kafka-cluster:DescribeGroup"],
        f"{TOPIC}/*": ["kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"],
    }


def test_iam_actions_exist_for_all_operations_except_cluster_action():
    needed = {
        (acl.resource_type, operation) for acl in kpow_acls("kpow", ACTION_OPERATIONS) for operation in acl.operations
    }
    assert needed - IAM_ACTIONS.keys() == {("cluster", "ClusterAction")}
    assert IAM_ACTIONS.keys() <= needed
