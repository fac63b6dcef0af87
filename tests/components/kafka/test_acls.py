"""Kafka ACLs."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


READ = {"user": "orders", "resource_type": "topic", "operations": ["Read"]}


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        (
            {"resource_type": "group", "resource_name": "billing", "operations": ["Read", "Create"]},
            "kafka-acl-operation",
            "operations[1]",
        ),
        (
            {"resource_type": "cluster", "resource_name": "kafka-cluster", "operations": ["Alter"]},
            "kafka-acl-resource-name",
            "resource_name",
        ),
        (
            {"resource_type": "cluster", "pattern_type": "prefixed", "operations": ["Alter"]},
            "kafka-acl-resource-name",
            "pattern_type",
        ),
        ({"resource_name": "*", "pattern_type": "prefixed"}, "kafka-acl-pattern", "resource_name"),
        ({"resource_name": "orders.*", "pattern_type": "prefixed"}, "kafka-acl-pattern", "resource_name"),
        ({"resource_name": "*.orders"}, "kafka-acl-pattern", "resource_name"),
        ({"user": "CN=orders, OU=shop", "resource_name": "orders"}, "kafka-acl-principal", "user"),
        ({"user": "arn:aws:iam::123456789012:role/orders", "resource_name": "orders"}, "kafka-acl-principal", "user"),
        ({"host": "client.example.com", "resource_name": "orders"}, "kafka-acl-host", "host"),
        ({"resource_name": "orders\n"}, "argument-format", "resource_name"),
        ({"user": "", "resource_name": "orders"}, "argument-length", "user"),
    ],
)
def test_invalid_acls_are_rejected(rejected, args, rule, path):
    with rejected(rule, path):
        KafkaAcl(**READ | args)


@pytest.mark.parametrize(
    "args",
    [
        {"user": "*", "resource_name": "orders", "acknowledge": {"kafka-acl-everyone": "public prices"}},
        {"user": "*", "resource_name": "orders", "permission_type": "Deny"},
        {"user": "CN=orders,OU=shop", "resource_name": "orders"},
        {"user": "x" * 300, "resource_name": "orders"},
        {"resource_name": "*"},
        {"resource_name": "kafka-cluster"},
        {"resource_name": "orders", "host": "2001:db8::1"},
        {"resource_type": "cluster", "operations": ["Describe"]},
    ],
)
def test_valid_acls(args):
    assert KafkaAcl(**READ | args)


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
    acknowledge = dict.fromkeys(["kafka-acl-everyone", "kafka-acl-pattern", "kafka-acl-principal"], "any name")
    acl = KafkaAcl(user=name, resource_type="topic", resource_name=name, operations=["Read"], acknowledge=acknowledge)
    (command,) = KafkaAcl.commands([acl])
    words = shlex.split(command)
    assert words[words.index("--allow-principal") + 1] == f"User:{name}"
    assert words[words.index("--topic") + 1] == name


def test_operations_match_the_kafka_documentation():
    assert {resource_type: len(operations) for resource_type, operations in OPERATIONS.items()} == {
        "cluster": 8,
        "group": 6,
        "topic": 9,
        "transactional-id": 4,
    }
    assert all(list(operations) == sorted(operations) for operations in OPERATIONS.values())
