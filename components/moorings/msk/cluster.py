"""Provisioned MSK clusters."""

import re
from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pulumi_aws as aws

from moorings.inputs import InvalidInput, is_list, together
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import LISTENERS, ListenerKind
from moorings.kms import EncryptionKey, EncryptionKeyArgs
from moorings.msk.access import ClusterAccess
from moorings.msk.brokers import is_burstable
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.configuration import server_properties
from moorings.msk.endpoints import Broker, all_brokers, bootstrap_servers
from moorings.msk.scram import MskScramUser, MskScramUserArgs
from moorings.msk.subnets import Subnet, own_zones

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,47}")
"""Logical names that MSK takes with what Pulumi adds to them: ``-cluster-`` and seven hex digits are added, and 64
characters are the most.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/configurations.html
"""

TIMEOUTS = pulumi.CustomTimeouts(create="3h", update="6h", delete="2h")
"""A cluster takes up to an hour to come, and a rolling restart 5 to 15 minutes for each broker."""


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

    log_group_name: pulumi.Output[str]
    """Log group of the brokers."""

    user_secret_arns: pulumi.Output[dict[str, str]]
    """For each user the secret whose JSON keys are ``username`` and ``password``."""

    users_ready: pulumi.Output[list[str]]
    """The users' names, once MSK knows all of them: what logs in depends on this."""

    def __init__(self, name: str, args: MskClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the cluster.

        Args:
            name: the logical name, of up to 48 letters, digits and hyphens; the children's names begin with it.
            args: settings of the cluster.
            opts: options of the component.

        """
        where = f"MskCluster {name!r}"
        args = MskClusterArgs.of(where, args)
        if not NAME.fullmatch(name):
            raise InvalidInput.at(
                where,
                "the name must be 1 to 48 letters, digits and hyphens, and not begin with one; MSK takes no other",
            )
        super().__init__("moorings:index:MskCluster", name, {}, opts)
        self._where, self._name, self._args = where, name, args
        self._child = pulumi.ResourceOptions(parent=self)

        self.kms_key_arn = self._data_key()
        log_group = self._log_group()
        access = ClusterAccess(
            name,
            vpc_id=args.vpc_id,
            ports={kind: LISTENERS[kind].port for kind in args.listeners},
            security_group_ids=args.client_security_group_ids,
            cidrs=args.client_cidrs,
            tags=args.tags,
            opts=self._child,
        )
        configuration = self._configuration()
        cluster = self._cluster(configuration, log_group, access)

        self.arn = cluster.arn
        self.cluster_name = cluster.cluster_name
        self.security_group_id = access.group_id
        self.configuration_arn = configuration.arn
        self.configuration_revision = configuration.latest_revision
        self.log_group_name = log_group.name
        nodes = aws.msk.get_broker_nodes_output(cluster_arn=cluster.arn, opts=pulumi.InvokeOptions(parent=self))
        self._brokers = nodes.node_info_lists.apply(
            lambda found: [Broker(node.broker_id, node.client_subnet, node.endpoints[0]) for node in found]
        )
        self._bootstrap = {kind: self._few(kind) for kind in args.listeners}
        self.bootstrap_servers = _resolved(self._bootstrap)
        self.secrets_kms_key_arn = self._secrets_key()
        self._users = {username: self._user(username) for username in args.users}
        self.user_secret_arns = _resolved({each: user.secret_arn for each, user in self._users.items()})
        self.users_ready = pulumi.Output.all(*(user.ready for user in self._users.values()))
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
                "usersReady": self.users_ready,
            }
        )

    def brokers(self, listener: ListenerKind) -> pulumi.Output[list[str]]:
        """Every broker as ``host:port`` of a listener, sorted by the brokers' numbers.

        Raises:
            InvalidInput: for a listener that is off.

        """
        port = self._port(listener)
        return self._brokers.apply(lambda brokers: all_brokers(brokers, port))

    def connection(self, user: str | None = None, *, listener: ListenerKind | None = None) -> KafkaConnection:
        """What a client needs to connect, as soon as it can log in.

        Args:
            user: a SCRAM user of this cluster. Without it the client connects to ``listener`` by other means.
            listener: ``iam`` or ``tls``; with a user, ``scram`` goes without saying.

        Raises:
            InvalidInput: for a user that the cluster does not have, or a listener that is off.

        """
        listener = listener or ("scram" if user is not None else "iam")
        self._port(listener)
        if (user is None) == (listener == "scram"):
            raise InvalidInput.at(self._where, f"a connection to the {listener} listener is made {_NEEDS[listener]}")
        servers = self._bootstrap[listener]
        if user is None:
            return KafkaConnection(
                bootstrap_servers=servers,
                listener=listener,
                security_group_id=self.security_group_id,
                cluster_arn=self.arn,
            )
        if user not in self._users:
            there = f"it has {', '.join(self._users)}" if self._users else "it has none"
            raise InvalidInput.at(self._where, f"there is no user {user!r}, {there}; add the name to users")
        found = self._users[user]
        return KafkaConnection(
            bootstrap_servers=servers,
            listener=listener,
            username=found.ready,
            password=found.password,
            secret_arn=found.secret_arn,
            kms_key_arn=self.secrets_kms_key_arn,
            security_group_id=self.security_group_id,
            cluster_arn=self.arn,
        )

    def _port(self, listener: ListenerKind) -> int:
        if listener not in self._args.listeners:
            on = ", ".join(self._args.listeners)
            raise InvalidInput.at(self._where, f"the {listener} listener is off, {on} is on; {_TURN_ON[listener]}")
        return LISTENERS[listener].port

    def _few(self, listener: ListenerKind) -> pulumi.Output[str]:
        port = self._port(listener)
        return self._brokers.apply(lambda brokers: bootstrap_servers(brokers, port))

    def _key(self, role: str, description: str, services: list[str], log_groups: list[str]) -> pulumi.Output[str]:
        return EncryptionKey(
            f"{self._name}-{role}",
            EncryptionKeyArgs(
                description=description,
                services=services,
                log_groups=log_groups,
                protect=self._args.protect,
                tags=self._args.tags,
            ),
            self._child,
        ).arn

    @property
    def _zones(self) -> pulumi.Input[int]:
        """How many zones there are: known where the list is, although its items may not be."""
        subnets: Any = self._args.subnet_ids
        if is_list(subnets):
            return len(subnets)
        return pulumi.Output[list[str]].from_input(subnets).apply(len)

    @property
    def _log_group_prefix(self) -> str:
        return f"/aws/msk/{self._name}-"

    def _data_key(self) -> pulumi.Output[str]:
        if self._args.kms_key_arn is not None:
            return pulumi.Output.from_input(self._args.kms_key_arn)
        logs = [] if self._args.log_kms_key_arn is not None else [f"{self._log_group_prefix}*"]
        return self._key("data", f"Data at rest of the MSK cluster {self._name}", ["kafka"], logs)

    def _log_group(self) -> aws.cloudwatch.LogGroup:
        key = self._args.log_kms_key_arn
        if key is None and self._args.kms_key_arn is None:
            key = self.kms_key_arn
        if key is None:
            key = self._key("logs", f"Logs of the MSK cluster {self._name}", [], [f"{self._log_group_prefix}*"])
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log-group",
            name_prefix=self._log_group_prefix,
            kms_key_id=key,
            retention_in_days=self._args.log_retention_days,
            tags=self._args.tags,
            opts=self._child,
        )

    def _configuration(self) -> aws.msk.Configuration:
        args = self._args
        if args.everyone_without_acls and args.allow_everyone_if_no_acl_found is None:
            pulumi.log.warn(
                "users without ACLs may do everything, as closing the cluster would lock everybody out; turn iam on, "
                "or say allow_everyone_if_no_acl_found=True if it is meant",
                resource=self,
            )
        properties = together(
            self._where,
            server_properties,
            zones=self._zones,
            brokers_per_zone=args.brokers_per_zone,
            default_replication_factor=args.default_replication_factor,
            min_insync_replicas=args.min_insync_replicas,
            num_partitions=args.num_partitions,
            retention_hours=args.retention_hours,
            auto_create_topics=args.auto_create_topics,
            allow_everyone=args.everyone_without_acls,
        )
        # Named by Pulumi, so that a replaced one can stand beside the one that is in use.
        return aws.msk.Configuration(f"{self._name}-configuration", server_properties=properties, opts=self._child)

    def _cluster(
        self, configuration: aws.msk.Configuration, log_group: aws.cloudwatch.LogGroup, access: ClusterAccess
    ) -> aws.msk.Cluster:
        args = self._args
        authorities = args.certificate_authority_arns
        return aws.msk.Cluster(
            f"{self._name}-cluster",
            cluster_name=args.cluster_name,
            kafka_version=args.kafka_version,
            number_of_broker_nodes=pulumi.Output.from_input(self._zones).apply(
                lambda zones: zones * args.brokers_per_zone
            ),
            broker_node_group_info=aws.msk.ClusterBrokerNodeGroupInfoArgs(
                instance_type=together(
                    self._where, _meant, instance_type=args.instance_type, burstable_brokers=args.burstable_brokers
                ),
                client_subnets=args.subnet_ids,
                # The check of the subnets gates the cluster here, where a first preview knows nothing anyway.
                security_groups=[
                    pulumi.Output.all(access.group_id, self._checked_subnets()).apply(lambda both: str(both[0]))
                ],
                storage_info=aws.msk.ClusterBrokerNodeGroupInfoStorageInfoArgs(
                    ebs_storage_info=aws.msk.ClusterBrokerNodeGroupInfoStorageInfoEbsStorageInfoArgs(
                        volume_size=args.volume_gib
                    )
                ),
            ),
            client_authentication=aws.msk.ClusterClientAuthenticationArgs(
                sasl=aws.msk.ClusterClientAuthenticationSaslArgs(scram=args.scram, iam=args.iam),
                # An empty block flips back and forth, and MSK refuses the update that it makes.
                tls=aws.msk.ClusterClientAuthenticationTlsArgs(certificate_authority_arns=authorities)
                if authorities
                else None,
                unauthenticated=False,
            ),
            configuration_info={"arn": configuration.arn, "revision": configuration.latest_revision},
            encryption_info={
                "encryption_at_rest_kms_key_arn": self.kms_key_arn,
                "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
            },
            enhanced_monitoring=args.monitoring_level,
            logging_info={"broker_logs": {"cloudwatch_logs": {"enabled": True, "log_group": log_group.name}}},
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, custom_timeouts=TIMEOUTS),
        )

    def _checked_subnets(self) -> pulumi.Input[list[str]]:
        invoke = pulumi.InvokeOptions(parent=self)

        def look_up(ids: list[str]) -> pulumi.Output[list[Subnet]]:
            found = [aws.ec2.get_subnet_output(id=each, opts=invoke) for each in ids]
            return pulumi.Output.all(*found).apply(
                lambda known: [
                    Subnet(id_, at.vpc_id, at.availability_zone_id) for id_, at in zip(ids, known, strict=True)
                ]
            )

        ids: Any = self._args.subnet_ids
        known: pulumi.Output[list[str]] = pulumi.Output.from_input(ids)
        subnets: pulumi.Output[list[Subnet]] = known.apply(look_up)
        return together(self._where, own_zones, vpc_id=self._args.vpc_id, subnets=subnets)

    def _secrets_key(self) -> pulumi.Output[str] | None:
        if self._args.secrets_kms_key_arn is not None:
            return pulumi.Output.from_input(self._args.secrets_kms_key_arn)
        if not self._args.scram:
            return None
        # Beside Secrets Manager, MSK itself: it makes a grant to read the secrets.
        services = ["secretsmanager", "kafka"]
        return self._key("secrets", f"Secrets of the MSK users of {self._name}", services, [])

    def _user(self, username: str) -> MskScramUser:
        args = self._args
        return MskScramUser(
            f"{self._name}-{username}",
            MskScramUserArgs(
                cluster_arn=self.arn,
                username=username,
                kms_key_arn=cast("pulumi.Output[str]", self.secrets_kms_key_arn),  # users are refused without SCRAM
                password_version=args.password_versions.get(username, 1),
                recovery_days=args.secret_recovery_days,
                tags=args.tags,
            ),
            self._child,
        )


def _resolved(values: Mapping[Any, pulumi.Output[str]]) -> pulumi.Output[dict[str, str]]:
    keys = list(values)
    return pulumi.Output.all(*values.values()).apply(lambda known: dict(zip(keys, known, strict=True)))


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


def _meant(instance_type: str, *, burstable_brokers: bool) -> str:
    if is_burstable(instance_type) and not burstable_brokers:
        raise ValueError(
            f"instance_type {instance_type} lives on CPU credits, for development alone; say burstable_brokers=True if "
            "that is meant, or take kafka.m7g.large"
        )
    return instance_type
