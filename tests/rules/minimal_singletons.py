"""Minimal valid programs of the classes of singletons."""

from collections.abc import Mapping
from typing import Any

from minimal import (
    BUILDERS,
    CERTIFICATE_ARN,
    CONSTANTS,
    EXPRESSION_COMPONENTS,
    MINIMAL,
    SUBNETS,
    Arguments,
    component,
    nested,
)

import moorings
from moorings.ecs.balanced_target import BalancedTarget
from moorings.ecs.created_load_balancer import CreatedLoadBalancer
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
for base in (BalancedTarget, CreatedLoadBalancer, HttpTarget):
    BUILDERS[base], MINIMAL[base] = BUILDERS[moorings.SingletonLoadBalancer], LOAD_BALANCER_ARGS
nested(
    moorings.NetworkLoadBalancer,
    moorings.FargateSingletonArgs,
    lambda load_balancer: {
        "port": 3000,
        "additional_ports": {"syslog": moorings.TaskPort(port=514, protocol="udp")},
        "network_load_balancer": load_balancer,
    },
    client_cidrs={"vpn": "10.80.0.0/16"},
)
LISTENER_ARGS: dict[str, Any] = {
    "listener_arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/edge/50dc6c49/f2f7dc8e",
    "health_check_path": "/healthy",
    "hosts": ["orders.example.com"],
}


def build_listener(args: Arguments, acknowledge: Mapping[str, str]) -> Any:
    """Create a singleton beside another one with the host other.example.com and the priority 700."""
    neighbor = {**LISTENER_ARGS, "hosts": ["other.example.com"], "priority": 700}
    moorings.FargateSingleton("neighbor", {**SINGLETON_ARGS, "port": 3000, "existing_listener": neighbor})
    listener = moorings.ExistingListener(**{**LISTENER_ARGS, **args})
    return BUILDERS[moorings.FargateSingletonArgs]({"port": 3000, "existing_listener": listener}, acknowledge)


BUILDERS[moorings.ExistingListener], MINIMAL[moorings.ExistingListener] = build_listener, LISTENER_ARGS
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
