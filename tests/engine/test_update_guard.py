"""The engine itself refuses changes of a cluster that nobody means, in the preview and again in the update."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from engine import Engine, FailedError, Program, Stack
from programs import NETWORK
from programs import cluster as small_cluster

from moorings.msk.change_guard import cluster_change_guard

GIVEN = {
    "brokers": 6,
    "scram": True,
    "volume": 100,
    "instance_type": "kafka.m7g.large",
    "name": "kafka",
    "version": "3.9.x.kraft",
    "public": "DISABLED",
}


def cluster(meant: tuple[str, ...] = (), *, protect: bool = True, **changed: Any) -> Program:
    """A program with a cluster as ``MskCluster`` makes it, in the provider's words."""

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{at}.0/24", availability_zone=zone)
            for at, zone in enumerate(["eu-west-1a", "eu-west-1b", "eu-west-1c"])
        ]
        group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
        given = GIVEN | changed
        aws.msk.Cluster(
            "kafka-cluster",
            cluster_name=given["name"],
            kafka_version=given["version"],
            number_of_broker_nodes=given["brokers"],
            broker_node_group_info={
                "instance_type": given["instance_type"],
                "client_subnets": [subnet.id for subnet in subnets],
                "security_groups": [group.id],
                "storage_info": {"ebs_storage_info": {"volume_size": given["volume"]}},
                "connectivity_info": {"public_access": {"type": given["public"]}},
            },
            client_authentication={"sasl": {"scram": given["scram"], "iam": True}, "unauthenticated": False},
            opts=pulumi.ResourceOptions(protect=protect, hooks=cluster_change_guard("kafka", meant)),
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
        {"version": "3.8.x.kraft"},
        "MskCluster 'kafka': kafka_version would be 3.8.x.kraft instead of 3.9.x.kraft, and MSK never goes back; keep "
        "3.9.x.kraft or a newer one",
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
    attempts = [(deployed.preview, *each) for each in REFUSED]
    for attempt, changed, message in [*attempts, (deployed.up, *REFUSED[0])]:
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
    assert "this update changes the size of the brokers, the disks and the number of brokers, one after the" in run.told
    assert run.touched() == {"kafka-cluster"}


def test_no_cluster_is_made_with_public_access(engine):
    stack = engine.program("public", cluster(public="SERVICE_PROVIDED_EIPS"))
    for attempt in (stack.preview, stack.up):
        with pytest.raises(FailedError) as caught:
            attempt()
        assert (
            "MskCluster 'kafka': MSK makes no cluster that the internet reaches; deploy access_step='prepare' first, and "
            "'open' in an update of its own"
        ) in caught.value.run.told
    assert "kafka-cluster" not in str(stack.resources)


def test_a_way_is_opened_together_with_its_connection(engine):
    """The provider's preview has the addresses of before, which are none."""

    def program(step: str) -> Program:
        def inner() -> None:
            kafka = small_cluster(users=["orders"], connectivity="public", connectivity_step=step, dual_stack=step == "enable")
            if step == "enable":
                pulumi.export("internet", kafka.connection("orders", route="internet").bootstrap_servers)
                pulumi.export("ipv6", kafka.connection("orders", route="vpc-ipv6").bootstrap_servers)

        return inner

    stack = engine.program("opened", program("prepare"), NETWORK)
    stack.up()
    stack.preview(program("enable"))
    stack.up(program("enable"))
    assert stack.outputs["internet"].count(":9196") == 2
    assert stack.outputs["ipv6"].count(":20096") == 2


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
