"""Rules about the workload or Service to which a ``WorkloadIngress`` routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.controllers import controllers_where
from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.route_settings import BackendProtocol, SessionAffinity
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

_SERVICES = "https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service"
_DEREGISTRATION = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay"

_BACKEND = "{'service_name': 'orders', 'namespace': 'shop', 'ports': {'http': 8080}, 'selector': {'app': 'orders'}}"
_SHUTDOWN = (
    "{{'load_balancer': '{}', 'pre_stop_seconds': 30, 'drain_seconds': 30, 'termination_grace_period_seconds': 75, "
    "'deregistration_delay_seconds': 60}}"
)
_WITH_BACKEND = f"service_name=None, service_port=None, backend={_BACKEND}"
_ALB = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'"


def _alb_with_shutdown(load_balancer: str) -> str:
    backend = f"{{**{_BACKEND}, 'shutdown': {_SHUTDOWN.format(load_balancer)}}}"
    return f"{_ALB}, service_name=None, service_port=None, backend={backend}"


@RULES.rule(
    "ingress-backend-namespace",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource",
    invalid=f"{_WITH_BACKEND}, namespace='billing'",
    valid=f"{_WITH_BACKEND}, namespace='shop'",
)
def _backend_namespace(namespace: str | None, backend_namespace: str | None) -> Findings:
    """An ingress refers to its Service by name only, in its own namespace."""
    if None not in {namespace, backend_namespace} and namespace != backend_namespace:
        yield f"the backend is in namespace {backend_namespace!r}, got {namespace!r}; remove it"


@RULES.rule(
    "ingress-backend-port",
    Severity.ERROR,
    source=_SERVICES,
    invalid=f"service_name=None, backend={_BACKEND}, service_port=9000",
    valid=f"service_name=None, backend={_BACKEND}, service_port=8080",
)
def _backend_port(service_port: int | None, backend_ports: Mapping[str, int], set_arguments: list[str]) -> Findings:
    """The controller answers requests with 503 if the Service has no such port."""
    ports = backend_ports.values()
    if service_port is not None and ports and service_port not in ports and "target_port" not in set_arguments:
        known = ", ".join(f"{number} ({name})" for name, number in backend_ports.items())
        yield f"the ports of the backend's Service are {known}, got {service_port}; remove it, or use one of them"


@RULES.rule(
    "ingress-backend-without-service",
    Severity.ERROR,
    source=_SERVICES,
    invalid=f"service_name=None, backend={{**{_BACKEND}, 'service_name': None}}",
    valid=f"service_name=None, backend={{**{_BACKEND}, 'service_name': None}}, dedicated_service=True",
)
def _backend_without_service(
    backend_service_name: str | None,
    backend_ports: Mapping[str, int],
    set_arguments: list[str],
    creates_service: bool,
) -> Findings:
    """An ingress routes to a port of a Service, but this workload has no Service or no ports."""
    if "backend" not in set_arguments:
        return
    if backend_service_name is None and not creates_service:
        yield "backend", "the workload has no Service; declare its ports, or set dedicated_service=True"
    if not backend_ports and "service_port" not in set_arguments:
        yield "service_port", "required, because the backend has no Service ports; set it"


@RULES.rule(
    "ingress-shutdown-load-balancer",
    Severity.UNSAFE,
    source=_DEREGISTRATION,
    invalid=_alb_with_shutdown("service"),
    valid=_alb_with_shutdown("alb"),
)
def _shutdown_load_balancer(backend_shutdown: ShutdownBudget | None, ingress_controller: IngressController) -> Findings:
    """Requests to pods that stop before the load balancer has deregistered them fail."""
    expected = ingress_controller.targets_pods_as
    if expected and backend_shutdown is not None and not backend_shutdown.pod_targets:
        yield (
            "backend",
            (
                f"{ingress_controller.name} sends requests directly to the pods, which stop while they still receive "
                f"requests with shutdown.load_balancer={backend_shutdown.load_balancer!r}; set "
                f"shutdown.load_balancer={expected!r} on the workload"
            ),
        )


@RULES.rule(
    "ingress-deregistration-delay",
    Severity.UNSAFE,
    source=_DEREGISTRATION,
    invalid=f"{_alb_with_shutdown('alb')}, deregistration_delay_seconds=30",
    valid=f"{_alb_with_shutdown('alb')}, deregistration_delay_seconds=75",
)
def _deregistration_delay(
    deregistration_delay_seconds: int | None,
    backend_shutdown: ShutdownBudget | None,
    ingress_controller: IngressController,
) -> Findings:
    """A shorter delay interrupts requests. With a longer one, the target still drains after its pod has stopped."""
    seconds, shutdown = deregistration_delay_seconds, backend_shutdown
    if seconds is None or shutdown is None or not ingress_controller.targets_pods_as:
        return
    low, high = shutdown.serving_seconds, shutdown.termination_grace_period_seconds
    if not low <= seconds <= high and seconds != shutdown.deregistration_delay_seconds:
        yield (
            f"must be between {low} (pre_stop_seconds {shutdown.pre_stop_seconds} + drain_seconds "
            f"{shutdown.drain_seconds} of the workload) and {high} (its termination grace "
            f"period), got {seconds}; remove it"
        )


@RULES.rule(
    "ingress-backend-protocol",
    Severity.ERROR,
    source="https://gateway-api.sigs.k8s.io/guides/backend-protocol/",
    invalid="controller='envoy-gateway', gateway_name='public', tls_secret_name=None, backend_protocol='HTTPS'",
    valid="backend_protocol='HTTPS'",
)
def _backend_protocol(backend_protocol: BackendProtocol, ingress_controller: IngressController) -> Findings:
    """The controller does not connect to pods with this protocol, or another object configures it."""
    if backend_protocol not in ingress_controller.backend_protocols:
        others = controllers_where(lambda other: backend_protocol in other.backend_protocols)
        yield f"{ingress_controller.name} does not support {backend_protocol}; use {', '.join(others)}"


@RULES.rule(
    "ingress-app-protocol",
    Severity.UNSAFE,
    source="https://gateway-api.sigs.k8s.io/guides/backend-protocol/",
    invalid="controller='envoy-gateway', gateway_name='public', tls_secret_name=None, backend_protocol='GRPC'",
    valid="controller='envoy-gateway', gateway_name='public', tls_secret_name=None, backend_protocol='GRPC', "
    "service_name=None, selector={'app': 'orders'}",
)
def _app_protocol(
    backend_protocol: BackendProtocol,
    ingress_controller: IngressController,
    creates_service: bool,
    route_backends: Sequence[Mapping[str, Any]],
    targets: Sequence[str],
) -> Findings:
    """The controller reads the protocol from the Service, and sends HTTP/1.1 to a Service without ``appProtocol``."""
    if backend_protocol != "GRPC" or not ingress_controller.reads_app_protocol:
        return
    fix = "set dedicated_service=True or selector, or acknowledge this if its port has appProtocol kubernetes.io/h2c"
    problem = f"{ingress_controller.name} reads the protocol from appProtocol of the Service, which is not known"
    if not creates_service and targets:
        yield targets[0], f"{problem}; {fix}"
    for backend in route_backends:
        yield backend["path"], f"{problem}; acknowledge this if its port has appProtocol kubernetes.io/h2c"


@RULES.rule(
    "ingress-scale-down",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#stabilization-window",
    invalid=f"service_name=None, backend={{**{_BACKEND}, 'scales_down_quickly': True}}",
    valid=f"service_name=None, backend={_BACKEND}",
)
def _scale_down(backend_scales_down_quickly: bool | None, affinity: SessionAffinity) -> Findings:
    """Sessions end when their pod stops, and the autoscaler removes several pods at a time."""
    if backend_scales_down_quickly and affinity.is_sticky:
        yield (
            "backend",
            (
                "the autoscaler of the workload removes up to half of the pods per minute, with their sessions; set "
                "gradual_scale_down=True on its autoscaling"
            ),
        )


@RULES.rule(
    "ingress-controller-blocked",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    invalid=f"service_name=None, backend={{**{_BACKEND}, 'own_namespace_only': True}}",
    valid=f"service_name=None, backend={_BACKEND}",
)
def _controller_blocked(
    backend_own_namespace_only: bool | None, backend_namespace: str | None, ingress_controller: IngressController
) -> Findings:
    """The network policy of the workload blocks requests from an ingress controller in another namespace."""
    if backend_own_namespace_only:
        missing = (
            "the CIDR blocks of the subnets of the load balancer"
            if ingress_controller.targets_pods_as
            else "the pods of the ingress controller, with namespace_selector"
        )
        yield (
            "backend",
            f"ingress_from of the workload allows only pods of namespace {backend_namespace!r}; add {missing}",
        )


@RULES.rule(
    "ingress-service-annotations",
    Severity.UNSAFE,
    source="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/#on-service",
    invalid="controller='traefik-ingress'",
    valid="controller='traefik-ingress', service_name=None, selector={'app': 'orders'}",
)
def _service_annotations(
    required_service_annotations: Mapping[str, str],
    backend_service_annotations: Mapping[str, str] | None,
    targets: Sequence[str],
    ingress_controller: IngressController,
) -> Findings:
    """The controller reads the policy from annotations of the Service. Without them requests reach any pod."""
    name, required = ingress_controller.name, required_service_annotations
    if not required:
        return
    if "service_name" in targets and ingress_controller.attachment != "service":
        yield (
            "service_name",
            (
                f"{name} reads the policy from annotations of the Service, which are not known; use backend or "
                "selector, or acknowledge this if it has the annotations of service_annotations(controller, policy)"
            ),
        )
    if backend_service_annotations is not None:
        missing = [f"{key}={value}" for key, value in required.items() if backend_service_annotations.get(key) != value]
        if missing:
            yield (
                "backend",
                (
                    f"{name} reads the policy from annotations of the Service, which lacks {', '.join(missing)}; set "
                    f"service_annotations=service_annotations({name!r}, policy) on the workload"
                ),
            )


@RULES.explicit(
    "ingress-service-port",
    Severity.ERROR,
    source=_SERVICES,
    invalid="service_name='workload', service_port=9000, namespace='shop'",
    valid="service_name='workload', service_port=8080, namespace='shop'",
)
def service_of_program(
    declared: Sequence[Mapping[str, Any]], service_port: int | None, namespace: str | None
) -> Findings:
    """The program declares this Service in another namespace, or without this port.

    In the example, the program declares a workload whose Service has the port 8080.
    """
    for service in declared:
        ports = service["ports"]
        if service_port is not None and service_port not in ports:
            known = ", ".join(map(str, ports))
            yield (
                "service_port",
                f"the ports of this Service in the program are {known}, got {service_port}; use one of them",
            )
        if namespace is not None and service["namespace"] not in {None, namespace}:
            yield (
                "namespace",
                f"this Service in the program has namespace {service['namespace']!r}, got {namespace!r}; change it",
            )
