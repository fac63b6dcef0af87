"""Rules about the Services and workloads of the routes of a ``WorkloadIngress``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.ingress_route import IngressService
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SERVICE_RULES: RuleSet[IngressService] = RuleSet(IngressService)
RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs, SERVICE_RULES)

_DEREGISTRATION = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay"
_ALB = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'"
_TRAEFIK = "controller='traefik-ingress', service_name=None, selector={'app': 'orders'}"
_SHUTDOWN = (
    "'shutdown': {{'load_balancer': '{}', 'pre_stop_seconds': 30, 'drain_seconds': 30, "
    "'termination_grace_period_seconds': 75, 'deregistration_delay_seconds': 60}}"
)


def _route_to(backend: str, service: str = "'weight': 1") -> str:
    """Return the arguments of an example: a route to a workload."""
    known = "'service_name': 'api', 'namespace': 'shop', 'selector': {'app': 'api'}, 'ports': {'http': 8080}"
    services = f"{{'api': {{'backend': {{{known}, {backend}}}, {service}}}}}"
    return f"routes={{'api': {{'paths': ['/api'], 'services': {services}}}}}"


@SERVICE_RULES.rule(
    "ingress-route-service",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules",
    invalid="service_port=None",
    valid="service_port=8080",
)
def _route_service(set_arguments: Sequence[str]) -> Findings:
    """A route sends requests to the Service of a workload, or to a port of an existing one."""
    count = len({"backend", "service_name"} & set(set_arguments))
    if count != 1:
        fix = "remove one of them" if count else "set one of them"
        yield "backend", f"exactly one of backend and service_name is required, got {count}; {fix}"
    elif "service_name" in set_arguments and "service_port" not in set_arguments:
        yield "service_port", "required with service_name; set it to a port of the Service"


@RULES.rule(
    "ingress-route-backend",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service",
    invalid=_route_to("'scales_down_quickly': False", "'service_port': 9000"),
    valid=_route_to("'scales_down_quickly': False", "'service_port': 8080"),
)
def _route_backend(route_backends: Sequence[Mapping[str, Any]], own_namespace: str | None) -> Findings:
    """A route refers to a Service by name, in the namespace of the ingress, and to one of its ports."""
    for path, backend in _with_backend(route_backends):
        ports: Mapping[str, int] = backend["ports"] or {}
        port, namespace = backend["service_port"], backend["namespace"]
        if backend["service_name"] is None:
            yield (*path, "backend"), "the workload has no Service; declare its ports"
        elif not ports and port is None:
            yield (*path, "service_port"), "required, because the backend has no Service ports; set it"
        if ports and port is not None and port not in ports.values():
            known = ", ".join(f"{number} ({name})" for name, number in ports.items())
            problem = f"the ports of the backend's Service are {known}, got {port}"
            yield (*path, "service_port"), f"{problem}; remove it, or use one of them"
        if own_namespace is not None and namespace != own_namespace:
            problem = f"the backend is in namespace {namespace!r}, and the ingress in {own_namespace!r}"
            yield (*path, "backend"), f"{problem}; create another WorkloadIngress for it"


@RULES.rule(
    "ingress-route-shutdown",
    Severity.UNSAFE,
    source=_DEREGISTRATION,
    invalid=f"{_ALB}, {_route_to(_SHUTDOWN.format('service'))}",
    valid=f"{_ALB}, {_route_to(_SHUTDOWN.format('alb'))}",
)
def _route_shutdown(route_backends: Sequence[Mapping[str, Any]], ingress_controller: IngressController) -> Findings:
    """Requests to pods that stop before the load balancer has deregistered them fail."""
    name, expected = ingress_controller.name, ingress_controller.targets_pods_as
    for path, backend in _with_backend(route_backends):
        shutdown = backend["shutdown"]
        if expected and shutdown is not None and not shutdown.pod_targets:
            yield (
                (*path, "backend"),
                (
                    f"{name} sends requests directly to the pods, which stop while they still receive requests with "
                    f"shutdown.load_balancer={shutdown.load_balancer!r}; set shutdown.load_balancer={expected!r} on "
                    "the workload"
                ),
            )


@RULES.rule(
    "ingress-route-service-annotations",
    Severity.UNSAFE,
    source="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/#on-service",
    invalid=f"{_TRAEFIK}, {_route_to('')}",
    valid=f"{_TRAEFIK}, policy={{'strength': 'none'}}, {_route_to('')}",
)
def _route_service_annotations(
    route_backends: Sequence[Mapping[str, Any]],
    required_service_annotations: Mapping[str, str],
    ingress_controller: IngressController,
) -> Findings:
    """The controller reads the policy from annotations of each Service. Without them requests reach any pod."""
    name = ingress_controller.name
    for backend in route_backends:
        known = backend["annotations"]
        missing = [key for key, value in required_service_annotations.items() if (known or {}).get(key) != value]
        if missing:
            argument, lack = "backend", f"lacks {', '.join(missing)}"
            if known is None:
                argument, lack = "service_name", "may lack them"
            yield (
                (*backend["path"], argument),
                (
                    f"{name} reads the policy from annotations of the Service, which {lack}; set "
                    f"service_annotations=service_annotations({name!r}, policy) on the workload, or "
                    "policy.strength='none'"
                ),
            )


@RULES.rule(
    "ingress-route-controller-blocked",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    invalid=_route_to("'own_namespace_only': True"),
    valid=_route_to("'own_namespace_only': False"),
)
def _route_controller_blocked(route_backends: Sequence[Mapping[str, Any]]) -> Findings:
    """The network policy of the workload blocks requests from an ingress controller in another namespace."""
    for path, backend in _with_backend(route_backends):
        if backend["own_namespace_only"]:
            problem = f"ingress_from of the workload allows only pods of namespace {backend['namespace']!r}"
            fix = "add the pods of the ingress controller, or the CIDR blocks of its load balancer"
            yield (*path, "backend"), f"{problem}; {fix}"


def _with_backend(route_backends: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the Services whose workload is known, and where they are declared."""
    for backend in route_backends:
        if backend["namespace"] is not None:
            yield backend["path"], backend
