"""The engine itself refuses changes of a cluster that nobody means, in the preview and again in the update."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from engine import Engine, FailedError, Program, Stack

from moorings.msk.update_guard import update_guard

SIZE = "kafka.m7g.large"


def cluster(meant: tuple[str, ...] = (), *, protect: bool = True, **changed: Any) -> Program:
    """A program with a cluster as ``MskCluster`` makes it, in the provider's words."""

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{at}.0/24", availability_zone=zone)
            for at, zone in enumerate(["eu-west-1a", "eu-west-1b", "eu-west-1c"])
        ]
        group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
        given = {"brokers": 6, "scram": True, "volume": 100, "instance_type": SIZE, "name": "kafka"} | changed
        aws.msk.Cluster(
            "kafka-cluster",
            cluster_name=given["name"],
            kafka_version="3.9.x.kraft",
            number_of_broker_nodes=given["brokers"],
            broker_node_group_info={
                "instance_type": given["instance_type"],
                "client_subnets": [subnet.id for subnet in subnets],
                "security_groups": [group.id],
                "storage_info": {"ebs_storage_info": {"volume_size": given["volume"]}},
            },
            client_authentication={"sasl": {"scram": given["scram"], "iam": True}, "unauthenticated": False},
            opts=pulumi.ResourceOptions(protect=protect, hooks=update_guard("kafka", meant)),
        )

    return program


@pytest.fixture
def deployed(engine: Engine) -> Stack:
    stack = engine.program("guarded", cluster())
    stack.up()
    return stack


REFUSED = [
    (
        {"brokers": 3},
        "MskCluster 'kafka': the cluster would have 3 brokers instead of 6, and MSK takes away only brokers that hold no "
        "partitions, one in each zone at a time; move their partitions away, then allow 'fewer-brokers'",
    ),
    (
        {"scram": False},
        "MskCluster 'kafka': scram would be off, and whoever logs in with it locked out; move the clients, then allow "
        "'authentication-off'",
    ),
    (
        {"volume": 50},
        "MskCluster 'kafka': volume_gib would be 50 instead of 100, and disks never shrink; keep 100 or more",
    ),
    (
        {"instance_type": "express.m7g.large"},
        "MskCluster 'kafka': MSK cannot turn kafka.m7g.large into express.m7g.large, as Standard and Express brokers "
        "never become each other; make a second cluster and replicate into it",
    ),
]


def kept(stack: Stack) -> dict[str, Any]:
    """The inputs of what the state holds, in any order."""
    return {urn: resource["inputs"] for urn, resource in stack.resources.items()}


def test_what_nobody_means_is_refused_in_the_preview_and_in_the_update(deployed):
    before = kept(deployed)
    for changed, message in REFUSED:
        for attempt in (deployed.preview, deployed.up):
            with pytest.raises(FailedError) as caught:
                attempt(cluster(**changed))
            assert message in caught.value.run.told
    assert kept(deployed) == before


def test_what_is_meant_is_done(deployed):
    assert deployed.up(cluster(("fewer-brokers",), brokers=3)).touched() == {"kafka-cluster"}
    assert deployed.up(cluster(("authentication-off",), brokers=3, scram=False)).touched() == {"kafka-cluster"}


def test_more_of_everything_is_let_through_and_told(deployed):
    more = cluster(brokers=9, volume=200, instance_type="kafka.m7g.xlarge")
    told = (
        "MskCluster 'kafka': a change of the size of the brokers restarts the 9 brokers one by one, 5 to 15 minutes for "
        "each: 45 to 135 minutes in all"
    )
    assert told in deployed.preview(more).told
    run = deployed.up(more)
    assert told in run.told
    assert run.touched() == {"kafka-cluster"}


def test_a_protected_cluster_is_not_replaced(deployed):
    for attempt in (deployed.preview, deployed.up):
        with pytest.raises(FailedError) as caught:
            attempt(cluster(name="other"))
        assert "protect" in caught.value.run.told


def test_destroy_needs_no_program(deployed):
    """A hook that runs before a deletion would be sought in the program; this one is not asked."""
    deployed.unprotect()
    deployed.destroy()
    assert not deployed.resources
