"""Where the task and its load balancer may stand."""

from collections.abc import Sequence

from moorings.aws.subnets import Subnet, check_vpc


def several_zones(vpc_id: str, subnets: Sequence[Subnet], *, load_balancer: bool = False) -> list[str]:
    """The IDs of the subnets, if they lie in the VPC and outlive a zone.

    Raises:
        ValueError: for a subnet of another VPC, subnets of one zone alone, or two of a load balancer in one zone.

    """
    described = check_vpc(vpc_id, subnets)
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
