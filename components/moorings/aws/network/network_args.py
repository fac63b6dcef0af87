"""``NetworkArgs``, the arguments of `Network`."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from moorings.aws.availability_zones import ZoneName, zone_region
from moorings.aws.cidrs import Cidr
from moorings.aws.log_retention import RetentionDays
from moorings.aws.network.endpoint_services import full_name_region
from moorings.aws.tags import Tags
from moorings.validation.args import ComponentArgs
from moorings.validation.argument_rules import FORMAT
from moorings.validation.changes import Change
from moorings.validation.rules import Violation
from moorings.validation.types import Unique

SINGLETON_ENDPOINTS = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssmmessages", "sts")
"""Services that a Fargate task calls: for its image, secrets, logs and ECS Exec. Image layers are read from S3, through
the gateway endpoint.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

TASK_START_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs")
"""Services without which no Fargate task starts."""

_SERVICE = re.compile(r"(?!(?:com|cn|eu|gov|uk|aws)\.)[a-z0-9]+(?:[.-][a-z0-9]+)*")
"""Suffix of an endpoint service name, after ``com.amazonaws.<region>.``.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""


def _check_service(service: str) -> str:
    if not _SERVICE.fullmatch(service) and not full_name_region(service):
        problem = "expected the name of an endpoint service, such as ecr.api or com.amazonaws.eu-west-1.ecr.api"
        raise Violation(FORMAT, f"{problem}, got {service!r}")
    return service


EndpointService = Annotated[str, AfterValidator(_check_service)]

_REPLACEMENT = Change("replacement", "Also replaces everything in the VPC.")


class NetworkArgs(ComponentArgs):
    """Arguments of `Network`."""

    availability_zones: Annotated[list[ZoneName], Field(min_length=1, max_length=8), Unique]
    """Names of Availability Zones of one Region, such as ``eu-west-1a``, usually two or three. The CIDR blocks of
    the subnets in a zone depend only on its letter, so zones can be added and removed without changing others."""

    cidr: Annotated[Cidr, _REPLACEMENT] = "10.0.0.0/16"
    """CIDR block of the VPC, a private network of /16 to /28. Each zone gets an eighth of it: half of that for its
    private subnet and a quarter for its public subnet. A network smaller than /22 has parts for fewer zones, and adding
    a zone to it can replace subnets of others.

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

    endpoints: Annotated[list[EndpointService], Unique] | None = None
    """AWS services with an interface endpoint, by the suffix of the endpoint service name (``ecr.api``) or by its full
    name.

    Defaults to none with NAT, and without NAT to the services that `FargateSingleton` calls: ecr.api, ecr.dkr, kms,
    logs, secretsmanager, ssmmessages, sts. An endpoint is billed per hour and zone. The S3 gateway endpoint always
    exists.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

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
        if self.nat != "none":
            return []
        names = [service.partition(f".{self.region}.")[2] or service for service in self.interface_endpoints]
        return [service for service in TASK_START_ENDPOINTS if service not in names]

    @property
    def nat_zones(self) -> list[str]:
        """Zones with a NAT gateway."""
        return {"per_zone": self.availability_zones, "one": self.availability_zones[:1], "none": []}[self.nat]

    @property
    def arguments_without_effect(self) -> dict[str, str]:
        """Arguments that have no effect, each with the reason."""
        reasons = {
            "log_retention_days": "flow_logs='none'" if self.flow_logs == "none" else None,
            "public_subnet_tags": None if self.public_subnets else "public_subnets=False",
        }
        return {name: reason for name, reason in reasons.items() if reason and name in self.model_fields_set}
