"""The guarantee that exactly one task runs."""

import pulumi
import pytest

from moorings import FargateSingleton, FargateSingletonArgs, InvalidInput
from moorings.ecs.single_task import (
    SERVICE_SETTINGS,
    UNSUPPORTED_ARGUMENTS,
    check_deployed_revision,
    check_desired_count,
    check_service_setting,
)

REVISION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders"
FIX = (
    "; remove the transform that changes it, because two tasks could run at once or a failed deployment could go "
    "unnoticed"
)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, allowed in SERVICE_SETTINGS.items() for value in allowed]
)
def test_allowed_service_settings(name, value):
    check_service_setting(name, value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"desired_count": 2}, "desired_count: must be 1, got 2"),
        ({"deployment_minimum_healthy_percent": 100}, "deployment_minimum_healthy_percent: must be 0, got 100"),
        ({"deployment_maximum_percent": 200}, "deployment_maximum_percent: must be 100, got 200"),
        (
            {"availability_zone_rebalancing": "ENABLED"},
            "availability_zone_rebalancing: must be DISABLED, got ENABLED",
        ),
        (
            {"deployment_configuration": {"strategy": "BLUE_GREEN"}},
            "deployment_configuration.strategy: must be ROLLING, got BLUE_GREEN",
        ),
        (
            {"deployment_controller": {"type": "CODE_DEPLOY"}},
            "deployment_controller.type: must be ECS, got CODE_DEPLOY",
        ),
        (
            {"deployment_circuit_breaker": {"enable": False, "rollback": True}},
            "deployment_circuit_breaker.enable: must be True, got False",
        ),
        (
            {"deployment_circuit_breaker": {"enable": True, "rollback": False}},
            "deployment_circuit_breaker.rollback: must be True, got False",
        ),
        ({"scheduling_strategy": "DAEMON"}, "scheduling_strategy: must be REPLICA, got DAEMON"),
        ({"launch_type": "EC2"}, "launch_type: must be FARGATE, got EC2"),
        (
            {"launch_type": None, "capacity_provider_strategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
            "capacity_provider_strategies: must be [], got [{'capacity_provider': 'FARGATE_SPOT', 'weight': 1}]",
        ),
        ({"wait_for_steady_state": False}, "wait_for_steady_state: must be True, got False"),
        ({"desired_count": 0}, None),
        ({"force_new_deployment": True}, None),
        ({"deployment_controller": None, "deployment_configuration": None}, None),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_service_settings_are_checked_after_transforms(deploy, required_args, change, problem, late):
    def transform(args):
        if args.type_ != "aws:ecs/service:Service":
            return None
        changed = {key: pulumi.Output.from_input(value) if late else value for key, value in change.items()}
        return pulumi.ResourceTransformationResult({**args.props, **changed}, args.opts)

    def program():
        FargateSingleton("orders", required_args, pulumi.ResourceOptions(transformations=[transform]))

    if problem is None:
        assert deploy(program)["orders-service"]
        return
    with pytest.raises(InvalidInput) as rejected:
        deploy(program)
    assert str(rejected.value) == f"FargateSingleton 'orders': {problem}{FIX}"


def test_desired_count_is_zero_or_one(deploy, required_args):
    assert [check_desired_count(1), check_desired_count(0)] == [1, 0]
    for count in (2, -1):
        with pytest.raises(InvalidInput) as rejected:
            deploy(lambda count=count: FargateSingleton("orders", required_args | {"desired_count": count}))
        assert str(rejected.value) == (
            f"FargateSingleton 'orders'.desired_count: must be 1, or 0 to pause the service, got {count}; a singleton "
            "runs one task"
        )


def test_deployed_revision_is_the_expected_one():
    assert check_deployed_revision(expected=f"{REVISION}:7", deployed=f"{REVISION}:7") == f"{REVISION}:7"
    with pytest.raises(ValueError) as rejected:
        check_deployed_revision(expected=f"{REVISION}:8", deployed=f"{REVISION}:7")
    assert str(rejected.value) == (
        "ECS rolled the deployment of orders:8 back to orders:7; see the events of the service and the logs of the "
        "stopped tasks. The next update retries the deployment"
    )


@pytest.mark.parametrize("name", sorted(UNSUPPORTED_ARGUMENTS))
def test_unsupported_argument_is_rejected_with_its_reason(deploy, required_args, name):
    with pytest.raises(InvalidInput) as rejected:
        deploy(lambda: FargateSingleton("orders", required_args | {name: 1}))
    assert (
        str(rejected.value)
        == f"FargateSingleton 'orders': {name}: not supported, because {UNSUPPORTED_ARGUMENTS[name]}"
    )


def test_unsupported_argument_of_an_args_object_is_rejected(required_args):
    with pytest.raises(InvalidInput) as rejected:
        FargateSingletonArgs(**required_args, autoscaling=True)
    assert str(rejected.value) == (
        f"FargateSingletonArgs: autoscaling: not supported, because {UNSUPPORTED_ARGUMENTS['autoscaling']}"
    )
