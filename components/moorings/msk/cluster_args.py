"""Settings of a provisioned MSK cluster."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.args import Args
from moorings.identifiers import Arn, Cidr, KmsKeyArn, SecurityGroupId, SubnetId, VpcId
from moorings.inputs import Input
from moorings.kafka.listeners import ListenerKind
from moorings.msk.brokers import standard_broker
from moorings.msk.configuration import allow_everyone
from moorings.msk.scram import RecoveryDays, Username
from moorings.msk.subnets import distinct

MOST_USERS = 1000
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html"""


def _closed(cidr: str) -> str:
    if cidr.endswith("/0"):
        raise ValueError(f"{cidr} is everybody; name the networks of the clients")
    return cidr


def _retained(days: int) -> int:
    if days not in RETENTION_DAYS:
        raise ValueError(f"CloudWatch keeps logs {', '.join(map(str, RETENTION_DAYS))} days, not {days}")
    return days


RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

SourceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""What a source of connections is called in the names of its rules."""

KafkaVersion = Annotated[str, Field(pattern=r"^\d+\.\d+\.(\d+|x)(\.kraft|\.tiered)?$")]


class MskClusterArgs(Args):
    """Settings of a provisioned MSK cluster of Standard brokers.

    Clients speak TLS, and so do brokers among each other; nobody connects without logging in. Neither can be turned
    off.
    """

    vpc_id: Input[VpcId]
    """VPC of the cluster."""

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2, max_length=3), AfterValidator(distinct)]]
    """Two or three private subnets of the VPC, each in an availability zone of its own. MSK replaces the cluster when
    they change.

    Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
    """

    kafka_version: Input[KafkaVersion]
    """Apache Kafka version as MSK spells it (``3.9.x.kraft``). MSK never goes back to an older one in place.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html
    """

    cluster_name: Input[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]] | None = None
    """Name of an existing cluster that is taken over. Without it Pulumi makes one from the logical name. MSK replaces
    the cluster when it changes."""

    instance_type: Input[Annotated[str, AfterValidator(standard_broker)]] = "kafka.m7g.large"
    """Size of each broker. A changed size restarts the brokers one by one.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-sizes.html
    """

    burstable_brokers: bool = False
    """Say that ``kafka.t3.small`` is meant: 300 partitions, CPU credits, for development alone."""

    brokers_per_zone: PositiveInt = 1
    """Brokers in each availability zone."""

    volume_gib: Input[Annotated[int, Field(ge=1, le=16384)]] = 100
    """Disk of each broker in GiB, 1 to 16384. It can grow, never shrink.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
    """

    scram: bool = True
    """Users log in with SASL/SCRAM, on port 9096."""

    iam: bool = True
    """Identities of IAM log in, on port 9098: the way in for whoever writes the first ACLs."""

    certificate_authority_arns: list[Input[Arn]] = []
    """Private certificate authorities (AWS Private CA) whose certificates log in, on port 9094. None by default."""

    users: Annotated[list[Username], Field(max_length=MOST_USERS)] = []
    """SCRAM users, by name, at most 1000. Each gets a password of its own; one more or less touches no other."""

    password_versions: dict[str, PositiveInt] = {}
    """Raise a user's number to make a new password (``{"kpow": 2}``)."""

    secret_recovery_days: RecoveryDays = 30
    """Days for which the secret of a removed user can be brought back, 7 to 30, or 0 for none; 30 by default."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the data at rest. Without it the cluster makes its own, which also serves the log group. MSK replaces the
    cluster when it changes."""

    secrets_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the users' secrets. Without it the cluster makes its own, apart from the key of the data at rest."""

    log_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the log group. Without it the cluster's own key of the data at rest serves, or with ``kms_key_arn``, whose
    policy need not know CloudWatch, a key made for the log group."""

    log_retention_days: Annotated[int, AfterValidator(_retained)] = 365
    """Days for which the brokers' logs are kept, one of the periods that CloudWatch knows; a year by default."""

    client_security_group_ids: dict[SourceName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[SourceName, Input[Annotated[Cidr, AfterValidator(_closed)]]] = {}
    """Networks that may connect, by a name of your choice. Nobody may by default."""

    default_replication_factor: Input[Annotated[int, Field(ge=2)]] | None = None
    """Replicas of a topic that names no number. One in each zone by default. A single replica is refused: its topics
    stop whenever a broker restarts.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html
    """

    min_insync_replicas: Input[Annotated[int, Field(ge=1)]] | None = None
    """Replicas that must have a record before the producer hears of it. One less than there are replicas by default, so
    that a broker can restart."""

    num_partitions: Input[PositiveInt] = 3
    """Partitions of a topic that names no number."""

    retention_hours: Input[Annotated[int, Field(ge=-1)]] = 168
    """Hours for which a topic that names no number keeps records; a week by default, -1 for ever."""

    auto_create_topics: bool = False
    """Whether a topic comes into being when a client first names it, which a typing error does as well."""

    allow_everyone_if_no_acl_found: bool | None = None
    """Whether users without ACLs may do everything. By default not, if ``iam`` is on or ``acls_exist``; otherwise they
    may, with a warning, because nobody could write the first ACL. ``True`` says that it is meant.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
    """

    acls_exist: bool = False
    """Say that the cluster has ACLs through which an administrator gets in, so that it may be closed without IAM."""

    monitoring_level: Literal["DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"] = (
        "PER_TOPIC_PER_BROKER"
    )
    """Metrics that MSK sends to CloudWatch; by default the coarsest level that Security Hub's MSK.2 accepts.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
    """

    protect: bool = True
    """Refuse to delete or replace the cluster and its keys until this is turned off, by default."""

    tags: dict[str, Input[str]] = {}
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

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        broken = [
            sentence for sentence in (self._login(), self._users(), self._versions(), self._sources()) if sentence
        ]
        if broken:
            raise ValueError("; ".join(broken))
        _ = self.everyone_without_acls
        return self

    def _login(self) -> str | None:
        if self.listeners:
            return None
        return "nobody could log in: turn on scram or iam, or name certificate_authority_arns"

    def _users(self) -> str | None:
        twice = sorted({user for user in self.users if self.users.count(user) > 1})
        if twice:
            return f"users names {', '.join(twice)} more than once; a user's name is unique in its cluster"
        if self.users and not self.scram:
            return "users log in with SCRAM, which is off; turn scram on or remove the users"
        return None

    def _versions(self) -> str | None:
        strangers = sorted(self.password_versions.keys() - set(self.users))
        if strangers:
            return f"password_versions names {', '.join(strangers)}, who is none of users; name one of them"
        return None

    def _sources(self) -> str | None:
        both = sorted(self.client_security_group_ids.keys() & self.client_cidrs.keys())
        if both:
            return (
                f"client_cidrs and client_security_group_ids both have a source {', '.join(both)}; rename one of them"
            )
        return None
