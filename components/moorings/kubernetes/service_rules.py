"""Rules of the Services of a workload, and of the selector that they share."""

from collections.abc import Mapping
from typing import Any

from moorings.kubernetes.services import DeclaredService, ServiceSettings
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.findings import Path, Severity, spell
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_SETTINGS_RULES = RuleSet(ServiceSettings)
SERVICE_RULES = RuleSet(KubernetesWorkloadArgs, _SETTINGS_RULES)

FIRST_NODE_PORT, LAST_NODE_PORT = 30000, 32767
"""Default range of node ports.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

_SERVICE = "https://kubernetes.io/docs/concepts/services-networking/service/"
_STATEFUL_SET = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"


@_SETTINGS_RULES.rule(
    "k8s-headless-service-type",
    Severity.ERROR,
    source=f"{_SERVICE}#headless-services",
    invalid="headless=True, type='NodePort'",
    valid="headless=True",
)
def _headless_service_type(headless: bool, type: str) -> Findings:  # noqa: A002 - an argument
    """A headless Service has no address, which the other types require."""
    if headless and type != "ClusterIP":
        yield f"cannot be combined with type {type}; remove one of them, or create two Services with services"


@_SETTINGS_RULES.rule(
    "k8s-service-type",
    Severity.ERROR,
    source=f"{_SERVICE}#publishing-services-service-types",
    invalid="load_balancer_source_ranges=['10.0.0.0/8']",
    valid="load_balancer_source_ranges=['10.0.0.0/8'], type='LoadBalancer'",
)
def _service_type(
    type: str,  # noqa: A002 - an argument
    node_ports: dict[str, int],
    load_balancer_class: str | None,
    load_balancer_source_ranges: list[str],
    external_traffic_policy: str | None,
) -> Findings:
    """The API server rejects fields of another type of Service."""
    for name, declared in (("node_ports", node_ports), ("external_traffic_policy", external_traffic_policy)):
        if declared and type == "ClusterIP":
            yield name, "requires type NodePort or LoadBalancer; set it, or remove this"
    for name, given in (
        ("load_balancer_class", load_balancer_class),
        ("load_balancer_source_ranges", load_balancer_source_ranges),
    ):
        if given and type != "LoadBalancer":
            yield name, f"requires type LoadBalancer, got {type}; set it, or remove this"


@_SETTINGS_RULES.rule(
    "k8s-node-port-range",
    Severity.UNSAFE,
    source=f"{_SERVICE}#type-nodeport",
    invalid="type='NodePort', node_ports={'http': 8080}",
    valid="type='NodePort', node_ports={'http': 30080}",
    each="node_ports",
)
def _node_port_range(_name: str, port: int) -> Findings:
    """The API server rejects the port unless its option ``--service-node-port-range`` includes it."""
    if not FIRST_NODE_PORT <= port <= LAST_NODE_PORT:
        yield f"{port} is not in the default range of {FIRST_NODE_PORT} to {LAST_NODE_PORT}; use a port of the range"


@SERVICE_RULES.rule(
    "k8s-service-port",
    Severity.ERROR,
    source=_SERVICE,
    invalid="service_ports={'grpc': 9090}",
    valid="service_ports={'http': 80}",
)
def _service_port(
    declared_services: dict[Path, DeclaredService], container_ports: dict[str, int], udp_container_ports: dict[str, int]
) -> Findings:
    """Each Service port needs the name of a container port, and a port number of its own."""
    containers = {**container_ports, **udp_container_ports}
    for service in declared_services.values():
        used = set[tuple[int, bool]]()
        for name, number in service.ports.items():
            path, key = (*service.ports_path, name), (number, name in udp_container_ports)
            if name not in containers:
                problem = f"{name} is not the name of a container port ({', '.join(containers) or 'none'})"
                yield path, f"{problem}; correct the name"
            elif key in used:
                yield path, f"{number} is already used by another port; change one of them"
            used.add(key)
        if not service.ports and not service.settings.headless:
            yield service.ports_path, "a Service requires a port unless it is headless; declare a port, or remove it"


@SERVICE_RULES.rule(
    "k8s-node-port",
    Severity.ERROR,
    source=f"{_SERVICE}#type-nodeport",
    invalid="service=ServiceSettings(type='NodePort', node_ports={'admin': 30080})",
    valid="service=ServiceSettings(type='NodePort', node_ports={'http': 30080})",
)
def _node_port(declared_services: dict[Path, DeclaredService], udp_container_ports: dict[str, int]) -> Findings:
    """A node port belongs to one port of one Service."""
    used: dict[tuple[int, bool], Path] = {}
    for service_path, service in declared_services.items():
        for name, number in service.settings.node_ports.items():
            path: Path = (*service_path, "node_ports", name)
            if name not in service.ports:
                problem = f"{name} is not a port of the Service ({', '.join(service.ports) or 'none'})"
                yield path, f"{problem}; correct the name, or add the port to {spell(service.ports_path)}"
                continue
            other = used.setdefault((number, name in udp_container_ports), path)
            if other != path:
                yield path, f"{number} is also the node port of {spell(other)}; change one of them"


@SERVICE_RULES.rule(
    "k8s-duplicate-service-name",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
    invalid="service=ServiceSettings(name='orders'), services={'internal': AdditionalService(name='orders')}",
    valid="service=ServiceSettings(name='orders'), services={'internal': AdditionalService(name='orders-internal')}",
)
def _duplicate_service_name(declared_services: dict[Path, DeclaredService]) -> Findings:
    """Two Services of a namespace cannot have the same name."""
    names: dict[str, Path] = {}
    for path, service in declared_services.items():
        if service.name is not None and names.setdefault(service.name, path) != path:
            yield (
                (*path, "name"),
                f"{service.name} is also the name of {spell(names[service.name])}; rename one of them",
            )


@SERVICE_RULES.rule(
    "k8s-load-balancer-open",
    Severity.WARNING,
    source=f"{_SERVICE}#loadbalancer",
    invalid="service=ServiceSettings(type='LoadBalancer')",
    valid="service=ServiceSettings(type='LoadBalancer', load_balancer_source_ranges=['10.0.0.0/8'])",
)
def _load_balancer_open(declared_services: dict[Path, DeclaredService]) -> Findings:
    """Many clouds create load balancers with public addresses, to which every host of the internet can connect."""
    for path, service in declared_services.items():
        settings = service.settings
        if settings.type != "LoadBalancer" or settings.load_balancer_source_ranges or _is_internal(service.annotations):
            continue
        yield (
            (*path, "load_balancer_source_ranges"),
            (
                "any host may be able to connect to the load balancer; list its clients, or make it internal with the "
                "annotation of its controller"
            ),
        )


def _is_internal(annotations: Mapping[str, Any]) -> bool:
    """Whether an annotation makes the load balancer internal, in the vocabulary of AWS, Azure or Google Cloud."""
    return any(
        isinstance(value, str) and (value.lower() == "internal" or (value == "true" and key.endswith("internal")))
        for key, value in annotations.items()
    )


@SERVICE_RULES.rule(
    "k8s-governing-service",
    Severity.WARNING,
    source=f"{_STATEFUL_SET}#stable-network-id",
    invalid="kind='StatefulSet', service=ServiceSettings(name='orders'), governing_service_name='orders'",
    valid="kind='StatefulSet', service=ServiceSettings(name='orders', headless=True), governing_service_name='orders'",
)
def _governing_service(governing_service_name: str | None, declared_services: dict[Path, DeclaredService]) -> Findings:
    """The DNS name of each pod exists only if the governing Service is headless."""
    for path, service in declared_services.items():
        named = governing_service_name is not None and service.name == governing_service_name
        if named and not service.settings.headless:
            problem = f"the Service of {spell(path)} is not headless, so the pods have no DNS names"
            yield f"{problem}; set headless=True, or use another name"


@SERVICE_RULES.rule(
    "k8s-selector",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
    invalid="selector={'team': 'shop'}, labels={'team': 'streaming'}",
    valid="selector={'team': 'shop'}",
)
def _selector(selector: dict[str, str] | None, labels: dict[str, str]) -> Findings:
    """Deployments and StatefulSets need a selector that matches the labels of their pods."""
    if selector == {}:
        yield "must contain at least one label; set the labels of the existing workload, or remove selector"
    for key, value in (selector or {}).items():
        if labels.get(key, value) != value:
            yield ("labels", key), f"{labels[key]!r} differs from {value!r} in selector; remove it from labels"
