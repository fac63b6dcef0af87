"""The security group of an MSK cluster: one ingress rule for each client and listener."""

from collections.abc import Mapping

import pulumi

from moorings.aws.security_groups import Peer, SecurityGroup
from moorings.msk.broker_endpoints import LISTENER_PORTS, BrokerRoute
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.monitoring import EXPORTER_PORTS


def cluster_security_group(
    name: str, component: str, args: MskClusterArgs, opts: pulumi.ResourceOptions
) -> SecurityGroup:
    """Create the security group of a cluster, or add the rules to the one of an imported cluster.

    MSK replaces a cluster whose security groups change, so the group stays and only its rules change. It has no egress
    rules, because brokers only answer.

    Args:
        name: logical name of the cluster.
        component: the cluster, for messages.
        args: arguments of the cluster.
        opts: options of the group and its rules.

    Raises:
        InvalidInput: for duplicate rules, and for two rules of the same name.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    """
    group = SecurityGroup(
        name,
        component=component,
        description="Clients of the MSK cluster",
        vpc_id=args.vpc_id,
        existing_id=args.security_group_ids[0] if args.security_group_ids else None,
        allow_internet=True,
        tags=args.tags,
        opts=opts,
    )

    def allow(
        argument: str, peer_type: str, ports: Mapping[str, int], *, target: str = "listener", suffix: str = ""
    ) -> None:
        clients: Mapping[str, pulumi.Input[str]] = getattr(args, argument)
        for kind, port in ports.items():
            for client, value in clients.items():
                group.allow_ingress(
                    f"{client}-{kind}{suffix}",
                    Peer(**{peer_type: value}),
                    port,
                    description=f"{client} to the {kind}{suffix} {target}",
                    argument=f"{argument}.{client}",
                )

    def listeners(route: BrokerRoute) -> dict[str, int]:
        return {kind: LISTENER_PORTS[route][kind] for kind in args.listeners}

    exporters = {str(kind): port for kind, port in EXPORTER_PORTS.items()}
    allow("client_security_group_ids", "security_group_id", listeners("vpc"))
    if args.dual_stack:
        allow("client_security_group_ids", "security_group_id", listeners("vpc-ipv6"), suffix="-ipv6")
    allow("client_cidrs", "cidr", listeners("vpc"))
    allow("client_ipv6_cidrs", "ipv6_cidr", listeners("vpc-ipv6"))
    if args.connectivity_step == "enable":
        allow("public_client_cidrs", "cidr", listeners("internet"))
    allow("prometheus_security_group_ids", "security_group_id", exporters, target="exporter")
    allow("prometheus_cidrs", "cidr", exporters, target="exporter")
    group.check_rules()
    return group
