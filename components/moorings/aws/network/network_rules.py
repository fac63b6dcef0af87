"""Rules of `Network`."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from moorings.aws import log_retention
from moorings.aws.availability_zones import is_availability_zone, zone_region
from moorings.aws.network.endpoint_services import full_name_region
from moorings.aws.network.network_args import NetworkArgs
from moorings.aws.network.subnet_plan import (
    LARGEST_VPC,
    PRIVATE_RANGES,
    RESERVED_RANGES,
    SMALLEST_ALB_SUBNET,
    SMALLEST_VPC,
    is_vpc_size,
    max_zones,
    plan_subnets,
)
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Rule

RULES = RuleSet(NetworkArgs)

_VPC_CIDRS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
_NAT = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html"
_ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"

NETWORK_NAME = Rule(
    id="network-name",
    rationale="The logical name is part of the names of log groups and roles, which do not allow other characters.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
    invalid="Network('-main', NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b']))",
    valid="Network('main', NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b']))",
)


@RULES.rule(
    "network-several-regions",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html",
    invalid="availability_zones=['eu-west-1a', 'eu-central-1a']",
    valid="availability_zones=['eu-west-1a', 'eu-west-1b']",
)
def _several_regions(availability_zones: list[str]) -> Findings:
    """A VPC belongs to one Region."""
    regions = sorted(set(map(zone_region, availability_zones)))
    if len(regions) > 1:
        yield f"expected zones of one Region, got zones of {' and '.join(regions)}; create a network in each Region"


@RULES.explicit(
    "network-other-region",
    Severity.ERROR,
    source="https://www.pulumi.com/registry/packages/aws/installation-configuration/",
    invalid="availability_zones=['us-east-1a', 'us-east-1b']",
    valid="availability_zones=['eu-west-1a', 'eu-west-1b']",
)
def other_region(zones: str, region: str) -> Findings:
    """The provider creates subnets in its own Region only."""
    if region and zones != region:  # the mocks of a unit test return no Region
        yield (
            "availability_zones",
            f"{zones} is not the Region of the provider; use zones of {region}, or a provider of {zones}",
        )


@RULES.rule(
    "network-single-zone",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html",
    invalid="availability_zones=['eu-west-1a']",
    valid="availability_zones=['eu-west-1a', 'eu-west-1b']",
)
def _single_zone(availability_zones: list[str]) -> Findings:
    """An outage of the zone stops everything in the VPC. MSK and load balancers require subnets in two zones."""
    if len(availability_zones) == 1:
        yield "a single zone has no redundancy; add a second one"


@RULES.rule(
    "network-local-zone",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/local-zones/latest/ug/local-zones-connectivity.html",
    invalid="availability_zones=['eu-west-1a', 'eu-west-1-dub-1a']",
    valid="availability_zones=['eu-west-1a', 'eu-west-1b']",
    each="availability_zones",
)
def _local_zone(_: int, zone: str) -> Findings:
    """Few Local Zones have NAT gateways and load balancers, and none has all services of the Region."""
    if not is_availability_zone(zone):
        yield f"{zone} is not an Availability Zone; use another zone, or check which services it supports"


@RULES.rule(
    "network-vpc-cidr",
    Severity.ERROR,
    source=_VPC_CIDRS,
    invalid="cidr='10.0.0.0/8'",
    valid="cidr='10.0.0.0/16'",
)
def _vpc_cidr(cidr: str) -> Findings:
    """EC2 supports VPCs of /16 to /28, outside of the loopback, link-local and multicast ranges."""
    if not is_vpc_size(cidr):
        yield f"{cidr} is not a supported size of a VPC; use a CIDR block of /{LARGEST_VPC} to /{SMALLEST_VPC}"
    elif any(IPv4Network(cidr).overlaps(reserved) for reserved in RESERVED_RANGES):
        yield f"{cidr} is in a range that EC2 reserves; use a private network such as 10.0.0.0/16"


@RULES.rule(
    "network-no-room",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    invalid="cidr='10.0.0.0/28'",
    valid="cidr='10.0.0.0/26'",
)
def _no_room(cidr: str, availability_zones: list[str], public_subnets: bool) -> Findings:
    """The smallest subnet is a /28, and each zone needs one for each kind of subnet."""
    if not is_vpc_size(cidr):
        return
    if len(availability_zones) > max_zones(cidr):
        yield f"{cidr} has room for {max_zones(cidr)} of {len(availability_zones)} zones; use a larger CIDR block"
    elif public_subnets and IPv4Network(cidr).prefixlen == SMALLEST_VPC:
        yield f"{cidr} has no room for a public subnet; use a larger CIDR block, or set public_subnets=False"


@RULES.rule(
    "network-small-public-subnets",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
    invalid="cidr='10.0.0.0/25'",
    valid="cidr='10.0.0.0/24'",
)
def _small_public_subnets(cidr: str, availability_zones: list[str], public_subnets: bool) -> Findings:
    """Application Load Balancers require subnets of at least /27 with eight free addresses."""
    if not public_subnets or not is_vpc_size(cidr) or len(availability_zones) > max_zones(cidr):
        return
    public = next(iter(plan_subnets(cidr, availability_zones).values())).public
    if public is not None and IPv4Network(public).prefixlen > SMALLEST_ALB_SUBNET:
        yield f"the public subnets are too small for a load balancer ({public}); use a CIDR block of /24 or larger"


@RULES.rule(
    "network-public-cidr",
    Severity.UNSAFE,
    source=_VPC_CIDRS,
    invalid="cidr='172.32.0.0/16'",
    valid="cidr='172.31.0.0/16'",
)
def _public_cidr(cidr: str) -> Findings:
    """The VPC cannot reach hosts on the internet whose addresses are in its own CIDR block."""
    network = IPv4Network(cidr)
    if is_vpc_size(cidr) and not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        yield f"{cidr} contains public addresses; use a network within {', '.join(map(str, PRIVATE_RANGES))}"


@RULES.rule(
    "network-overlapping-cidrs",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html",
    invalid="cidr='10.0.0.0/16', connected_cidrs={'vpn': '10.0.128.0/20'}",
    valid="cidr='10.0.0.0/16', connected_cidrs={'vpn': '10.1.128.0/20'}",
    each="connected_cidrs",
)
def _overlapping_cidrs(_: str, connected: str, cidr: str) -> Findings:
    """Networks that overlap cannot be peered, and other connections route the common addresses to one of them only."""
    if IPv4Network(cidr).overlaps(IPv4Network(connected)):
        yield f"{connected} overlaps with the VPC ({cidr}); use another cidr for the VPC"


@RULES.rule(
    "network-nat-without-public-subnets",
    Severity.ERROR,
    source=_NAT,
    invalid="nat='one', public_subnets=False",
    valid="nat='none', public_subnets=False",
)
def _nat_without_public_subnets(nat: str, public_subnets: bool) -> Findings:
    """NAT gateways with access to the internet are created in public subnets."""
    if nat != "none" and not public_subnets:
        yield f"{nat!r} creates NAT gateways in public subnets; set public_subnets=True or nat='none'"


@RULES.rule(
    "network-missing-endpoints",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html",
    invalid="nat='none', endpoints=['logs']",
    valid="nat='none', endpoints=['ecr.api', 'ecr.dkr', 'logs']",
)
def _missing_endpoints(missing_endpoints: Sequence[str]) -> Findings:
    """Without NAT, no Fargate task starts in the private subnets unless these services have an endpoint."""
    if missing_endpoints:
        services = ", ".join(missing_endpoints)
        yield (
            "endpoints",
            f"without NAT the private subnets cannot reach {services}; add them, unless other programs create them",
        )


@RULES.rule(
    "network-gateway-endpoint",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    invalid="endpoints=['s3']",
    valid="endpoints=['logs']",
    each="endpoints",
)
def _gateway_endpoint(_: int, service: str) -> Findings:
    """Gateway endpoints are free, while interface endpoints are billed per hour and zone."""
    if service == "s3":
        yield "the network always has a gateway endpoint for Amazon S3; remove s3, unless other networks use it"
    elif service == "dynamodb":
        yield "a gateway endpoint is free; create it with private_route_table_ids, and remove dynamodb"


@RULES.rule(
    "network-endpoint-region",
    Severity.ERROR,
    source=_ENDPOINTS,
    invalid="endpoints=['com.amazonaws.us-east-1.logs']",
    valid="endpoints=['com.amazonaws.eu-west-1.logs']",
    each="endpoints",
)
def _endpoint_region(_: int, service: str, region: str) -> Findings:
    """An endpoint connects to the service of its own Region."""
    other = full_name_region(service)
    if other not in {None, region}:
        yield f"{service} is a service in {other}, and the network is in {region}; use the service in {region}"


@RULES.rule(
    "network-argument-without-effect",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
    invalid="flow_logs='none', log_retention_days=30",
    valid="flow_logs='rejected', log_retention_days=30",
)
def _arguments_without_effect(arguments_without_effect: dict[str, str]) -> Findings:
    """An argument without effect suggests a protection or a cost that does not exist."""
    for argument, reason in arguments_without_effect.items():
        yield argument, f"has no effect, because {reason}; remove it"


@RULES.rule(
    "network-log-retention",
    Severity.UNVERIFIED,
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    checked=log_retention.CHECKED,
    invalid="log_retention_days=366",
    valid="log_retention_days=365",
)
def _log_retention(log_retention_days: int) -> Findings:
    """CloudWatch Logs supports only certain retention periods, and rejects others when the log group is created."""
    yield from log_retention.find_unknown_period(log_retention_days)
