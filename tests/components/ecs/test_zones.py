"""Where the task and its load balancer may stand."""

import pytest

from moorings.aws.subnets import Subnet
from moorings.ecs.zones import several_zones

VPC = "vpc-0d1c7a52e8b94f360"


def placed(*zones, vpc=VPC):
    return [Subnet(f"subnet-{number}", vpc, zone, f"id-of-{zone}") for number, zone in enumerate(zones)]


@pytest.mark.parametrize("load_balancer", [False, True])
def test_subnets_of_several_zones_are_taken(load_balancer):
    assert several_zones(VPC, placed("a", "b"), load_balancer=load_balancer) == ["subnet-0", "subnet-1"]


@pytest.mark.parametrize("vpc", [None, "subnet-a"])
def test_what_nobody_described_is_taken(vpc):
    assert several_zones(VPC, placed("a", "a", vpc=vpc), load_balancer=True) == ["subnet-0", "subnet-1"]


def test_a_task_may_have_several_subnets_in_a_zone():
    assert several_zones(VPC, placed("a", "b", "a")) == ["subnet-0", "subnet-1", "subnet-2"]


@pytest.mark.parametrize(
    ("subnets", "load_balancer", "message"),
    [
        (
            placed("a", "a"),
            False,
            "subnet_ids: all subnets lie in a, and the service would end with that zone; add one of another zone",
        ),
        (
            placed("a", "b", "a"),
            True,
            "subnet_ids: subnet-0 and subnet-2 both lie in a; a load balancer takes one subnet of each zone, so name "
            "its own in load_balancer.subnet_ids",
        ),
    ],
)
def test_subnets_where_it_cannot_stand_are_refused(subnets, load_balancer, message):
    with pytest.raises(ValueError) as refused:
        several_zones(VPC, subnets, load_balancer=load_balancer)
    assert str(refused.value) == message
