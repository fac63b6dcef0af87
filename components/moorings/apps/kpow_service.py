"""What kPow asks of the singleton that it runs on."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pulumi

from moorings.apps import kpow_settings as settings
from moorings.apps.kpow_acls import iam_statements
from moorings.apps.kpow_args import KpowCluster, KpowEndpoint
from moorings.apps.kpow_fargate_args import KpowOnFargateArgs
from moorings.apps.kpow_rules import of_the_plan, replication
from moorings.apps.kpow_size import WRITABLE_MIB, fits_into
from moorings.ecs.health import HealthCheck
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import SecretReference
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.iam import policy_document
from moorings.inputs import together

HANDED_ON = (
    "vpc_id",
    "subnet_ids",
    "architecture",
    "desired_count",
    "start_seconds",
    "client_security_group_ids",
    "client_cidrs",
    "https_egress",
    "egress",
    "registry_secret_arn",
    "registry_kms_key_arn",
    "efs_mounts",
    "redeploy_on_rotation",
    "cluster_arn",
    "kms_key_arn",
    "secret_recovery_days",
    "log_kms_key_arn",
    "log_retention_days",
    "log_mode",
    "alarm_topic_arn",
    "protect",
    "tags",
)
"""Arguments that mean the same to every singleton."""

HTTPS = 443
LOG_BUFFER_MIB = 25

OFFSETS = ("/offsets", "/offsets/*")
"""Where kPow serves consumers' offsets without a login, beside ``/metrics``.

Source: https://docs.kpow.io/features/prometheus
"""

METER = {"Sid": "Meter", "Effect": "Allow", "Action": "aws-marketplace:RegisterUsage", "Resource": "*"}
"""Source: https://docs.aws.amazon.com/marketplace/latest/userguide/iam-user-policy-for-aws-marketplace-actions.html"""

CONSUME_LICENSE = "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"
"""Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLicenseManagerConsumptionPolicy.html"""


