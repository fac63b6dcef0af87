"""kPow's ACLs on a real broker: its user can do what kPow does and what its allowed actions need, and nothing else."""

import pulumi
import pytest
from clients import ALLOWED, USER_PASSWORD, administer, produce_with_java
from confluent_kafka.admin import AclOperation
from users import User

from moorings import KafkaConnection, KpowOnKubernetes, KpowOnKubernetesArgs
from moorings.apps.kpow.acls import ACTION_OPERATIONS, INTERNAL_PREFIXES, kpow_acls
from moorings.kafka.java_client import properties_file

TOPIC, GROUP = "kpow-orders", "kpow-group"
INTERNAL_TOPICS = [f"{prefix}test" for prefix in INTERNAL_PREFIXES]
LICENSE = ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE")
SETTINGS = {
    "BOOTSTRAP": "bootstrap.servers",
    "SECURITY_PROTOCOL": "security.protocol",
    "SASL_MECHANISM": "sasl.mechanism",
    "SASL_JAAS_CONFIG": "sasl.jaas.config",
}
"""Settings of the Java client by kPow's environment variables.

Source: https://docs.kpow.io/config/environment-variables
"""

READS = [
    "describe-cluster",
    "describe-acls",
    "describe-log-dirs",
    "describe-quotas",
    "describe-quorum",
    "list-reassignments",
    f"list-topics:{TOPIC}",
    f"list-groups:{GROUP}",
    f"describe-topic:{TOPIC}",
    f"topic-offsets:{TOPIC}",
    f"topic-configuration:{TOPIC}",
    "broker-configuration",
    f"describe-group:{GROUP}",
    f"group-offsets:{GROUP}",
]
"""What kPow shows without any action."""

OPERATIONS = {
    "describe-producers": ["TOPIC_INSPECT", "TOPIC_DATA_QUERY"],
    "edit-acl": ["ACL_EDIT"],
    "edit-broker": ["BROKER_EDIT"],
    "unregister-broker": ["BROKER_UNREGISTER"],
    "edit-quota": ["QUOTA_EDIT"],
    "abort-transaction": ["PRODUCER_EDIT"],
    "alter-reassignments": ["TOPIC_ALTER_REASSIGNMENTS", "TOPIC_ALTER_REPLICAS"],
    "elect-leader": ["TOPIC_ELECT_LEADER"],
    "create-topic": ["TOPIC_CREATE"],
    "edit-topic": ["TOPIC_EDIT"],
    "truncate-topic": ["TOPIC_TRUNCATE"],
    "edit-group": ["GROUP_EDIT"],
    "delete-group-offsets": ["GROUP_EDIT"],
    "delete-group": ["GROUP_DELETE"],
    "delete-topic": ["TOPIC_DELETE"],
}
"""Operations of the admin client, and the actions of kPow that call them."""

SAME_ACLS = (
    {"ACL_EDIT", "BROKER_UNREGISTER", "TOPIC_ALTER_REASSIGNMENTS", "TOPIC_ALTER_REPLICAS", "TOPIC_ELECT_LEADER"},
    {"BROKER_EDIT", "QUOTA_EDIT"},
    {"TOPIC_DELETE", "TOPIC_TRUNCATE"},
)
"""Actions for which Kafka has one permission."""

OTHER_PERMITTED = {
    # An ACL for reading topics or deleting groups, which changing offsets needs too.
    "GROUP_EDIT": {"describe-producers", "delete-group"},
}
"""Operations of other actions that an action permits."""

AUTHORIZED = {
    ALLOWED,
    "BrokerIdNotRegisteredException",  # the broker of unregister-broker does not exist
    "ElectionNotNeededException",  # the only replica is the leader
    "GroupIdNotFoundException",  # another user has deleted it
}
"""Results of operations that the broker has authorized."""

ACTIONS = [action for action, operations in ACTION_OPERATIONS.items() if operations]


def user_of(action):
    return f"kpow-{action.lower()}"


def argument(operation, user):
    """The operation with the name of its resource. Users delete and create topics of their own."""
    names = {"create-topic": f"{user}-created", "delete-topic": user, "delete-group": GROUP}
    names |= dict.fromkeys(["edit-group", "delete-group-offsets"], f"{GROUP}={TOPIC}")
    return f"{operation}:{names.get(operation, TOPIC)}"


