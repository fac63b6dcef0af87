"""How many pods there are, and how few."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Availability


@pytest.mark.parametrize(
    ("level", "replicas", "zones", "nodes"),
    [
        ("development", 1, None, None),
        ("standard", 2, "ScheduleAnyway", "ScheduleAnyway"),
        ("critical", 3, "DoNotSchedule", "ScheduleAnyway"),
    ],
)
def test_a_level_sizes_all_of_it(level, replicas, zones, nodes):
    availability = Availability(level=level)
    assert availability.fewest == replicas
    assert availability.disruptions(replicas) == (None if replicas == 1 else {"maxUnavailable": 1})
    spread = {each["topologyKey"]: each["whenUnsatisfiable"] for each in availability.spread({}, revisions=True)}
    wanted = {"topology.kubernetes.io/zone": zones, "kubernetes.io/hostname": nodes}
    assert spread == {key: value for key, value in wanted.items() if value}


def test_each_part_can_be_changed_by_itself():
    availability = Availability(
        level="critical", replicas=5, zone_spread="none", node_spread="DoNotSchedule", min_available="60%"
    )
    assert availability.fewest == 5
    assert availability.disruptions(5) == {"minAvailable": "60%"}
    assert [each["topologyKey"] for each in availability.spread({"a": "b"}, revisions=False)] == [
        "kubernetes.io/hostname"
    ]


@pytest.mark.parametrize(("fewest", "share"), [(2, 1), (8, 1), (9, "25%"), (100, "25%")])
def test_many_pods_may_go_by_the_quarter(fewest, share):
    assert Availability().disruptions(fewest) == {"maxUnavailable": share}


@given(st.integers(1, 200))
def test_by_default_every_drain_ends_and_most_pods_stay(fewest):
    share = Availability().disruptions(fewest)
    if fewest == 1:
        assert share is None
        return
    value = share["maxUnavailable"]
    going = value if isinstance(value, int) else ceil(int(value[:-1]) * fewest / 100)
    assert 1 <= going <= fewest / 2


@given(st.integers(1, 50), st.integers(0, 100))
def test_a_minimum_is_taken_if_and_only_if_one_pod_may_go(fewest, percent):
    availability = Availability(min_available=f"{percent}%")
    if ceil(percent * fewest / 100) < fewest:
        assert availability.disruptions(fewest) == {"minAvailable": f"{percent}%"}
    else:
        with pytest.raises(ValueError, match=rf"^min_available={percent}% keeps {fewest} of {fewest} pods"):
            availability.disruptions(fewest)