class KpowService:
    """Turns settings of kPow into those of a singleton."""

    def __init__(self, where: str, name: str, args: KpowOnFargateArgs) -> None:
        """Take kPow's settings.

        Args:
            where: the component, as messages name it.
            name: its logical name.
            args: its settings.

        """
        self._where, self._name, self._args = where, name, args

    def singleton(self) -> FargateSingletonArgs:
        """The settings of the singleton.

        Raises:
            InvalidInput: for what a singleton or kPow does not take.

        """
        args, door = self._args, self._door()
        found = settings.variables([self._cluster(*each) for each in args.clusters.items()], self._application())
        return FargateSingletonArgs.of(
            self._where,
            {
                **{each: getattr(args, each) for each in HANDED_ON},
                **self._size(),
                "image": together(self._where, of_the_plan, image=args.image, plan=args.marketplace),
                "user": settings.USER,
                "port": settings.PORT,
                "kafka": args.kafka,
                "kafka_settings": "none",
                "more_kafka": {each: cluster.kafka for each, cluster in args.more_clusters.items()},
                "environment": {**found.plain, **args.environment},
                "plain_environment": [each for each in found.plain if "JAAS" in each],
                "secret_environment": {**found.secret, **args.license, **args.secret_environment},
                "secrets": self._license() | args.secrets,
                "load_balancer": door,
                "health_check": self._check(),
                "writable_paths": dict(WRITABLE_MIB),
                "log_buffer_mib": LOG_BUFFER_MIB,
                "task_policy": self._task_policy(),
                "task_policy_arns": args.task_policy_arns
                | ({"marketplace": CONSUME_LICENSE} if args.marketplace == "annual" else {}),
            },
        )

    def _size(self) -> dict[str, Any]:
        args = self._args
        advised = args.advised
        cpu = args.cpu if advised is None or args.cpu is not None else advised.cpu
        memory = args.memory_mib if advised is None or args.memory_mib is not None else advised.memory_mib
        beside = sum(WRITABLE_MIB.values()) + LOG_BUFFER_MIB
        return {
            "cpu": cpu,
            "memory_mib": together(self._where, partial(fits_into, beside_mib=beside), memory_mib=memory),
        }

    def _application(self) -> settings.Application:
        args = self._args
        replicas = together(
            self._where,
            replication,
            bootstrap_servers=args.kafka.bootstrap_servers,
            brokers=args.brokers,
            asked=args.replication_factor,
        )
        return settings.Application(
            replication_factor=pulumi.Output.from_input(replicas).apply(str),
            num_partitions=args.num_partitions,
            streams_error_strategy=args.streams_error_strategy,
            allow=args.allow,
            auth_provider=args.auth_provider,
            rbac_configuration_file=args.rbac_configuration_file,
            data_policy_configuration_file=args.data_policy_configuration_file,
            prometheus=args.prometheus,
            behind_proxy=args.load_balancer is not None,
            java_options=args.java_options,
        )

    def _cluster(self, key: str, cluster: KpowCluster) -> settings.Cluster:
        kafka, named = cluster.kafka, cluster.environment_name
        return settings.Cluster(
            bootstrap_servers=kafka.bootstrap_servers,
            listener=kafka.listener,
            jaas=kafka.jaas() if kafka.listener == "scram" else None,
            environment_name=named if named is not None else (self._name if key == "kafka" else key),
            schema_registry=self._endpoint(key, "schema_registry", cluster.schema_registry),
            connect=self._endpoint(key, "connect", cluster.connect),
        )

    def _endpoint(self, key: str, kind: str, endpoint: KpowEndpoint | None) -> settings.Endpoint | None:
        if endpoint is None:
            return None
        where = f"{self._where}.{kind}" if key == "kafka" else f"{self._where}.more_clusters.{key}.{kind}"
        ports = {each.port for each in self._args.egress.values()}
        if self._args.https_egress:
            ports.add(HTTPS)
        return settings.Endpoint(
            url=together(where, partial(reachable, ports=ports), url=endpoint.url),
            name=endpoint.display_name,
            username=endpoint.username,
            password=endpoint.password,
        )

    def _license(self) -> dict[str, SecretReference]:
        found = self._args.license_secret
        if found is None:
            return {}
        return {
            key: SecretReference(
                secret_arn=found.secret_arn,
                json_key=key,
                version_id=found.version_id,
                version_stage=found.version_stage,
                kms_key_arn=found.kms_key_arn,
            )
            for key in self._args.license_secret_keys
        }

    def _door(self) -> SingletonLoadBalancer | None:
        door = self._args.load_balancer
        if door is None:
            return None
        path = together(self._where, self._args.asks_of_kpow, health_check_path=door.health_check_path)
        closed = [*door.closed_paths, *(each for each in OFFSETS if each not in door.closed_paths)]
        return SingletonLoadBalancer.of(
            f"{self._where}.load_balancer", {**dict(door), "health_check_path": path, "closed_paths": closed}
        )

    def _check(self) -> HealthCheck | None:
        if self._args.health_check is not None or self._args.load_balancer is not None:
            return self._args.health_check
        return HealthCheck(command=["curl", "-fsS", f"http://localhost:{settings.PORT}{settings.LIVE}"])

    def _task_policy(self) -> pulumi.Output[str] | None:
        args = self._args
        arns: dict[str, Any] = {
            each: found.kafka.cluster_arn for each, found in args.clusters.items() if found.kafka.listener == "iam"
        }
        meter = [METER] if args.marketplace == "hourly" else []
        if not arns and not meter:
            return None

        def policy(known: dict[str, str]) -> str:
            statements = list(meter)
            for each, arn in known.items():
                statements += iam_statements(arn, args.allow, first=each == "kafka")
            return policy_document(statements)

        return pulumi.Output[dict[str, str]].from_input(arns).apply(policy)


def reachable(url: str, *, ports: set[int]) -> str:
    """An address, if the task may call its port.

    Raises:
        ValueError: if it may not.

    """
    parts = urlsplit(url)
    port = parts.port or (HTTPS if parts.scheme == "https" else 80)
    if port not in ports:
        raise ValueError(f"{url} is on port {port}, which the task may not call; add a rule for port {port} to egress")
    return url
