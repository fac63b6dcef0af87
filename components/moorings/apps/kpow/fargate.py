"""KpowOnFargate: kPow as a singleton service on ECS/Fargate."""

from typing import Any

import pulumi

from moorings.apps.kpow.acls import iam_policy
from moorings.apps.kpow.component import KpowComponent
from moorings.apps.kpow.environment import KpowEnvironment
from moorings.apps.kpow.fargate_args import LOG_BUFFER_MIB, MARKETPLACE_POLICY_NAME, KpowOnFargateArgs
from moorings.apps.kpow.fargate_health import paths_to_close
from moorings.apps.kpow.fargate_rules import FARGATE_RULES
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT
from moorings.apps.kpow.sizing import WRITABLE_DIRECTORIES_MIB, cpu_and_memory
from moorings.aws.context import AwsContext, aws_context
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.http_target import HttpTarget
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.singleton import FargateSingleton
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.singleton_base_args import SingletonBaseArgs
from moorings.ecs.task_ports import TaskPort
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.reporter import Reporter


def marketplace_policy_arn(context: AwsContext) -> str:
    """Return the ARN of the AWS managed policy that an annual AWS Marketplace plan requires.

    Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLicenseManagerConsumptionPolicy.html
    """
    return f"arn:{context.partition}:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"


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
            name: logical name, up to 200 letters, digits and hyphens; children are named ``{name}-{role}``.
            args: arguments of kPow.
            opts: options of the component.

        """
        args, reporter = FARGATE_RULES.check("KpowOnFargate", name, args)
        super().__init__(name, args, reporter, opts)
        singleton = _singleton_args(name, args, reporter, aws_context(self))
        service = FargateSingleton(name, singleton, pulumi.ResourceOptions(parent=self))
        self.service_arn = service.service_arn
        self.task_definition_arn = service.task_definition_arn
        self.security_group_id = service.security_group_id
        self.log_group_name = service.log_group_name
        self.secret_arn = service.secret_arn
        self.url = service.url
        register_declared_outputs(self, reporter)


def _singleton_args(
    name: str, args: KpowOnFargateArgs, reporter: Reporter, context: pulumi.Output[AwsContext]
) -> FargateSingletonArgs:
    environment = KpowEnvironment.from_settings(name, args, reporter, behind_proxy=bool(args.http_targets))
    cpu, memory_mib = cpu_and_memory(len(args.clusters), args.cpu, args.memory_mib)
    annual = {MARKETPLACE_POLICY_NAME: context.apply(marketplace_policy_arn)} if args.marketplace == "annual" else {}
    values: dict[str, Any] = {
        **{argument: getattr(args, argument) for argument in SingletonBaseArgs.model_fields},
        "acknowledge": _login_of_kpow(args) | reporter.forwarded,
        "image": args.image,
        "port": PORT,
        "additional_ports": _api_port(args),
        "cpu": cpu,
        "memory_mib": memory_mib,
        "tmpfs_mounts": dict(WRITABLE_DIRECTORIES_MIB),
        "log_max_buffer_size_mib": LOG_BUFFER_MIB,
        "kafka": args.kafka,
        "kafka_settings": "none",
        "additional_kafka": {key: cluster.kafka for key, cluster in args.additional_clusters.items()},
        "environment": environment.plain,
        "not_secret": [*environment.not_secret, *args.not_secret],
        "secret_environment": environment.secret,
        "secrets": _license_references(args) | args.secrets,
        **{argument: _close_offsets(target) for argument, target in args.http_targets.items()},
        "health_check": _health_check(args),
        "task_policy": iam_policy(args.connections, args.kafka_actions, metering=args.marketplace == "hourly"),
        "task_policy_arns": args.task_policy_arns | annual,
    }
    return FargateSingletonArgs.from_input(str(reporter), values)


def _login_of_kpow(args: KpowOnFargateArgs) -> dict[str, str]:
    """Return the acknowledgement of a public load balancer whose users log in to kPow itself, if there is one."""
    provider = args.auth_provider is not None or "AUTH_PROVIDER_TYPE" in args.variable_names
    public = args.load_balancer is not None and args.load_balancer.internet_facing and not args.load_balancer.is_guarded
    return {"ecs-public-without-login": "users log in to kPow with its login provider"} if provider and public else {}


def _api_port(args: KpowOnFargateArgs) -> dict[str, TaskPort]:
    """Return the port of the API, for the same clients as the user interface."""
    if args.api_port is None:
        return {}
    groups, cidrs = args.client_security_group_ids, args.client_cidrs
    return {"api": TaskPort(port=args.api_port, client_security_group_ids=groups, client_cidrs=cidrs)}


def _license_references(args: KpowOnFargateArgs) -> dict[str, EcsSecretReference]:
    secret = args.license_secret
    if secret is None:
        return {}
    return {key: EcsSecretReference(**{**dict(secret), "json_key": key}) for key in args.license_secret_keys}


def _close_offsets(target: HttpTarget) -> HttpTarget:
    return target.model_copy(update={"closed_paths": paths_to_close(target)})


def _health_check(args: KpowOnFargateArgs) -> ContainerHealthCheck | None:
    if args.health_check is not None or args.http_targets:
        return args.health_check
    # The certificate need not be valid for localhost, where no other process listens on this port.
    options, scheme = (["--insecure"], "https") if args.https else ([], "http")
    return ContainerHealthCheck(command=["curl", "-fsS", *options, f"{scheme}://localhost:{PORT}{LIVENESS_PATH}"])
