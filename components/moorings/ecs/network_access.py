"""Security group of the task, with its ingress and egress rules."""

from collections.abc import Iterator

import pulumi

from moorings.aws.cidrs import ANY_IPV4
from moorings.aws.security_groups import HTTPS, Peer, SecurityGroup
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.volumes import NFS
from moorings.kafka.listeners import first_broker_port, last_broker_port
from moorings.validation.reporter import Reporter


def create_task_security_group(
    name: str, reporter: Reporter, args: FargateSingletonArgs, opts: pulumi.ResourceOptions
) -> SecurityGroup:
    """Create the security group of the task, and rules in the security groups of its Kafka clusters and file systems.

    Args:
        name: prefix of the logical names.
        reporter: reporter of the component.
        args: arguments of the component.
        opts: options of each resource.

    """
    group = SecurityGroup(
        name,
        reporter=reporter,
        description="Task of the singleton",
        vpc_id=args.vpc_id,
        tags=args.tags,
        opts=opts,
    )
    for argument, client, peer in Peer.clients(args.client_security_group_ids, args.client_cidrs):
        description = f"{client} to the application"
        group.allow_ingress(f"from-{client}", peer, args.port or 0, argument=argument, description=description)
    for destination, argument, peer in _https_destinations(args):
        group.allow_egress(f"out-{destination}", peer, HTTPS, argument=argument, description="Image, secrets, logs")
    for destination, rule in args.egress.items():
        group.allow_egress(
            f"to-{destination}",
            rule.peer,
            rule.port,
            argument=f"egress.{destination}",
            description=f"The application to {destination}",
        )
    for cluster, kafka in args.kafka_connections.items():
        if kafka.security_group_id is None:
            continue
        argument = cluster if kafka is args.kafka else f"additional_kafka.{cluster}"
        servers = kafka.bootstrap_servers
        group.connect_to(
            cluster,
            kafka.security_group_id,
            reporter.derive(first_broker_port, bootstrap_servers=servers),
            last_port=reporter.derive(last_broker_port, bootstrap_servers=servers),
            argument=argument,
            description=f"{name} to the {kafka.listener_title} listener of {cluster}",
        )
    names = args.volume_names
    for path, mount in args.efs_mounts.items():
        group.connect_to(
            f"efs-{names[path]}",
            mount.security_group_id,
            NFS,
            argument=f"efs_mounts.{path}",
            description=f"{name} to its files",
        )
    return group


def _https_destinations(args: FargateSingletonArgs) -> Iterator[tuple[str, str, Peer]]:
    """Yield the name, argument and peer of the rules for the image, the secrets and the logs."""
    if args.allows_any_https:
        yield "https", "allow_https_egress", Peer(cidr=ANY_IPV4)
    elif args.vpc_endpoints is not None:
        endpoints = args.vpc_endpoints
        yield "endpoints", "vpc_endpoints.security_group_id", Peer(security_group_id=endpoints.security_group_id)
        yield "s3", "vpc_endpoints.s3_prefix_list_id", Peer(prefix_list_id=endpoints.s3_prefix_list_id)
