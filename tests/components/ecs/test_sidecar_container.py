"""Sidecars and init containers: their definitions, dependencies, secrets and permissions."""

import json

import pulumi
import pytest

from moorings.ecs.single_task import SERVICE_SETTINGS

AGENT = {"image": "registry.example/agent:1.0", "user": "1001:1001"}
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/agent-a1B2c3"
CHECK = {"command": ["/bin/agent", "health"]}


@pytest.fixture
def containers(create):
    """Return the container definitions by name."""

    def definitions(**args):
        text = create(**args)["orders-task"].inputs["containerDefinitions"]
        return {definition["name"]: definition for definition in json.loads(text)}

    return definitions


def test_a_sidecar_is_as_restricted_as_the_application(containers):
    both = containers(sidecars={"agent": AGENT})
    shared = ["readonlyRootFilesystem", "linuxParameters", "logConfiguration", "privileged", "stopTimeout", "user"]
    assert {key: both["agent"][key] for key in shared} == {key: both["orders"][key] for key in shared}
    assert both["agent"]["essential"] is True
    assert both["agent"]["image"] == AGENT["image"]
    assert not {"memory", "memoryReservation", "startTimeout", "dependsOn", "firelensConfiguration"} & set(
        both["agent"]
    )


def test_containers_are_sorted_by_name(create):
    plan = create(sidecars={"zipkin": AGENT, "agent": AGENT})
    names = [container["name"] for container in json.loads(plan["orders-task"].inputs["containerDefinitions"])]
    assert names == ["agent", "orders", "zipkin"]


def test_late_values_of_a_sidecar(containers):
    def sidecars():
        late = pulumi.Output.from_input
        return {
            "agent": {
                "image": late("registry.example/agent:2.0"),
                "user": late("5:5"),
                "command": late(["run"]),
                "environment": {"ZONE": late("eu")},
                "secrets": {"KEY": {"secret_arn": late(SECRET)}},
            }
        }

    agent = containers(sidecars=sidecars)["agent"]
    assert (agent["image"], agent["user"], agent["command"]) == ("registry.example/agent:2.0", "5:5", ["run"])
    assert agent["environment"] == [{"name": "ZONE", "value": "eu"}]
    assert agent["secrets"] == [{"name": "KEY", "valueFrom": SECRET}]


def test_an_init_container_runs_before_the_application(containers):
    init = {**AGENT, "essential": False, "start_timeout_seconds": 100}
    both = containers(sidecars={"migrate": init}, depends_on={"migrate": "SUCCESS"})
    assert both["orders"]["dependsOn"] == [{"condition": "SUCCESS", "containerName": "migrate"}]
    assert both["migrate"]["essential"] is False
    assert both["migrate"]["startTimeout"] == 100


def test_a_sidecar_may_depend_on_the_application(containers):
    both = containers(sidecars={"agent": {**AGENT, "depends_on": {"application": "START"}}})
    assert both["agent"]["dependsOn"] == [{"condition": "START", "containerName": "orders"}]


def test_supplied_values_are_stored_in_the_secret_of_the_service(create, containers):
    args = {
        "secret_environment": {"KEY": "a"},
        "sidecars": {"agent": {**AGENT, "secret_environment": {"KEY": "b", "A": "c"}}},
    }
    plan = create(**args)
    (version,) = plan.all("aws:secretsmanager/secretVersion:SecretVersion")
    assert json.loads(version.inputs["secretString"].value) == {"KEY": "a", "agent/KEY": "b", "agent/A": "c"}
    both = containers(**args)
    keys = {name: [item["valueFrom"].split(":")[7] for item in both[name]["secrets"]] for name in both}
    assert keys == {"orders": ["KEY"], "agent": ["agent/A", "agent/KEY"]}


def test_the_execution_role_may_read_the_secrets_of_sidecars(statements):
    key = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
    sidecars = {"agent": {**AGENT, "secrets": {"KEY": {"secret_arn": SECRET, "kms_key_arn": key}}}}
    policy = statements("execution-policy", sidecars=sidecars)
    assert policy["Secrets"]["Resource"] == [SECRET]
    assert policy["Decrypt"]["Resource"] == key


ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
REPOSITORY = "arn:aws:ecr:eu-west-1:123456789012:repository"


