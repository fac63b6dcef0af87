"""Target group of a task behind an Application Load Balancer."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from moorings.ecs.child_names import MAX_LOAD_BALANCER_NAME, child_name
from moorings.ecs.http_target import HttpTarget
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
    child = child_name(name, role, MAX_LOAD_BALANCER_NAME)
    guard = ChildGuard(opts.parent, reporter, child, TARGET_GROUP_TYPE)
    guard.expect(transformed_drain, role=role, deregistration_delay_seconds=target.deregistration_delay_seconds)
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
