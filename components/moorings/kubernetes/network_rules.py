"""Rules of the Service, its ports and monitoring, and of the network policy of all pods."""

from moorings.aws.cidrs import contains
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import LISTENERS, broker_ports
from moorings.kubernetes.configured_servers import servers_in
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.network_policy import NetworkPeer, NetworkPolicyPort
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.services import DeclaredService
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.findings import Path, Severity, spell
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_PORT_RULES = RuleSet(NetworkPolicyPort)
_PEER_RULES = RuleSet(NetworkPeer, _PORT_RULES)
POD_NETWORK_RULES = RuleSet(PodArgs, _PEER_RULES)
NETWORK_RULES = RuleSet(KubernetesWorkloadArgs, POD_NETWORK_RULES)

_SERVICE = "https://kubernetes.io/docs/concepts/services-networking/service/"
_POLICY = "https://kubernetes.io/docs/concepts/services-networking/network-policies/"
_MONITOR = "https://prometheus-operator.dev/docs/api-reference/api/"


@_PEER_RULES.rule(
    "k8s-network-peer",
    Severity.ERROR,
    source=_POLICY,
    invalid="cidr='10.0.0.0/8', pod_selector={'app': 'orders'}",
    valid="cidr='10.0.0.0/8'",
)
def _network_peer(has_cidr: bool, selects_pods: bool) -> Findings:
    """The API server accepts either selectors or a CIDR block in a peer."""
    if selects_pods == has_cidr:
        if selects_pods:
            yield "cidr", "cannot be combined with selectors; remove cidr, or namespace_selector and pod_selector"
        else:
            yield "", "a peer requires a selector or a CIDR block; set namespace_selector, pod_selector or cidr"


@_PEER_RULES.rule(
    "k8s-network-peer-exception",
    Severity.ERROR,
    source=_POLICY,
    invalid="cidr='10.0.0.0/16', except_cidrs=['10.1.0.0/24']",
    valid="cidr='10.0.0.0/16', except_cidrs=['10.0.1.0/24']",
    each="except_cidrs",
)
def _network_peer_exception(_index: int, exception: str, cidr: str | None) -> Findings:
    """The API server rejects an exception that is not a smaller block within the CIDR block of the peer."""
    if cidr is None:
        yield "requires cidr, of which it is a part; set cidr, or remove it"
    elif exception == cidr or not contains(cidr, exception):
        yield f"{exception} must be a smaller block within cidr {cidr}; correct it"


@_PORT_RULES.rule(
    "k8s-network-port-range",
    Severity.ERROR,
    source=f"{_POLICY}#targeting-a-range-of-ports",
    invalid="port=9000, end_port=8000",
    valid="port=8000, end_port=9000",
)
def _network_port_range(port: int | None, end_port: int | None, name: str | None) -> Findings:
    """The API server rejects a range that ends before it begins, and a port with both a number and a name."""
    if name is not None and (port is not None or end_port is not None):
        yield "name", "cannot be combined with port and end_port; remove it, or the numbers"
    elif end_port is not None and port is None:
        yield "port", f"required with end_port {end_port}; set the first port of the range"
    elif port is not None and end_port is not None and end_port < port:
        yield "end_port", f"must be at least port {port}, got {end_port}; swap them, or correct one of them"


@NETWORK_RULES.rule(
    "k8s-session-affinity-bypassed",
    Severity.WARNING,
    source="https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity",
    invalid="session_affinity_timeout_seconds=60, shutdown=Shutdown(load_balancer='alb')",
    valid="session_affinity_timeout_seconds=60",
)
def _session_affinity_bypassed(
    session_affinity_timeout_seconds: int | None,
    shutdown_budget: ShutdownBudget,
    declared_services: dict[Path, DeclaredService],
) -> Findings:
    """Clients that connect to the pods directly bypass the Service and its session affinity."""
    for path, service in declared_services.items():
        if service.settings.headless and service.session_affinity_timeout_seconds:
            affinity: Path = (*path[:-1], *path[1:], "session_affinity_timeout_seconds")
            yield affinity, "has no effect on a headless Service, whose clients select a pod; remove it"
    if session_affinity_timeout_seconds and shutdown_budget.pod_targets:
        yield (
            f"has no effect, because the {shutdown_budget.load_balancer.upper()} (shutdown.load_balancer) sends "
            "requests directly to the pods; use a WorkloadIngress"
        )


