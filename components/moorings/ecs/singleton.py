"""`FargateSingleton`: an ECS service on Fargate that runs exactly one task."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import aws_context
from moorings.aws.regions import checked_arn
from moorings.aws.subnets import get_subnets
from moorings.ecs.alarms import SingletonAlarms
from moorings.ecs.balanced_target import BalancedTarget
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.declared_resource_rules import check_declared_resources
from moorings.ecs.deployment_timing import DEFAULT_HEALTHY_AFTER_SECONDS, DeploymentTiming
from moorings.ecs.network_access import create_task_security_group
from moorings.ecs.pause_schedule import create_pause_schedule
from moorings.ecs.secret_rotation import redeploy_on_secret_rotation
from moorings.ecs.service_discovery import register_task
from moorings.ecs.service_load_balancers import ServiceLoadBalancers, ServiceTarget
from moorings.ecs.sidecar_rules import CONTAINER_NAME
from moorings.ecs.single_task import (
    MAXIMUM_PERCENT,
    MINIMUM_HEALTHY_PERCENT,
    SERVICE_SETTINGS,
    check_deployed_revision,
    check_service_setting,
)
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.singleton_rules import NAME, RESERVED_NAME, SINGLETON_RULES
from moorings.ecs.subnet_rules import SINGLE_ZONE, check_task_subnets
from moorings.ecs.task_definition import SingletonTask
from moorings.ecs.task_ports import allow_additional_ports
from moorings.ecs.transform_rules import SERVICE_TYPE, transformed_service
from moorings.overrides.binding import bind_overrides
from moorings.overrides.child_guard import ChildGuard
from moorings.validation.inputs import as_output, gather
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.reporter import Reporter

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,199}")
"""Names of the alias of the key and of alarms, with their suffixes, have at most 255 characters."""

RESERVED_PREFIX = "internal-"
"""Prefix that Elastic Load Balancing reserves for internal load balancers.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
"""


class FargateSingleton(pulumi.ComponentResource):
    """An ECS service on Fargate that runs exactly one task.

    Creates the service, its task definition, roles, security group, log group and alarms, and if needed an ECS cluster,
    a load balancer and a secret.

    Each deployment stops the old task before it starts the new one. ECS rolls a deployment back when the new task does
    not become healthy, and the update then fails.

    Two tasks may overlap when an Availability Zone or a host loses network connectivity. For work that must never run
    twice, use a lock in the application, for example on a file system in ``efs_mounts``.

    Transforms that change the properties which guarantee the single task are rejected. Resource options cannot be
    checked: do not change ``delete_before_replace`` of the service.

    Raises:
        InvalidInput: for invalid arguments, immediately or when Outputs resolve, and when ECS rolls a deployment back.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html

    """

    service_arn: pulumi.Output[str]
    """ARN of the service."""

    service_name: pulumi.Output[str]
    """Name of the service."""

    cluster_arn: pulumi.Output[str]
    """ARN of the ECS cluster."""

    task_definition_arn: pulumi.Output[str]
    """ARN of the deployed task definition. It resolves when the deployment is complete, and fails if ECS rolled it
    back."""

    security_group_id: pulumi.Output[str]
    """ID of the security group of the task."""

    task_role_arn: pulumi.Output[str]
    """ARN of the task role, which grants permissions to the application."""

    execution_role_arn: pulumi.Output[str]
    """ARN of the execution role, with which ECS pulls the image, reads the secrets and writes the logs."""

    log_group_name: pulumi.Output[str]
    """Name of the log group of the task."""

    secret_arn: pulumi.Output[str] | None
    """ARN of the secret that the component creates for ``secret_environment`` and the Kafka password. None without such
    values."""

    load_balancer_arn: pulumi.Output[str] | None
    """ARN of the load balancer. None without one."""

    url: pulumi.Output[str] | None
    """URL of the service at its load balancer. None without one."""

    downtime_seconds: int
    """Longest downtime of a deployment in seconds."""

    def __init__(self, name: str, args: FargateSingletonArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the service.

        Args:
            name: logical name, 1 to 200 letters, digits and hyphens; children are named ``{name}-{role}``.
            args: arguments of the service.
            opts: options of the component.

        """
        args, reporter = SINGLETON_RULES.check("FargateSingleton", name, args)
        _check_name(reporter, name, args)
        super().__init__(
            "moorings:index:FargateSingleton", name, reporter.inputs, bind_overrides(self, name, reporter, opts)
        )
        self._reporter, self._name, self._args = reporter, name, args
        self._opts = pulumi.ResourceOptions(parent=self)
        timing = _deployment_timing(args)
        self.downtime_seconds = timing.downtime
        pulumi.log.info(timing.summary(), resource=self)

        context = aws_context(self)
        self._check_arn = partial(checked_arn, reporter, context)
        subnets = get_subnets(args.subnet_ids, self)
        reporter.evaluate(SINGLE_ZONE, subnets=subnets)
        check_declared_resources(reporter, name, args)
        task = SingletonTask(name, reporter, args, context, self)
        security_group = create_task_security_group(name, reporter, args, self._opts)
        allow_additional_ports(security_group, args.additional_ports)
        self.cluster_arn = self._create_cluster(task.log_group_name)
        balancers = ServiceLoadBalancers(
            name,
            reporter,
            args,
            context=context,
            subnets=subnets,
            task_security_group=security_group,
            parent=self,
        )
        service = self._create_service(
            task,
            balancers.targets,
            subnet_ids=reporter.derive(check_task_subnets, vpc_id=args.vpc_id, subnets=subnets),
            security_group_id=security_group.checked_id(),
            dependencies=[*task.roles.policies, *security_group.rules, *balancers.dependencies],
            timeout=f"{timing.timeout_minutes}m",
        )

        self.service_arn, self.service_name = service.arn, service.name
        self.task_definition_arn = self._deployed_revision(service, task.arn)
        self.security_group_id = security_group.id
        self.task_role_arn, self.execution_role_arn = task.roles.task_role_arn, task.roles.execution_role_arn
        self.log_group_name, self.secret_arn = task.log_group_name, task.secret_arn
        self.load_balancer_arn, self.url = balancers.arn, balancers.url
        if args.alarms:
            self._create_alarms(balancers.targets, timing.alarm_minutes)
        if args.redeploy_on_secret_rotation:
            redeploy_on_secret_rotation(
                name,
                context=context,
                secret_arns=task.rotated_secret_arns,
                cluster_arn=self.cluster_arn,
                service_arn=self.service_arn,
                permissions_boundary=args.roles.permissions_boundary_arn,
                tags=args.tags,
                opts=self._opts,
            )
        if args.pause_schedule is not None:
            create_pause_schedule(
                name,
                args.pause_schedule,
                context=context,
                cluster_arn=self.cluster_arn,
                service_arn=self.service_arn,
                permissions_boundary=args.roles.permissions_boundary_arn,
                tags=args.tags,
                opts=self._opts,
            )
        register_declared_outputs(self, reporter)

    def _create_cluster(self, log_group_name: pulumi.Output[str]) -> pulumi.Output[str]:
        args = self._args
        if args.cluster_arn is not None:
            return pulumi.Output.from_input(self._check_arn("cluster_arn", args.cluster_arn))
        configuration: Any = None
        if args.enable_execute_command:
            logs = {
                # An existing log group may have no key.
                "cloud_watch_encryption_enabled": args.log_group_name is None,
                "cloud_watch_log_group_name": log_group_name,
            }
            configuration = {"execute_command_configuration": {"logging": "OVERRIDE", "log_configuration": logs}}
        cluster = aws.ecs.Cluster(
            f"{self._name}-cluster",
            configuration=configuration,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            tags=args.tags,
            opts=self._opts,
        )
        if args.capacity_provider is None:
            return cluster.arn
        providers = aws.ecs.ClusterCapacityProviders(
            f"{self._name}-capacity-providers",
            cluster_name=cluster.name,
            capacity_providers=[args.capacity_provider],
            opts=self._opts,
        )
        # The service is created after the provider has been added to the cluster.
        return gather(cluster.arn, providers.id).apply(lambda known: str(known[0]))

    def _create_service(
        self,
        task: SingletonTask,
        targets: Sequence[ServiceTarget],
        *,
        subnet_ids: pulumi.Input[list[str]],
        security_group_id: pulumi.Output[str],
        dependencies: list[pulumi.Resource],
        timeout: str,
    ) -> aws.ecs.Service:
        args = self._args
        load_balancers: Any = [
            {
                "container_name": target.container,
                "container_port": target.port,
                "target_group_arn": target.target_group_arn,
            }
            for target in targets
        ]
        alarms: Any = None
        if args.rollback_alarm_names:
            alarms = {"alarm_names": args.rollback_alarm_names, "enable": True, "rollback": True}
        network: Any = {
            "subnets": subnet_ids,
            "security_groups": [security_group_id, *args.security_group_ids],
            "assign_public_ip": args.assign_public_ip,
        }
        service_connect: Any = None
        if args.service_connect is not None:
            namespace = self._check_arn("service_connect.namespace_arn", args.service_connect.namespace_arn)
            service_connect = args.service_connect.configuration(namespace, args.port)
        registries: Any = None
        if args.service_discovery is not None:
            registries = register_task(
                self._name,
                self._reporter,
                args.service_discovery,
                service_arn=self._check_arn("service_discovery.service_arn", args.service_discovery.service_arn),
                container_name=args.port_sidecar or self._name,
                container_port=args.port,
                tags=args.tags,
                opts=self._opts,
            )
        strategies: Any = None
        if args.capacity_provider is not None:
            strategies = [{"capacity_provider": args.capacity_provider, "weight": 1}]
        guard = ChildGuard(self, self._reporter, f"{self._name}-service", SERVICE_TYPE).expect(
            transformed_service, capacity_provider=args.capacity_provider
        )
        return aws.ecs.Service(
            f"{self._name}-service",
            cluster=self.cluster_arn,
            task_definition=task.arn,
            desired_count=args.desired_count,
            deployment_minimum_healthy_percent=MINIMUM_HEALTHY_PERCENT,
            deployment_maximum_percent=MAXIMUM_PERCENT,
            deployment_configuration={"strategy": "ROLLING"},
            deployment_controller={"type": "ECS"},
            deployment_circuit_breaker={"enable": True, "rollback": True},
            availability_zone_rebalancing="DISABLED",
            alarms=alarms,
            wait_for_steady_state=True,
            sigint_rollback=True,
            launch_type="FARGATE" if args.capacity_provider is None else None,
            capacity_provider_strategies=strategies,
            platform_version="LATEST",
            network_configuration=network,
            load_balancers=load_balancers or None,
            health_check_grace_period_seconds=args.startup_delay + args.startup_seconds if targets else None,
            service_connect_configuration=service_connect,
            service_registries=registries,
            enable_execute_command=args.enable_execute_command,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=args.tags,
            opts=guard.options(
                self._reporter.gate(
                    pulumi.ResourceOptions(
                        parent=self,
                        depends_on=dependencies,
                        # A replacement that is created first would run a second task.
                        delete_before_replace=True,
                        # An update during a scheduled pause must not start the task.
                        ignore_changes=["desiredCount"] if args.pause_schedule is not None else None,
                        custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout, delete=timeout),
                    )
                )
            ),
        )

    def _deployed_revision(self, service: aws.ecs.Service, task_definition_arn: pulumi.Output[str]) -> Any:
        """Return the deployed revision after all checks. A service is also in a steady state after a rollback."""
        check = partial(check_service_setting, capacity_provider=self._args.capacity_provider)
        checks: list[Any] = [
            self._reporter.derive(partial(check, name), value=_service_setting(service, *name.split(".")))
            for name in SERVICE_SETTINGS
        ]
        revision = self._reporter.derive(
            check_deployed_revision, expected=task_definition_arn, deployed=service.task_definition
        )
        return gather(as_output(revision), *checks)[0]

    def _create_alarms(self, targets: Sequence[ServiceTarget], alarm_minutes: int) -> None:
        args = self._args
        alarms = SingletonAlarms(
            name=self._name,
            alarm_minutes=alarm_minutes,
            enabled=args.desired_count > 0,
            topic_arns=[self._check_arn("alarm_topic_arns", arn) for arn in args.alarm_topic_arns],
            cluster_name=self.cluster_arn.apply(lambda arn: arn.rpartition("/")[2]),
            service_name=self.service_name,
            paused_by_schedule=args.pause_schedule is not None,
            tags=args.tags,
            opts=self._opts,
        )
        alarms.create_service_alarms(args.memory_alarm_threshold_percent)
        for target in targets:
            alarms.create_target_alarm(*target.dimensions, role=target.alarm_role, namespace=target.namespace)
        alarms.notify_failed_deployments(self.service_arn)


