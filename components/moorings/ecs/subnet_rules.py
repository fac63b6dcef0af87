"""Rules of subnets: Availability Zones of the task and its load balancer."""

from collections.abc import Sequence

from moorings.aws.subnets import Subnet, check_vpc
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Check, Findings, Violation

SUBNET_RULES = RuleSet(FargateSingletonArgs)

_CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
_LOAD_BALANCER = (
    "port=3000, load_balancer=SingletonLoadBalancer(health_check_path='/healthy', "
    f"certificate_arn='{_CERTIFICATE}', client_cidrs={{'vpn': '10.80.0.0/16'}})"
)


@SUBNET_RULES.rule(
    "ecs-single-zone",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    invalid="subnet_ids=SUBNETS[:1]",
    valid="subnet_ids=SUBNETS[:2]",
)
def _single_subnet(subnet_ids: list[str], load_balancer: SingletonLoadBalancer | None) -> Findings:
    """An outage of the only Availability Zone stops the service until the zone recovers."""
    if len(subnet_ids) == 1 and (load_balancer is None or load_balancer.subnet_ids is not None):
        yield "a single subnet has no redundancy; add a subnet in another Availability Zone"


def _single_zone(subnets: Sequence[Subnet]) -> Findings:
    zones = {subnet.zone for subnet in subnets if subnet.is_described}
    if len(subnets) > 1 and len(zones) == 1 and all(subnet.is_described for subnet in subnets):
        yield "subnet_ids", f"all subnets are in {zones.pop()}; add a subnet in another Availability Zone"


SINGLE_ZONE = Check(_single_subnet.rule, _single_zone, ("subnets",))
"""The rule for several subnets, whose zones are looked up in EC2."""


@SUBNET_RULES.rule(
    "ecs-load-balancer-zones",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
    invalid=f"{_LOAD_BALANCER}, subnet_ids=SUBNETS[:1]",
    valid=f"{_LOAD_BALANCER}, subnet_ids=SUBNETS[:2]",
)
def _load_balancer_zones(subnet_ids: list[str], load_balancer: SingletonLoadBalancer | None) -> Findings:
    """An Application Load Balancer requires subnets in at least two Availability Zones, one in each."""
    if load_balancer is not None and load_balancer.subnet_ids is None and len(subnet_ids) == 1:
        yield "a load balancer requires two subnets; add one in another zone, or set subnet_ids of load_balancer"


def check_load_balancer_subnets(vpc_id: str, subnets: Sequence[Subnet], *, path: Path) -> list[str]:
    """Return the IDs of the subnets of a load balancer.

    Args:
        vpc_id: the VPC.
        subnets: the subnets. Those that EC2 did not describe, because a unit test mocks the SDK, are not checked.
        path: path of the argument that lists the subnets.

    Raises:
        Violation: for subnets that Elastic Load Balancing rejects.

    """
    by_zone: dict[str, Subnet] = {}
    for subnet in check_vpc(vpc_id, subnets, argument=".".join(map(str, path))):
        other = by_zone.setdefault(subnet.zone_id, subnet)
        if other is not subnet:
            problem = f"{other.id} and {subnet.id} are both in {subnet.zone}; use one subnet in each Availability Zone"
            raise Violation(_load_balancer_zones.rule, problem, *path)
    return [subnet.id for subnet in subnets]


def check_task_subnets(vpc_id: str, subnets: Sequence[Subnet]) -> list[str]:
    """Return the IDs of the subnets of the task, after checking that they are in the VPC."""
    check_vpc(vpc_id, subnets)
    return [subnet.id for subnet in subnets]
