"""Look-up of existing load balancers and their listeners in Elastic Load Balancing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from moorings.aws.ec2 import invoke_aws
from moorings.validation.inputs import as_output, gather

_LISTENER, _LOAD_BALANCER = ":listener/", ":loadbalancer/"


@dataclass(frozen=True)
class LoadBalancerListener:
    """A listener and its load balancer. What Elastic Load Balancing did not describe is empty, as in unit tests."""

    protocol: str
    """Protocol of the clients: ``HTTPS``."""

    port: int
    """Port on which the load balancer accepts connections."""

    dns_name: str
    """DNS name of the load balancer."""

    zone_id: str
    """Hosted zone of that name, for alias records."""

    vpc_id: str
    """VPC of the load balancer."""

    security_group_id: str
    """First security group of the load balancer."""

    internet_facing: bool
    """Whether the load balancer has public addresses."""

    @property
    def url(self) -> str:
        """URL of the load balancer."""
        return self.url_of(self.dns_name)

    def url_of(self, host: str) -> str:
        """Return the URL of a host that the listener serves."""
        default = {"HTTP": 80, "HTTPS": 443}.get(self.protocol)
        port = "" if self.port == default else f":{self.port}"
        return f"{self.protocol.lower()}://{host}{port}"


def load_balancer_arn(listener_arn: str) -> str:
    """Return the ARN of the load balancer of a listener.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    """
    return listener_arn.rpartition("/")[0].replace(_LISTENER, _LOAD_BALANCER)


def load_balancer_arn_suffix(listener_arn: str) -> str:
    """Return the part of the load balancer's ARN that is a dimension of its metrics: ``app/edge/50dc6c495c0c9188``."""
    return load_balancer_arn(listener_arn).partition(_LOAD_BALANCER)[2]


def get_listener(listener_arn: pulumi.Input[str], parent: pulumi.Resource) -> pulumi.Output[LoadBalancerListener]:
    """Look up a listener and its load balancer with the provider of a resource.

    Sources: https://www.pulumi.com/registry/packages/aws/api-docs/lb/getlistener/ and
    https://www.pulumi.com/registry/packages/aws/api-docs/lb/getloadbalancer/
    """
    balancer_arn = as_output(listener_arn).apply(load_balancer_arn)
    listener = invoke_aws("aws:lb/getListener:getListener", {"arn": listener_arn}, parent)
    balancer = invoke_aws("aws:lb/getLoadBalancer:getLoadBalancer", {"arn": balancer_arn}, parent)
    return gather(listener, balancer).apply(lambda results: _describe(*results))


def _describe(listener: Mapping[str, Any], balancer: Mapping[str, Any]) -> LoadBalancerListener:
    return LoadBalancerListener(
        protocol=listener.get("protocol") or "",
        port=int(listener.get("port") or 0),
        dns_name=balancer.get("dnsName") or "",
        zone_id=balancer.get("zoneId") or "",
        vpc_id=balancer.get("vpcId") or "",
        security_group_id=next(iter(balancer.get("securityGroups") or []), ""),
        internet_facing=balancer.get("internal") is False,
    )
