"""KubernetesDaemonSet: one pod on each node."""

import pulumi

from moorings.kubernetes.jobs.daemon_set_args import KubernetesDaemonSetArgs
from moorings.kubernetes.jobs.daemon_set_rules import DAEMON_SET_RULES, daemon_set_name
from moorings.kubernetes.jobs.host_paths import add_host_paths
from moorings.kubernetes.jobs.pod_component import PodComponent
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.rollout import MIN_DELETION_SECONDS, SCHEDULING_SECONDS
from moorings.validation.outputs import register_declared_outputs


class KubernetesDaemonSet(PodComponent):
    """Creates a DaemonSet, which runs one pod on each node that ``node_selector`` and ``tolerations`` allow.

    Also creates a service account, a NetworkPolicy and, depending on the arguments, ConfigMaps, Secrets,
    PersistentVolumeClaims and a Prometheus monitor. It has no autoscaler and no disruption budget, because its pods
    follow the nodes; ``kubectl drain --ignore-daemonsets`` leaves them on a node.

    Raises:
        InvalidInput: if arguments are invalid: immediately for plain values, and when late values resolve.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/

    """

    namespace: pulumi.Output[str]
    """Namespace of every object."""

    workload_name: pulumi.Output[str]
    """Name of the DaemonSet."""

    service_account_name: pulumi.Output[str]
    """Name of the service account."""

    selector: dict[str, str]
    """Labels that select the pods."""

    network_peer: NetworkPeer
    """The pods, for ``ingress_from`` and ``egress_to`` of other workloads."""

    def __init__(self, name: str, args: KubernetesDaemonSetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the DaemonSet.

        Args:
            name: logical name of up to 63 lower-case letters, digits and hyphens. Children are named
                ``{name}-{role}``, and the main container has this name.
            args: arguments of the DaemonSet.
            opts: options of the component.

        """
        args, reporter = DAEMON_SET_RULES.check("KubernetesDaemonSet", name, args)
        reporter.evaluate(daemon_set_name, name=name)
        super().__init__(name, args, args.shutdown_budget, reporter, opts)
        spec = {
            "selector": {"matchLabels": self.selector},
            "updateStrategy": args.rendered_update_strategy,
            "revisionHistoryLimit": args.revision_history_limit,
            "template": add_host_paths(self._create_template(), args.host_paths),
        }
        if args.min_ready_seconds:  # the API server omits 0, which would be a difference in every preview
            spec["minReadySeconds"] = args.min_ready_seconds
        timeout = f"{args.update_timeout_seconds}s"
        deletion = max(MIN_DELETION_SECONDS, args.shutdown_budget.termination_grace_period_seconds + SCHEDULING_SECONDS)
        timeouts = pulumi.CustomTimeouts(create=timeout, update=timeout, delete=f"{deletion}s")
        daemon_set = self._create_workload(
            "apps/v1",
            "DaemonSet",
            spec,
            pulumi.ResourceOptions(custom_timeouts=timeouts),
            name=args.object_name,
        )
        self.workload_name = daemon_set.name
        if args.monitoring is not None:
            port = port_name(args.monitoring.port, args.container_ports)
            self._objects.create(
                "monitor",
                "monitoring.coreos.com/v1",
                args.monitoring.kind,
                extra_labels=args.monitoring.labels,
                spec=args.monitoring.spec(self.selector, port, []),
            )
        register_declared_outputs(self, reporter)
