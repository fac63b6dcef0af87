"""Connectivity of a cluster: its own VPC, other VPCs over AWS PrivateLink, the internet, and IPv6."""

from collections.abc import Sequence
from typing import Any, Literal

from moorings.kafka.listeners import ListenerKind

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


def required_versions(connectivity: Connectivity, *, dual_stack: bool) -> dict[str, tuple[int, int, int]]:
    """Return the first Kafka version that supports each of the arguments ``connectivity`` and ``dual_stack``.

    Source: ``PUBLIC_ACCESS_SOURCE``, ``PRIVATE_LINK_SOURCE`` and ``DUAL_STACK_SOURCE``.
    """
    versions: dict[str, tuple[int, int, int]] = {}
    if is_public(connectivity):
        versions["connectivity"] = _FIRST_PUBLIC
    if has_private_link(connectivity):
        versions["connectivity"] = _FIRST_PRIVATE_LINK  # later than the first version with public access
    if dual_stack:
        versions["dual_stack"] = _FIRST_DUAL_STACK
    return versions


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
