"""Kafka ACLs."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput
from moorings.kafka.acls import OPERATIONS, KafkaAcl


def short(acls):
    return [(acl.resource_type, acl.resource_name, acl.pattern_type, acl.operations) for acl in acls]


def test_acls_of_producer_and_consumer():
    assert short(KafkaAcl.for_producer("orders", ["orders", "refunds"], transactional_ids=["orders"])) == [
        ("topic", "orders", "literal", ["Describe", "Write"]),
        ("topic", "refunds", "literal", ["Describe", "Write"]),
        ("transactional-id", "orders", "literal", ["Describe", "Write"]),
    ]
    assert short(KafkaAcl.for_consumer("orders", ["orders"], ["billing"])) == [
        ("topic", "orders", "literal", ["Describe", "Read"]),
        ("group", "billing", "literal", ["Describe", "Read"]),
    ]


def test_acls_of_producer_and_consumer_with_a_prefix():
    acls = KafkaAcl.for_producer(
        "orders", ["orders."], transactional_ids=["orders."], pattern_type="prefixed"
    ) + KafkaAcl.for_consumer("orders", ["orders."], ["orders."], pattern_type="prefixed")
    assert {acl.pattern_type for acl in acls} == {"prefixed"}


def test_acls_of_administrator_allow_everything():
    assert short(KafkaAcl.for_admin("root")) == [
        ("cluster", None, "literal", ["All"]),
        ("topic", "*", "literal", ["All"]),
        ("group", "*", "literal", ["All"]),
        ("transactional-id", "*", "literal", ["All"]),
    ]


def rejection(**args):
    with pytest.raises(InvalidInput) as error:
        KafkaAcl.from_input("acl", {"user": "orders", "resource_type": "topic", "operations": ["Read"]} | args)
    return str(error.value)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"resource_type": "group", "resource_name": "billing", "operations": ["Write", "Read", "Create"]},
            "acl: operations: Create, Write not supported on resource type group, which supports All, AlterConfigs, Delete, "
            "Describe, DescribeConfigs, Read",
        ),
        ({}, "acl: resource_name: required for resource type topic"),
        (
            {"resource_type": "cluster", "resource_name": "kafka-cluster", "operations": ["Alter"]},
            "acl: resource_name, pattern_type: not supported for the cluster; remove them",
        ),
        (
            {"resource_type": "cluster", "pattern_type": "prefixed", "operations": ["Alter"]},
            "acl: resource_name, pattern_type: not supported for the cluster; remove them",
        ),
        (
            {"resource_name": "*", "pattern_type": "prefixed"},
            "acl: pattern_type: a prefix '*' is matched literally; remove pattern_type to match every topic",
        ),
        (
            {"user": "*", "resource_name": "orders"},
            "acl: user: '*' allows every authenticated user; name the users, or set everybody=True",
        ),
        (
            {"resource_name": "orders\n"},
            "acl.resource_name: must not contain line breaks or leading or trailing spaces",
        ),
    ],
)
def test_invalid_acls_are_rejected(args, message):
    assert rejection(**args) == message


@pytest.mark.parametrize(
    "args",
    [
        {"user": "*", "resource_name": "orders", "everybody": True},
        {"user": "*", "resource_name": "orders", "permission_type": "Deny"},
        {"user": "CN=orders,OU=shop", "resource_name": "orders"},
        {"resource_name": "*"},
        {"resource_name": "kafka-cluster"},
        {"resource_type": "cluster", "operations": ["Describe"]},
    ],
)
def test_valid_acls(args):
    assert KafkaAcl.from_input("acl", {"user": "orders", "resource_type": "topic", "operations": ["Read"]} | args)


def test_principal():
    (acl, *_) = KafkaAcl.for_admin("CN=root")
    assert acl.principal == "User:CN=root"


COMMAND = 'kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties'


def test_commands_add_acls():
    assert KafkaAcl.commands(
        [
            KafkaAcl(user="kpow", resource_type="cluster", operations=["DescribeConfigs", "Describe"]),
            *KafkaAcl.for_consumer("kpow", ["*"], []),
            *KafkaAcl.for_producer("kpow", ["__oprtr_"], pattern_type="prefixed"),
            *KafkaAcl.for_consumer("orders", ["orders"], ["billing"]),
        ]
    ) == [
        f"{COMMAND} --add --allow-principal User:kpow --operation Describe --operation DescribeConfigs --cluster",
        f"{COMMAND} --add --allow-principal User:kpow --operation Describe --operation Read --topic '*'",
        f"{COMMAND} --add --allow-principal User:kpow --operation Describe --operation Write --topic __oprtr_ "
        "--resource-pattern-type prefixed",
        f"{COMMAND} --add --allow-principal User:orders --operation Describe --operation Read --topic orders",
        f"{COMMAND} --add --allow-principal User:orders --operation Describe --operation Read --group billing",
    ]


def test_commands_remove_acls():
    acl = KafkaAcl(
        user="orders",
        resource_type="transactional-id",
        resource_name="orders",
        operations=["Write"],
        host="10.0.0.1",
        permission_type="Deny",
    )
    assert KafkaAcl.commands([acl], config="my admin.properties", remove=True, tool="/opt/kafka/bin/kafka-acls.sh") == [
        "/opt/kafka/bin/kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\" --command-config 'my admin.properties' "
        "--remove --force --deny-principal User:orders --deny-host 10.0.0.1 --operation Write --transactional-id orders"
    ]


def test_commands_contain_each_acl_once():
    assert len(KafkaAcl.commands(KafkaAcl.for_producer("orders", ["orders"]) * 2)) == 1


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_commands_quote_any_name_for_a_shell(name):
    acl = KafkaAcl(user=name, resource_type="topic", resource_name=name, operations=["Read"], everybody=True)
    (command,) = KafkaAcl.commands([acl])
    words = shlex.split(command)
    assert words[words.index("--allow-principal") + 1] == f"User:{name}"
    assert words[words.index("--topic") + 1] == name


def test_operations_match_the_kafka_documentation():
    assert {resource_type: len(operations) for resource_type, operations in OPERATIONS.items()} == {
        "cluster": 8,
        "group": 6,
        "topic": 9,
        "transactional-id": 3,
    }
    assert all(list(operations) == sorted(operations) for operations in OPERATIONS.values())
