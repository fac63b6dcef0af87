"""Environment variables, secrets and security group rules of Kafka connections."""

import pulumi
import pytest

from moorings import InvalidInput, KafkaConnection

SERVERS = (
    "b-1.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096"
)
GROUP = "sg-0b92d7f4a1e63c508"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
SCRAM = {
    "listener": "scram",
    "bootstrap_servers": SERVERS,
    "username": "orders",
    "secret_arn": SECRET,
    "kms_key_arn": KEY,
    "security_group_id": GROUP,
}
IAM = {"listener": "iam", "bootstrap_servers": "k.example.com:9098", "security_group_id": GROUP}


def variables(container):
    return {variable["name"]: variable["value"] for variable in container["environment"]}


def references(container):
    return {secret["name"]: secret["valueFrom"] for secret in container.get("secrets", [])}


def test_no_variables_without_kafka(container):
    assert container()["environment"] == []


def test_password_is_read_from_the_secret_of_the_user(container, statements):
    definition = container(kafka=SCRAM)
    assert variables(definition) == {
        "KAFKA_BOOTSTRAP_SERVERS": SERVERS,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "KAFKA_SASL_USERNAME": "orders",
    }
    assert references(definition) == {"KAFKA_SASL_PASSWORD": f"{SECRET}:password::"}
    policy = statements("execution-policy", kafka=SCRAM)
    assert policy["Secrets"]["Resource"] == [SECRET]
    assert policy["Decrypt"]["Resource"] == KEY


def test_known_password_is_stored_in_the_own_secret(create, container):
    args = {"kafka": SCRAM | {"password": "hunter2"}}
    version = create(**args).all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    assert version.inputs["secretString"].value == '{"KAFKA_SASL_PASSWORD": "hunter2"}'
    assert references(container(**args))["KAFKA_SASL_PASSWORD"].endswith(f":{version.id.partition('|')[2]}")


def test_spring_boot_properties(create, container):
    args = {"kafka": SCRAM | {"password": "hunter2"}, "kafka_settings": "spring"}
    definition = container(**args)
    assert variables(definition)["SPRING_KAFKA_BOOTSTRAPSERVERS"] == SERVERS
    assert list(references(definition)) == ["SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"]
    version = create(**args).all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    assert 'username=\\"orders\\" password=\\"hunter2\\";' in version.inputs["secretString"].value


def test_password_with_a_spring_placeholder_is_rejected_and_masked(create):
    with pytest.raises(InvalidInput, match=r"^KafkaConnection: password: Spring Boot resolves") as rejected:
        create(kafka=SCRAM | {"password": "pre${HOME}fix"}, kafka_settings="spring")
    assert "fix" not in str(rejected.value)


@pytest.mark.parametrize("settings", ["environment", "spring"])
def test_iam_needs_no_secret(container, settings):
    definition = container(kafka=IAM, kafka_settings=settings)
    assert references(definition) == {}
    assert "k.example.com:9098" in variables(definition).values()


def test_no_variables_with_kafka_settings_none(container, statements):
    definition = container(kafka=SCRAM, kafka_settings="none")
    assert (variables(definition), references(definition)) == ({}, {})
    assert list(statements("execution-policy", kafka=SCRAM, kafka_settings="none")) == ["Logs"]


def rules(plan):
    kinds = (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    )
    return {
        rule.name: (rule.inputs["securityGroupId"], rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for kind in kinds
        for rule in plan.all(kind)
        if "referencedSecurityGroupId" in rule.inputs
    }


@pytest.mark.parametrize("late", [False, True])
def test_security_group_rules_on_both_sides(create, late):
    def kafka():
        return KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(SERVERS) if late else SERVERS})

    plan = create(kafka=kafka, additional_kafka={"second": IAM})
    own = plan["orders-security-group"].id
    assert rules(plan) == {
        "orders-to-kafka": (own, GROUP, 9096),
        "orders-at-kafka": (GROUP, own, 9096),
        "orders-to-second": (own, GROUP, 9098),
        "orders-at-second": (GROUP, own, 9098),
    }


def test_connections_to_one_cluster_share_rules(create):
    assert rules(create(kafka=SCRAM, additional_kafka={"second": SCRAM | {"username": "audit"}})).keys() == {
        "orders-to-kafka", "orders-at-kafka",
    }  # fmt: skip


def test_egress_replaces_the_security_group_of_the_brokers(create):
    egress = {"brokers": {"port": 9096, "cidr": "10.0.0.0/16"}}
    plan = create(kafka=SCRAM | {"security_group_id": None}, egress=egress)
    assert rules(plan) == {}
    assert plan["orders-to-brokers"].inputs["fromPort"] == 9096


COMPONENT = "FargateSingleton 'orders'"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"kafka": SCRAM | {"security_group_id": None}},
            ": kafka: without a security_group_id no rule allows connections to the brokers; set it, or add the "
            "brokers to egress",
        ),
        (
            {"kafka": SCRAM, "kafka_settings": "spring"},
            ": kafka_settings: 'spring' needs a connection with a password, which is part of the JAAS "
            "configuration; pass the password, or use 'environment', which reads it from secret_arn",
        ),
        (
            {"kafka": SCRAM, "additional_kafka": {"kafka": SCRAM}},
            ": additional_kafka: kafka is the name of the cluster in the argument kafka; rename the other cluster",
        ),
        (
            {"kafka": SCRAM, "egress": {"kafka": {"port": 1, "cidr": "10.0.0.0/16"}}},
            ": egress: kafka is also the name of a Kafka cluster; rename one of them",
        ),
        (
            {"kafka": SCRAM, "environment": {"KAFKA_BOOTSTRAP_SERVERS": "x"}},
            ": kafka_settings: KAFKA_BOOTSTRAP_SERVERS is also set by the program; remove it from environment and "
            "secrets, or use kafka_settings='none'",
        ),
    ],
)
def test_invalid_kafka_settings(create, args, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**args)
    assert str(rejected.value) == COMPONENT + message


@pytest.mark.parametrize("late", [False, True])
def test_brokers_with_several_ports_are_rejected(create, late):
    servers = "a.example.com:9092,b.example.com:9093"

    def kafka():
        return KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(servers) if late else servers})

    with pytest.raises(InvalidInput) as rejected:
        create(kafka=kafka)
    assert str(rejected.value) == (
        f"{COMPONENT}.kafka: bootstrap_servers have the ports 9092, 9093; list the brokers of one listener, which "
        "has one port"
    )
