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
        [("k8s-image-tag", "container.image")],
        {"container": {"image": f"{TAG}@sha256:{'0' * 64}"}},
    ),
    "mutable tag of a sidecar": (
        {"sidecars": {"proxy": {**SIDECAR, "image": TAG}}},
        [("k8s-image-tag", "sidecars.proxy.image")],
        {"sidecars": {"proxy": SIDECAR}},
    ),
    "privileged port": (
        {"container": {"ports": {"http": 80}}},
        [("k8s-privileged-port", "container.ports.http")],
        {"container": {"ports": {"http": 80}, "net_bind_service": True}},
    ),
    "no readiness probe": (
        probes(readiness=None),
        [("k8s-no-readiness-probe", "container.probes.readiness")],
        {**probes(readiness=None), "service_ports": {}},
    ),
    "no liveness probe": (
        probes(liveness=None),
        [("k8s-no-liveness-probe", "container.probes.liveness")],
        {**probes(liveness=None), "service_ports": {}},
    ),
    "timeout longer than the period": (
        probes(readiness={"timeout_seconds": 6}, startup={"http_get": "/ready"}),
        [("k8s-probe-timeout", "container.probes.readiness.timeout_seconds")],
        probes(readiness={"timeout_seconds": 5}, startup={"http_get": "/ready"}),
    ),
    "initial delay after the startup probe": (
        probes(liveness={"initial_delay_seconds": 30}),
        [("k8s-probe-initial-delay", "container.probes.liveness.initial_delay_seconds")],
        probes(startup={"http_get": "/ready", "initial_delay_seconds": 30}),
    ),
    "liveness fails before readiness": (
        probes(readiness={"failure_threshold": 6}),
        [("k8s-liveness-before-readiness", "container.probes.liveness")],
        probes(readiness={"failure_threshold": 5}),
    ),
    "user ID of the node": (
        {"run_as_user": 9999},
        [("k8s-low-user-id", "run_as_user")],
        {"run_as_user": 10000},
    ),
    "user ID of the node in a sidecar": (
        {"sidecars": {"proxy": {**SIDECAR, "run_as_user": 101}}},
        [("k8s-low-user-id", "sidecars.proxy.run_as_user")],
        {"sidecars": {"proxy": {**SIDECAR, "run_as_user": 20000}}},
    ),
    "autoscaler with equal minimum and maximum": (
        {"autoscaling": {"max_replicas": 2}},
        [("k8s-autoscaler-without-effect", "autoscaling.max_replicas")],
        {"autoscaling": {"max_replicas": 3}},
    ),
    "autoscaler with a minimum of 1": (
        {"autoscaling": {"max_replicas": 3, "min_replicas": 1}},
        [("k8s-single-replica", "autoscaling.min_replicas")],
        {"autoscaling": {"max_replicas": 3}, "availability": {"level": "development"}},
    ),
    "max_unavailable allows total disruption": (
        {"availability": {"max_unavailable": "51%"}},
        [("k8s-drain-evicts-all", "availability.max_unavailable")],
        {"availability": {"max_unavailable": "50%"}},
    ),
    "min_available allows total disruption": (
        {"availability": {"min_available": 0}},
        [("k8s-drain-evicts-all", "availability.min_available")],
        {"availability": {"min_available": 1}},
    ),
    "single pod": (
        {"availability": {"replicas": 1}},
        [("k8s-single-replica", "availability.replicas")],
        {"availability": {"level": "development"}},
    ),
    "single pod unavailable during updates": (
        {"availability": {"level": "development"}, "max_unavailable": "100%"},
        [("k8s-update-downtime", "max_unavailable")],
        {"availability": {"level": "development"}, "max_unavailable": "50%"},
    ),
    "memory metric of a JVM": (
        {"container": {"runtime": "jvm"}, "autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
        [("k8s-heap-memory-metric", "autoscaling.memory_utilization_percent")],
        {"autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
    ),
    "memory metric among the metrics of a JVM": (
        {
            "container": {"runtime": "jvm"},
            "autoscaling": {
                "max_replicas": 3,
                "metrics": [{"type": "Resource", "name": "memory", "average_utilization": 80}],
            },
        },
        [("k8s-heap-memory-metric", "autoscaling.metrics[0].average_utilization")],
        {"autoscaling": {"max_replicas": 3, "memory_utilization_percent": 80}},
    ),
    "session affinity behind a load balancer": (
        {"session_affinity_timeout_seconds": 60, "shutdown": ALB},
        [("k8s-session-affinity-bypassed", "session_affinity_timeout_seconds")],
        {"session_affinity_timeout_seconds": 60},
    ),
    "deregistration delay shorter than the drain": (
        {"shutdown": {**ALB, "deregistration_delay_seconds": 59}},
        [("k8s-deregistration-delay", "shutdown.deregistration_delay_seconds")],
        {"shutdown": {**ALB, "deregistration_delay_seconds": 60}},
    ),
    "deregistration delay longer than the grace period": (
        {"shutdown": {**ALB, "deregistration_delay_seconds": 76}},
        [("k8s-deregistration-delay", "shutdown.deregistration_delay_seconds")],
        {"shutdown": {**ALB, "deregistration_delay_seconds": 75}},
    ),
    "no sleep with a Service": (
        {"shutdown": {"pre_stop_seconds": 0}},
        [("k8s-pre-stop-too-short", "shutdown.pre_stop_seconds")],
        {"shutdown": {"pre_stop_seconds": 1}},
    ),
    "no load balancer with a Service": (
        {"shutdown": {"load_balancer": "none"}},
        [("k8s-pre-stop-too-short", "shutdown.pre_stop_seconds")],
        {"shutdown": {"load_balancer": "none"}, "service_ports": {}},
    ),
    "sleep too short for a load balancer": (
        {"shutdown": {**ALB, "pre_stop_seconds": 14}},
        [("k8s-pre-stop-too-short", "shutdown.pre_stop_seconds")],
        {"shutdown": {**ALB, "pre_stop_seconds": 15}},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_risky_arguments_cause_a_warning(deploy_workload, findings_of, changed, findings):
    assert findings_of(**changed) == findings
    assert deploy_workload(**changed, acknowledge={rule: "a reason" for rule, _ in findings}).log == []


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_safe_arguments_cause_no_warning(deploy_workload, changed):
    assert deploy_workload(**changed).log == []


def test_late_images_cause_a_warning_when_they_resolve(deploy_workload, findings_of, late):
    assert findings_of(container={"image": late(TAG)}) == [("k8s-image-tag", "container.image")]
    assert findings_of(container={"image": late(DIGEST)}) == []
    acknowledge = {"k8s-image-tag": "the registry does not allow changes of tags"}
    assert deploy_workload(container={"image": late(TAG)}, acknowledge=acknowledge).log == []
