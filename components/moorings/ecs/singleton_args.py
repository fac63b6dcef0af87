"""Settings of a singleton on Fargate."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.aws.identifiers import (
    EcsClusterArn,
    IamPolicyArn,
    KmsKeyArn,
    SecurityGroupId,
    SnsTopicArn,
    SubnetId,
    Tags,
    VpcId,
)
from moorings.aws.log_retention import RetentionDays
from moorings.aws.subnets import distinct
from moorings.ecs.container_image import versioned
from moorings.ecs.container_user import numeric_user
from moorings.ecs.health_check import HealthCheck
from moorings.ecs.kafka_environment import KafkaSettings
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.network_access import ClientCidr, EgressRule, PeerName, Port
from moorings.ecs.secrets import EnvironmentName, SecretReference, WholeSecretArn
from moorings.ecs.service_connect import ServiceConnect
from moorings.ecs.single_task import contract_stands, one_or_none
from moorings.ecs.singleton_validation import broken_rules
from moorings.ecs.volumes import ContainerPath, EfsMount
from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.inputs import Input, SecretInput


class FargateSingletonArgs(Args):
    """Settings of a service of which there is one task, never two by design.

    A change to anything that the container sees is a deployment: the old task stops, then the new one starts, and in
    between nothing serves. What makes the service a singleton has no arguments.
    """

    vpc_id: Input[VpcId]
    """VPC of the task."""

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2, max_length=16), AfterValidator(distinct)]]
    """Private subnets of the VPC in at least two zones, so that the task can come back when a zone is lost."""

    image: Input[Annotated[str, AfterValidator(versioned)]]
    """Container image with a tag, or better a digest. ``latest`` is refused: nobody could tell what runs."""

    pull_through_cache: bool = False
    """Whether ``image`` names a pull through cache of ECR, which gets it from another registry. ECS may then let ECR do
    so, and make the repository. Off by default.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """

    user: Input[Annotated[str, AfterValidator(numeric_user)]]
    """User and group that the application runs as, as numbers that the image knows (``1001:1001``). Never root.

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-20
    """

    port: Port | None = None
    """TCP port that the application listens on. Without it nobody connects."""

    command: Input[list[Input[str]]] | None = None
    """Arguments of the entry point, which everybody may read who may describe the task definition. Those of the image
    by default."""

    entry_point: Input[list[Input[str]]] | None = None
    """Program that is started. That of the image by default."""

    cpu: Input[int] = 1024
    """CPU units, of which 1024 are a vCPU.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
    """

    memory_mib: Input[int] = 2048
    """Memory in MiB. Fargate has certain sizes for each ``cpu``; another is refused."""

    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor that the image is built for."""

    ephemeral_storage_gib: Input[Annotated[int, Field(ge=21, le=200)]] | None = None
    """Disk of the task, 21 to 200 GiB; the service's own 20 GiB by default."""

    desired_count: Annotated[int, AfterValidator(one_or_none)] = 1
    """One task, or 0 while the service is paused."""

    environment: dict[EnvironmentName, Input[str]] = {}
    """Plain environment variables, which everybody may read who may describe the task definition. A value that is
    secret, or looks so by its name, is refused."""

    not_secret: list[EnvironmentName] = []
    """Names in ``environment`` that look like those of secrets, and hold none (``TOKEN_LIFETIME_SECONDS``)."""

    secrets: dict[EnvironmentName, SecretReference] = {}
    """Environment variables whose values lie in Secrets Manager. The task may read these secrets and no others."""

    secret_environment: dict[EnvironmentName, SecretInput[str]] = {}
    """Environment variables whose values this program knows and nobody else shall: a JAAS line composed of user and
    password, a license. They lie in a secret of the component's own, and each is read in the version that was written
    last, so that a changed value is a deployment."""

    secret_recovery_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days for which the component's own secret can be brought back, 7 to 30; the longest by default."""

    repository_credentials_secret_arn: Input[WholeSecretArn] | None = None
    """Secret whose JSON keys ``username`` and ``password`` open a private registry. None by default; ECR needs none.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
    """

    repository_credentials_kms_key_arn: Input[KmsKeyArn] | None = None
    """Customer managed key of that secret."""

    redeploy_on_secret_rotation: bool = False
    """Start a new task whenever a secret changes that ``secrets`` refers to without a version. Off by default: the
    service is away for a moment each time."""

    kafka: KafkaConnection | None = None
    """Kafka cluster that the application uses: rules in both directions with its listener, the right to log in with
    IAM, and the settings that ``kafka_settings`` names, with the right to read the credentials among them."""

    kafka_settings: KafkaSettings = "environment"
    """How the application is told of ``kafka``: as ``KAFKA_BOOTSTRAP_SERVERS`` and the like, as properties of Spring
    Boot, or not at all, where its own settings stand in ``environment`` and ``secret_environment``."""

    additional_kafka: dict[PeerName, KafkaConnection] = {}
    """Further clusters, by a name of your choice: rules and rights as for ``kafka``; their settings are up to you."""

    client_security_group_ids: dict[PeerName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect to the task itself, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[PeerName, Input[ClientCidr]] = {}
    """Networks that may connect to the task itself, by a name of your choice. Nobody may by default."""

    https_egress: bool = True
    """Whether the task may call everybody on port 443, which it needs for its image, its secrets and its logs. Turn it
    off where ``egress`` names the endpoints of these services, and S3's prefix list."""

    egress: dict[PeerName, EgressRule] = {}
    """What else the task may call, by a name of your choice. Kafka goes without saying."""

    assign_public_ip: bool = False
    """Whether the task has a public address, for subnets without NAT or endpoints. No by default.

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2
    """

    load_balancer: SingletonLoadBalancer | None = None
    """The way in over HTTPS. None by default."""

    service_connect: ServiceConnect | None = None
    """Be found by other services. Not by default."""

    health_check: HealthCheck | None = None
    """Command that tells whether the container is healthy. A singleton has this, or a ``load_balancer`` that checks, or
    both."""

    unchecked: bool = False
    """Say that nothing checks the application: ECS then takes a task that runs for one that works."""

    startup_seconds: Annotated[int, Field(ge=1, le=3600)] = 120
    """Longest time from the start of the container until it is healthy. Failed checks do not count before. Up to 300
    with a ``health_check``."""

    stop_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 30
    """Seconds between SIGTERM and SIGKILL, 2 to 120. They are part of every deployment's downtime.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """

    image_pull_seconds: Annotated[int, Field(ge=1, le=1800)] = 90
    """About how long Fargate takes to prepare a task and pull the image, for the timeouts and the estimate."""

    restart_attempt_period_seconds: Annotated[int, Field(ge=60, le=1800)] | None = None
    """Restart a container that has exited in its task, if it ran for so long, 60 to 1800 seconds. By default ECS
    replaces the task, which the circuit breaker sees.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html
    """

    restart_ignored_exit_codes: Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=50)] = []
    """Exit codes after which a container is not restarted in its task, at most 50."""

    read_only_root_filesystem: bool = True
    """Whether the container's root file system is read-only, by default. ECS Exec needs it to be off.

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5
    """

    tmpfs_mounts: dict[ContainerPath, PositiveInt] = {"/tmp": 64}  # noqa: S108 - the container's
    """Directories in memory that ``user`` may write to, with their size in MiB, which is part of the task's memory.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
    """

    ephemeral_volume_paths: list[ContainerPath] = []
    """Directories on the task's disk. They belong to root, unless the image declares a ``VOLUME`` there that belongs to
    ``user``; in either case they are empty when a task starts.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    """

    efs_mounts: dict[ContainerPath, EfsMount] = {}
    """Directories that outlive the task."""

    execute_command: bool = False
    """Whether people may run commands in the container with ECS Exec, as root. Off by default; it wants
    ``read_only_root_filesystem=False``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """

    task_policy: Input[str] | None = None
    """IAM policy, as JSON, of what the application itself may do. Nothing by default, and with Kafka's IAM listener to
    connect."""

    task_policy_arns: dict[PeerName, Input[IamPolicyArn]] = {}
    """Managed policies of the same, by a name of your choice."""

    cluster_arn: Input[EcsClusterArn] | None = None
    """ECS cluster that the service belongs to. Without it one is made, with Container Insights."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the component's own secret. Without it one is made, if there is such a secret."""

    log_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the log group, whose policy must let CloudWatch Logs use it. Without it one is made."""

    log_retention_days: RetentionDays = 365
    """Days for which logs are kept, one of the periods that CloudWatch knows; a year by default."""

    log_mode: Literal["non-blocking", "blocking"] = "non-blocking"
    """``non-blocking`` drops lines when CloudWatch does not take them in time, and ``blocking`` lets the application
    wait. The first by default.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
    """

    log_buffer_mib: Annotated[int, Field(ge=1, le=256)] = 25
    """Lines that wait for CloudWatch with ``non-blocking``, in MiB of the task's memory."""

    alarms: bool = True
    """Whether alarms are made: no task runs, the load balancer finds it unhealthy, memory runs short. They are, by
    default."""

    alarm_topic_arn: Input[SnsTopicArn] | None = None
    """SNS topic that hears of alarms and of failed deployments; its policy must let CloudWatch and EventBridge publish.
    Without it the alarms show in the console alone."""

    memory_alarm_percent: Annotated[int, Field(ge=1, le=99)] = 85
    """Use of memory, in percent, from which on the alarm rings."""

    rollback_alarm_names: list[Input[str]] = []
    """Alarms of CloudWatch that roll a deployment back. Leave out those that ring while no task runs: they do so in
    every deployment of a singleton.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """

    protect: bool = True
    """Refuse to delete the logs, the keys and the component's own secret until this is turned off, by default."""

    tags: Tags = {}
    """Tags of everything that takes tags."""

    @property
    def kafkas(self) -> dict[str, KafkaConnection]:
        """Every cluster by name; the first is called ``kafka``."""
        return ({"kafka": self.kafka} if self.kafka is not None else {}) | self.additional_kafka

    @model_validator(mode="before")
    @classmethod
    def _the_contract_stands(cls, given: Any) -> Any:
        return contract_stands(given)

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        broken = broken_rules(self)
        if broken:
            raise ValueError("; ".join(broken))
        return self
