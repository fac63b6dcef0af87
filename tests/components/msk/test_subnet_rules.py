"""Rules of the broker subnets."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import InvalidInput, MskCluster

REQUIRED = {"vpc_id": "vpc-0d1c7a52e8b94f360", "kafka_version": "3.9.x.kraft"}
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]


@pytest.fixture
def route_tables(monkeypatch):
    """Values that EC2 was queried for, and IDs that it returns, by the name of the filter."""
    queries, results = {}, {}

    def get_route_table_ids(vpc_id, filters, parent):
        (gateway, (name, values)) = filters.items()
        assert (vpc_id, gateway) == (REQUIRED["vpc_id"], ("route.gateway-id", ["igw-*"]))
        queries[name] = values
        return pulumi.Output.from_input(results.get(name, results.get("other", [])))

    monkeypatch.setattr("moorings.msk.subnet_rules.get_route_table_ids", get_route_table_ids)
    return queries, results


def public(connectivity="public", **args):
    return MskCluster(
        "kafka",
        {**REQUIRED, "subnet_ids": SUBNETS, "connectivity": connectivity, "connectivity_step": "prepare", **args},
    )


def test_public_access_requires_a_route_to_an_internet_gateway(deploy, route_tables, rejected):
    with rejected("msk-public-access-route", "subnet_ids"):
        deploy(public)
    assert route_tables[0] == {"association.subnet-id": SUBNETS, "association.main": ["true"]}


def test_subnets_without_a_route_can_be_acknowledged(deploy, route_tables, logged):
    plan = deploy(lambda: public(acknowledge={"msk-public-access-route": "the routes are created in another stack"}))
    assert "kafka-cluster" in [resource.name for resource in plan.resources]
    assert logged(plan) == []


@pytest.mark.parametrize("late", [False, True])
def test_two_subnets_in_one_zone_are_rejected(deploy, late):
    def program():
        zones = ("eu-west-1a", "eu-west-1a")
        subnets = [
            aws.ec2.Subnet(
                f"s{number}", vpc_id=REQUIRED["vpc_id"], cidr_block=f"10.0.{number}.0/24", availability_zone=zone
            ).id
            for number, zone in enumerate(zones)
        ]
        MskCluster("kafka", REQUIRED | {"subnet_ids": pulumi.Output.all(*subnets) if late else subnets})

    with pytest.raises(InvalidInput, match=r"are both in eu-west-1a"):
        deploy(program)


@pytest.mark.parametrize("table", ["association.subnet-id", "association.main", "other"])
def test_one_route_or_an_empty_response_is_accepted(deploy, route_tables, table):
    route_tables[1][table] = None if table == "other" else ["rtb-0d1c7a52e8b94f360"]
    assert "kafka-cluster" in [resource.name for resource in deploy(public).resources]


def test_routes_of_private_clusters_and_of_late_subnets_are_not_checked(deploy, route_tables):
    def program():
        public(connectivity="private", connectivity_step=None)
        late = pulumi.Output.from_input(SUBNETS)
        MskCluster("late", {**REQUIRED, "subnet_ids": late, "connectivity": "public", "connectivity_step": "prepare"})
        items = [pulumi.Output.from_input(SUBNETS[0]), *SUBNETS[1:]]
        MskCluster("items", {**REQUIRED, "subnet_ids": items, "connectivity": "public", "connectivity_step": "prepare"})

    deploy(program)
    assert route_tables[0] == {}


def test_an_unmocked_response_is_accepted(deploy):
    assert "kafka-cluster" in [resource.name for resource in deploy(public).resources]
