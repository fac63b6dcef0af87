"""A service of which there is exactly one."""

import re
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.cidrs import ANY_IPV4
from moorings.aws.context import aws_context
from moorings.aws.regions import checked_arn
from moorings.aws.security_groups import HTTPS, Peer, SecurityGroup
from moorings.aws.subnets import Subnet, get_subnets
from moorings.ecs.alarms import SingletonAlarms
from moorings.ecs.deployment_timing import UNCHECKED_SECONDS, DeployTime
from moorings.ecs.load_balancer import HttpsLoadBalancer
from moorings.ecs.secret_rotation import redeploy_on_secret_rotation
from moorings.ecs.single_task import (
    MAXIMUM_PERCENT,
    MINIMUM_HEALTHY_PERCENT,
    SERVICE_SETTINGS,
    check_deployed_revision,
    check_service_setting,
)
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.singleton_validation import check_singleton
from moorings.ecs.task_definition import PORT_NAME, SingletonTask
from moorings.ecs.volumes import NFS, volume_name
from moorings.ecs.zones import several_zones
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import broker_port
from moorings.validation.inputs import InvalidInput, check_together

NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,19}")
"""Logical names that everything can be named after: Pulumi adds ``-alb`` and eight characters to that of the load
balancer, and Elastic Load Balancing takes 32.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
"""

RESERVED = "internal-"
"""How no load balancer's name begins. Source: as above."""


