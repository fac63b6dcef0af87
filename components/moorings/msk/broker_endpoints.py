"""Ports, bootstrap servers and DNS records of brokers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal, cast

import pulumi
import pulumi_aws as aws
from pulumi.runtime import is_dry_run

from moorings.kafka.listeners import LISTENERS
from moorings.msk.authentication import MskListener
from moorings.msk.cluster_method_rules import LISTENER_DISABLED, ROUTE_DISABLED, UNPUBLISHED_ADDRESSES
from moorings.validation.reporter import Reporter
from moorings.validation.types import check_choice

BrokerRoute = Literal["vpc", "vpc-ipv6", "internet"]
"""Network path of a client to the brokers: within the VPC over IPv4 or IPv6, or from the internet."""

ConnectionRoute = Literal[BrokerRoute, "custom-domain"]
"""Network path of a client: to the brokers, or to the load balancer of the custom domain name."""

LISTENER_PORTS: Mapping[BrokerRoute, Mapping[MskListener, int]] = MappingProxyType(
    {
        "vpc": {"plaintext": 9092, **{kind: listener.port for kind, listener in LISTENERS.items()}},
        "vpc-ipv6": {"scram": 20096, "iam": 20098, "tls": 20094, "plaintext": 20092},
        "internet": {kind: listener.public_port for kind, listener in LISTENERS.items()},
    }
)
"""Port of each listener, for each route. MSK has no public port without authentication.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
"""

_ENABLED_BY: Mapping[MskListener, str] = {
    "plaintext": "set client_broker_encryption='TLS_PLAINTEXT'",
    "tls": "set certificate_authority_arns",
}


@dataclass(frozen=True)
class Broker:
    """A broker, as returned by the MSK operation ``ListNodes``."""

    id: float
    """Broker ID; MSK numbers brokers from 1."""

    subnet: str
    """ID of the broker's subnet. Each subnet of a cluster is in its own Availability Zone."""

    host: str
    """DNS name of the broker."""


def sort_brokers(brokers: Iterable[Broker]) -> Sequence[Broker]:
    """Sort brokers by broker ID."""
    return sorted(brokers, key=lambda broker: broker.id)


def broker_addresses(brokers: Iterable[Broker], port: int) -> list[str]:
    """Return the address of each broker as ``host:port``, sorted by broker ID, so that a refresh keeps the order."""
    return [f"{broker.host}:{port}" for broker in sort_brokers(brokers)]


def select_bootstrap_servers(brokers: Iterable[Broker], port: int) -> str:
    """Return the first broker of each Availability Zone as ``host:port``, joined by commas. Clients find the others.

    ``GetBootstrapBrokers`` is not used, because it returns up to three random brokers, which may change with each
    refresh.
    """
    first: dict[str, Broker] = {}
    for broker in sort_brokers(brokers):
        first.setdefault(broker.subnet, broker)
    return ",".join(broker_addresses(first.values(), port))


