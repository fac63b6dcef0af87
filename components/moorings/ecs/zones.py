"""Where the task and its load balancer may stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def distinct(subnet_ids: list[Any]) -> list[Any]:
    """The subnets, if none is named twice.

    Raises:
        ValueError: for a subnet that is.

    """
    known = [each for each in subnet_ids if isinstance(each, str)]
    twice = sorted({each for each in known if known.count(each) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named twice; name each subnet once")
    return subnet_ids


@dataclass(frozen=True)
class Placed:
    """A subnet, as EC2 describes it."""

    id: str
    vpc_id: str | None
    zone: str

    @property
    def described(self) -> bool:
        """Whether EC2 answered: a test's mocks leave the VPC out, or put a stand-in there."""
        return self.vpc_id is not None and self.vpc_id.startswith("vpc-")


def several_zones(vpc_id: str, subnets: Sequence[Placed], *, load_balancer: bool = False) -> list[str]:
    """The IDs of the subnets, if they lie in the VPC and outlive a zone.

    Raises:
        ValueError: for a subnet of another VPC, subnets of one zone alone, or two of a load balancer in one zone.

    """
    described = [subnet for subnet in subnets if subnet.described]
    for subnet in described:
        if subnet.vpc_id != vpc_id:
            raise ValueError(
                f"subnet_ids: {subnet.id} lies in {subnet.vpc_id}, not in {vpc_id}; name subnets of one VPC"
            )
    taken: dict[str, str] = {}
    for subnet in described:
        if load_balancer and subnet.zone in taken:
            raise ValueError(
                f"subnet_ids: {taken[subnet.zone]} and {subnet.id} both lie in {subnet.zone}; a load balancer takes "
                "one subnet of each zone, so name its own in load_balancer.subnet_ids"
            )
        taken[subnet.zone] = subnet.id
    if described and len(taken) == 1:
        raise ValueError(
            f"subnet_ids: all subnets lie in {described[0].zone}, and the service would end with that zone; add one of "
            "another zone"
        )
    return [subnet.id for subnet in subnets]
