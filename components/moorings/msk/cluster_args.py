"""Arguments of a provisioned MSK cluster."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from moorings.aws.arns import AcmPcaArn, KmsKeyArn, SnsTopicArn
from moorings.aws.cidrs import Cidr, Ipv6Cidr
from moorings.aws.log_retention import RetentionDays
from moorings.aws.resource_ids import AccountId, BucketName, HostedZoneId, PrefixListId, SecurityGroupId, VpcId
from moorings.aws.tags import Tags
from moorings.kafka.topics import KafkaTopic
from moorings.msk.authentication import ClientBrokerEncryption
from moorings.msk.broker_logs import FirehoseStreamName
from moorings.msk.broker_sizes import BrokerType, InstanceType
from moorings.msk.broker_subnets import SubnetIds
from moorings.msk.cluster_policy import MskPrivateLinkClient
from moorings.msk.configuration import MskConfigurationRevision
from moorings.msk.connectivity import Connectivity, ConnectivityStep
from moorings.msk.custom_domain import MskCustomDomain
from moorings.msk.derived_arguments import DerivedArguments
from moorings.msk.kafka_versions import KafkaVersion
from moorings.msk.monitoring import MonitoringLevel
from moorings.msk.scram_user_args import RecoveryWindowDays, Username
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, Unique, matches

ClusterName = Annotated[str, matches("a cluster name", "[A-Za-z0-9][A-Za-z0-9-]{0,63}", "orders")]
Plausible = Annotated[int, Field(ge=1, le=2**20)]
"""A number of GiB or of MiB per second. The limits of MSK are rules."""
JavaInt = Annotated[int, Field(le=2**31 - 1)]
"""An integer of Kafka."""
PropertyName = Annotated[
    str, matches("the name of a Kafka property", r"[a-z][A-Za-z0-9._-]{0,199}", "message.max.bytes")
]
PropertyValue = Annotated[str, Field(coerce_numbers_to_str=True)]

_UNDOCUMENTED = "AWS does not document whether the brokers restart; plan for a rolling restart."
_REPLACEMENT = Change("replacement", "Rejected while `protect` is on.")
_CONFIGURATION = Change("rolling restart", "Creates a new revision of the configuration.")
_AUTHENTICATION = Change("in place", f"Removal requires `acknowledge`. {_UNDOCUMENTED}")
_CONNECTIVITY = Change("in place", _UNDOCUMENTED)
_VALIDATION_ONLY = Change("none", "Read by validation only.")
_USERS = Change("in place", "Takes effect within ten minutes.")
_PASSWORD = Change("in place", "New connections of the user fail for up to ten minutes.")
_DELETED_SECRETS = Change("none", "Applies when a secret is deleted.")
_SECURITY_GROUP_RULES = Change("in place", "Changes only security group rules.")
_EXPORTERS = Change("in place", "Changes security group rules, and turns the exporters on or off.")
_POLICY = Change("in place", "Changes only the cluster policy.")
_ALARMS = Change("in place", "Changes only the alarms.")
_LOGS = Change("in place", "The brokers do not restart.")
_PULUMI_ONLY = Change("none", "Affects Pulumi only.")


class MskClusterArgs(DerivedArguments, ComponentArgs):
    """Arguments of `MskCluster`.

    Traffic among brokers is always encrypted with TLS. So is the traffic of clients, who have to authenticate, unless
    ``client_broker_encryption`` and ``unauthenticated`` are set for a disposable cluster and acknowledged.
    """

    # Cluster

    kafka_version: Annotated[Input[KafkaVersion], Change("rolling restart", "Downgrades are rejected.")]
    """Apache Kafka version as MSK spells it (``3.9.x.kraft``). An upgrade restarts the brokers one at a time. MSK does
    not support downgrades.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html
    """

    cluster_name: Annotated[Input[ClusterName] | None, _REPLACEMENT] = None
    """Name of an existing cluster that is imported. Defaults to a name that Pulumi generates. Changing it replaces the
    cluster."""

    timeout_hours: Annotated[dict[Literal["create", "update", "delete"], PositiveInt], _PULUMI_ONLY] = {}
    """Hours that Pulumi waits for each operation. Defaults to 3 for ``create``, 6 for ``update`` and 2 for ``delete``.
    With more than 20 brokers ``update`` defaults to the longest duration of a rolling restart plus an hour. An update
    that makes several changes waits this long for each."""

    protect: Annotated[bool, _PULUMI_ONLY] = True
    """Reject the deletion and replacement of the cluster, its topics and its keys. On by default."""

    tags: Tags = {}
    """Tags of all resources that support tags."""

    # Network

    vpc_id: Annotated[Input[VpcId], _REPLACEMENT]
    """VPC of the cluster. Changing it replaces the cluster."""

    subnet_ids: Annotated[Input[SubnetIds], _REPLACEMENT]
    """Two or three subnets, each in its own Availability Zone. Express brokers require three. Private subnets are
    recommended; public access requires public ones. Changing them replaces the cluster.

    Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
    """

    security_group_ids: Annotated[list[Input[SecurityGroupId]], _REPLACEMENT] = []
    """All security groups of an existing cluster that is imported. The rules for clients are added to the first one. By
    default a security group is created. Changing them replaces the cluster."""

    client_security_group_ids: Annotated[dict[ChildName, Input[SecurityGroupId]], _SECURITY_GROUP_RULES] = {}
    """Security groups whose members may connect to the brokers, by a name of your choice. None by default."""

    client_cidrs: Annotated[dict[ChildName, Input[Cidr]], _SECURITY_GROUP_RULES] = {}
    """IPv4 CIDR blocks that may connect to the brokers, by a name of your choice. None by default."""

    client_prefix_list_ids: Annotated[dict[ChildName, Input[PrefixListId]], _SECURITY_GROUP_RULES] = {}
    """Managed prefix lists whose networks may connect to the brokers, by a name of your choice. None by default. Each
    counts as its maximum number of entries towards the quota of rules.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """

    client_ipv6_cidrs: Annotated[dict[ChildName, Input[Ipv6Cidr]], _SECURITY_GROUP_RULES] = {}
    """IPv6 CIDR blocks that may connect to the brokers, by a name of your choice. Requires ``dual_stack``."""

    public_client_cidrs: Annotated[dict[ChildName, Input[Cidr]], _SECURITY_GROUP_RULES] = {}
    """Public IPv4 CIDR blocks that may connect once public access is enabled, by a name of your choice.
    ``0.0.0.0/0`` allows every address; clients still have to authenticate. None by default."""

    security_group_rule_quota: Annotated[PositiveInt, _VALIDATION_ONLY] = 60
    """Your account's quota of inbound rules per security group, 60 by default. IPv4 and IPv6 rules are counted
    separately. Each source needs one rule per listener or exporter; with ``dual_stack`` a client security group needs
    two."""

    dual_stack: Annotated[bool, Change("in place", f"Cannot be turned off. {_UNDOCUMENTED}")] = False
    """Enable IPv6 in addition to IPv4. Requires Kafka 3.6.0 or later and subnets with IPv6 CIDR blocks. Cannot be
    turned off."""

    connectivity: Annotated[Connectivity, Change("two updates", "Controlled by `connectivity_step`.")] = "private"
    """Networks from which the brokers can be reached: only the cluster's VPC (``private``), or in addition other VPCs
    over AWS PrivateLink (``private-link``), the internet (``public``), or both (``public-and-private-link``).

    MSK enables public access and PrivateLink only on an existing cluster, and not in an update that also changes
    authentication. Enabling them takes two updates; ``connectivity_step`` selects the current one.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html and
    https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html
    """

    connectivity_step: Annotated[ConnectivityStep | None, _CONNECTIVITY] = None
    """``prepare`` configures the prerequisites of ``connectivity``, ``enable`` enables it in a later update. Defaults
    to ``prepare``, with a warning that describes the next step."""

    disable_private_link: Annotated[bool, _CONNECTIVITY] = False
    """Turn off PrivateLink on a cluster that uses it. MSK leaves it on if only ``connectivity`` is changed."""

    private_link_accounts: Annotated[dict[ChildName, Input[AccountId]], _POLICY] = {}
    """AWS accounts that may create VPC connections to the cluster, by a name of your choice. With ``iam``, their IAM
    identities may connect to the cluster."""

    private_link_clients: Annotated[list[MskPrivateLinkClient], _POLICY] = []
    """Topics and consumer groups that IAM identities of ``private_link_accounts`` may use. None by default."""

    broker_hosted_zone_id: Annotated[Input[HostedZoneId] | None, Change("in place", "Changes only DNS records.")] = None
    """Private hosted zone in which each broker gets the DNS name ``b-1.<name>``, ``b-2.<name>`` and so on, for runbooks
    and tools. TLS clients use ``bootstrap_servers``: the brokers' certificates do not contain these names."""

    custom_domain: MskCustomDomain | None = None
    """Domain name of your own under which clients connect. None by default.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/custom-domain-names.html
    """

    # Brokers

    broker_type: Annotated[BrokerType, Change("replacement", "Rejected. Migrate to a second cluster.")] = "standard"
    """``standard``: brokers with EBS volumes and a custom configuration. ``express``: managed storage, faster scaling,
    three Availability Zones and fewer settings. Changing it replaces the cluster, which is rejected.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-types.html
    """

    instance_type: Annotated[
        Input[InstanceType] | None, Change("rolling restart", "Partitions stay on their brokers.")
    ] = None
    """Broker size. Defaults to ``kafka.m7g.large`` or ``express.m7g.large``. Changing it restarts the brokers one at a
    time."""

    brokers_per_zone: Annotated[PositiveInt, Change("in place", "Removal requires `acknowledge`.")] = 1
    """Brokers in each Availability Zone. New brokers are added in place and serve partitions once you reassign some to
    them. MSK removes one broker per zone at a time, and only brokers without partitions."""

    broker_quota: Annotated[PositiveInt | None, _VALIDATION_ONLY] = None
    """Your account's quota of brokers per cluster. Defaults to 60, or to 30 with ZooKeeper."""

    rebalancing_paused: bool = False
    """Pause intelligent rebalancing of Express brokers, for example to reassign partitions manually.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/intelligent-rebalancing.html
    """

    # Storage

    volume_gib: Annotated[Input[Plausible] | None, Change("in place", "Grows by at least 10 GiB. Cannot shrink.")] = (
        None
    )
    """Volume size of each Standard broker in GiB. Defaults to 100. It can grow once every six hours.
    With autoscaling this is the initial size, and later changes have no effect."""

    volume_autoscaling_max_gib: Input[Plausible] | None = None
    """Enable storage autoscaling up to this volume size in GiB. Off by default, because volumes cannot shrink."""

    volume_autoscaling_target_percent: Annotated[int, Field(ge=10, le=80)] = 60
    """Storage utilization in percent, 10 to 80, at which autoscaling grows the volumes."""

    volume_throughput_mib_per_second: Input[Plausible] | None = None
    """Provisioned throughput of each volume in MiB per second, at least 250. Requires ``kafka.m5.4xlarge``,
    ``kafka.m7g.2xlarge`` or a larger size. Set ``num.replica.fetchers`` in ``server_properties`` to the value
    that AWS suggests for the size, so that replication can use the throughput.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-provision-throughput-management.html
    """

    tiered_storage: Annotated[bool, Change("in place", "Cannot be turned off.")] = False
    """Allow topics to move old log segments to low-cost storage, with ``remote.storage.enable`` in their ``config``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-tiered-storage.html
    """

    # Authentication

    scram: Annotated[bool, _AUTHENTICATION] = True
    """Enable SASL/SCRAM authentication on port 9096. On by default."""

    iam: Annotated[bool, _AUTHENTICATION] = True
    """Enable IAM access control on port 9098. On by default; administrators use it to create the first ACLs."""

    certificate_authority_arns: Annotated[list[Input[AcmPcaArn]], Unique, _AUTHENTICATION] = []
    """Certificate authorities (AWS Private CA) of mutual TLS authentication on port 9094. None by default. After
    removing the last one, check that mutual TLS is off."""

    unauthenticated: Annotated[bool, _AUTHENTICATION] = False
    """Let clients connect without credentials, with TLS on port 9094 and without on port 9092. For disposable clusters
    without sensitive data: rejected unless ``msk-unauthenticated`` is acknowledged. Off by default. In ACLs, these
    clients are the user ``ANONYMOUS``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-update-security.html
    """

    client_broker_encryption: Annotated[ClientBrokerEncryption, _AUTHENTICATION] = "TLS"
    """Encryption between clients and brokers: ``TLS``, ``TLS_PLAINTEXT`` or ``PLAINTEXT``. Clients without encryption
    connect to port 9092 and cannot authenticate: rejected unless ``msk-plaintext`` is acknowledged. Defaults to
    ``TLS``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html
    """

    users: Annotated[list[Username], Unique, _USERS] = []
    """Names of SCRAM users. A password is generated for each.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html
    """

    password_versions: Annotated[dict[str, PositiveInt], _PASSWORD] = {}
    """Version of each user's password, 1 by default. Increase it to generate a new password (``{"kpow": 2}``)."""

    secret_recovery_window_days: Annotated[RecoveryWindowDays, _DELETED_SECRETS] = 30
    """Days for which the secret of a deleted user can be restored: 7 to 30, or 0 to delete it immediately. Defaults to
    30."""

    # Authorization

    allow_everyone_if_no_acl_found: Annotated[bool | None, _CONFIGURATION] = None
    """Whether users have access to resources without ACLs. Defaults to False if ``iam`` is True. Defaults to True
    otherwise, with a warning, because no user could create the first ACL. Changing it restarts the brokers one at a
    time.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
    """

    # Encryption

    kms_key_arn: Annotated[Input[KmsKeyArn] | None, _REPLACEMENT] = None
    """KMS key that encrypts data at rest, in the cluster's Region. By default a key is created, which also encrypts the
    log group. The key policy must allow the account to use the key and create grants through MSK (``kms:ViaService``),
    as ``EncryptionKey(services=["kafka"])`` does. Changing it replaces the cluster.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html
    """

    secrets_kms_key_arn: Annotated[Input[KmsKeyArn] | None, Change("in place", "Changes only the secrets.")] = None
    """KMS key that encrypts the users' secrets, in the cluster's Region. By default a key is created. The key policy
    must allow the account to use the key through Secrets Manager and to create grants through MSK, as
    ``EncryptionKey(services=["secretsmanager", "kafka"])`` does.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
    """

    log_kms_key_arn: Annotated[Input[KmsKeyArn] | None, _LOGS] = None
    """KMS key that encrypts the log group. Defaults to the key created for data at rest; with ``kms_key_arn`` another
    key is created. The key policy must allow CloudWatch Logs to use the key for the log group, whose name starts with
    ``/aws/msk/`` and the logical name, as ``EncryptionKey(log_groups=["/aws/msk/orders-*"])`` does.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """

    # Logging

    cloudwatch_logs: Annotated[bool, _LOGS] = True
    """Create a CloudWatch log group and send broker logs to it. On by default."""

    log_retention_days: Annotated[RetentionDays, _LOGS] = 365
    """Retention of the log group in days, one of the values that CloudWatch Logs supports. Defaults to 365."""

    log_bucket: Annotated[Input[BucketName] | None, _LOGS] = None
    """S3 bucket for broker logs. None by default."""

    log_bucket_prefix: Annotated[Input[str] | None, _LOGS] = None
    """Prefix of the log objects in ``log_bucket``."""

    log_firehose_stream: Annotated[Input[FirehoseStreamName] | None, _LOGS] = None
    """Firehose stream for broker logs. It must have the tag ``LogDeliveryEnabled=true``. None by default."""

    # Monitoring

    enhanced_monitoring: MonitoringLevel = "PER_TOPIC_PER_BROKER"
    """Level of the CloudWatch metrics. The default is the least detailed level that passes Security Hub control MSK.2.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
    """

    prometheus_security_group_ids: Annotated[dict[ChildName, Input[SecurityGroupId]], _EXPORTERS] = {}
    """Security groups that may scrape the Prometheus exporters. The exporters are on if any source is set."""

    prometheus_cidrs: Annotated[dict[ChildName, Input[Cidr]], _EXPORTERS] = {}
    """IPv4 CIDR blocks that may scrape the Prometheus exporters."""

    alarms: Annotated[bool | None, _ALARMS] = None
    """Create the alarms that AWS recommends for the broker type. Defaults to True if ``alarm_topic_arns`` is set."""

    alarm_topic_arns: Annotated[list[Input[SnsTopicArn]], Unique, _ALARMS] = []
    """SNS topics that the alarms notify. None by default."""

    alarm_thresholds: Annotated[dict[str, float], _ALARMS] = {}
    """Thresholds that replace the recommended ones, by alarm (``{"disk": 70}``)."""

    disabled_alarms: Annotated[list[str], _ALARMS] = []
    """Alarms that are not created (``["disk"]``)."""

    dashboard: Annotated[bool, Change("in place", "Changes only the dashboard.")] = False
    """Create a CloudWatch dashboard, which is billed. Off by default."""

    # Configuration and topics

    existing_configuration: Annotated[MskConfigurationRevision | None, _CONFIGURATION] = None
    """Revision of an existing MSK configuration. By default the cluster creates a configuration. The arguments that a
    configuration contains, such as ``server_properties``, are rejected with it. Changing it restarts the brokers one at
    a time."""

    default_replication_factor: Annotated[Input[PositiveInt] | None, _CONFIGURATION] = None
    """Default replication factor of topics. Defaults to one replica per Availability Zone; Express brokers
    always have three. Changing it restarts the brokers one at a time."""

    min_insync_replicas: Annotated[Input[PositiveInt] | None, _CONFIGURATION] = None
    """Replicas that must acknowledge a write with ``acks=all``. Defaults to one less than the replication factor, so
    that writes continue while a broker restarts. Changing it restarts the brokers one at a time."""

    num_partitions: Annotated[Input[Annotated[JavaInt, Field(ge=1)]], _CONFIGURATION] = 3
    """Default number of partitions of a topic, 3 by default. Changing it restarts the brokers one at a time."""

    retention_hours: Annotated[Input[JavaInt] | None, _CONFIGURATION] = None
    """Default retention of topics in hours, -1 for unlimited; 168 by default. Changing it restarts the brokers one at
    a time."""

    auto_create_topics: Annotated[bool, _CONFIGURATION] = False
    """Create a topic when a client first uses it. Off by default. Changing it restarts the brokers one at a time."""

    server_properties: Annotated[dict[PropertyName, Input[PropertyValue]], _CONFIGURATION] = {}
    """Other broker properties (``{"message.max.bytes": "2097152"}``). Those that this release does not know are passed
    to MSK with a warning. Changing one that Kafka cannot update dynamically restarts the brokers one at a time.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html
    """

    topics: Annotated[list[KafkaTopic], Change("in place", "Partitions can only be added.")] = []
    """Topics that are created with the cluster. ``protect`` of the cluster applies to them too."""

    other_partitions: Annotated[NonNegativeInt, _VALIDATION_ONLY] = 0
    """Partitions of topics that are declared elsewhere, including replicas. They count towards the partitions per
    broker, which are compared with the limits of the broker size."""
