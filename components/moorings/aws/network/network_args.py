"""Settings of a network."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.aws.availability_zones import check_zone_names, zone_region
from moorings.aws.cidrs import Cidr
from moorings.aws.log_retention import RetentionDays
from moorings.aws.network.subnet_plan import apart, vpc_network
from moorings.aws.tags import Tags
from moorings.validation.args import Args
from moorings.validation.types import check_unique

SINGLETON_ENDPOINTS = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssmmessages", "sts")
"""Services that a Fargate task calls: for its image, its secrets, its logs and a shell in it. The layers of its image
come from S3, for which there is a gateway.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

PULLS_AND_LOGS = ("ecr.api", "ecr.dkr", "logs")
"""Those of them without which no task starts, whatever it does."""

_SERVICE = re.compile(r"(?!com\.|cn\.|aws\.)[a-z0-9]+(?:[.-][a-z0-9]+)*")
"""The end of an endpoint's name. Each goes on after ``com.amazonaws.<region>.``; where AWS has other beginnings, the
endpoint is made elsewhere.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

_GATEWAYS = {
    "s3": "s3 has a gateway endpoint here, which costs nothing; leave it out",
    "dynamodb": "dynamodb has a gateway endpoint, which costs nothing; make it with private_route_table_ids",
}


def _interface_endpoints(services: list[str]) -> list[str]:
    check_unique(services)
    for service in services:
        if service in _GATEWAYS:
            raise ValueError(_GATEWAYS[service])
        if not _SERVICE.fullmatch(service):
            raise ValueError(
                f"{service!r} is not what the name of an endpoint ends with, after com.amazonaws and the region, such "
                "as ecr.api"
            )
    return services


class NetworkArgs(Args):
    """Settings of a network."""

    zones: Annotated[list[str], Field(min_length=2, max_length=3), AfterValidator(check_zone_names)]
    """Names of two or three availability zones of one region, such as ``eu-west-1a``. A zone's subnets follow from its
    letter: one that comes or goes moves no other."""

    cidr: Annotated[Cidr, AfterValidator(vpc_network)] = "10.0.0.0/16"
    """Private addresses of the VPC, /16 to /22. Each of eight possible zones has an eighth of them, half of it for its
    private subnet and a quarter for its public one. Another network replaces the VPC and all that is in it.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """

    connected_cidrs: dict[str, Cidr] = {}
    """Networks that the VPC is or will be connected with, by a name of your choice: one that overlaps is refused."""

    nat: Literal["per_zone", "one", "none"] = "per_zone"
    """How private subnets reach the internet: ``per_zone`` through a NAT gateway in their own zone, by default;
    ``one`` through that of the first zone, cheaper and gone with that zone; ``none`` not at all."""

    public_subnets: bool = True
    """Whether there are public subnets and an internet gateway, which NAT gateways and public load balancers need."""

    endpoints: Annotated[list[str], AfterValidator(_interface_endpoints)] | None = None
    """AWS services that are reached without leaving the network, as their endpoints' names end (``ecr.api``).

    By default none where there is NAT; without it what a Fargate singleton calls: ecr.api, ecr.dkr, kms, logs,
    secretsmanager, ssmmessages, sts. Each costs by the hour and zone. S3's gateway is always there.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    endpoints_elsewhere: bool = False
    """Say that private subnets without NAT reach what they call through endpoints that are made elsewhere, or that
    nothing there calls AWS. Without it a missing endpoint of what every Fargate task calls is warned of."""

    flow_logs: Literal["rejected", "all", "none"] = "rejected"
    """Connections that are logged: those that were refused, by default; ``all``, which large networks pay for; or
    ``none``.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """

    log_retention_days: RetentionDays = 365
    """Days for which flow logs are kept, one of the periods that CloudWatch knows; a year by default."""

    protect: bool = True
    """Refuse to delete the VPC, the addresses of its NAT gateways, which others may have let in, and the flow logs and
    their key until this is turned off, by default."""

    private_subnet_tags: Tags = {}
    """More tags of the private subnets, such as ``kubernetes.io/role/internal-elb``."""

    public_subnet_tags: Tags = {}
    """More tags of the public subnets, such as ``kubernetes.io/role/elb``."""

    tags: Tags = {}
    """Tags of everything that takes tags."""

    @property
    def region(self) -> str:
        """The region of the zones."""
        return zone_region(self.zones[0])

    @property
    def interface_endpoints(self) -> list[str]:
        """The services that are reached through interface endpoints."""
        if self.endpoints is not None:
            return self.endpoints
        return list(SINGLETON_ENDPOINTS) if self.nat == "none" else []

    @property
    def out_of_reach(self) -> list[str]:
        """What every task calls on Fargate and nothing in the private subnets reaches."""
        if self.nat != "none" or self.endpoints_elsewhere:
            return []
        return [each for each in PULLS_AND_LOGS if each not in self.interface_endpoints]

    @property
    def nat_zones(self) -> list[str]:
        """The zones that have a NAT gateway."""
        return {"per_zone": self.zones, "one": self.zones[:1], "none": []}[self.nat]

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        apart(self.cidr, self.connected_cidrs)
        if self.nat != "none" and not self.public_subnets:
            raise ValueError(
                f"nat={self.nat!r} puts NAT gateways into public subnets; turn public_subnets on, or say nat='none'"
            )
        if self.interface_endpoints and self.region.startswith("cn-"):
            raise ValueError(
                "endpoints have other names in China; say endpoints=[] and make them with private_subnet_ids"
            )
        return self
