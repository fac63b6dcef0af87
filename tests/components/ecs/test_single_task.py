"""What makes a service a singleton."""

import pulumi
import pytest

from moorings import FargateSingleton, FargateSingletonArgs, InvalidInput
from moorings.ecs.single_task import CONTRACT, REFUSED, kept, live, one_or_none

SERVICE = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders"
BROKEN = ": two tasks could run at once, or a deployment fail unseen; take the transform away that changes this"


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, good in CONTRACT.items() for value in good])
def test_a_singleton_is_one(name, value):
    assert kept(name, value)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"desired_count": 2}, "desired_count is 2 and not 1"),
        ({"deployment_minimum_healthy_percent": 100}, "deployment_minimum_healthy_percent is 100 and not 0"),
        ({"deployment_maximum_percent": 200}, "deployment_maximum_percent is 200 and not 100"),
        ({"availability_zone_rebalancing": "ENABLED"}, "availability_zone_rebalancing is ENABLED and not DISABLED"),
        (
            {"deployment_configuration": {"strategy": "BLUE_GREEN"}},
            "deployment_configuration.strategy is BLUE_GREEN and not ROLLING",
        ),
        ({"deployment_controller": {"type": "CODE_DEPLOY"}}, "deployment_controller.type is CODE_DEPLOY and not ECS"),
        (
            {"deployment_circuit_breaker": {"enable": False, "rollback": True}},
            "deployment_circuit_breaker.enable is False and not True",
        ),
        (
            {"deployment_circuit_breaker": {"enable": True, "rollback": False}},
            "deployment_circuit_breaker.rollback is False and not True",
        ),
        ({"scheduling_strategy": "DAEMON"}, "scheduling_strategy is DAEMON and not REPLICA"),
        ({"launch_type": "EC2"}, "launch_type is EC2 and not FARGATE"),
        (
            {"launch_type": None, "capacity_provider_strategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
            "capacity_provider_strategies is [{'capacity_provider': 'FARGATE_SPOT', 'weight': 1}] and not []",
        ),
        ({"wait_for_steady_state": False}, "wait_for_steady_state is False and not True"),
        ({"desired_count": 0}, None),
        ({"force_new_deployment": True}, None),
        ({"deployment_controller": None, "deployment_configuration": None}, None),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_what_a_transform_breaks_is_refused(deploy, needed, change, found, late):
    def program():
        def changed(given):
            if given.type_ != "aws:ecs/service:Service":
                return None
            props = {
                **given.props,
                **{key: pulumi.Output.from_input(value) if late else value for key, value in change.items()},
            }
            return pulumi.ResourceTransformationResult(props, given.opts)

        FargateSingleton("orders", needed, pulumi.ResourceOptions(transformations=[changed]))

    if found is None:
        assert deploy(program)["orders-service"]
        return
    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == f"FargateSingleton 'orders': {found}{BROKEN}"


def test_one_task_or_none():
    assert [one_or_none(1), one_or_none(0)] == [1, 0]
    for count in (2, -1):
        with pytest.raises(ValueError) as refused:
            one_or_none(count)
        assert str(refused.value) == f"a singleton runs one task, or none while it is paused (0), not {count}"


def test_a_revision_that_runs_is_told():
    assert live(wanted=f"{SERVICE}:7", found=f"{SERVICE}:7") == f"{SERVICE}:7"


def test_a_revision_that_was_rolled_back_fails():
    with pytest.raises(ValueError) as refused:
        live(wanted=f"{SERVICE}:8", found=f"{SERVICE}:7")
    assert str(refused.value) == (
        "ECS rolled the deployment of orders:8 back, and orders:7 runs; the events of the service and the logs of the "
        "stopped tasks say why, and the next run tries again"
    )


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_argument_that_would_break_the_contract_is_refused_in_words(deploy, needed, name):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: FargateSingleton("orders", needed | {name: 1}))
    assert str(refused.value) == f"FargateSingleton 'orders': {name} is no argument, as {REFUSED[name]}"


def test_made_by_hand_it_is_refused_in_the_same_words(needed):
    with pytest.raises(InvalidInput) as refused:
        FargateSingletonArgs(**needed, autoscaling=True)
    assert str(refused.value) == f"FargateSingletonArgs: autoscaling is no argument, as {REFUSED['autoscaling']}"


def test_more_than_one_task_is_refused(deploy, needed):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: FargateSingleton("orders", needed | {"desired_count": 2}))
    assert str(refused.value) == (
        "FargateSingleton 'orders'.desired_count: a singleton runs one task, or none while it is paused (0), not 2"
    )