class FargateSingleton(pulumi.ComponentResource):
    """A service on ECS and Fargate of which there is one task, never two by design.

    A deployment stops the old task before it starts the new one, is rolled back where the new one does not get healthy,
    and then fails the run. Makes the service with its task definition, roles, security group, logs and alarms, a
    cluster unless there is one, a secret for what the program composes, and a load balancer where one is asked for.

    ECS does its best: where a zone or a host is cut off, two tasks may run for a moment. What must never happen twice
    wants a lock in the application besides, for which ``efs_mounts`` has a place.

    A transform that changes what makes the service a singleton is refused, as far as properties go; what it does to
    options is not seen, so leave ``delete_before_replace`` of the service alone.

    Raises:
        InvalidInput: for arguments that break their rule, at once where they are plain, else when they resolve; and
            when ECS has rolled a deployment back.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html

    """

    service_arn: pulumi.Output[str]
    """ARN of the service."""

    service_name: pulumi.Output[str]
    """Name of the service."""

    cluster_arn: pulumi.Output[str]
    """ARN of the ECS cluster."""

    task_definition_arn: pulumi.Output[str]
    """Revision that runs: it resolves once the service is steady, and fails if ECS rolled it back."""

    security_group_id: pulumi.Output[str]
    """Security group of the task."""

    task_role_arn: pulumi.Output[str]
    """Role of the application."""

    execution_role_arn: pulumi.Output[str]
    """Role with which ECS starts the task."""

    log_group_name: pulumi.Output[str]
    """Log group of the application."""

    secret_arn: pulumi.Output[str] | None
    """The component's own secret. None without ``secret_environment`` and what Kafka adds to it."""

    load_balancer_arn: pulumi.Output[str] | None
    """The load balancer. None without one."""

    url: pulumi.Output[str] | None
    """Where clients find the service, through the load balancer. None without one."""

    downtime_seconds: int
    """How long a deployment leaves the service away, at most."""

    def __init__(self, name: str, args: FargateSingletonArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the service.

        Args:
            name: the logical name, of up to 20 letters, digits and hyphens; the children's names begin with it.
            args: settings of the service.
            opts: options of the component.

        """
        where = f"FargateSingleton {name!r}"
        args = FargateSingletonArgs.from_input(where, args)
        check_singleton(where, args)
        if not NAME.fullmatch(name):
            what = "the name must be 1 to 20 letters, digits and hyphens, and begin with a letter"
            raise InvalidInput.at(where, f"{what}; a load balancer is named after it, which takes no other")
        if args.load_balancer is not None and name.startswith(RESERVED):
            what = f"a load balancer is named after it, and Elastic Load Balancing keeps {RESERVED} for itself"
            raise InvalidInput.at(where, f"{what}; begin the name otherwise")
        super().__init__("moorings:index:FargateSingleton", name, {}, opts)
        self._where, self._name, self._args = where, name, args
        self._child = pulumi.ResourceOptions(parent=self)
        time = deploy_time(args)
        self.downtime_seconds = time.away
        pulumi.log.info(time.sentence(), resource=self)

        self._place = aws_context(self)
        self._checked_arn = partial(checked_arn, where, self._place)
        self._subnets = get_subnets(args.subnet_ids, self)
        task = SingletonTask(name, where, args, self._place, self)
        group = self._security_group()
        self.cluster_arn = self._cluster(task)
        balancer = self._load_balancer(group)
        service = self._service(task, group, balancer, time)

        self.service_arn, self.service_name = service.arn, service.name
        self.task_definition_arn = self._what_runs(service, task)
        self.security_group_id = group.id
        self.task_role_arn, self.execution_role_arn = task.task_role_arn, task.execution_role_arn
        self.log_group_name, self.secret_arn = task.log_group_name, task.secret_arn
        self.load_balancer_arn = balancer.arn if balancer else None
        self.url = balancer.url if balancer else None
        if args.alarms:
            self._alarms(balancer, time)
        if args.redeploy_on_secret_rotation:
            redeploy_on_secret_rotation(
                name,
                place=self._place,
                secret_arns=task.floating_secret_arns,
                cluster_arn=self.cluster_arn,
                service_arn=self.service_arn,
                tags=args.tags,
                opts=self._child,
            )
        self.register_outputs(
            {
                "serviceArn": self.service_arn,
                "serviceName": self.service_name,
                "clusterArn": self.cluster_arn,
                "taskDefinitionArn": self.task_definition_arn,
                "securityGroupId": self.security_group_id,
                "taskRoleArn": self.task_role_arn,
                "executionRoleArn": self.execution_role_arn,
                "logGroupName": self.log_group_name,
                "secretArn": self.secret_arn,
                "loadBalancerArn": self.load_balancer_arn,
                "url": self.url,
                "downtimeSeconds": self.downtime_seconds,
            }
        )

    def _security_group(self) -> SecurityGroup:
        args = self._args
        group = SecurityGroup(
            self._name,
            component=self._where,
            description="Task of the singleton",
            vpc_id=args.vpc_id,
            tags=args.tags,
            opts=self._child,
        )
        for argument, name, client in Peer.clients(args.client_security_group_ids, args.client_cidrs):
            group.allow_ingress(
                f"from-{name}",
                client,
                args.port or 0,
                argument=argument,
                description=f"{name} to the application",
            )
        if args.allow_https_egress:
            group.allow_egress(
                "out-https",
                Peer(cidr=ANY_IPV4),
                HTTPS,
                argument="allow_https_egress",
                description="Image, secrets, logs",
            )
        for name, rule in args.egress.items():
            group.allow_egress(
                f"to-{name}",
                rule.peer,
                rule.port,
                argument=f"egress.{name}",
                description=f"The application to {name}",
            )
        for peer, kafka in args.kafka_connections.items():
            self._reach_kafka(group, peer, kafka)
        for path, mount in args.efs_mounts.items():
            group.connect_to(
                f"efs-{volume_name(path)}",
                mount.security_group_id,
                NFS,
                argument=f"efs_mounts.{path}",
                description=f"{self._name} to its files",
            )
        return group

    def _reach_kafka(self, group: SecurityGroup, peer: str, kafka: KafkaConnection) -> None:
        if kafka.security_group_id is None:
            return
        port = check_together(f"{self._where}.{peer}", broker_port, bootstrap_servers=kafka.bootstrap_servers)
        description = f"{self._name} to the {kafka.listener} listener of {peer}"
        argument = peer if kafka is self._args.kafka else f"additional_kafka.{peer}"
        group.connect_to(peer, kafka.security_group_id, port, argument=argument, description=description)

    def _cluster(self, task: SingletonTask) -> pulumi.Output[str]:
        args = self._args
        if args.cluster_arn is not None:
            return pulumi.Output.from_input(self._checked_arn("cluster_arn", args.cluster_arn))
        typed: Any = None
        if args.enable_execute_command:
            logs = {"cloud_watch_encryption_enabled": True, "cloud_watch_log_group_name": task.log_group_name}
            typed = {"execute_command_configuration": {"logging": "OVERRIDE", "log_configuration": logs}}
        return aws.ecs.Cluster(
            f"{self._name}-cluster",
            configuration=typed,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            tags=args.tags,
            opts=self._child,
        ).arn

    def _checked(self, subnets: pulumi.Output[list[Subnet]], *, load_balancer: bool) -> pulumi.Input[list[str]]:
        rule = partial(several_zones, load_balancer=load_balancer)
        return check_together(self._where, rule, vpc_id=self._args.vpc_id, subnets=subnets)

    def _load_balancer(self, group: SecurityGroup) -> HttpsLoadBalancer | None:
        args = self._args
        if args.load_balancer is None or args.port is None:
            return None
        own = args.load_balancer.subnet_ids
        return HttpsLoadBalancer(
            self._name,
            self._where,
            args.load_balancer,
            port=args.port,
            vpc_id=args.vpc_id,
            subnet_ids=self._checked(self._subnets if own is None else get_subnets(own, self), load_balancer=True),
            place=self._place,
            task=group,
            tags=args.tags,
            parent=self,
        )

    def _service(
        self, task: SingletonTask, group: SecurityGroup, balancer: HttpsLoadBalancer | None, time: DeployTime
    ) -> aws.ecs.Service:
        args = self._args
        minutes = f"{time.timeout_minutes}m"
        targets: Any = None
        if balancer:
            found = balancer.target_group_arn
            targets = [{"container_name": self._name, "container_port": args.port, "target_group_arn": found}]
        alarms: Any = None
        if args.rollback_alarm_names:
            alarms = {"alarm_names": args.rollback_alarm_names, "enable": True, "rollback": True}
        network: Any = {
            "subnets": self._checked(self._subnets, load_balancer=False),
            "security_groups": [group.checked_id()],
            "assign_public_ip": args.assign_public_ip,
        }
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
            launch_type="FARGATE",
            platform_version="LATEST",
            network_configuration=network,
            load_balancers=targets,
            health_check_grace_period_seconds=args.startup_seconds if balancer else None,
            service_connect_configuration=self._service_connect(),
            enable_execute_command=args.enable_execute_command,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*task.ready, *group.rules, *(balancer.ready if balancer else [])],
                # A second service beside the first would be a second task.
                delete_before_replace=True,
                custom_timeouts=pulumi.CustomTimeouts(create=minutes, update=minutes, delete=minutes),
            ),
        )

    def _service_connect(self) -> Any:
        found = self._args.service_connect
        if found is None:
            return None
        alias = {"dns_name": found.dns_name, "port": found.port or self._args.port}
        return {
            "enabled": True,
            "namespace": self._checked_arn("service_connect.namespace_arn", found.namespace_arn),
            "services": [{"port_name": PORT_NAME, "client_alias": [alias]}],
        }

    def _what_runs(self, service: aws.ecs.Service, task: SingletonTask) -> pulumi.Output[str]:
        """The revision that is live: ECS calls a service steady that it has rolled back."""
        checks = [
            check_together(self._where, partial(check_service_setting, name), value=_part(service, *name.split(".")))
            for name in SERVICE_SETTINGS
        ]
        revision = check_together(
            self._where, check_deployed_revision, expected=task.arn, deployed=service.task_definition
        )
        return pulumi.Output.all(revision, *checks)[0]

    def _alarms(self, balancer: HttpsLoadBalancer | None, time: DeployTime) -> None:
        args = self._args
        topic_arns = [self._checked_arn("alarm_topic_arns", arn) for arn in args.alarm_topic_arns]
        alarms = SingletonAlarms(
            self._name,
            cluster=self.cluster_arn.apply(lambda arn: arn.rpartition("/")[2]),
            service=self.service_name,
            minutes=time.alarm_minutes,
            paused=args.desired_count == 0,
            memory_percent=args.memory_alarm_threshold_percent,
            topic_arns=topic_arns,
            tags=args.tags,
            opts=self._child,
        )
        if balancer:
            alarms.unhealthy(balancer.arn_suffix, balancer.target_group_suffix)
        if topic_arns:
            alarms.deployment_failed(self.service_arn)


def _part(service: aws.ecs.Service, name: str, within: str | None = None) -> pulumi.Output[Any]:
    """A property of the service, or what its block says of one."""
    found: pulumi.Output[Any] = getattr(service, name)
    return found if within is None else found.apply(lambda block: getattr(block, within) if block else None)


def deploy_time(args: FargateSingletonArgs) -> DeployTime:
    """How long a deployment takes with these settings."""
    door, check = args.load_balancer, args.health_check
    confirm = [door.healthy_threshold * door.health_check_interval_seconds] if door else []
    confirm += [check.interval_seconds] if check else []
    return DeployTime(
        drain=door.deregistration_delay_seconds if door else 0,
        stop=args.stop_timeout_seconds,
        pull=args.image_pull_seconds,
        start=args.startup_seconds,
        confirm=max(confirm or [UNCHECKED_SECONDS]),
        notice=max([each.noticed_seconds for each in (door, check) if each] or [0]),
    )
