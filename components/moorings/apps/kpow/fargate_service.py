"""What kPow asks of the singleton that it runs on."""

from functools import partial
from typing import Any

from moorings.apps.kpow.environment import HTTPS, KpowTold, iam_policy
from moorings.apps.kpow.environment_variables import LIVE, PORT
from moorings.apps.kpow.fargate_args import KpowOnFargateArgs
from moorings.apps.kpow.sizing import WRITABLE_MIB, fits_into
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.singleton_validation import check_singleton
from moorings.validation.inputs import check_together

HANDED_ON = (
    "vpc_id",
    "subnet_ids",
    "user",
    "cpu_architecture",
    "desired_count",
    "startup_seconds",
    "stop_timeout_seconds",
    "client_security_group_ids",
    "client_cidrs",
    "allow_https_egress",
    "egress",
    "repository_credentials_secret_arn",
    "repository_credentials_kms_key_arn",
    "efs_mounts",
    "redeploy_on_secret_rotation",
    "cluster_arn",
    "kms_key_arn",
    "secret_recovery_window_days",
    "log_kms_key_arn",
    "log_retention_days",
    "log_mode",
    "alarms",
    "alarm_topic_arns",
    "memory_alarm_threshold_percent",
    "protect",
    "tags",
)
"""Arguments that mean the same to every singleton."""

LOG_BUFFER_MIB = 25

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
        args, door, told = self._args, self._door(), self._told().variables()
        jaas = [each for each in told.plain if each.startswith("SASL_JAAS_CONFIG")]
        singleton = FargateSingletonArgs.from_input(
            self._where,
            {
                **{each: getattr(args, each) for each in HANDED_ON},
                **self._size(),
                "image": check_together(self._where, args.runnable, image=args.image),
                "port": PORT,
                "kafka": args.kafka,
                "kafka_settings": "none",
                "additional_kafka": {each: cluster.kafka for each, cluster in args.additional_clusters.items()},
                "environment": told.plain,
                "not_secret": [*jaas, *args.not_secret],
                "secret_environment": told.secret,
                "secrets": self._license() | args.secrets,
                "load_balancer": door,
                "health_check": self._check(),
                "tmpfs_mounts": dict(WRITABLE_MIB),
                "log_max_buffer_size_mib": LOG_BUFFER_MIB,
                "task_policy": iam_policy(args),
                "task_policy_arns": args.task_policy_arns
                | ({"marketplace": CONSUME_LICENSE} if args.marketplace == "annual" else {}),
            },
        )
        check_singleton(self._where, singleton)
        return singleton

    def _told(self) -> KpowTold:
        args = self._args
        ports = frozenset(each.port for each in args.egress.values()) | (
            {HTTPS} if args.allow_https_egress else frozenset[int]()
        )
        return KpowTold(self._where, self._name, args, behind_proxy=args.load_balancer is not None, ports=ports)

    def _size(self) -> dict[str, Any]:
        args = self._args
        advised = args.advised
        cpu = args.cpu if advised is None or args.cpu is not None else advised.cpu
        memory = args.memory_mib if advised is None or args.memory_mib is not None else advised.memory_mib
        beside = sum(WRITABLE_MIB.values()) + LOG_BUFFER_MIB
        return {
            "cpu": cpu,
            "memory_mib": check_together(self._where, partial(fits_into, beside_mib=beside), memory_mib=memory),
        }

    def _license(self) -> dict[str, EcsSecretReference]:
        found = self._args.license_secret
        if found is None:
            return {}
        return {
            key: EcsSecretReference(
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
        path = check_together(self._where, self._args.asks_of_kpow, health_check_path=door.health_check_path)
        return SingletonLoadBalancer.from_input(
            f"{self._where}.load_balancer",
            {**dict(door), "health_check_path": path, "closed_paths": self._args.closed_paths},
        )

    def _check(self) -> ContainerHealthCheck | None:
        if self._args.health_check is not None or self._args.load_balancer is not None:
            return self._args.health_check
        # Nobody else answers on this address, whatever name the certificate has.
        asks = (
            ["--insecure", f"https://localhost:{PORT}{LIVE}"]
            if self._args.https
            else [f"http://localhost:{PORT}{LIVE}"]
        )
        return ContainerHealthCheck(command=["curl", "-fsS", *asks])
