"""How long an update takes, and how long Pulumi waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import PodContainer
from moorings.kubernetes.rollout import SLACK, Rollout, startup_budget

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
        ({"kind": "StatefulSet", "most": 3}, 600, 765),  # one by one, each gone before the next comes
    ],
)
def test_what_is_waited_for(changed, deadline, wait):
    rollout = Rollout(**PODS | changed)
    assert rollout.deadline == deadline
    assert rollout.wait(rollout.deadline) == wait


def test_a_longer_deadline_is_waited_for():
    assert Rollout(**PODS).wait(3600) == 3600 + SLACK


@given(
    st.integers(1, 50), st.integers(0, 100), st.integers(0, 900), st.booleans(), st.sampled_from(["Deployment", "StatefulSet"])
)  # fmt: skip
def test_pulumi_waits_for_longer_than_the_deadline_and_than_one_pod(most, surge, startup, recreates, kind):
    rollout = Rollout(
        **PODS | {"most": most, "surge": f"{surge}%", "startup": startup, "recreates": recreates, "kind": kind}
    )
    assert rollout.deadline > startup + rollout.min_ready
    assert rollout.wait(rollout.deadline) > rollout.deadline


def test_containers_start_one_after_the_other():
    def container(**probes):
        return PodContainer(image=IMAGE, cpu_request="1", memory_request="1Gi", ports={"http": 8080}, probes={**probes})

    ready = {"readiness": {"tcp": True}}
    budget = startup_budget(
        container(boot_seconds=100, **ready),
        {"migrate": container(boot_seconds=300)},
        {"proxy": container(boot_seconds=20, **ready), "logs": container()},
    )
    assert budget == 100 + 300 + 20
