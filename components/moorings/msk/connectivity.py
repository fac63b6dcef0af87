"""From where a cluster is reached: its own VPC, others over PrivateLink, the internet."""

from collections.abc import Sequence
from typing import Any, Literal

from moorings.kafka.listeners import ListenerKind
from moorings.msk.broker_sizes import is_burstable
from moorings.msk.kafka_versions import number

Access = Literal["private", "private-link", "public", "public-and-private-link"]
"""``private``: the cluster's own VPC, and what is routed to it. ``private-link``: beside it, other VPCs of the Region
through connections of their own. ``public``: beside it, the internet."""

AccessStep = Literal["prepare", "open"]

PUBLIC_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html"
PRIVATE_LINK_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html"
DUAL_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/mskp-choose-cluster-network-type.html"

_FIRST_PUBLIC = (2, 6, 0)
_FIRST_PRIVATE_LINK = (2, 7, 1)
_FIRST_DUAL = (3, 6, 0)


def is_public(access: Access) -> bool:
    """Whether the internet is let in, at the end."""
    return access in ("public", "public-and-private-link")


def is_linked(access: Access) -> bool:
    """Whether other VPCs are let in, at the end."""
    return access in ("private-link", "public-and-private-link")


def closed_enough(access: Access, listeners: Sequence[ListenerKind], *, everyone: bool) -> str | None:
    """What stands in the way of the access in the ways to log in; None where nothing does.

    Source: ``PUBLIC_SOURCE`` and ``PRIVATE_LINK_SOURCE``.
    """
    by_acl = [kind for kind in listeners if kind != "iam"]
    if access == "private" or not everyone or not by_acl:
        return None
    return (
        f"access {access!r} with the {' and '.join(by_acl)} listener wants a cluster that ACLs close: first deploy "
        "with access='private', write the ACLs, then say allow_everyone_if_no_acl_found=False (with acls_exist=True "
        "where iam is off), and raise access in a later update"
    )


def reachable(*, access: Access, instance_type: str, kafka_version: str, dual_stack: bool = False) -> Access:
    """The access, if brokers of the size and version can be reached so, with ``dual_stack`` over IPv6 as well.

    Raises:
        ValueError: for a version or a size that cannot.

    """
    version = number(kafka_version)
    if is_public(access) and version < _FIRST_PUBLIC:
        raise ValueError(f"access {access!r} needs Kafka 2.6.0 or later, not {kafka_version}; raise kafka_version")
    if is_linked(access) and version < _FIRST_PRIVATE_LINK:
        raise ValueError(f"access {access!r} needs Kafka 2.7.1 or later, not {kafka_version}; raise kafka_version")
    if dual_stack and version < _FIRST_DUAL:
        raise ValueError(f"dual_stack needs Kafka 3.6.0 or later, not {kafka_version}; raise kafka_version")
    if is_linked(access) and is_burstable(instance_type):
        raise ValueError(f"access {access!r} does not work on {instance_type}; take kafka.m7g.large")
    return access


def connectivity(
    access: Access, step: AccessStep, listeners: Sequence[ListenerKind], *, dual_stack: bool, link_closed: bool
) -> dict[str, Any]:
    """The ``connectivity_info`` of a cluster.

    Public access is always said: MSK leaves it as it was where nothing is. PrivateLink is said where it is on, or was:
    a cluster that never had it would have to be updated once more to be told that it has none.
    """
    opened = step == "open"
    info: dict[str, Any] = {
        "public_access": {"type": "SERVICE_PROVIDED_EIPS" if opened and is_public(access) else "DISABLED"}
    }
    if dual_stack:
        info["network_type"] = "DUAL"
    linked = opened and is_linked(access)
    if linked or link_closed:
        info["vpc_connectivity"] = {
            "client_authentication": {
                "sasl": {"scram": linked and "scram" in listeners, "iam": linked and "iam" in listeners},
                "tls": linked and "tls" in listeners,
            }
        }
    return info
