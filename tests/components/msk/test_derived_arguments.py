"""Values that follow from the arguments of a cluster."""

import pulumi
import pytest

from moorings import MskClusterArgs

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]


def arguments(**changed):
    required = {"vpc_id": "vpc-0d1c7a52e8b94f360", "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
    return MskClusterArgs(**required | changed)


@pytest.mark.parametrize(
    ("changed", "name", "expected"),
    [
        ({}, "zone_count", 3),
        ({"brokers_per_zone": 2}, "broker_count", 6),
        ({}, "broker_size", "kafka.m7g.large"),
        ({"broker_type": "express"}, "broker_size", "express.m7g.large"),
        ({"instance_type": "kafka.m5.large"}, "broker_size", "kafka.m5.large"),
        ({}, "volume_size", 100),
        ({"volume_gib": 500}, "volume_size", 500),
        ({"broker_type": "express"}, "volume_size", None),
        ({}, "volume_arguments", []),
        ({"volume_gib": 500, "tiered_storage": True}, "volume_arguments", ["volume_gib", "tiered_storage"]),
        ({}, "replication_factor", 3),
        ({"subnet_ids": SUBNETS[:2]}, "replication_factor", 2),
        ({"default_replication_factor": 2}, "replication_factor", 2),
        ({"broker_type": "express"}, "replication_factor", 3),
        ({}, "insync_replicas", 2),
        ({"subnet_ids": SUBNETS[:2]}, "insync_replicas", 1),
        ({"min_insync_replicas": 1}, "insync_replicas", 1),
        ({"broker_type": "express"}, "insync_replicas", 2),
        ({"server_properties": {"b": "1", "a": "2"}}, "server_property_names", ["a", "b"]),
    ],
)
def test_derived_values(changed, name, expected):
    assert getattr(arguments(**changed), name) == expected


def test_late_arguments_make_derived_values_late(deploy):
    def program():
        args = arguments(subnet_ids=pulumi.Output.from_input(SUBNETS))
        for name in ("zone_count", "broker_count", "replication_factor", "insync_replicas"):
            pulumi.export(name, getattr(args, name))

    assert deploy(program).outputs == {
        "zone_count": 3,
        "broker_count": 3,
        "replication_factor": 3,
        "insync_replicas": 2,
    }


def test_the_number_of_zones_does_not_depend_on_late_subnets(deploy):
    def program():
        late = pulumi.Output.from_input(SUBNETS[0])
        assert arguments(subnet_ids=[late, *SUBNETS[1:]]).broker_count == 3

    deploy(program)
