"""KpowOnFargateArgs: arguments of kPow on ECS/Fargate."""

from typing import Annotated

import pulumi
from pydantic import Field

from moorings.apps.kpow.license import LICENSE_KEYS, LicenseKey
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.sizing import WRITABLE_DIRECTORIES_MIB
from moorings.aws.arns import Arn
from moorings.ecs.container_definition import ContainerUser
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.http_target import HttpTarget
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.singleton_base_args import NEW_TASK, SingletonBaseArgs
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, VariableName

LOG_BUFFER_MIB = 25
"""Buffer of log lines in the task's memory."""

MARKETPLACE_POLICY_NAME = "marketplace"
"""Name under which the policy of the AWS Marketplace plan is attached to the task role."""


class KpowOnFargateArgs(KpowSettings, SingletonBaseArgs, ComponentArgs):
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

    @property
    def variables(self) -> dict[str, list[str]]:
        """Names of the additional environment variables by argument."""
        return {**super().variables, "secrets": list(self.secrets)}

    @property
    def mounted_paths(self) -> list[str]:
        """Paths of files and directories that are added to the image."""
        return list(self.efs_mounts)

    @property
    def mounts(self) -> str:
        """Argument that adds files to the image."""
        return "efs_mounts"

    @property
    def licenses(self) -> dict[str, list[str]]:
        """Names of the lines of the license, by the argument that provides them."""
        secret = {"license_secret_keys": list(self.license_secret_keys)} if self.license_secret is not None else {}
        return super().licenses | secret

    @property
    def login_proxy(self) -> str:
        """What could authenticate users instead of kPow. Empty if it does."""
        targets = self.http_targets.values()
        return "" if targets and all(target.has_login for target in targets) else "the load balancer"

    @property
    def size(self) -> dict[str, pulumi.Input[int] | None]:
        """CPU units and memory by argument, None for those that are not set."""
        return {"cpu": self.cpu, "memory_mib": self.memory_mib}

    @property
    def other_memory_mib(self) -> int:
        """Memory for in-memory file systems and log buffers, in MiB."""
        return sum(WRITABLE_DIRECTORIES_MIB.values()) + LOG_BUFFER_MIB

    @property
    def served_protocol(self) -> str:
        """Protocol that kPow serves: ``HTTP`` or ``HTTPS``. Empty if a variable overrides it."""
        return "" if "ENABLE_HTTPS" in self.variable_names else "HTTPS" if self.https else "HTTP"

    @property
    def http_targets(self) -> dict[str, HttpTarget]:
        """Arguments of the load balancers, by name."""
        targets: dict[str, HttpTarget | None] = {
            "load_balancer": self.load_balancer,
            "existing_listener": self.existing_listener,
        }
        return {argument: target for argument, target in targets.items() if target is not None}

    @property
    def balancer_health_check_paths(self) -> dict[str, pulumi.Input[str]]:
        """Path of the health check of each load balancer, by argument."""
        return {argument: target.health_check_path for argument, target in self.http_targets.items()}

    @property
    def balancer_domain_names(self) -> list[pulumi.Input[str]]:
        """Domain names of the load balancers. Those of an existing listener may contain wildcards."""
        own = self.load_balancer.domain_name if self.load_balancer is not None else None
        hosts = self.existing_listener.hosts if self.existing_listener is not None else []
        return [*([own] if own is not None else []), *hosts]

    @property
    def endpoint_urls(self) -> dict[str, pulumi.Input[str]]:
        """URLs of schema registries and Kafka Connect clusters, by cluster and argument: ``payments/kafka_connect``."""
        return {
            f"{name}/{argument}": endpoint.url
            for name, cluster in self.clusters.items()
            for argument, endpoint in (
                ("schema_registry", cluster.schema_registry),
                ("kafka_connect", cluster.kafka_connect),
            )
            if endpoint is not None
        }
