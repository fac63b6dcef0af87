"""Container definition in the canonical form of ECS."""

import json

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs import container_definition

NAMES = st.text("ABCDEFG_", min_size=1, max_size=5)
REGISTRY_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-a1B2c3"


def test_default_container(container):
    definition = container(port=3000)
    log_group = definition["logConfiguration"]["options"]["awslogs-group"]
    assert log_group.startswith("/ecs/orders-")
    assert definition == {
        "name": "orders",
        "image": "registry.example/orders:1.4.2",
        "essential": True,
        "cpu": 0,
        "user": "1001:1001",
        "privileged": False,
        "readonlyRootFilesystem": True,
        "stopTimeout": 30,
        "environment": [],
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        "portMappings": [{"containerPort": 3000, "hostPort": 3000, "name": "app", "protocol": "tcp"}],
        "linuxParameters": {
            "capabilities": {"add": [], "drop": ["ALL"]},
            "initProcessEnabled": False,
            "tmpfs": [
                {
                    "containerPath": "/tmp",
                    "size": 64,
                    "mountOptions": ["uid=1001", "gid=1001", "mode=0700", "nodev", "nosuid", "exec"],
                }
            ],
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "orders",
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }


def test_container_with_all_arguments(container):
    definition = container(
        command=lambda: [pulumi.Output.from_input("serve"), "--all"],
        entry_point=["/bin/app"],
        health_check={"command": ["true"]},
        startup_seconds=60,
        stop_timeout_seconds=120,
        restart_attempt_period_seconds=60,
        restart_ignored_exit_codes=[0],
        repository_credentials_secret_arn=REGISTRY_SECRET,
        log_mode="blocking",
        tmpfs_mounts={},
    )
    assert definition["command"] == ["serve", "--all"]
    assert definition["entryPoint"] == ["/bin/app"]
    assert definition["healthCheck"]["startPeriod"] == 60
    assert definition["stopTimeout"] == 120
    assert definition["restartPolicy"] == {"enabled": True, "ignoredExitCodes": [0], "restartAttemptPeriod": 60}
    assert definition["repositoryCredentials"] == {"credentialsParameter": REGISTRY_SECRET}
    assert definition["logConfiguration"]["options"].keys() == {
        "awslogs-group", "awslogs-region", "awslogs-stream-prefix", "mode",
    }  # fmt: skip
    assert "tmpfs" not in definition["linuxParameters"]


def test_definition_has_sorted_keys_and_no_nulls(create):
    text = create()["orders-task"].inputs["containerDefinitions"]
    assert "null" not in text
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) == text


@given(st.dictionaries(NAMES, st.text(max_size=3)), st.randoms())
def test_variables_are_sorted_by_name(variables, random):
    shuffled = list(variables.items())
    random.shuffle(shuffled)
    assert container_definition.environment(dict(shuffled)) == container_definition.environment(variables)
    assert container_definition.secrets(dict(shuffled)) == container_definition.secrets(variables)


def test_order_of_arguments_has_no_effect(create):
    one = create(
        environment={"A": "1", "B": "2"}, secret_environment={"C": "3", "D": "4"}, tmpfs_mounts={"/a": 1, "/b": 2},
        ephemeral_volume_paths=["/c", "/d"],
    )  # fmt: skip
    other = create(
        ephemeral_volume_paths=["/d", "/c"], tmpfs_mounts={"/b": 2, "/a": 1}, secret_environment={"D": "4", "C": "3"},
        environment={"B": "2", "A": "1"},
    )  # fmt: skip
    assert one["orders-task"].inputs == other["orders-task"].inputs


@pytest.mark.parametrize("late", [False, True])
def test_definition_above_the_limit_is_rejected(create, rejected, late):
    value = "x" * 65536
    with rejected("ecs-container-definition-size", "environment"):
        create(environment=lambda: {"A": pulumi.Output.from_input(value) if late else value})


@pytest.mark.parametrize(
    ("user", "mount_options"),
    [
        ("1001", ["uid=1001", "gid=1001"]),
        ("1001:2000", ["uid=1001", "gid=2000"]),
        ("65532:65532", ["uid=65532", "gid=65532"]),
        ("2147483647", ["uid=2147483647", "gid=2147483647"]),
    ],
)
def test_tmpfs_mounts_belong_to_the_user(container, user, mount_options):
    definition = container(user=user)
    (tmpfs,) = definition["linuxParameters"]["tmpfs"]
    assert (definition["user"], tmpfs["mountOptions"][:2]) == (user, mount_options)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("user", "rule"),
    [
        ("kpow", "argument-format"),
        ("1001:", "argument-format"),
        ("2147483648", "argument-range"),
        ("0", "ecs-root-user"),
        ("1001:0", "ecs-root-user"),
        ("00:00", "ecs-root-user"),
    ],
)
def test_invalid_users(create, rejected, user, rule, late):
    with rejected(rule, "user"):
        create(user=lambda: pulumi.Output.from_input(user) if late else user)


def test_root_can_be_acknowledged(container):
    definition = container(user="0", acknowledge={"ecs-root-user": "a test", "ecs-no-health-check": "a test"})
    assert definition["user"] == "0"
