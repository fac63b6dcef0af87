"""Settings of kPow on Fargate."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.apps.kpow.checks import asked_over, built_for, free, of_the_plan, one_license, restarted
from moorings.apps.kpow.environment_variables import LICENSE_KEYS, LIVE, OFFSETS, PORT, UP, USER, LicenseKey
from moorings.apps.kpow.settings import KpowSpec
from moorings.apps.kpow.sizing import Size, size_for
from moorings.aws.arns import Arn, EcsClusterArn, KmsKeyArn, SnsTopicArn
from moorings.aws.cidrs import ClientCidr
from moorings.aws.log_retention import RetentionDays
from moorings.aws.resource_ids import SecurityGroupId, SubnetId, VpcId
from moorings.aws.security_groups import EgressRule
from moorings.aws.tags import Tags
from moorings.ecs.container_definition import ContainerUser
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.load_balancer_args import MAX_CLOSED_PATHS, SingletonLoadBalancer
from moorings.ecs.secrets import CompleteSecretArn, EcsSecretReference, EnvironmentName
from moorings.ecs.single_task import UNSUPPORTED_ARGUMENTS, check_desired_count
from moorings.ecs.volumes import ContainerPath, EfsMount
from moorings.validation.args import check_supported_arguments
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName
from moorings.validation.uniqueness import once


class KpowOnFargateArgs(KpowSpec):
    """Settings of kPow on ECS/Fargate, of which there is one task, never two by design."""

    vpc_id: Input[VpcId]
    """VPC of the task."""

    subnet_ids: Input[list[Input[SubnetId]]]
    """Private subnets of the VPC in at least two zones, near the brokers."""

    license_secret: EcsSecretReference | None = None
    """Secret in Secrets Manager that holds the license, under the JSON keys that ``license_secret_keys`` names; so it
    never goes through this program."""

    license_secret_keys: Annotated[list[LicenseKey], Field(min_length=1)] = list(LICENSE_KEYS)
    """Keys of that secret: all five that a license has by default. Add ``LICENSE_CREDITS`` where there are any."""

    secrets: dict[EnvironmentName, EcsSecretReference] = {}
    """Further variables of kPow whose values lie in Secrets Manager."""

    cpu: Input[int] | None = None
    """CPU units, of which 1024 are a vCPU. By default what the vendor advises: 1024 for up to six clusters, and 2048
    for up to twelve."""

    memory_mib: Input[int] | None = None
    """Memory in MiB. By default what the vendor advises: 2048 for one cluster, 4096 for up to six, and 8192 for up to
    twelve. Java's heap is 70 percent of it."""

    user: Input[ContainerUser] = USER
    """User and group of the image, as numbers; those of the vendor's images by default."""

    cpu_architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor; the vendor's images are built for both, except those for OpenShift."""

    desired_count: Annotated[int, AfterValidator(check_desired_count)] = 1
    """One task, or 0 while kPow is paused. The vendor supports no second one.

    Source: https://docs.kpow.io/installation/deployment-notes
    """

    load_balancer: SingletonLoadBalancer | None = None
    """The way in over HTTPS. Without it, only ``client_security_group_ids`` and ``client_cidrs`` reach the task. Its
    health check asks ``/healthy``, or ``/up`` where ``health_check`` asks ``/healthy`` already. ``/offsets`` is closed
    with ``/metrics``, which leaves three other ``closed_paths``."""

    health_check: ContainerHealthCheck | None = None
    """Command that asks ``/healthy`` in the container. Without a load balancer that is curl, by default, which the
    image must hold; with one there is none."""

    startup_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    """Longest time from the start until kPow is healthy. Up to 300 without a load balancer."""

    stop_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 30
    """Seconds between SIGTERM and SIGKILL, 2 to 120. They are part of every deployment's downtime."""

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect to the task itself, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[ChildName, Input[ClientCidr]] = {}
    """Networks that may connect to the task itself, by a name of your choice. Nobody may by default."""

    allow_https_egress: bool = True
    """Whether the task may call everybody on port 443, which it needs for its image, its secrets and its logs."""

    egress: dict[ChildName, EgressRule] = {}
    """What else kPow may call, such as a schema registry on a port of its own. Kafka goes without saying."""

    repository_credentials_secret_arn: Input[CompleteSecretArn] | None = None
    """Secret whose JSON keys ``username`` and ``password`` open a private registry; ECR needs none."""

    repository_credentials_kms_key_arn: Input[KmsKeyArn] | None = None
    """Customer managed key of that secret, if it has one."""

    efs_mounts: dict[ContainerPath, EfsMount] = {}
    """Directories with files of yours, such as that of ``rbac_configuration_file``. kPow keeps nothing on disk."""

    redeploy_on_secret_rotation: bool = False
    """Start kPow anew whenever a secret changes that is referred to without a version, such as ``license_secret``."""

    task_policy_arns: dict[ChildName, Input[Arn]] = {}
    """Managed policies of what else the task may do, by a name of your choice."""

    cluster_arn: Input[EcsClusterArn] | None = None
    """ECS cluster that the service belongs to. Without it one is made."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the secret that holds JAAS lines, passwords and the license. Without it one is made."""

    secret_recovery_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days for which that secret can be brought back, 7 to 30; the longest by default."""

    log_kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of the log group. Without it one is made."""

    log_retention_days: RetentionDays = 365
    """Days for which logs are kept, one of the periods that CloudWatch knows; a year by default."""

    log_mode: Literal["non-blocking", "blocking"] = "non-blocking"
    """``non-blocking`` drops lines when CloudWatch does not take them in time, and ``blocking`` lets kPow wait."""

    alarm_topic_arns: Annotated[list[Input[SnsTopicArn]], AfterValidator(once("each topic"))] = []
    """SNS topics that receive the alarms and the failed deployments. Without topics, the alarms are visible only in the
    console."""

    alarms: bool = True
    """Whether alarms are made: no task runs, the load balancer finds it unhealthy, memory runs short. They are, by
    default."""

    memory_alarm_threshold_percent: Annotated[int, Field(ge=1, le=99)] = 85
    """Use of memory, in percent, from which on the alarm rings. Java's heap alone may be 70 percent of it."""

    protect: bool = True
    """Refuse to delete the logs, the keys and the secret until this is turned off, by default."""

    tags: Tags = {}
    """Tags of everything that takes tags."""

    @property
    def advised(self) -> Size | None:
        """The size that the vendor advises; None where both are given."""
        if self.cpu is not None and self.memory_mib is not None:
            return None
        return size_for(len(self.clusters))

    @model_validator(mode="before")
    @classmethod
    def _the_contract_stands(cls, given: Any) -> Any:
        return check_supported_arguments(given, UNSUPPORTED_ARGUMENTS)

    @model_validator(mode="after")
    def _what_fargate_takes(self) -> Self:
        self._license()
        self._health()
        self._door()
        free(self.secrets)
        _ = self.advised
        if isinstance(self.image, str):
            self.runnable(self.image)
        if self.marketplace == "annual" and "marketplace" in self.task_policy_arns:
            raise ValueError(
                "task_policy_arns has a policy called marketplace, as that is which marketplace='annual' attaches; "
                "rename it"
            )
        return self

    def _license(self) -> None:
        one_license(license=self.license, license_secret=self.license_secret, marketplace=self.marketplace)
        if self.license_secret is not None and self.license_secret.json_key is not None:
            raise ValueError("license_secret is read key by key; leave its json_key out, and see license_secret_keys")

    @property
    def _asked_inside(self) -> bool:
        """Whether ECS itself asks the container whether kPow is well, and not only the load balancer."""
        if self.health_check is None:
            return self.load_balancer is None
        return any(LIVE in each for each in self.health_check.command)

    def _health(self) -> None:
        if self.load_balancer is None:
            restarted(self.streams_error_strategy, checked=self._asked_inside)
        elif isinstance(self.load_balancer.health_check_path, str):
            self.asks_of_kpow(self.load_balancer.health_check_path)
        for word in self.health_check.command if self.health_check is not None else []:
            if "://" in word and f":{PORT}/" in word:
                asked_over("HTTPS" if "https://" in word else "HTTP", https=self.https, what="health_check")

    def _door(self) -> None:
        door = self.load_balancer
        if door is None:
            return
        asked_over(door.target_protocol, https=self.https, what="load_balancer.target_protocol")
        if door.health_check_port not in {None, PORT}:
            raise ValueError(
                f"load_balancer.health_check_port is {door.health_check_port}, and kPow answers on {PORT} alone; leave "
                "it out"
            )
        if len(self.closed_paths) > MAX_CLOSED_PATHS:
            own = len(self.closed_paths) - len(door.closed_paths)
            raise ValueError(
                f"load_balancer.closed_paths has {len(door.closed_paths)} paths, and {' and '.join(OFFSETS)} go with "
                f"/metrics; name at most {MAX_CLOSED_PATHS - own}"
            )
        if door.login_by_application and self.auth_provider is None:
            raise ValueError(
                "load_balancer.login_by_application says that kPow logs users in, and auth_provider is not set; set it"
            )

    @property
    def closed_paths(self) -> list[str]:
        """Paths that the load balancer closes: where metrics are closed, consumers' offsets are as well."""
        paths = list(self.load_balancer.closed_paths) if self.load_balancer is not None else []
        if any(each.startswith("/metrics") for each in paths):
            paths += [each for each in OFFSETS if each not in paths]
        return paths

    def asks_of_kpow(self, health_check_path: str) -> str:
        """The path that a load balancer asks, if kPow answers it and something restarts kPow.

        Raises:
            ValueError: if not.

        """
        restarted(self.streams_error_strategy, checked=self._asked_inside or health_check_path == LIVE)
        if health_check_path not in {LIVE, UP}:
            raise ValueError(f"load_balancer.health_check_path {health_check_path} is none of kPow's; say {UP!r}")
        return health_check_path

    def runnable(self, image: str) -> str:
        """The image, if it may run, and runs on the processor.

        Raises:
            ValueError: if not.

        """
        return built_for(of_the_plan(image, self.marketplace), self.cpu_architecture)
