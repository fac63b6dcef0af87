"""Settings of kPow on Fargate."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.apps.kpow_acls import Action
from moorings.apps.kpow_args import KpowCluster, KpowEndpoint, can_log_in
from moorings.apps.kpow_rules import free, java_flags, of_the_plan, restarted, roles, whole_license
from moorings.apps.kpow_settings import LICENSE_KEYS, LIVE, UP, LicenseKey, Marketplace, StreamsErrorStrategy
from moorings.apps.kpow_size import Size, size_for
from moorings.args import Args
from moorings.ecs.access import ClientCidr, EgressRule, PeerName
from moorings.ecs.contract import one_or_none
from moorings.ecs.health import HealthCheck
from moorings.ecs.image import versioned
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.mounts import ContainerPath, EfsMount
from moorings.ecs.secrets import EnvironmentName, SecretReference, WholeSecretArn
from moorings.identifiers import Arn, EcsClusterArn, KmsKeyArn, SecurityGroupId, SnsTopicArn, SubnetId, VpcId
from moorings.inputs import Input, SecretInput
from moorings.kafka.connection import KafkaConnection
from moorings.log_retention import RetentionDays


class KpowOnFargateArgs(Args):
    """Settings of kPow on ECS/Fargate, of which there is one task, never two by design."""

    kafka: KafkaConnection
    """Way into the first cluster, as a SCRAM user with its password, or with IAM. kPow keeps what it sees in topics of
    its own there; ``acls`` of the component is what the user must be allowed to do.

    Source: https://docs.kpow.io/config/multi-cluster
    """

    environment_name: Input[Annotated[str, Field(min_length=1)]] | None = None
    """What users see the first cluster called. The component's name by default."""

    schema_registry: KpowEndpoint | None = None
    """Schema registry of the first cluster. None by default."""

    connect: KpowEndpoint | None = None
    """Kafka Connect cluster of the first cluster. None by default."""

    more_clusters: dict[PeerName, KpowCluster] = {}
    """Further clusters, by a name of your choice, in the order in which kPow numbers them. They should be in the same
    region: the vendor does not support others."""

    image: Input[Annotated[str, AfterValidator(versioned)]]
    """kPow's image with a tag, or better a digest: ``factorhouse/kpow``, a copy of it, or that of AWS Marketplace."""

    license: dict[LicenseKey, SecretInput[Annotated[str, Field(min_length=1)]]] = {}
    """The license, line by line, as the vendor sent it: ``LICENSE_ID``, ``LICENSE_CODE``, ``LICENSEE``,
    ``LICENSE_EXPIRY``, ``LICENSE_SIGNATURE``, and in some ``LICENSE_CREDITS``."""

    marketplace: Marketplace | None = None
    """Say that AWS Marketplace bills kPow, ``hourly`` or ``annual``. Its images need no license, but the right to ask
    for one.

    Source: https://docs.kpow.io/installation/aws-marketplace
    """

    replication_factor: PositiveInt | None = None
    """Replicas of kPow's own topics. 3 by default, or as many as there are brokers if there are fewer. More than there
    are brokers is refused."""

    brokers: PositiveInt | None = None
    """Number of brokers of the first cluster, if there are more than ``kafka`` names, which is one of each zone."""

    num_partitions: PositiveInt = 12
    """Partitions of kPow's own topics, 12 as the vendor advises. It counts when kPow first starts."""

    streams_error_strategy: StreamsErrorStrategy = "LOG_EXCEPTION"
    """What kPow does when its streams have failed, as after a long outage of the cluster: ``LOG_EXCEPTION`` goes on
    without a user interface, until the health check restarts it; ``LOG_AND_EXIT`` exits with status 1. The vendor
    prefers the first, with a health check, and so does the default.

    Source: https://docs.kpow.io/installation/deployment-notes
    """

    allow: list[Action] = []
    """What users may do besides looking (``TOPIC_INSPECT``, ``GROUP_EDIT``). Nothing by default. Whoever may use kPow
    may do it; ``rbac_configuration_file`` tells users apart.

    Source: https://docs.kpow.io/authorization/simple-access-control
    """

    auth_provider: Literal["auth0", "github", "jetty", "okta", "openid", "saml"] | None = None
    """How kPow logs users in; its settings go to ``environment`` and ``secret_environment``. Not at all by default.

    Source: https://docs.kpow.io/authentication/overview
    """

    without_login: bool = False
    """Say that it is meant that whoever reaches kPow uses it, without a login."""

    rbac_configuration_file: ContainerPath | None = None
    """File that says which of the provider's roles may do what, in the image or mounted. ``allow`` has no effect then,
    and is refused.

    Source: https://docs.kpow.io/authorization/role-based-access-control
    """

    data_policy_configuration_file: ContainerPath | None = None
    """File that says what of the records is hidden from users, in the image or mounted.

    Source: https://docs.kpow.io/features/data-policies
    """

    prometheus: bool = False
    """Whether metrics are served below ``/metrics`` and ``/offsets``, without a login. Not by default.

    Source: https://docs.kpow.io/features/prometheus
    """

    java_options: Annotated[list[str], AfterValidator(java_flags)] = []
    """More options of Java. The image sets the heap to 70 percent of the memory; options for that are refused."""

    environment: dict[EnvironmentName, Input[str]] = {}
    """Further variables of kPow that are not secret. Those that an argument sets are refused."""

    secret_environment: dict[EnvironmentName, SecretInput[str]] = {}
    """Further variables of kPow that are secret, such as ``OPENID_CLIENT_SECRET``."""

    vpc_id: Input[VpcId]
    """VPC of the task."""

    subnet_ids: Input[list[Input[SubnetId]]]
    """Private subnets of the VPC in at least two zones, near the brokers."""

    license_secret: SecretReference | None = None
    """Secret in Secrets Manager that holds the license, under the JSON keys that ``license_secret_keys`` names; so it
    never goes through this program."""

    license_secret_keys: Annotated[list[LicenseKey], Field(min_length=1)] = list(LICENSE_KEYS)
    """Keys of that secret: all five that a license has by default. Add ``LICENSE_CREDITS`` where there are any."""

    secrets: dict[EnvironmentName, SecretReference] = {}
    """Further variables of kPow whose values lie in Secrets Manager."""

    cpu: Input[int] | None = None
    """CPU units, of which 1024 are a vCPU. By default what the vendor advises: 1024 for up to six clusters, and 2048
    for up to twelve."""

    memory_mib: Input[int] | None = None
    """Memory in MiB. By default what the vendor advises: 2048 for one cluster, 4096 for up to six, and 8192 for up to
    twelve. Java's heap is 70 percent of it."""

    smaller_than_advised: bool = False
    """Say that less than the vendor advises is meant."""

    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor; the vendor's images are built for both, except those for OpenShift."""

    desired_count: Annotated[int, AfterValidator(one_or_none)] = 1
    """One task, or 0 while kPow is paused. The vendor supports no second one.

    Source: https://docs.kpow.io/installation/deployment-notes
    """

    load_balancer: SingletonLoadBalancer | None = None
    """The way in over HTTPS. Without it, only ``client_security_group_ids`` and ``client_cidrs`` reach the task. Its
    health check asks ``/healthy``, or ``/up`` where ``health_check`` asks ``/healthy`` already. It closes ``/offsets``
    as well as ``/metrics``."""

    health_check: HealthCheck | None = None
    """Command that asks ``/healthy`` in the container. Without a load balancer that is curl, by default, which the
    image must hold; with one there is none."""

    start_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    """Longest time from the start until kPow is healthy. Up to 300 without a load balancer."""

    client_security_group_ids: dict[PeerName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect to the task itself, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[PeerName, Input[ClientCidr]] = {}
    """Networks that may connect to the task itself, by a name of your choice. Nobody may by default."""

    https_egress: bool = True
    """Whether the task may call everybody on port 443, which it needs for its image, its secrets and its logs."""

    egress: dict[PeerName, EgressRule] = {}
    """What else kPow may call, such as a schema registry on a port of its own. Kafka goes without saying."""

    registry_secret_arn: Input[WholeSecretArn] | None = None
    """Secret whose JSON keys ``username`` and ``password`` open a private registry; ECR needs none."""

    registry_kms_key_arn: Input[KmsKeyArn] | None = None
    """Customer managed key of that secret, if it has one."""

    efs_mounts: dict[ContainerPath, EfsMount] = {}
    """Directories with files of yours, such as that of ``rbac_configuration_file``. kPow keeps nothing on disk."""

    redeploy_on_rotation: bool = False
    """Start kPow anew whenever a secret changes that is referred to without a version, such as ``license_secret``."""

    task_policy_arns: dict[PeerName, Input[Arn]] = {}
    """Managed policies of what else the task may do, by a name of your choice."""

    cluster_arn: Input[EcsClusterArn] | None = None
    """ECS cluster that the service belongs to. Without it one is made."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the secret that holds JAAS lines, passwords and the license. Without it one is made."""

    secret_recovery_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days for which that secret can be brought back, 7 to 30; the longest by default."""

    log_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the log group. Without it one is made."""

    log_retention_days: RetentionDays = 365
    """Days for which logs are kept, one of the periods that CloudWatch knows; a year by default."""

    log_mode: Literal["non-blocking", "blocking"] = "non-blocking"
    """``non-blocking`` drops lines when CloudWatch does not take them in time, and ``blocking`` lets kPow wait."""

    alarm_topic_arn: Input[SnsTopicArn] | None = None
    """SNS topic that hears of alarms and of failed deployments. Without it the alarms show in the console alone."""

    protect: bool = True
    """Refuse to delete the logs, the keys and the secret until this is turned off, by default."""

    tags: dict[str, Input[str]] = {}
    """Tags of everything that takes tags."""

    @property
    def clusters(self) -> dict[str, KpowCluster]:
        """Every cluster by name, in kPow's order; the first is called ``kafka``."""
        first = KpowCluster(
            kafka=self.kafka,
            environment_name=self.environment_name,
            schema_registry=self.schema_registry,
            connect=self.connect,
        )
        return {"kafka": first} | self.more_clusters

    @property
    def advised(self) -> Size | None:
        """The size that the vendor advises; None where both are given."""
        if self.cpu is not None and self.memory_mib is not None:
            return None
        return size_for(len(self.clusters))

    @model_validator(mode="after")
    def _what_kpow_takes(self) -> Self:
        can_log_in(self.kafka)
        if "kafka" in self.more_clusters:
            raise ValueError("more_clusters has a cluster called kafka, as the first one is; rename it")
        if self.license:
            whole_license(self.license)
        if isinstance(self.image, str):
            of_the_plan(self.image, self.marketplace)
        free([*self.environment, *self.secret_environment])
        twice = sorted({each for each in self.allow if self.allow.count(each) > 1})
        if twice:
            raise ValueError(f"allow names {', '.join(twice)} more than once; name each action once")
        roles(
            auth_provider=self.auth_provider,
            without_login=self.without_login,
            rbac_configuration_file=self.rbac_configuration_file,
            allow=self.allow,
        )
        return self

    @model_validator(mode="after")
    def _what_fargate_takes(self) -> Self:
        self._license()
        self._health()
        free(self.secrets)
        _ = self.advised
        if isinstance(self.image, str) and "ubi" in self.image.rpartition(":")[2] and self.architecture == "ARM64":
            raise ValueError(f"image {self.image} is built for X86_64 alone; take another, or leave architecture out")
        if self.load_balancer is not None and self.load_balancer.login_by_application and self.auth_provider is None:
            raise ValueError(
                "load_balancer.login_by_application says that kPow logs users in, and auth_provider is not set; set it"
            )
        return self

    def _license(self) -> None:
        given = [name for name in ("license", "license_secret", "marketplace") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(
                f"kPow has exactly one of license, license_secret and marketplace, not {' and '.join(given) or 'none'}"
            )
        if self.license_secret is not None and self.license_secret.json_key is not None:
            raise ValueError("license_secret is read key by key; leave its json_key out, and see license_secret_keys")

    def _health(self) -> None:
        if self.health_check is not None and not any(LIVE in each for each in self.health_check.command):
            restarted(self.streams_error_strategy, checked=False)
        if self.load_balancer is not None and isinstance(self.load_balancer.health_check_path, str):
            self.asks_of_kpow(self.load_balancer.health_check_path)

    def asks_of_kpow(self, health_check_path: str) -> str:
        """The path that a load balancer asks, if kPow answers it and something restarts kPow.

        Raises:
            ValueError: if not.

        """
        if self.health_check is None and health_check_path != LIVE:
            restarted(self.streams_error_strategy, checked=False)
        if health_check_path not in {LIVE, UP}:
            raise ValueError(f"load_balancer.health_check_path {health_check_path} is none of kPow's; say {UP!r}")
        return health_check_path
