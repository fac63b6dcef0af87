"""Network Load Balancer of a singleton with its listener, target group, certificate and DNS record."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.regions import checked_arn
from moorings.aws.security_groups import Peer, Protocol, SecurityGroup
from moorings.ecs.certificates import create_alias_records, create_certificate
from moorings.ecs.child_names import MAX_LOAD_BALANCER_NAME, child_name
from moorings.ecs.load_balancer_clients import load_balancer_clients
from moorings.ecs.network_load_balancer_args import NetworkLoadBalancer
from moorings.ecs.target_group import create_network_target_group
from moorings.validation.inputs import as_output, gather
from moorings.validation.reporter import Reporter

ARGUMENT = "network_load_balancer"


class ConnectionLoadBalancer:
    """Creates a Network Load Balancer with its security group, listener, target group and DNS record."""

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]

    url: pulumi.Output[str]
    """Address of the service with its protocol and port: ``tls://orders.example.com:6514``."""

    dependencies: list[pulumi.Resource]
    """Rules and listeners that must exist before ECS registers the task."""

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        args: NetworkLoadBalancer,
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
        self._name, self._args, self._tags, self._parent = f"{name}-nlb", args, tags, parent
        self._check_arn = partial(checked_arn, reporter, context)
        self._opts = pulumi.ResourceOptions(parent=parent)
        port = application_port if args.listener_port is None else args.listener_port
        group = SecurityGroup(
            self._name,
            reporter=reporter,
            description="Clients of the load balancer",
            vpc_id=vpc_id,
            tags=tags,
            opts=self._opts,
        )
        self._allow_connections(group, task_security_group, port, application_port)
        load_balancer = self._create_load_balancer(name, subnet_ids, group.checked_id())
        target_group = create_network_target_group(
            name, "nlb-tg", args, port=application_port, vpc_id=vpc_id, tags=tags, opts=self._opts, reporter=reporter
        )
        self.arn, self.arn_suffix = load_balancer.arn, load_balancer.arn_suffix
        self.target_group_arn, self.target_group_arn_suffix = target_group.arn, target_group.arn_suffix
        self.dependencies = [*group.rules, self._create_listener(port)]
        host = as_output(args.domain_name if args.domain_name is not None else load_balancer.dns_name)
        scheme = "tls" if args.protocol == "TLS" else args.transports[0]
        self.url = host.apply(lambda known: f"{scheme}://{known}:{port}")
        if args.domain_name is not None and args.hosted_zone_id is not None:
            create_alias_records(
                self._name,
                domain_name=args.domain_name,
                hosted_zone_id=args.hosted_zone_id,
                load_balancer_dns_name=load_balancer.dns_name,
                load_balancer_zone_id=load_balancer.zone_id,
                dualstack=args.ip_address_type == "dualstack",
                opts=self._opts,
            )

    def _allow_connections(
        self, group: SecurityGroup, task_security_group: SecurityGroup, port: int, application_port: int
    ) -> None:
        """Allow the clients to connect to the load balancer, and the load balancer to connect to the task."""
        args = self._args
        for protocol in args.transports:
            suffix = "" if protocol == "tcp" else f"-{protocol}"
            for argument, client, peer in load_balancer_clients(ARGUMENT, args):
                group.allow_ingress(
                    f"from-{client}{suffix}",
                    peer,
                    port,
                    argument=argument,
                    description=f"{client} over {args.protocol}",
                    protocol=protocol,
                )
        health_check_port = args.health_check_port or application_port
        ports: list[tuple[Protocol, int]] = [(protocol, application_port) for protocol in args.transports]
        if ("tcp", health_check_port) not in ports:
            ports.append(("tcp", health_check_port))
        for protocol, number in ports:
            role = f"{protocol}-{number}"
            description = f"Network Load Balancer to the task, {role}"
            task = Peer(security_group_id=task_security_group.id)
            group.allow_egress(f"to-{role}", task, number, description=description, protocol=protocol)
            task_security_group.allow_ingress(
                f"behind-nlb-{role}",
                Peer(security_group_id=group.id),
                number,
                description=description,
                protocol=protocol,
            )

    def _create_load_balancer(
        self, name: str, subnet_ids: pulumi.Input[list[str]], security_group_id: pulumi.Output[str]
    ) -> aws.lb.LoadBalancer:
        args = self._args
        addresses: Any = {"subnets": subnet_ids}
        if args.elastic_ip_allocation_ids:
            allocation_ids = as_output(args.elastic_ip_allocation_ids)
            addresses = {"subnet_mappings": gather(as_output(subnet_ids), allocation_ids).apply(_subnet_mappings)}
        access_logs: Any = None
        if args.access_log_bucket is not None:
            access_logs = {"bucket": args.access_log_bucket, "enabled": True}
        dualstack = args.ip_address_type == "dualstack"
        return aws.lb.LoadBalancer(
            child_name(name, "nlb", MAX_LOAD_BALANCER_NAME),
            load_balancer_type="network",
            internal=not args.internet_facing,
            security_groups=[security_group_id],
            **addresses,
            access_logs=access_logs,
            # The one task is in one zone, and clients may connect to the addresses in all zones.
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.protect,
            ip_address_type="dualstack" if dualstack else None,
            # Without it, a load balancer with IPv6 addresses has no UDP listeners.
            enable_prefix_for_ipv6_source_nat="on" if dualstack and "udp" in args.transports else None,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self._parent, protect=args.protect),
        )

    def _create_listener(self, port: int) -> aws.lb.Listener:
        args = self._args
        encrypted = args.requires_certificate
        listener = aws.lb.Listener(
            f"{self._name}-listener",
            load_balancer_arn=self.arn,
            port=port,
            protocol=args.protocol,
            ssl_policy=args.ssl_policy if encrypted else None,
            certificate_arn=self._certificate_arn() if encrypted else None,
            tcp_idle_timeout_seconds=args.idle_timeout_seconds,
            default_actions=[{"type": "forward", "target_group_arn": self.target_group_arn}],
            tags=self._tags,
            opts=self._opts,
        )
        for certificate, arn in args.additional_certificate_arns.items():
            aws.lb.ListenerCertificate(
                f"{self._name}-certificate-{certificate}",
                listener_arn=listener.arn,
                certificate_arn=self._check_arn(f"{ARGUMENT}.additional_certificate_arns.{certificate}", arn),
                opts=self._opts,
            )
        return listener

    def _certificate_arn(self) -> pulumi.Input[str]:
        args = self._args
        if args.certificate_arn is not None:
            arn: pulumi.Input[str] = self._check_arn(f"{ARGUMENT}.certificate_arn", args.certificate_arn)
            return arn
        return create_certificate(
            self._name,
            domain_name=args.domain_name or "",
            hosted_zone_id=args.hosted_zone_id or "",
            tags=self._tags,
            opts=self._opts,
        )


def _subnet_mappings(known: list[list[str]]) -> list[dict[str, str]]:
    return [{"subnet_id": subnet, "allocation_id": allocation} for subnet, allocation in zip(*known, strict=True)]
