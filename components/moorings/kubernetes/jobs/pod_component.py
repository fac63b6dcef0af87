"""PodComponent: base of the components whose pods no Service selects."""

from collections.abc import Sequence
from typing import Any

import pulumi

from moorings.kubernetes.name_rules import overlapping_selectors
from moorings.kubernetes.network_policy import NAMESPACE_NAME_LABEL, NetworkPeer
from moorings.kubernetes.objects import KubernetesObject
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.pod_objects import PodObjects
from moorings.kubernetes.pod_rules import duplicate_container
from moorings.kubernetes.shutdown import ShutdownBudget, container_lifecycle
from moorings.kubernetes.transform_rules import drain_check
from moorings.overrides.binding import bind_overrides
from moorings.validation.inputs import as_output
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Check


class PodComponent(pulumi.ComponentResource):
    """Creates a service account, a network policy and settings, and then the object that creates the pods."""

    def __init__(
        self,
        name: str,
        args: PodArgs,
        shutdown: ShutdownBudget,
        reporter: Reporter,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        """Create what the pods need.

        Args:
            name: logical name; children are named ``{name}-{role}``, and the main container has this name.
            args: arguments of the pods.
            shutdown: durations of their graceful shutdown.
            reporter: reporter of the component.
            opts: options of the component.

        """
        reporter.evaluate(duplicate_container, name=name, containers=args.containers)
        component_type = f"moorings:index:{type(self).__name__}"
        super().__init__(component_type, name, reporter.inputs, bind_overrides(self, name, reporter, opts))
        reporter.evaluate(overlapping_selectors, namespace=args.namespace, name=name, workload=self)
        self._shutdown, self._reporter = shutdown, reporter
        self._lifecycle = container_lifecycle(args.shutdown, shutdown)
        self._objects = PodObjects(self, name, args, reporter)
        self.namespace: pulumi.Output[str] = as_output(args.namespace)
        self.selector = self._objects.selector
        self.service_account_name = self._objects.create_service_account()
        self.network_peer = NetworkPeer(
            namespace_selector={NAMESPACE_NAME_LABEL: args.namespace}, pod_selector={**self.selector}
        )
        self._network_policy = self._objects.create_network_policy()

    def _create_template(self, **pod_fields: Any) -> dict[str, Any]:
        """Create the settings and claims of the pods, and return their template."""
        grace_period = self._shutdown.termination_grace_period_seconds
        return self._objects.create_pod_template(
            self.service_account_name,
            pod_fields={"terminationGracePeriodSeconds": grace_period, **pod_fields},
            main_fields=self._lifecycle,
        )

    def _create_workload(
        self,
        api_version: str,
        kind: str,
        spec: dict[str, Any],
        opts: pulumi.ResourceOptions,
        *,
        name: str | None,
        annotations: dict[str, str] | None = None,
        checks: Sequence[tuple[Check, dict[str, Any]]] = (),
    ) -> KubernetesObject:
        """Create the object that creates the pods, after their network policy."""
        checks = [drain_check(self.pulumi_resource_name, kind, spec, self._shutdown), *checks]
        dependencies = pulumi.ResourceOptions(depends_on=[self._network_policy] if self._network_policy else [])
        opts = self._reporter.gate(pulumi.ResourceOptions.merge(opts, dependencies))
        return self._objects.create(
            kind.lower(), api_version, kind, name=name, annotations=annotations, spec=spec, opts=opts, checks=checks
        )
