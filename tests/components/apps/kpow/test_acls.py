"""What kPow must be allowed to do in a cluster."""

import pytest

from moorings.apps.kpow.acls import IAM_ACTIONS, MORE, acls, iam_statements

ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
TOPIC = ARN.replace(":cluster/", ":topic/")
GROUP = ARN.replace(":cluster/", ":group/")


def rows(found):
    return [
        f"{each.resource} {each.name} {each.pattern} {operation}" for each in found for operation in each.operations
    ]


def test_the_first_cluster_holds_kpows_own_topics():
    found = acls("kpow", [])
    assert {each.principal for each in found} == {"User:kpow"}
    assert rows(found) == [
        "cluster None literal Create",
        "cluster None literal Describe",
        "cluster None literal DescribeConfigs",
        "topic * literal Describe",
        "topic * literal DescribeConfigs",
        "topic __oprtr_ prefixed Read",
        "topic __oprtr_ prefixed Write",
        "topic oprtr.compute. prefixed Read",
        "topic oprtr.compute. prefixed Write",
        "group * literal Describe",
        "group oprtr.compute. prefixed Read",
    ]


def test_in_others_it_only_looks():
    assert rows(acls("kpow", [], first=False)) == [
        "cluster None literal Describe",
        "cluster None literal DescribeConfigs",
        "topic * literal Describe",
        "topic * literal DescribeConfigs",
        "group * literal Describe",
    ]


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("TOPIC_INSPECT", ["topic * literal Read"]),
        ("TOPIC_CREATE", ["cluster None literal Create", "topic * literal Create"]),
        ("TOPIC_TRUNCATE", ["topic * literal Delete"]),
        ("TOPIC_ELECT_LEADER", ["cluster None literal ClusterAction"]),
        ("TOPIC_ALTER_REASSIGNMENTS", ["cluster None literal Alter"]),
        ("GROUP_EDIT", ["group * literal Delete", "group * literal Read"]),
        ("PRODUCER_EDIT", ["cluster None literal ClusterAction"]),
        ("QUOTA_EDIT", ["cluster None literal AlterConfigs"]),
        ("KPOW_ADMIN", []),
        ("SCHEMA_EDIT", []),
    ],
)
def test_an_action_brings_what_it_needs(action, more):
    found = acls("kpow", [action], first=False)
    assert sorted(set(rows(found)) - set(rows(acls("kpow", [], first=False)))) == more


def test_iam_says_the_same_of_the_first_cluster():
    found = {each["Resource"]: each["Action"] for each in iam_statements(ARN, ["TOPIC_INSPECT"])}
    own = ["kafka-cluster:CreateTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
    assert found == {
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
        f"{TOPIC}/__oprtr_*": own,
        f"{TOPIC}/oprtr.compute.*": own,
    }


def test_iam_lets_kpow_only_look_at_others():
    statements = iam_statements(ARN, ["ACL_EDIT", "PRODUCER_EDIT"], first=False)
    assert {each["Effect"] for each in statements} == {"Allow"}
    assert {each["Resource"]: each["Action"] for each in statements} == {
        ARN: [
            "kafka-cluster:AlterCluster",
            "kafka-cluster:Connect",
            "kafka-cluster:DescribeCluster",
            "kafka-cluster:DescribeClusterDynamicConfiguration",
        ],
        f"{GROUP}/*": ["kafka-cluster:DescribeGroup"],
        f"{TOPIC}/*": ["kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"],
    }


def test_only_what_msk_has_no_action_for_is_left_out():
    everything = [*MORE, "ACL_EDIT", "BROKER_EDIT", "GROUP_EDIT", *(f"TOPIC_{each}" for each in ("CREATE", "DELETE", "EDIT", "INSPECT", "PRODUCE"))]  # fmt: skip
    wanted = {(each.resource, operation) for each in acls("kpow", everything) for operation in each.operations}
    assert wanted - IAM_ACTIONS.keys() == {("cluster", "ClusterAction"), ("cluster", "Create")}
    assert IAM_ACTIONS.keys() <= wanted
