"""Namespaces that enforce a Pod Security level."""

from typing import Annotated, Literal

import pulumi

from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, check_dns_label
from moorings.kubernetes.objects import KubernetesObject
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.errors import InvalidInput
from moorings.validation.outputs import register_declared_outputs

POD_READINESS_GATE_LABEL = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/"""


class KubernetesNamespaceArgs(Args):
    """Arguments of `KubernetesNamespace`."""

    namespace_name: Annotated[DnsLabel | None, Change("replacement")] = None
    """Name of the namespace. Defaults to the name of the component. Changing this replaces the namespace and everything
    in it."""

    pod_security: Literal["restricted", "baseline", "privileged"] = "restricted"
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
    """Additional labels of the namespace."""

    protect: bool = True
    """Reject the deletion of the namespace, and of everything in it, until this is False."""


class KubernetesNamespace(pulumi.ComponentResource):
    """Creates a namespace that by default only admits pods of Pod Security's ``restricted`` level.

    Raises:
        InvalidInput: if arguments are invalid.

    """

    namespace_name: pulumi.Output[str]
    """Name of the namespace."""

    def __init__(self, name: str, args: KubernetesNamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the namespace.

        Args:
            name: logical name, and by default name of the namespace.
            args: arguments of the namespace.
            opts: options of the component.

        """
        component = f"KubernetesNamespace {name!r}"
        args = KubernetesNamespaceArgs.from_input(component, args)
        namespace_name = args.namespace_name or name
        try:
            check_dns_label(namespace_name)
        except ValueError as error:
            raise InvalidInput.at(component, f"name: {error}") from None
        if namespace_name == "default" or namespace_name.startswith("kube-"):
            raise InvalidInput.at(component, f"namespace_name: {namespace_name!r} is reserved; choose another name")
        super().__init__("moorings:index:KubernetesNamespace", name, {}, opts)

        levels = {f"pod-security.kubernetes.io/{mode}": args.pod_security for mode in ("enforce", "audit", "warn")}
        gates = POD_READINESS_GATE_LABEL if args.pod_readiness_gates else {}
        for argument, own_labels in (("pod_security", levels), ("pod_readiness_gates", gates)):
            for key in sorted(own_labels.keys() & args.labels.keys()):
                raise InvalidInput.at(component, f"labels: {key} is set by {argument}; remove it")
        namespace = KubernetesObject(
            f"{name}-namespace",
            "v1",
            "Namespace",
            pulumi.ResourceOptions(parent=self, protect=args.protect),
            metadata={"name": namespace_name, "labels": {**args.labels, **levels, **gates}},
        )
        if args.default_deny_ingress:
            KubernetesObject(
                f"{name}-deny-by-default",
                "networking.k8s.io/v1",
                "NetworkPolicy",
                pulumi.ResourceOptions(parent=self),
                metadata={"namespace": namespace.name},
                spec={"podSelector": {}, "policyTypes": ["Ingress"]},
            )

        self.namespace_name = namespace.name
        register_declared_outputs(self)
