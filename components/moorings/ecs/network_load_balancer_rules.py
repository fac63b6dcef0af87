"""Rules of the Network Load Balancer: health check, ports, addresses of clients, static addresses."""

from moorings.ecs.balanced_target import BalancedTarget
from moorings.ecs.network_load_balancer_args import NetworkLoadBalancer
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.task_ports import TaskPort
from moorings.validation.findings import Path, Severity
from moorings.validation.inputs import is_list
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

NETWORK_LOAD_BALANCER_RULES = RuleSet(NetworkLoadBalancer)
TASK_PORT_RULES = RuleSet(FargateSingletonArgs)

MAX_TARGET_GROUPS = 5
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html"""

_SEVERAL = (
    "port=3000, load_balancer=SingletonLoadBalancer(**LOAD_BALANCER_ARGS, additional_listeners={{f'api-{{number}}': "
    "AdditionalListener(listener_port=9000 + number, application_port=3000, health_check_path='/healthy') "
    "for number in {}}})"
)
_HEALTH_CHECKS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"
_ATTRIBUTES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html"
_BALANCERS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
_SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html"


@NETWORK_LOAD_BALANCER_RULES.rule(
    "ecs-network-health-check-path",
    Severity.ERROR,
    source=_HEALTH_CHECKS,
    invalid="health_check_protocol='HTTP'",
    valid="health_check_protocol='HTTP', health_check_path='/healthy'",
)
def _health_check_path(health_check_protocol: str, given_arguments: frozenset[str]) -> Findings:
    """A health check over HTTP requests a path."""
    if health_check_protocol != "TCP" and "health_check_path" not in given_arguments:
        yield "health_check_path", f"required with health_check_protocol={health_check_protocol!r}; set it"


@NETWORK_LOAD_BALANCER_RULES.rule(
    "ecs-udp-health-check",
    Severity.UNSAFE,
    source=_HEALTH_CHECKS,
    invalid="protocol='UDP', application_port=514",
    valid="protocol='UDP', application_port=514, health_check_port=8080",
)
def _udp_health_check(protocol: str, health_check_port: int | None) -> Findings:
    """Health checks use TCP. If they fail, ECS replaces the task again and again."""
    if protocol == "UDP" and health_check_port is None:
        yield (
            "health_check_port",
            (
                "the health check connects to the UDP port over TCP; set a port on which the application accepts TCP "
                "connections, or acknowledge the finding if it does so on this port"
            ),
        )


@NETWORK_LOAD_BALANCER_RULES.rule(
    "ecs-udp-client-ip",
    Severity.ERROR,
    source=_ATTRIBUTES,
    invalid="protocol='UDP', application_port=514, health_check_port=8080, preserve_client_ip=False",
    valid="protocol='UDP', application_port=514, health_check_port=8080, preserve_client_ip=True",
)
def _udp_client_ip(protocol: str, preserve_client_ip: bool | None) -> Findings:
    """Network Load Balancers always pass the addresses of UDP clients to the application."""
    if protocol in {"UDP", "TCP_UDP"} and preserve_client_ip is False:
        yield "preserve_client_ip", f"cannot be turned off with protocol={protocol!r}; remove it"


@NETWORK_LOAD_BALANCER_RULES.rule(
    "ecs-elastic-ip-addresses",
    Severity.ERROR,
    source=_BALANCERS,
    invalid="elastic_ip_allocation_ids=['eipalloc-00000001']",
    valid="elastic_ip_allocation_ids=[]",
)
def _elastic_ips(elastic_ip_allocation_ids: list[str], internet_facing: bool, subnet_ids: list[str] | None) -> Findings:
    """An internet-facing load balancer has one Elastic IP address in each of its subnets, and an internal one none."""
    if not elastic_ip_allocation_ids:
        return
    if not internet_facing:
        yield "an internal load balancer has no public addresses; set internet_facing=True, or remove them"
    elif not is_list(subnet_ids) or len(subnet_ids) != len(elastic_ip_allocation_ids):
        count = len(elastic_ip_allocation_ids)
        yield f"requires one address for each of subnet_ids, got {count}; list as many subnets as addresses"


@TASK_PORT_RULES.rule(
    "ecs-balanced-port-unknown",
    Severity.ERROR,
    source=_SERVICE,
    invalid="port=3000, network_load_balancer=NetworkLoadBalancer(client_cidrs={'vpn': '10.80.0.0/16'}, "
    "application_port=514, protocol='UDP', health_check_port=3000)",
    valid="port=3000, network_load_balancer=NetworkLoadBalancer(client_cidrs={'vpn': '10.80.0.0/16'}, "
    "application_port=514, protocol='UDP', health_check_port=3000), "
    "additional_ports={'syslog': TaskPort(port=514, protocol='udp')}",
)
def _balanced_port(
    other_balanced_ports: list[tuple[Path, int, tuple[str, ...]]],
    port: int | None,
    additional_ports: dict[str, TaskPort],
) -> Findings:
    """ECS registers a port of a container that its task definition contains, with the protocol of the listener."""
    mapped = {(port, "tcp"), *((item.port, item.protocol) for item in additional_ports.values())}
    for path, number, protocols in other_balanced_ports:
        missing = [protocol for protocol in protocols if (number, protocol) not in mapped]
        if missing:
            problem = f"the task has no {missing[0]} port {number}"
            yield path, f"{problem}; add it to additional_ports with protocol={missing[0]!r}"


@TASK_PORT_RULES.rule(
    "ecs-target-groups",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html",
    invalid=_SEVERAL.format("range(5)"),
    valid=_SEVERAL.format("range(4)"),
)
def _target_groups(balanced_targets: dict[str, BalancedTarget]) -> Findings:
    """An ECS service has at most five target groups."""
    count = len(balanced_targets)
    if count > MAX_TARGET_GROUPS:
        yield (
            ("load_balancer", "additional_listeners"),
            f"{count} listeners connect to the service, which has at most {MAX_TARGET_GROUPS} target groups; use fewer",
        )
