"""Settings of a provisioned MSK cluster."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveInt, model_validator

from moorings.aws.identifiers import (
    AccountId,
    AcmPcaArn,
    Cidr,
    HostedZoneId,
    KmsKeyArn,
    SecurityGroupId,
    SnsTopicArn,
    SubnetId,
    Tags,
    VpcId,
    matching,
)
from moorings.aws.log_retention import RetentionDays
from moorings.aws.subnets import distinct
from moorings.kafka.listeners import ListenerKind
from moorings.kafka.topics import KafkaTopic
from moorings.msk.broker_logs import BucketName, FirehoseStreamName, ObjectPrefix
from moorings.msk.broker_sizes import BrokerType, known_broker
from moorings.msk.change_guard import MeantChange
from moorings.msk.cluster_policy import MskPrivateLinkClient
from moorings.msk.cluster_validation import broken_rules
from moorings.msk.configuration import allow_everyone, kept_hours
from moorings.msk.connectivity import Access, AccessStep
from moorings.msk.kafka_versions import known_version
from moorings.msk.monitoring import MonitoringLevel
from moorings.msk.network_access import ClientCidr, ClientIpv6Cidr, SourceName
from moorings.msk.scram_user import RecoveryWindowDays, Username
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.uniqueness import once

MOST_USERS = 1000
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html"""


KafkaVersion = Annotated[str, AfterValidator(known_version)]
Gib = Annotated[int, Field(ge=1, le=16384)]
ClusterName = Annotated[
    str,
    AfterValidator(
        matching(
            "a cluster's name of 1 to 64 letters, digits and hyphens, the first no hyphen",
            "[A-Za-z0-9][A-Za-z0-9-]{0,63}",
            "orders",
        )
    ),
]