@pytest.fixture(scope="module")
def results(broker, tmp_path_factory):
    """Results of the operations by user: one without an action, and one for each action."""
    broker.create_topic(TOPIC)
    owner = User(broker, "kpow-owner")
    broker.allow("User:kpow-owner", AclOperation.ALL, TOPIC)
    broker.allow("User:kpow-owner", AclOperation.READ, GROUP, "GROUP")
    assert owner.produce(TOPIC) == ALLOWED
    assert owner.consume(TOPIC, GROUP) == ALLOWED
    operations = {}
    for action in ["", *ACTIONS]:
        user = user_of(action)
        User(broker, user)
        broker.create_topic(user)
        broker.add_acls(kpow_acls(user, [action] if action else []))
        operations[user] = [*([] if action else READS), *(argument(operation, user) for operation in OPERATIONS)]
    return administer(broker, operations, tmp_path_factory.mktemp("administer"))


def permitted(results):
    """The operations that a user may call."""
    allowed = {operation.partition(":")[0] for operation, result in results.items() if result in AUTHORIZED}
    return allowed & OPERATIONS.keys()


def test_kpow_shows_everything_without_an_action(results):
    assert {operation: results[user_of("")][operation] for operation in READS} == dict.fromkeys(READS, ALLOWED)


def test_kpow_changes_nothing_without_an_action(results):
    assert permitted(results[user_of("")]) == set()


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_permits_its_operations_only(results, action):
    same = {action}.union(*(group for group in SAME_ACLS if action in group))
    expected = {operation for operation, actions in OPERATIONS.items() if not same.isdisjoint(actions)}

    # Newer brokers also allow users with Alter on the cluster to abort transactions.
    varying = {"abort-transaction"}
    assert permitted(results[user_of(action)]) - varying == (expected | OTHER_PERMITTED.get(action, set())) - varying


def test_an_action_permits_aborting_transactions(results):
    assert "abort-transaction" in permitted(results[user_of("PRODUCER_EDIT")])
    assert "abort-transaction" not in permitted(results[user_of("TOPIC_EDIT")])


def test_records_are_read_and_written_with_their_actions_only(broker, results):
    assert User(broker, user_of("TOPIC_INSPECT")).read(TOPIC) == ALLOWED
    assert User(broker, user_of("TOPIC_DATA_QUERY")).read(TOPIC) == ALLOWED
    assert User(broker, user_of("TOPIC_PRODUCE")).read(TOPIC) == "TOPIC_AUTHORIZATION_FAILED"
    assert User(broker, user_of("TOPIC_PRODUCE")).produce(TOPIC) == ALLOWED
    assert "authorization failed" in User(broker, user_of("TOPIC_INSPECT")).produce(TOPIC)


@pytest.fixture
def deployment(broker, deploy):
    """KPow on Kubernetes, connected as a user without ACLs."""
    user = User(broker, "kpow-deployed")

    def program():
        kafka = KafkaConnection(
            listener="scram",
            bootstrap_servers=broker.bootstrap_servers("SCRAM"),
            username=user.name,
            password=USER_PASSWORD,
        )
        kpow = KpowOnKubernetes(
            "kpow",
            KpowOnKubernetesArgs(
                kafka=kafka,
                namespace="kpow",
                image=f"registry.example/kpow:96.2@sha256:{'0' * 64}",
                license=dict.fromkeys(LICENSE, "x"),
                acknowledge={"kpow-no-login": "only developers have access"},
            ),
        )
        pulumi.export("commands", kpow.acl_commands)

    return deploy(program)


def test_kpow_logs_in_with_its_environment_variables(broker, deployment, tmp_path):
    topic = broker.create_topic("kpow-login")
    broker.allow("User:kpow-deployed", AclOperation.WRITE, topic)
    secrets = {name: value.value for name, value in deployment["kpow-secrets"].inputs["stringData"].items()}
    variables = {**deployment["kpow-config"].inputs["data"], **secrets}
    settings = {setting: variables[name] for name, setting in SETTINGS.items()}

    assert produce_with_java(broker, [(topic, properties_file(settings))], tmp_path) == [ALLOWED]


def test_the_commands_of_a_deployment_permit_the_internal_topics(broker, deployment, tmp_path):
    """KPow creates its topics, writes to them, and reads them with a group of its own."""
    user = User(broker, "kpow-deployed")

    added = broker.shell("\n".join(["set -e", *deployment.outputs["commands"]["kafka"]]))
    assert added.returncode == 0, added.stderr

    created = administer(broker, {user.name: [f"create-topic:{topic}" for topic in INTERNAL_TOPICS]}, tmp_path)
    assert set(created[user.name].values()) == {ALLOWED}
    for topic in INTERNAL_TOPICS:
        assert user.produce(topic) == ALLOWED
        assert user.consume(topic, "oprtr.compute.test") == ALLOWED
    assert user.consume(TOPIC, "oprtr.compute.test") == "TOPIC_AUTHORIZATION_FAILED"
    assert user.consume(INTERNAL_TOPICS[0], "other") == "GROUP_AUTHORIZATION_FAILED"
