"""Health checks of a container."""

import pytest


def probes(**changed):
    return {"container": {"probes": changed}}


# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "no handler": (
        probes(readiness={"http_get": None, "port": "http"}),
        [("k8s-probe-handler", "container.probes.readiness")],
        probes(readiness={"http_get": "/ready", "port": "http"}),
    ),
    "two handlers": (
        probes(readiness={"http_get": "/ready", "tcp_socket": True}),
        [("k8s-probe-handler", "container.probes.readiness.tcp_socket")],
        probes(readiness={"http_get": None, "tcp_socket": True}),
    ),
    "HTTPS without http_get": (
        probes(readiness={"http_get": None, "tcp_socket": True, "scheme": "HTTPS"}),
        [("k8s-probe-argument-without-effect", "container.probes.readiness.scheme")],
        probes(readiness={"scheme": "HTTPS"}),
    ),
    "grpc_service without grpc": (
        probes(readiness={"grpc_service": "orders"}),
        [("k8s-probe-argument-without-effect", "container.probes.readiness.grpc_service")],
        probes(readiness={"http_get": None, "grpc": True, "grpc_service": "orders"}),
    ),
    "port with exec": (
        probes(readiness={"http_get": None, "exec": ["true"], "port": "http"}),
        [("k8s-probe-argument-without-effect", "container.probes.readiness.port")],
        probes(readiness={"http_get": None, "exec": ["true"]}),
    ),
    "relative path": (
        probes(readiness={"http_get": "ready"}),
        [("argument-format", "container.probes.readiness.http_get")],
        probes(readiness={"http_get": "/"}),
    ),
    "undeclared port": (
        probes(readiness={"port": "admin"}),
        [("k8s-probe-port", "container.probes.readiness.port")],
        probes(readiness={"port": "http"}),
    ),
    "ambiguous port": (
        {"container": {"ports": {"http": None, "a": 1024, "b": 1025}}},
        [("k8s-probe-port", "container.probes.readiness.port"), ("k8s-probe-port", "container.probes.liveness.port")],
        {"container": {"ports": {"http": 8080, "a": 1024}}},
    ),
    "liveness and readiness with the same path": (
        probes(liveness={"http_get": "/ready"}),
        [("k8s-probe-same-endpoint", "container.probes.liveness")],
        probes(liveness={"http_get": "/live"}),
    ),
    "liveness and readiness with the same path and explicit port": (
        probes(liveness={"http_get": "/ready", "port": "http"}),
        [("k8s-probe-same-endpoint", "container.probes.liveness")],
        {
            "container": {
                "ports": {"admin": 8081},
                **probes(liveness={"http_get": "/ready", "port": "admin"})["container"],
            }
        },
    ),
    "liveness and readiness with the same TCP port": (
        probes(
            liveness={"http_get": None, "tcp_socket": True},
            readiness={"http_get": None, "tcp_socket": True, "port": "http"},
        ),
        [("k8s-probe-same-endpoint", "container.probes.liveness")],
        probes(liveness={"http_get": None, "tcp_socket": True}),
    ),
    "success_threshold of liveness": (
        probes(liveness={"success_threshold": 2}),
        [("k8s-probe-success-threshold", "container.probes.liveness.success_threshold")],
        probes(readiness={"success_threshold": 2}),
    ),
    "success_threshold of startup": (
        probes(startup={"http_get": "/", "success_threshold": 2}),
        [("k8s-probe-success-threshold", "container.probes.startup.success_threshold")],
        probes(startup={"http_get": "/"}),
    ),
    "startup probe shorter than startup_seconds": (
        probes(startup={"http_get": "/", "failure_threshold": 10}, startup_seconds=51),
        [("k8s-startup-seconds", "container.probes.startup_seconds")],
        probes(startup={"http_get": "/", "failure_threshold": 10}, startup_seconds=50),
    ),
    "period of 0 seconds": (
        probes(readiness={"period_seconds": 0}),
        [("argument-range", "container.probes.readiness.period_seconds")],
        probes(readiness={"period_seconds": 3}),
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]
