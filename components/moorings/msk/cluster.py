"""Provisioned MSK clusters."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast

import pulumi
import pulumi_aws as aws

from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import ListenerKind
from moorings.msk.broker_endpoints import (
    LISTENER_PORTS,
    Broker,
    BrokerRoute,
    broker_addresses,
    select_bootstrap_servers,
)
from moorings.msk.broker_subnets import checked_subnets, reached_from_internet
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import is_public
from moorings.msk.derived_settings import ClusterFit
from moorings.msk.encryption import ClusterEncryption
from moorings.msk.monitoring import EXPORTER_PORTS
from moorings.msk.network_access import ClusterAccess
from moorings.msk.operations import operate
from moorings.msk.provisioned_cluster import provisioned_cluster
from moorings.msk.region_check import check_region
from moorings.msk.scram_user import MskScramUser, MskScramUserArgs
from moorings.msk.topics import make_topics
from moorings.validation.choices import check_choice
from moorings.validation.inputs import NEAR, InvalidInput

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,47}")
"""Logical names that MSK takes with what Pulumi adds to them: ``-cluster-`` and seven hex digits are added, and 64
characters are the most.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/configurations.html
"""


class MskCluster(pulumi.ComponentResource):
    """A provisioned MSK cluster whose users can log in.

    Makes the cluster, a key for its data and one for its users' secrets, its configuration, a log group, a security
    group that admits only the sources that are named, and the SCRAM users.

    Raises:
        InvalidInput: for arguments that break their rule, at once where they are plain, else when they resolve.

    """

    arn: pulumi.Output[str]
    """ARN of the cluster."""

    cluster_name: pulumi.Output[str]
    """Name of the cluster."""

    bootstrap_servers: pulumi.Output[dict[str, str]]
    """For each listener that is on, one broker of each zone as ``host:port``, joined by commas."""

    security_group_id: pulumi.Output[str]
    """Security group of the brokers."""

    configuration_arn: pulumi.Output[str]
    """ARN of the configuration."""

    configuration_revision: pulumi.Output[int]
    """Revision of the configuration that the brokers follow."""

    kms_key_arn: pulumi.Output[str]
    """Key of the data at rest."""

    secrets_kms_key_arn: pulumi.Output[str] | None
    """Key of the users' secrets, which a ``MskScramUser`` of another stack wants with ``arn``. None without SCRAM."""

    log_group_name: pulumi.Output[str] | None
    """Log group of the brokers. None where their logs go elsewhere."""

    user_secret_arns: pulumi.Output[dict[str, str]]
    """For each user the secret whose JSON keys are ``username`` and ``password``."""

    usernames: pulumi.Output[list[str]]
    """The users' names, once MSK knows all of them: what logs in depends on this."""

    topic_arns: pulumi.Output[dict[str, str]]
    """For each declared topic its ARN, once it is there."""

    def __init__(self, name: str, args: MskClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the cluster.

        Args:
            name: the logical name, of up to 48 letters, digits and hyphens; the children's names begin with it.
            args: settings of the cluster.
            opts: options of the component.

        """
        where = f"MskCluster {name!r}"
        args = MskClusterArgs.from_input(where, args)
        if not NAME.fullmatch(name):
            raise InvalidInput.at(
                where,
                "the name must be 1 to 48 letters, digits and hyphens, and not begin with one; MSK takes no other",
            )
        super().__init__("moorings:index:MskCluster", name, {}, opts)
        self._where, self._name, self._args = where, name, args
        self._child = pulumi.ResourceOptions(parent=self)

        fit = ClusterFit(where, args)
        fit.warn(self)
        encryption = ClusterEncryption(
            name,
            kms_key_arn=args.kms_key_arn,
            secrets_kms_key_arn=args.secrets_kms_key_arn,
            log_kms_key_arn=args.log_kms_key_arn,
            scram=args.scram,
            cloudwatch_logs=args.cloudwatch_logs,
            log_retention_days=args.log_retention_days,
            protect=args.protect,
            tags=args.tags,
            opts=self._child,
        )
        self.kms_key_arn = encryption.data_key_arn
        self.secrets_kms_key_arn = encryption.secrets_key_arn
        log_group = encryption.log_group
        access = self._access()
        # Named by Pulumi, so that a replaced one can stand beside the one that is in use.
        configuration = aws.msk.Configuration(
            f"{name}-configuration", server_properties=fit.server_properties, opts=self._child
        )
        subnets = checked_subnets(where, args.vpc_id, args.subnet_ids, self)
        reached = reached_from_internet(where, args.vpc_id, args.subnet_ids, self) if is_public(args.access) else None
        check_region(where, args, self)
        self._cluster = provisioned_cluster(
            name,
            args,
            fit,
            configuration=configuration,
            kms_key_arn=self.kms_key_arn,
            log_group=log_group,
            # The checks of the subnets gate the cluster here, where a first preview knows nothing anyway.
            security_group_id=pulumi.Output.all(access.group_id, subnets, reached).apply(lambda all_: str(all_[0])),
            parent=self,
        )

        self.arn = self._cluster.arn
        self.cluster_name = self._cluster.cluster_name
        self.security_group_id = access.group_id
        self.configuration_arn = configuration.arn
        self.configuration_revision = configuration.latest_revision
        self.log_group_name = log_group.name if log_group else None
        nodes = aws.msk.get_broker_nodes_output(cluster_arn=self.arn, opts=pulumi.InvokeOptions(parent=self))
        self._brokers = nodes.node_info_lists.apply(
            lambda found: [Broker(node.broker_id, node.client_subnet, node.endpoints[0]) for node in found]
        )
        ports = {kind: LISTENER_PORTS["vpc"][kind] for kind in args.listeners}
        self.bootstrap_servers = self._brokers.apply(
            lambda brokers: {kind: select_bootstrap_servers(brokers, port) for kind, port in ports.items()}
        )
        self._users = {username: self._user(username) for username in args.users}
        self.user_secret_arns = _resolved({each: user.secret_arn for each, user in self._users.items()})
        self.usernames = pulumi.Output.all(*(user.username for user in self._users.values()))
        self.topic_arns = _resolved(self._topics(fit))
        operate(
            name,
            args,
            fit,
            where=where,
            arn=self.arn,
            cluster_name=self.cluster_name,
            brokers=self._brokers,
            opts=self._child,
        )
        self.register_outputs(
            {
                "arn": self.arn,
                "clusterName": self.cluster_name,
                "bootstrapServers": self.bootstrap_servers,
                "securityGroupId": self.security_group_id,
                "configurationArn": self.configuration_arn,
                "configurationRevision": self.configuration_revision,
                "kmsKeyArn": self.kms_key_arn,
                "secretsKmsKeyArn": self.secrets_kms_key_arn,
                "logGroupName": self.log_group_name,
                "userSecretArns": self.user_secret_arns,
                "usernames": self.usernames,
                "topicArns": self.topic_arns,
            }
        )

    def brokers(self, listener: ListenerKind) -> pulumi.Output[list[str]]:
        """Every broker as ``host:port`` of a listener within the VPC, sorted by the brokers' numbers.

        Raises:
            InvalidInput: for a listener that is off.

        """
        port = self._port(listener)
        return self._brokers.apply(lambda brokers: broker_addresses(brokers, port))

    def user(self, username: str) -> MskScramUser:
        """A user of this cluster, with its ``secret_read_policy``, ``secret_version_id`` and so on.

        Raises:
            InvalidInput: for a user that the cluster does not have.

        """
        if username in self._users:
            return self._users[username]
        near = get_close_matches(str(username), self._users, 1, NEAR)
        if near:
            raise InvalidInput.at(self._where, f"there is no user {username!r}; did you mean {near[0]!r}?")
        there = f"it has {_some(self._users)}" if self._users else "it has none"
        raise InvalidInput.at(self._where, f"there is no user {username!r}, {there}; add the name to users")

    def connection(
        self, user: str | None = None, *, listener: ListenerKind | None = None, route: BrokerRoute = "vpc"
    ) -> KafkaConnection:
        """What a client needs to connect, as soon as it can log in.

        It begins with one broker of each zone, and learns of the others from them. Over IPv6 and from the internet
        brokers have other names, which MSK tells for three of them alone, and may tell others at a refresh: clients
        find the whole cluster through any.

        Args:
            user: a SCRAM user of this cluster. Without it the client connects to ``listener`` by other means.
            listener: ``iam`` or ``tls``; with a user, ``scram`` goes without saying.
            route: ``vpc``, ``vpc-ipv6`` with ``dual_stack``, or ``internet`` once ``access`` has opened it.

        Raises:
            InvalidInput: for a user that the cluster does not have, or a listener or a route that is off.

        """
        check_choice(self._where, "route", route, BrokerRoute)
        listener = listener or ("scram" if user is not None else "iam")
        self._port(listener)
        if (user is None) == (listener == "scram"):
            raise InvalidInput.at(self._where, f"a connection to the {listener} listener is made {_NEEDS[listener]}")
        servers = self._servers(listener, route)
        group = None if route == "internet" else self.security_group_id
        if user is None:
            return KafkaConnection(
                bootstrap_servers=servers, listener=listener, security_group_id=group, cluster_arn=self.arn
            )
        found = self.user(user)
        return KafkaConnection(
            bootstrap_servers=servers,
            listener=listener,
            username=found.username,
            password=found.password,
            secret_arn=found.secret_arn,
            kms_key_arn=self.secrets_kms_key_arn,
            security_group_id=group,
            cluster_arn=self.arn,
        )

    def _port(self, listener: ListenerKind) -> int:
        check_choice(self._where, "listener", listener, ListenerKind)
        if listener not in self._args.listeners:
            on = ", ".join(self._args.listeners)
            raise InvalidInput.at(self._where, f"the {listener} listener is off, {on} is on; {_TURN_ON[listener]}")
        return LISTENER_PORTS["vpc"][listener]

    def _servers(self, listener: ListenerKind, route: BrokerRoute) -> pulumi.Output[str]:
        """Brokers to begin with. On other ways than the VPC's, MSK alone knows their names.

        The preview of the update that opens such a way has the provider's answer of before, which is empty.
        """
        cluster, args = self._cluster, self._args
        if route == "vpc":
            return self.bootstrap_servers.apply(lambda servers: servers[listener])
        if route == "vpc-ipv6":
            if not args.dual_stack:
                raise InvalidInput.at(self._where, "the cluster has IPv4 alone; say dual_stack=True")
            found = {
                "scram": cluster.bootstrap_brokers_sasl_scram_ipv6,
                "iam": cluster.bootstrap_brokers_sasl_iam_ipv6,
                "tls": cluster.bootstrap_brokers_tls_ipv6,
            }
            return found[listener].apply(self._told)
        if not is_public(args.access) or args.access_step != "open":
            raise InvalidInput.at(
                self._where,
                "the internet is not let in; say access='public', and access_step='open' once that is deployed",
            )
        found = {
            "scram": cluster.bootstrap_brokers_public_sasl_scram,
            "iam": cluster.bootstrap_brokers_public_sasl_iam,
            "tls": cluster.bootstrap_brokers_public_tls,
        }
        return found[listener].apply(self._told)

    def _told(self, servers: str) -> str:
        if servers:
            return servers
        if pulumi.runtime.is_dry_run():
            return cast("str", pulumi.output.UNKNOWN)
        raise InvalidInput.at(
            self._where,
            "MSK tells no addresses for this way yet; leave the connection out, and make it in an update after the one "
            "that opens the way",
        )

    def _access(self) -> ClusterAccess:
        args, listeners = self._args, self._args.listeners
        access = ClusterAccess(
            self._name,
            vpc_id=args.vpc_id,
            existing_group_id=args.security_group_ids[0] if args.security_group_ids else None,
            tags=args.tags,
            opts=self._child,
        )
        ports = {kind: LISTENER_PORTS["vpc"][kind] for kind in listeners}
        ipv6_ports = {kind: LISTENER_PORTS["vpc-ipv6"][kind] for kind in listeners}
        access.admit_groups(ports, args.client_security_group_ids)
        if args.dual_stack:
            over_ipv6 = {f"{kind}-ipv6": port for kind, port in ipv6_ports.items()}
            access.admit_groups(over_ipv6, args.client_security_group_ids)
        access.admit_networks(ports, args.client_cidrs)
        access.admit_ipv6_networks(ipv6_ports, args.client_ipv6_cidrs)
        if args.access_step == "open":
            access.admit_networks(
                {kind: LISTENER_PORTS["internet"][kind] for kind in listeners}, args.public_client_cidrs
            )
        access.admit_groups(EXPORTER_PORTS, args.prometheus_security_group_ids, what="exporter")
        access.admit_networks(EXPORTER_PORTS, args.prometheus_cidrs, what="exporter")
        return access

    def _topics(self, fit: ClusterFit) -> Mapping[str, pulumi.Output[str]]:
        return make_topics(
            self._name,
            self._args.topics,
            cluster_arn=self.arn,
            factors=fit.replication_factors,
            parent=self,
            protect=self._args.protect,
        )

    def _user(self, username: str) -> MskScramUser:
        args = self._args
        return MskScramUser(
            f"{self._name}-{username}",
            MskScramUserArgs(
                cluster_arn=self.arn,
                username=username,
                kms_key_arn=cast("pulumi.Output[str]", self.secrets_kms_key_arn),  # users are refused without SCRAM
                password_version=args.password_versions.get(username, 1),
                recovery_window_days=args.secret_recovery_window_days,
                tags=args.tags,
            ),
            self._child,
        )


def _resolved(values: Mapping[Any, pulumi.Output[str]]) -> pulumi.Output[dict[str, str]]:
    keys = list(values)
    return pulumi.Output.all(*values.values()).apply(lambda known: dict(zip(keys, known, strict=True)))


def _some(names: Mapping[str, Any], most: int = 5) -> str:
    first = ", ".join(list(names)[:most])
    return first if len(names) <= most else f"{first} and {len(names) - most} more"


_NEEDS = {
    "scram": "for a user: name one",
    "iam": "without a user: an IAM identity logs in",
    "tls": "without a user: a certificate logs in",
}
_TURN_ON = {
    "scram": "turn scram on",
    "iam": "turn iam on",
    "tls": "name certificate_authority_arns",
}
