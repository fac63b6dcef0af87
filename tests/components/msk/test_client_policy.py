"""IAM policies of Kafka clients."""

import json

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput, MskClientPolicy
from moorings.kafka.permissions import kafka_resource_arn

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
CLUSTER_PATH = "shop/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"

REQUIRED_ACTIONS = {
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
"""The actions that each action requires, as published by AWS on 2026-11-20.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
"""


@pytest.fixture
def statements(deploy):
    """Returns a function that returns the statements of a policy."""

    def render(cluster_arn=lambda: CLUSTER, **args):
        def program():
            pulumi.export("policy", MskClientPolicy(cluster_arn=cluster_arn(), **args).document)

        return json.loads(deploy(program).outputs["policy"])["Statement"]

    return render


def arn(kind, name):
    return f"arn:aws:kafka:eu-west-1:123456789012:{kind}/{CLUSTER_PATH}/{name}"


def test_producer(statements):
    assert statements(write_topics=["orders", "refunds.*", "orders"]) == [
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


def test_transactional_producer(statements):
    assert statements(write_topics=["orders"], transactional_ids=["orders"])[2] == {
        "Sid": "Transact",
        "Effect": "Allow",
        "Action": ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"],
        "Resource": [arn("transactional-id", "orders")],
    }


def test_consumer(statements):
    assert statements(read_topics=["orders"], consumer_groups=["billing"]) == [
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


def test_an_administrator_cannot_read_or_write_data(statements):
    policy = statements(admin=True)
    actions = {action for statement in policy for action in statement["Action"]}
    assert not {"kafka-cluster:ReadData", "kafka-cluster:WriteData", "kafka-cluster:*"} & actions
    assert {"kafka-cluster:AlterCluster", "kafka-cluster:CreateTopic", "kafka-cluster:DeleteGroup"} <= actions
    assert [statement["Resource"] for statement in policy] == [
        CLUSTER,
        CLUSTER,
        [arn("topic", "*")],
        [arn("group", "*")],
    ]


PRODUCER = {"write_topics": ["orders"], "transactional_ids": ["orders"]}
CONSUMER = {"read_topics": ["orders"], "consumer_groups": ["billing"]}
ROLES = [PRODUCER, CONSUMER, {"admin": True}, {**PRODUCER, **CONSUMER, "admin": True}]


@pytest.mark.parametrize("role", ROLES, ids=["producer", "consumer", "administrator", "all roles"])
def test_a_policy_contains_all_required_actions_and_only_this_cluster(statements, role):
    policy = statements(**role)
    granted = {action.removeprefix("kafka-cluster:") for statement in policy for action in statement["Action"]}
    assert {required for action in granted for required in REQUIRED_ACTIONS[action]} <= granted
    sids = [statement["Sid"] for statement in policy]
    assert len(set(sids)) == len(sids)
    for statement in policy:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        assert all(f"/{CLUSTER_PATH}" in resource for resource in resources)


@given(
    st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
    st.from_regex(r"[a-z]{2}-[a-z]+-[0-9]", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9-]{1,64}/[0-9a-f-]{36}-[0-9]{1,2}", fullmatch=True),
    st.sampled_from(["topic", "group", "transactional-id"]),
    st.from_regex(r"[A-Za-z0-9._:/-]{1,40}", fullmatch=True),
)
def test_a_resource_has_the_partition_region_and_account_of_its_cluster(partition, region, cluster, type_, name):
    prefix = f"arn:{partition}:kafka:{region}:123456789012"
    assert kafka_resource_arn(f"{prefix}:cluster/{cluster}", type_, name) == f"{prefix}:{type_}/{cluster}/{name}"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, ": the policy grants no permissions; set write_topics, read_topics or admin=True"),
        (
            {"read_topics": ["orders"]},
            ": read_topics and consumer_groups: a consumer requires both; set both or neither",
        ),
        (
            {"admin": True, "consumer_groups": ["billing"]},
            ": read_topics and consumer_groups: a consumer requires both; set both or neither",
        ),
        (
            {"admin": True, "transactional_ids": ["orders"]},
            ": transactional_ids: requires write_topics; set it, or remove transactional_ids",
        ),
        (
            {"write_topics": ["or*ers"]},
            ".write_topics[0]: must be a name, or a prefix followed by '*', without other '*', '?' or '$', got "
            "'or*ers'",
        ),
        (
            {"read_topics": ["orders"], "consumer_groups": ["${aws:username}"]},
            ".consumer_groups[0]: must be a name, or a prefix followed by '*', without other '*', '?' or '$', "
            "got '${aws:username}'",
        ),
    ],
)
def test_invalid_policies_are_rejected(args, message):
    with pytest.raises(InvalidInput) as error:
        MskClientPolicy.from_input("policy", {"cluster_arn": CLUSTER, **args})
    assert str(error.value) == f"policy{message}"


def test_a_late_cluster_arn_is_accepted(statements):
    late = statements(cluster_arn=lambda: pulumi.Output.from_input(CLUSTER), write_topics=["orders"])
    assert late == statements(write_topics=["orders"])
