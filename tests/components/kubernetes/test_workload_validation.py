"""Checks across the arguments of a workload."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}


def probes(**changed):
    return {"container": {"probes": changed}}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "default namespace": (
        {"namespace": "default"},
        ".namespace: the namespace 'default' is shared by all users of the cluster; use a dedicated namespace",
        {"namespace": "shop"},
    ),
    "unknown argument": (
        {"replica": 2},
        ".replica: unknown argument",
        {},
    ),
    "strategy of a StatefulSet": (
        {"kind": "StatefulSet", "strategy": "Recreate"},
        ": strategy: has no effect on a StatefulSet; remove it",
        {"kind": "StatefulSet"},
    ),
    "rolling update limits of a StatefulSet": (
        {"kind": "StatefulSet", "max_surge": 1, "max_unavailable": 1, "progress_deadline_seconds": 700},
        ": max_surge: has no effect on a StatefulSet; remove it\n: max_unavailable: has no effect on a StatefulSet; "
        "remove it\n: progress_deadline_seconds: has no effect on a StatefulSet; remove it",
        {"kind": "StatefulSet", "progress_deadline_seconds": None, "revision_history_limit": 3},
    ),
    "pod management policy of a Deployment": (
        {"pod_management_policy": "Parallel"},
        ": pod_management_policy: requires kind StatefulSet; remove it",
        {"pod_management_policy": "Parallel", "kind": "StatefulSet"},
    ),
    "surge with Recreate": (
        {"strategy": "Recreate", "max_surge": "50%"},
        ": max_surge: has no effect on a Deployment with strategy Recreate; remove it",
        {"max_surge": "50%"},
    ),
    "no surge and no unavailable pods": (
        {"max_surge": "0%"},
        ": max_surge and max_unavailable are both 0, so that no update could start; raise one of them",
        {"max_surge": "0", "max_unavailable": "1"},
    ),
    "progress deadline before readiness": (
        {"progress_deadline_seconds": 160},
        ": progress_deadline_seconds: must be above 160 (150 for a pod to start and 10 of min_ready_seconds), got 160",
        {"progress_deadline_seconds": 161},
    ),
    "grace period shorter than the drain": (
        {"shutdown": {"termination_grace_period_seconds": 54}},
        ": shutdown.termination_grace_period_seconds: must be at least 55 (10 of pre_stop_seconds, 30 of "
        "drain_seconds and 15 to exit), got 54",
        {"shutdown": {"termination_grace_period_seconds": 55}},
    ),
    "drain above the maximum deregistration delay": (
        {"shutdown": {"drain_seconds": 3571, "load_balancer": "alb"}},
        ": shutdown.drain_seconds: a load balancer waits for at most 3600 s, and pods serve requests for 3601 (30 of "
        "pre_stop_seconds and 3571 of drain_seconds); lower drain_seconds",
        {"shutdown": {"drain_seconds": 3570, "load_balancer": "alb"}},
    ),
    "negative or too long deregistration delay": (
        {"shutdown": {"deregistration_delay_seconds": 3601}},
        ".shutdown.deregistration_delay_seconds: must be at most 3600",
        {"shutdown": {"deregistration_delay_seconds": 3600}},
    ),
    "load balancer without Service": (
        {"shutdown": {"load_balancer": "alb"}, "service_ports": {}},
        ": shutdown.load_balancer: alb requires a Service; give the container ports, or remove it",
        {"shutdown": {"load_balancer": "none"}, "service_ports": {}},
    ),
    "max_unavailable and min_available": (
        {"availability": {"max_unavailable": 1, "min_available": 1}},
        ".availability: max_unavailable and min_available exclude each other; set one of them",
        {"availability": {"min_available": 1}},
    ),
    "min_available retains all pods": (
        {"availability": {"min_available": "51%"}},
        ": availability.min_available: 51% retains 2 of 2 pods, so that no drain completes; set at most 1, or raise "
        "the number of pods",
        {"availability": {"min_available": "50%"}},
    ),
    "min_available of a single pod": (
        {"availability": {"min_available": "50%", "replicas": 1}},
        ": availability.min_available: 50% retains 1 of 1 pods, so that no drain completes; set at most 0, or raise "
        "the number of pods",
        {"availability": {"max_unavailable": 1, "replicas": 1}},
    ),
    "max_unavailable of 0": (
        {"availability": {"max_unavailable": "0%"}},
        ": availability.max_unavailable: 0% allows no eviction, so that no drain completes; set at least 1",
        {"availability": {"max_unavailable": "1%"}},
    ),
    "min_available of the autoscaler's minimum": (
        {"availability": {"min_available": 3}, **scaled(min_replicas=3)},
        ": availability.min_available: 3 retains 3 of 3 pods, so that no drain completes; set at most 2, or raise the "
        "number of pods",
        {"availability": {"min_available": 2}, **scaled(min_replicas=3)},
    ),
    "container in two arguments": (
        {"init_containers": {"proxy": SIDECAR}, "sidecars": {"proxy": SIDECAR}},
        ": sidecars: proxy is an init container as well; rename one of them",
        {"init_containers": {"migrate": SIDECAR}, "sidecars": {"proxy": SIDECAR}},
    ),
    "probes of an init container": (
        {"init_containers": {"migrate": {**SIDECAR, "probes": {"readiness": {"exec": ["true"]}}}}},
        ": init_containers.migrate.probes: init containers have no probes; set only startup_seconds",
        {"init_containers": {"migrate": {**SIDECAR, "probes": {"startup_seconds": 300}}}},
    ),
    "ports of an init container": (
        {"init_containers": {"migrate": {**SIDECAR, "ports": {"admin": 9000}}}},
        ": init_containers.migrate.ports: init containers serve no requests; remove them, or use a sidecar",
        {"sidecars": {"migrate": {**SIDECAR, "ports": {"admin": 9000}}}},
    ),
    "same port number in two containers": (
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 8080}}}},
        ": sidecars: port 8080 is used by two containers of the pod; change one of them",
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 8081}}}},
    ),
    "same port name in two containers": (
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"http": 8081}}}},
        ": sidecars: port http is used by two containers of the pod; change one of them",
        {"sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 8081}}}},
    ),
    "unknown service port": (
        {"service_ports": {"grpc": 9090}},
        ": service_ports: grpc is not a port of the containers (http)",
        {"service_ports": {"http": 80}},
    ),
    "two service ports with the same number": (
        {"container": {"ports": {"metrics": 9090}}, "service_ports": {"http": 80, "metrics": 80}},
        ": service_ports: http and metrics have the same number; change one of them",
        {"container": {"ports": {"metrics": 9090}}, "service_ports": {"http": 80, "metrics": 81}},
    ),
    "session affinity without Service": (
        {"service_ports": {}, "session_affinity_timeout_seconds": 60},
        ": session_affinity_timeout_seconds: requires a Service; give the container ports, or remove it",
        {"session_affinity_timeout_seconds": 60},
    ),
    "session affinity above a day": (
        {"session_affinity_timeout_seconds": 86401},
        ".session_affinity_timeout_seconds: must be at most 86400",
        {"session_affinity_timeout_seconds": 86400},
    ),
    "ServiceMonitor without Service": (
        {"service_ports": {}, "monitoring": {}},
        ": monitoring.kind: ServiceMonitor requires a Service; use PodMonitor",
        {"service_ports": {}, "monitoring": {"kind": "PodMonitor"}},
    ),
    "unknown monitoring port": (
        {"monitoring": {"port": "admin"}},
        ": monitoring.port: must be one of http, got admin",
        {"monitoring": {"port": "http"}},
    ),
    "ambiguous monitoring port": (
        {
            "container": {"ports": {"http": None, "a": 1024, "b": 1025}, "probes": None},
            "monitoring": {},
            "acknowledged_warnings": ["no-probes"],
        },
        ": monitoring.port: must be one of a, b, got none",
        {
            "container": {"ports": {"http": None, "a": 1024, "b": 1025}, "probes": None},
            "monitoring": {"port": "b"},
            "acknowledged_warnings": ["no-probes"],
        },
    ),
    "peers without network policy": (
        {"network_policy": False, "egress_to": []},
        ": egress_to: requires network_policy; turn it on, or remove egress_to",
        {"egress_to": []},
    ),
    "peer with an unknown port": (
        {"ingress_from": [{"cidr": "10.0.0.0/8", "ports": [9090]}]},
        ": ingress_from: 9090 is not a port of the containers (8080)",
        {"ingress_from": [{"cidr": "10.0.0.0/8", "ports": [8080]}]},
    ),
    "peer with selector and CIDR block": (
        {"ingress_from": [{"cidr": "10.0.0.0/8", "pod_selector": {}}]},
        ".ingress_from[0]: both selectors and a CIDR block set; set namespace_selector, pod_selector or both, or cidr",
        {"ingress_from": [{"pod_selector": {}}]},
    ),
    "peer without selector and CIDR block": (
        {"ingress_from": [{}]},
        ".ingress_from[0]: neither a selector nor a CIDR block set; set namespace_selector, pod_selector or both, or "
        "cidr",
        {"ingress_from": [{"namespace_selector": {}}]},
    ),
    "annotations of an existing service account": (
        {"service_account_name": "a", "service_account_annotations": {"a": "b"}},
        ": service_account_annotations: cannot be set for the existing account of service_account_name; remove one",
        {"service_account_annotations": {"a": "b"}},
    ),
    "secret in an annotation": (
        {"pod_annotations": {"example.com/database": "postgres://orders:hunter2@db/orders"}},
        ": pod_annotations.example.com/database: contains a URL with a password and would be stored in plain text; "
        "remove it",
        {"pod_annotations": {"checksum/secret": "9f86d081"}},
    ),
    "annotations above 256 KiB": (
        {"service_annotations": {"a": "x" * 262144}},
        ": service_annotations: must be at most 262144 bytes, got 262145",
        {"service_annotations": {"a": "x" * 262143}},
    ),
    "duplicate image pull secret": (
        {"image_pull_secrets": ["a", "a"]},
        ".image_pull_secrets: a is listed more than once; remove the duplicate",
        {"image_pull_secrets": ["a", "b"]},
    ),
    "user ID above 32 bits": (
        {"run_as_user": 2147483648},
        ".run_as_user: must be at most 2147483647",
        {"run_as_user": 2147483647},
    ),
    "root user": (
        {"run_as_user": 0},
        ".run_as_user: must be greater than 0",
        {"run_as_user": 10000},
    ),
    "reserved label": (
        {"labels": {"app.kubernetes.io/version": "1"}},
        ": labels: app.kubernetes.io/version is set by version; remove it",
        {"version": "1"},
    ),
    "sysctl of the node": (
        {"sysctls": {"kernel.msgmax": "1"}},
        ".sysctls.kernel.msgmax[[key]]: expected 'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', "
        "'net.ipv4.ip_local_reserved_ports', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', "
        "'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', "
        "'net.ipv4.tcp_keepalive_time' or 'net.ipv4.tcp_syncookies'",
        {"sysctls": {"net.ipv4.tcp_keepalive_time": "240"}},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


def test_problems_of_containers_and_of_the_workload_are_reported_together(rejection):
    message = rejection(container={"cpu_limit": "100m"}, strategy="Recreate", max_surge="50%")
    assert message == (
        ": container.cpu_limit: must be at least cpu_request 250m, got 100m\n"
        ": max_surge: has no effect on a Deployment with strategy Recreate; remove it"
    )


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


SUBDOMAIN = (
    "must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and end with a letter or digit, got "
)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("namespace", "default", CASES["default namespace"][1]),
        ("service_account_name", "Orders", f".service_account_name: {SUBDOMAIN}'Orders'"),
    ],
)
def test_invalid_late_values_are_rejected_with_the_same_message(rejection, late, argument, value, message):
    assert rejection(**{argument: late(value)}) == message


ANNOTATIONS = ("pod_annotations", "service_annotations", "service_account_annotations")
SECRET_ANNOTATION = (
    ": {}.a: contains {} and would be stored in plain text; remove it, or use pulumi.Output.unsecret if it is not a "
    "secret"
)


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ANNOTATIONS)
def test_late_secrets_in_annotations_are_rejected(deploy_workload, rejection, late, argument, preview):
    message = rejection(**{argument: {"a": late("x", secret=True)}}, preview=preview)
    assert message == SECRET_ANNOTATION.format(argument, "a secret")
    assert deploy_workload(**{argument: {"a": late("x")}}, preview=preview)


@pytest.mark.parametrize("argument", ANNOTATIONS)
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x" * 262144, ": {}: must be at most 262144 bytes, got 262145"),
        ("postgres://orders:hunter2@db/orders", SECRET_ANNOTATION.format("{}", "a URL with a password")),
    ],
)
def test_invalid_late_annotations_are_rejected(rejection, late, argument, value, message):
    assert rejection(**{argument: {"a": late(value)}}) == message.format(argument)
