"""Order in which the containers of a task start and stop."""

from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.container_dependencies import find_cycle, startup_delay, stop_duration

CHAIN = {"application": {"proxy": "HEALTHY", "router": "START"}, "proxy": {"migrate": "SUCCESS"}, "migrate": {}}
NAMES = ["a", "b", "c", "d", "e"]


def test_a_chain_has_no_cycle():
    assert find_cycle(CHAIN) is None


def test_the_cycle_begins_and_ends_with_the_same_container():
    assert find_cycle({"a": {"b": "START"}, "b": {"c": "START"}, "c": {"b": "START"}}) == ["b", "c", "b"]


def test_a_container_that_depends_on_itself():
    assert find_cycle({"a": {"a": "START"}}) == ["a", "a"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))))
def test_dependencies_on_later_containers_have_no_cycle(pairs):
    dependencies = {name: {other: "START" for one, other in pairs if one == name < other} for name in NAMES}
    assert find_cycle(dependencies) is None


def test_the_application_waits_for_the_longest_chain():
    waits = {"proxy": {"HEALTHY": 30}, "router": {}, "migrate": {"SUCCESS": 90}}
    assert startup_delay(CHAIN, waits, "application") == 120
    assert startup_delay(CHAIN, waits, "proxy") == 90
    assert startup_delay(CHAIN, waits, "migrate") == 0


def test_containers_that_depend_on_each_other_stop_one_after_another():
    timeouts = {"application": 30, "proxy": 20, "router": 5, "migrate": 0}
    assert stop_duration(CHAIN, timeouts) == 50
    assert stop_duration({}, timeouts) == 30
