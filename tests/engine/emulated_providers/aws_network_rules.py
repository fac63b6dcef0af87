"""Validation of networks and load balancers by AWS. All inputs are known and have no secret markers.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html,
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from emulated_providers.cloud import Cloud, CloudResource
from emulated_providers.property_encoding import Properties

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"

_PREFIX_LENGTHS = range(16, 28 + 1)
_ACTION_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "authenticate-cognito": ("authenticateCognito",),
    "authenticate-oidc": ("authenticateOidc",),
    "fixed-response": ("fixedResponse",),
    "forward": ("targetGroupArn", "forward"),
    "redirect": ("redirect",),
}
"""Properties of an action, by its type. One of them is required."""


def vpc(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Check the size of the CIDR block."""
    block = inputs.get("cidrBlock")
    if block and ip_network(block).prefixlen not in _PREFIX_LENGTHS:
        yield f"InvalidVpc.Range: the prefix length of {block} must be 16 to 28"


def subnet(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Check the size, the VPC and overlaps with other subnets."""
    if not inputs.get("cidrBlock"):
        return
    block = ip_network(inputs["cidrBlock"])
    if block.prefixlen not in _PREFIX_LENGTHS:
        yield f"InvalidSubnet.Range: the prefix length of {block} must be 16 to 28"
    parent = cloud.find(inputs["vpcId"], VPC)
    if parent and parent.get("cidrBlock") and not block.subnet_of(ip_network(parent.get("cidrBlock"))):  # type: ignore[arg-type]
        yield f"InvalidSubnet.Range: {block} is not within {parent.get('cidrBlock')}, the CIDR block of the VPC"
    for other in cloud.all(SUBNET):
        in_same_vpc = (
            other.get("vpcId") == inputs["vpcId"]
            and other.get("cidrBlock")
            and (not previous or other.id != previous.id)
        )
        if in_same_vpc and block.overlaps(ip_network(other.get("cidrBlock"))):
            yield f"InvalidSubnet.Conflict: {block} conflicts with {other.id}"


def load_balancer(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Check the name, the zones and the idle timeout."""
    name = str(inputs["name"])
    if not re.fullmatch(r"(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?", name):
        yield f"ValidationError: {name!r} is not a valid name of a load balancer"
    ids = [*(inputs.get("subnets") or []), *(mapping["subnetId"] for mapping in inputs.get("subnetMappings") or [])]
    zones = [subnet_.get("availabilityZone") for id_ in ids if (subnet_ := cloud.find(id_))]
    if inputs.get("loadBalancerType", "application") == "application":
        if len(set(ids)) < 2:
            yield "ValidationError: At least two subnets in two different Availability Zones must be specified"
        if not 1 <= inputs.get("idleTimeout", 60) <= 4000:
            yield "ValidationError: idle_timeout.timeout_seconds must be 1 to 4000"
    if len(zones) != len(set(zones)):
        yield "InvalidConfigurationRequest: a load balancer cannot have two subnets in one Availability Zone"


def target_group(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Check the health check and the required properties."""
    check = inputs.get("healthCheck") or {}
    if check.get("timeout", 5) >= check.get("interval", 30):
        yield "ValidationError: Health check interval must be greater than the timeout"
    if inputs.get("targetType") != "lambda":
        for key in ("port", "protocol", "vpcId"):
            if inputs.get(key) is None:
                yield f"ValidationError: {key} must be specified"


def listener(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Check the certificate, the port and the actions."""
    if inputs.get("protocol") in {"HTTPS", "TLS"} and not inputs.get("certificateArn"):
        yield "CertificateNotFound: HTTPS and TLS listeners require at least one certificate"
    for other in cloud.all(LISTENER):
        same = all(other.get(key) == inputs.get(key) for key in ("loadBalancerArn", "port"))
        if same and (previous is None or other.id != previous.id):
            yield f"DuplicateListener: the load balancer already has a listener on port {inputs.get('port')}"
    yield from _actions(inputs["defaultActions"])
    yield from _associations(cloud, previous, inputs["defaultActions"], inputs["loadBalancerArn"])


def listener_rule(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Check the priority and the actions."""
    for other in cloud.all(LISTENER_RULE):
        same = all(other.get(key) == inputs.get(key) for key in ("listenerArn", "priority"))
        if same and inputs.get("priority") and (previous is None or other.id != previous.id):
            yield f"PriorityInUse: priority {inputs['priority']} is already used"
    yield from _actions(inputs["actions"])
    yield from _associations(cloud, previous, inputs["actions"], _balancer_of(inputs["listenerArn"]))


def _balancer_of(listener_arn: str) -> str:
    return listener_arn.rpartition("/")[0].replace(":listener/", ":loadbalancer/")


def _associations(
    cloud: Cloud, previous: CloudResource | None, actions: list[dict[str, Any]], balancer: str
) -> Iterator[str]:
    """Check that a target group belongs to one load balancer."""
    groups = {action.get("targetGroupArn") for action in actions} - {None}
    for other in [*cloud.all(LISTENER), *cloud.all(LISTENER_RULE)]:
        if previous is not None and other.id == previous.id:
            continue
        own = other.get("loadBalancerArn") or _balancer_of(str(other.get("listenerArn")))
        others = {action.get("targetGroupArn") for action in other.get("defaultActions") or other.get("actions")}
        if groups & others and own != balancer:
            yield f"TargetGroupAssociationLimit: {(groups & others).pop()} is associated with another load balancer"


def _actions(actions: list[dict[str, Any]]) -> Iterator[str]:
    for action in actions:
        properties = _ACTION_PROPERTIES.get(action["type"])
        if properties is None:
            yield f"ValidationError: unknown action type {action['type']}"
        elif not any(action.get(key) for key in properties):
            yield f"ValidationError: the action {action['type']} requires {' or '.join(properties)}"
    if sum(action["type"] in {"forward", "redirect", "fixed-response"} for action in actions) != 1:
        yield "InvalidLoadBalancerAction: exactly one action must be forward, redirect or fixed-response"
