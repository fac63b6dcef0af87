"""Number of pods, disruption budget and topology spread."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Availability


@pytest.mark.parametrize(
    ("level", "replicas", "zone_spread", "node_spread"),
    [
        ("development", 1, None, None),
        ("standard", 2, "ScheduleAnyway", "ScheduleAnyway"),
        ("critical", 3, "DoNotSchedule", "ScheduleAnyway"),
    ],
)
def test_level_decides_replicas_budget_and_spread(level, replicas, zone_spread, node_spread):
    availability = Availability(level=level)
    assert availability.min_replicas == replicas
    assert availability.disruption_budget(replicas) == (None if replicas == 1 else {"maxUnavailable": 1})
    spread = {
        constraint["topologyKey"]: constraint["whenUnsatisfiable"]
        for constraint in availability.topology_spread_constraints({}, per_revision=True)
    }
    expected = {"topology.kubernetes.io/zone": zone_spread, "kubernetes.io/hostname": node_spread}
    assert spread == {key: value for key, value in expected.items() if value}


def test_arguments_override_the_level():
    availability = Availability(
        level="critical", replicas=5, zone_spread="none", node_spread="DoNotSchedule", min_available="60%"
    )
    assert availability.min_replicas == 5
    assert availability.disruption_budget(5) == {"minAvailable": "60%"}
    assert [
        constraint["topologyKey"]
        for constraint in availability.topology_spread_constraints({"a": "b"}, per_revision=False)
    ] == ["kubernetes.io/hostname"]


@pytest.mark.parametrize(("replicas", "limit"), [(2, 1), (8, 1), (9, "25%"), (100, "25%")])
def test_default_disruption_budget(replicas, limit):
    assert Availability().disruption_budget(replicas) == {"maxUnavailable": limit}


@given(st.integers(1, 200))
def test_default_drains_complete_and_keep_half_of_the_pods(replicas):
    budget = Availability().disruption_budget(replicas)
    if replicas == 1:
        assert budget is None
        return
    value = budget["maxUnavailable"]
    evicted = value if isinstance(value, int) else ceil(int(value[:-1]) * replicas / 100)
    assert 1 <= evicted <= replicas / 2


@given(st.integers(1, 50), st.integers(0, 100))
def test_min_available_limits_evictions(replicas, percent):
    availability = Availability(min_available=f"{percent}%")
    assert availability.disruption_budget(replicas) == {"minAvailable": f"{percent}%"}
    assert availability.evictable_pods(replicas) == replicas - ceil(percent * replicas / 100)


@given(st.integers(1, 50), st.integers(0, 100))
def test_max_unavailable_limits_evictions(replicas, percent):
    availability = Availability(max_unavailable=f"{percent}%")
    assert availability.disruption_budget(replicas) == {"maxUnavailable": f"{percent}%"}
    assert availability.evictable_pods(replicas) == ceil(percent * replicas / 100)
