"""MskCluster: a provisioned MSK cluster with its keys, security group, users, topics, alarms and dashboard."""

from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pulumi_aws as aws

from moorings.aws.regions import check_arns
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.permissions import KafkaPermissions
from moorings.kafka.tls import KafkaTls
from moorings.msk.alarms import create_alarms
from moorings.msk.authentication import MskListener, client_authentication
from moorings.msk.broker_endpoints import BrokerEndpoints, ConnectionRoute, create_broker_records
from moorings.msk.broker_logs import logging_info
from moorings.msk.broker_networks import subnet_cidrs
from moorings.msk.broker_node_group import broker_node_group
from moorings.msk.broker_sizes import recommended_partitions
from moorings.msk.broker_types import MAX_ZONES
from moorings.msk.change_guard import cluster_change_guard, configuration_change_guard
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_method_rules import CONNECTION_USER, LOGICAL_NAME, UNKNOWN_USER, VALID_NAME
from moorings.msk.cluster_policy import create_cluster_policy
from moorings.msk.cluster_rules import RULES
from moorings.msk.connectivity import is_public
from moorings.msk.custom_domain_resources import create_custom_domain
from moorings.msk.dashboard import create_dashboard
from moorings.msk.declared_resource_rules import check_declared_resources
from moorings.msk.derived_settings import derive_settings, known_broker_count
from moorings.msk.encryption import ClusterEncryption
from moorings.msk.monitoring import open_monitoring
from moorings.msk.network_access import create_cluster_security_group
from moorings.msk.scram_user import MskScramUser
from moorings.msk.storage import VOLUME_SIZE_PATH, create_storage_autoscaling
from moorings.msk.subnet_rules import check_internet_route, check_subnets
from moorings.msk.topics import create_topics
from moorings.msk.update_effects import operation_timeouts
from moorings.msk.users import create_users
from moorings.overrides.binding import bind_overrides
from moorings.validation import argument_rules
from moorings.validation.errors import is_output, suggestion
from moorings.validation.inputs import as_output, gather
from moorings.validation.outputs import register_declared_outputs


