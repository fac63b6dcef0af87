"""Task definition of a singleton, its log group and its keys."""

import json

import pulumi
import pytest

from moorings import InvalidInput

SERVERS = (
    "b-1.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096"
)
GROUP = "sg-0b92d7f4a1e63c508"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
IAM = {"listener": "iam", "bootstrap_servers": "k.example.com:9098", "security_group_id": GROUP}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
SCRAM = {
    "listener": "scram",
    "bootstrap_servers": SERVERS,
    "username": "orders",
    "secret_arn": SECRET,
    "kms_key_arn": KEY,
    "security_group_id": GROUP,
}


def variables(container):
    return {variable["name"]: variable["value"] for variable in container["environment"]}


def references(container):
    return {secret["name"]: secret["valueFrom"] for secret in container.get("secrets", [])}


def test_default_task_definition(create):
    task = create()["orders-task"].inputs
    assert {key: task[key] for key in task if not key.endswith(("RoleArn", "Definitions"))} == {
        "family": "orders",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "1024",
        "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "volumes": [],
        "skipDestroy": True,
        "tags": {},
    }


def test_execution_role_and_task_role(create):
    plan = create()
    task = plan["orders-task"]
    assert plan["orders-execution-role"].urn in task.property_dependencies["executionRoleArn"]
    assert plan["orders-task-role"].urn in task.property_dependencies["taskRoleArn"]


def test_task_size_and_architecture(create):
    task = create(
        cpu=lambda: pulumi.Output.from_input(256), memory_mib=512, cpu_architecture="ARM64", ephemeral_storage_gib=30
    )["orders-task"].inputs
    assert (task["cpu"], task["memory"]) == ("256", "512")
    assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert task["ephemeralStorage"] == {"sizeInGib": 30}


def test_log_group_is_encrypted_and_kept_for_a_year(create):
    plan = create()
    group = plan["orders-log-group"]
    assert group.protect
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["namePrefix"] == "/ecs/orders-"
    assert ":log-group:/ecs/orders-*" in plan["orders-logs-key"].inputs["policy"]


def test_created_key_serves_logs_and_secrets(create):
    plan = create(secret_environment={"A": "x"})
    assert [key.name for key in plan.all("aws:kms/key:Key")] == ["orders-key-key"]
    policy = plan["orders-key-key"].inputs["policy"]
    assert "secretsmanager.eu-west-1.amazonaws.com" in policy
    assert ":log-group:/ecs/orders-*" in policy
    assert plan["orders-key-key"].urn in plan["orders-log-group"].property_dependencies["kmsKeyId"]


@pytest.mark.parametrize(
    ("args", "keys"),
    [
        ({"log_kms_key_arn": KEY}, []),
        ({"kms_key_arn": KEY, "log_kms_key_arn": KEY, "secret_environment": {"A": "x"}}, []),
        ({"kms_key_arn": KEY, "secret_environment": {"A": "x"}}, ["orders-logs-key"]),
        ({"log_kms_key_arn": KEY, "secret_environment": {"A": "x"}}, ["orders-key-key"]),
    ],
)
def test_existing_keys(create, args, keys):
    plan = create(**args)
    assert [key.name for key in plan.all("aws:kms/key:Key")] == keys
    if "log_kms_key_arn" in args:
        assert plan["orders-log-group"].inputs["kmsKeyId"] == KEY