class BrokerEndpoints:
    """Broker addresses and bootstrap servers of a cluster."""

    brokers: pulumi.Output[list[Broker]]
    """The brokers of the cluster."""

    all_bootstrap_servers: pulumi.Output[dict[str, str]]
    """Bootstrap servers of each enabled listener within the VPC."""

    def __init__(
        self,
        reporter: Reporter,
        cluster: aws.msk.Cluster,
        listeners: Sequence[MskListener],
        *,
        dual_stack: bool,
        public: bool,
        parent: pulumi.Resource,
    ) -> None:
        """Look up the brokers.

        Args:
            reporter: reporter of the component.
            cluster: the cluster.
            listeners: the enabled listeners.
            dual_stack: whether the brokers have IPv6 addresses.
            public: whether public access is enabled.
            parent: the component.

        """
        self._reporter, self._cluster, self._listeners = reporter, cluster, listeners
        self._dual_stack, self._public = dual_stack, public
        nodes = aws.msk.get_broker_nodes_output(cluster_arn=cluster.arn, opts=pulumi.InvokeOptions(parent=parent))
        self.brokers = nodes.node_info_lists.apply(
            lambda infos: [Broker(info.broker_id, info.client_subnet, info.endpoints[0]) for info in infos]
        )
        ports = {listener: LISTENER_PORTS["vpc"][listener] for listener in listeners}
        self.all_bootstrap_servers = self.brokers.apply(
            lambda brokers: {listener: select_bootstrap_servers(brokers, port) for listener, port in ports.items()}
        )

    def broker_addresses(self, listener: MskListener) -> pulumi.Output[list[str]]:
        """Return the address of every broker within the VPC.

        Raises:
            InvalidInput: if the listener is disabled.

        """
        self._check_listener(listener)
        return self.brokers.apply(lambda brokers: broker_addresses(brokers, LISTENER_PORTS["vpc"][listener]))

    def bootstrap_servers(self, listener: MskListener, route: ConnectionRoute) -> pulumi.Output[str]:
        """Return the bootstrap servers of a listener for a route.

        Raises:
            InvalidInput: if the listener or the route is disabled.

        """
        check_choice(str(self._reporter), "route", route, ConnectionRoute)
        self._check_listener(listener)
        cluster = self._cluster
        if route == "custom-domain":
            problem = "'custom-domain' requires a domain name; set custom_domain"
            self._reporter.reject(ROUTE_DISABLED, problem, "route")
        if route == "vpc":
            return self.all_bootstrap_servers.apply(lambda servers: servers[listener])
        if route == "vpc-ipv6":
            if not self._dual_stack:
                self._reporter.reject(ROUTE_DISABLED, "'vpc-ipv6' requires IPv6; set dual_stack=True", "route")
            published = {
                "scram": cluster.bootstrap_brokers_sasl_scram_ipv6,
                "iam": cluster.bootstrap_brokers_sasl_iam_ipv6,
                "tls": cluster.bootstrap_brokers_tls_ipv6,
            }
        else:
            if not self._public:
                problem = "'internet' requires public access; set connectivity='public' and connectivity_step='enable'"
                self._reporter.reject(ROUTE_DISABLED, problem, "route")
            published = {
                "scram": cluster.bootstrap_brokers_public_sasl_scram,
                "iam": cluster.bootstrap_brokers_public_sasl_iam,
                "tls": cluster.bootstrap_brokers_public_tls,
            }
        return published[listener].apply(self._check_published)

    def _check_listener(self, listener: MskListener) -> None:
        check_choice(str(self._reporter), "listener", listener, MskListener)
        if listener not in self._listeners:
            fix = _ENABLED_BY.get(listener, f"turn {listener} on")
            enabled = ", ".join(self._listeners)
            self._reporter.reject(
                LISTENER_DISABLED, f"{listener!r} is disabled (enabled: {enabled}); {fix}", "listener"
            )

    def _check_published(self, servers: str) -> str:
        if servers:
            return servers
        if is_dry_run():
            # In the preview of the update that enables the route, the provider returns the old, empty value.
            return cast("str", pulumi.UNKNOWN)
        problem = "MSK has not published the bootstrap brokers of this route yet; add the connection in the next update"
        return self._reporter.reject(UNPUBLISHED_ADDRESSES, problem, "route")


def create_broker_records(
    name: str,
    *,
    zone_id: pulumi.Input[str],
    count: int,
    brokers: pulumi.Output[list[Broker]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create a DNS record for each broker: ``b-1.{name}`` in the hosted zone is a CNAME of broker 1, and so on.

    The brokers' certificates do not contain these names, so TLS clients cannot use them. They are for runbooks and
    for tools that resolve the name of a broker before they connect.

    Args:
        name: logical name of the cluster.
        zone_id: ID of the Route 53 hosted zone.
        count: number of brokers.
        brokers: the brokers.
        opts: options of each record.

    """
    for number in range(1, count + 1):
        aws.route53.Record(
            f"{name}-broker-{number}",
            zone_id=zone_id,
            name=f"b-{number}.{name.lower()}",
            type="CNAME",
            ttl=60,
            records=[brokers.apply(partial(_broker_host, number))],
            opts=opts,
        )


def _broker_host(number: int, brokers: Sequence[Broker]) -> str:
    """Return the DNS name of a broker. It is derived from the first broker, because MSK does not list new ones yet."""
    domain = sort_brokers(brokers)[0].host.partition(".")[2]
    return f"b-{number}.{domain}"
