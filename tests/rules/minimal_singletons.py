"""Minimal valid programs of the classes of singletons."""

from typing import Any

from minimal import BUILDERS, CERTIFICATE_ARN, CONSTANTS, EXPRESSION_COMPONENTS, MINIMAL, SUBNETS, component, nested

import moorings
from moorings.ecs.http_target import HttpTarget

SINGLETON_ARGS: dict[str, Any] = {
    "vpc_id": "vpc-00000001",
    "subnet_ids": SUBNETS,
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "health_check": {"command": ["/bin/orders", "health"]},
}
LOAD_BALANCER_ARGS: dict[str, Any] = {
    "health_check_path": "/healthy",
    "certificate_arn": CERTIFICATE_ARN,
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}
CONSTANTS["SINGLETON_ARGS"] = SINGLETON_ARGS
CONSTANTS["LOAD_BALANCER_ARGS"] = LOAD_BALANCER_ARGS

component(moorings.FargateSingleton, moorings.FargateSingletonArgs, **SINGLETON_ARGS)
nested(
    moorings.SingletonLoadBalancer,
    moorings.FargateSingletonArgs,
    lambda load_balancer: {"port": 3000, "load_balancer": load_balancer},
    **LOAD_BALANCER_ARGS,
)
BUILDERS[HttpTarget], MINIMAL[HttpTarget] = BUILDERS[moorings.SingletonLoadBalancer], LOAD_BALANCER_ARGS
nested(
    moorings.ContainerHealthCheck,
    moorings.FargateSingletonArgs,
    lambda health_check: {"health_check": health_check},
    command=["/bin/orders", "health"],
)
nested(
    moorings.EcsSecretReference,
    moorings.FargateSingletonArgs,
    lambda reference: {"secrets": {"PASSWORD": reference}},
    secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/database-Xp4mQ9",
)
nested(
    moorings.SidecarContainer,
    moorings.FargateSingletonArgs,
    lambda sidecar: {"sidecars": {"agent": sidecar}},
    image="registry.example/agent:1.0",
    user="1001:1001",
)
EXPRESSION_COMPONENTS["singleton"] = moorings.FargateSingletonArgs
