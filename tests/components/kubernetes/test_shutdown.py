"""What follows from a drain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Shutdown
from moorings.kubernetes.shutdown import MARGIN, ShutdownBudget, doubts, solve


@pytest.mark.parametrize(
    ("given_", "with_service", "budget"),
    [
        ({}, True, ShutdownBudget("service", 10, 30, 55, 40)),
        ({}, False, ShutdownBudget("none", 0, 30, 45, 30)),
        ({"load_balancer": "alb"}, True, ShutdownBudget("alb", 30, 30, 75, 60)),
        ({"load_balancer": "nlb", "drain_seconds": 31}, True, ShutdownBudget("nlb", 30, 31, 80, 61)),
        ({"drain_seconds": 65}, False, ShutdownBudget("none", 0, 65, 80, 65)),
        ({"drain_seconds": 0, "pre_stop_seconds": 0}, True, ShutdownBudget("service", 0, 0, 15, 0)),
        # No load balancer is there to have a limit.
        ({"drain_seconds": 7200}, False, ShutdownBudget("none", 0, 7200, 7215, 3600)),
        (
            {"termination_grace_period_seconds": 300, "deregistration_delay_seconds": 50},
            True,
            ShutdownBudget("service", 10, 30, 300, 50),
        ),
    ],
)
def test_all_follows_from_the_drain(given_, with_service, budget):
    assert solve(Shutdown(**given_), with_service=with_service) == budget


@given(st.integers(0, 3500), st.sampled_from([None, "none", "service", "alb", "nlb"]), st.booleans())
def test_what_follows_contradicts_nothing(drain, load_balancer, with_service):
    budget = solve(Shutdown(drain_seconds=drain, load_balancer=load_balancer), with_service=with_service)
    busy = budget.pre_stop_seconds + drain
    assert budget.termination_grace_period_seconds >= busy + MARGIN
    assert budget.termination_grace_period_seconds % 5 == 0
    assert busy <= budget.deregistration_delay_seconds <= budget.termination_grace_period_seconds
    assert doubts(budget) == []


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 500))
def test_a_grace_period_is_taken_or_refused_by_the_sum(drain, sleep, grace):
    shutdown = Shutdown(drain_seconds=drain, pre_stop_seconds=sleep, termination_grace_period_seconds=grace)
    if grace >= drain + sleep + MARGIN:
        assert solve(shutdown, with_service=True).termination_grace_period_seconds == grace
    else:
        with pytest.raises(ValueError, match=f"a pod needs {drain + sleep + MARGIN}: {sleep} of pre_stop_seconds"):
            solve(shutdown, with_service=True)


def test_other_languages_see_the_budget_in_their_words():
    assert solve(Shutdown(), with_service=True).to_export() == {
        "loadBalancer": "service",
        "preStopSeconds": 10,
        "drainSeconds": 30,
        "terminationGracePeriodSeconds": 55,
        "deregistrationDelaySeconds": 40,
    }
