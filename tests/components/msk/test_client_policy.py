"""What identities of IAM may do with a cluster."""

import json

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput
from moorings.msk.client_policy import MskClientPolicy, policy, resource_arn

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
INSIDE = "shop/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"

REQUIRES = {
    "AlterCluster": ("Connect", "DescribeCluster"),
    "AlterClusterDynamicConfiguration": ("Connect", "DescribeClusterDynamicConfiguration"),
    "AlterGroup": ("Connect", "DescribeGroup"),
    "AlterTopic": ("Connect", "DescribeTopic"),
    "AlterTopicDynamicConfiguration": ("Connect", "DescribeTopicDynamicConfiguration"),
    "AlterTransactionalId": ("Connect", "DescribeTransactionalId", "WriteData"),
    "Connect": (),
    "CreateTopic": ("Connect",),
    "DeleteGroup": ("Connect", "DescribeGroup"),
    "DeleteTopic": ("Connect", "DescribeTopic"),
    "DescribeCluster": ("Connect",),
    "DescribeClusterDynamicConfiguration": ("Connect",),
    "DescribeGroup": ("Connect",),
    "DescribeTopic": ("Connect",),
    "DescribeTopicDynamicConfiguration": ("Connect",),
    "DescribeTransactionalId": ("Connect",),
    "ReadData": ("Connect", "DescribeTopic", "AlterGroup"),
    "WriteData": ("Connect", "DescribeTopic"),
    "WriteDataIdempotently": ("Connect", "WriteData"),
}
"""What each action does not work without, as AWS published it on 2026-11-20.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
"""


def statements(**args):
    return json.loads(policy(CLUSTER, MskClientPolicy(cluster_arn=CLUSTER, **args).grants))["Statement"]


def arn(kind, name):
    return f"arn:aws:kafka:eu-west-1:123456789012:{kind}/{INSIDE}/{name}"


def test_a_producer_writes_to_its_topics_alone():
    assert statements(produce_to=["orders", "refunds.*", "orders"]) == [
        {
            "Sid": "Connect",
            "Effect": "Allow",
            "Action": ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"],
            "Resource": CLUSTER,
        },
        {
            "Sid": "Write",
            "Effect": "Allow",
            "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
            "Resource": [arn("topic", "orders"), arn("topic", "refunds.*")],
        },
    ]


def test_transactions_need_their_ids():
    assert statements(produce_to=["orders"], transactional_ids=["orders"])[2] == {
        "Sid": "Transact",
        "Effect": "Allow",
        "Action": ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"],
        "Resource": [arn("transactional-id", "orders")],
    }


def test_a_consumer_reads_its_topics_in_its_groups():
    assert statements(consume_from=["orders"], groups=["billing"]) == [
        {"Sid": "Connect", "Effect": "Allow", "Action": ["kafka-cluster:Connect"], "Resource": CLUSTER},
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
            "Resource": [arn("topic", "orders")],
        },
        {
            "Sid": "Join",
            "Effect": "Allow",
            "Action": ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
            "Resource": [arn("group", "billing")],
        },
    ]


def test_an_administrator_sees_no_data():
    found = statements(admin=True)
    actions = {action for each in found for action in each["Action"]}
    assert not {"kafka-cluster:ReadData", "kafka-cluster:WriteData", "kafka-cluster:*"} & actions
    assert {"kafka-cluster:AlterCluster", "kafka-cluster:CreateTopic", "kafka-cluster:DeleteGroup"} <= actions
    assert [each["Resource"] for each in found] == [CLUSTER, CLUSTER, [arn("topic", "*")], [arn("group", "*")]]


PRODUCER = {"produce_to": ["orders"], "transactional_ids": ["orders"]}
CONSUMER = {"consume_from": ["orders"], "groups": ["billing"]}
ROLES = [PRODUCER, CONSUMER, {"admin": True}, {**PRODUCER, **CONSUMER, "admin": True}]


@pytest.mark.parametrize("role", ROLES, ids=["producer", "consumer", "administrator", "all of them"])
def test_a_policy_is_narrow_and_complete(role):
    found = statements(**role)
    granted = {action.removeprefix("kafka-cluster:") for each in found for action in each["Action"]}
    assert {need for action in granted for need in REQUIRES[action]} <= granted
    sids = [each["Sid"] for each in found]
    assert len(set(sids)) == len(sids)
    for each in found:
        resources = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        assert all(f"/{INSIDE}" in resource for resource in resources)


@given(
    st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
    st.from_regex(r"[a-z]{2}-[a-z]+-[0-9]", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9-]{1,64}/[0-9a-f-]{36}-[0-9]{1,2}", fullmatch=True),
    st.sampled_from(["topic", "group", "transactional-id"]),
    st.from_regex(r"[A-Za-z0-9._:/-]{1,40}", fullmatch=True),
)
def test_what_is_in_a_cluster_lies_where_the_cluster_does(partition, region, name, kind, inside):
    place = f"arn:{partition}:kafka:{region}:123456789012"
    assert resource_arn(f"{place}:cluster/{name}", kind, inside) == f"{place}:{kind}/{name}/{inside}"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, ": the policy allows nothing; name topics in produce_to or consume_from, or say admin=True"),
        (
            {"consume_from": ["orders"]},
            ": a consumer is a member of a group; give both consume_from and groups, or none of them",
        ),
        (
            {"admin": True, "groups": ["billing"]},
            ": a consumer is a member of a group; give both consume_from and groups, or none of them",
        ),
        (
            {"admin": True, "transactional_ids": ["orders"]},
            ": transactional_ids are a producer's; name topics in produce_to",
        ),
        (
            {"produce_to": ["or*ers"]},
            ".produce_to[0]: 'or*ers' is no name: it may end with '*', which stands for all that begin so, and has no "
            "other '*', '?' or '$'",
        ),
        (
            {"consume_from": ["orders"], "groups": ["${aws:username}"]},
            ".groups[0]: '${aws:username}' is no name: it may end with '*', which stands for all that begin so, and has "
            "no other '*', '?' or '$'",
        ),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(args, message):
    with pytest.raises(InvalidInput) as caught:
        MskClientPolicy.from_input("policy", {"cluster_arn": CLUSTER, **args})
    assert str(caught.value) == f"policy{message}"


@pytest.mark.parametrize("late", [False, True])
def test_a_cluster_that_is_known_later_will_do(deploy, late):
    def program():
        arn = pulumi.Output.from_input(CLUSTER) if late else CLUSTER
        pulumi.export("policy", MskClientPolicy(cluster_arn=arn, produce_to=["orders"]).document)

    found = json.loads(deploy(program).outputs["policy"])
    assert found["Statement"] == statements(produce_to=["orders"])
