"""Checks of the broker subnets."""

from types import SimpleNamespace

import pulumi
import pytest

from moorings import InvalidInput, MskCluster

REQUIRED = {"vpc_id": "vpc-0d1c7a52e8b94f360", "kafka_version": "3.9.x.kraft"}
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]


@pytest.fixture
def route_tables(monkeypatch):
    """Values that EC2 was queried for, and IDs that it returns, by the name of the filter."""
    queries, results = {}, {}

    def get_route_tables(*, vpc_id, filters, opts):
        (gateway, other) = filters
        assert (vpc_id, gateway) == (REQUIRED["vpc_id"], {"name": "route.gateway-id", "values": ["igw-*"]})
        queries[other["name"]] = other["values"]
        return pulumi.Output.from_input(SimpleNamespace(ids=results.get(other["name"], results.get("other", []))))

    monkeypatch.setattr("pulumi_aws.ec2.get_route_tables_output", get_route_tables)
    return queries, results


def public(connectivity="public", **args):
    return MskCluster(
        "kafka",
        {**REQUIRED, "subnet_ids": SUBNETS, "connectivity": connectivity, "connectivity_step": "prepare", **args},
    )


def test_public_access_requires_a_route_to_an_internet_gateway(deploy, route_tables):
    with pytest.raises(InvalidInput) as error:
        deploy(public)
    assert str(error.value) == (
        f"MskCluster 'kafka': subnet_ids: none of {', '.join(SUBNETS)} has a route to an internet gateway, which "
        "public access requires; use public subnets, because a cluster cannot change its subnets"
    )
    assert route_tables[0] == {"association.subnet-id": SUBNETS, "association.main": ["true"]}


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
