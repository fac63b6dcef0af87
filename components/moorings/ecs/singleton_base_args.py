"""Arguments that `FargateSingleton` shares with the components that are based on it."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from moorings.aws.arns import EcsClusterArn, KmsKeyArn, SnsTopicArn
from moorings.aws.cidrs import Cidr
from moorings.aws.log_retention import RetentionDays
from moorings.aws.network.vpc_endpoints import VpcEndpoints
from moorings.aws.resource_ids import SecurityGroupId, SubnetId, VpcId
from moorings.aws.security_groups import HTTPS, EgressRule
from moorings.aws.tags import Tags
from moorings.ecs.container_definition import ContainerUser
from moorings.ecs.existing_listener_args import ExistingListener
from moorings.ecs.network_load_balancer_args import NetworkLoadBalancer
from moorings.ecs.pause_schedule import PauseSchedule
from moorings.ecs.role_args import SingletonRoles
from moorings.ecs.secrets import CompleteSecretArn
from moorings.ecs.single_task import check_unsupported_arguments
from moorings.ecs.volumes import EfsMount
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, ContainerPath, Unique, matches

NEW_TASK = Change("new task")

TaskLogGroupName = Annotated[str, matches("the name of a log group", r"[A-Za-z0-9_./#-]{1,512}", "/ecs/orders")]
"""Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""


@cache
def _every_port() -> frozenset[int]:
    return frozenset(range(1, 65536))


