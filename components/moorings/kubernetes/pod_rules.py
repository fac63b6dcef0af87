"""Rules of the pods: users, sysctls and tolerations."""

from collections.abc import Iterator
from typing import Any

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import check_label_key, check_label_value
from moorings.kubernetes.security_context import FIRST_SAFE_USER_ID, ROOT_USER_ID, SAFE_SYSCTLS
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

POD_RULES = RuleSet(KubernetesWorkloadArgs)

OPERATORS = ("Equal", "Exists", "Gt", "Lt")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
TOLERATIONS_CHECKED = "2026-11-21"
"""Date on which the operators and effects of tolerations were compared with the documentation."""

_POD_SECURITY = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"
_TAINTS = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"


def _users(run_as_user: int, run_as_group: int, containers: dict[Path, PodContainer]) -> Iterator[tuple[Path, int]]:
    yield ("run_as_user",), run_as_user
    yield ("run_as_group",), run_as_group
    for path, container in containers.items():
        if container.run_as_user is not None:
            yield (*path, "run_as_user"), container.run_as_user


@POD_RULES.rule(
    "k8s-root-user",
    Severity.UNSAFE,
    source=_POD_SECURITY,
    invalid="run_as_user=0",
    valid="run_as_user=10001",
)
def _root_user(run_as_user: int, run_as_group: int, containers: dict[Path, PodContainer]) -> Findings:
    """A process that escapes from its container is root on the node. The Pod Security level restricted rejects it."""
    for path, number in _users(run_as_user, run_as_group, containers):
        if number == ROOT_USER_ID and path[-1] == "run_as_user":
            yield path, f"0 is root; use the unprivileged user of the image, or an ID of at least {FIRST_SAFE_USER_ID}"


@POD_RULES.rule(
    "k8s-low-user-id",
    Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    invalid="run_as_user=1000",
    valid="run_as_user=10000",
)
def _low_user_id(run_as_user: int, run_as_group: int, containers: dict[Path, PodContainer]) -> Findings:
    """A process that escapes from its container has the permissions of the node's user with the same ID."""
    for path, number in _users(run_as_user, run_as_group, containers):
        if number < FIRST_SAFE_USER_ID and (number != ROOT_USER_ID or path[-1] == "run_as_group"):
            yield path, f"{number} may be the ID of a user of the node; use at least {FIRST_SAFE_USER_ID}"


@POD_RULES.rule(
    "k8s-unsafe-sysctl",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls",
    invalid="sysctls={'kernel.msgmax': '65536'}",
    valid="sysctls={'net.ipv4.tcp_keepalive_time': '240'}",
)
def _unsafe_sysctl(sysctls: dict[str, str]) -> Findings:
    """The kubelet rejects the pod unless it allows this sysctl, which can affect other pods of the node."""
    for name in sysctls:
        if name not in SAFE_SYSCTLS:
            yield (
                ("sysctls", name),
                "is not a safe sysctl; remove it, or allow it on the nodes and acknowledge this",
            )


@POD_RULES.rule(
    "k8s-toleration",
    Severity.ERROR,
    source=_TAINTS,
    invalid="tolerations=[{'operator': 'Equal', 'value': 'spot'}]",
    valid="tolerations=[{'key': 'capacity', 'operator': 'Equal', 'value': 'spot'}]",
    each="tolerations",
)
def _toleration(index: int, toleration: dict[str, Any]) -> Findings:
    """The API server rejects tolerations whose fields contradict each other."""
    path, exists = ("tolerations", index), toleration.get("operator") == "Exists"
    if not toleration.get("key") and not exists:
        yield (*path, "key"), "required unless operator is Exists; set it"
    if toleration.get("value") and exists:
        yield (*path, "value"), f"must be omitted with operator Exists, got {toleration['value']!r}; remove it"
    if toleration.get("tolerationSeconds") is not None and toleration.get("effect") != "NoExecute":
        yield (*path, "tolerationSeconds"), "requires effect NoExecute; remove it, or set effect"
    for field, check in (("key", check_label_key), ("value", check_label_value)):
        try:
            check(toleration.get(field) or "a")
        except Violation as violation:
            yield (*path, field), f"{violation.message}; correct it"


@POD_RULES.rule(
    "k8s-toleration-choice",
    Severity.UNVERIFIED,
    source=_TAINTS,
    invalid="tolerations=[{'key': 'spot', 'operator': 'Exist'}]",
    valid="tolerations=[{'key': 'spot', 'operator': 'Exists'}]",
    checked=TOLERATIONS_CHECKED,
    each="tolerations",
)
def _toleration_choice(index: int, toleration: dict[str, Any]) -> Findings:
    """The operator or effect is not among those that Kubernetes documents."""
    for field, choices in (("operator", OPERATORS), ("effect", EFFECTS)):
        choice = toleration.get(field)
        if choice and choice not in choices:
            yield ("tolerations", index, field), f"{choice!r} is not one of {', '.join(choices)}; correct it"