class MskClusterArgs(Args):
    """Settings of a provisioned MSK cluster, of Standard or of Express brokers.

    Clients speak TLS, and so do brokers among each other; nobody connects without logging in. Neither can be turned
    off.
    """

    vpc_id: Input[VpcId]
    """VPC of the cluster. MSK replaces the cluster when it changes."""

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2, max_length=3), AfterValidator(distinct)]]
    """Two or three private subnets of the VPC, each in an availability zone of its own; Express brokers take three. MSK
    replaces the cluster when they change. Public access takes public subnets.

    Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
    """

    kafka_version: Input[KafkaVersion]
    """Apache Kafka version as MSK spells it (``3.9.x.kraft``). A newer one restarts the brokers one by one; MSK never
    goes back to an older one in place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html
    """

    unsupported_kafka_version: bool = False
    """Say that a version is meant which MSK no longer supports, and may upgrade without a word, or one that is newer
    than this release of moorings, so that nothing of it could be checked."""

    cluster_name: Input[ClusterName] | None = None
    """Name of an existing cluster that is taken over. Without it Pulumi makes one from the logical name. MSK replaces
    the cluster when it changes."""

    broker_type: BrokerType = "standard"
    """``standard``: brokers with volumes and a configuration of one's own. ``express``: three zones, storage that needs
    no care, fewer settings, faster to scale. A changed type replaces the cluster.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-types.html
    """

    instance_type: Input[Annotated[str, AfterValidator(known_broker)]] | None = None
    """Size of each broker; by default ``kafka.m7g.large`` or ``express.m7g.large``. A changed size restarts the brokers
    one by one.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-sizes.html
    """

    burstable_brokers: bool = False
    """Say that ``kafka.t3.small`` is meant: 300 partitions, CPU credits, for development alone."""

    brokers_per_zone: PositiveInt = 1
    """Brokers in each availability zone. More are added in place, and get partitions once these are moved to them;
    fewer need brokers that hold none, one in each zone at a time.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-remove-broker.html
    """

    broker_quota: PositiveInt | None = None
    """Brokers that AWS allows your account for one cluster; without it 60, or 30 with ZooKeeper.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
    """

    rebalancing_paused: bool = False
    """Stop Express brokers from moving partitions to where there is room, for instance to move them by hand. In place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/intelligent-rebalancing.html
    """

    volume_gib: Input[Gib] | None = None
    """Disk of each Standard broker in GiB, 1 to 16384, by default 100. It grows in place, by 10 GiB at least and once
    in six hours, and never shrinks. With autoscaling it is where the disk begins, and a later change does nothing.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
    """

    volume_autoscaling_max_gib: Input[Gib] | None = None
    """Let AWS grow the disks by themselves up to so many GiB. Off by default: what has grown is paid for and never
    shrinks."""

    volume_autoscaling_target_percent: Annotated[int, Field(ge=10, le=80)] = 60
    """How full a disk is, in percent, when it grows, 10 to 80."""

    volume_throughput_mib_per_second: Input[PositiveInt] | None = None
    """MiB in a second that each disk reads and writes, from 250, for ``kafka.m5.4xlarge``, ``kafka.m7g.2xlarge`` and
    larger. Without ``num.replica.fetchers`` among ``server_properties``, a warning: two fetchers and more are what
    uses the throughput. In place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-provision-throughput-management.html
    """

    tiered_storage: bool = False
    """Whether topics may move old segments to cheaper storage, with ``remote.storage.enable`` in their ``config``. In
    place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-tiered-storage.html
    """

    scram: bool = True
    """Users log in with SASL/SCRAM, on port 9096."""

    iam: bool = True
    """Identities of IAM log in, on port 9098: the way in for whoever writes the first ACLs."""

    certificate_authority_arns: Annotated[list[Input[AcmPcaArn]], AfterValidator(once("each authority"))] = []
    """Private certificate authorities (AWS Private CA) whose certificates log in, on port 9094. None by default."""

    users: Annotated[list[Username], Field(max_length=MOST_USERS)] = []
    """SCRAM users, by name, at most 1000. Each gets a password of its own; one more or less touches no other."""

    password_versions: dict[str, PositiveInt] = {}
    """Raise a user's number to make a new password (``{"kpow": 2}``)."""

    secret_recovery_window_days: RecoveryWindowDays = 30
    """Days for which the secret of a removed user can be brought back, 7 to 30, or 0 for none; 30 by default."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the data at rest, of the cluster's Region. Without it the cluster makes its own, which also serves the log
    group. The key's policy lets the account use it and make grants through MSK (``kms:ViaService``,
    ``kms:CreateGrant``): ``EncryptionKey(services=["kafka"])`` does. MSK replaces the cluster when it changes.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html
    """

    secrets_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the users' secrets, of the cluster's Region. Without it the cluster makes its own, apart from the key of
    the data at rest. The key's policy lets the account use it through Secrets Manager and lets MSK make a grant:
    ``EncryptionKey(services=["secretsmanager", "kafka"])`` does. In place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
    """

    log_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the log group. Without it the cluster's own key of the data at rest serves, or with ``kms_key_arn``, whose
    policy need not know CloudWatch, a key made for the log group. The key's policy lets ``logs.<region>.amazonaws.com``
    use it for the log group, whose name begins with ``/aws/msk/`` and the logical name:
    ``EncryptionKey(log_groups=["/aws/msk/orders-*"])`` does. In place.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """

    log_retention_days: RetentionDays = 365
    """Days for which the brokers' logs are kept, one of the periods that CloudWatch knows; a year by default."""

    cloudwatch_logs: bool = True
    """Whether CloudWatch gets the brokers' logs, in a log group of the cluster; on by default."""

    log_bucket: Input[BucketName] | None = None
    """Bucket in S3 that gets the brokers' logs. None by default."""

    log_bucket_prefix: Input[ObjectPrefix] | None = None
    """What the names of the logs in the bucket begin with."""

    log_firehose_stream: Input[FirehoseStreamName] | None = None
    """Stream of Firehose that gets the brokers' logs; it has the tag ``LogDeliveryEnabled=true``."""

    access: Access = "private"
    """Who may reach the brokers over the network at all: the VPC (``private``), other VPCs too (``private-link``), the
    internet too (``public``), or both (``public-and-private-link``).

    Neither works on a cluster that is being made, nor in the update that changes how clients log in, so that it takes
    two updates: ``access_step`` says which one this is.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html and
    https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html
    """

    access_step: AccessStep | None = None
    """``prepare``: everything that ``access`` needs, and nobody is let in yet; the default, with a warning that tells
    what comes next. ``open``: let them in, in an update after that one."""

    private_link_closed: bool = False
    """Say that the cluster had PrivateLink, so that it is turned off: MSK leaves on what it is not told to turn off."""

    private_link_accounts: dict[SourceName, Input[AccountId]] = {}
    """Other accounts that may connect a VPC, by a name of your choice. Their identities of IAM may log in with it."""

    private_link_clients: list[MskPrivateLinkClient] = []
    """What identities of these accounts may read and write. Nothing by default."""

    dual_stack: bool = False
    """Whether brokers speak IPv6 beside IPv4, from Kafka 3.6.0, in subnets that have both. MSK never goes back."""

    broker_hosted_zone_id: Input[HostedZoneId] | None = None
    """Private zone in Route 53 that gets a name for each broker, ``b-1.<name>``, for people and runbooks: certificates
    do not know these names, so that TLS clients keep to ``bootstrap_servers``."""

    security_group_ids: list[Input[SecurityGroupId]] = []
    """Security groups of an existing cluster that is taken over, all of them; the first gets the rules below beside its
    own. Without any the cluster makes one. MSK replaces the cluster when they change."""

    client_security_group_ids: dict[SourceName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[SourceName, Input[ClientCidr]] = {}
    """Networks that may connect, none wider than a /8, by a name of your choice. Nobody may by default."""

    client_ipv6_cidrs: dict[SourceName, Input[ClientIpv6Cidr]] = {}
    """Networks of IPv6 that may connect, none wider than a /7, by a name of your choice."""

    public_client_cidrs: dict[SourceName, Input[Cidr]] = {}
    """Networks of the internet that may connect once it is let in, by a name of your choice; ``0.0.0.0/0`` is
    everybody, who still has to log in. Nobody may by default."""

    prometheus_security_group_ids: dict[SourceName, Input[SecurityGroupId]] = {}
    """Security groups that read the Prometheus exporters, which are off as long as nobody is named. In place."""

    prometheus_cidrs: dict[SourceName, Input[ClientCidr]] = {}
    """Networks that read the Prometheus exporters, none wider than a /8."""

    security_group_rule_quota: PositiveInt = 60
    """Rules for IPv4, and as many for IPv6, that AWS allows your account in a security group. Each source makes one for
    each listener or exporter, and a group of clients with ``dual_stack`` two.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """

    default_replication_factor: Input[Annotated[int, Field(ge=2)]] | None = None
    """Replicas of a topic that names no number. One in each zone by default. A single replica is refused: its topics
    stop whenever a broker restarts. Express brokers have three. A change restarts the brokers one by one.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html
    """

    min_insync_replicas: Input[Annotated[int, Field(ge=1)]] | None = None
    """Replicas that must have a record before the producer hears of it. One less than there are replicas by default, so
    that a broker can restart. A change restarts the brokers one by one."""

    num_partitions: Input[PositiveInt] = 3
    """Partitions of a topic that names no number. A change restarts the brokers one by one."""

    retention_hours: Input[Annotated[int, AfterValidator(kept_hours)]] | None = None
    """Hours for which a topic that names no number keeps records; a week (168) by default, -1 for ever. A change
    restarts the brokers one by one."""

    auto_create_topics: bool = False
    """Whether a topic comes into being when a client first names it, which a typing error does as well. A change
    restarts the brokers one by one."""

    allow_everyone_if_no_acl_found: bool | None = None
    """Whether users without ACLs may do everything. By default not, if ``iam`` is on or ``acls_exist``; otherwise they
    may, with a warning, because nobody could write the first ACL. ``True`` says that it is meant. A change
    restarts the brokers one by one.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
    """

    acls_exist: bool = False
    """Say that the cluster has ACLs through which an administrator gets in, so that it may be closed without IAM. A
    change restarts the brokers one by one where IAM is off."""

    server_properties: dict[str, Input[Annotated[str, Field(coerce_numbers_to_str=True)]]] = {}
    """Other properties that MSK lets brokers of the type be told (``{"message.max.bytes": "2097152"}``). A change of
    any property restarts the brokers one by one where Kafka cannot take it up otherwise.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html
    """

    topics: list[KafkaTopic] = []
    """Topics that are made with the cluster, and protected as it is."""

    other_partitions: NonNegativeInt = 0
    """Partitions, replicas included, of topics that are declared elsewhere, for the count of what brokers carry."""

    crowded_brokers: bool = False
    """Say that more partitions on each broker are meant than AWS recommends."""

    enhanced_monitoring: MonitoringLevel = "PER_TOPIC_PER_BROKER"
    """Metrics that MSK sends to CloudWatch; by default the coarsest level that Security Hub's MSK.2 accepts. In place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
    """

    alarm_topic_arns: Annotated[list[Input[SnsTopicArn]], AfterValidator(once("each topic"))] = []
    """SNS topics that hear of alarms. With one or more, the cluster gets those that AWS advises for its brokers."""

    silent_alarms: bool = False
    """Make the alarms although nobody hears of them."""

    alarm_thresholds: dict[str, float] = {}
    """Thresholds of your own, by the role of the alarm (``{"disk": 70}``)."""

    disabled_alarms: list[str] = []
    """Roles of alarms that are not made."""

    dashboard: bool = False
    """Whether the cluster gets a dashboard in CloudWatch, which is paid for."""

    acknowledged_changes: list[MeantChange] = []
    """Changes that are let through in the next update: ``fewer-brokers`` and ``authentication-off``, which are refused
    otherwise, and ``several-at-once``, several slow ones, which are warned of. Deleting and replacing are refused by
    ``protect``."""

    timeout_hours: dict[Literal["create", "update", "delete"], PositiveInt] = {}
    """Hours for which Pulumi waits for MSK to ``create``, ``update`` or ``delete`` the cluster, for each change of an
    update anew; by default 3, 6 and 2, and with more than 20 brokers as many for an update as a restart of all of them
    may take."""

    protect: bool = True
    """Refuse to delete or replace the cluster, its topics and its keys until this is turned off, by default."""

    tags: Tags = {}
    """Tags of everything that takes tags."""

    @property
    def listeners(self) -> list[ListenerKind]:
        """The listeners that are on."""
        on: dict[ListenerKind, bool] = {
            "iam": self.iam,
            "scram": self.scram,
            "tls": bool(self.certificate_authority_arns),
        }
        return [kind for kind, live in on.items() if live]

    @property
    def everyone_without_acls(self) -> bool:
        """Whether users without ACLs may do everything."""
        return allow_everyone(asked=self.allow_everyone_if_no_acl_found, iam=self.iam, acls_exist=self.acls_exist)

    @property
    def alarmed(self) -> bool:
        """Whether there are alarms."""
        return self.silent_alarms or bool(self.alarm_topic_arns)

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        broken = broken_rules(self)
        if broken:
            raise ValueError("; ".join(broken))
        return self