def _check_name(reporter: Reporter, name: str, args: FargateSingletonArgs) -> None:
    if not _NAME.fullmatch(name):
        reporter.reject(
            NAME, "must be 1 to 200 letters, digits and hyphens, and begin with a letter; choose another name", "name"
        )
    if args.created_load_balancers and name.startswith(RESERVED_PREFIX):
        reporter.reject(
            RESERVED_NAME,
            f"must not begin with {RESERVED_PREFIX} if it has a load balancer; choose another name",
            "name",
        )
    if name in args.sidecars:
        problem = "is also the name of the container of the application; choose another name"
        reporter.reject(CONTAINER_NAME, problem, "sidecars", name)


def _service_setting(service: aws.ecs.Service, name: str, field: str | None = None) -> pulumi.Output[Any]:
    """Return a property of the service, or a field of a property."""
    value: pulumi.Output[Any] = getattr(service, name)
    return value if field is None else value.apply(lambda block: getattr(block, field) if block else None)


def _deployment_timing(args: FargateSingletonArgs) -> DeploymentTiming:
    """Return the longest duration of each step of a deployment."""
    targets = list(args.balanced_targets.values())
    checks: list[BalancedTarget | ContainerHealthCheck] = [*targets]
    if args.health_check is not None:
        checks.append(args.health_check)
    return DeploymentTiming(
        deregistration=max((target.deregistration_delay_seconds for target in targets), default=0),
        stop=args.stop_duration,
        image_pull=args.image_pull_seconds,
        startup=args.startup_delay + args.startup_seconds,
        healthy_after=max([check.healthy_after_seconds for check in checks] or [DEFAULT_HEALTHY_AFTER_SECONDS]),
        unhealthy_after=max([check.unhealthy_after_seconds for check in checks] or [0]),
    )