def test_the_execution_role_may_pull_all_images(statements):
    sidecars = {"agent": {**AGENT, "image": f"{ECR}/agent:1.0"}, "other": AGENT}
    policy = statements("execution-policy", image=f"{ECR}/orders:1.4.2", sidecars=sidecars)
    assert policy["Pull"]["Resource"] == [f"{REPOSITORY}/agent", f"{REPOSITORY}/orders"]
    assert "PullThroughCache" not in policy


def test_only_cached_images_may_be_imported(statements):
    sidecars = {"agent": {**AGENT, "image": f"{ECR}/docker-hub/agent:1.0", "pull_through_cache": True}}
    policy = statements("execution-policy", image=f"{ECR}/orders:1.4.2", sidecars=sidecars)
    assert policy["PullThroughCache"]["Resource"] == f"{REPOSITORY}/docker-hub/agent"
    assert "ecr:CreateRepository" not in policy["Pull"]["Action"]


def test_volumes_are_shared(containers):
    both = containers(
        ephemeral_volume_paths=["/var/spool"],
        sidecars={"agent": {**AGENT, "shared_volumes": {"/in": {"path": "/var/spool", "read_only": True}}}},
    )
    (own,), (shared,) = both["orders"]["mountPoints"], both["agent"]["mountPoints"]
    assert own["sourceVolume"] == shared["sourceVolume"] == "var-spool"
    assert (shared["containerPath"], shared["readOnly"], own["readOnly"]) == ("/in", True, False)


def test_registry_credentials_are_used_on_request(containers):
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-a1B2c3"
    sidecars = {"a": {**AGENT, "use_repository_credentials": True}, "b": AGENT}
    definitions = containers(repository_credentials_secret_arn=secret, sidecars=sidecars)
    assert definitions["a"]["repositoryCredentials"] == {"credentialsParameter": secret}
    assert "repositoryCredentials" not in definitions["b"]


def downtime(create, **args):
    (message,) = [text for _, text, _ in create(**args).log if "downtime" in text]
    return message


def test_containers_that_wait_for_each_other_add_to_the_downtime(create):
    proxy = {**AGENT, "health_check": {**CHECK, "interval_seconds": 10}, "startup_seconds": 50}
    init = {**AGENT, "essential": False, "startup_seconds": 70, "stop_timeout_seconds": 120}
    sidecars = {"proxy": proxy}
    assert "30 s stop, 90 s image pull, 120 s startup" in downtime(create, sidecars=sidecars)
    assert "60 s stop, 90 s image pull, 180 s startup" in downtime(
        create, sidecars=sidecars, depends_on={"proxy": "HEALTHY"}
    )
    assert "30 s stop, 90 s image pull, 190 s startup" in downtime(
        create, sidecars={"init": init}, depends_on={"init": "COMPLETE"}
    )


def test_the_load_balancer_waits_for_init_containers(create, load_balancer):
    init = {**AGENT, "essential": False, "startup_seconds": 70}
    plan = create(port=3000, load_balancer=load_balancer, sidecars={"init": init}, depends_on={"init": "SUCCESS"})
    assert plan["orders-service"].inputs["healthCheckGracePeriodSeconds"] == 190


