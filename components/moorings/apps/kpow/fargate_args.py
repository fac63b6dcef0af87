"""KpowOnFargateArgs: arguments of kPow on ECS/Fargate."""

from typing import Annotated

from pydantic import Field

from moorings.apps.kpow.license import LICENSE_KEYS, LicenseKey
from moorings.apps.kpow.settings import KpowSettings
from moorings.aws.arns import Arn
from moorings.ecs.container_definition import ContainerUser
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.singleton_args import NEW_TASK, SingletonBaseArgs
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, VariableName


class KpowOnFargateArgs(KpowSettings, SingletonBaseArgs):
    """Arguments of `KpowOnFargate`, which runs a single task."""

    user: Annotated[Input[ContainerUser], NEW_TASK] = "1001:1001"
    """Numeric user and group of the container. Defaults to those of the vendor's images."""

    startup_seconds: Annotated[int, Field(ge=1, le=3600), Change("new task", "In place without a `health_check`.")] = (
        300
    )
    """Longest time from the start of the container until kPow is healthy. Defaults to 300 seconds, the longest
    start period of an ECS health check. At most 300 seconds without a load balancer."""

    license_secret: Annotated[EcsSecretReference | None, NEW_TASK] = None
    """Secrets Manager secret that holds the license under the JSON keys in ``license_secret_keys``."""

    license_secret_keys: Annotated[list[LicenseKey], Field(min_length=1), NEW_TASK] = list(LICENSE_KEYS)
    """JSON keys of that secret. Defaults to the five keys of every license. Add ``LICENSE_CREDITS`` if the license has
    it."""

    secrets: Annotated[dict[VariableName, EcsSecretReference], NEW_TASK] = {}
    """Additional environment variables whose values are read from Secrets Manager."""

    cpu: Annotated[Input[int] | None, NEW_TASK] = None
    """CPU units, of which 1024 are one vCPU. Defaults to the recommended size: 1024 for up to 6 clusters and 2048 for
    up to 12."""

    memory_mib: Annotated[Input[int] | None, NEW_TASK] = None
    """Memory in MiB. Defaults to the recommended size: 2048 for one cluster, 4096 for up to 6 and 8192 for up to 12.
    The JVM heap is 70 percent of it."""

    load_balancer: Annotated[
        SingletonLoadBalancer | None, Change("new task", "When it is added or removed, otherwise in place.")
    ] = None
    """HTTPS load balancer. None by default; then only ``client_security_group_ids`` and ``client_cidrs`` can connect to
    kPow. ``health_check_path`` must be ``/healthy``, or ``/up`` if ``health_check`` requests ``/healthy``. The load
    balancer closes ``/offsets`` if it closes ``/metrics``, which leaves three other ``closed_paths``."""

    health_check: Annotated[ContainerHealthCheck | None, NEW_TASK] = None
    """Container health check. Without a load balancer it defaults to ``curl`` requesting ``/healthy``, which the image
    must contain. With a load balancer there is none by default."""

    task_policy_arns: dict[ChildName, Input[Arn]] = {}
    """Additional managed IAM policies of the task role, by a name of your choice."""
