"""Health checks of a container."""

import pytest


def probes(**changed):
    return {"container": {"probes": changed}}


# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "no handler": (
        probes(readiness={"http_get": None, "port": "http"}),
        ".container.probes.readiness: no handler set; set exactly one of http_get, tcp_socket, grpc and exec",
        probes(readiness={"http_get": "/ready", "port": "http"}),
    ),
    "two handlers": (
        probes(readiness={"http_get": "/ready", "tcp_socket": True}),
        ".container.probes.readiness: http_get and tcp_socket set; set exactly one of http_get, tcp_socket, grpc and "
        "exec",
        probes(readiness={"http_get": None, "tcp_socket": True}),
    ),
    "HTTPS without http_get": (
        probes(readiness={"http_get": None, "tcp_socket": True, "scheme": "HTTPS"}),
        ".container.probes.readiness: scheme: HTTPS requires http_get, and the handler is tcp_socket; remove it",
        probes(readiness={"scheme": "HTTPS"}),
    ),
    "grpc_service without grpc": (
        probes(readiness={"grpc_service": "orders"}),
        ".container.probes.readiness: grpc_service: requires grpc, and the handler is http_get; remove it",
        probes(readiness={"http_get": None, "grpc": True, "grpc_service": "orders"}),
    ),
    "port with exec": (
        probes(readiness={"http_get": None, "exec": ["true"], "port": "http"}),
        ".container.probes.readiness: port: a probe with exec has no port, got 'http'; remove it",
        probes(readiness={"http_get": None, "exec": ["true"]}),
    ),
    "relative path": (
        probes(readiness={"http_get": "ready"}),
        ".container.probes.readiness.http_get: must match the pattern ^/[^\\s]*$",
        probes(readiness={"http_get": "/"}),
    ),
    "undeclared port": (
        probes(readiness={"port": "admin"}),
        ": container.probes.readiness.port: admin is not one of ports (http)",
        probes(readiness={"port": "http"}),
    ),
    "ambiguous port": (
        {"container": {"ports": {"http": None, "a": 1024, "b": 1025}}},
        ": container.probes.readiness.port: required unless there is one port or http (a, b)\n: "
        "container.probes.liveness.port: required unless there is one port or http (a, b)",
        {"container": {"ports": {"http": 8080, "a": 1024}}},
    ),
    "liveness and readiness with the same path": (
        probes(liveness={"http_get": "/ready"}),
        ": container.probes.liveness: has the endpoint of readiness, so that a draining container would be restarted; "
        "use another endpoint, or set same_endpoint=True if there is none",
        probes(liveness={"http_get": "/ready"}, same_endpoint=True),
    ),
    "liveness and readiness with the same path and explicit port": (
        probes(liveness={"http_get": "/ready", "port": "http"}),
        ": container.probes.liveness: has the endpoint of readiness, so that a draining container would be restarted; "
        "use another endpoint, or set same_endpoint=True if there is none",
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
        ": container.probes.liveness: has the endpoint of readiness, so that a draining container would be restarted; "
        "use another endpoint, or set same_endpoint=True if there is none",
        probes(liveness={"http_get": None, "tcp_socket": True}),
    ),
    "success_threshold of liveness": (
        probes(liveness={"success_threshold": 2}),
        ".container.probes: liveness.success_threshold: must be 1, got 2",
        probes(readiness={"success_threshold": 2}),
    ),
    "success_threshold of startup": (
        probes(startup={"http_get": "/", "success_threshold": 2}),
        ".container.probes: startup.success_threshold: must be 1, got 2",
        probes(startup={"http_get": "/"}),
    ),
    "startup probe shorter than startup_seconds": (
        probes(startup={"http_get": "/", "failure_threshold": 10}, startup_seconds=51),
        ".container.probes: startup_seconds: 51 is longer than the 50 s after which the startup probe fails; raise "
        "startup.failure_threshold or lower startup_seconds",
        probes(startup={"http_get": "/", "failure_threshold": 10}, startup_seconds=50),
    ),
    "period of 0 seconds": (
        probes(readiness={"period_seconds": 0}),
        ".container.probes.readiness.period_seconds: must be greater than 0",
        probes(readiness={"period_seconds": 3}),
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]
