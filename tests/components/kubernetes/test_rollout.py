"""Duration of rolling updates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import PodContainer
from moorings.kubernetes.quantities import scaled_value
from moorings.kubernetes.rollout import DEFAULT_DEADLINE_SECONDS, REPORT_SECONDS, Rollout, max_startup_seconds

IMAGE = "registry.example/orders@sha256:" + "0" * 64
DEFAULTS = {
    "kind": "Deployment",
    "recreate": False,
    "max_replicas": 2,
    "max_surge": "25%",
    "max_unavailable": "0",
    "startup_seconds": 150,
    "min_ready_seconds": 10,
    "termination_grace_period_seconds": 55,
}


def rollout_of(**changed):
    fields = DEFAULTS | changed
    return Rollout(**{"min_replicas": fields["max_replicas"], **fields})


@pytest.mark.parametrize(
    ("changed", "deadline", "timeout"),
    [
        ({}, 600, 630),
        ({"startup_seconds": 0}, 600, 630),
        ({"startup_seconds": 600}, 730, 1370),  # two pods, one at a time
        ({"max_replicas": 10}, 600, 790),  # three at a time, four times
        ({"max_replicas": 10, "max_surge": "0", "max_unavailable": "25%"}, 600, 950),  # two at a time, five times
        ({"max_replicas": 10, "max_surge": "100%"}, 600, 630),
        ({"recreate": True, "startup_seconds": 900}, 1030, 1115),
        ({"recreate": True, "startup_seconds": 100, "termination_grace_period_seconds": 900}, 600, 1160),
        (
            {"min_replicas": 4, "max_replicas": 5, "startup_seconds": 600},
            730,
            2590,
        ),  # five pods in three steps, but four pods in four steps
        ({"kind": "StatefulSet", "max_replicas": 3}, 600, 765),  # one pod after the other
    ],
)
def test_progress_deadline_and_timeout(changed, deadline, timeout):
    rollout = rollout_of(**changed)
    assert rollout.progress_deadline_seconds == deadline
    assert rollout.timeout_seconds(rollout.progress_deadline_seconds) == timeout


@pytest.mark.parametrize(
    ("changed", "deadline", "timeout"),
    [
        ({}, 3600, 3630),
        # One pod after the other takes 20 s each, and at most 10 s to be scheduled.
        ({"max_replicas": 3, "startup_seconds": 10}, 30, 100),
        ({"max_replicas": 3, "max_surge": "100%", "startup_seconds": 10}, 30, 60),
        ({"recreate": True, "startup_seconds": 10, "termination_grace_period_seconds": 25}, 30, 85),
    ],
    ids=["long", "short, in three batches", "short, in one batch", "short, after the shutdown of all pods"],
)
def test_the_timeout_follows_a_configured_deadline(changed, deadline, timeout):
    assert rollout_of(**changed).timeout_seconds(deadline) == timeout


@pytest.mark.parametrize(("grace_period", "timeout"), [(0, 300), (180, 300), (181, 301), (3600, 3720)])
def test_the_timeout_of_a_deletion_follows_the_grace_period(grace_period, timeout):
    assert rollout_of(termination_grace_period_seconds=grace_period).deletion_timeout_seconds == timeout


@given(
    st.integers(1, 50), st.integers(0, 100), st.integers(0, 900), st.booleans(), st.sampled_from(["Deployment", "StatefulSet"])
)  # fmt: skip
def test_the_timeout_is_longer_than_the_deadline_and_the_start_of_a_pod(replicas, surge, startup, recreate, kind):
    rollout = rollout_of(
        max_replicas=replicas, max_surge=f"{surge}%", startup_seconds=startup, recreate=recreate, kind=kind
    )
    assert rollout.progress_deadline_seconds > startup + rollout.min_ready_seconds
    timeout = rollout.timeout_seconds(rollout.progress_deadline_seconds)
    assert timeout > startup + rollout.min_ready_seconds
    assert timeout > rollout.progress_deadline_seconds or kind == "StatefulSet"


NUMBERS_OR_PERCENTAGES = st.one_of(st.integers(0, 20).map(str), st.integers(0, 100).map("{}%".format))


@given(st.integers(1, 800), st.integers(0, 800), NUMBERS_OR_PERCENTAGES, NUMBERS_OR_PERCENTAGES)
def test_the_timeout_covers_the_slowest_number_of_pods(min_replicas, extra, surge, unavailable):
    def steps(replicas):
        return -(
            -replicas
            // max(
                1, scaled_value(surge, replicas, round_up=True) + scaled_value(unavailable, replicas, round_up=False)
            )
        )

    rollout = rollout_of(
        min_replicas=min_replicas,
        max_replicas=min_replicas + extra,
        max_surge=surge,
        max_unavailable=unavailable,
        startup_seconds=DEFAULT_DEADLINE_SECONDS,
    )
    max_steps = max(map(steps, range(min_replicas, min_replicas + extra + 1)))
    assert (
        rollout.timeout_seconds(0)
        == max_steps * (DEFAULT_DEADLINE_SECONDS + rollout.min_ready_seconds) + REPORT_SECONDS
    )


def test_the_deadline_has_at_most_32_bits():
    assert rollout_of(startup_seconds=2**31).progress_deadline_seconds == 2**31 - 1


def test_an_autoscaler_from_0_has_the_timeout_of_one_pod():
    assert rollout_of(min_replicas=0, max_replicas=1).timeout_seconds(600) == rollout_of(
        max_replicas=1
    ).timeout_seconds(600)


def test_containers_start_one_after_the_other():
    def container(**probes):
        return PodContainer(image=IMAGE, cpu_request="1", memory_request="1Gi", ports={"http": 8080}, probes={**probes})

    ready = {"readiness": {"tcp_socket": True}}
    seconds = max_startup_seconds(
        container(startup_seconds=100, **ready),
        {"migrate": container(startup_seconds=300)},
        {"proxy": container(startup_seconds=20, **ready), "logs": container()},
    )
    assert seconds == 100 + 300 + 20