@NETWORK_RULES.rule(
    "k8s-monitoring-port",
    Severity.ERROR,
    source=_MONITOR,
    invalid="monitoring=Monitoring(port='admin')",
    valid="monitoring=Monitoring(port='http')",
)
def _monitoring_port(
    monitoring: Monitoring | None, effective_service_ports: dict[str, int], container_ports: dict[str, int]
) -> Findings:
    """Prometheus selects the port to scrape by name."""
    if monitoring is None:
        return
    ports = effective_service_ports if monitoring.kind == "ServiceMonitor" else container_ports
    if ports and port_name(monitoring.port, ports) is None:
        yield (
            ("monitoring", "port"),
            f"must be one of {', '.join(ports)}, got {monitoring.port or 'none'}; set the name of a port",
        )


@POD_NETWORK_RULES.rule(
    "k8s-port-conflict",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking",
    invalid="sidecars={'envoy': PodContainer(image=IMAGE, cpu_request='10m', memory_request='16Mi', "
    "ports={'http': 8081})}",
    valid="sidecars={'envoy': PodContainer(image=IMAGE, cpu_request='10m', memory_request='16Mi', "
    "ports={'proxy': 8081})}",
)
def _port_conflict(containers: dict[Path, PodContainer]) -> Findings:
    """The containers of a pod share its network, so each port number and port name must be unique."""
    names, numbers = dict[str, Path](), dict[tuple[str, int], Path]()
    for path, container in containers.items():
        for argument, ports in (("ports", container.ports), ("udp_ports", container.udp_ports)):
            for name, number in ports.items():
                if names.setdefault(name, path) != path:
                    other = spell(names[name])
                    yield (*path, argument, name), f"{other} also has a port with this name; rename one of them"
                elif numbers.setdefault((argument, number), path) != path:
                    other = spell(numbers[argument, number])
                    yield (*path, argument, name), f"{other} also listens on port {number}; change one of them"
        for name in container.ports.keys() & container.udp_ports.keys():
            yield (*path, "udp_ports", name), "is also the name of a TCP port; rename one of them"


@POD_NETWORK_RULES.rule(
    "k8s-network-policy-port",
    Severity.UNSAFE,
    source=_POLICY,
    invalid="ingress_from=[NetworkPeer(cidr='10.0.0.0/8', ports=[9090])]",
    valid="ingress_from=[NetworkPeer(cidr='10.0.0.0/8', ports=[8080])]",
)
def _network_policy_port(
    ingress_from: list[NetworkPeer] | None, container_ports: dict[str, int], udp_container_ports: dict[str, int]
) -> Findings:
    """The network policy allows connections to a port that no container declares."""
    known = sorted(set(container_ports.values()))
    by_protocol = {"TCP": container_ports, "UDP": udp_container_ports}
    for index, peer in enumerate(ingress_from or ()):
        for position, port in enumerate(peer.ports):
            if port not in known:
                problem = f"{port} is not a container port ({', '.join(map(str, known)) or 'none'})"
                yield ("ingress_from", index, "ports", position), f"{problem}; correct it, or declare the port"
        for position, allowed in enumerate(peer.policy_ports):
            path: Path = ("ingress_from", index, "policy_ports", position)
            ports = by_protocol.get(allowed.protocol)
            if ports is None:
                continue  # containers declare no SCTP ports
            if allowed.name is not None and allowed.name not in ports:
                problem = f"{allowed.name} is not the name of a {allowed.protocol} port ({', '.join(ports) or 'none'})"
                yield (*path, "name"), f"{problem}; correct it, or declare the port"
            elif not any(map(allowed.includes, ports.values())):
                numbers = ", ".join(map(str, sorted(set(ports.values())))) or "none"
                problem = f"no {allowed.protocol} port of the containers ({numbers}) is in the range"
                yield (*path, "port"), f"{problem}; correct it, or declare the port"


