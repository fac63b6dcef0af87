"""Warnings of a workload."""

import pytest

TAG = "registry.example/orders:1.4.2"
DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
ALB = {"load_balancer": "alb"}


def probes(**changed):
    return {"container": {"probes": changed}}


CASES = {
    "mutable tag": (
        {"container": {"image": TAG}},
        "image-tag",
        "container.image: registry.example/orders:1.4.2 is a mutable tag; pin a digest",
        {"container": {"image": f"{TAG}@sha256:{'0' * 64}"}},
    ),
    "mutable tag of a sidecar": (
        {"sidecars": {"proxy": {**SIDECAR, "image": TAG}}},
        "image-tag",
        "sidecars.proxy.image: registry.example/orders:1.4.2 is a mutable tag; pin a digest",
        {"sidecars": {"proxy": SIDECAR}},
    ),
    "privileged port": (
        {"container": {"ports": {"http": 80}}},
        "low-port",
        "container.ports.http: some container runtimes require root below 1024, got 80; use another port, or set "
        "net_bind_service=True",
        {"container": {"ports": {"http": 80}, "net_bind_service": True}},
    ),
    "no readiness probe": (
        probes(readiness=None),
        "no-probes",
        "container.probes.readiness: not set, so that pods receive requests before they can serve them",
        {**probes(readiness=None), "service_ports": {}},
    ),
    "no liveness probe": (
        probes(liveness=None),
        "no-probes",
        "container.probes.liveness: not set, so that a container that hangs is not restarted",
        {**probes(liveness=None), "service_ports": {}},
    ),
    "timeout longer than the period": (
        probes(readiness={"timeout_seconds": 6}, startup={"http_get": "/ready"}),
        "probe-timeout",
        "container.probes.readiness.timeout_seconds: should be at most period_seconds 5, got 6",
        probes(readiness={"timeout_seconds": 5}, startup={"http_get": "/ready"}),
    ),
    "initial delay after the startup probe": (
        probes(liveness={"initial_delay_seconds": 30}),
        "initial-delay",
        "container.probes.liveness.initial_delay_seconds: 30 s are added to the startup probe; remove it",
        probes(startup={"http_get": "/ready", "initial_delay_seconds": 30}),
    ),
    "liveness fails before readiness": (
        probes(readiness={"failure_threshold": 6}),
        "liveness-window",
        "container.probes.liveness: restarts a container after 30 s of failures, but readiness removes it from the "
        "endpoints only after 30 s; lower readiness.failure_threshold",
        probes(readiness={"failure_threshold": 5}),
    ),
    "user ID of the node": (
        {"run_as_user": 9999},
        "low-user-id",
        "run_as_user: 9999 may belong to a user of the node; use at least 10000",
        {"run_as_user": 10000},
    ),
    "user ID of the node in a sidecar": (
        {"sidecars": {"proxy": {**SIDECAR, "run_as_user": 101}}},
        "low-user-id",
        "sidecars.proxy.run_as_user: 101 may belong to a user of the node; use at least 10000",
        {"sidecars": {"proxy": {**SIDECAR, "run_as_user": 20000}}},
    ),
    "autoscaler with equal minimum and maximum": (
        {"autoscaling": {"max_replicas": 2}},
        "autoscaler-range",
        "autoscaling.max_replicas: equals the minimum of 2, so that the autoscaler has no effect; raise it",
        {"autoscaling": {"max_replicas": 3}},
    ),
    "autoscaler with a minimum of 1": (
        {"autoscaling": {"max_replicas": 3, "min_replicas": 1}},
        "autoscaler-range",
        "autoscaling.min_replicas: 1 pod is unavailable while its node is drained; set at least 2",
        {"autoscaling": {"max_replicas": 3}, "availability": {"level": "development"}},
    ),
    "max_unavailable allows total disruption": (
        {"availability": {"max_unavailable": "51%"}},
        "disruption-budget",
        "availability: a drain may evict all 2 pods at once; allow at most 1",
        {"availability": {"max_unavailable": "50%"}},
    ),
    "min_available allows total disruption": (
        {"availability": {"min_available": 0}},
        "disruption-budget",
        "availability: a drain may evict all 2 pods at once; allow at most 1",
        {"availability": {"min_available": 1}},
    ),
    "single pod": (
        {"availability": {"replicas": 1}},
        "single-replica",
        "availability: 1 pod is unavailable while its node is drained; run at least 2",
        {"availability": {"level": "development"}},
    ),
    "single pod unavailable during updates": (
        {"availability": {"level": "development"}, "max_unavailable": "100%"},
        "single-replica",
        "max_unavailable: 100% of 1 pod causes downtime during updates; set 0",
        {"availability": {"level": "development"}, "max_unavailable": "50%"},
    ),
    "memory metric of a JVM": (
        {"container": {"runtime": "jvm"}, "autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
        "heap-memory",
        "autoscaling: the heap of the runtime jvm does not shrink, so that memory usage never scales down; use "
        "another metric",
        {"autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
    ),
    "session affinity behind a load balancer": (
        {"session_affinity_timeout_seconds": 60, "shutdown": ALB},
        "client-ip",
        "session_affinity_timeout_seconds: has no effect, since shutdown.load_balancer alb sends requests directly to "
        "the pods; use a StickyIngress",
        {"session_affinity_timeout_seconds": 60},
    ),
    "deregistration delay shorter than the drain": (
        {"shutdown": {**ALB, "deregistration_delay_seconds": 59}},
        "deregistration",
        "shutdown.deregistration_delay_seconds: 59 s are shorter than the 60 s for which a pod completes requests, so "
        "that the load balancer closes their connections; raise it",
        {"shutdown": {**ALB, "deregistration_delay_seconds": 60}},
    ),
    "deregistration delay longer than the grace period": (
        {"shutdown": {**ALB, "deregistration_delay_seconds": 76}},
        "deregistration",
        "shutdown.deregistration_delay_seconds: 76 s are longer than termination_grace_period_seconds 75, so that the "
        "target remains after its pod; lower it",
        {"shutdown": {**ALB, "deregistration_delay_seconds": 75}},
    ),
    "no sleep with a Service": (
        {"shutdown": {"pre_stop_seconds": 0}},
        "short-sleep",
        "shutdown.pre_stop_seconds: with 0 s, requests that the Service still sends to a terminating pod fail; "
        "remove pre_stop_seconds and load_balancer",
        {"shutdown": {"pre_stop_seconds": 1}},
    ),
    "no load balancer with a Service": (
        {"shutdown": {"load_balancer": "none"}},
        "short-sleep",
        "shutdown.pre_stop_seconds: with 0 s, requests that the Service still sends to a terminating pod fail; "
        "remove pre_stop_seconds and load_balancer",
        {"shutdown": {"load_balancer": "none"}, "service_ports": {}},
    ),
    "sleep too short for a load balancer": (
        {"shutdown": {**ALB, "pre_stop_seconds": 14}},
        "short-sleep",
        "shutdown.pre_stop_seconds: with 14 s, requests that the load balancer still sends to a terminating pod "
        "fail; set at least 15",
        {"shutdown": {**ALB, "pre_stop_seconds": 15}},
    ),
}


@pytest.mark.parametrize(("changed", "name", "message"), [case[:3] for case in CASES.values()], ids=CASES)
def test_risky_arguments_cause_a_warning(warnings_of, changed, name, message):
    assert warnings_of(**changed) == [(name, message)]
    assert warnings_of(**changed, acknowledged_warnings=[name]) == []


@pytest.mark.parametrize("changed", [case[3] for case in CASES.values()], ids=CASES)
def test_similar_safe_arguments_cause_no_warning(warnings_of, changed):
    assert warnings_of(**changed) == []


def test_warnings_contain_the_component_and_their_name(deploy_workload):
    plan = deploy_workload(container={"image": TAG})
    assert plan.log == [
        (
            "warning",
            f"KubernetesWorkload 'orders': container.image: {TAG} is a mutable tag; pin a digest; silence with "
            "acknowledged_warnings=['image-tag']",
            plan["orders"].urn,
        )
    ]


def test_late_images_cause_a_warning_when_they_resolve(warnings_of, late):
    assert warnings_of(container={"image": late(TAG)}) == [CASES["mutable tag"][1:3]]
    assert warnings_of(container={"image": late(DIGEST)}) == []
    assert warnings_of(container={"image": late(TAG)}, acknowledged_warnings=["image-tag"]) == []
