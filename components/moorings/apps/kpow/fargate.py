"""KpowOnFargate: kPow as a singleton service on ECS/Fargate."""

from functools import partial
from typing import Any

import pulumi

from moorings.apps.kpow.acls import iam_policy
from moorings.apps.kpow.component import KpowComponent
from moorings.apps.kpow.environment import HTTPS_PORT, KpowEnvironment
from moorings.apps.kpow.fargate_args import KpowOnFargateArgs
from moorings.apps.kpow.fargate_validation import (
    check_fargate_args,
    check_health_check_path,
    check_image,
    paths_to_close,
)
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT
from moorings.apps.kpow.sizing import WRITABLE_DIRECTORIES_MIB, check_memory, cpu_and_memory
from moorings.aws.context import aws_context
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.singleton import FargateSingleton
from moorings.ecs.singleton_args import FargateSingletonArgs, SingletonBaseArgs
from moorings.ecs.singleton_validation import check_singleton
from moorings.validation.inputs import check_together
from moorings.validation.outputs import register_declared_outputs

LOG_BUFFER_MIB = 25

MARKETPLACE_POLICY = "service-role/AWSLicenseManagerConsumptionPolicy"
"""Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLicenseManagerConsumptionPolicy.html"""


class KpowOnFargate(KpowComponent):
    """Creates kPow on ECS/Fargate as its vendor recommends: a single task for one or more Kafka clusters.

    JAAS configurations, passwords and a license that the program supplies are stored in one Secrets Manager secret. The
    health check requests ``/healthy`` and replaces the task once kPow's streams have failed.

    Raises:
        InvalidInput: for invalid arguments, immediately if they are plain, and otherwise once they resolve.

    Source: https://docs.kpow.io/installation/deployment-notes

    """

    service_arn: pulumi.Output[str]
    """ARN of the ECS service."""

    task_definition_arn: pulumi.Output[str]
    """ARN of the deployed task definition. Resolves once the service is stable, and fails if ECS rolled it back."""

    security_group_id: pulumi.Output[str]
    """Security group of the task."""

    log_group_name: pulumi.Output[str]
    """Name of the log group."""

    secret_arn: pulumi.Output[str] | None
    """Secret with JAAS configurations, passwords and the license. None if there are none."""

    url: pulumi.Output[str] | None
    """URL of the user interface through the load balancer. None without one."""

    acl_commands: pulumi.Output[dict[str, list[str]]]
    """``kafka-acls.sh`` commands that add the ACLs kPow needs, by the name of each cluster with a SCRAM user. They read
    the bootstrap servers from ``$BOOTSTRAP_SERVERS``. A cluster without ACLs needs none."""

    def __init__(self, name: str, args: KpowOnFargateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create kPow.

        Args:
            name: logical name, up to 20 letters, digits and hyphens; children are named ``{name}-{role}``.
            args: arguments of kPow.
            opts: options of the component.

        """
        component = f"KpowOnFargate {name!r}"
        args = KpowOnFargateArgs.from_input(component, args)
        check_fargate_args(component, args)
        singleton = _singleton_args(component, name, args)
        has_login = args.load_balancer is not None and args.load_balancer.has_login
        login_hint = None if has_login else "configure a login at the load balancer"
        super().__init__(name, args, opts, login_hint=login_hint, cpu=singleton.cpu, memory_mib=singleton.memory_mib)
        if args.marketplace == "annual":
            policy_arn = aws_context(self).partition.apply(
                lambda partition: f"arn:{partition}:iam::aws:policy/{MARKETPLACE_POLICY}"
            )
            policies = {**singleton.task_policy_arns, "marketplace": policy_arn}
            singleton = singleton.model_copy(update={"task_policy_arns": policies})

        service = FargateSingleton(name, singleton, pulumi.ResourceOptions(parent=self))
        self.service_arn = service.service_arn
        self.task_definition_arn = service.task_definition_arn
        self.security_group_id = service.security_group_id
        self.log_group_name = service.log_group_name
        self.secret_arn = service.secret_arn
        self.url = service.url
        register_declared_outputs(self)


def _singleton_args(component: str, name: str, args: KpowOnFargateArgs) -> FargateSingletonArgs:
    https_ports = [HTTPS_PORT] if args.allow_https_egress else []
    egress_ports = frozenset([*https_ports, *(rule.port for rule in args.egress.values())])
    environment = KpowEnvironment.from_settings(
        component,
        name,
        args,
        behind_proxy=args.load_balancer is not None,
        egress_ports=egress_ports,
    )
    cpu, memory_mib = cpu_and_memory(len(args.clusters), args.cpu, args.memory_mib)
    other_mib = sum(WRITABLE_DIRECTORIES_MIB.values()) + LOG_BUFFER_MIB
    values: dict[str, Any] = {
        **{argument: getattr(args, argument) for argument in SingletonBaseArgs.model_fields},
        "image": check_together(component, partial(check_image, args), image=args.image),
        "port": PORT,
        "cpu": cpu,
        "memory_mib": check_together(component, partial(check_memory, other_mib=other_mib), memory_mib=memory_mib),
        "tmpfs_mounts": dict(WRITABLE_DIRECTORIES_MIB),
        "log_max_buffer_size_mib": LOG_BUFFER_MIB,
        "kafka": args.kafka,
        "kafka_settings": "none",
        "additional_kafka": {key: cluster.kafka for key, cluster in args.additional_clusters.items()},
        "environment": environment.plain,
        "not_secret": [*environment.not_secret, *args.not_secret],
        "secret_environment": environment.secret,
        "secrets": _license_references(args) | args.secrets,
        "load_balancer": _load_balancer(component, args),
        "health_check": _health_check(args),
        "task_policy": iam_policy(args.connections, args.allow, metering=args.marketplace == "hourly"),
        "task_policy_arns": args.task_policy_arns,
    }
    singleton = FargateSingletonArgs.from_input(component, values)
    check_singleton(component, singleton)
    return singleton


def _license_references(args: KpowOnFargateArgs) -> dict[str, EcsSecretReference]:
    secret = args.license_secret
    if secret is None:
        return {}
    return {key: EcsSecretReference(**{**dict(secret), "json_key": key}) for key in args.license_secret_keys}


def _load_balancer(component: str, args: KpowOnFargateArgs) -> SingletonLoadBalancer | None:
    load_balancer = args.load_balancer
    if load_balancer is None:
        return None
    path = check_together(
        component, partial(check_health_check_path, args), health_check_path=load_balancer.health_check_path
    )
    return SingletonLoadBalancer.from_input(
        f"{component}.load_balancer",
        {**dict(load_balancer), "health_check_path": path, "closed_paths": paths_to_close(load_balancer)},
    )


def _health_check(args: KpowOnFargateArgs) -> ContainerHealthCheck | None:
    if args.health_check is not None or args.load_balancer is not None:
        return args.health_check
    # The certificate need not be valid for localhost, where no other process listens on this port.
    options, scheme = (["--insecure"], "https") if args.https else ([], "http")
    return ContainerHealthCheck(command=["curl", "-fsS", *options, f"{scheme}://localhost:{PORT}{LIVENESS_PATH}"])
