"""Rules of ``KubernetesNamespace``."""

from collections.abc import Mapping
from typing import get_args

from moorings.kubernetes.names import check_dns_label
from moorings.kubernetes.namespace_args import POD_SECURITY_LABEL, KubernetesNamespaceArgs, PodSecurityLevel
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

RULES = RuleSet(KubernetesNamespaceArgs)

LEVELS = get_args(PodSecurityLevel)
"""Pod Security levels, the strictest first."""

_NAMESPACES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"
_POD_SECURITY = "https://kubernetes.io/docs/concepts/security/pod-security-admission/"


@RULES.explicit(
    "k8s-namespace-name",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names",
    invalid="name='Shop'",
    valid="name='Shop', namespace_name='shop'",
)
def namespace_name(name: str) -> Findings:
    """The name of a namespace is a DNS label. It defaults to the name of the component."""
    try:
        check_dns_label(name)
    except Violation as error:
        yield "namespace_name", f"the default, the name of the component, {error}; set a valid name"


@RULES.explicit(
    "k8s-reserved-namespace",
    Severity.UNSAFE,
    source=f"{_NAMESPACES}#working-with-namespaces",
    invalid="namespace_name='kube-orders'",
    valid="namespace_name='orders'",
)
def reserved_namespace(name: str) -> Findings:
    """Kubernetes reserves these names for its own namespaces. Deleting one of those can break the cluster."""
    if name == "default" or name.startswith("kube-"):
        yield "namespace_name", f"{name!r} is reserved for Kubernetes; choose another name"


@RULES.rule(
    "k8s-namespace-label",
    Severity.ERROR,
    source=_POD_SECURITY,
    invalid="labels={'pod-security.kubernetes.io/enforce': 'baseline'}",
    valid="pod_security='baseline'",
)
def _namespace_label(labels: Mapping[str, str], reserved_labels: Mapping[str, str]) -> Findings:
    """An argument sets the label, and two values would contradict each other."""
    for key in sorted(labels.keys() & reserved_labels.keys()):
        yield ("labels", key), f"is set by {reserved_labels[key]}; remove it"


@RULES.rule(
    "k8s-pod-security-report",
    Severity.WARNING,
    source=_POD_SECURITY,
    invalid="labels={'pod-security.kubernetes.io/warn': 'baseline'}",
    valid="labels={'pod-security.kubernetes.io/warn': 'restricted'}, pod_security='baseline'",
)
def _pod_security_report(labels: Mapping[str, str], pod_security: PodSecurityLevel) -> Findings:
    """A level weaker than the enforced one reports nothing, because pods that violate it are already rejected."""
    for mode in ("audit", "warn"):
        level = labels.get(f"{POD_SECURITY_LABEL}{mode}")
        if level in LEVELS and LEVELS.index(level) > LEVELS.index(pod_security):
            yield (
                ("labels", f"{POD_SECURITY_LABEL}{mode}"),
                f"{level} is weaker than pod_security={pod_security!r}; set a stricter level, or remove it",
            )