def test_unchanged_program_creates_the_same_task_definition(create):
    args = {"secret_environment": {"A": "x"}, "environment": {"B": "y"}, "port": 3000}
    first, second = (json.dumps(dict(create(**args)["orders-task"].inputs), sort_keys=True) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("value", ["", "user@example.com", "https://example.com:8443/a@b", "password policy: long"])
def test_variable_without_a_secret(container, value):
    assert container(environment={"NOTE": value})["environment"] == [{"name": "NOTE", "value": value}]


def test_late_variables(container):
    definition = container(environment=lambda: {"B": pulumi.Output.from_input("2"), "A": "1"})
    assert definition["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize("late", [False, True])
def test_variable_with_a_secret_is_rejected(create, rejected, late):
    value = "postgres://user:hunter2@db.example.com/orders"
    with rejected("ecs-plaintext-secret", "environment.NOTE"):
        create(environment=lambda: {"NOTE": pulumi.Output.from_input(value) if late else value})


@pytest.mark.parametrize("preview", [False, True])
def test_variable_that_is_marked_as_a_secret_is_rejected(create, rejected, preview):
    with rejected("ecs-plaintext-secret", "environment.NOTE"):
        create(environment=lambda: {"NOTE": pulumi.Output.secret("x")}, preview=preview)


def test_command_without_a_secret(container):
    words = ["--config", "/etc/orders"]
    assert container(command=words, entry_point=["/bin/orders"])["command"] == words


@pytest.mark.parametrize("argument", ["command", "entry_point"])
@pytest.mark.parametrize("late", ["no", "items", "list"])
def test_command_with_a_secret_is_rejected(create, rejected, argument, late):
    words = ["--db-password", "hunter2"]

    def value():
        if late == "items":
            return [pulumi.Output.from_input(word) for word in words]
        return words if late == "no" else pulumi.Output.from_input(words)

    with rejected("ecs-plaintext-secret", argument):
        create(**{argument: value})


@pytest.mark.parametrize("argument", ["command", "entry_point"])
@pytest.mark.parametrize("value", [lambda: ["a", pulumi.Output.secret("b")], lambda: pulumi.Output.secret(["a"])])
@pytest.mark.parametrize("preview", [False, True])
def test_command_that_is_marked_as_a_secret_is_rejected(create, rejected, *, argument, value, preview):
    with rejected("ecs-plaintext-secret", argument):
        create(**{argument: value}, preview=preview)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"command": []}, "ecs-empty-command"),
        ({"command": [" "]}, "ecs-empty-command"),
        ({"command": ["orders --all"]}, "ecs-command-shell-syntax"),
        ({"command": ["/bin/orders", "--home=$HOME/orders"]}, "ecs-command-shell-syntax"),
        ({"command": ["/bin/migrate", "||", "true"], "entry_point": ["/bin/init"]}, "ecs-command-shell-syntax"),
    ],
)
def test_commands_that_do_not_start(create, rejected, args, rule, late):
    values = {
        name: (lambda words=words: pulumi.Output.from_input(words)) if late else words for name, words in args.items()
    }
    with rejected(rule, "command"):
        create(**values)


@pytest.mark.parametrize(
    "args",
    [
        {"command": ["sh", "-c", "a && b"]},
        {"command": ["a && b"], "entry_point": ["/bin/sh", "-c"]},
        {"command": ["a text", "b"], "entry_point": ["/bin/orders"]},
    ],
)
def test_commands_that_start(container, args):
    assert container(**args)["command"] == args["command"]


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
    with pytest.raises(InvalidInput, match="KafkaConnection") as rejected:
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


def test_variable_that_kafka_sets_as_well(create, rejected):
    with rejected("ecs-duplicate-variable", "environment.KAFKA_BOOTSTRAP_SERVERS"):
        create(kafka=SCRAM, environment={"KAFKA_BOOTSTRAP_SERVERS": "x"})
    with rejected("ecs-duplicate-variable", "secrets.KAFKA_SASL_PASSWORD"):
        create(kafka=SCRAM, secrets={"KAFKA_SASL_PASSWORD": {"secret_arn": SECRET, "kms_key_arn": KEY}})


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"cpu": 127}, "ecs-size-unit"),
        ({"memory_mib": 127}, "ecs-size-unit"),
        ({"memory_mib": 64 + 128, "tmpfs_mounts": {"/tmp": 64 + 128}}, "ecs-no-memory-left"),
        ({"environment": {"KAFKA_HEAP_OPTS": "-Xms1g -Xmx2048m"}}, "ecs-jvm-heap"),
        ({"command": ["java", "-Xmx4g", "-jar", "orders.jar"]}, "ecs-jvm-heap"),
    ],
)
def test_sizes_that_do_not_work(create, args, rule):
    with pytest.raises(InvalidInput, match=rf"\[{rule}\]"):
        create(**args)


def test_size_that_is_not_in_the_table_is_logged(create, logged):
    plan = create(cpu=2048, memory_mib=4097, ephemeral_storage_gib=300)
    assert (plan["orders-task"].inputs["cpu"], plan["orders-task"].inputs["memory"]) == ("2048", "4097")
    assert logged(plan) == [
        ("ecs-unknown-ephemeral-storage", "ephemeral_storage_gib"),
        ("ecs-unknown-size", "memory_mib"),
    ]


NAMESPACE = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508"


@pytest.mark.parametrize(("tmpfs_mib", "is_rejected"), [(934, False), (935, True)])
def test_service_connect_proxy_needs_memory(create, rejected, tmpfs_mib, is_rejected):
    args = {
        "port": 3000,
        "cpu": 512,
        "memory_mib": 1024,
        "tmpfs_mounts": {"/tmp": tmpfs_mib},
        "service_connect": {"namespace_arn": NAMESPACE, "dns_name": "orders"},
    }
    if is_rejected:
        with rejected("ecs-no-memory-left", "memory_mib"):
            create(**args)
    else:
        assert create(**args)["orders-task"]