class SingletonBaseArgs(ComponentArgs):
    """Arguments that components based on `FargateSingleton`, such as `KpowOnFargate`, pass to it unchanged."""

    vpc_id: Annotated[Input[VpcId], Change("replacement", "Replaces the security groups and the target group.")]
    """VPC of the task and its load balancer."""

    subnet_ids: Annotated[Input[Annotated[list[Input[SubnetId]], Field(min_length=1, max_length=16), Unique]], NEW_TASK]
    """Subnets of the task: up to 16 private subnets of the VPC in at least two Availability Zones, so that ECS can
    start the task in another zone if one fails."""

    user: Annotated[Input[ContainerUser], NEW_TASK]
    """Numeric user and group that run the application, such as ``1001:1001``. Root is unsafe.

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-20
    """

    cpu_architecture: Annotated[Literal["X86_64", "ARM64"], NEW_TASK] = "X86_64"
    """CPU architecture that the image is built for."""

    desired_count: Annotated[int, Change("in place", "0 stops the task, 1 starts it again.")] = 1
    """Number of tasks: 1, or 0 to pause the service."""

    pause_schedule: PauseSchedule | None = None
    """Times at which the task is stopped and started again. Updates then leave the number of tasks unchanged. None by
    default."""

    startup_seconds: Annotated[
        int, Field(ge=1, le=2**31 - 1), Change("new task", "In place without a `health_check`.")
    ] = 120
    """Longest time in seconds from the start of the container until the application is healthy, at most 300 with a
    ``health_check``. Failed health checks do not count during this time."""

    stop_timeout_seconds: Annotated[int, Field(ge=2, le=120), NEW_TASK] = 30
    """Seconds between SIGTERM and SIGKILL, 2 to 120. This time adds to the downtime of each deployment.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """

    assign_public_ip: Annotated[bool, NEW_TASK] = False
    """Assign a public IP address to the task, for public subnets without a NAT gateway and VPC endpoints. Clients on
    the internet can connect to it if ``client_cidrs`` allows them.

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2
    """

    existing_listener: Annotated[
        ExistingListener | None, Change("new task", "When it is added or removed, otherwise in place.")
    ] = None
    """Listener of an Application Load Balancer that other services use, too, to which rules for the hosts and paths of
    this service are added. None by default."""

    network_load_balancer: Annotated[
        NetworkLoadBalancer | None, Change("new task", "When it is added or removed, otherwise in place.")
    ] = None
    """Network Load Balancer of the service, for TCP, TLS and UDP. None by default."""

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect directly to the task, by a name of your choice."""

    client_cidrs: dict[ChildName, Input[Cidr]] = {}
    """IPv4 CIDR blocks that may connect directly to the task, by a name of your choice. ``0.0.0.0/0`` is unsafe."""

    vpc_endpoints: VpcEndpoints | None = None
    """VPC endpoints through which ECS pulls the image, reads the secrets and writes the logs, such as
    ``Network.vpc_endpoints``. The task may then connect to these endpoints and to Amazon S3 instead of to any address
    on port 443. None by default.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """

    allow_https_egress: bool | None = None
    """Allow connections to any address on port 443, which ECS needs for the image, the secrets and the logs unless the
    VPC has endpoints for them. Defaults to True without ``vpc_endpoints`` and to False with them. DNS needs no rule:
    security groups do not apply to the DNS server of the VPC.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    """

    egress: dict[ChildName, EgressRule] = {}
    """Additional egress rules of the task, by a name of your choice. Rules for the Kafka clusters are added
    automatically."""

    repository_credentials_secret_arn: Annotated[Input[CompleteSecretArn] | None, NEW_TASK] = None
    """Secret with the credentials of a private registry, in the JSON keys ``username`` and ``password``. Not needed for
    Amazon ECR.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
    """

    repository_credentials_kms_key_arn: Input[KmsKeyArn] | None = None
    """Customer managed key that encrypts ``repository_credentials_secret_arn``, if any."""

    efs_mounts: Annotated[dict[ContainerPath, EfsMount], NEW_TASK] = {}
    """Amazon EFS file systems, by mount path. Their files persist when the task is replaced."""

    redeploy_on_secret_rotation: bool = False
    """Start a new task when a secret that the task reads without a ``version_id`` is rotated. Off by default, because
    each new task causes downtime."""

    roles: Annotated[SingletonRoles, Change("new task", "The boundary changes in place.")] = SingletonRoles()
    """Existing roles, and the permissions boundary of created ones. By default, roles with least privilege are
    created."""

    security_group_ids: Annotated[list[Input[SecurityGroupId]], Unique, NEW_TASK] = []
    """Existing security groups of the task, in addition to the one that the component creates. ECS supports up to four.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
    """

    cluster_arn: Annotated[Input[EcsClusterArn] | None, Change("replacement", "The old service is deleted first.")] = (
        None
    )
    """ECS cluster of the service. By default a cluster with Container Insights is created."""

    capacity_provider: Annotated[
        Literal["FARGATE", "FARGATE_SPOT"] | None, Change("replacement", "The old service is deleted first.")
    ] = None
    """Capacity provider of the task, which an existing cluster must have: ``FARGATE``, or ``FARGATE_SPOT``, which is
    cheaper, and whose interruptions cause downtime. By default the service has the launch type Fargate.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """

    kms_key_arn: Input[KmsKeyArn] | None = None
    """KMS key that encrypts ``secret_environment`` and the Kafka password. By default a key is created if needed."""

    secret_recovery_window_days: Annotated[
        int, Field(ge=7, le=30), Change("none", "Applies when the secret is deleted.")
    ] = 30
    """Days in which the secret of ``secret_environment`` can be restored after its deletion, 7 to 30."""

    log_group_name: Annotated[Input[TaskLogGroupName] | None, NEW_TASK] = None
    """Existing log group of the task. By default a log group is created.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
    """

    log_kms_key_arn: Input[KmsKeyArn] | None = None
    """KMS key that encrypts the log group. The key policy must allow CloudWatch Logs to use it. By default a key is
    created."""

    log_retention_days: RetentionDays = 365
    """Retention period of the logs in days, one of those that CloudWatch Logs supports."""

    log_mode: Annotated[Literal["non-blocking", "blocking"], NEW_TASK] = "non-blocking"
    """``non-blocking`` drops log lines when the buffer is full. ``blocking`` makes the application wait.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
    """

    alarms: bool = True
    """Create CloudWatch alarms for a missing task, an unhealthy target and high memory utilization."""

    alarm_topic_arns: Annotated[list[Input[SnsTopicArn]], Unique] = []
    """SNS topics that are notified of alarms and failed deployments. Their policies must allow CloudWatch and
    EventBridge to publish. Without topics, the alarms are visible only in the console."""

    memory_alarm_threshold_percent: Annotated[int, Field(ge=1, le=99)] = 85
    """Memory utilization that triggers the memory alarm, 1 to 99 percent."""

    protect: Annotated[bool, Change("none", "Affects Pulumi only.")] = True
    """Protect the log group, the keys and the secret of ``secret_environment`` from deletion."""

    tags: Tags = {}
    """Tags of all resources that support tags."""

    @model_validator(mode="before")
    @classmethod
    def _validate_single_task(cls, values: Any) -> Any:
        return check_unsupported_arguments(values)

    @property
    def allows_any_https(self) -> bool:
        """Whether the task may connect to any address on port 443."""
        return self.vpc_endpoints is None if self.allow_https_egress is None else self.allow_https_egress

    @property
    def egress_ports(self) -> frozenset[int]:
        """Ports of egress rules, except those for Kafka brokers, VPC endpoints and Amazon S3.

        The rules of existing security groups are not known, and may allow every port.
        """
        if self.security_group_ids:
            return _every_port()
        https = [HTTPS] if self.allows_any_https else []
        return frozenset([*https, *(rule.port for rule in self.egress.values())])
