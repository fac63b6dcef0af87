"""The change guard of a cluster rejects changes in previews and updates with a real engine."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from engine import Engine, FailedError, Program, Stack
from programs import NETWORK
from programs import cluster as small_cluster

from moorings.msk.change_guard import cluster_change_guard
from moorings.validation.reporter import Reporter

DEFAULTS = {
    "brokers": 6,
    "scram": True,
    "volume": 100,
    "instance_type": "kafka.m7g.large",
    "name": "kafka",
    "version": "3.9.x.kraft",
    "public": "DISABLED",
}


def cluster(acknowledged: tuple[str, ...] = (), *, protect: bool = True, **changes: Any) -> Program:
    """A program with a cluster as ``MskCluster`` creates it."""
    reporter = Reporter("MskCluster 'kafka'", {}, dict.fromkeys(acknowledged, "a test"))

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{index}.0/24", availability_zone=zone)
            for index, zone in enumerate(["eu-west-1a", "eu-west-1b", "eu-west-1c"])
        ]
        group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
        settings = DEFAULTS | changes
        aws.msk.Cluster(
            "kafka-cluster",
            cluster_name=settings["name"],
            kafka_version=settings["version"],
            number_of_broker_nodes=settings["brokers"],
            broker_node_group_info={
                "instance_type": settings["instance_type"],
                "client_subnets": [subnet.id for subnet in subnets],
                "security_groups": [group.id],
                "storage_info": {"ebs_storage_info": {"volume_size": settings["volume"]}},
                "connectivity_info": {"public_access": {"type": settings["public"]}},
            },
            client_authentication={"sasl": {"scram": settings["scram"], "iam": True}, "unauthenticated": False},
            opts=pulumi.ResourceOptions(protect=protect, hooks=cluster_change_guard("kafka", reporter)),
        )

    return program


@pytest.fixture
def deployed(engine: Engine) -> Stack:
    stack = engine.program("guarded", cluster())
    stack.up()
    return stack


REJECTED = [
    ({"brokers": 3}, "brokers_per_zone: 3 brokers instead of 6", "msk-fewer-brokers"),
    ({"scram": False}, "scram: turning it off locks out its clients", "msk-authentication-off"),
    ({"volume": 50}, "volume_gib: 50 instead of 100", "msk-volume-resized"),
    ({"version": "3.8.x.kraft"}, "kafka_version: MSK does not support the downgrade", "msk-kafka-downgrade"),
    (
        {"instance_type": "express.m7g.large"},
        "instance_type: MSK cannot change kafka.m7g.large to express.m7g.large",
        "msk-broker-type-changed",
    ),
]


def inputs_in_state(stack: Stack) -> dict[str, Any]:
    """The inputs of all resources in the state."""
    return {urn: resource["inputs"] for urn, resource in stack.resources.items()}


def test_changes_are_rejected_in_the_preview_and_in_the_update(deployed):
    before = inputs_in_state(deployed)
    attempts = [(deployed.preview, *rejected) for rejected in REJECTED]
    for attempt, changes, message, rule in [*attempts, (deployed.up, *REJECTED[0])]:
        with pytest.raises(FailedError) as error:
            attempt(cluster(**changes))
        assert f"MskCluster 'kafka': {message}" in error.value.run.all_output
        assert f"[{rule}]" in error.value.run.all_output
    assert inputs_in_state(deployed) == before


def test_acknowledged_changes_are_made(deployed):
    assert deployed.up(cluster(("msk-fewer-brokers",), brokers=3)).touched() == {"kafka-cluster"}
    assert deployed.up(cluster(("msk-authentication-off",), brokers=3, scram=False)).touched() == {"kafka-cluster"}


def test_rolling_restarts_and_operations_in_sequence_are_logged(deployed):
    larger = cluster(brokers=9, volume=200, instance_type="kafka.m7g.xlarge")
    notice = (
        "MskCluster 'kafka': rolling restart of 9 brokers to change broker size, one broker at a time, 5 to 15 minutes "
        "each: 45 to 135 minutes in total"
    )
    assert notice in deployed.preview(larger).all_output
    run = deployed.up(larger)
    assert notice in run.all_output
    assert "MSK changes broker size, storage and broker count in sequence" in run.all_output
    assert run.touched() == {"kafka-cluster"}


def test_a_cluster_cannot_be_created_with_public_access(engine):
    stack = engine.program("public", cluster(public="SERVICE_PROVIDED_EIPS"))
    for attempt in (stack.preview, stack.up):
        with pytest.raises(FailedError) as error:
            attempt()
        assert (
            "MskCluster 'kafka': connectivity: MSK cannot create a cluster with public access; deploy "
            "connectivity_step='prepare' first, and 'enable' in a later update"
        ) in error.value.run.all_output
    assert "kafka-cluster" not in str(stack.resources)


def test_a_route_is_enabled_together_with_its_connection(engine):
    """In the preview, the provider still returns the old, empty bootstrap brokers."""

    def program(step: str) -> Program:
        def inner() -> None:
            kafka = small_cluster(
                users=["orders"], connectivity="public", connectivity_step=step, dual_stack=step == "enable"
            )
            if step == "enable":
                pulumi.export("internet", kafka.connection("orders", route="internet").bootstrap_servers)
                pulumi.export("ipv6", kafka.connection("orders", route="vpc-ipv6").bootstrap_servers)

        return inner

    stack = engine.program("enabled", program("prepare"), NETWORK)
    stack.up()
    stack.preview(program("enable"))
    stack.up(program("enable"))
    assert stack.outputs["internet"].count(":9196") == 2
    assert stack.outputs["ipv6"].count(":20096") == 2


def test_a_protected_cluster_is_not_replaced(deployed):
    for attempt in (deployed.preview, deployed.up):
        with pytest.raises(FailedError) as error:
            attempt(cluster(name="other"))
        assert "protect" in error.value.run.all_output


def test_destroy_runs_no_hooks(deployed):
    """A hook on deletions would require the program, which `pulumi destroy` does not run."""
    deployed.unprotect()
    deployed.destroy()
    assert not deployed.resources
