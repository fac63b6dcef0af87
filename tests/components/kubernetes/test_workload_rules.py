"""Checks across the arguments of a workload."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}


def probes(**changed):
    return {"container": {"probes": changed}}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "default namespace": (
        {"namespace": "default"},
        [("k8s-default-namespace", "namespace")],
        {"namespace": "shop"},
    ),
    "unknown argument": (
        {"replica": 2},
        [("argument-unknown", "replica")],
        {},
    ),
    "strategy of a StatefulSet": (
        {"kind": "StatefulSet", "strategy": "Recreate"},
        [("k8s-argument-without-effect", "strategy")],
        {"kind": "StatefulSet"},
    ),
    "rolling update limits of a StatefulSet": (
        {"kind": "StatefulSet", "max_surge": 1, "max_unavailable": 1, "progress_deadline_seconds": 700},
        [
            ("k8s-argument-without-effect", "max_surge"),
            ("k8s-argument-without-effect", "max_unavailable"),
            ("k8s-argument-without-effect", "progress_deadline_seconds"),
        ],
        {"kind": "StatefulSet", "progress_deadline_seconds": None, "revision_history_limit": 3},
    ),
    "pod management policy of a Deployment": (
        {"pod_management_policy": "Parallel"},
        [("k8s-argument-without-effect", "pod_management_policy")],
        {"pod_management_policy": "Parallel", "kind": "StatefulSet"},
    ),
    "surge with Recreate": (
        {"strategy": "Recreate", "max_surge": "50%"},
        [("k8s-argument-without-effect", "max_surge")],
        {"max_surge": "50%"},
    ),
    "no surge and no unavailable pods": (
        {"max_surge": "0%"},
        [("k8s-rollout-blocked", "max_surge")],
        {"max_surge": "0", "max_unavailable": "1"},
    ),
    "progress deadline before readiness": (
        {"progress_deadline_seconds": 160},
        [("k8s-progress-deadline", "progress_deadline_seconds")],
        {"progress_deadline_seconds": 161},
    ),
    "grace period shorter than the drain": (
        {"shutdown": {"termination_grace_period_seconds": 54}},
        [("k8s-grace-period", "shutdown.termination_grace_period_seconds")],
        {"shutdown": {"termination_grace_period_seconds": 55}},
    ),
    "drain above the maximum deregistration delay": (
        {"shutdown": {"drain_seconds": 3571, "load_balancer": "alb"}},
        [("k8s-drain-too-long", "shutdown.drain_seconds")],
        {"shutdown": {"drain_seconds": 3570, "load_balancer": "alb"}},
    ),
    "negative or too long deregistration delay": (
        {"shutdown": {"deregistration_delay_seconds": 3601}},
        [("argument-range", "shutdown.deregistration_delay_seconds")],
        {"shutdown": {"deregistration_delay_seconds": 3600}},
    ),
    "load balancer without Service": (
        {"shutdown": {"load_balancer": "alb"}, "service_ports": {}},
        [("k8s-argument-without-effect", "shutdown.load_balancer")],
        {"shutdown": {"load_balancer": "none"}, "service_ports": {}},
    ),
    "max_unavailable and min_available": (
        {"availability": {"max_unavailable": 1, "min_available": 1}},
        [("k8s-disruption-budget-limits", "availability.max_unavailable")],
        {"availability": {"min_available": 1}},
    ),
    "min_available retains all pods": (
        {"availability": {"min_available": "51%"}},
        [("k8s-drain-blocked", "availability.min_available")],
        {"availability": {"min_available": "50%"}},
    ),
    "min_available of a single pod": (
        {"availability": {"min_available": "50%", "replicas": 1}},
        [("k8s-drain-blocked", "availability.min_available")],
        {"availability": {"max_unavailable": 1, "replicas": 1}},
    ),
    "max_unavailable of 0": (
        {"availability": {"max_unavailable": "0%"}},
        [("k8s-drain-blocked", "availability.max_unavailable")],
        {"availability": {"max_unavailable": "1%"}},
    ),
    "min_available of the autoscaler's minimum": (
        {"availability": {"min_available": 3}, **scaled(min_replicas=3)},
        [("k8s-drain-blocked", "availability.min_available")],
        {"availability": {"min_available": 2}, **scaled(min_replicas=3)},
    ),
    "container in two arguments": (
        {"init_containers": {"proxy": SIDECAR}, "sidecars": {"proxy": SIDECAR}},
        [("k8s-duplicate-container", "sidecars.proxy")],
        {"init_containers": {"migrate": SIDECAR}, "sidecars": {"proxy": SIDECAR}},
    ),
    "probes of an init container": (
        {"init_containers": {"migrate": {**SIDECAR, "probes": {"readiness": {"exec": ["true"]}}}}},
        [("k8s-argument-without-effect", "init_containers.migrate.probes")],
        {"init_containers": {"migrate": {**SIDECAR, "probes": {"startup_seconds": 300}}}},
    ),
    "ports of an init container": (
        {"init_containers": {"migrate": {**SIDECAR, "ports": {"admin": 9000}}}},
        [("k8s-argument-without-effect", "init_containers.migrate.ports")],
        {"sidecars": {"migrate": {**SIDECAR, "ports": {"admin": 9000}}}},
    ),
    "same port number in two containers": (
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 8080}}}},
        [("k8s-port-conflict", "sidecars.proxy.ports.proxy")],
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 8081}}}},
    ),
    "same port name in two containers": (
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"http": 8081}}}},
        [("k8s-port-conflict", "sidecars.proxy.ports.http")],
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 8081}}}},
    ),
    "unknown service port": (
        {"service_ports": {"grpc": 9090}},
        [("k8s-service-port", "service_ports.grpc")],
        {"service_ports": {"http": 80}},
    ),
    "two service ports with the same number": (
        {"container": {"ports": {"metrics": 9090}}, "service_ports": {"http": 80, "metrics": 80}},
        [("k8s-service-port", "service_ports.metrics")],
        {"container": {"ports": {"metrics": 9090}}, "service_ports": {"http": 80, "metrics": 81}},
    ),
    "session affinity without Service": (
        {"service_ports": {}, "session_affinity_timeout_seconds": 60},
        [("k8s-argument-without-effect", "session_affinity_timeout_seconds")],
        {"session_affinity_timeout_seconds": 60},
    ),
    "session affinity above a day": (
        {"session_affinity_timeout_seconds": 86401},
        [("argument-range", "session_affinity_timeout_seconds")],
        {"session_affinity_timeout_seconds": 86400},
    ),
    "ServiceMonitor without Service": (
        {"service_ports": {}, "monitoring": {}},
        [("k8s-argument-without-effect", "monitoring.kind")],
        {"service_ports": {}, "monitoring": {"kind": "PodMonitor"}},
    ),
    "unknown monitoring port": (
        {"monitoring": {"port": "admin"}},
        [("k8s-monitoring-port", "monitoring.port")],
        {"monitoring": {"port": "http"}},
    ),
    "ambiguous monitoring port": (
        {
            "container": {"ports": {"http": None, "a": 1024, "b": 1025}, "probes": None},
            "monitoring": {},
        },
        [("k8s-monitoring-port", "monitoring.port")],
        {
            "container": {"ports": {"http": None, "a": 1024, "b": 1025}, "probes": None},
            "monitoring": {"port": "b"},
        },
    ),
    "peers without network policy": (
        {"network_policy": False, "ingress_from": None, "egress_to": []},
        [("k8s-argument-without-effect", "egress_to")],
        {"egress_to": []},
    ),
    "peer with an unknown port": (
        {"ingress_from": [{"cidr": "10.0.0.0/8", "ports": [9090]}]},
        [("k8s-network-policy-port", "ingress_from[0].ports[0]")],
        {"ingress_from": [{"cidr": "10.0.0.0/8", "ports": [8080]}]},
    ),
    "peer with selector and CIDR block": (
        {"ingress_from": [{"cidr": "10.0.0.0/8", "pod_selector": {}}]},
        [("k8s-network-peer", "ingress_from[0].cidr")],
        {"ingress_from": [{"pod_selector": {}}]},
    ),
    "peer without selector and CIDR block": (
        {"ingress_from": [{}]},
        [("k8s-network-peer", "ingress_from[0]")],
        {"ingress_from": [{"namespace_selector": {}}]},
    ),
    "annotations of an existing service account": (
        {"service_account_name": "a", "service_account_annotations": {"a": "b"}},
        [("k8s-argument-without-effect", "service_account_annotations")],
        {"service_account_annotations": {"a": "b"}},
    ),
    "secret in an annotation": (
        {"pod_annotations": {"example.com/database": "postgres://orders:hunter2@db/orders"}},
        [("k8s-annotation-secret", "pod_annotations['example.com/database']")],
        {"pod_annotations": {"checksum/secret": "9f86d081"}},
    ),
    "annotations above 256 KiB": (
        {"service_annotations": {"a": "x" * 262144}},
        [("k8s-annotations-size", "service_annotations")],
        {"service_annotations": {"a": "x" * 262143}},
    ),
    "duplicate image pull secret": (
        {"image_pull_secrets": ["a", "a"]},
        [("argument-duplicate", "image_pull_secrets[1]")],
        {"image_pull_secrets": ["a", "b"]},
    ),
    "user ID above 32 bits": (
        {"run_as_user": 2147483648},
        [("argument-range", "run_as_user")],
        {"run_as_user": 2147483647},
    ),
    "root user": (
        {"run_as_user": 0},
        [("k8s-root-user", "run_as_user")],
        {"run_as_user": 10000},
    ),
    "reserved label": (
        {"labels": {"app.kubernetes.io/version": "1"}},
        [("k8s-reserved-label", "labels['app.kubernetes.io/version']")],
        {"version": "1"},
    ),
    "sysctl of the node": (
        {"sysctls": {"kernel.msgmax": "1"}},
        [("k8s-unsafe-sysctl", "sysctls['kernel.msgmax']")],
        {"sysctls": {"net.ipv4.tcp_keepalive_time": "240"}},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


def test_problems_of_containers_and_of_the_workload_are_reported_together(findings_of):
    assert findings_of(container={"cpu_limit": "100m"}, strategy="Recreate", max_surge="50%") == [
        ("k8s-argument-without-effect", "max_surge"),
        ("k8s-limit-below-request", "container.cpu_limit"),
    ]


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


@pytest.mark.parametrize(
    ("argument", "value", "rule"),
    [("namespace", "default", "k8s-default-namespace"), ("service_account_name", "Orders", "argument-format")],
)
def test_invalid_late_values(findings_of, late, argument, value, rule):
    assert findings_of(**{argument: late(value)}) == [(rule, argument)]


ANNOTATIONS = ("pod_annotations", "service_annotations", "service_account_annotations")


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ANNOTATIONS)
def test_late_secrets_in_annotations(deploy_workload, findings_of, late, argument, preview):
    findings = findings_of(**{argument: {"a": late("x", secret=True)}}, preview=preview)
    assert findings == [("k8s-annotation-secret", f"{argument}.a")]
    assert deploy_workload(**{argument: {"a": late("x")}}, preview=preview)


@pytest.mark.parametrize("argument", ANNOTATIONS)
@pytest.mark.parametrize(
    ("value", "rule", "key"),
    [
        ("x" * 262144, "k8s-annotations-size", ""),
        ("postgres://orders:hunter2@db/orders", "k8s-annotation-secret", ".a"),
    ],
)
def test_invalid_late_annotations(findings_of, late, argument, value, rule, key):  # noqa: PLR0917
    assert findings_of(**{argument: {"a": late(value)}}) == [(rule, f"{argument}{key}")]
