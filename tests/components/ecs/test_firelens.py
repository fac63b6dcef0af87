"""FireLens: log router and destinations."""

import json

import pytest

ROUTER = {"image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.0.0", "user": "1001:1001"}
AGENT = {"image": "registry.example/agent:1.0", "user": "1001:1001"}
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:datadog-a1B2c3"


@pytest.fixture
def containers(create):
    """Return the container definitions by name."""

    def definitions(**args):
        text = create(**args)["orders-task"].inputs["containerDefinitions"]
        return {definition["name"]: definition for definition in json.loads(text)}

    return definitions


def test_the_router_receives_the_logs(containers, statements):
    args = {
        "firelens_logs": {"options": {"Name": "datadog"}, "secret_options": {"apikey": {"secret_arn": SECRET}}},
        "sidecars": {"router": {**ROUTER, "firelens_router": {}}},
    }
    both = containers(**args)
    assert both["orders"]["logConfiguration"] == {
        "logDriver": "awsfirelens",
        "options": {"Name": "datadog"},
        "secretOptions": [{"name": "apikey", "valueFrom": SECRET}],
    }
    assert both["router"]["firelensConfiguration"] == {
        "options": {"enable-ecs-log-metadata": "true"},
        "type": "fluentbit",
    }
    assert both["router"]["logConfiguration"]["logDriver"] == "awslogs"
    assert statements("execution-policy", **args)["Secrets"]["Resource"] == [SECRET]


def test_configuration_file_of_the_router(containers):
    router = {
        **ROUTER,
        "firelens_router": {"type": "fluentd", "ecs_log_metadata": False, "config_file": "/fluent.conf"},
    }
    assert containers(sidecars={"router": router})["router"]["firelensConfiguration"] == {
        "options": {
            "config-file-type": "file",
            "config-file-value": "/fluent.conf",
            "enable-ecs-log-metadata": "false",
        },
        "type": "fluentd",
    }


def test_logs_of_a_sidecar_are_routed(containers):
    sidecars = {"router": {**ROUTER, "firelens_router": {}}, "agent": {**AGENT, "firelens_logs": {}}}
    assert containers(sidecars=sidecars)["agent"]["logConfiguration"] == {"logDriver": "awsfirelens", "options": {}}


def test_logs_of_a_sidecar_need_a_router(create, rejected):
    with rejected("ecs-firelens-without-router", "sidecars.agent.firelens_logs"):
        create(sidecars={"agent": {**AGENT, "firelens_logs": {}}})


def test_secret_options_are_not_stored_in_plain_text(create, rejected, containers):
    sidecars = {"router": {**ROUTER, "firelens_router": {}}}
    with rejected("ecs-plaintext-secret", "firelens_logs.options.apikey"):
        create(firelens_logs={"options": {"apikey": "0d1c7a52"}}, sidecars=sidecars)
    allowed = {"options": {"apikey": "none"}, "not_secret": ["apikey"]}
    assert containers(firelens_logs=allowed, sidecars=sidecars)["orders"]["logConfiguration"]["options"] == {
        "apikey": "none"
    }
