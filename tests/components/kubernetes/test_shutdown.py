"""Graceful shutdown of pods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Shutdown
from moorings.kubernetes.shutdown import EXIT_SECONDS, ShutdownBudget, shutdown_budget


@pytest.mark.parametrize(
    ("args", "has_service", "budget"),
    [
        ({}, True, ShutdownBudget("service", 10, 30, 55, 40)),
        ({}, False, ShutdownBudget("none", 0, 30, 45, 30)),
        ({"load_balancer": "alb"}, True, ShutdownBudget("alb", 30, 30, 75, 60)),
        ({"load_balancer": "nlb", "drain_seconds": 31}, True, ShutdownBudget("nlb", 30, 31, 80, 61)),
        ({"drain_seconds": 65}, False, ShutdownBudget("none", 0, 65, 80, 65)),
        ({"drain_seconds": 0, "pre_stop_seconds": 0}, True, ShutdownBudget("service", 0, 0, 15, 0)),
        # Without a load balancer there is no maximum.
        ({"drain_seconds": 7200}, False, ShutdownBudget("none", 0, 7200, 7215, 3600)),
        (
            {"termination_grace_period_seconds": 300, "deregistration_delay_seconds": 50},
            True,
            ShutdownBudget("service", 10, 30, 300, 50),
        ),
    ],
)
def test_durations_follow_from_the_drain(args, has_service, budget):
    assert shutdown_budget(Shutdown(**args), "service" if has_service else "none") == budget


@given(st.integers(0, 3500), st.sampled_from([None, "none", "service", "alb", "nlb"]), st.booleans())
def test_default_durations_are_consistent(drain, load_balancer, has_service):
    budget = shutdown_budget(
        Shutdown(drain_seconds=drain, load_balancer=load_balancer), "service" if has_service else "none"
    )
    serving = budget.pre_stop_seconds + drain
    assert budget.termination_grace_period_seconds >= serving + EXIT_SECONDS
    assert budget.termination_grace_period_seconds % 5 == 0
    assert serving <= budget.deregistration_delay_seconds <= budget.termination_grace_period_seconds


def test_the_output_is_in_camel_case():
    assert shutdown_budget(Shutdown(), "service").to_export() == {
        "loadBalancer": "service",
        "preStopSeconds": 10,
        "drainSeconds": 30,
        "terminationGracePeriodSeconds": 55,
        "deregistrationDelaySeconds": 40,
    }
