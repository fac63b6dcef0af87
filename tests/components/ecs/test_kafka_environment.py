"""How an application in a container is told of its Kafka cluster."""

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
    return {each["name"]: each["value"] for each in container["environment"]}


def references(container):
    return {each["name"]: each["valueFrom"] for each in container.get("secrets", [])}


def test_without_kafka_nothing_is_told(container):
    assert container()["environment"] == []


def test_the_password_is_read_where_msk_reads_it(container, statements):
    found = container(kafka=SCRAM)
    assert variables(found) == {
        "KAFKA_BOOTSTRAP_SERVERS": SERVERS,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "KAFKA_SASL_USERNAME": "orders",
    }
    assert references(found) == {"KAFKA_SASL_PASSWORD": f"{SECRET}:password::"}
    policy = statements("execution-policy", kafka=SCRAM)
    assert policy["Secrets"]["Resource"] == [SECRET]
    assert policy["Decrypt"]["Resource"] == KEY


def test_a_password_that_is_known_is_kept_in_step(made, container):
    args = {"kafka": SCRAM | {"password": "hunter2"}}
    version = made(**args).all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    assert version.inputs["secretString"].value == '{"KAFKA_SASL_PASSWORD": "hunter2"}'
    assert references(container(**args))["KAFKA_SASL_PASSWORD"].endswith(f":{version.id.partition('|')[2]}")


def test_spring_boot_gets_its_own_words(made, container):
    args = {"kafka": SCRAM | {"password": "hunter2"}, "kafka_settings": "spring"}
    found = container(**args)
    assert variables(found)["SPRING_KAFKA_BOOTSTRAPSERVERS"] == SERVERS
    assert list(references(found)) == ["SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"]
    version = made(**args).all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    assert 'username=\\"orders\\" password=\\"hunter2\\";' in version.inputs["secretString"].value


def test_a_password_that_spring_boot_would_resolve_is_refused_and_not_told(made):
    with pytest.raises(InvalidInput, match=r"^KafkaConnection: password: Spring Boot resolves") as refused:
        made(kafka=SCRAM | {"password": "pre${HOME}fix"}, kafka_settings="spring")
    assert "fix" not in str(refused.value)


@pytest.mark.parametrize("settings", ["environment", "spring"])
def test_an_identity_of_iam_needs_no_secret(container, settings):
    found = container(kafka=IAM, kafka_settings=settings)
    assert references(found) == {}
    assert "k.example.com:9098" in variables(found).values()


def test_an_application_with_words_of_its_own_is_told_nothing(container, statements):
    found = container(kafka=SCRAM, kafka_settings="none")
    assert (variables(found), references(found)) == ({}, {})
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
def test_rules_stand_on_both_sides(made, late):
    def kafka():
        return KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(SERVERS) if late else SERVERS})

    plan = made(kafka=kafka, additional_kafka={"second": IAM})
    own = plan["orders-security-group"].id
    assert rules(plan) == {
        "orders-to-kafka": (own, GROUP, 9096),
        "orders-at-kafka": (GROUP, own, 9096),
        "orders-to-second": (own, GROUP, 9098),
        "orders-at-second": (GROUP, own, 9098),
    }


def test_two_users_of_one_cluster_share_its_rules(made):
    assert rules(made(kafka=SCRAM, additional_kafka={"second": SCRAM | {"username": "audit"}})).keys() == {
        "orders-to-kafka", "orders-at-kafka",
    }  # fmt: skip


def test_brokers_whose_group_is_not_known_are_named_in_egress(made):
    egress = {"brokers": {"port": 9096, "cidr": "10.0.0.0/16"}}
    plan = made(kafka=SCRAM | {"security_group_id": None}, egress=egress)
    assert rules(plan) == {}
    assert plan["orders-to-brokers"].inputs["fromPort"] == 9096


WHERE = "FargateSingleton 'orders'"


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
            ": kafka_settings set KAFKA_BOOTSTRAP_SERVERS as well; leave them out of environment and secrets, or say "
            "kafka_settings='none'",
        ),
    ],
)
def test_what_is_refused(made, args, message):
    with pytest.raises(InvalidInput) as refused:
        made(**args)
    assert str(refused.value) == WHERE + message


@pytest.mark.parametrize("late", [False, True])
def test_brokers_on_several_ports_are_refused(made, late):
    servers = "a.example.com:9092,b.example.com:9093"

    def kafka():
        return KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(servers) if late else servers})

    with pytest.raises(InvalidInput) as refused:
        made(kafka=kafka)
    assert str(refused.value) == (
        f"{WHERE}.kafka: bootstrap_servers have the ports 9092, 9093; list the brokers of one listener, which has one port"
    )
