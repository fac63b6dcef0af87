"""Target groups of a task behind an Application or Network Load Balancer."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.ecs.balanced_target import BalancedTarget
from moorings.ecs.child_names import MAX_LOAD_BALANCER_NAME, child_name
from moorings.ecs.http_target import HttpTarget
from moorings.ecs.network_load_balancer_args import NetworkLoadBalancer
from moorings.ecs.transform_rules import TARGET_GROUP_TYPE, transformed_drain
from moorings.overrides.child_guard import ChildGuard
from moorings.validation.reporter import Reporter


def create_http_target_group(
    name: str,
    role: str,
    target: HttpTarget,
    *,
    port: int,
    vpc_id: pulumi.Input[str],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
    reporter: Reporter,
) -> aws.lb.TargetGroup:
    """Create the target group with its health check.

    Args:
        name: name of the component.
        role: suffix of the logical name.
        target: protocol, health check and deregistration delay.
        port: port of the application.
        vpc_id: VPC of the task.
        tags: tags of the target group.
        opts: options of the target group.
        reporter: reporter of the component.

    """
    child, guard = _guard(name, role, target, reporter, opts)
    target_group = aws.lb.TargetGroup(
        child,
        target_type="ip",
        vpc_id=vpc_id,
        port=port,
        protocol=target.target_protocol,
        protocol_version=None if target.protocol_version == "HTTP1" else target.protocol_version,
        deregistration_delay=target.deregistration_delay_seconds,
        health_check={
            "enabled": True,
            "path": target.health_check_path,
            "port": str(target.health_check_port or "traffic-port"),
            "protocol": target.target_protocol,
            "matcher": target.matcher,
            "interval": target.health_check_interval_seconds,
            "timeout": target.health_check_timeout_seconds,
            "healthy_threshold": target.healthy_threshold,
            "unhealthy_threshold": target.unhealthy_threshold,
        },
        tags=tags,
        opts=guard.options(opts),
    )
    guard.check_preview(target_group, "deregistration_delay")
    return target_group


def create_network_target_group(
    name: str,
    role: str,
    target: NetworkLoadBalancer,
    *,
    port: int,
    vpc_id: pulumi.Input[str],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
    reporter: Reporter,
) -> aws.lb.TargetGroup:
    """Create the target group of a Network Load Balancer. The arguments are those of `create_http_target_group`.

    Connections end after the deregistration delay, because the task stops then.
    """
    child, guard = _guard(name, role, target, reporter, opts)
    health_check: Any = {
        "enabled": True,
        "port": str(target.health_check_port or "traffic-port"),
        "protocol": target.health_check_protocol,
        "interval": target.health_check_interval_seconds,
        "timeout": target.health_check_timeout_seconds,
        "healthy_threshold": target.healthy_threshold,
        "unhealthy_threshold": target.unhealthy_threshold,
    }
    if target.health_check_protocol != "TCP":
        health_check |= {"path": target.health_check_path, "matcher": target.health_check_matcher or "200-399"}
    target_group = aws.lb.TargetGroup(
        child,
        target_type="ip",
        vpc_id=vpc_id,
        port=port,
        protocol=target.target_group_protocol,
        preserve_client_ip=None if target.preserve_client_ip is None else str(target.preserve_client_ip).lower(),
        proxy_protocol_v2=target.proxy_protocol_v2,
        connection_termination=True,
        deregistration_delay=target.deregistration_delay_seconds,
        health_check=health_check,
        tags=tags,
        opts=guard.options(opts),
    )
    guard.check_preview(target_group, "deregistration_delay")
    return target_group


def _guard(
    name: str, role: str, target: BalancedTarget, reporter: Reporter, opts: pulumi.ResourceOptions
) -> tuple[str, ChildGuard]:
    """Return the name of the target group, and the guard of its deregistration delay."""
    child = child_name(name, role, MAX_LOAD_BALANCER_NAME)
    guard = ChildGuard(opts.parent, reporter, child, TARGET_GROUP_TYPE)
    guard.expect(transformed_drain, role=role, deregistration_delay_seconds=target.deregistration_delay_seconds)
    return child, guard
