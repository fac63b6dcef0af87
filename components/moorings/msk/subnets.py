"""Where brokers may stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NEVER = "use1-az3"
"""The zone that MSK does not serve. Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html"""


@dataclass(frozen=True)
class Subnet:
    """A subnet, as EC2 describes it."""

    id: str
    vpc_id: str | None
    zone_id: str

    @property
    def described(self) -> bool:
        """Whether EC2 answered: a test's mocks leave the VPC out, or put a stand-in there."""
        return self.vpc_id is not None and self.vpc_id.startswith("vpc-")


def distinct(subnet_ids: list[Any]) -> list[Any]:
    """The subnets, if none is named twice.

    Raises:
        ValueError: for a subnet that is.

    """
    known = [each for each in subnet_ids if isinstance(each, str)]
    twice = sorted({each for each in known if known.count(each) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named twice; give one subnet for each availability zone")
    return subnet_ids


def own_zones(vpc_id: str, subnets: Sequence[Subnet]) -> list[str]:
    """The IDs of the subnets, if each lies in the VPC and in a zone of its own.

    Raises:
        ValueError: for a subnet of another VPC, two in one zone, or one in the zone that MSK does not serve.

    """
    taken: dict[str, str] = {}
    for subnet in filter(lambda each: each.described, subnets):
        if subnet.vpc_id != vpc_id:
            raise ValueError(
                f"subnet_ids: {subnet.id} lies in {subnet.vpc_id}, not in {vpc_id}; name subnets of one VPC"
            )
        if subnet.zone_id == NEVER:
            raise ValueError(
                f"subnet_ids: {subnet.id} lies in {NEVER}, where MSK has no brokers; name one in another zone"
            )
        if subnet.zone_id in taken:
            raise ValueError(
                f"subnet_ids: {taken[subnet.zone_id]} and {subnet.id} both lie in {subnet.zone_id}; "
                "MSK wants each broker subnet in a zone of its own"
            )
        taken[subnet.zone_id] = subnet.id
    return [subnet.id for subnet in subnets]
