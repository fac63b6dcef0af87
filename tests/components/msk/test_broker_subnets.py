"""Where brokers may stand."""

from types import SimpleNamespace

import pulumi
import pytest

from moorings import InvalidInput, MskCluster
from moorings.aws.subnets import Subnet
from moorings.msk.broker_subnets import own_zones


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


PLACE = {"vpc_id": "vpc-0d1c7a52e8b94f360", "kafka_version": "3.9.x.kraft"}
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]


@pytest.fixture
def asked(monkeypatch):
    """What EC2 is asked for, and what it answers by the name of the filter."""
    asked, answers = {}, {}

    def tables(*, vpc_id, filters, opts):
        (gateway, other) = filters
        assert (vpc_id, gateway) == (PLACE["vpc_id"], {"name": "route.gateway-id", "values": ["igw-*"]})
        asked[other["name"]] = other["values"]
        return pulumi.Output.from_input(SimpleNamespace(ids=answers.get(other["name"], answers.get("rest", []))))

    monkeypatch.setattr("pulumi_aws.ec2.get_route_tables_output", tables)
    return asked, answers


def public(access="public", **args):
    return MskCluster("kafka", {**PLACE, "subnet_ids": SUBNETS, "access": access, "access_step": "prepare", **args})


def test_public_access_needs_a_way_from_the_internet(deploy, asked):
    with pytest.raises(InvalidInput) as refused:
        deploy(public)
    assert str(refused.value) == (
        f"MskCluster 'kafka': subnet_ids: none of {', '.join(SUBNETS)} has a route to an internet gateway, and public "
        "access needs one; name public subnets, as a cluster never changes them"
    )
    assert asked[0] == {"association.subnet-id": SUBNETS, "association.main": ["true"]}


@pytest.mark.parametrize("table", ["association.subnet-id", "association.main", "rest"])
def test_one_route_will_do_and_so_will_no_answer(deploy, asked, table):
    asked[1][table] = None if table == "rest" else ["rtb-0d1c7a52e8b94f360"]
    assert "kafka-cluster" in [each.name for each in deploy(public).resources]


def test_ways_to_private_brokers_and_to_subnets_that_are_made_are_not_looked_up(deploy, asked):
    def program():
        public(access="private", access_step=None)
        late = pulumi.Output.from_input(SUBNETS)
        MskCluster("late", {**PLACE, "subnet_ids": late, "access": "public", "access_step": "prepare"})
        items = [pulumi.Output.from_input(SUBNETS[0]), *SUBNETS[1:]]
        MskCluster("items", {**PLACE, "subnet_ids": items, "access": "public", "access_step": "prepare"})

    deploy(program)
    assert asked[0] == {}


def test_where_ec2_does_not_answer_nothing_is_refused(deploy):
    assert "kafka-cluster" in [each.name for each in deploy(public).resources]
