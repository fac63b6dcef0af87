"""Checks across the arguments of `FargateSingleton`."""

from collections.abc import Iterator

from moorings.aws.security_groups import HTTPS
from moorings.ecs.container_health_check import MAX_START_PERIOD_SECONDS
from moorings.ecs.secrets import FORBIDDEN_VARIABLES, kafka_password_reference
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.volumes import overlapping_paths
from moorings.validation.errors import InvalidInput
from moorings.validation.plaintext import check_variable_names


def check_singleton(component: str, args: FargateSingletonArgs) -> None:
    """Check arguments that depend on each other.

    Args:
        component: label of the component in messages.
        args: the arguments.

    Raises:
        InvalidInput: with a line for each problem.

    """
    checks = (
        _check_environment,
        _check_ports,
        _check_health_checks,
        _check_execute_command,
        _check_paths,
        _check_rule_names,
        _check_egress,
        _check_kafka,
        _check_restarts,
        _check_rotation,
    )
    problems = [f"{component}: {problem}" for check in checks for problem in check(args)]
    if problems:
        raise InvalidInput("\n".join(problems))


def _check_environment(args: FargateSingletonArgs) -> Iterator[str]:
    forbidden = sorted(FORBIDDEN_VARIABLES & args.environment.keys())
    if forbidden:
        yield f"environment: {', '.join(forbidden)} must not be set; grant permissions to the task role in task_policy"
    yield from check_variable_names(args.environment, [*args.not_secret, *forbidden])
    names = [*args.environment, *args.secrets, *args.secret_environment]
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        yield f"environment, secrets, secret_environment: {', '.join(duplicates)} is set more than once; keep one"


def _check_ports(args: FargateSingletonArgs) -> Iterator[str]:
    clients = ("load_balancer", "service_connect", "client_security_group_ids", "client_cidrs")
    connected = [name for name in clients if getattr(args, name)]
    if connected and args.port is None:
        yield f"port: required with {' and '.join(connected)}; set it to the port that the application listens on"


def _check_health_checks(args: FargateSingletonArgs) -> Iterator[str]:
    load_balancer = args.load_balancer
    if load_balancer is not None and load_balancer.internet_facing:
        private = load_balancer.subnet_ids is None and not args.assign_public_ip
        if private:
            yield "load_balancer.subnet_ids: required with internet_facing=True; set it to public subnets"
    if args.health_check is None and load_balancer is None and not args.unchecked:
        yield (
            "health_check: required without a load_balancer; set one of them, or set unchecked=True to run the service "
            "without a health check"
        )
    if args.health_check is not None and args.startup_seconds > MAX_START_PERIOD_SECONDS:
        yield (
            f"startup_seconds: must be at most {MAX_START_PERIOD_SECONDS} with a health_check, got "
            f"{args.startup_seconds}; shorten the startup, or use only the health check of a load_balancer"
        )


def _check_execute_command(args: FargateSingletonArgs) -> Iterator[str]:
    if args.enable_execute_command and args.read_only_root_filesystem:
        yield (
            "enable_execute_command: ECS Exec writes to the root file system; set read_only_root_filesystem=False, or "
            "turn enable_execute_command off"
        )


def _check_paths(args: FargateSingletonArgs) -> Iterator[str]:
    paths = [*args.tmpfs_mounts, *args.ephemeral_volume_paths, *args.efs_mounts]
    overlap = overlapping_paths(paths)
    arguments = "tmpfs_mounts, ephemeral_volume_paths, efs_mounts"
    if overlap:
        yield f"{arguments}: {' and '.join(overlap)} overlap; use separate paths"


def _check_rule_names(args: FargateSingletonArgs) -> Iterator[str]:
    clients = sorted(args.client_security_group_ids.keys() & args.client_cidrs.keys())
    if clients:
        yield f"client_cidrs: {', '.join(clients)} is also a name in client_security_group_ids; rename one of them"
    if args.kafka is not None and "kafka" in args.additional_kafka:
        yield "additional_kafka: kafka is the name of the cluster in the argument kafka; rename the other cluster"
    peers = sorted(args.kafka_connections.keys() & args.egress.keys())
    if peers:
        yield f"egress: {', '.join(peers)} is also the name of a Kafka cluster; rename one of them"


def _check_egress(args: FargateSingletonArgs) -> Iterator[str]:
    if not args.allow_https_egress and all(rule.port != HTTPS for rule in args.egress.values()):
        yield (
            f"egress: requires a rule for port {HTTPS} if allow_https_egress is off, because ECS pulls the image, "
            "reads the secrets and writes the logs on this port; allow the VPC endpoints and the prefix list of "
            "Amazon S3"
        )


def _check_kafka(args: FargateSingletonArgs) -> Iterator[str]:
    closed = sorted(name for name, kafka in args.kafka_connections.items() if kafka.security_group_id is None)
    if closed and not args.egress:
        yield (
            f"{', '.join(closed)}: no rule allows connections to the brokers without a security_group_id; set it, or "
            "add the brokers to egress"
        )
    spring = args.kafka_settings == "spring" and args.kafka is not None and args.kafka.listener == "scram"
    if spring and args.kafka is not None and args.kafka.password is None:
        yield (
            "kafka_settings: 'spring' requires a connection with a password, which is part of the JAAS configuration; "
            "pass the password, or use 'environment', which reads it from secret_arn"
        )


def _check_restarts(args: FargateSingletonArgs) -> Iterator[str]:
    if args.restart_ignored_exit_codes and args.restart_attempt_period_seconds is None:
        yield "restart_ignored_exit_codes: requires restart_attempt_period_seconds; set it as well"


def _check_rotation(args: FargateSingletonArgs) -> Iterator[str]:
    references = args.secrets | kafka_password_reference(args.kafka, args.kafka_settings)
    if args.redeploy_on_secret_rotation and all(reference.version_id is not None for reference in references.values()):
        yield (
            "redeploy_on_secret_rotation: has no effect, because no secret is read without a version_id; turn it off. "
            "A new version_id already starts a new task"
        )
