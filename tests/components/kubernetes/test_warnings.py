"""What a workload warns of, how that is silenced, and what is told just beside it."""

import pytest

TAG = "registry.example/orders:1.4.2"
DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDE = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
ALB = {"load_balancer": "alb"}


def probes(**changed):
    return {"container": {"probes": changed}}


CASES = {
    "a tag": (
        {"container": {"image": TAG}},
        "image-tag",
        f"container.image {TAG} may be another image tomorrow; name its digest beside the tag",
        {"container": {"image": f"{TAG}@sha256:{'0' * 64}"}},
    ),
    "a tag of another container": (
        {"sidecars": {"proxy": {**SIDE, "image": TAG}}},
        "image-tag",
        f"sidecars.proxy.image {TAG} may be another image tomorrow; name its digest beside the tag",
        {"sidecars": {"proxy": SIDE}},
    ),
    "a low port": (
        {"container": {"ports": {"http": 80}}},
        "low-port",
        "container.ports has http 80, below 1024, where some runtimes want root; choose another, or say net_bind_service",
        {"container": {"ports": {"http": 80}, "net_bind_service": True}},
    ),
    "no readiness": (
        probes(readiness=None),
        "no-probes",
        "container.probes has no readiness, so requests come before it answers",
        {**probes(readiness=None), "service_ports": {}},
    ),
    "no liveness": (
        probes(liveness=None),
        "no-probes",
        "container.probes has no liveness, so a container that hangs is not restarted",
        {**probes(liveness=None), "service_ports": {}},
    ),
    "a timeout beyond the period": (
        probes(readiness={"timeout_seconds": 6}, startup={"http_get": "/ready"}),
        "probe-timeout",
        "container.probes.readiness waits 6 s for an answer and asks every 5 s; lower timeout_seconds",
        probes(readiness={"timeout_seconds": 5}, startup={"http_get": "/ready"}),
    ),
    "a delay after startup": (
        probes(liveness={"initial_delay_seconds": 30}),
        "initial-delay",
        "container.probes.liveness waits 30 s before it asks, after the startup probe has already waited; leave "
        "initial_delay_seconds out",
        probes(startup={"http_get": "/ready", "initial_delay_seconds": 30}),
    ),
    "a restart before requests stop": (
        probes(readiness={"failure_threshold": 6}),
        "liveness-window",
        "container.probes.liveness restarts after 30 s, and readiness takes requests away only after 30 s; let readiness "
        "be first",
        probes(readiness={"failure_threshold": 5}),
    ),
    "a user of the node": (
        {"run_as_user": 9999},
        "low-user-id",
        "run_as_user is 9999, which may be somebody on the node; give 10000 or more",
        {"run_as_user": 10000},
    ),
    "a container's user of the node": (
        {"sidecars": {"proxy": {**SIDE, "run_as_user": 101}}},
        "low-user-id",
        "sidecars.proxy.run_as_user is 101, which may be somebody on the node; give 10000 or more",
        {"sidecars": {"proxy": {**SIDE, "run_as_user": 20000}}},
    ),
    "an autoscaler that stays": (
        {"autoscaling": {"max_replicas": 2}},
        "autoscaler-range",
        "autoscaling stays at 2; raise max_replicas",
        {"autoscaling": {"max_replicas": 3}},
    ),
    "an autoscaler that goes down to one": (
        {"autoscaling": {"max_replicas": 3, "min_replicas": 1}},
        "autoscaler-range",
        "autoscaling goes down to 1, which goes with its node; give min_replicas 2 or more",
        {"autoscaling": {"max_replicas": 3}, "availability": {"level": "development"}},
    ),
    "a drain that takes all": (
        {"availability": {"max_unavailable": "51%"}},
        "disruption-budget",
        "availability lets a drain take all 2 pods at once; let 1 go at most",
        {"availability": {"max_unavailable": "50%"}},
    ),
    "a drain that leaves none": (
        {"availability": {"min_available": 0}},
        "disruption-budget",
        "availability lets a drain take all 2 pods at once; let 1 go at most",
        {"availability": {"min_available": 1}},
    ),
    "one pod": (
        {"availability": {"replicas": 1}},
        "single-replica",
        "availability has 1 pod, which goes with its node; give 2 or more",
        {"availability": {"level": "development"}},
    ),
    "one pod that goes first": (
        {"availability": {"level": "development"}, "max_unavailable": "100%"},
        "single-replica",
        "max_unavailable is 100% of 1 pod, so that none is there while it is updated; give 0",
        {"availability": {"level": "development"}, "max_unavailable": "50%"},
    ),
    "a heap that never shrinks": (
        {"container": {"runtime": "jvm"}, "autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
        "heap-memory",
        "autoscaling measures memory, and the heap of a jvm does not shrink, so pods come and never go; measure something "
        "else",
        {"autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
    ),
    "affinity of a service that is passed by": (
        {"session_affinity_timeout_seconds": 60, "shutdown": ALB},
        "client-ip",
        "session_affinity_timeout_seconds is the Service's, and shutdown.load_balancer alb sends to the pods themselves, so nothing is "
        "sticky; give a StickyIngress",
        {"session_affinity_timeout_seconds": 60},
    ),
    "a load balancer that cuts": (
        {"shutdown": {**ALB, "deregistration_delay_seconds": 59}},
        "deregistration",
        "shutdown.deregistration_delay_seconds is 59, and a pod answers for 60 s; the load balancer cuts what is under way",
        {"shutdown": {**ALB, "deregistration_delay_seconds": 60}},
    ),
    "a load balancer that outlives the pod": (
        {"shutdown": {**ALB, "deregistration_delay_seconds": 76}},
        "deregistration",
        "shutdown.deregistration_delay_seconds is 76, and a pod is killed after 75 s; the target outlives the pod",
        {"shutdown": {**ALB, "deregistration_delay_seconds": 75}},
    ),
    "no sleep before a Service": (
        {"shutdown": {"pre_stop_seconds": 0}},
        "short-sleep",
        "shutdown leaves a pod that goes no second to answer, and the Service sends requests to it for a while; leave load_balancer "
        "and pre_stop_seconds out",
        {"shutdown": {"pre_stop_seconds": 1}},
    ),
    "nobody before a Service": (
        {"shutdown": {"load_balancer": "none"}},
        "short-sleep",
        "shutdown leaves a pod that goes no second to answer, and the Service sends requests to it for a while; leave load_balancer "
        "and pre_stop_seconds out",
        {"shutdown": {"load_balancer": "none"}, "service_ports": {}},
    ),
    "a sleep that is too short": (
        {"shutdown": {**ALB, "pre_stop_seconds": 14}},
        "short-sleep",
        "shutdown.pre_stop_seconds is 14, and the load balancer sends requests to a pod that goes for 15 s or more; they "
        "fail",
        {"shutdown": {**ALB, "pre_stop_seconds": 15}},
    ),
}


@pytest.mark.parametrize(("changed", "name", "sentence"), [each[:3] for each in CASES.values()], ids=CASES)
def test_what_is_warned_of(warnings_of, changed, name, sentence):
    assert warnings_of(**changed) == [(name, sentence)]


@pytest.mark.parametrize(("changed", "name"), [each[:2] for each in CASES.values()], ids=CASES)
def test_what_is_accepted_is_not_warned_of(warnings_of, changed, name):
    assert warnings_of(**changed, acknowledged_warnings=[name]) == []


@pytest.mark.parametrize("changed", [each[3] for each in CASES.values()], ids=CASES)
def test_what_is_not_warned_of(warnings_of, changed):
    assert warnings_of(**changed) == []


def test_a_warning_speaks_of_the_component_and_tells_how_to_silence_it(made):
    plan = made(container={"image": TAG})
    assert plan.log == [
        (
            "warning",
            f"KubernetesWorkload 'orders': container.image {TAG} may be another image tomorrow; name its digest beside the "
            "tag; acknowledged_warnings=['image-tag'] says that it is meant",
            plan["orders"].urn,
        )
    ]


def test_a_late_image_is_warned_of_when_it_is_known(warnings_of, late):
    assert warnings_of(container={"image": late(TAG)}) == [CASES["a tag"][1:3]]
    assert warnings_of(container={"image": late(DIGEST)}) == []
    assert warnings_of(container={"image": late(TAG)}, acknowledged_warnings=["image-tag"]) == []
