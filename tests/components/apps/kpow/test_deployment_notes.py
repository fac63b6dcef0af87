"""Statements of kPow's deployment notes, each with a test that the components follow it.

Source: https://docs.kpow.io/installation/deployment-notes
"""

import json

import pytest

from moorings import InvalidInput, KpowOnFargate, KpowOnKubernetes

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
LOAD_BALANCER = {
    "certificate_arn": CERTIFICATE,
    "health_check_path": "/healthy",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}
LIVENESS_COMMAND = {"command": ["curl", "-fsS", "http://localhost:3000/healthy"]}
NO_REQUEST = {"command": ["true"]}
IMAGE_SETTINGS = {"kpow-login-settings": "the settings are part of the image"}
ARGS = {
    "kafka": {
        "listener": "scram",
        "bootstrap_servers": "b-1:9096,b-2:9096,b-3:9096",
        "username": "kpow",
        "password": "secret word",
        "security_group_id": "sg-0b92d7f4a1e63c508",
    },
    "image": "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow-annual:96.2",
    "marketplace": "annual",
    "acknowledge": {"kpow-no-login": "only developers have access"},
}


class Kpow:
    """Creates kPow on both platforms and returns parts of the plan."""

    def __init__(self, deploy):
        self._deploy = deploy

    def fargate(self, **changed):
        args = {
            **ARGS,
            "vpc_id": "vpc-0d1c7a52e8b94f360",
            "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
            **changed,
        }
        return self._deploy(lambda: KpowOnFargate("kpow", args))

    def container(self, **changed):
        """Return the container definition on Fargate."""
        (definition,) = json.loads(self.fargate(**changed)["kpow-task"].inputs["containerDefinitions"])
        return definition

    def target_group_health_check(self, *, load_balancer=LOAD_BALANCER, **changed):
        plan = self.fargate(load_balancer=load_balancer, **changed)
        (group,) = plan.all("aws:lb/targetGroup:TargetGroup")
        return group.inputs["healthCheck"]

    def deployment(self, **changed):
        """Return the spec of the Deployment on Kubernetes."""
        plan = self._deploy(lambda: KpowOnKubernetes("kpow", {**ARGS, "namespace": "tools", **changed}))
        return plan["kpow-deployment"].inputs["spec"]

    def probe_path(self, probe):
        (container,) = self.deployment()["template"]["spec"]["containers"]
        return container[probe]["httpGet"]["path"]


@pytest.fixture
def kpow(deploy):
    return Kpow(deploy)


def test_kpow_runs_on_fargate(kpow):
    assert kpow.fargate()["kpow-service"].inputs["launchType"] == "FARGATE"


def test_kpow_runs_on_kubernetes_as_an_unprivileged_user(kpow):
    security_context = kpow.deployment()["template"]["spec"]["securityContext"]
    assert (security_context["runAsNonRoot"], security_context["seccompProfile"]) == (True, {"type": "RuntimeDefault"})


def test_cpu_and_memory_meet_the_system_requirements(kpow):
    task = kpow.fargate()["kpow-task"].inputs
    assert (task["cpu"], task["memory"]) == ("1024", "2048")


def test_liveness_is_a_request_of_healthy(kpow):
    assert kpow.container()["healthCheck"]["command"] == ["CMD", "curl", "-fsS", "http://localhost:3000/healthy"]
    assert kpow.target_group_health_check()["path"] == "/healthy"
    assert kpow.probe_path("livenessProbe") == "/healthy"


def test_status_200_is_healthy_and_503_is_not(kpow):
    assert kpow.target_group_health_check()["matcher"] == "200"
    assert "-fsS" in kpow.container()["healthCheck"]["command"]  # curl fails for status codes of 400 and above


def test_health_checks_need_no_login(kpow):
    assert kpow.target_group_health_check(auth_provider="okta", acknowledge=IMAGE_SETTINGS)["path"] == "/healthy"


def test_readiness_is_a_request_of_up(kpow):
    load_balancer = {**LOAD_BALANCER, "health_check_path": "/up"}
    health_check = kpow.target_group_health_check(load_balancer=load_balancer, health_check=LIVENESS_COMMAND)
    assert health_check["path"] == "/up"
    assert kpow.probe_path("readinessProbe") == "/up"


def test_up_does_not_detect_failed_streams(kpow, rejected):
    with rejected("kpow-health-check", "load_balancer.health_check_path"):
        kpow.fargate(load_balancer={**LOAD_BALANCER, "health_check_path": "/up"})


def test_failed_streams_replace_the_task(kpow):
    container = kpow.container()
    assert (container["healthCheck"]["retries"], container["healthCheck"]["interval"]) == (3, 15)
    assert container["essential"] is True


def test_streams_error_strategy_defaults_to_log_exception(kpow):
    variables = {variable["name"]: variable["value"] for variable in kpow.container()["environment"]}
    assert variables["STREAMS_ERROR_STRATEGY"] == "LOG_EXCEPTION"


def test_log_and_exit_ends_the_task_which_ecs_replaces(kpow):
    plan = kpow.fargate(streams_error_strategy="LOG_AND_EXIT")
    (container,) = json.loads(plan["kpow-task"].inputs["containerDefinitions"])
    variables = {variable["name"]: variable["value"] for variable in container["environment"]}
    assert variables["STREAMS_ERROR_STRATEGY"] == "LOG_AND_EXIT"
    assert plan["kpow-service"].inputs["desiredCount"] == 1


def test_there_are_two_streams_error_strategies(kpow, rejected):
    with rejected("argument-choice", "streams_error_strategy"):
        kpow.fargate(streams_error_strategy="LOG")


@pytest.mark.parametrize("strategy", ["LOG_EXCEPTION", "LOG_AND_EXIT"])
def test_each_strategy_needs_a_liveness_check(kpow, rejected, strategy):
    with rejected("kpow-health-check", "health_check"):
        kpow.fargate(health_check=NO_REQUEST, streams_error_strategy=strategy)


def test_only_one_instance_runs(kpow):
    service = kpow.fargate()["kpow-service"].inputs
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (0, 100)
    deployment = kpow.deployment()
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})


def test_a_second_instance_is_rejected(kpow):
    with pytest.raises(InvalidInput, match="a singleton runs one task"):
        kpow.fargate(desired_count=2)
    with pytest.raises(InvalidInput, match="kPow runs in a single pod"):
        kpow.deployment(replicas=2)
