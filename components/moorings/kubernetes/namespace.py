"""Namespaces that hold their pods to a level of Pod Security."""

from typing import Literal

import pulumi

from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, dns_label
from moorings.kubernetes.objects import KubernetesObject
from moorings.validation.args import Args
from moorings.validation.errors import InvalidInput

READINESS_GATES = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/"""


class KubernetesNamespaceArgs(Args):
    """Settings of a namespace."""

    namespace_name: DnsLabel | None = None
    """Name of the namespace; the component's name by default. A change replaces the namespace and all that is in it."""

    pod_security: Literal["restricted", "baseline", "privileged"] = "restricted"
    """What pods must keep to be admitted; by default the level that every workload of this library keeps.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/
    """

    pod_readiness_gates: bool = False
    """Let the AWS Load Balancer Controller hold a pod unready until its target is healthy, so that an update waits for
    the load balancer too. Pods that came before the load balancer have no gate until they are restarted once."""

    default_deny_ingress: bool = False
    """Let nobody connect to pods that no other policy opens; every ``KubernetesWorkload`` opens its own ports."""

    labels: dict[LabelKey, LabelValue] = {}
    """Further labels of the namespace."""

    protect: bool = True
    """Refuse to delete the namespace, and all that is in it, until this is turned off, by default."""


class KubernetesNamespace(pulumi.ComponentResource):
    """A namespace that admits, by default, only pods that keep Pod Security's ``restricted`` level.

    Raises:
        InvalidInput: for arguments that break their rule.

    """

    namespace_name: pulumi.Output[str]
    """Name of the namespace, for what lives in it."""

    def __init__(self, name: str, args: KubernetesNamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the namespace.

        Args:
            name: the logical name, and by default that of the namespace.
            args: settings of the namespace.
            opts: options of the component.

        """
        where = f"KubernetesNamespace {name!r}"
        args = KubernetesNamespaceArgs.from_input(where, args)
        named = args.namespace_name or name
        try:
            dns_label(named)
        except ValueError as error:
            raise InvalidInput.at(where, f"the name {error}") from None
        if named == "default" or named.startswith("kube-"):
            raise InvalidInput.at(where, f"{named!r} is the cluster's own namespace; give namespace_name another name")
        super().__init__("moorings:index:KubernetesNamespace", name, {}, opts)

        levels = {f"pod-security.kubernetes.io/{mode}": args.pod_security for mode in ("enforce", "audit", "warn")}
        gates = READINESS_GATES if args.pod_readiness_gates else {}
        for argument, decided in (("pod_security", levels), ("pod_readiness_gates", gates)):
            for key in sorted(decided.keys() & args.labels.keys()):
                raise InvalidInput.at(f"{where}.labels", f"{key} is set by {argument}; leave it out")
        made = KubernetesObject(
            f"{name}-namespace",
            "v1",
            "Namespace",
            pulumi.ResourceOptions(parent=self, protect=args.protect),
            metadata={"name": named, "labels": {**args.labels, **levels, **gates}},
        )
        if args.default_deny_ingress:
            KubernetesObject(
                f"{name}-deny-by-default",
                "networking.k8s.io/v1",
                "NetworkPolicy",
                pulumi.ResourceOptions(parent=self),
                metadata={"namespace": made.name},
                spec={"podSelector": {}, "policyTypes": ["Ingress"]},
            )

        self.namespace_name = made.name
        self.register_outputs({"namespaceName": self.namespace_name})
