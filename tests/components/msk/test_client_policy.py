"""IAM policies of Kafka clients."""

import json

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import KafkaConnection, KafkaPermissions, MskClientPolicy
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
    ("args", "rule", "path"),
    [
        ({}, "kafka-permissions-empty", ""),
        ({"admin": True, "consumer_groups": ["billing"]}, "kafka-permissions-consumer", "read_topics"),
        ({"admin": True, "transactional_ids": ["orders"]}, "kafka-permissions-transaction", "transactional_ids"),
        ({"write_topics": ["two words"]}, "kafka-permissions-name", "write_topics[0]"),
        (
            {"read_topics": ["orders"], "consumer_groups": ["billing", "${aws:username"]},
            "kafka-permissions-name",
            "consumer_groups[1]",
        ),
        ({"write_topics": [""]}, "argument-length", "write_topics[0]"),
    ],
)
def test_invalid_policies_are_rejected(rejected, args, rule, path):
    with rejected(rule, path):
        MskClientPolicy(cluster_arn=CLUSTER, **args)


@pytest.mark.parametrize("name", ["or*ers", "orders-?", "${aws:PrincipalTag/team}.orders", "${*}"])
def test_wildcards_and_policy_variables_are_passed_to_iam(statements, name):
    assert statements(write_topics=[name])[1]["Resource"] == [arn("topic", name)]


def test_a_consumer_without_group_can_be_acknowledged(statements):
    policy = statements(read_topics=["orders"], acknowledge={"kafka-permissions-consumer": "reads by offset"})
    assert [statement["Sid"] for statement in policy] == ["Connect", "Read"]


def test_groups_without_topics_can_be_acknowledged(statements):
    policy = statements(consumer_groups=["*"], acknowledge={"kafka-permissions-consumer": "resets offsets"})
    assert [statement["Sid"] for statement in policy] == ["Connect", "Join"]


def test_a_policy_that_no_role_can_have_is_rejected(deploy, rejected):
    topics = [f"{number:0>200}" for number in range(60)]
    with rejected("aws-iam-policy-size"):
        deploy(lambda: MskClientPolicy(cluster_arn=pulumi.Output.from_input(CLUSTER), write_topics=topics).document)


def test_a_late_cluster_arn_is_accepted(statements):
    late = statements(cluster_arn=lambda: pulumi.Output.from_input(CLUSTER), write_topics=["orders"])
    assert late == statements(write_topics=["orders"])


def test_a_client_of_msk_serverless(deploy):
    cluster = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-s1"
    permissions = KafkaPermissions(read_topics=["orders"], consumer_groups=["billing"])

    def program():
        connection = KafkaConnection(
            listener="iam",
            bootstrap_servers="boot-a1b2c3d4.c2.kafka-serverless.eu-west-1.amazonaws.com:9098",
            cluster_arn=cluster,
            permissions=permissions,
        )
        pulumi.export("settings", connection.java())

    assert deploy(program).outputs["settings"]["sasl.mechanism"] == "AWS_MSK_IAM"
    resources = [statement["Resource"] for statement in permissions.iam_statements(cluster)]
    topic = cluster.replace(":cluster/", ":topic/") + "/orders"
    group = cluster.replace(":cluster/", ":group/") + "/billing"
    assert resources == [cluster, [topic], [group]]


def test_msk_serverless_supports_iam_only(rejected):
    with rejected("kafka-listener-port", "bootstrap_servers"):
        KafkaConnection(
            listener="tls", bootstrap_servers="boot-a1b2c3d4.c2.kafka-serverless.eu-west-1.amazonaws.com:9098"
        )
