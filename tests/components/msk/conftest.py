"""Fixtures for clusters."""

import pulumi
import pytest

from moorings import MskCluster

REQUIRED = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
    "kafka_version": "3.9.x.kraft",
}


@pytest.fixture
def create(deploy):
    """Deploy a cluster with the required and additional arguments. Functions return late values."""

    def create_cluster(*, preview=False, **args):
        def program():
            values = {name: value() if callable(value) else value for name, value in args.items()}
            MskCluster("kafka", REQUIRED | values)

        return deploy(program, preview=preview)

    return create_cluster


@pytest.fixture
def kafka(deploy):
    """Resolve a value of a cluster."""

    def resolve(select, **args):
        def program():
            pulumi.export("value", select(MskCluster("kafka", REQUIRED | args)))

        return deploy(program, reveal_secrets=True).outputs["value"]

    return resolve
