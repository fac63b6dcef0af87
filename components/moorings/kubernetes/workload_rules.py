"""Rules of a workload: names, labels, annotations, service account, and all rules of the other topics."""

import re
from typing import Any

import pulumi

from moorings.kubernetes.annotations import MAX_BYTES, ROLE_ANNOTATION
from moorings.kubernetes.conflicts import find_owner
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.container_rules import CONTAINER_RULES
from moorings.kubernetes.effect_rules import EFFECT_RULES
from moorings.kubernetes.kafka_rules import KAFKA_RULES
from moorings.kubernetes.names import (
    AUTONAME_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_STATEFUL_SET_NAME_LENGTH,
    check_service_name,
)
from moorings.kubernetes.network_rules import NETWORK_RULES
from moorings.kubernetes.pod_rules import POD_RULES
from moorings.kubernetes.replica_rules import REPLICA_RULES
from moorings.kubernetes.rollout_rules import ROLLOUT_RULES
from moorings.kubernetes.volume_rules import VOLUME_RULES
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.kubernetes.workload_change_guard import CHANGE_RULES
from moorings.validation.findings import Path, Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

WORKLOAD_RULES = RuleSet(
    KubernetesWorkloadArgs,
    CONTAINER_RULES,
    VOLUME_RULES,
    REPLICA_RULES,
    ROLLOUT_RULES,
    EFFECT_RULES,
    KAFKA_RULES,
    NETWORK_RULES,
    POD_RULES,
)
WORKLOAD_RULES.add(*CHANGE_RULES)  # evaluated by the hook of the component

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


@WORKLOAD_RULES.rule(
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


@WORKLOAD_RULES.explicit(
    "k8s-name-length",
    Severity.ERROR,
    source=_NAMES,
    invalid="kind='StatefulSet', object_name='o' * 53",
    valid="kind='StatefulSet', object_name='o' * 52",
)
def name_length(name: str, args: KubernetesWorkloadArgs) -> Findings:
    """The name of a Service is a DNS label, and the names of a StatefulSet's revisions are label values."""
    try:
        check_service_name(name)
    except Violation as violation:
        yield "name", violation.message
        return
    stateful, object_name = args.kind == "StatefulSet", args.object_name
    if object_name is not None:
        if stateful and len(object_name) > MAX_STATEFUL_SET_NAME_LENGTH:
            yield (
                "object_name",
                (
                    f"must be at most {MAX_STATEFUL_SET_NAME_LENGTH} characters, because the revision names of the "
                    f"StatefulSet are label values, got {len(object_name)} in {object_name!r}; shorten it"
                ),
            )
        return
    longest, reason = MAX_LABEL_LENGTH, ""
    if args.has_service:
        longest = MAX_LABEL_LENGTH - AUTONAME_LENGTH - len("-service")
        reason = f"because Pulumi appends {AUTONAME_LENGTH} characters to the name of the Service"
    elif stateful:
        longest, reason = MAX_STATEFUL_SET_NAME_LENGTH, "because the revision names of the StatefulSet are label values"
    if len(name) > longest:
        yield (
            "name",
            f"must be at most {longest} characters, {reason}, got {len(name)}; shorten it, or set object_name",
        )


@WORKLOAD_RULES.explicit(
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


@WORKLOAD_RULES.rule(
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


@WORKLOAD_RULES.rule(
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


@WORKLOAD_RULES.rule(
    "k8s-annotations-size",
    Severity.ERROR,
    source=_ANNOTATIONS,
    invalid="service_annotations={'a': 'x' * 262144}",
    valid="service_annotations={'a': 'x' * 262143}",
)
def _annotations_size(
    pod_annotations: dict[str, str], service_annotations: dict[str, str], service_account_annotations: dict[str, str]
) -> Findings:
    """The API server rejects annotations above 256 KiB in total."""
    for argument, annotations in (
        ("pod_annotations", pod_annotations),
        ("service_annotations", service_annotations),
        ("service_account_annotations", service_account_annotations),
    ):
        size = sum(len(text.encode()) for pair in annotations.items() for text in pair)
        if size > MAX_BYTES:
            yield argument, f"must be at most {MAX_BYTES} bytes, got {size}; shorten them"


@WORKLOAD_RULES.rule(
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


@WORKLOAD_RULES.rule(
    "k8s-no-readiness-probe",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'http': 8080})",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'http': 8080}), "
    "service_ports={}",
)
def _no_readiness_probe(container: PodContainer, has_service: bool) -> Findings:
    """Without a readiness probe, pods receive requests before they can serve them."""
    if has_service and container.probes.readiness is None:
        yield (
            ("container", "probes", "readiness"),
            "not set, so pods receive requests before they can serve them; set a probe",
        )


@WORKLOAD_RULES.rule(
    "k8s-no-liveness-probe",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'http': 8080}, "
    "probes=Probes(readiness=Probe(http_get='/ready')))",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi')",
)
def _no_liveness_probe(container: PodContainer, has_service: bool) -> Findings:
    """Without a liveness probe, a container that hangs is not restarted."""
    if has_service and container.probes.readiness is not None and container.probes.liveness is None:
        yield (
            ("container", "probes", "liveness"),
            "not set, so a container that hangs is not restarted; set a probe",
        )


@WORKLOAD_RULES.explicit(
    "k8s-overlapping-selectors",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
    invalid="namespace='neighbors'",
    valid="namespace='shop'",
)
def overlapping_selectors(namespace: str, name: str, workload: pulumi.Resource) -> Findings:
    """Each Service sends requests to the pods of both workloads, and two disruption budgets block their eviction."""
    if find_owner(workload, "", ("selector", namespace, name), id(workload)) is not None:
        yield (
            "name",
            (
                f"another workload in namespace {namespace!r} is also named {name!r}, and their selectors are equal; "
                "rename one of them"
            ),
        )


@WORKLOAD_RULES.explicit(
    "k8s-duplicate-object-name",
    Severity.ERROR,
    source=_NAMES,
    invalid="object_name='neighbor'",
    valid="object_name='orders'",
)
def duplicate_object_name(namespace: str, object_name: str, workload: pulumi.Resource) -> Findings:
    """Objects of one kind have unique names in their namespace."""
    if find_owner(workload, "", ("object name", namespace, object_name), id(workload)) is not None:
        yield (
            "object_name",
            (
                f"another workload in namespace {namespace!r} is also named {object_name!r}; change object_name or "
                "remove it"
            ),
        )
