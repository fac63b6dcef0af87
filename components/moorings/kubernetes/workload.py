"""Workloads on Kubernetes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.annotations import check_late_annotations
from moorings.kubernetes.autoscaler_specs import autoscaler_spec, login, login_spec, scaled_object_spec
from moorings.kubernetes.backend import Backend, readiness_health_check
from moorings.kubernetes.config_objects import ConfigObjects, ContainerConfig
from moorings.kubernetes.conflicts import check_workload
from moorings.kubernetes.network_policy import network_policy
from moorings.kubernetes.objects import KubernetesObject
from moorings.kubernetes.pod_template import PodTemplate
from moorings.kubernetes.service import HEADLESS, headless_spec, main_port, service_spec
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.kubernetes.volumes import PodVolume
from moorings.kubernetes.warnings import Caution, cautions, image_caution, placed
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.kubernetes.workload_labels import check_names, labels, selector
from moorings.kubernetes.workload_specs import claim_spec, deployment_spec, stateful_set_spec
from moorings.kubernetes.workload_validation import ANNOTATIONS
from moorings.validation.inputs import check_together

UNBOUND = {"pulumi.com/skipAwait": "true"}
"""A claim is bound once a pod asks for it, where its storage class waits for the zone; Pulumi does not wait for that.

Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
"""


class KubernetesWorkload(pulumi.ComponentResource):
    """An application on Kubernetes: its pods, and all that they need to roll, scale and drain.

    Makes a Deployment or StatefulSet, a Service, a service account, a network policy and a disruption budget; and, as
    the arguments ask for it, ConfigMaps, Secrets, claims, an autoscaler and a monitor.

    Raises:
        InvalidInput: for arguments that break their rule, at once where they are plain, else when they resolve.

    """

    namespace: pulumi.Output[str]
    """Namespace of everything."""

    workload_name: pulumi.Output[str]
    """Name of the Deployment or StatefulSet."""

    service_name: pulumi.Output[str] | None
    """Name of the Service. None without one."""

    service_port: int | None
    """Port of the Service: ``http``, or else the first. None without one."""

    service_account_name: pulumi.Output[str]
    """Name of the service account."""

    selector: dict[str, str]
    """Labels that select the pods."""

    shutdown: ShutdownBudget
    """How the pods go, in seconds."""

    backend: Backend
    """The workload as an ingress routes to it: ``StickyIngressArgs(backend=orders.backend)``."""

    def __init__(self, name: str, args: KubernetesWorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the workload.

        Args:
            name: the logical name, of up to 43 lower-case letters, digits and hyphens; the children's names begin with
                it, and the main container and a StatefulSet are called so.
            args: settings of the workload.
            opts: options of the component.

        """
        where = f"KubernetesWorkload {name!r}"
        args = KubernetesWorkloadArgs.from_input(where, args)
        check_names(where, name, args)
        super().__init__("moorings:index:KubernetesWorkload", name, {}, opts)
        self._where, self._name, self._args = where, name, args
        self._kind = args.kind or "Deployment"
        self._stateful = self._kind == "StatefulSet"
        self._warn()

        self.shutdown = args.budget
        self.selector = selector(name, args)
        called = args.object_name or (name if self._stateful else None)
        check_together(where, partial(check_workload, self, self.selector, called), namespace=args.namespace)
        for argument in ANNOTATIONS:
            check_late_annotations(where, argument, getattr(args, argument))
        self._labels = labels(self.selector, args)

        self.namespace = pulumi.Output.from_input(args.namespace)
        self.service_account_name = self._account()
        service = self._service()
        self.service_name = service.name if service else None
        self.service_port = main_port(args.ports_of_service)
        self.backend = self._backend()
        first = [each for each in (service, self._policy()) if each]
        workload = self._workload(first)
        self.workload_name = workload.name
        self._autoscaler()
        self._disruption_budget()
        self._monitor()
        self.register_outputs(
            {
                "namespace": self.namespace,
                "workloadName": self.workload_name,
                "serviceName": self.service_name,
                "servicePort": self.service_port,
                "serviceAccountName": self.service_account_name,
                "selector": self.selector,
                "shutdown": self.shutdown.to_export(),
            }
        )

    def _make(
        self,
        role: str,
        api_version: str,
        kind: str,
        *,
        name: str | None = None,
        also_labelled: Mapping[str, str] | None = None,
        annotations: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **body: Any,
    ) -> KubernetesObject:
        metadata: dict[str, Any] = {
            "namespace": self._args.namespace,
            "labels": {**self._labels, **(also_labelled or {})},
        }
        if name is not None:
            metadata["name"] = name
        if annotations:
            metadata["annotations"] = annotations
        opts = opts or pulumi.ResourceOptions()
        opts.parent = self
        return KubernetesObject(f"{self._name}-{role}", api_version, kind, opts, metadata=metadata, **body)

    def _warn(self) -> None:
        for caution in cautions(self._args):
            self._tell(caution)
        for where, container in placed(self._args):
            check_together(where, partial(self._tell_of_image, where), image=container.image)

    def _tell_of_image(self, where: str, image: str) -> None:
        self._tell(image_caution(where, image))

    def _tell(self, caution: Caution | None) -> None:
        if caution and caution[0] not in self._args.acknowledged_warnings:
            message = f"{self._where}: {caution[1]}; acknowledged_warnings={[caution[0]]} says that it is meant"
            pulumi.log.warn(message, resource=self)

    def _account(self) -> pulumi.Output[str]:
        args = self._args
        if args.service_account_name is not None:
            return pulumi.Output.from_input(args.service_account_name)
        account = self._make(
            "account",
            "v1",
            "ServiceAccount",
            annotations=args.service_account_annotations,
            automountServiceAccountToken=args.automount_service_account_token,
        )
        return account.name

    def _service(self) -> KubernetesObject | None:
        args = self._args
        if not args.with_service:
            return None
        spec = service_spec(self.selector, args.ports_of_service, args.session_affinity_timeout_seconds)
        return self._make(
            "service", "v1", "Service", name=args.object_name, annotations=args.service_annotations, spec=spec
        )

    def _backend(self) -> Backend:
        args, scaled = self._args, self._args.autoscaling
        return Backend(
            service_name=self.service_name,
            namespace=args.namespace,
            ports=args.ports_of_service,
            selector={**self.selector},
            health_check=readiness_health_check(args.container),
            shutdown=self.shutdown,
            service_annotations=args.service_annotations,
            scales_down_quickly=scaled is not None and not scaled.gradual_scale_down and scaled.scale_down is None,
        )

    def _policy(self) -> KubernetesObject | None:
        args = self._args
        if not args.network_policy:
            return None
        brokers = [each.kafka.bootstrap_servers for _, each in placed(args) if each.kafka is not None]
        spec = network_policy(self.selector, list(args.listening.values()), args.ingress_from, args.egress_to, brokers)
        return self._make("network-policy", "networking.k8s.io/v1", "NetworkPolicy", spec=spec)

    def _workload(self, first: list[KubernetesObject]) -> KubernetesObject:
        args, stateful = self._args, self._stateful
        spec: dict[str, Any] = {
            "selector": {"matchLabels": self.selector},
            "minReadySeconds": args.min_ready_seconds,
            "template": PodTemplate(args, self._configs()).rendered(
                self._name,
                labels=self._labels,
                selector=self.selector,
                account=self.service_account_name,
                claims=self._claims(),
                shutdown=self.shutdown,
                deployment=not stateful,
            ),
        }
        if args.autoscaling is None:
            spec["replicas"] = args.availability.fewest
        name = args.object_name
        if stateful:
            name = name or self._name
            headless = f"{name}-headless"
            ports = args.listening
            spec |= stateful_set_spec(args, headless)
            first.append(
                self._make(
                    "headless",
                    "v1",
                    "Service",
                    name=headless,
                    also_labelled={HEADLESS: ""},
                    spec=headless_spec(self.selector, ports),
                )
            )
        else:
            spec |= deployment_spec(args)
        seconds = f"{args.rollout.wait(args.deadline)}s"
        opts = pulumi.ResourceOptions(
            depends_on=first,
            custom_timeouts=pulumi.CustomTimeouts(create=seconds, update=seconds),
            ignore_changes=["spec.replicas"] if args.autoscaling else None,
        )
        return self._make(self._kind.lower(), "apps/v1", self._kind, name=name, spec=spec, opts=opts)

    def _configs(self) -> dict[str, ContainerConfig]:
        """Where each container, by its name in the pod, finds its settings."""
        found: dict[str, ContainerConfig] = {}
        for where, container in placed(self._args):
            _, _, name = where.partition(".")
            objects = ConfigObjects(
                where=f"{self._where}.{where}",
                name=f"{self._name}-{name}" if name else self._name,
                metadata={"namespace": self._args.namespace, "labels": self._labels},
                parent=self,
                keep_old=self._args.retain_old_config,
            )
            found[name or self._name] = objects.of(container)
        return found

    def _claims(self) -> dict[str, pulumi.Input[str]]:
        """Claims by the name of their volume: those that are there, and those of a Deployment, which are made."""
        found: dict[str, pulumi.Input[str]] = {}
        for name, volume in self._args.volumes.items():
            if volume.claim_name is not None:
                found[name] = volume.claim_name
            elif not self._stateful:
                found[name] = self._claim(name, volume)
        return found

    def _claim(self, name: str, volume: PodVolume) -> pulumi.Output[str]:
        opts = pulumi.ResourceOptions(protect=volume.protect)
        made = self._make(
            f"{name}-claim", "v1", "PersistentVolumeClaim", annotations=UNBOUND, spec=claim_spec(volume), opts=opts
        )
        return made.name

    def _autoscaler(self) -> None:
        args, scaled = self._args, self._args.autoscaling
        if scaled is None:
            return
        target = (self._kind, self.workload_name)
        if scaled.kafka_lag is None:
            spec = autoscaler_spec(scaled, args.fewest, *target, self._name)
            self._make("autoscaler", "autoscaling/v2", "HorizontalPodAutoscaler", spec=spec)
        else:
            lag, kafka = scaled.kafka_lag, args.container.kafka
            servers, account = lag.bootstrap_servers, lag.authentication_ref
            if servers is None and kafka is not None:
                servers, account = kafka.bootstrap_servers, account or self._keda_login(kafka)
            spec = scaled_object_spec(scaled, lag, args.fewest, *target, servers=servers, login=account)
            self._make("autoscaler", "keda.sh/v1alpha1", "ScaledObject", spec=spec)

    def _keda_login(self, kafka: KafkaConnection) -> pulumi.Output[str]:
        told = login(kafka)
        secret = self._make("keda-login", "v1", "Secret", type="Opaque", stringData=told, immutable=True)
        spec = login_spec(told, secret.name)
        return self._make("keda", "keda.sh/v1alpha1", "TriggerAuthentication", spec=spec).name

    def _disruption_budget(self) -> None:
        share = self._args.availability.disruptions(self._args.fewest)
        if share is None:
            return
        spec = {
            "selector": {"matchLabels": self.selector},
            # Pods that crash would otherwise never leave a node that is drained.
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            **share,
        }
        self._make("disruption-budget", "policy/v1", "PodDisruptionBudget", spec=spec)

    def _monitor(self) -> None:
        args, monitoring = self._args, self._args.monitoring
        if monitoring is None:
            return
        ports = args.ports_of_service if monitoring.kind == "ServiceMonitor" else args.listening
        self._make(
            "monitor",
            "monitoring.coreos.com/v1",
            monitoring.kind,
            also_labelled=monitoring.labels,
            spec=monitoring.spec(self.selector, monitoring.port_of(ports), stateful=self._stateful),
        )
