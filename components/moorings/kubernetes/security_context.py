"""What Pod Security's ``restricted`` asks of a pod, and a little more.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from typing import Any, Literal

Sysctl = Literal[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_syncookies",
]
"""Kernel settings that are a pod's own."""

LEAST_USER_ID = 10000
"""Users below this may be somebody on the node."""

LEAST_FREE_PORT = 1024


def pod_security(run_as_user: int, run_as_group: int, sysctls: dict[Sysctl, str]) -> dict[str, Any]:
    """The security context of a pod: a numeric user that is not root, and the runtime's filter of system calls."""
    found: dict[str, Any] = {
        "runAsNonRoot": True,
        "runAsUser": run_as_user,
        "runAsGroup": run_as_group,
        "fsGroup": run_as_group,
        # Without this the kubelet walks through large volumes at each start.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if sysctls:
        found["sysctls"] = [{"name": name, "value": value} for name, value in sysctls.items()]
    return found


def container_security(
    *, read_only_root_filesystem: bool, net_bind_service: bool, run_as_user: int | None
) -> dict[str, Any]:
    """The security context of a container: no privileges and no capabilities."""
    capabilities: dict[str, Any] = {"drop": ["ALL"]}
    if net_bind_service:
        capabilities["add"] = ["NET_BIND_SERVICE"]
    found: dict[str, Any] = {
        "allowPrivilegeEscalation": False,
        "capabilities": capabilities,
        "readOnlyRootFilesystem": read_only_root_filesystem,
    }
    return found | ({"runAsUser": run_as_user} if run_as_user is not None else {})
