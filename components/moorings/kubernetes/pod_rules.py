"""Rules of the pods of every workload: users, sysctls, tolerations, labels, annotations and service account."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moorings.kubernetes.annotations import MAX_BYTES, ROLE_ANNOTATION
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.container_rules import CONTAINER_RULES
from moorings.kubernetes.dns_rules import DNS_RULES
from moorings.kubernetes.mount_rules import MOUNT_RULES
from moorings.kubernetes.names import check_label_key, check_label_value
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.security_context import FIRST_SAFE_USER_ID, ROOT_USER_ID, SAFE_SYSCTLS
from moorings.kubernetes.shutdown_rules import SHUTDOWN_RULES
from moorings.kubernetes.transform_rules import POD_TRANSFORM_RULES
from moorings.validation.findings import Path, Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

POD_RULES = RuleSet(PodArgs, CONTAINER_RULES, MOUNT_RULES, SHUTDOWN_RULES, DNS_RULES, POD_TRANSFORM_RULES)

OPERATORS = ("Equal", "Exists", "Gt", "Lt")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
TOLERATIONS_CHECKED = "2026-11-21"
"""Date on which the operators and effects of tolerations were compared with the documentation."""

_POD_SECURITY = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"
_TAINTS = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"

_NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"
_LABELS = "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"
_ANNOTATIONS = "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"

_RESERVED_LABELS = {
    "app.kubernetes.io/name": "app",
    "app.kubernetes.io/instance": "the component's name",
    "app.kubernetes.io/component": "component",
    "app.kubernetes.io/part-of": "part_of",
    "app.kubernetes.io/version": "version",
    "app.kubernetes.io/managed-by": "the library",
}


_ROLE_ARN = re.compile(r"arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:role/\S+")


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


@POD_RULES.rule(
    "k8s-default-namespace",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    invalid="namespace='default'",
    valid="namespace='shop'",
)
def _default_namespace(namespace: str) -> Findings:
    """All users of the cluster share the default namespace, with its permissions and quotas."""
    if namespace == "default":
        yield "the namespace 'default' is shared by all users of the cluster; use a dedicated namespace"


@POD_RULES.explicit(
    "k8s-duplicate-container",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/",
    invalid="init_containers={'proxy': PodContainer(image=IMAGE, cpu_request='10m', memory_request='16Mi')}, "
    "sidecars={'proxy': PodContainer(image=IMAGE, cpu_request='10m', memory_request='16Mi')}",
    valid="init_containers={'migrate': PodContainer(image=IMAGE, cpu_request='10m', memory_request='16Mi')}, "
    "sidecars={'proxy': PodContainer(image=IMAGE, cpu_request='10m', memory_request='16Mi')}",
)
def duplicate_container(name: str, containers: dict[Path, PodContainer]) -> Findings:
    """The names of a pod's containers are unique. The main container has the name of the component."""
    names = {name: "the main container"}
    for path in containers:
        if path == ("container",):
            continue
        argument, other = str(path[0]), str(path[1])
        if other in names:
            yield path, f"{other} is also the name of {names[other]}; rename one of them"
        names.setdefault(other, f"one of {argument}")


@POD_RULES.rule(
    "k8s-reserved-label",
    Severity.ERROR,
    source=_LABELS,
    invalid="labels={'app.kubernetes.io/version': '1'}",
    valid="version='1'",
)
def _reserved_label(labels: dict[str, str]) -> Findings:
    """The label is part of the selector, or is set by another argument."""
    for key in labels:
        if key in _RESERVED_LABELS:
            yield ("labels", key), f"the label is set by {_RESERVED_LABELS[key]}; remove it"


@POD_RULES.rule(
    "k8s-annotation-secret",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="pod_annotations={'example.com/database': 'postgres://orders:hunter2@db/orders'}",
    valid="pod_annotations={'checksum/secret': '9f86d081'}",
    each="annotations",
)
def _annotation_secret(path: tuple[str, str], value: Any) -> Findings:
    """Anyone with read access to the object can read its annotations. Keys such as checksum/secret are allowed."""
    secret = find_secret(value)
    if secret:
        yield (
            path,
            (
                f"contains {secret} and would be stored in plain text; remove it, or use pulumi.Output.unsecret if it "
                "is not a secret"
            ),
        )


@POD_RULES.rule(
    "k8s-service-account-role",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    invalid="service_account_annotations={'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:policy/orders'}",
    valid="service_account_annotations={'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/orders'}",
    each="service_account_annotations",
)
def _service_account_role(key: str, value: str) -> Findings:
    """Pods can assume only a role. With any other ARN their requests to AWS are denied."""
    if key == ROLE_ANNOTATION and not _ROLE_ARN.fullmatch(value):
        got = f", got {value!r}" if value.startswith("arn:") else ""
        yield f"expected the ARN of an IAM role, such as arn:aws:iam::123456789012:role/orders{got}"


@POD_RULES.rule(
    "k8s-annotations-size",
    Severity.ERROR,
    source=_ANNOTATIONS,
    invalid="service_annotations={'a': 'x' * 262144}",
    valid="service_annotations={'a': 'x' * 262143}",
)
def _annotations_size(annotations_by_argument: "Mapping[str, Mapping[str, str]]") -> Findings:
    """The API server rejects annotations above 256 KiB in total."""
    for argument, annotations in annotations_by_argument.items():
        size = sum(len(text.encode()) for pair in annotations.items() for text in pair)
        if size > MAX_BYTES:
            yield argument, f"must be at most {MAX_BYTES} bytes, got {size}; shorten them"
