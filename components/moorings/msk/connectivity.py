"""Connectivity of a cluster: its own VPC, other VPCs over AWS PrivateLink, the internet, and IPv6."""

from collections.abc import Sequence
from typing import Any, Literal

from moorings.kafka.listeners import ListenerKind
from moorings.msk.broker_sizes import is_burstable
from moorings.msk.kafka_versions import parse_version

Connectivity = Literal["private", "private-link", "public", "public-and-private-link"]
"""``private``: the cluster's VPC and networks routed to it. ``private-link``: also other VPCs of the Region, with
multi-VPC private connectivity. ``public``: also the internet."""

ConnectivityStep = Literal["prepare", "enable"]

PUBLIC_ACCESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html"
PRIVATE_LINK_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html"
DUAL_STACK_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/mskp-choose-cluster-network-type.html"

_FIRST_PUBLIC = (2, 6, 0)
_FIRST_PRIVATE_LINK = (2, 7, 1)
_FIRST_DUAL_STACK = (3, 6, 0)


def is_public(connectivity: Connectivity) -> bool:
    """Whether the internet can reach the brokers once the connectivity is enabled."""
    return connectivity in ("public", "public-and-private-link")


def has_private_link(connectivity: Connectivity) -> bool:
    """Whether other VPCs can connect over PrivateLink once the connectivity is enabled."""
    return connectivity in ("private-link", "public-and-private-link")


def acl_problem(
    connectivity: Connectivity, listeners: Sequence[ListenerKind], *, allow_everyone_without_acls: bool
) -> str | None:
    """Return why the listeners need ACLs for the connectivity, or None.

    Source: ``PUBLIC_ACCESS_SOURCE`` and ``PRIVATE_LINK_SOURCE``.
    """
    authorized_by_acls = [listener for listener in listeners if listener != "iam"]
    if connectivity == "private" or not allow_everyone_without_acls or not authorized_by_acls:
        return None
    return (
        f"connectivity: {connectivity!r} with the {' and '.join(authorized_by_acls)} listener requires "
        "allow_everyone_if_no_acl_found=False; deploy connectivity='private', create the ACLs, set "
        "allow_everyone_if_no_acl_found=False (with acls_exist=True if iam is off), and change connectivity in a later "
        "update"
    )


def check_connectivity(
    *, connectivity: Connectivity, instance_type: str, kafka_version: str, dual_stack: bool = False
) -> str:
    """Return the instance type, if the broker size and the Kafka version support the connectivity.

    Raises:
        ValueError: if they do not.

    """
    version = parse_version(kafka_version)
    minimums = [
        (is_public(connectivity), f"connectivity: {connectivity!r}", _FIRST_PUBLIC),
        (has_private_link(connectivity), f"connectivity: {connectivity!r}", _FIRST_PRIVATE_LINK),
        (dual_stack, "dual_stack:", _FIRST_DUAL_STACK),
    ]
    for applies, argument, minimum in minimums:
        if applies and version < minimum:
            first = ".".join(map(str, minimum))
            raise ValueError(f"{argument} requires Kafka {first} or later, got {kafka_version}; raise kafka_version")
    if has_private_link(connectivity) and is_burstable(instance_type):
        raise ValueError(f"connectivity: {connectivity!r} is not supported on {instance_type}; use kafka.m7g.large")
    return instance_type


def connectivity_info(
    connectivity: Connectivity,
    step: ConnectivityStep,
    listeners: Sequence[ListenerKind],
    *,
    dual_stack: bool,
    disable_private_link: bool,
) -> dict[str, Any]:
    """Return the ``connectivity_info`` of a cluster.

    Public access is always included, because MSK keeps the current setting if it is omitted. PrivateLink is included
    only if it is on or is turned off, because a cluster that never used it would need an additional update.
    """
    enabled = step == "enable"
    public = enabled and is_public(connectivity)
    info: dict[str, Any] = {"public_access": {"type": "SERVICE_PROVIDED_EIPS" if public else "DISABLED"}}
    if dual_stack:
        info["network_type"] = "DUAL"
    private_link = enabled and has_private_link(connectivity)
    if private_link or disable_private_link:
        info["vpc_connectivity"] = {
            "client_authentication": {
                "sasl": {"scram": private_link and "scram" in listeners, "iam": private_link and "iam" in listeners},
                "tls": private_link and "tls" in listeners,
            }
        }
    return info
