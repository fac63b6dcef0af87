"""What makes a service a singleton."""

import pytest

from moorings import FargateSingleton, FargateSingletonArgs, InvalidInput
from moorings.ecs.contract import REFUSED, kept, live, one_or_none

KEPT = {
    "desired_count": 1,
    "minimum": 0,
    "maximum": 100,
    "rebalancing": "DISABLED",
    "strategy": "ROLLING",
    "controller": "ECS",
}
SERVICE = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders"


@pytest.mark.parametrize("change", [{}, {"desired_count": 0}, {"strategy": None, "controller": None}])
def test_a_singleton_is_one(change):
    assert kept(**KEPT | change)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"desired_count": 2}, "desired_count is 2 and not 1 (0 pauses it)"),
        ({"minimum": 100}, "deployment_minimum_healthy_percent is 100 and not 0"),
        ({"maximum": 200}, "deployment_maximum_percent is 200 and not 100"),
        ({"rebalancing": "ENABLED"}, "availability_zone_rebalancing is ENABLED and not DISABLED"),
        ({"strategy": "BLUE_GREEN"}, "deployment_configuration.strategy is BLUE_GREEN and not ROLLING"),
        ({"controller": "CODE_DEPLOY"}, "deployment_controller.type is CODE_DEPLOY and not ECS"),
        (
            {"minimum": 50, "maximum": 150},
            "deployment_minimum_healthy_percent is 50 and not 0; deployment_maximum_percent is 150 and not 100",
        ),
    ],
)
def test_what_could_run_two_tasks_is_refused(change, found):
    with pytest.raises(ValueError) as refused:
        kept(**KEPT | change)
    assert str(refused.value) == f"{found}: two tasks could run at once; take the transform away that changes this"


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
