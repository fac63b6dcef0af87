"""Runs the commands of `KafkaAcl.commands`, and tests which operations the broker then allows and denies."""

import re
import subprocess

import pytest
from broker import Broker
from clients import ALLOWED, produce, scram_settings
from confluent_kafka.admin import ConfigResource, NewTopic
from distributions import NEWEST
from users import User, attempt

from moorings import KafkaAcl
from moorings.kafka.acls import OPERATIONS
from moorings.kafka.client_settings import ClientSettings
from moorings.kafka.java_client import properties_file

DENIED = "authorization failed"
"""Part of the error of a producer: for the topic, or for the cluster if it may not write to any topic."""
PRODUCER = "o'r\"ders $(id)"
"""A user name with characters that a shell interprets."""
SUBJECT = "CN=orders,OU=shop,O=Example"
"""The distinguished name of a client certificate in the format of Kafka."""
TOPICS = ["orders", "other", "team.a", "team.b", "team.secret"]
ACLS = [
    *KafkaAcl.for_producer(PRODUCER, ["acl-orders"], transactional_ids=["acl-transaction"]),
    *KafkaAcl.for_consumer("acl-consumer", ["acl-orders"], ["acl-group"]),
    *KafkaAcl.for_producer("acl-team", ["acl-team."], pattern_type="prefixed"),
    *KafkaAcl.for_consumer("acl-team", ["acl-team."], ["acl-team."], pattern_type="prefixed"),
    KafkaAcl(
        user="acl-team",
        resource_type="topic",
        resource_name="acl-team.secret",
        operations=["Write"],
        permission_type="Deny",
    ),
    *KafkaAcl.for_producer(SUBJECT, ["acl-orders"]),
    *(
        KafkaAcl(user=f"acl-{name}", resource_type="topic", resource_name="*", operations=["Write"], host=host)
        for name, host in {"near": "127.0.0.1", "far": "10.0.0.1"}.items()
    ),
]


def run(broker: Broker, commands: list[str], **options: str) -> subprocess.CompletedProcess[str]:
    """Run commands as a shell script with one command per line."""
    return broker.shell("\n".join(["set -e", *commands]), **options)


def list_acls(broker, user=None):
    """The ACLs of a user on the broker, in the form of `expected`."""
    acls = broker.find_acls(user and f"User:{user}")

    def normalized(value):
        return value.name.replace("_", "").lower()

    return {
        (
            normalized(acl.restype),
            acl.name,
            normalized(acl.resource_pattern_type),
            acl.principal,
            acl.host,
            normalized(acl.operation),
            normalized(acl.permission_type),
        )
        for acl in acls
    }


def expected(acls):
    """The ACLs that the broker should have."""
    return {
        (
            {"cluster": "broker"}.get(acl.resource_type, acl.resource_type.replace("-", "")),
            acl.resource_name or "kafka-cluster",
            acl.pattern_type,
            acl.principal,
            acl.host,
            operation.lower(),
            acl.permission_type.lower(),
        )
        for acl in acls
        for operation in acl.operations
    }


@pytest.fixture(scope="module")
def administrator(broker):
    """An administrator. The super user adds the ACLs of `KafkaAcl.for_admin`."""
    user = User(broker, "acl-admin")
    added = run(broker, KafkaAcl.commands(KafkaAcl.for_admin(user.name)))
    assert added.returncode == 0, added.stderr
    return user


@pytest.fixture(scope="module")
def acls(broker, administrator):
    """`ACLS`, added by the administrator with the client settings of `KafkaConnection`, and topics with one record."""
    for topic in TOPICS:
        broker.create_topic(f"acl-{topic}")
        assert produce({"bootstrap.servers": broker.bootstrap_servers("ADMIN")}, f"acl-{topic}") == ALLOWED
    settings = scram_settings(broker, administrator.name).java(None)
    added = run(broker, KafkaAcl.commands(ACLS), listener="SCRAM", properties=properties_file(settings))
    assert added.returncode == 0, added.stderr
    return ACLS


def test_the_commands_add_exactly_these_acls(broker, acls):
    users = {acl.user for acl in acls}

    assert set().union(*(list_acls(broker, user) for user in users)) == expected(acls)


def test_the_administrator_has_all_permissions(broker, administrator):
    assert list_acls(broker, administrator.name) == expected(KafkaAcl.for_admin(administrator.name))


def test_a_producer_writes_to_its_topics_only(broker, acls):
    user = User(broker, PRODUCER)

    assert user.produce("acl-orders") == ALLOWED
    assert DENIED in user.produce("acl-other")
    assert user.read("acl-orders") == "TOPIC_AUTHORIZATION_FAILED"
    assert attempt(lambda: user.admin.create_topics([NewTopic("acl-new", 1, 1)])) == "TOPIC_AUTHORIZATION_FAILED"
    assert attempt(lambda: user.admin.delete_topics(["acl-orders"])) == "TOPIC_AUTHORIZATION_FAILED"
    assert describe_configs(user, ConfigResource("topic", "acl-orders")) == "TOPIC_AUTHORIZATION_FAILED"


