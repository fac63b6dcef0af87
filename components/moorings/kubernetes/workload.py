"""Kubernetes workloads: Deployment or StatefulSet, and the objects that belong to it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.annotations import PATCH_FORCE_ANNOTATION
from moorings.kubernetes.autoscaler_specs import (
    horizontal_pod_autoscaler_spec,
    kafka_trigger,
    scaled_object_spec,
)
from moorings.kubernetes.autoscaling import KafkaLag
from moorings.kubernetes.backend import Backend, readiness_health_check
from moorings.kubernetes.conflicts import declare_service
from moorings.kubernetes.keda_kafka import keda_credentials, keda_metadata, trigger_authentication_spec
from moorings.kubernetes.monitoring import ADDITIONAL_SERVICE_LABEL, HEADLESS_LABEL
from moorings.kubernetes.name_rules import duplicate_object_name, overlapping_selectors
from moorings.kubernetes.network_policy import NAMESPACE_NAME_LABEL, NetworkPeer
from moorings.kubernetes.objects import KubernetesObject
from moorings.kubernetes.pod_objects import PodObjects
from moorings.kubernetes.pod_rules import duplicate_container
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.services import DeclaredService, governing_service_spec, main_port
from moorings.kubernetes.shutdown import ShutdownBudget, container_lifecycle
from moorings.kubernetes.transform_rules import (
    drain_check,
    session_affinity_timeout,
    transformed_session_affinity,
    transformed_single_writer,
)
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.kubernetes.workload_change_guard import workload_change_guard
from moorings.kubernetes.workload_change_rules import change_inputs
from moorings.kubernetes.workload_rules import WORKLOAD_RULES, name_length
from moorings.kubernetes.workload_specs import deployment_spec, stateful_set_spec
from moorings.overrides.binding import bind_overrides
from moorings.sdk.locations import user_location
from moorings.validation.argument_rules import CHOICE
from moorings.validation.errors import InvalidInput
from moorings.validation.findings import Path
from moorings.validation.inputs import as_output
from moorings.validation.rules import Check, Violation


class KubernetesWorkload(pulumi.ComponentResource):
    """Creates a Deployment or StatefulSet with rolling updates, graceful shutdown and optional autoscaling.

    Also creates a Service, a service account, a NetworkPolicy and a PodDisruptionBudget and, depending on the
    arguments, ConfigMaps, Secrets, PersistentVolumeClaims, an autoscaler and a Prometheus monitor.

    Raises:
        InvalidInput: if arguments are invalid: immediately for plain values, and when late values resolve.

    """

    namespace: pulumi.Output[str]
    """Namespace of every object."""

    workload_name: pulumi.Output[str]
    """Name of the Deployment or StatefulSet."""

    service_name: pulumi.Output[str] | None
    """Name of the Service. None without a Service."""

    service_port: int | None
    """TCP port of the Service: ``http``, or else the first. None without a Service."""

    service_names: dict[str, pulumi.Output[str]] | None
    """Names of the ``services``. None without any."""

    service_account_name: pulumi.Output[str]
    """Name of the service account."""

    selector: dict[str, str]
    """Labels that select the pods."""

    shutdown: ShutdownBudget
    """Durations of the graceful shutdown."""

    backend: Backend
    """Backend of an ingress: ``WorkloadIngressArgs(backend=orders.backend)``."""

    network_peer: NetworkPeer
    """The pods, for ``ingress_from`` and ``egress_to`` of other workloads."""

    def __init__(self, name: str, args: KubernetesWorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the workload.

        Args:
            name: logical name of up to 46 lower-case letters, digits and hyphens. Children are named ``{name}-{role}``,
                and the main container has this name.
            args: arguments of the workload.
            opts: options of the component.

        """
        args, self._reporter = WORKLOAD_RULES.check("KubernetesWorkload", name, args)
        self._reporter.evaluate(name_length, name=name, args=args)
        self._reporter.evaluate(duplicate_container, name=args.container_name or name, containers=args.containers)
        guard = pulumi.ResourceOptions(hooks=workload_change_guard(name, self._reporter))
        super().__init__(
            "moorings:index:KubernetesWorkload",
            name,
            {**self._reporter.inputs, **change_inputs(args)},
            pulumi.ResourceOptions.merge(bind_overrides(self, name, self._reporter, opts), guard),
        )
        self._name, self._args = name, args
        self._kind = args.kind or "Deployment"
        self._stateful = self._kind == "StatefulSet"

        self.shutdown = args.shutdown_budget
        self._objects = PodObjects(
            self, name, args, self._reporter, selector=args.selector, main_container=args.container_name
        )
        self.selector = self._objects.selector
        self._check_conflicts()

        self.namespace = as_output(args.namespace)
        self.service_account_name = self._objects.create_service_account()
        self._services = {path: self._create_service(path, service) for path, service in args.declared_services.items()}
        service = self._services.get(("service",))
        self.service_name = service.name if service else None
        self.service_port = main_port(self._tcp_ports(args.effective_service_ports))
        self.service_names = {name: self._services["services", name].name for name in args.services} or None
        self.backend = self._backend(self.service_name, args.effective_service_ports, args.service_annotations)
        self.network_peer = NetworkPeer(
            namespace_selector={NAMESPACE_NAME_LABEL: args.namespace}, pod_selector={**self.selector}
        )
        policy = self._objects.create_network_policy()
        dependencies = [*self._services.values(), *([policy] if policy else [])]
        self.workload_name = self._create_workload(dependencies).name
        self._create_autoscaler()
        self._create_disruption_budget()
        self._create_monitor()
        self.register_outputs(
            {
                "namespace": self.namespace,
                "workloadName": self.workload_name,
                "serviceName": self.service_name,
                "servicePort": self.service_port,
                "serviceNames": self.service_names,
                "serviceAccountName": self.service_account_name,
                "selector": self.selector,
                "shutdown": self.shutdown.to_export(),
            }
        )
        self._reporter.finish(self)

    def service_backend(self, service: str) -> Backend:
        """Return the backend of one of the ``services``, for an ingress that routes to it.

        Args:
            service: name in ``services``.

        Raises:
            InvalidInput: if no Service has this name.

        """
        declared = self._args.declared_services.get(("services", service))
        if declared is None:
            known = ", ".join(self._args.services) or "none"
            violation = Violation(CHOICE, f"{service!r} is not one of the services ({known}); correct it", "service")
            raise InvalidInput.of(violation, str(self._reporter), user_location() or "")
        name = self._services["services", service].name
        return self._backend(name, declared.ports, declared.annotations)

    def _check_conflicts(self) -> None:
        namespace, selector = self._args.namespace, self._name
        if self._args.selector is not None:
            selector = ",".join(f"{key}={value}" for key, value in sorted(self._args.selector.items()))
        self._reporter.evaluate(overlapping_selectors, namespace=namespace, name=selector, workload=self)
        object_name = self._args.object_name or (self._name if self._stateful else None)
        if object_name is not None:
            self._reporter.evaluate(duplicate_object_name, namespace=namespace, object_name=object_name, workload=self)

    def _tcp_ports(self, ports: Mapping[str, int]) -> dict[str, int]:
        return {name: port for name, port in ports.items() if name not in self._args.udp_container_ports}

    def _backend(
        self, service_name: pulumi.Output[str] | None, ports: Mapping[str, int], annotations: Mapping[str, Any]
    ) -> Backend:
        args, autoscaling = self._args, self._args.autoscaling
        return Backend(
            service_name=service_name,
            namespace=args.namespace,
            ports=self._tcp_ports(ports),
            selector={**self.selector},
            health_check=readiness_health_check(args.container),
            shutdown=self.shutdown,
            service_annotations={**annotations},
            scales_down_quickly=autoscaling is not None
            and not autoscaling.gradual_scale_down
            and autoscaling.scale_down is None,
            own_namespace_only=args.ingress_from is not None
            and all(peer.in_own_namespace for peer in args.ingress_from),
        )

    def _create_service(self, path: Path, service: DeclaredService) -> KubernetesObject:
        args = self._args
        role = "-".join([*map(str, path[1:]), "service"])
        spec = service.spec(self.selector, args.udp_container_ports)
        created = self._objects.create(
            role,
            "v1",
            "Service",
            name=service.name,
            extra_labels=dict.fromkeys([ADDITIONAL_SERVICE_LABEL] if path[1:] else [], str(path[-1])),
            annotations=service.annotations,
            checks=[(transformed_session_affinity, {"role": role, "timeout_seconds": session_affinity_timeout(spec)})],
            spec=spec,
        )
        if service.name is not None:
            declare = partial(declare_service, created, service.name, declared=created.declared)
            self._reporter.derive(declare, namespace=args.namespace)
        return created

    def _create_workload(self, dependencies: list[KubernetesObject]) -> KubernetesObject:
        args = self._args
        spec: dict[str, Any] = {
            # With an autoscaler, the number of pods of a new workload.
            "replicas": args.min_replicas,
            "selector": {"matchLabels": self.selector},
            "minReadySeconds": args.min_ready_seconds,
            "template": self._create_pod_template(),
        }
        name = args.object_name
        if self._stateful:
            name = name or self._name
            governing_service = args.governing_service_name or f"{name}-headless"
            if governing_service not in [service.name for service in args.declared_services.values()]:
                dependencies.append(self._create_governing_service(governing_service))
            spec |= stateful_set_spec(args, governing_service)
        else:
            spec |= deployment_spec(args)
        timeout = f"{args.rollout.timeout_seconds(args.progress_deadline)}s"
        timeouts = pulumi.CustomTimeouts(
            create=timeout, update=timeout, delete=f"{args.rollout.deletion_timeout_seconds}s"
        )
        opts = pulumi.ResourceOptions(
            depends_on=dependencies,
            custom_timeouts=timeouts,
            ignore_changes=["spec.replicas"] if args.autoscaling else None,
        )
        # An autoscaler that was removed still owns the number of pods. Pulumi takes it over if the program sets it.
        annotations = {PATCH_FORCE_ANNOTATION: "true"} if args.availability.replicas is not None else None
        return self._objects.create(
            self._kind.lower(),
            "apps/v1",
            self._kind,
            name=name,
            annotations=annotations,
            checks=self._checks_after_transforms(spec),
            spec=spec,
            opts=self._reporter.gate(opts),
        )

    def _checks_after_transforms(self, spec: dict[str, Any]) -> list[tuple[Check, dict[str, Any]]]:
        """Return the rules of the Deployment or StatefulSet after all transforms."""
        role = self._kind.lower()
        checks = [drain_check(self._objects.main_container, self._kind, spec, self.shutdown)]
        if self._stateful or self._args.recreate:
            writer = {"role": role, "kind": self._kind, "replicas": self._args.max_replicas}
            checks.append((transformed_single_writer, writer))
        return checks

    def _create_pod_template(self) -> dict[str, Any]:
        args, shutdown = self._args, self.shutdown
        variables: list[dict[str, Any]] = []
        if args.consumer is not None:
            variables = args.consumer.environment(args.container.kafka_settings, args.restart_seconds)
        spread = args.availability.topology_spread_constraints(self.selector, per_revision=not self._stateful)
        return self._objects.create_pod_template(
            self.service_account_name,
            pod_fields={
                "terminationGracePeriodSeconds": shutdown.termination_grace_period_seconds,
                "topologySpreadConstraints": spread,
            },
            main_fields=container_lifecycle(args.shutdown, shutdown),
            variables=variables,
            new_claims=not self._stateful,
        )

    def _create_governing_service(self, name: str) -> KubernetesObject:
        spec = governing_service_spec(self.selector, self._args.container_ports, self._args.udp_container_ports)
        labels = {HEADLESS_LABEL: ""}
        return self._objects.create("headless", "v1", "Service", name=name, extra_labels=labels, spec=spec)

    def _create_autoscaler(self) -> None:
        args, autoscaling = self._args, self._args.autoscaling
        if autoscaling is None:
            return
        target = {"apiVersion": "apps/v1", "kind": self._kind, "name": self.workload_name}
        if not autoscaling.uses_keda:
            spec = horizontal_pod_autoscaler_spec(autoscaling, target, args.min_replicas, self._objects.main_container)
            self._objects.create("autoscaler", "autoscaling/v2", "HorizontalPodAutoscaler", spec=spec)
            return
        triggers = [self._create_kafka_trigger(autoscaling.kafka_lag)] if autoscaling.kafka_lag else []
        spec = scaled_object_spec(autoscaling, target, args.min_replicas, triggers)
        self._objects.create("autoscaler", "keda.sh/v1alpha1", "ScaledObject", spec=spec)

    def _create_kafka_trigger(self, lag: KafkaLag) -> dict[str, Any]:
        kafka = self._args.container.kafka
        if lag.bootstrap_servers is not None or kafka is None:
            return kafka_trigger(lag, lag.bootstrap_servers, lag.authentication_ref, {})
        if lag.authentication_ref is not None:
            return kafka_trigger(lag, kafka.bootstrap_servers, lag.authentication_ref, {})
        authentication = self._create_trigger_authentication(kafka)
        return kafka_trigger(lag, kafka.bootstrap_servers, authentication, keda_metadata(kafka))

    def _create_trigger_authentication(self, kafka: KafkaConnection) -> pulumi.Output[str] | None:
        credentials = keda_credentials(kafka)
        secret_name: pulumi.Output[str] | None = None
        if credentials:
            secret = self._objects.create(
                "keda-login", "v1", "Secret", type="Opaque", stringData=credentials, immutable=True
            )
            secret_name = secret.name
        spec = trigger_authentication_spec(kafka, credentials, secret_name)
        if spec is None:
            return None
        return self._objects.create("keda", "keda.sh/v1alpha1", "TriggerAuthentication", spec=spec).name

    def _create_disruption_budget(self) -> None:
        limit = self._args.availability.disruption_budget(self._args.min_replicas)
        if limit is None:
            return
        spec = {
            "selector": {"matchLabels": self.selector},
            # Otherwise pods that never become ready would block every drain of their node.
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            **limit,
        }
        self._objects.create("disruption-budget", "policy/v1", "PodDisruptionBudget", spec=spec)

    def _create_monitor(self) -> None:
        args, monitoring = self._args, self._args.monitoring
        if monitoring is None:
            return
        ports = args.effective_service_ports if monitoring.kind == "ServiceMonitor" else args.container_ports
        excluded = [
            *([HEADLESS_LABEL] if self._stateful else []),
            *([ADDITIONAL_SERVICE_LABEL] if args.services else []),
        ]
        self._objects.create(
            "monitor",
            "monitoring.coreos.com/v1",
            monitoring.kind,
            extra_labels=monitoring.labels,
            spec=monitoring.spec(self.selector, port_name(monitoring.port, ports), excluded),
        )
