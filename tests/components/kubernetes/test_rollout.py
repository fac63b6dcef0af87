"""How long an update takes, and how long Pulumi waits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings import PodContainer
from moorings.kubernetes.quantities import portion
from moorings.kubernetes.rollout import LEAST_DEADLINE, SLACK, Rollout, startup_budget

IMAGE = "registry.example/orders@sha256:" + "0" * 64
PODS = {
    "kind": "Deployment",
    "recreates": False,
    "most": 2,
    "surge": "25%",
    "unavailable": "0",
    "startup": 150,
    "min_ready": 10,
    "grace": 55,
}


def pods(**changed):
    found = PODS | changed
    return Rollout(**{"fewest": found["most"], **found})


@pytest.mark.parametrize(
    ("changed", "deadline", "wait"),
    [
        ({}, 600, 720),
        ({"startup": 0}, 600, 720),
        ({"startup": 600}, 730, 1340),  # two pods, one at a time
        ({"most": 10}, 600, 760),  # three at a time, four times
        ({"most": 10, "surge": "0", "unavailable": "25%"}, 600, 920),  # two at a time, five times
        ({"most": 10, "surge": "100%"}, 600, 720),
        ({"recreates": True, "startup": 900}, 1030, 1150),
        ({"recreates": True, "startup": 100, "grace": 900}, 600, 1130),
        ({"fewest": 4, "most": 5, "startup": 600}, 730, 2560),  # five in three turns, but four one by one
        ({"kind": "StatefulSet", "most": 3}, 600, 765),  # one by one, each gone before the next comes
    ],
)
def test_what_is_waited_for(changed, deadline, wait):
    rollout = pods(**changed)
    assert rollout.deadline == deadline
    assert rollout.wait(rollout.deadline) == wait


def test_a_longer_deadline_is_waited_for():
    assert pods().wait(3600) == 3600 + SLACK


@given(
    st.integers(1, 50), st.integers(0, 100), st.integers(0, 900), st.booleans(), st.sampled_from(["Deployment", "StatefulSet"])
)  # fmt: skip
def test_pulumi_waits_for_longer_than_the_deadline_and_than_one_pod(most, surge, startup, recreates, kind):
    rollout = pods(most=most, surge=f"{surge}%", startup=startup, recreates=recreates, kind=kind)
    assert rollout.deadline > startup + rollout.min_ready
    assert rollout.wait(rollout.deadline) > rollout.deadline


SHARES = st.one_of(st.integers(0, 20).map(str), st.integers(0, 100).map("{}%".format))


@settings(deadline=None)
@given(st.integers(1, 800), st.integers(0, 800), SHARES, SHARES)
def test_pulumi_waits_for_the_number_of_pods_that_takes_longest(fewest, more, surge, unavailable):
    def turns(number):
        return -(-number // max(1, portion(surge, number, up=True) + portion(unavailable, number, up=False)))

    found = pods(fewest=fewest, most=fewest + more, surge=surge, unavailable=unavailable, startup=LEAST_DEADLINE)
    longest = max(map(turns, range(fewest, fewest + more + 1)))
    assert found.wait(0) == longest * (LEAST_DEADLINE + found.min_ready) + SLACK


def test_a_pod_that_may_take_for_ever_has_the_longest_deadline_that_there_is():
    assert pods(startup=2**31).deadline == 2**31 - 1


def test_an_autoscaler_that_begins_with_no_pod_is_waited_for_as_with_one():
    assert pods(fewest=0, most=1).wait(600) == pods(most=1).wait(600)


def test_containers_start_one_after_the_other():
    def container(**probes):
        return PodContainer(image=IMAGE, cpu_request="1", memory_request="1Gi", ports={"http": 8080}, probes={**probes})

    ready = {"readiness": {"tcp_socket": True}}
    budget = startup_budget(
        container(startup_seconds=100, **ready),
        {"migrate": container(startup_seconds=300)},
        {"proxy": container(startup_seconds=20, **ready), "logs": container()},
    )
    assert budget == 100 + 300 + 20