class MskCluster(pulumi.ComponentResource):
    """Creates a provisioned MSK cluster with its SCRAM users and topics.

    Also creates KMS keys for data at rest and for the users' secrets, the MSK configuration, a log group and a security
    group that allows only the configured clients. Alarms, a dashboard, storage autoscaling and DNS records are
    optional.

    Raises:
        InvalidInput: for invalid arguments, immediately or when Outputs resolve.

    """

    arn: pulumi.Output[str]
    """ARN of the cluster."""

    cluster_name: pulumi.Output[str]
    """Name of the cluster."""

    bootstrap_servers: pulumi.Output[dict[str, str]]
    """Bootstrap servers of each listener: one broker per Availability Zone as ``host:port``, joined by commas."""

    security_group_id: pulumi.Output[str]
    """ID of the security group of the brokers."""

    configuration_arn: pulumi.Output[str]
    """ARN of the MSK configuration."""

    configuration_revision: pulumi.Output[int]
    """Revision of the MSK configuration that the brokers use."""

    kms_key_arn: pulumi.Output[str]
    """ARN of the KMS key that encrypts data at rest."""

    secrets_kms_key_arn: pulumi.Output[str] | None
    """ARN of the KMS key that encrypts the users' secrets, for ``MskScramUser`` in other stacks. None without SCRAM."""

    log_group_name: pulumi.Output[str] | None
    """Name of the log group of the brokers. None without CloudWatch logs."""

    user_secret_arns: pulumi.Output[dict[str, str]]
    """ARN of each user's secret, a JSON object with the keys ``username`` and ``password``."""

    usernames: pulumi.Output[list[str]]
    """Names of the users. Resolves once MSK has associated all their secrets."""

    topic_arns: pulumi.Output[dict[str, str]]
    """ARN of each declared topic. Resolves once the topics exist."""

    def __init__(self, name: str, args: MskClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the cluster.

        Args:
            name: logical name, up to 48 letters, digits and hyphens; children are named ``{name}-{role}``.
            args: arguments of the cluster.
            opts: options of the component.

        """
        args, self._reporter = RULES.check("MskCluster", name, args)
        self._args, self._name = args, name
        if not VALID_NAME.fullmatch(name):
            problem = "must be 1 to 48 letters, digits and hyphens, not starting with -; rename it"
            self._reporter.reject(LOGICAL_NAME, problem, "name")
        settings = derive_settings(self._reporter, args)
        super().__init__(
            "moorings:index:MskCluster", name, self._reporter.inputs, bind_overrides(self, name, self._reporter, opts)
        )
        self._child_opts = pulumi.ResourceOptions(parent=self)

        check_declared_resources(self._reporter, name, args)
        check_arns(
            self._reporter,
            self,
            kms_key_arn=args.kms_key_arn,
            secrets_kms_key_arn=args.secrets_kms_key_arn,
            log_kms_key_arn=args.log_kms_key_arn,
            alarm_topic_arns=args.alarm_topic_arns,
            **{
                "custom_domain.certificate_arn": args.custom_domain and args.custom_domain.certificate_arn,
                "existing_configuration.arn": args.existing_configuration and args.existing_configuration.arn,
            },
        )
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
            opts=self._child_opts,
        )
        self.kms_key_arn = encryption.data_key_arn
        self.secrets_kms_key_arn = encryption.secrets_key_arn
        self.log_group_name = encryption.log_group.name if encryption.log_group else None
        self.security_group_id = create_cluster_security_group(
            name,
            self._reporter,
            vpc_id=args.vpc_id,
            existing_id=args.security_group_ids[0] if args.security_group_ids else None,
            listeners=args.listeners,
            security_group_ids=args.client_security_group_ids,
            cidrs=args.client_cidrs,
            prefix_list_ids=args.client_prefix_list_ids,
            ipv6_cidrs=args.client_ipv6_cidrs,
            public_cidrs=args.public_client_cidrs if args.connectivity_step == "enable" else {},
            prometheus_security_group_ids=args.prometheus_security_group_ids,
            prometheus_cidrs=args.prometheus_cidrs,
            dual_stack=args.dual_stack,
            tags=args.tags,
            opts=self._child_opts,
        )
        if args.existing_configuration:
            self.configuration_arn = as_output(args.existing_configuration.arn)
            self.configuration_revision = as_output(args.existing_configuration.revision)
        else:
            # Pulumi generates the name, so that a replacement can be created before the old configuration is deleted.
            configuration = aws.msk.Configuration(
                f"{name}-configuration",
                server_properties=settings.server_properties,
                opts=pulumi.ResourceOptions(parent=self, hooks=configuration_change_guard(name, self._reporter)),
            )
            self.configuration_arn, self.configuration_revision = configuration.arn, configuration.latest_revision
        self._cluster = self._create_cluster(args)
        self.arn, self.cluster_name = self._cluster.arn, self._cluster.cluster_name

        self._endpoints = BrokerEndpoints(
            self._reporter,
            self._cluster,
            args.listeners,
            dual_stack=args.dual_stack,
            public=is_public(args.connectivity) and args.connectivity_step == "enable",
            parent=self,
        )
        self.bootstrap_servers = self._endpoints.all_bootstrap_servers
        if args.broker_hosted_zone_id is not None:
            create_broker_records(
                name,
                zone_id=args.broker_hosted_zone_id,
                count=known_broker_count(self._reporter, args),
                brokers=self._endpoints.brokers,
                opts=self._child_opts,
            )
        self._custom_domain = create_custom_domain(
            name,
            self._reporter,
            args,
            cluster=self._cluster,
            broker_security_group_id=self.security_group_id,
            opts=self._child_opts,
        )
        self._users = create_users(
            name,
            self._reporter,
            args,
            cluster_arn=self.arn,
            kms_key_arn=self.secrets_kms_key_arn,
            opts=self._child_opts,
        )
        self.user_secret_arns = _resolve({username: user.secret_arn for username, user in self._users.items()})
        self.usernames = pulumi.Output.all(*(user.username for user in self._users.values()))
        self.topic_arns = _resolve(
            create_topics(
                name,
                args.topics,
                cluster_arn=self.arn,
                replication_factor=args.replication_factor,
                protect=args.protect,
                reporter=self._reporter,
                parent=self,
            )
        )
        create_cluster_policy(
            name, self.arn, args.private_link_accounts, args.private_link_clients, self._child_opts, iam=args.iam
        )
        if args.volume_autoscaling_max_gib is not None:
            create_storage_autoscaling(
                name,
                cluster_arn=self.arn,
                max_gib=args.volume_autoscaling_max_gib,
                target_percent=args.volume_autoscaling_target_percent,
                tags=args.tags,
                opts=self._child_opts,
            )
        if args.has_alarms:
            size: pulumi.Output[str] = as_output(args.broker_size)
            create_alarms(
                name,
                settings.alarms,
                cluster_name=self.cluster_name,
                brokers=known_broker_count(self._reporter, args),
                recommended_partitions=size.apply(recommended_partitions),
                topic_arns=args.alarm_topic_arns,
                tags=args.tags,
                opts=self._child_opts,
            )
        if args.dashboard:
            create_dashboard(
                name,
                cluster_name=self.cluster_name,
                region=self.arn.apply(lambda arn: arn.split(":")[3]),
                broker_type=args.broker_type,
                level=args.enhanced_monitoring,
                alarms=settings.alarms,
                opts=self._child_opts,
            )
        register_declared_outputs(self, self._reporter)

    def brokers(self, listener: MskListener) -> pulumi.Output[list[str]]:
        """Return all brokers as ``host:port`` of a listener within the VPC, sorted by broker ID.

        Raises:
            InvalidInput: if the listener is disabled.

        """
        return self._endpoints.broker_addresses(listener)

    def user(self, username: str) -> MskScramUser:
        """Return a user of the cluster, for its ``secret_read_policy``, ``secret_version_id`` and other outputs.

        Raises:
            InvalidInput: if the cluster has no such user.

        """
        if is_output(username):
            self._reporter.reject(argument_rules.OUTPUT, argument_rules.OUTPUT_MESSAGE, "username")
        if username in self._users:
            return self._users[username]
        similar = suggestion(username, self._users)
        fix = f"did you mean {similar!r}?" if similar else "add it to users"
        return self._reporter.reject(UNKNOWN_USER, f"the cluster has no user {username!r}; {fix}", "username")

    def connection(
        self,
        user: str | None = None,
        *,
        listener: MskListener | None = None,
        route: ConnectionRoute = "vpc",
        permissions: KafkaPermissions | None = None,
        broker_cidrs: bool = False,
        tls: KafkaTls | None = None,
    ) -> KafkaConnection:
        """Return the bootstrap servers, credentials and security group for a client.

        The user name resolves once MSK has associated the user's secret. Within the VPC the bootstrap servers are one
        broker per Availability Zone. For the other routes MSK returns up to three brokers, which may change with a
        refresh.

        Args:
            user: SCRAM user of the cluster. Required on the ``scram`` listener, not supported on the others.
            listener: ``scram``, ``iam``, ``tls`` or ``plaintext``. Defaults to ``scram`` with a user and to ``iam``
                without.
            route: ``vpc``, ``vpc-ipv6`` (requires ``dual_stack``), ``internet`` (requires enabled public access) or
                ``custom-domain`` (requires ``custom_domain``; lists all brokers).
            permissions: topics and consumer groups that an IAM identity uses. ``FargateSingleton`` grants them.
            broker_cidrs: include the CIDR blocks of the subnets, to which network policies then limit connections.
            tls: client certificate for the ``tls`` listener. By default the application adds it.

        Raises:
            InvalidInput: for an unknown user, and for a listener or route that is disabled.

        """
        listener = listener or ("iam" if user is None else "scram")
        networks = subnet_cidrs(self._reporter, self, self._args, route) if broker_cidrs else None
        security_group_id = None if route == "internet" else self.security_group_id
        if route == "custom-domain" and self._custom_domain is not None:
            servers: pulumi.Input[str] = self._custom_domain.servers_of(listener, self._reporter)
            security_group_id = self._custom_domain.security_group_id
        else:
            servers = self._endpoints.bootstrap_servers(listener, route)
        if (user is None) == (listener == "scram"):
            fix = "requires a user; set it" if user is None else "cannot be combined with a user; remove it"
            self._reporter.reject(CONNECTION_USER, f"the listener {listener!r} {fix}", "user")
        values: dict[str, Any] = {
            "bootstrap_servers": servers,
            "listener": listener,
            "security_group_id": security_group_id,
            "cluster_arn": self.arn,
            "permissions": permissions,
            "topic_partitions": {topic.name: topic.partitions for topic in self._args.topics},
            "broker_cidrs": networks,
            "tls": tls,
        }
        if user is not None:
            scram_user, values["kms_key_arn"] = self.user(user), self.secrets_kms_key_arn
            values |= {name: getattr(scram_user, name) for name in ("username", "password", "secret_arn")}
        elif listener == "plaintext":
            acknowledge = {"kafka-plaintext": self._args.acknowledge["msk-plaintext"]}  # the listener requires it
            values |= {"listener": None, "security_protocol": "PLAINTEXT", "acknowledge": acknowledge}
        return KafkaConnection(**values)

    def _create_cluster(self, args: MskClusterArgs) -> aws.msk.Cluster:
        if is_public(args.connectivity):
            check_internet_route(self._reporter, args.vpc_id, args.subnet_ids, self)
        subnets = check_subnets(self._reporter, args.vpc_id, args.subnet_ids, self)
        # The cluster depends on the checks of the subnets through this ID, which is unknown in a first preview anyway.
        checked = gather(self.security_group_id, as_output(subnets))
        security_group_id = checked.apply(lambda resolved: str(resolved[0]))
        authentication = client_authentication(
            iam=args.iam,
            scram=args.scram,
            unauthenticated=args.unauthenticated,
            certificate_authority_arns=args.certificate_authority_arns,
        )
        rebalancing = {"status": "PAUSED" if args.rebalancing_paused else "ACTIVE"}
        max_brokers = MAX_ZONES * args.brokers_per_zone
        return aws.msk.Cluster(
            f"{self._name}-cluster",
            cluster_name=args.cluster_name,
            kafka_version=args.kafka_version,
            number_of_broker_nodes=args.broker_count,
            broker_node_group_info=cast("Any", broker_node_group(args, security_group_id)),
            client_authentication=cast("Any", authentication),
            configuration_info={"arn": self.configuration_arn, "revision": self.configuration_revision},
            encryption_info={
                "encryption_at_rest_kms_key_arn": self.kms_key_arn,
                "encryption_in_transit": {"client_broker": args.client_broker_encryption, "in_cluster": True},
            },
            enhanced_monitoring=args.enhanced_monitoring,
            logging_info=logging_info(
                args.broker_type,
                log_group=self.log_group_name,
                bucket=args.log_bucket,
                prefix=args.log_bucket_prefix,
                stream=args.log_firehose_stream,
            ),
            open_monitoring=open_monitoring(enabled=bool(args.prometheus_cidrs or args.prometheus_security_group_ids)),
            rebalancing=cast("Any", rebalancing) if args.broker_type == "express" else None,
            storage_mode="TIERED" if args.tiered_storage else None,
            tags=args.tags,
            opts=self._reporter.gate(
                pulumi.ResourceOptions(
                    parent=self,
                    protect=args.protect,
                    custom_timeouts=operation_timeouts(max_brokers, cast("dict[str, int]", args.timeout_hours)),
                    hooks=cluster_change_guard(self._name, self._reporter),
                    # Storage autoscaling changes the volume size outside of Pulumi.
                    ignore_changes=None if args.volume_autoscaling_max_gib is None else [VOLUME_SIZE_PATH],
                )
            ),
        )


def _resolve(values: Mapping[Any, pulumi.Output[str]]) -> pulumi.Output[dict[str, str]]:
    keys = list(values)
    return pulumi.Output.all(*values.values()).apply(lambda resolved: dict(zip(keys, resolved, strict=True)))
