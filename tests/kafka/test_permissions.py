"""What consumers and producers need, such as those of Karafka, on a real broker: ACLs, and IAM permissions.

A broker outside of AWS has no IAM access control. The actions that `KafkaPermissions` grants are tested as the ACLs that
AWS describes them with, which shows that a client needs no other action.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
"""

import pytest
from clients import ALLOWED, produce
from users import User

from moorings import KafkaAcl, KafkaPermissions
from moorings.kafka.acls import acls_of_type
from moorings.kafka.permissions import client_grants

ACLS_OF_ACTIONS = {
    "Connect": [],
    "AlterGroup": ["Read"],
    "AlterTransactionalId": ["Write"],
    "DescribeGroup": ["Describe"],
    "DescribeTopic": ["Describe"],
    "DescribeTransactionalId": ["Describe"],
    "ReadData": ["Read"],
    "WriteData": ["Write"],
    "WriteDataIdempotently": ["IdempotentWrite"],
}
"""Kafka operations that the actions correspond to."""

DENIED = "authorization failed"
STATIC = {"group.instance.id": "pod-0", "partition.assignment.strategy": "cooperative-sticky"}


def acls_of(user, permissions):
    """The ACLs that correspond to the granted actions. ``.*`` at the end of a name becomes a prefix."""
    for grant in client_grants(permissions):
        operations = [operation for action in grant.actions for operation in ACLS_OF_ACTIONS[action]]
        if grant.resource_type == "cluster":
            yield from ([KafkaAcl(user=user, resource_type="cluster", operations=operations)] if operations else [])
        for name in grant.names:
            pattern = "prefixed" if name.endswith("*") else "literal"
            yield from acls_of_type(grant.resource_type, user, [name.removesuffix("*")], operations, pattern)


def permissions(prefix):
    """A Karafka application: reads with its group, and writes failed records to a dead letter topic."""
    return KafkaPermissions(
        read_topics=[f"{prefix}-orders.*"],
        consumer_groups=[f"{prefix}-app", f"{prefix}-static"],
        write_topics=[f"{prefix}-dead-letters"],
        transactional_ids=[f"{prefix}-transaction"],
    )


def acls(prefix):
    """The same with ACLs."""
    return [
        *KafkaAcl.for_consumer(
            prefix, [f"{prefix}-orders."], [f"{prefix}-app", f"{prefix}-static"], pattern_type="prefixed"
        ),
        *KafkaAcl.for_producer(prefix, [f"{prefix}-dead-letters"], transactional_ids=[f"{prefix}-transaction"]),
    ]


def add_record(broker, topic):
    assert produce({"bootstrap.servers": broker.bootstrap_servers("ADMIN")}, topic) == ALLOWED


@pytest.fixture(scope="module", params=["permissions", "acls"])
def client(request, broker):
    """The user of the application, with topics that have a record."""
    prefix = f"karafka-{request.param}"
    user = User(broker, prefix)
    for topic in ("orders.new", "dead-letters", "other"):
        broker.create_topic(f"{prefix}-{topic}")
        add_record(broker, f"{prefix}-{topic}")
    broker.add_acls(acls(prefix) if request.param == "acls" else acls_of(prefix, permissions(prefix)))
    return user


def test_a_consumer_reads_and_commits(broker, client):
    add_record(broker, f"{client.name}-orders.new")

    assert client.consume(f"{client.name}-orders.new", f"{client.name}-app") == ALLOWED


def test_a_static_member_reads_and_commits(broker, client):
    add_record(broker, f"{client.name}-orders.new")

    assert client.consume(f"{client.name}-orders.new", f"{client.name}-static", **STATIC) == ALLOWED


def test_failed_records_are_written_to_the_dead_letter_topic(client):
    assert client.produce(f"{client.name}-dead-letters") == ALLOWED
    assert client.transact(f"{client.name}-transaction", f"{client.name}-dead-letters") == ALLOWED


def test_nothing_else_is_allowed(client):
    assert DENIED in client.produce(f"{client.name}-orders.new")
    assert client.consume(f"{client.name}-other", f"{client.name}-app") == "TOPIC_AUTHORIZATION_FAILED"
    assert client.consume(f"{client.name}-dead-letters", f"{client.name}-app") == "TOPIC_AUTHORIZATION_FAILED"
    assert client.consume(f"{client.name}-orders.new", "another-group") == "GROUP_AUTHORIZATION_FAILED"
    denied = client.transact("another-transaction", f"{client.name}-dead-letters")
    assert denied == "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"
