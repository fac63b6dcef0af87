"""Where brokers may stand."""

import pytest

from moorings.msk.subnets import own_zones
from moorings.subnets import Subnet


def placed(id_, vpc_id, zone_id):
    return Subnet(id_, vpc_id, f"zone of {zone_id}", zone_id)


def test_subnets_in_zones_of_their_own_are_taken():
    subnets = [placed("subnet-a", "vpc-1", "euw1-az1"), placed("subnet-b", "vpc-1", "euw1-az2")]
    assert own_zones("vpc-1", subnets) == ["subnet-a", "subnet-b"]


@pytest.mark.parametrize("vpc_id", [None, "", "subnet-a"])
def test_what_nobody_described_is_taken(vpc_id):
    zone = "euw1-az1"
    subnets = [placed("subnet-a", vpc_id, zone), placed("subnet-b", vpc_id, zone)]
    assert own_zones("vpc-1", subnets) == ["subnet-a", "subnet-b"]


@pytest.mark.parametrize(
    ("subnets", "message"),
    [
        (
            [placed("subnet-a", "vpc-1", "euw1-az1"), placed("subnet-b", "vpc-1", "euw1-az1")],
            "subnet_ids: subnet-a and subnet-b both lie in euw1-az1; MSK wants each broker subnet in a zone of its own",
        ),
        (
            [placed("subnet-a", "vpc-1", "use1-az3")],
            "subnet_ids: subnet-a lies in use1-az3, where MSK has no brokers; name one in another zone",
        ),
    ],
)
def test_a_subnet_where_no_broker_can_stand_is_refused(subnets, message):
    with pytest.raises(ValueError) as refused:
        own_zones("vpc-1", subnets)
    assert str(refused.value) == message
