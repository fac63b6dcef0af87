"""Custom domain name of a cluster: a Network Load Balancer with a TLS listener, and a DNS record, for each broker.

Brokers cannot present another certificate. The load balancer terminates TLS with a certificate of the custom domain,
and opens a TLS connection of its own to the broker.

Source: https://aws.amazon.com/blogs/big-data/configure-a-custom-domain-name-for-your-amazon-msk-cluster/
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple, cast

import pulumi
import pulumi_aws as aws
from pulumi.runtime import is_dry_run

from moorings.aws.security_groups import Peer, SecurityGroup
from moorings.msk.authentication import MskListener
from moorings.msk.broker_endpoints import LISTENER_PORTS
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_method_rules import LISTENER_DISABLED
from moorings.msk.derived_settings import known_broker_count
from moorings.validation.reporter import Reporter


class CustomDomainEndpoint(NamedTuple):
    """Addresses of the brokers under the custom domain name."""

    listener: MskListener
    """Authentication method of the clients."""

    bootstrap_servers: str
    """Address of each broker as ``host:port``, joined by commas."""

    security_group_id: pulumi.Output[str]
    """Security group of the load balancer."""

    def servers_of(self, listener: MskListener, reporter: Reporter) -> str:
        """Return the bootstrap servers.

        Raises:
            InvalidInput: if the custom domain name is that of another listener.

        """
        if listener != self.listener:
            problem = f"custom_domain is for the listener {self.listener!r}, got {listener!r}; connect with the former"
            reporter.reject(LISTENER_DISABLED, problem, "listener")
        return self.bootstrap_servers


def create_custom_domain(
    name: str,
    reporter: Reporter,
    args: MskClusterArgs,
    *,
    cluster: aws.msk.Cluster,
    broker_security_group_id: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> CustomDomainEndpoint | None:
    """Create the load balancer and the DNS records. Returns None without a custom domain name.

    Args:
        name: logical name of the cluster.
        reporter: reporter of the cluster.
        args: arguments of the cluster.
        cluster: the cluster.
        broker_security_group_id: security group of the brokers.
        opts: options of each resource.

    Raises:
        InvalidInput: if the number of brokers is unknown.

    """
    domain = args.custom_domain
    if domain is None:
        return None
    brokers, broker_port = known_broker_count(reporter, args), LISTENER_PORTS["vpc"][domain.listener]
    prefix = f"{name}-domain"
    group = SecurityGroup(
        prefix,
        reporter=reporter,
        description="Clients of the custom domain name of the MSK cluster",
        vpc_id=args.vpc_id,
        tags=args.tags,
        opts=opts,
    )
    for argument, client, peer in _clients(args):
        group.allow_ingress(
            client,
            peer,
            domain.first_port,
            last_port=domain.first_port + brokers - 1,
            description=f"{client} to the brokers",
            argument=argument,
        )
    group.connect_to(
        "brokers",
        broker_security_group_id,
        broker_port,
        description="Load balancer to the brokers",
        argument="custom_domain",
    )
    group.check_rules()
    balancer = aws.lb.LoadBalancer(
        f"{prefix}-load-balancer",
        name_prefix="msk-",
        load_balancer_type="network",
        internal=True,
        subnets=args.subnet_ids,
        security_groups=[group.id],
        # By default a node forwards only to targets in its own zone, and clients wait for those of the other zones.
        enable_cross_zone_load_balancing=True,
        enable_deletion_protection=args.protect,
        tags={"Name": prefix, **args.tags},
        opts=opts,
    )
    # Waits for the cluster, so that an update that adds brokers finds their addresses.
    nodes = aws.msk.get_broker_nodes_output(
        cluster_arn=cluster.arn, opts=pulumi.InvokeOutputOptions(parent=opts.parent, depends_on=[cluster])
    )
    for number in range(1, brokers + 1):
        target_group = aws.lb.TargetGroup(
            f"{prefix}-broker-{number}",
            name_prefix="msk-",
            target_type="ip",
            vpc_id=args.vpc_id,
            port=broker_port,
            protocol="TLS",
            health_check={"protocol": "TCP", "port": "traffic-port"},
            tags={"Name": f"{prefix}-broker-{number}", **args.tags},
            opts=opts,
        )
        aws.lb.TargetGroupAttachment(
            f"{prefix}-broker-{number}",
            target_group_arn=target_group.arn,
            target_id=nodes.node_info_lists.apply(partial(broker_address, number)),
            port=broker_port,
            opts=opts,
        )
        aws.lb.Listener(
            f"{prefix}-broker-{number}",
            load_balancer_arn=balancer.arn,
            port=domain.first_port + number - 1,
            protocol="TLS",
            certificate_arn=domain.certificate_arn,
            ssl_policy=domain.ssl_policy,
            default_actions=[{"type": "forward", "target_group_arn": target_group.arn}],
            tags=args.tags,
            opts=opts,
        )
        aws.route53.Record(
            f"{prefix}-broker-{number}",
            zone_id=domain.hosted_zone_id,
            name=f"b-{number}.{domain.name}",
            type="A",
            aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": False}],
            opts=opts,
        )
    return CustomDomainEndpoint(domain.listener, domain.bootstrap_servers(brokers), group.id)


def _clients(args: MskClusterArgs) -> Iterator[tuple[str, str, Peer]]:
    """Yield the argument, name and peer of each client of the cluster within the VPC."""
    yield from Peer.clients(args.client_security_group_ids, args.client_cidrs)
    for client, prefix_list_id in args.client_prefix_list_ids.items():
        yield f"client_prefix_list_ids.{client}", client, Peer(prefix_list_id=prefix_list_id)


def broker_address(number: int, nodes: Iterable[Any]) -> str:
    """Return the private IP address of a broker. A broker that an update adds has none in the preview."""
    addresses: dict[int, str] = {int(node.broker_id): node.client_vpc_ip_address for node in nodes}
    if number not in addresses and is_dry_run():
        return cast("str", pulumi.UNKNOWN)
    return addresses[number]
