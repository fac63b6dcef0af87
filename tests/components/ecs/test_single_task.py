"""The guarantee that exactly one task runs."""

import pulumi
import pytest

from moorings import FargateSingleton, FargateSingletonArgs
from moorings.ecs.single_task import (
    SERVICE_SETTINGS,
    UNSUPPORTED_ARGUMENTS,
    check_deployed_revision,
    check_service_setting,
)

REVISION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders"


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, allowed in SERVICE_SETTINGS.items() for value in allowed]
)
def test_allowed_service_settings(name, value):
    check_service_setting(name, value)


@pytest.mark.parametrize(
    ("change", "is_rejected"),
    [
        ({"desired_count": 2}, True),
        ({"deployment_minimum_healthy_percent": 100}, True),
        ({"deployment_maximum_percent": 200}, True),
        ({"availability_zone_rebalancing": "ENABLED"}, True),
        ({"deployment_configuration": {"strategy": "BLUE_GREEN"}}, True),
        ({"deployment_controller": {"type": "CODE_DEPLOY"}}, True),
        ({"deployment_circuit_breaker": {"enable": False, "rollback": True}}, True),
        ({"deployment_circuit_breaker": {"enable": True, "rollback": False}}, True),
        ({"scheduling_strategy": "DAEMON"}, True),
        ({"launch_type": "EC2"}, True),
        (
            {"launch_type": None, "capacity_provider_strategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
            True,
        ),
        ({"wait_for_steady_state": False}, True),
        ({"desired_count": 0}, False),
        ({"force_new_deployment": True}, False),
        ({"deployment_controller": None, "deployment_configuration": None}, False),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_service_settings_are_checked_after_transforms(deploy, required_args, rejected, *, change, is_rejected, late):
    def transform(args):
        if args.type_ != "aws:ecs/service:Service":
            return None
        changed = {key: pulumi.Output.from_input(value) if late else value for key, value in change.items()}
        return pulumi.ResourceTransformationResult({**args.props, **changed}, args.opts)

    def program():
        FargateSingleton("orders", required_args, pulumi.ResourceOptions(transformations=[transform]))

    if is_rejected:
        with rejected("ecs-transformed-service", ""):
            deploy(program)
    else:
        assert deploy(program)["orders-service"]


@pytest.mark.parametrize("count", [2, -1])
def test_desired_count_is_zero_or_one(create, rejected, count):
    with rejected("ecs-several-tasks", "desired_count"):
        create(desired_count=count)


def test_deployed_revision_is_the_expected_one():
    assert check_deployed_revision(expected=f"{REVISION}:7", deployed=f"{REVISION}:7") == f"{REVISION}:7"
    with pytest.raises(ValueError, match="rolled the deployment of orders:8 back to orders:7"):
        check_deployed_revision(expected=f"{REVISION}:8", deployed=f"{REVISION}:7")


@pytest.mark.parametrize("name", sorted(UNSUPPORTED_ARGUMENTS))
def test_unsupported_arguments(create, required_args, rejected, name):
    with rejected("ecs-unsupported-argument", name):
        create(**{name: 1})
    with rejected("ecs-unsupported-argument", name):
        FargateSingletonArgs(**required_args, **{name: 1})