def test_sidecars_do_not_change_the_settings_of_the_single_task(create):
    service = create(sidecars={"agent": AGENT})["orders-service"].inputs
    assert service["desiredCount"] in SERVICE_SETTINGS["desired_count"]
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (0, 100)


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        (
            {"sidecars": {"a": {**AGENT, "depends_on": {"a": "START"}}}},
            "ecs-dependency-cycle",
            "sidecars.a.depends_on.a",
        ),
        (
            {"sidecars": {"a": {**AGENT, "depends_on": {"application": "COMPLETE"}}}},
            "ecs-dependency-on-essential",
            "sidecars.a.depends_on.application",
        ),
        (
            {"sidecars": {"a": {**AGENT, "depends_on": {"application": "HEALTHY"}}}},
            "ecs-dependency-without-health-check",
            "sidecars.a.depends_on.application",
        ),
        ({"depends_on": {"a": "SUCCESS"}}, "ecs-dependency-unknown", "depends_on.a"),
        ({"depends_on": {"a": "READY"}}, "argument-choice", "depends_on.a"),
        (
            {"sidecars": {"a": {**AGENT, "stop_timeout_seconds": 121}}},
            "argument-range",
            "sidecars.a.stop_timeout_seconds",
        ),
        ({"sidecars": {"a b": AGENT}}, "argument-format", None),
        ({"sidecars": {"a": {**AGENT, "user": "0"}}}, "ecs-root-user", "sidecars.a.user"),
        ({"sidecars": {"a": {**AGENT, "image": "a:latest"}}}, "ecs-image-latest", "sidecars.a.image"),
        ({"sidecars": {"a": {**AGENT, "command": ["run && exit"]}}}, "ecs-command-shell-syntax", "sidecars.a.command"),
        (
            {"sidecars": {"a": {**AGENT, "environment": {"API_KEY": "hunter2"}}}},
            "ecs-plaintext-secret",
            "sidecars.a.environment.API_KEY",
        ),
        (
            {"sidecars": {"a": {**AGENT, "health_check": {"command": ["check", "--password=hunter2"]}}}},
            "ecs-plaintext-secret",
            "sidecars.a.health_check.command",
        ),
        (
            {"sidecars": {"a": {**AGENT, "environment": {"A": "x"}, "secret_environment": {"A": "y"}}}},
            "ecs-duplicate-variable",
            "sidecars.a.secret_environment.A",
        ),
        (
            {"sidecars": {"a": {**AGENT, "not_secret": ["X"]}}},
            "ecs-not-secret-without-variable",
            "sidecars.a.not_secret[0]",
        ),
        (
            {
                "ephemeral_volume_paths": ["/d"],
                "sidecars": {"a": {**AGENT, "shared_volumes": {"/tmp": {"path": "/d"}}}},
            },
            "ecs-duplicate-mount",
            "sidecars.a.shared_volumes",
        ),
        ({"sidecars": {"a": {**AGENT, "memory_mib": 4096}}}, "ecs-sidecar-resources", "sidecars.a.memory_mib"),
        (
            {"sidecars": {name: {**AGENT, "memory_reservation_mib": 1500} for name in "ab"}},
            "ecs-sidecar-resources",
            "sidecars",
        ),
        (
            {"memory_mib": 512, "cpu": 256, "sidecars": {"a": {**AGENT, "memory_reservation_mib": 480}}},
            "ecs-no-memory-left",
            "memory_mib",
        ),
        (
            {"sidecars": {"a": {**AGENT, "secrets": {"K": {"secret_arn": SECRET.replace("orders/", "AmazonMSK_")}}}}},
            "ecs-msk-secret-without-key",
            "sidecars.a.secrets.K.kms_key_arn",
        ),
    ],
)
def test_sidecars_that_do_not_work(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


@pytest.mark.parametrize("late", [False, True])
def test_late_secrets_of_a_sidecar_are_not_stored_in_plain_text(create, rejected, late):
    def sidecars():
        value = pulumi.Output.secret("x") if late else "postgresql://orders:hunter2@db"
        return {"a": {**AGENT, "environment": {"DATABASE_URL": value}}}

    with rejected("ecs-plaintext-secret", "sidecars.a.environment.DATABASE_URL"):
        create(sidecars=sidecars)


ENDPOINTS = {
    "security_group_id": "sg-0b92d7f4a1e63c508",
    "s3_prefix_list_id": "pl-6da54004",
    "services": ["ecr.api", "ecr.dkr", "logs"],
}


@pytest.mark.parametrize("preview", [False, True])
def test_images_of_sidecars_are_pulled_through_the_endpoints(create, rejected, preview):
    args = {"image": f"{ECR}/orders:1.4.2", "vpc_endpoints": ENDPOINTS, "preview": preview}
    assert create(**args, sidecars={"agent": {**AGENT, "image": f"{ECR}/agent:1.0"}})
    assert create(**args, sidecars=lambda: {"agent": {**AGENT, "image": pulumi.Output.from_input(AGENT["image"])}})
    with rejected("ecs-image-unreachable", "sidecars.agent.image"):
        create(**args, sidecars={"agent": AGENT})
