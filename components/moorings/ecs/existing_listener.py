"""Rules, target group, DNS records and certificates of a service behind an existing listener."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.load_balancers import get_listener, load_balancer_arn, load_balancer_arn_suffix
from moorings.aws.regions import checked_arn
from moorings.aws.security_groups import Peer, SecurityGroup
from moorings.ecs.certificates import create_alias_records, create_certificate
from moorings.ecs.existing_listener_args import ExistingListener
from moorings.ecs.existing_listener_rules import (
    ARGUMENT,
    PLAIN_LISTENER,
    PUBLIC_LISTENER,
    duplicate_route,
    listener_vpc,
    listener_without_tls,
    priority_conflict,
)
from moorings.ecs.listener_actions import CLOSED, forward_actions
from moorings.ecs.listener_claims import claim, identify_listener
from moorings.ecs.target_group import create_http_target_group
from moorings.validation.inputs import as_output
from moorings.validation.reporter import Reporter


class ListenerRules:
    """Creates the rules of a service on an existing listener, and its target group."""

    arn: pulumi.Output[str]
    """ARN of the load balancer."""

    arn_suffix: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]

    url: pulumi.Output[str]
    """URL of the service, with its first host without wildcards or else the DNS name of the load balancer."""

    dependencies: list[pulumi.Resource]
    """Rules that must exist before ECS registers the task."""

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        args: ExistingListener,
        *,
        application_port: int,
        vpc_id: pulumi.Input[str],
        context: pulumi.Output[AwsContext],
        task_security_group: SecurityGroup,
        tags: Mapping[str, pulumi.Input[str]],
        parent: pulumi.Resource,
    ) -> None:
        """Create the rules, and allow connections from the load balancer to the task.

        Args:
            name: prefix of the logical names.
            reporter: reporter of the component.
            args: arguments of the rules.
            application_port: port of the application.
            vpc_id: VPC of the task.
            context: account and Region of the service.
            task_security_group: security group of the task.
            tags: tags of all resources that support tags.
            parent: the component.

        """
        self._name, self._args, self._reporter, self._tags = name, args, reporter, tags
        self._context, self._opts = context, pulumi.ResourceOptions(parent=parent)
        self._listener_arn = checked_arn(reporter, context, f"{ARGUMENT}.listener_arn", args.listener_arn)
        self._listener = get_listener(self._listener_arn, parent)
        self._check_listener(vpc_id)
        target_group = create_http_target_group(
            name,
            "listener-tg",
            args,
            port=application_port,
            vpc_id=vpc_id,
            tags=tags,
            opts=self._opts,
            reporter=reporter,
        )
        arn = as_output(self._listener_arn)
        self.arn, self.arn_suffix = arn.apply(load_balancer_arn), arn.apply(load_balancer_arn_suffix)
        self.target_group_arn, self.target_group_arn_suffix = target_group.arn, target_group.arn_suffix
        self.dependencies = [
            *self._allow_connections(application_port, vpc_id, task_security_group),
            *self._create_rules(target_group.arn),
        ]
        self._create_certificates_and_records()
        hosts = [host for host in args.hosts if not {"*", "?"} & set(host)]
        self.url = self._listener.apply(lambda listener: listener.url_of(hosts[0]) if hosts else listener.url)

    def _check_listener(self, vpc_id: pulumi.Input[str]) -> None:
        args, listener, reporter = self._args, self._listener, self._reporter
        priorities = args.priorities(self._name)
        claims = [("priority", number) for number in priorities.values()] + [("route", *route) for route in args.routes]
        owners = reporter.derive(partial(claim, str(reporter), claims), listener=identify_listener(args.listener_arn))
        reporter.evaluate(priority_conflict, priorities=priorities, owners=owners)
        reporter.evaluate(duplicate_route, routes=args.routes, owners=owners)
        reporter.evaluate(listener_vpc, listener=listener, vpc_id=vpc_id)
        for check in (listener_without_tls, PLAIN_LISTENER):
            reporter.evaluate(check, listener=listener, https_requirements=args.https_requirements)
        reporter.evaluate(PUBLIC_LISTENER, listener=listener, has_login=args.has_login)

    def _allow_connections(
        self, application_port: int, vpc_id: pulumi.Input[str], task_security_group: SecurityGroup
    ) -> list[pulumi.Resource]:
        """Allow connections from the load balancer to the application and to the port of the health check."""
        args = self._args
        group_id = args.security_group_id
        if group_id is None:
            group_id = self._listener.apply(lambda listener: listener.security_group_id)
        load_balancer_group = SecurityGroup(
            f"{self._name}-listener",
            reporter=self._reporter,
            description="Existing load balancer",
            vpc_id=vpc_id,
            tags=self._tags,
            opts=self._opts,
            existing_id=group_id,
        )
        for role, port in args.target_ports(application_port).items():
            description = f"Load balancer to {self._name}, {role}"
            if args.add_egress_rules:
                peer = Peer(security_group_id=task_security_group.id)
                load_balancer_group.allow_egress(f"to-{role}", peer, port, description=description)
            task_security_group.allow_ingress(
                f"behind-listener-{role}",
                Peer(security_group_id=group_id),
                port,
                argument=f"{ARGUMENT}.security_group_id",
                description=description,
            )
        return load_balancer_group.rules

    def _create_rules(self, target_group_arn: pulumi.Output[str]) -> list[pulumi.Resource]:
        args = self._args
        hosts: list[Any] = [{"host_header": {"values": args.hosts}}] if args.hosts else []
        conditions: dict[str, list[Any]] = {
            "rule": [*hosts, *([{"path_pattern": {"values": args.paths}}] if args.paths else [])],
            "closed": [*hosts, {"path_pattern": {"values": args.reachable_closed_paths}}],
        }
        actions: dict[str, Any] = {"rule": forward_actions(args, target_group_arn), "closed": [CLOSED]}
        # Only one load balancer can use a target group: the rule is deleted before it is created on another listener.
        opts = pulumi.ResourceOptions.merge(self._opts, pulumi.ResourceOptions(delete_before_replace=True))
        return [
            aws.lb.ListenerRule(
                f"{self._name}-listener-{role}",
                listener_arn=self._listener_arn,
                priority=priority,
                conditions=conditions[role],
                actions=actions[role],
                tags=self._tags,
                opts=opts,
            )
            for role, priority in args.priorities(self._name).items()
        ]

    def _create_certificates_and_records(self) -> None:
        args = self._args
        certificates: dict[str, Any] = {
            certificate: checked_arn(self._reporter, self._context, f"{ARGUMENT}.certificate_arns.{certificate}", arn)
            for certificate, arn in args.certificate_arns.items()
        }
        for host in args.hosts if args.hosted_zone_id is not None else ():
            key = host.replace("*", "any")
            if args.create_certificates:
                certificates[key] = create_certificate(
                    f"{self._name}-{key}",
                    domain_name=host,
                    hosted_zone_id=args.hosted_zone_id or "",
                    tags=self._tags,
                    opts=self._opts,
                )
            create_alias_records(
                f"{self._name}-{key}",
                domain_name=host,
                hosted_zone_id=args.hosted_zone_id or "",
                load_balancer_dns_name=self._listener.apply(lambda listener: listener.dns_name),
                load_balancer_zone_id=self._listener.apply(lambda listener: listener.zone_id),
                dualstack=args.ip_address_type == "dualstack",
                opts=self._opts,
            )
        for key, arn in certificates.items():
            aws.lb.ListenerCertificate(
                f"{self._name}-listener-certificate-{key}",
                listener_arn=self._listener_arn,
                certificate_arn=arn,
                opts=self._opts,
            )
