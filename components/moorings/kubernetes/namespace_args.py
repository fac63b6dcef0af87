"""Arguments of ``KubernetesNamespace``."""

from typing import Annotated, Literal

from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change

PodSecurityLevel = Literal["restricted", "baseline", "privileged"]

POD_READINESS_GATE_LABEL = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/"""

POD_SECURITY_LABEL = "pod-security.kubernetes.io/"
"""Prefix of the labels. Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/"""


class KubernetesNamespaceArgs(ComponentArgs):
    """Arguments of `KubernetesNamespace`."""

    namespace_name: Annotated[DnsLabel | None, Change("replacement")] = None
    """Name of the namespace. Defaults to the name of the component. Changing this replaces the namespace and everything
    in it."""

    pod_security: PodSecurityLevel = "restricted"
    """Pod Security level that pods must meet. Every ``KubernetesWorkload`` meets ``restricted``, the default.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """

    pod_readiness_gates: bool = False
    """Inject pod readiness gates of the AWS Load Balancer Controller: a pod is ready only after its target is healthy,
    so that rolling updates wait for the load balancer. Pods created before the load balancer get the gate when they are
    restarted."""

    default_deny_ingress: bool = False
    """Deny connections to pods that no other NetworkPolicy allows. Every ``KubernetesWorkload`` allows its own
    ports."""

    labels: dict[LabelKey, LabelValue] = {}
    """Additional labels of the namespace. The labels ``pod-security.kubernetes.io/audit`` and ``warn`` can set a
    stricter level than ``pod_security``."""

    protect: bool = True
    """Reject the deletion of the namespace, and of everything in it, until this is False."""

    @property
    def reserved_labels(self) -> dict[str, str]:
        """Labels that arguments set, each with the name of the argument."""
        gates = dict.fromkeys(POD_READINESS_GATE_LABEL if self.pod_readiness_gates else (), "pod_readiness_gates")
        return {f"{POD_SECURITY_LABEL}enforce": "pod_security", **gates}