@POD_NETWORK_RULES.rule(
    "k8s-ingress-open",
    Severity.WARNING,
    source=_POLICY,
    invalid="ingress_from=None",
    valid="ingress_from=[NetworkPeer(namespace_selector={'kubernetes.io/metadata.name': 'traefik'})]",
)
def _ingress_open(
    ingress_from: list[NetworkPeer] | None,
    network_policy: bool,
    container_ports: dict[str, int],
    usual_clients: str,
) -> Findings:
    """Every pod of the cluster, and every host with a route to the pods, can connect to the container ports."""
    if ingress_from is not None or not network_policy or not container_ports:
        return
    ports = ", ".join(map(str, sorted(set(container_ports.values()))))
    yield f"any host can connect to port {ports} of the pods; list the peers, such as {usual_clients}"


@POD_NETWORK_RULES.rule(
    "k8s-egress-open",
    Severity.WARNING,
    source=_POLICY,
    invalid="egress_to=None",
    valid="egress_to=[NetworkPeer(cidr='10.0.0.0/16', ports=[5432])]",
)
def _egress_open(egress_to: list[NetworkPeer] | None, network_policy: bool, derive_egress: bool) -> Findings:
    """A compromised container can connect to every address, such as the API server or a host on the internet."""
    if egress_to is None and network_policy and not derive_egress:
        yield (
            "the pods can connect to any address; list the peers besides the cluster's DNS and the Kafka brokers, or "
            "set egress_to=[] if there are none"
        )


@NETWORK_RULES.rule(
    "k8s-ingress-blocked",
    Severity.WARNING,
    source=_POLICY,
    invalid="ingress_from=[NetworkPeer(pod_selector={'app': 'shop'})], shutdown=Shutdown(load_balancer='alb')",
    valid="ingress_from=[NetworkPeer(cidr='10.0.0.0/16')], shutdown=Shutdown(load_balancer='alb')",
)
def _ingress_blocked(
    ingress_from: list[NetworkPeer] | None,
    has_service: bool,
    shutdown_budget: ShutdownBudget,
    monitoring: Monitoring | None,
) -> Findings:
    """The network policy blocks requests from Prometheus, or from the clients or the load balancer of the Service."""
    if ingress_from is None:
        return
    if monitoring is not None and all(peer.in_own_namespace for peer in ingress_from):
        problem = "no peer selects pods in another namespace, where Prometheus usually runs"
        yield "ingress_from", f"{problem}; add its namespace with namespace_selector"
    if not has_service:
        return
    if not ingress_from:
        yield "allows no peer to connect to the Service; add its clients, or set service_ports={}"
    elif shutdown_budget.pod_targets and not any(peer.has_cidr for peer in ingress_from):
        yield (
            f"the {shutdown_budget.load_balancer.upper()} (shutdown.load_balancer) connects from its subnets, but no "
            "peer is a CIDR block; add the CIDR blocks of these subnets"
        )


@POD_NETWORK_RULES.rule(
    "k8s-egress-blocked",
    Severity.WARNING,
    source=_POLICY,
    invalid="egress_to=[NetworkPeer(cidr='10.0.0.0/16', ports=[443])], "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', environment={'DATABASE_URL': 'postgresql://orders.example/orders'})",
    valid="egress_to=[NetworkPeer(cidr='10.0.0.0/16', ports=[443, 5432])], "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', environment={'DATABASE_URL': 'postgresql://orders.example/orders'})",
    each="settings",
)
def _egress_blocked(
    path: Path,
    value: str,
    egress_to: list[NetworkPeer] | None,
    containers: dict[Path, PodContainer],
    additional_kafka: dict[str, KafkaConnection],
) -> Findings:
    """The network policy blocks connections to an endpoint that a container is configured to use."""
    brokers = set[int]()
    connections = [container.kafka for container in containers.values() if container.kafka is not None]
    for kafka in (*connections, *additional_kafka.values()):
        if kafka.listener is not None:
            listener = LISTENERS[kafka.listener]
            brokers |= {listener.port, listener.public_port}
        elif isinstance(kafka.bootstrap_servers, str):
            brokers |= set(broker_ports(kafka.bootstrap_servers))
    hosts = {port: host for host, port in servers_in(value)}  # one finding for each port
    for port, host in hosts.items():
        if port not in brokers and not any(peer.allows_tcp_port(port) for peer in egress_to or ()):
            yield path, f"no peer of egress_to allows port {port} of {host}; add a peer, or remove the setting"
