"""Small programs for tests."""

import json
from collections.abc import Callable

import pulumi

from moorings import MskCluster, MskClusterArgs

NETWORK = {
    "aws:region": "eu-west-1",
    "moorings:vpcId": "vpc-0d1c7a52e8b94f360",
    "moorings:subnetIds": '["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]',
}


def cluster(**changes: object) -> MskCluster:
    """A cluster with two brokers in the configured network."""
    config = pulumi.Config("moorings")
    defaults = {
        "vpc_id": config.require("vpcId"),
        "subnet_ids": json.loads(config.require("subnetIds")),
        "kafka_version": "3.9.x.kraft",
        "instance_type": "kafka.m7g.large",
        "protect": False,
    }
    return MskCluster("kafka", MskClusterArgs(**{**defaults, **changes}))


def with_users(*users: str, **password_versions: int) -> Callable[[], MskCluster]:
    """A program whose cluster has these users."""
    return lambda: cluster(users=list(users), password_versions=password_versions)