def test_a_producer_uses_its_transactional_ids_only(broker, acls):
    user = User(broker, PRODUCER)

    assert user.transact("acl-transaction", "acl-orders") == ALLOWED
    assert user.transact("acl-other", "acl-orders") == "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"


def test_a_consumer_reads_its_topics_with_its_groups_only(broker, acls):
    user = User(broker, "acl-consumer")

    assert user.consume("acl-orders", "acl-group") == ALLOWED
    assert user.consume("acl-orders", "acl-other") == "GROUP_AUTHORIZATION_FAILED"
    assert user.consume("acl-other", "acl-group") == "TOPIC_AUTHORIZATION_FAILED"
    assert DENIED in user.produce("acl-orders")
    assert attempt(lambda: user.admin.delete_consumer_groups(["acl-group"])) == "GROUP_AUTHORIZATION_FAILED"


def test_a_prefix_applies_to_all_names_that_begin_with_it(broker, acls):
    user = User(broker, "acl-team")

    assert user.produce("acl-team.a") == ALLOWED
    assert user.produce("acl-team.b") == ALLOWED
    assert user.consume("acl-team.a", "acl-team.group") == ALLOWED
    assert DENIED in user.produce("acl-orders")
    assert user.consume("acl-team.a", "acl-group") == "GROUP_AUTHORIZATION_FAILED"


def test_deny_takes_precedence(broker, acls):
    user = User(broker, "acl-team")

    assert DENIED in user.produce("acl-team.secret")
    assert user.read("acl-team.secret") == ALLOWED


def test_the_host_is_the_address_of_the_client(broker, acls):
    assert User(broker, "acl-near").produce("acl-orders") == ALLOWED
    assert DENIED in User(broker, "acl-far").produce("acl-orders")


def test_the_principal_of_a_certificate_is_its_distinguished_name(broker, acls):
    certificate = broker.certificates.issue("acl-orders", "/O=Example/OU=shop/CN=orders")
    files = {"ssl.certificate.location": str(certificate.certificate), "ssl.key.location": str(certificate.key)}
    settings = ClientSettings(broker.bootstrap_servers("TLS"), "SSL").librdkafka(None)
    user = User(broker, SUBJECT, {**settings, **files})

    assert user.produce("acl-orders") == ALLOWED
    assert DENIED in user.produce("acl-other")


def test_the_administrator_administers_topics_groups_and_configurations(broker, acls, administrator):
    admin = administrator.admin

    assert attempt(lambda: admin.create_topics([NewTopic("acl-by-admin", 1, 1)])) == ALLOWED
    assert describe_configs(administrator, ConfigResource("topic", "acl-by-admin")) == ALLOWED
    assert describe_configs(administrator, ConfigResource("broker", "1")) == ALLOWED
    assert administrator.consume("acl-orders", "acl-any-group") == ALLOWED
    assert attempt(lambda: admin.delete_consumer_groups(["acl-any-group"])) == ALLOWED
    assert administrator.transact("acl-any-transaction", "acl-by-admin") == ALLOWED
    assert attempt(lambda: admin.delete_topics(["acl-by-admin"])) == ALLOWED


def test_the_commands_remove_exactly_these_acls(broker):
    acls = KafkaAcl.for_consumer("acl-removed", ["acl-removed", "acl-kept"], ["acl-removed"])
    added = run(broker, KafkaAcl.commands(acls))
    assert added.returncode == 0, added.stderr

    kept = [acl for acl in acls if acl.resource_name == "acl-kept"]
    removed = run(broker, KafkaAcl.commands([acl for acl in acls if acl not in kept], remove=True))

    assert removed.returncode == 0, removed.stderr
    assert list_acls(broker, "acl-removed") == expected(kept)


@pytest.mark.parametrize("broker", [NEWEST], indirect=True)
@pytest.mark.parametrize("resource_type", OPERATIONS)
def test_each_resource_type_has_the_operations_that_kafka_supports(broker, resource_type):
    """`kafka-acls.sh` lists the supported operations of a resource type when it rejects an operation."""
    unsupported = "IdempotentWrite" if resource_type != "cluster" else "Read"
    acl = KafkaAcl.model_construct(
        user="orders",
        resource_type=resource_type,
        resource_name=None if resource_type == "cluster" else "orders",
        operations=[unsupported],
        pattern_type="literal",
        host="*",
        permission_type="Allow",
    )

    rejected = run(broker, KafkaAcl.commands([acl]))

    listed = re.search(r"only supports operations \[?([^\]\n]*)", rejected.stdout + rejected.stderr)
    assert listed, rejected.stdout + rejected.stderr
    names = {name.strip().replace("_", "").lower() for name in listed[1].split(",")}
    assert names == {operation.lower() for operation in OPERATIONS[resource_type]}


def describe_configs(user, resource):
    return attempt(lambda: user.admin.describe_configs([resource]))
