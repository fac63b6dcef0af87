"""Kafka's own access rules."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput
from moorings.kafka.acls import OPERATIONS, KafkaAcl


def short(acls):
    return [(acl.resource, acl.name, acl.pattern, acl.operations) for acl in acls]


def test_a_producer_writes_and_a_consumer_reads():
    assert short(KafkaAcl.for_producer("orders", ["orders", "refunds"], transactional_ids=["orders"])) == [
        ("topic", "orders", "literal", ["Describe", "Write"]),
        ("topic", "refunds", "literal", ["Describe", "Write"]),
        ("transactional-id", "orders", "literal", ["Describe", "Write"]),
    ]
    assert short(KafkaAcl.for_consumer("orders", ["orders"], ["billing"])) == [
        ("topic", "orders", "literal", ["Describe", "Read"]),
        ("group", "billing", "literal", ["Describe", "Read"]),
    ]


def test_a_prefix_holds_for_all_that_begin_so():
    rules = KafkaAcl.for_producer(
        "orders", ["orders."], transactional_ids=["orders."], pattern="prefixed"
    ) + KafkaAcl.for_consumer("orders", ["orders."], ["orders."], pattern="prefixed")
    assert {acl.pattern for acl in rules} == {"prefixed"}


def test_an_administrator_may_do_everything():
    assert short(KafkaAcl.for_admin("root")) == [
        ("cluster", None, "literal", ["All"]),
        ("topic", "*", "literal", ["All"]),
        ("group", "*", "literal", ["All"]),
        ("transactional-id", "*", "literal", ["All"]),
    ]


def test_kpow_describes_everything_and_keeps_its_own():
    assert short(KafkaAcl.for_kpow("kpow")) == [
        ("cluster", None, "literal", ["Create", "Describe", "DescribeConfigs"]),
        ("topic", "*", "literal", ["Describe", "DescribeConfigs"]),
        ("topic", "__oprtr_", "prefixed", ["Read", "Write"]),
        ("topic", "oprtr.compute.", "prefixed", ["Read", "Write"]),
        ("group", "*", "literal", ["Describe"]),
        ("group", "oprtr.compute.", "prefixed", ["Read"]),
    ]


@pytest.mark.parametrize(
    ("allow", "resource", "operations"),
    [
        ("ACL_EDIT", "cluster", ["Alter", "Describe", "DescribeConfigs"]),
        ("BROKER_EDIT", "cluster", ["AlterConfigs", "Describe", "DescribeConfigs"]),
        ("GROUP_EDIT", "group", ["Delete", "Describe", "Read"]),
        ("TOPIC_CREATE", "cluster", ["Create", "Describe", "DescribeConfigs"]),
        ("TOPIC_CREATE", "topic", ["Create", "Describe", "DescribeConfigs"]),
        ("TOPIC_DELETE", "topic", ["Delete", "Describe", "DescribeConfigs"]),
        ("TOPIC_EDIT", "topic", ["AlterConfigs", "Describe", "DescribeConfigs"]),
        ("TOPIC_INSPECT", "topic", ["Describe", "DescribeConfigs", "Read"]),
        ("TOPIC_PRODUCE", "topic", ["Describe", "DescribeConfigs", "Write"]),
    ],
)
def test_kpow_may_do_what_it_lets_its_users_do(allow, resource, operations):
    rules = KafkaAcl.for_kpow("kpow", [allow], creates_its_topics=False)
    (found,) = [acl for acl in rules if acl.resource == resource and acl.name in {None, "*"}]
    assert found.operations == operations


def refused(**args):
    with pytest.raises(InvalidInput) as caught:
        KafkaAcl.from_input("acl", {"user": "orders", "resource": "topic", "operations": ["Read"]} | args)
    return str(caught.value)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"resource": "group", "name": "billing", "operations": ["Write", "Read", "Create"]},
            "acl: a group knows no Create, Write; it knows All, AlterConfigs, Delete, Describe, DescribeConfigs, Read",
        ),
        ({}, "acl: name is required: say which topic"),
        (
            {"resource": "cluster", "name": "kafka-cluster", "operations": ["Alter"]},
            "acl: a cluster has no name and no prefix; leave name and pattern out",
        ),
        (
            {"resource": "cluster", "pattern": "prefixed", "operations": ["Alter"]},
            "acl: a cluster has no name and no prefix; leave name and pattern out",
        ),
        (
            {"name": "*", "pattern": "prefixed"},
            "acl: the prefix '*' is taken as it stands; for every topic leave pattern='prefixed' out",
        ),
        (
            {"user": "*", "name": "orders"},
            "acl: the user '*' is everybody who logs in; name the users, or say everybody=True",
        ),
        (
            {"name": "orders\n"},
            "acl.name: a name has no line breaks, and no blanks at its ends; take the name as Kafka shows it",
        ),
    ],
)
def test_a_rule_that_cannot_work_is_refused(args, message):
    assert refused(**args) == message


@pytest.mark.parametrize(
    "args",
    [
        {"user": "*", "name": "orders", "everybody": True},
        {"user": "*", "name": "orders", "permission": "Deny"},
        {"user": "CN=orders,OU=shop", "name": "orders"},
        {"name": "*"},
        {"name": "kafka-cluster"},
        {"resource": "cluster", "operations": ["Describe"]},
    ],
)
def test_a_rule_that_is_meant_is_taken(args):
    assert KafkaAcl.from_input("acl", {"user": "orders", "resource": "topic", "operations": ["Read"]} | args)


def test_kafka_spells_the_user_and_the_cluster_its_own_way():
    (rule, *_) = KafkaAcl.for_admin("CN=root")
    assert (rule.principal, rule.resource_name) == ("User:CN=root", "kafka-cluster")


BEGIN = 'kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties'


def test_commands_that_make_rules():
    assert KafkaAcl.commands(
        KafkaAcl.for_kpow("kpow", creates_its_topics=False)[:3]
        + KafkaAcl.for_consumer("orders", ["orders"], ["billing"])
    ) == [
        f"{BEGIN} --add --allow-principal User:kpow --operation Describe --operation DescribeConfigs --cluster",
        f"{BEGIN} --add --allow-principal User:kpow --operation Describe --operation DescribeConfigs --topic '*'",
        f"{BEGIN} --add --allow-principal User:kpow --operation Read --operation Write --topic __oprtr_ "
        "--resource-pattern-type prefixed",
        f"{BEGIN} --add --allow-principal User:orders --operation Describe --operation Read --topic orders",
        f"{BEGIN} --add --allow-principal User:orders --operation Describe --operation Read --group billing",
    ]


def test_commands_that_take_rules_back():
    rule = KafkaAcl(
        user="orders",
        resource="transactional-id",
        name="orders",
        operations=["Write"],
        host="10.0.0.1",
        permission="Deny",
    )
    assert KafkaAcl.commands(
        [rule], config="my admin.properties", remove=True, tool="/opt/kafka/bin/kafka-acls.sh"
    ) == [
        "/opt/kafka/bin/kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\" --command-config 'my admin.properties' "
        "--remove --force --deny-principal User:orders --deny-host 10.0.0.1 --operation Write --transactional-id orders"
    ]


def test_a_rule_is_written_once():
    assert len(KafkaAcl.commands(KafkaAcl.for_producer("orders", ["orders"]) * 2)) == 1


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_a_shell_reads_back_whatever_is_in_a_name(name):
    rule = KafkaAcl(user=name, resource="topic", name=name, operations=["Read"], everybody=True)
    (command,) = KafkaAcl.commands([rule])
    words = shlex.split(command)
    assert words[words.index("--allow-principal") + 1] == f"User:{name}"
    assert words[words.index("--topic") + 1] == name


def test_operations_are_those_of_kafka():
    assert {kind: len(known) for kind, known in OPERATIONS.items()} == {
        "cluster": 8,
        "group": 6,
        "topic": 9,
        "transactional-id": 3,
    }
    assert all(list(known) == sorted(known) for known in OPERATIONS.values())


def test_what_kpow_does_not_know_is_refused():
    with pytest.raises(InvalidInput) as refused:
        KafkaAcl.for_kpow("kpow", ["TOPIC_INSPEKT"])
    assert (
        str(refused.value) == "KafkaAcl.for_kpow: there is no permission 'TOPIC_INSPEKT'; did you mean 'TOPIC_INSPECT'?"
    )
