"""Application Load Balancer of a singleton with its listeners, target group, certificate and DNS record."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.regions import checked_arn
from moorings.aws.security_groups import HTTPS, Peer, SecurityGroup
from moorings.ecs.access_logs import create_access_log_bucket
from moorings.ecs.certificates import create_alias_records, create_certificate
from moorings.ecs.child_names import MAX_LOAD_BALANCER_NAME, child_name
from moorings.ecs.http_target import HttpTarget
from moorings.ecs.listener_actions import CLOSED, forward_actions
from moorings.ecs.load_balancer_args import HTTP, SingletonLoadBalancer
from moorings.ecs.load_balancer_clients import load_balancer_clients
from moorings.ecs.target_group import create_http_target_group
from moorings.validation.inputs import as_output
from moorings.validation.reporter import Reporter


class ApplicationLoadBalancer:
    """Creates an Application Load Balancer with its security group, listeners, target group and DNS record."""

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]

    url: pulumi.Output[str]
    """URL of the service."""

    additional_targets: dict[str, tuple[pulumi.Output[str], pulumi.Output[str]]]
    """ARN of the target group of each additional listener, with its suffix, by name."""

    dependencies: list[pulumi.Resource]
    """Rules and listeners that must exist before ECS registers the task."""

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        args: SingletonLoadBalancer,
        *,
        application_port: int,
        vpc_id: pulumi.Input[str],
        subnet_ids: pulumi.Input[list[str]],
        context: pulumi.Output[AwsContext],
        task_security_group: SecurityGroup,
        tags: Mapping[str, pulumi.Input[str]],
        parent: pulumi.Resource,
    ) -> None:
        """Create the load balancer, and allow connections from it to the task.

        Args:
            name: prefix of the logical names.
            reporter: reporter of the component.
            args: arguments of the load balancer.
            application_port: port of the application.
            vpc_id: VPC of the load balancer and the task.
            subnet_ids: checked subnets of the load balancer.
            context: account and Region of the service.
            task_security_group: security group of the task.
            tags: tags of all resources that support tags.
            parent: the component.

        """
        self._name, self._args, self._tags, self._parent = name, args, tags, parent
        self._check_arn = partial(checked_arn, reporter, context)
        self._opts = pulumi.ResourceOptions(parent=parent)
        self._security_group = SecurityGroup(
            f"{name}-alb",
            reporter=reporter,
            description="Clients of the load balancer",
            vpc_id=vpc_id,
            tags=tags,
            opts=self._opts,
        )
        self._create_rules(application_port, task_security_group)
        self._certificate = self._certificate_arn() if args.requires_certificate else None
        load_balancer = self._create_load_balancer(subnet_ids, context)
        target_group = create_http_target_group(
            name, "tg", args, port=application_port, vpc_id=vpc_id, tags=tags, opts=self._opts, reporter=reporter
        )
        self.arn, self.arn_suffix = load_balancer.arn, load_balancer.arn_suffix
        self.target_group_arn, self.target_group_arn_suffix = target_group.arn, target_group.arn_suffix
        self.dependencies = [*self._security_group.rules, *self._create_listeners(target_group.arn)]
        self.additional_targets = {}
        for key, listener in args.additional_listeners.items():
            group = create_http_target_group(
                name,
                f"alb-{key}-tg",
                listener,
                port=listener.application_port,
                vpc_id=vpc_id,
                tags=tags,
                opts=self._opts,
                reporter=reporter,
            )
            self.additional_targets[key] = (group.arn, group.arn_suffix)
            self.dependencies += self._create_listener(f"alb-{key}", listener, listener.listener_port, group.arn)
        host = as_output(args.domain_name if args.domain_name is not None else load_balancer.dns_name)
        self.url = host.apply(partial(_url, args.listener_protocol.lower(), args.port_of_listener))
        if args.domain_name is not None and args.hosted_zone_id is not None:
            create_alias_records(
                name,
                domain_name=args.domain_name,
                hosted_zone_id=args.hosted_zone_id,
                load_balancer_dns_name=load_balancer.dns_name,
                load_balancer_zone_id=load_balancer.zone_id,
                dualstack=args.ip_address_type == "dualstack",
                opts=self._opts,
            )
        if args.web_acl_arn is not None:
            aws.wafv2.WebAclAssociation(
                f"{name}-web-acl",
                resource_arn=self.arn,
                web_acl_arn=self._check_arn("load_balancer.web_acl_arn", args.web_acl_arn),
                opts=self._opts,
            )

    def _create_rules(self, application_port: int, task_security_group: SecurityGroup) -> None:
        args, group = self._args, self._security_group
        for argument, client, peer in load_balancer_clients("load_balancer", args):
            # Changing the protocol keeps the rule for port 80, because EC2 rejects a second one.
            role = "redirects" if args.listener_protocol == "HTTP" and args.port_of_listener == HTTP else "from"
            group.allow_ingress(
                f"{role}-{client}",
                peer,
                args.port_of_listener,
                argument=argument,
                description=f"{client} over {args.listener_protocol}",
            )
            if args.redirects_http:
                group.allow_ingress(
                    f"redirects-{client}", peer, HTTP, argument=argument, description=f"{client}, redirected to HTTPS"
                )
            for key, listener in args.additional_listeners.items():
                group.allow_ingress(
                    f"{key}-from-{client}",
                    peer,
                    listener.listener_port,
                    argument=argument,
                    description=f"{client} to {key}",
                )
        ports = args.target_ports(application_port)
        for listener in args.additional_listeners.values():
            added = set(listener.target_ports(listener.application_port).values()) - set(ports.values())
            ports |= {f"port-{port}": port for port in sorted(added)}
        for role, port in ports.items():
            description = f"Load balancer to the task, {role}"
            group.allow_egress(
                f"to-{role}", Peer(security_group_id=task_security_group.id), port, description=description
            )
            task_security_group.allow_ingress(
                f"behind-alb-{role}", Peer(security_group_id=group.id), port, description=description
            )
        if any(target.has_login for target in (args, *args.additional_listeners.values())):
            for provider, cidr in args.identity_provider_cidrs.items():
                group.allow_egress(
                    f"logs-in-at-{provider}",
                    Peer(cidr=cidr),
                    HTTPS,
                    argument=f"load_balancer.identity_provider_cidrs.{provider}",
                    description=f"Logins at {provider}",
                )

    def _create_load_balancer(
        self, subnet_ids: pulumi.Input[list[str]], context: pulumi.Output[AwsContext]
    ) -> aws.lb.LoadBalancer:
        args = self._args
        access_logs: Any = None
        if args.access_logs:
            bucket = args.access_log_bucket
            if bucket is None:
                bucket = create_access_log_bucket(
                    self._name,
                    context,
                    retention_days=args.access_log_retention_days,
                    protect=args.protect,
                    tags=self._tags,
                    parent=self._parent,
                )
            access_logs = {"bucket": bucket, "enabled": True}
        return aws.lb.LoadBalancer(
            child_name(self._name, "alb", MAX_LOAD_BALANCER_NAME),
            load_balancer_type="application",
            internal=not args.internet_facing,
            security_groups=[self._security_group.checked_id()],
            subnets=subnet_ids,
            access_logs=access_logs,
            desync_mitigation_mode="defensive",
            drop_invalid_header_fields=True,
            enable_deletion_protection=args.protect,
            ip_address_type=None if args.ip_address_type == "ipv4" else args.ip_address_type,
            idle_timeout=args.idle_timeout_seconds,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self._parent, protect=args.protect),
        )

    def _create_listeners(self, target_group_arn: pulumi.Output[str]) -> list[pulumi.Resource]:
        args = self._args
        # Changing the protocol turns the redirecting listener into this one, because both use port 80.
        role = "https" if args.requires_certificate else "http"
        listeners = self._create_listener(role, args, args.port_of_listener, target_group_arn)
        if args.redirects_http:
            redirect: Any = {"port": str(args.port_of_listener), "protocol": "HTTPS", "status_code": "HTTP_301"}
            listeners.append(
                aws.lb.Listener(
                    f"{self._name}-http",
                    load_balancer_arn=self.arn,
                    port=HTTP,
                    protocol="HTTP",
                    default_actions=[{"type": "redirect", "redirect": redirect}],
                    tags=self._tags,
                    opts=self._opts,
                )
            )
        return listeners

    def _create_listener(
        self, role: str, target: HttpTarget, port: int, target_group_arn: pulumi.Output[str]
    ) -> list[pulumi.Resource]:
        """Create a listener with its certificates, and the rule that closes paths."""
        args, encrypted = self._args, self._args.requires_certificate
        main = target is args
        listener = aws.lb.Listener(
            f"{self._name}-{role}",
            load_balancer_arn=self.arn,
            port=port,
            protocol=args.listener_protocol,
            ssl_policy=args.ssl_policy if encrypted else None,
            certificate_arn=self._certificate,
            default_actions=forward_actions(target, target_group_arn),
            tags=self._tags,
            opts=self._opts,
        )
        prefix = self._name if main else f"{self._name}-{role}"
        for certificate, arn in args.additional_certificate_arns.items():
            aws.lb.ListenerCertificate(
                f"{prefix}-certificate-{certificate}",
                listener_arn=listener.arn,
                certificate_arn=self._check_arn(f"load_balancer.additional_certificate_arns.{certificate}", arn),
                opts=self._opts,
            )
        if not target.closed_paths:
            return [listener]
        closed = aws.lb.ListenerRule(
            f"{prefix}-closed",
            listener_arn=listener.arn,
            priority=1,
            conditions=[{"path_pattern": {"values": target.closed_paths}}],
            actions=[CLOSED],
            tags=self._tags,
            opts=self._opts,
        )
        return [listener, closed]

    def _certificate_arn(self) -> pulumi.Input[str]:
        args = self._args
        if args.certificate_arn is not None:
            arn: pulumi.Input[str] = self._check_arn("load_balancer.certificate_arn", args.certificate_arn)
            return arn
        return create_certificate(
            self._name,
            domain_name=args.domain_name or "",
            hosted_zone_id=args.hosted_zone_id or "",
            tags=self._tags,
            opts=self._opts,
        )


def _url(scheme: str, port: int, host: str) -> str:
    return f"{scheme}://{host}" if port == {"https": HTTPS, "http": HTTP}[scheme] else f"{scheme}://{host}:{port}"
