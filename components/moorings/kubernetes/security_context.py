"""Security contexts of pods and containers, as Pod Security's ``restricted`` level requires them.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from typing import Any

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.container_security import NET_BIND_SERVICE

SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
}
"""Sysctls that every kubelet allows.

Source: https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
"""

ROOT_USER_ID = 0

FIRST_SAFE_USER_ID = 10000
"""Lower user IDs may belong to a user of the node."""

FIRST_UNPRIVILEGED_PORT = 1024


def pod_security_context(run_as_user: int, run_as_group: int, sysctls: dict[str, str]) -> dict[str, Any]:
    """Return the security context of a pod: its user, and the runtime's seccomp profile."""
    context: dict[str, Any] = {
        "runAsNonRoot": run_as_user != ROOT_USER_ID,
        "runAsUser": run_as_user,
        "runAsGroup": run_as_group,
        "fsGroup": run_as_group,
        # Otherwise the kubelet changes the owner of every file of a large volume at each start.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if sysctls:
        context["sysctls"] = [{"name": name, "value": value} for name, value in sysctls.items()]
    return context


def container_security_context(container: PodContainer) -> dict[str, Any]:
    """Return the security context of a container, which has no privileges and capabilities by default."""
    security = container.security
    added = [*([NET_BIND_SERVICE] if container.net_bind_service else []), *security.add_capabilities]
    capabilities = {"drop": security.drop_capabilities, "add": list(dict.fromkeys(added))}
    context: dict[str, Any] = {
        # The API server rejects a privileged container that may not gain privileges.
        "allowPrivilegeEscalation": security.allow_privilege_escalation or security.privileged,
        "capabilities": {name: values for name, values in capabilities.items() if values},
        "readOnlyRootFilesystem": container.read_only_root_filesystem,
    }
    if security.privileged:
        context["privileged"] = True
    if container.run_as_user is not None:
        context["runAsUser"] = container.run_as_user
    if container.run_as_user == ROOT_USER_ID:
        context["runAsNonRoot"] = False
    return context
