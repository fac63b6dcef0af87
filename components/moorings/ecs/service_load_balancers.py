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
from moorings.ecs.network_load_balancer import ConnectionLoadBalancer
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.subnet_rules import check_load_balancer_subnets
from moorings.validation.reporter import Reporter


@dataclass(frozen=True)
class ServiceTarget:
    """A target group of the service."""

    container: str
    """Name of the container that listens on the port."""

    port: int
    """Port of the application."""

    target_group_arn: pulumi.Output[str]

    alarm_role: str
    """Suffix of the logical name of its alarm."""

    dimensions: tuple[pulumi.Output[str], pulumi.Output[str]]
    """ARN suffixes of the load balancer and of the target group, which are dimensions of its metrics."""

    namespace: str
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
        self._name, self._args = name, args
        common: dict[str, Any] = {
            "vpc_id": args.vpc_id,
            "context": context,
            "task_security_group": task_security_group,
            "tags": args.tags,
            "parent": parent,
        }

        def subnet_ids(argument: str, own: Any) -> pulumi.Input[list[str]]:
            return reporter.derive(
                partial(check_load_balancer_subnets, path=("subnet_ids",) if own is None else (argument, "subnet_ids")),
                vpc_id=args.vpc_id,
                subnets=subnets if own is None else get_subnets(own, parent),
            )

        if args.load_balancer is not None and args.port is not None:
            own = args.load_balancer
            balancer = ApplicationLoadBalancer(
                name,
                reporter,
                own,
                application_port=args.port,
                subnet_ids=subnet_ids("load_balancer", own.subnet_ids),
                **common,
            )
            self._add(balancer, args.port, "unhealthy")
            for key, (target_group_arn, suffix) in balancer.additional_targets.items():
                other_port = own.additional_listeners[key].application_port
                dimensions = (balancer.arn_suffix, suffix)
                self._add_target(other_port, target_group_arn, f"unhealthy-alb-{key}", dimensions, "AWS/ApplicationELB")
        if args.existing_listener is not None and args.port is not None:
            rules = ListenerRules(name, reporter, args.existing_listener, application_port=args.port, **common)
            self._add(rules, args.port, "unhealthy-listener")
        network = args.network_load_balancer
        port = None if network is None else network.port_of_application(args.port)
        if network is not None and port is not None:
            network_balancer = ConnectionLoadBalancer(
                name,
                reporter,
                network,
                application_port=port,
                subnet_ids=subnet_ids("network_load_balancer", network.subnet_ids),
                **common,
            )
            self._add(network_balancer, port, "unhealthy-nlb", "AWS/NetworkELB")

    def _add(
        self,
        balancer: ApplicationLoadBalancer | ConnectionLoadBalancer | ListenerRules,
        port: int,
        alarm_role: str,
        namespace: str = "AWS/ApplicationELB",
    ) -> None:
        dimensions = (balancer.arn_suffix, balancer.target_group_arn_suffix)
        self._add_target(port, balancer.target_group_arn, alarm_role, dimensions, namespace)
        self.dependencies += balancer.dependencies
        if self.arn is None:
            self.arn, self.url = balancer.arn, balancer.url

    def _add_target(
        self,
        port: int,
        target_group_arn: pulumi.Output[str],
        alarm_role: str,
        dimensions: tuple[pulumi.Output[str], pulumi.Output[str]],
        namespace: str,
    ) -> None:
        container = self._args.container_of_port(port) or self._name
        self.targets.append(ServiceTarget(container, port, target_group_arn, alarm_role, dimensions, namespace))
