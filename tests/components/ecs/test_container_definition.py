"""The container of a task, in the one form in which ECS gives it back."""

import json

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput
from moorings.ecs import container_definition as definitions

NAMES = st.text("ABCDEFG_", min_size=1, max_size=5)


def test_a_container_is_what_a_careful_operator_deploys(container):
    found = container(port=3000)
    group = found["logConfiguration"]["options"]["awslogs-group"]
    assert group.startswith("/ecs/orders-")
    assert found == {
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
                "awslogs-group": group,
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "orders",
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }


def test_nothing_is_left_that_ecs_would_drop(made):
    text = made()["orders-task"].inputs["containerDefinitions"]
    assert "null" not in text
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) == text


@given(st.dictionaries(NAMES, st.text(max_size=3)), st.randoms())
def test_the_order_in_which_variables_are_given_does_not_show(variables, random):
    shuffled = list(variables.items())
    random.shuffle(shuffled)
    assert definitions.environment(dict(shuffled)) == definitions.environment(variables)
    assert definitions.secrets(dict(shuffled)) == definitions.secrets(variables)


def test_two_orders_make_one_definition(made):
    one = made(
        environment={"A": "1", "B": "2"}, secret_environment={"C": "3", "D": "4"}, tmpfs_mounts={"/a": 1, "/b": 2},
        ephemeral_volume_paths=["/c", "/d"],
    )  # fmt: skip
    other = made(
        ephemeral_volume_paths=["/d", "/c"], tmpfs_mounts={"/b": 2, "/a": 1}, secret_environment={"D": "4", "C": "3"},
        environment={"B": "2", "A": "1"},
    )  # fmt: skip
    assert one["orders-task"].inputs == other["orders-task"].inputs


def test_everything_that_is_asked_for_is_there(container):
    found = container(
        command=lambda: [pulumi.Output.from_input("serve"), "--all"],
        entry_point=["/bin/app"],
        health_check={"command": ["true"]},
        startup_seconds=60,
        stop_timeout_seconds=120,
        restart_attempt_period_seconds=60,
        restart_ignored_exit_codes=[0],
        repository_credentials_secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-a1B2c3",
        log_mode="blocking",
        tmpfs_mounts={},
    )
    assert found["command"] == ["serve", "--all"]
    assert found["entryPoint"] == ["/bin/app"]
    assert found["healthCheck"]["startPeriod"] == 60
    assert found["stopTimeout"] == 120
    assert found["restartPolicy"] == {"enabled": True, "ignoredExitCodes": [0], "restartAttemptPeriod": 60}
    assert found["repositoryCredentials"] == {
        "credentialsParameter": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-a1B2c3"
    }
    assert found["logConfiguration"]["options"].keys() == {
        "awslogs-group", "awslogs-region", "awslogs-stream-prefix", "mode",
    }  # fmt: skip
    assert "tmpfs" not in found["linuxParameters"]


def test_volumes_lie_where_they_are_asked_for(made):
    efs = {
        "file_system_id": "fs-0b92d7f4a1e63c508",
        "access_point_id": "fsap-0b92d7f4a1e63c508",
        "security_group_id": "sg-0b92d7f4a1e63c508",
        "read_only": True,
    }
    task = made(ephemeral_volume_paths=["/var/cache"], efs_mounts={"/lock": efs})["orders-task"].inputs
    (found,) = json.loads(task["containerDefinitions"])
    assert found["mountPoints"] == [
        {"containerPath": "/lock", "readOnly": True, "sourceVolume": "lock"},
        {"containerPath": "/var/cache", "readOnly": False, "sourceVolume": "var-cache"},
    ]
    assert task["volumes"] == [
        {"name": "var-cache"},
        {
            "name": "lock",
            "efsVolumeConfiguration": {
                "fileSystemId": "fs-0b92d7f4a1e63c508",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-0b92d7f4a1e63c508", "iam": "ENABLED"},
            },
        },
    ]


@pytest.mark.parametrize("late", [False, True])
def test_a_definition_that_is_too_large_is_refused(made, late):
    value = "x" * 65536
    with pytest.raises(InvalidInput) as refused:
        made(environment=lambda: {"A": pulumi.Output.from_input(value) if late else value})
    assert str(refused.value) == (
        "FargateSingleton 'orders': the task definition has 66245 bytes, and ECS takes 65536; move long values of "
        "environment to a file of the image or to a secret"
    )
