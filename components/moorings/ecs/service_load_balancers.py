"""Load balancers of a singleton, and the target groups with which ECS registers its task."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi

from moorings.aws.context import AwsContext
from moorings.aws.security_groups import SecurityGroup
from moorings.aws.subnets import Subnet, get_subnets
from moorings.ecs.existing_listener import ListenerRules
from moorings.ecs.load_balancer import ApplicationLoadBalancer
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.subnet_rules import check_load_balancer_subnets
from moorings.validation.reporter import Reporter


@dataclass(frozen=True)
class ServiceTarget:
    """A target group of the service."""

    port: int
    """Port of the application."""

    target_group_arn: pulumi.Output[str]

    alarm_role: str
    """Suffix of the logical name of its alarm."""

    dimensions: tuple[pulumi.Output[str], pulumi.Output[str]]
    """ARN suffixes of the load balancer and of the target group, which are dimensions of its metrics."""

    namespace: str = "AWS/ApplicationELB"
    """Namespace of its metrics."""


class ServiceLoadBalancers:
    """Creates the load balancers of a service, or the rules on an existing one."""

    targets: list[ServiceTarget]
    """Target groups of the service."""

    dependencies: list[pulumi.Resource]
    """Rules and listeners that must exist before ECS registers the task."""

    arn: pulumi.Output[str] | None = None
    """ARN of the first load balancer."""

    url: pulumi.Output[str] | None = None
    """URL of the service at that load balancer."""

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        args: FargateSingletonArgs,
        *,
        context: pulumi.Output[AwsContext],
        subnets: pulumi.Input[Sequence[Subnet]],
        task_security_group: SecurityGroup,
        parent: pulumi.Resource,
    ) -> None:
        """Create them, and allow connections from them to the task.

        Args:
            name: prefix of the logical names.
            reporter: reporter of the component.
            args: arguments of the service.
            context: account and Region of the service.
            subnets: subnets of the task.
            task_security_group: security group of the task.
            parent: the component.

        """
        self.targets, self.dependencies = [], []
        if args.port is None:
            return
        common: dict[str, Any] = {
            "application_port": args.port,
            "vpc_id": args.vpc_id,
            "context": context,
            "task_security_group": task_security_group,
            "tags": args.tags,
            "parent": parent,
        }
        if args.load_balancer is not None:
            subnet_ids = args.load_balancer.subnet_ids
            path = ("subnet_ids",) if subnet_ids is None else ("load_balancer", "subnet_ids")
            checked_subnet_ids = reporter.derive(
                partial(check_load_balancer_subnets, path=path),
                vpc_id=args.vpc_id,
                subnets=subnets if subnet_ids is None else get_subnets(subnet_ids, parent),
            )
            balancer = ApplicationLoadBalancer(
                name, reporter, args.load_balancer, subnet_ids=checked_subnet_ids, **common
            )
            self._add(balancer, args.port, "unhealthy")
        if args.existing_listener is not None:
            self._add(ListenerRules(name, reporter, args.existing_listener, **common), args.port, "unhealthy-listener")

    def _add(self, balancer: ApplicationLoadBalancer | ListenerRules, port: int, alarm_role: str) -> None:
        dimensions = (balancer.arn_suffix, balancer.target_group_arn_suffix)
        self.targets.append(ServiceTarget(port, balancer.target_group_arn, alarm_role, dimensions))
        self.dependencies += balancer.dependencies
        if self.arn is None:
            self.arn, self.url = balancer.arn, balancer.url
