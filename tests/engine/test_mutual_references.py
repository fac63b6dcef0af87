"""Two components that refer to each other: a cluster that admits a service, which connects to the cluster."""

import asyncio
import json
from collections.abc import Callable

import pulumi
import pytest
from emulated_providers.aws_ecs import SERVICE, TASK
from engine import Engine, FailedError, Stack
from programs import NETWORK, cluster

from moorings import FargateSingleton

CLUSTER = "aws:msk/cluster:Cluster"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
MAIN_RESOURCES = {"kafka-cluster", "orders-service", "orders-task"}


def mutual_references(*, image_tag: str = "1", min_insync_replicas: int = 1) -> Callable[[], None]:
    """A program in which each component has an argument that becomes known through the other one."""

    def program() -> None:
        created: asyncio.Future[FargateSingleton] = asyncio.get_event_loop().create_future()
        group_id = pulumi.Output.from_input(created).apply(lambda service: service.security_group_id)
        kafka = cluster(
            users=["orders"],
            client_security_group_ids={"orders": group_id},
            min_insync_replicas=group_id.apply(lambda _: min_insync_replicas),
        )
        config = pulumi.Config("moorings")
        service = FargateSingleton(
            "orders",
            {
                "vpc_id": config.require("vpcId"),
                "subnet_ids": json.loads(config.require("subnetIds")),
                "image": kafka.arn.apply(lambda _: f"registry.example/orders:{image_tag}"),
                "user": "1001:1001",
                "health_check": {"command": ["/bin/orders", "health"]},
                "kafka": kafka.connection("orders").model_copy(update={"security_group_id": None}),
                "egress": {"brokers": {"port": 9096, "security_group_id": kafka.security_group_id}},
                "protect": False,
            },
        )
        created.set_result(service)

    return program


@pytest.fixture
def stack(engine: Engine) -> Stack:
    return engine.program("mutual", mutual_references(), NETWORK)


def test_components_that_refer_to_each_other_are_deployed(engine, stack):
    preview = stack.preview()
    assert preview.errors == []
    assert preview.touched() >= MAIN_RESOURCES
    assert stack.up().errors == []
    assert [len(engine.cloud.all(kind)) for kind in (CLUSTER, SERVICE, TASK)] == [1, 1, 1]
    assert stack.up().changes == {}


@pytest.mark.parametrize(
    ("changed", "rule", "missing"),
    [
        ({"image_tag": "latest"}, "ecs-image-latest", (SERVICE, TASK)),
        ({"min_insync_replicas": 2}, "msk-min-insync-replicas", (CLUSTER, SERVICE, TASK)),
    ],
)
def test_a_late_value_that_is_rejected_creates_no_main_resource(engine, stack, changed, rule, missing):
    with pytest.raises(FailedError) as error:
        stack.up(mutual_references(**changed))
    assert f"[{rule}]" in error.value.run.all_output
    assert not [resource for kind in missing for resource in engine.cloud.all(kind)]
    assert engine.cloud.all(SECURITY_GROUP)
