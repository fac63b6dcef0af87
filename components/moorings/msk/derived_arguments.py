"""Values that follow from the arguments of a cluster, with their defaults. Late if the arguments are."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pulumi

from moorings.kafka.listeners import ListenerKind
from moorings.msk.alarm_definitions import available_alarms
from moorings.msk.authentication import ClientBrokerEncryption, MskListener, enabled_listeners
from moorings.msk.broker_sizes import DEFAULT_INSTANCE_TYPES, BrokerType, is_burstable
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.configuration import MskConfigurationRevision
from moorings.msk.connectivity import Connectivity, ConnectivityStep, has_private_link, is_public
from moorings.msk.custom_domain import ADVERTISED_LISTENERS, MskCustomDomain
from moorings.msk.monitoring import EXPORTER_PORTS, MonitoringLevel
from moorings.msk.server_properties import INTERNAL_REPLICAS
from moorings.validation.findings import Path
from moorings.validation.inputs import Input, as_output, is_late, is_list

DEFAULT_VOLUME_GIB = 100

CONFIGURATION_ARGUMENTS = frozenset(
    {
        "allow_everyone_if_no_acl_found",
        "auto_create_topics",
        "default_replication_factor",
        "min_insync_replicas",
        "num_partitions",
        "retention_hours",
        "server_properties",
    }
)
"""Arguments that the MSK configuration contains."""

T = TypeVar("T")
U = TypeVar("U")


class DerivedArguments:
    """Base of `MskClusterArgs`: properties that rules and the component read like arguments."""

    if TYPE_CHECKING:
        alarm_thresholds: dict[str, float]
        alarm_topic_arns: list[Input[str]]
        alarms: bool | None
        allow_everyone_if_no_acl_found: bool | None
        broker_type: BrokerType
        brokers_per_zone: int
        certificate_authority_arns: list[Input[str]]
        client_broker_encryption: ClientBrokerEncryption
        client_cidrs: dict[str, Input[str]]
        client_ipv6_cidrs: dict[str, Input[str]]
        client_prefix_list_ids: dict[str, Input[str]]
        client_security_group_ids: dict[str, Input[str]]
        cloudwatch_logs: bool
        connectivity: Connectivity
        connectivity_step: ConnectivityStep | None
        custom_domain: MskCustomDomain | None
        default_replication_factor: Input[int] | None
        disabled_alarms: list[str]
        dual_stack: bool
        enhanced_monitoring: MonitoringLevel
        existing_configuration: MskConfigurationRevision | None
        iam: bool
        instance_type: Input[str] | None
        log_bucket: Input[str] | None
        log_bucket_prefix: Input[str] | None
        log_kms_key_arn: Input[str] | None
        min_insync_replicas: Input[int] | None
        private_link_accounts: dict[str, Input[str]]
        prometheus_cidrs: dict[str, Input[str]]
        prometheus_security_group_ids: dict[str, Input[str]]
        public_client_cidrs: dict[str, Input[str]]
        rebalancing_paused: bool
        scram: bool
        server_properties: dict[str, Input[str]]
        subnet_ids: Input[list[Input[str]]]
        tiered_storage: bool
        unauthenticated: bool
        volume_autoscaling_max_gib: Input[int] | None
        volume_gib: Input[int] | None
        volume_throughput_mib_per_second: Input[int] | None

    @property
    def listeners(self) -> list[MskListener]:
        """Listeners that are enabled."""
        return enabled_listeners(
            iam=self.iam,
            scram=self.scram,
            mutual_tls=bool(self.certificate_authority_arns),
            unauthenticated=self.unauthenticated,
            encryption=self.client_broker_encryption,
        )

    @property
    def authenticated_listeners(self) -> list[ListenerKind]:
        """Listeners whose clients can authenticate."""
        methods: dict[ListenerKind, bool] = {
            "iam": self.iam,
            "scram": self.scram,
            "tls": bool(self.certificate_authority_arns),
        }
        return [listener for listener, is_enabled in methods.items() if is_enabled]

    @property
    def configuration_is_managed(self) -> bool:
        """Whether the cluster creates its configuration."""
        return self.existing_configuration is None

    @property
    def custom_domain_listener(self) -> str | None:
        """Listener of the custom domain name."""
        return None if self.custom_domain is None else self.custom_domain.listener

    @property
    def configuration_arguments(self) -> Sequence[str]:
        """Arguments that are set and that an MSK configuration contains."""
        fields = cast("Any", self).model_fields_set
        custom_domain = self.custom_domain
        advertises = custom_domain is not None and custom_domain.step == "enable"
        return [*sorted(fields & CONFIGURATION_ARGUMENTS), *(["custom_domain.step"] if advertises else [])]

    @property
    def all_server_properties(self) -> Mapping[str, Input[str]]:
        """Server properties, with the addresses of a custom domain name."""
        domain = self.custom_domain
        if domain is None or domain.step != "enable":
            return self.server_properties
        return {ADVERTISED_LISTENERS: domain.advertised_listener(), **self.server_properties}

    @property
    def allow_everyone_without_acls(self) -> bool:
        """Whether users have access to resources without ACLs.

        By default they do not, if an administrator has access through IAM, which is not subject to ACLs. An existing
        configuration is assumed to deny it.
        """
        value = False if self.existing_configuration else self.allow_everyone_if_no_acl_found
        return not self.iam if value is None else value

    @property
    def has_alarms(self) -> bool:
        """Whether alarms are created."""
        return bool(self.alarm_topic_arns) if self.alarms is None else self.alarms

    @property
    def alarm_roles(self) -> Input[list[str]]:
        """Alarms on the metrics that the cluster publishes."""

        def roles(size: str) -> list[str]:
            burstable = is_burstable(size)
            alarms = available_alarms(self.broker_type, self.enhanced_monitoring, burstable=burstable, iam=self.iam)
            return [alarm.role for alarm in alarms]

        return _map(self.broker_size, roles)

    @property
    def zone_count(self) -> Input[int]:
        """Number of Availability Zones: one for each subnet, even if the IDs of the subnets are late."""
        return len(self.subnet_ids) if is_list(self.subnet_ids) else _map(cast("Any", self.subnet_ids), len)

    @property
    def broker_count(self) -> Input[int]:
        """Number of brokers in all Availability Zones."""
        return _map(self.zone_count, lambda zones: zones * self.brokers_per_zone)

    @property
    def broker_size(self) -> Input[str]:
        """Broker size."""
        return DEFAULT_INSTANCE_TYPES[self.broker_type] if self.instance_type is None else self.instance_type

    @property
    def volume_size(self) -> Input[int | None]:
        """Volume size of each broker in GiB. None for brokers without volumes."""
        if not BROKER_TYPES[self.broker_type].has_volumes:
            return None
        return DEFAULT_VOLUME_GIB if self.volume_gib is None else cast("Any", self.volume_gib)

    @property
    def volume_arguments(self) -> Sequence[str]:
        """Names of the arguments about volumes that are set."""
        arguments: dict[str, Any] = {
            "volume_gib": self.volume_gib,
            "volume_autoscaling_max_gib": self.volume_autoscaling_max_gib,
            "volume_throughput_mib_per_second": self.volume_throughput_mib_per_second,
            "tiered_storage": self.tiered_storage or None,
        }
        return [argument for argument, value in arguments.items() if value is not None]

    @property
    def replication_factor(self) -> Input[int]:
        """Default replication factor of topics."""
        fixed = BROKER_TYPES[self.broker_type].fixed_replication
        if fixed:
            return fixed[0]
        return self.zone_count if self.default_replication_factor is None else self.default_replication_factor

    @property
    def insync_replicas(self) -> Input[int]:
        """Default of the replicas that must acknowledge a write with ``acks=all``."""
        fixed = BROKER_TYPES[self.broker_type].fixed_replication
        if fixed:
            return fixed[1]
        if self.existing_configuration:
            return 1  # unknown
        if self.min_insync_replicas is not None:
            return self.min_insync_replicas
        return _map(self.replication_factor, lambda factor: max(1, factor - 1))

    @property
    def replica_counts(self) -> Mapping[Path, Any]:
        """Numbers of replicas that are set for new topics and for the internal topics, by the path of the argument."""
        properties = self.server_properties
        counts: dict[Path, Any] = {
            ("server_properties", name): properties[name] for name in INTERNAL_REPLICAS if name in properties
        }
        if self.default_replication_factor is not None:
            counts[("default_replication_factor",)] = self.default_replication_factor
        return counts

    @property
    def client_networks(self) -> Mapping[Path, Input[str]]:
        """Networks of clients within the VPC, by the path of the argument."""
        networks = {
            "client_cidrs": self.client_cidrs,
            "client_ipv6_cidrs": self.client_ipv6_cidrs,
            "prometheus_cidrs": self.prometheus_cidrs,
        }
        return {(argument, name): cidr for argument, cidrs in networks.items() for name, cidr in cidrs.items()}

    @property
    def server_property_names(self) -> Sequence[str]:
        """Names of the server properties, whose values may be late."""
        return sorted(self.server_properties)

    @property
    def private_link_account_names(self) -> Sequence[str]:
        """Names of the accounts, whose IDs may be late."""
        return sorted(self.private_link_accounts)

    @property
    def security_group_rules(self) -> int:
        """Number of IPv4 or IPv6 rules of the security group, whichever is larger.

        Rules that refer to a security group count as both. Those that refer to a prefix list count as its maximum
        number of entries, at least one. Source:
        https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
        """
        listeners, exporters = len(self.listeners), len(EXPORTER_PORTS)
        clients = len(self.client_cidrs) + len(self.public_client_cidrs)
        ipv4 = clients * listeners + len(self.prometheus_cidrs) * exporters
        ipv6 = len(self.client_ipv6_cidrs) * listeners
        groups_and_lists = len(self.client_security_group_ids) + len(self.client_prefix_list_ids)
        groups = groups_and_lists * listeners * (2 if self.dual_stack else 1) + (self.custom_domain is not None)
        return max(ipv4, ipv6) + groups + len(self.prometheus_security_group_ids) * exporters

    @property
    def ineffective_arguments(self) -> Mapping[str, str]:
        """Arguments that are set without the argument or value that they require, with that requirement."""
        public, private_link = is_public(self.connectivity), has_private_link(self.connectivity)
        needs: dict[str, tuple[Any, bool, str]] = {
            "alarm_thresholds": (self.alarm_thresholds, self.has_alarms, "alarm_topic_arns or alarms=True"),
            "client_ipv6_cidrs": (self.client_ipv6_cidrs, self.dual_stack, "dual_stack=True"),
            "connectivity_step": (
                self.connectivity_step,
                public or private_link,
                "connectivity='public' or 'private-link'",
            ),
            "disabled_alarms": (self.disabled_alarms, self.has_alarms, "alarm_topic_arns or alarms=True"),
            "log_bucket_prefix": (self.log_bucket_prefix is not None, self.log_bucket is not None, "log_bucket"),
            "log_kms_key_arn": (self.log_kms_key_arn is not None, self.cloudwatch_logs, "cloudwatch_logs=True"),
            "private_link_accounts": (self.private_link_accounts, private_link, "connectivity='private-link'"),
            "public_client_cidrs": (self.public_client_cidrs, public, "connectivity='public'"),
            "rebalancing_paused": (self.rebalancing_paused, self.broker_type == "express", "broker_type='express'"),
            "volume_autoscaling_target_percent": (
                "volume_autoscaling_target_percent" in cast("Any", self).model_fields_set,
                self.volume_autoscaling_max_gib is not None,
                "volume_autoscaling_max_gib",
            ),
        }
        return {
            argument: requirement
            for argument, (is_set, has_effect, requirement) in needs.items()
            if is_set and not has_effect
        }


def _map(value: Input[T], function: Callable[[T], U]) -> Input[U]:
    """Call a function with a plain value immediately, and with a late value when it resolves."""
    if is_late(value):
        late: pulumi.Output[T] = as_output(value)
        return late.apply(function)
    return function(cast("Any", value))
