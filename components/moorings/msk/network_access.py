"""Security group of a cluster, with one ingress rule for each client and listener."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from types import MappingProxyType

import pulumi

from moorings.aws.security_groups import Peer, SecurityGroup
from moorings.msk.authentication import MskListener
from moorings.msk.broker_endpoints import LISTENER_PORTS, BrokerRoute
from moorings.msk.monitoring import EXPORTER_PORTS
from moorings.validation.reporter import Reporter

LARGEST_PRIVATE_NETWORKS: Mapping[int, str] = MappingProxyType({4: "10.0.0.0/8", 6: "fc00::/7"})
"""The largest network of private addresses, by IP version."""

Clients = Mapping[str, pulumi.Input[str]]
"""Security group IDs or CIDR blocks by the name of the client."""


def create_cluster_security_group(
    name: str,
    reporter: Reporter,
    *,
    vpc_id: pulumi.Input[str],
    existing_id: pulumi.Input[str] | None,
    listeners: Sequence[MskListener],
    security_group_ids: Clients,
    cidrs: Clients,
    prefix_list_ids: Clients,
    ipv6_cidrs: Clients,
    public_cidrs: Clients,
    prometheus_security_group_ids: Clients,
    prometheus_cidrs: Clients,
    dual_stack: bool,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Create the security group of a cluster, or add the rules to the existing group; return its ID.

    Clients are added and removed as rules, because changing the security groups of a cluster replaces it. There are no
    egress rules, because brokers do not open connections to clients.

    Args:
        name: logical name of the cluster.
        reporter: reporter of the component.
        vpc_id: VPC of the cluster.
        existing_id: security group of an imported cluster.
        listeners: the enabled listeners.
        security_group_ids: clients by security group, within the VPC.
        cidrs: clients by IPv4 CIDR block, within the VPC.
        prefix_list_ids: clients by managed prefix list, within the VPC.
        ipv6_cidrs: clients by IPv6 CIDR block, within the VPC.
        public_cidrs: clients on the internet.
        prometheus_security_group_ids: Prometheus servers by security group.
        prometheus_cidrs: Prometheus servers by IPv4 CIDR block.
        dual_stack: whether the security groups and prefix lists of clients also need rules for the IPv6 listeners.
        tags: tags of the group and its rules.
        opts: options of the group and its rules.

    Raises:
        InvalidInput: for duplicate rules, and for rules with the same name.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    """
    group = SecurityGroup(
        name,
        reporter=reporter,
        description="Clients of the MSK cluster",
        vpc_id=vpc_id,
        existing_id=existing_id,
        tags=tags,
        opts=opts,
    )

    def allow(
        argument: str,
        peer_type: str,
        clients: Clients,
        ports: Mapping[str, int],
        *,
        target: str = "listener",
        suffix: str = "",
    ) -> None:
        for kind, port in ports.items():
            for client, value in clients.items():
                group.allow_ingress(
                    f"{client}-{kind}{suffix}",
                    Peer(**{peer_type: value}),
                    port,
                    description=f"{client} to the {kind}{suffix} {target}",
                    argument=f"{argument}.{client}",
                )

    def ports(route: BrokerRoute) -> dict[str, int]:
        published = LISTENER_PORTS[route]
        return {listener: published[listener] for listener in listeners if listener in published}

    def allow_on_both_ip_versions(argument: str, peer_type: str, clients: Clients) -> None:
        allow(argument, peer_type, clients, ports("vpc"))
        if dual_stack:
            allow(argument, peer_type, clients, ports("vpc-ipv6"), suffix="-ipv6")

    exporters = {str(exporter): port for exporter, port in EXPORTER_PORTS.items()}
    allow_on_both_ip_versions("client_security_group_ids", "security_group_id", security_group_ids)
    allow_on_both_ip_versions("client_prefix_list_ids", "prefix_list_id", prefix_list_ids)
    allow("client_cidrs", "cidr", cidrs, ports("vpc"))
    allow("client_ipv6_cidrs", "ipv6_cidr", ipv6_cidrs, ports("vpc-ipv6"))
    allow("public_client_cidrs", "cidr", public_cidrs, ports("internet"))
    allow(
        "prometheus_security_group_ids",
        "security_group_id",
        prometheus_security_group_ids,
        exporters,
        target="exporter",
    )
    allow("prometheus_cidrs", "cidr", prometheus_cidrs, exporters, target="exporter")
    group.check_rules()
    return group.id


def exceeds(cidr: str) -> Iterator[str]:
    """Yield the problem of a network of clients that is larger than the largest private network.

    Sources: https://www.rfc-editor.org/rfc/rfc1918 and https://www.rfc-editor.org/rfc/rfc4193
    """
    network = ip_network(cidr)
    largest = LARGEST_PRIVATE_NETWORKS[network.version]
    if network.prefixlen < ip_network(largest).prefixlen:
        yield f"{cidr} is larger than {largest}, the largest private network; list the networks of the clients"
