"""Namespaces that enforce a Pod Security level."""

import pulumi

from moorings.kubernetes.namespace_args import POD_READINESS_GATE_LABEL, POD_SECURITY_LABEL, KubernetesNamespaceArgs
from moorings.kubernetes.namespace_rules import RULES, namespace_name, reserved_namespace
from moorings.kubernetes.objects import KubernetesObject
from moorings.overrides.binding import bind_overrides
from moorings.validation.outputs import register_declared_outputs


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
        args, reporter = RULES.check("KubernetesNamespace", name, args)
        name_in_cluster = args.namespace_name or name
        reporter.evaluate(namespace_name, name=name_in_cluster)
        reporter.evaluate(reserved_namespace, name=name_in_cluster)
        super().__init__(
            "moorings:index:KubernetesNamespace", name, reporter.inputs, bind_overrides(self, name, reporter, opts)
        )

        levels = {f"{POD_SECURITY_LABEL}{mode}": args.pod_security for mode in ("enforce", "audit", "warn")}
        gates = POD_READINESS_GATE_LABEL if args.pod_readiness_gates else {}
        namespace = KubernetesObject(
            f"{name}-namespace",
            "v1",
            "Namespace",
            pulumi.ResourceOptions(parent=self, protect=args.protect),
            metadata={"name": name_in_cluster, "labels": {**levels, **args.labels, **gates}},
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
        register_declared_outputs(self, reporter)
