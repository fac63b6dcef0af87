"""Where brokers may stand."""

import pytest

from moorings.msk.subnets import Subnet, distinct, own_zones


def test_distinct_subnets_are_taken():
    assert distinct(["subnet-a", "subnet-b"]) == ["subnet-a", "subnet-b"]


def test_a_subnet_named_twice_is_refused():
    with pytest.raises(ValueError, match=r"^subnet-a is named twice; give one subnet for each availability zone$"):
        distinct(["subnet-a", "subnet-b", "subnet-a"])


def test_subnets_in_zones_of_their_own_are_taken():
    subnets = [Subnet("subnet-a", "vpc-1", "euw1-az1"), Subnet("subnet-b", "vpc-1", "euw1-az2")]
    assert own_zones("vpc-1", subnets) == ["subnet-a", "subnet-b"]


@pytest.mark.parametrize("vpc_id", [None, "", "subnet-a"])
def test_what_nobody_described_is_taken(vpc_id):
    zone = "euw1-az1"
    subnets = [Subnet("subnet-a", vpc_id, zone), Subnet("subnet-b", vpc_id, zone)]
    assert own_zones("vpc-1", subnets) == ["subnet-a", "subnet-b"]


@pytest.mark.parametrize(
    ("subnets", "message"),
    [
        (
            [Subnet("subnet-a", "vpc-2", "euw1-az1")],
            "subnet_ids: subnet-a lies in vpc-2, not in vpc-1; name subnets of one VPC",
        ),
        (
            [Subnet("subnet-a", "vpc-1", "euw1-az1"), Subnet("subnet-b", "vpc-1", "euw1-az1")],
            "subnet_ids: subnet-a and subnet-b both lie in euw1-az1; MSK wants each broker subnet in a zone of its own",
        ),
        (
            [Subnet("subnet-a", "vpc-1", "use1-az3")],
            "subnet_ids: subnet-a lies in use1-az3, where MSK has no brokers; name one in another zone",
        ),
    ],
)
def test_a_subnet_where_no_broker_can_stand_is_refused(subnets, message):
    with pytest.raises(ValueError) as refused:
        own_zones("vpc-1", subnets)
    assert str(refused.value) == message
