"""``NetworkArgs``, the arguments of `Network`."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.aws.availability_zones import check_zone_names, zone_region
from moorings.aws.cidrs import Cidr
from moorings.aws.log_retention import RetentionDays
from moorings.aws.network.subnet_plan import check_overlaps, check_vpc_cidr
from moorings.aws.tags import Tags
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.types import check_unique

SINGLETON_ENDPOINTS = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssmmessages", "sts")
"""Services that a Fargate task calls: for its image, secrets, logs and ECS Exec. Image layers are read from S3, through
the gateway endpoint.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

TASK_START_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs")
"""Services without which no Fargate task starts."""

_SERVICE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
"""Suffix of an endpoint service name, after ``com.amazonaws.<region>.``, or the full name.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

_GATEWAY_ENDPOINTS = {
    "s3": "s3: the network always has a gateway endpoint, which is free; remove it",
    "dynamodb": "dynamodb: use a gateway endpoint, which is free; create it with private_route_table_ids",
}


def _check_endpoints(services: list[str]) -> list[str]:
    check_unique(services)
    for service in services:
        if service in _GATEWAY_ENDPOINTS:
            raise ValueError(_GATEWAY_ENDPOINTS[service])
        if not _SERVICE.fullmatch(service):
            raise ValueError(
                "expected an endpoint service name without com.amazonaws and the Region, such as ecr.api, "
                f"got {service!r}"
            )
    return services


_REPLACEMENT = Change("replacement", "Also replaces everything in the VPC.")


class NetworkArgs(Args):
    """Arguments of `Network`."""

    availability_zones: Annotated[list[str], Field(min_length=2, max_length=3), AfterValidator(check_zone_names)]
    """Names of two or three Availability Zones of one Region, such as ``eu-west-1a``. The CIDR blocks of
    the subnets in a zone depend only on its letter, so zones can be added and removed without changing others."""

    cidr: Annotated[Cidr, AfterValidator(check_vpc_cidr), _REPLACEMENT] = "10.0.0.0/16"
    """CIDR block of the VPC, a private network of /16 to /22. Each zone gets an eighth of it: half of that for its
    private subnet and a quarter for its public subnet.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """

    connected_cidrs: dict[str, Cidr] = {}
    """Networks that are or will be connected to the VPC, by a name that you choose. They must not overlap with
    ``cidr``."""

    nat: Literal["per_zone", "one", "none"] = "per_zone"
    """NAT gateways for the private subnets: one in each zone (``per_zone``, the default), one in the first zone
    (``one``, cheaper, but an outage of that zone affects all), or none (``none``)."""

    public_subnets: bool = True
    """Whether to create public subnets and an internet gateway. Required by NAT gateways and internet-facing load
    balancers. Defaults to true."""

    endpoints: Annotated[list[str], AfterValidator(_check_endpoints)] | None = None
    """AWS services with an interface endpoint, by the suffix of the endpoint service name (``ecr.api``).

    Defaults to none with NAT, and without NAT to the services that `FargateSingleton` calls: ecr.api, ecr.dkr, kms,
    logs, secretsmanager, ssmmessages, sts. An endpoint is billed per hour and zone. The S3 gateway endpoint always
    exists.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    endpoints_elsewhere: bool = False
    """Whether other programs create the endpoints, or nothing in the private subnets calls AWS. Otherwise a preview
    warns if an endpoint is missing that every Fargate task needs."""

    flow_logs: Literal["rejected", "all", "none"] = "rejected"
    """Connections to log: rejected ones (the default), ``all`` (expensive in large networks), or ``none``.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """

    log_retention_days: RetentionDays = 365
    """Retention period of the flow logs in days, one that CloudWatch Logs supports. Defaults to one year."""

    protect: bool = True
    """Whether the VPC, the Elastic IP addresses of its NAT gateways, the flow logs and their key are protected from
    deletion. Defaults to true."""

    private_subnet_tags: Tags = {}
    """Additional tags of the private subnets, such as ``kubernetes.io/role/internal-elb``."""

    public_subnet_tags: Tags = {}
    """Additional tags of the public subnets, such as ``kubernetes.io/role/elb``."""

    tags: Tags = {}
    """Tags of all resources."""

    @property
    def region(self) -> str:
        """Region of the Availability Zones."""
        return zone_region(self.availability_zones[0])

    @property
    def interface_endpoints(self) -> list[str]:
        """Services with an interface endpoint."""
        if self.endpoints is not None:
            return self.endpoints
        return list(SINGLETON_ENDPOINTS) if self.nat == "none" else []

    @property
    def missing_endpoints(self) -> list[str]:
        """Services that every Fargate task calls and that the private subnets cannot reach."""
        if self.nat != "none" or self.endpoints_elsewhere:
            return []
        return [service for service in TASK_START_ENDPOINTS if service not in self.interface_endpoints]

    @property
    def nat_zones(self) -> list[str]:
        """Zones with a NAT gateway."""
        return {"per_zone": self.availability_zones, "one": self.availability_zones[:1], "none": []}[self.nat]

    @model_validator(mode="after")
    def _validate_network(self) -> Self:
        check_overlaps(self.cidr, self.connected_cidrs)
        if self.nat != "none" and not self.public_subnets:
            raise ValueError(
                f"nat: {self.nat!r} creates NAT gateways in public subnets; set public_subnets=True or nat='none'"
            )
        return self
