"""The way in to a singleton: an Application Load Balancer that speaks HTTPS."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.regions import checked_arn
from moorings.aws.security_groups import HTTPS, Peer, SecurityGroup
from moorings.ecs.access_logs import log_bucket
from moorings.ecs.certificate import validated_certificate
from moorings.ecs.load_balancer_args import SingletonLoadBalancer

HTTP = 80
SESSION_SECONDS = 12 * 60 * 60


class HttpsLoadBalancer:
    """The load balancer with its group, listeners, target group, logs, and perhaps certificate, record and login."""

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_suffix: pulumi.Output[str]
    url: pulumi.Output[str]
    """Where clients find the service."""

    ready: list[pulumi.Resource]
    """What has to be there before ECS registers the task."""

    def __init__(
        self,
        name: str,
        where: str,
        args: SingletonLoadBalancer,
        *,
        port: int,
        vpc_id: pulumi.Input[str],
        subnet_ids: pulumi.Input[list[str]],
        place: pulumi.Output[AwsContext],
        task: SecurityGroup,
        tags: Mapping[str, pulumi.Input[str]],
        parent: pulumi.Resource,
    ) -> None:
        """Make the load balancer and let it reach the task.

        Args:
            name: logical name that the children's names begin with.
            where: the component, as messages name it.
            args: settings of the load balancer.
            port: port that the application listens on.
            vpc_id: VPC of both.
            subnet_ids: subnets of the load balancer, checked.
            place: where the service is.
            task: security group of the task.
            tags: tags of everything that takes tags.
            parent: the component.

        """
        self._name, self._args, self._tags, self._parent = name, args, tags, parent
        self._checked_arn = partial(checked_arn, f"{where}.load_balancer", place)
        self._child = pulumi.ResourceOptions(parent=parent)
        self._group = SecurityGroup(
            f"{name}-alb",
            component=f"{where}.load_balancer",
            description="Clients of the load balancer",
            vpc_id=vpc_id,
            tags=tags,
            opts=self._child,
        )
        self._rules(port, task)
        balancer = self._balancer(subnet_ids, place)
        target_group = self._target_group(port, vpc_id)
        self.arn, self.arn_suffix, self.dns_name = balancer.arn, balancer.arn_suffix, balancer.dns_name
        self.target_group_arn, self.target_group_suffix = target_group.arn, target_group.arn_suffix
        self.ready = [*self._group.rules, *self._listeners(balancer, target_group)]
        host = pulumi.Output.from_input(args.domain_name if args.domain_name is not None else self.dns_name)
        self.url = host.apply(lambda name: f"https://{name}")
        if args.domain_name is not None and args.hosted_zone_id is not None:
            self._record(balancer, args.domain_name, args.hosted_zone_id)
        if args.web_acl_arn is not None:
            aws.wafv2.WebAclAssociation(
                f"{name}-web-acl",
                resource_arn=self.arn,
                web_acl_arn=self._checked_arn("web_acl_arn", args.web_acl_arn),
                opts=self._child,
            )

    def _rules(self, port: int, task: SecurityGroup) -> None:
        args, group = self._args, self._group
        for argument, name, client in Peer.clients(args.client_security_group_ids, args.client_cidrs):
            group.allow_ingress(f"from-{name}", client, HTTPS, argument=argument, description=f"{name} over HTTPS")
            group.allow_ingress(
                f"redirects-{name}", client, HTTP, argument=argument, description=f"{name}, to be redirected"
            )
        ports = {"task": port}
        if args.health_check_port not in {None, port}:
            ports["health"] = args.health_check_port or port
        for role, number in ports.items():
            description = f"Load balancer to the task, {role}"
            group.allow_egress(f"to-{role}", Peer(security_group_id=task.id), number, description=description)
            task.allow_ingress(f"behind-alb-{role}", Peer(security_group_id=group.id), number, description=description)
        if args.oidc is not None or args.cognito is not None:
            for name, cidr in args.identity_provider_cidrs.items():
                group.allow_egress(
                    f"logs-in-at-{name}",
                    Peer(cidr=cidr),
                    HTTPS,
                    argument=f"identity_provider_cidrs.{name}",
                    description=f"Logins at {name}",
                )

    def _balancer(self, subnet_ids: pulumi.Input[list[str]], place: pulumi.Output[AwsContext]) -> aws.lb.LoadBalancer:
        args = self._args
        logs: Any = None
        if args.access_logs:
            bucket = args.access_log_bucket
            if bucket is None:
                bucket = log_bucket(
                    self._name,
                    place,
                    days=args.access_log_retention_days,
                    protect=args.protect,
                    tags=self._tags,
                    parent=self._parent,
                )
            logs = {"bucket": bucket, "enabled": True}
        return aws.lb.LoadBalancer(
            f"{self._name}-alb",
            load_balancer_type="application",
            internal=not args.internet_facing,
            security_groups=[self._group.checked_id()],
            subnets=subnet_ids,
            access_logs=logs,
            desync_mitigation_mode="defensive",
            drop_invalid_header_fields=True,
            enable_deletion_protection=args.protect,
            idle_timeout=args.idle_timeout_seconds,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self._parent, protect=args.protect),
        )

    def _target_group(self, port: int, vpc_id: pulumi.Input[str]) -> aws.lb.TargetGroup:
        args = self._args
        return aws.lb.TargetGroup(
            f"{self._name}-tg",
            target_type="ip",
            vpc_id=vpc_id,
            port=port,
            protocol=args.target_protocol,
            deregistration_delay=args.deregistration_delay_seconds,
            health_check={
                "enabled": True,
                "path": args.health_check_path,
                "port": str(args.health_check_port or "traffic-port"),
                "protocol": args.target_protocol,
                "matcher": args.health_check_matcher,
                "interval": args.health_check_interval_seconds,
                "timeout": args.health_check_timeout_seconds,
                "healthy_threshold": args.healthy_threshold,
                "unhealthy_threshold": args.unhealthy_threshold,
            },
            tags=self._tags,
            opts=self._child,
        )

    def _listeners(self, balancer: aws.lb.LoadBalancer, target_group: aws.lb.TargetGroup) -> list[pulumi.Resource]:
        args = self._args
        forward: dict[str, Any] = {"type": "forward", "target_group_arn": target_group.arn}
        login = self._login()
        actions: Any = [forward] if login is None else [{**login, "order": 1}, {**forward, "order": 2}]
        https = aws.lb.Listener(
            f"{self._name}-https",
            load_balancer_arn=balancer.arn,
            port=HTTPS,
            protocol="HTTPS",
            ssl_policy=args.ssl_policy,
            certificate_arn=self._certificate(),
            default_actions=actions,
            tags=self._tags,
            opts=self._child,
        )
        redirect: Any = {"port": str(HTTPS), "protocol": "HTTPS", "status_code": "HTTP_301"}
        http = aws.lb.Listener(
            f"{self._name}-http",
            load_balancer_arn=balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_actions=[{"type": "redirect", "redirect": redirect}],
            tags=self._tags,
            opts=self._child,
        )
        made: list[pulumi.Resource] = [https, http]
        if args.closed_paths:
            answer: Any = {"content_type": "text/plain", "message_body": "Not here", "status_code": "403"}
            made.append(
                aws.lb.ListenerRule(
                    f"{self._name}-closed",
                    listener_arn=https.arn,
                    priority=1,
                    conditions=[{"path_pattern": {"values": args.closed_paths}}],
                    actions=[{"type": "fixed-response", "fixed_response": answer}],
                    tags=self._tags,
                    opts=self._child,
                )
            )
        return made

    def _login(self) -> dict[str, Any] | None:
        session = {"session_timeout": SESSION_SECONDS, "on_unauthenticated_request": "authenticate"}
        if self._args.oidc is not None:
            return {"type": "authenticate-oidc", "authenticate_oidc": {**dict(self._args.oidc), **session}}
        if self._args.cognito is not None:
            return {"type": "authenticate-cognito", "authenticate_cognito": {**dict(self._args.cognito), **session}}
        return None

    def _certificate(self) -> pulumi.Input[str]:
        args = self._args
        if args.certificate_arn is not None:
            found: pulumi.Input[str] = self._checked_arn("certificate_arn", args.certificate_arn)
            return found
        return validated_certificate(
            self._name,
            domain_name=args.domain_name or "",
            hosted_zone_id=args.hosted_zone_id or "",
            tags=self._tags,
            opts=self._child,
        )

    def _record(
        self, balancer: aws.lb.LoadBalancer, domain_name: pulumi.Input[str], zone_id: pulumi.Input[str]
    ) -> None:
        alias: Any = {"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": False}
        aws.route53.Record(
            f"{self._name}-record", zone_id=zone_id, name=domain_name, type="A", aliases=[alias], opts=self._child
        )
