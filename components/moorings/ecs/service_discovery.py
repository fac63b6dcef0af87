"""Service discovery: a DNS name of the task in AWS Cloud Map."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from moorings.aws.arns import DiscoveryServiceArn
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import matches

NamespaceId = Annotated[str, matches("the ID of an AWS Cloud Map namespace", "ns-[a-z0-9]+", "ns-b92d7f4a1e63c508")]
"""Source: https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsConfig.html"""

DnsLabel = Annotated[
    str,
    matches(
        "a DNS label of at most 63 letters, digits, hyphens and underscores",
        "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?",
        "orders",
    ),
]
"""Source: https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html"""

DISCOVERY_SOURCE = Rule(
    id="ecs-discovery-source",
    rationale="ECS registers the task either with a created Cloud Map service or with an existing one.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html",
    invalid="ServiceDiscovery(dns_name='orders')",
    valid="ServiceDiscovery(dns_name='orders', namespace_id='ns-b92d7f4a1e63c508')",
)

MAX_LABEL_LENGTH = 63

DISCOVERY_NAME = Rule(
    id="ecs-discovery-name",
    rationale="The first DNS label defaults to the name of the component, and labels have at most 63 characters.",
    source="https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html",
    invalid="FargateSingleton('x' * 64, SINGLETON_ARGS | {'service_discovery': {'namespace_id': 'ns-b92d7f4a1e63c5'}})",
    valid="FargateSingleton('x' * 63, SINGLETON_ARGS | {'service_discovery': {'namespace_id': 'ns-b92d7f4a1e63c5'}})",
)


class ServiceDiscovery(Args):
    """DNS name in an AWS Cloud Map namespace that resolves to the address of the running task.

    Clients that cache the address cannot connect after a deployment until they resolve the name again.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
    """

    namespace_id: Input[NamespaceId] | None = None
    """ID of the DNS namespace in which the component creates a Cloud Map service."""

    service_arn: Input[DiscoveryServiceArn] | None = None
    """Existing Cloud Map service whose DNS records are of the type ``record_type``, instead of ``namespace_id``."""

    dns_name: Input[DnsLabel] | None = None
    """DNS label before the name of the namespace. Defaults to the name of the component."""

    record_type: Literal["A", "SRV"] = "A"
    """DNS record: ``A`` for the address of the task, or ``SRV`` for its address and ``port``. Defaults to ``A``."""

    ttl_seconds: Annotated[int, Field(ge=0, le=2**31 - 1)] = 10
    """Seconds for which clients may cache the record. Defaults to 10, because the address changes with each
    deployment."""

    @model_validator(mode="after")
    def _validate_one_source(self) -> Self:
        if (self.namespace_id is None) == (self.service_arn is None):
            given = "neither" if self.namespace_id is None else "both"
            problem = f"requires either namespace_id or service_arn, got {given}; set one of them"
            raise Violation(DISCOVERY_SOURCE, problem)
        return self


def register_task(
    name: str,
    reporter: Reporter,
    discovery: ServiceDiscovery,
    *,
    service_arn: pulumi.Input[str] | None,
    container_name: str,
    container_port: int | None,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> dict[str, Any]:
    """Create the Cloud Map service, unless one is given, and return the ``service_registries`` of the ECS service.

    Args:
        name: prefix of the logical names.
        reporter: reporter of the component.
        discovery: arguments of service discovery.
        service_arn: existing Cloud Map service whose Region has been checked, None to create one.
        container_name: container that listens on the port.
        container_port: port of the application.
        tags: tags of the created service.
        opts: options of the created service.

    Raises:
        InvalidInput: if the name of the component is too long for a DNS label.

    """
    if service_arn is None:
        if discovery.dns_name is None and len(name) > MAX_LABEL_LENGTH:
            problem = f"the name of the component has {len(name)} characters, and a DNS label at most 63; set dns_name"
            reporter.reject(DISCOVERY_NAME, problem, "service_discovery", "dns_name")
        records: Any = [{"type": discovery.record_type, "ttl": discovery.ttl_seconds}]
        service_arn = aws.servicediscovery.Service(
            f"{name}-discovery",
            name=discovery.dns_name if discovery.dns_name is not None else name,
            dns_config={
                "namespace_id": discovery.namespace_id or "",
                "dns_records": records,
                "routing_policy": "MULTIVALUE",
            },
            # ECS reports the health of the task.
            health_check_custom_config={"failure_threshold": 1},
            tags=tags,
            opts=opts,
        ).arn
    if discovery.record_type == "A":
        return {"registry_arn": service_arn}
    return {"registry_arn": service_arn, "container_name": container_name, "container_port": container_port}
