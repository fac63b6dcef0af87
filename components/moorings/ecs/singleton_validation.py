"""What must hold between the arguments of a singleton."""

from typing import TYPE_CHECKING

from moorings.ecs.health_check import MOST_START_SECONDS
from moorings.ecs.kafka_environment import KafkaClient
from moorings.ecs.network_access import HTTPS
from moorings.ecs.secrets import NEVER_PLAIN
from moorings.ecs.volumes import nested, volume_name
from moorings.validation.plaintext import named_secret

if TYPE_CHECKING:
    from moorings.ecs.singleton_args import FargateSingletonArgs


def broken_rules(args: "FargateSingletonArgs") -> list[str]:
    """What contradicts each other, a sentence for each."""
    rules = (_environment, _secret_names, _health, _shell, _paths, _clients, _egress, _kafka, _restarts, _rotation)
    return [sentence for sentence in (rule(args) for rule in rules) if sentence]


def _environment(args: "FargateSingletonArgs") -> str | None:
    meant = set(args.not_secret)
    strangers = sorted(meant - args.environment.keys())
    if strangers:
        return f"not_secret names {', '.join(strangers)}, which environment does not hold; remove it"
    never = sorted(NEVER_PLAIN & args.environment.keys())
    if never:
        return f"environment holds {', '.join(never)}; the task has a role, so leave it out and give task_policy"
    secret = sorted(name for name, value in args.environment.items() if named_secret(name, value) and name not in meant)
    if secret:
        return (
            f"environment holds {', '.join(secret)}, which whoever may describe the task definition could read; "
            "move it to secret_environment or secrets, or name it in not_secret if it is no secret"
        )
    return None


def _secret_names(args: "FargateSingletonArgs") -> str | None:
    names = [*args.environment, *args.secrets, *args.secret_environment]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return f"{', '.join(twice)} stands in more than one of environment, secrets and secret_environment; keep one"
    return None


def _health(args: "FargateSingletonArgs") -> str | None:
    if args.load_balancer is not None and args.port is None:
        return "load_balancer needs the port that the application listens on; give port"
    if args.load_balancer is not None and args.load_balancer.public:
        stands_inside = args.load_balancer.subnet_ids is None and not args.assign_public_ip
        if stands_inside:
            return "a public load balancer stands in public subnets; name them in load_balancer.subnet_ids"
    if args.service_connect is not None and args.port is None:
        return "service_connect needs the port that the application listens on; give port"
    if args.health_check is None and args.load_balancer is None and not args.unchecked:
        return (
            "nothing would tell whether the application works: give health_check or load_balancer, or say "
            "unchecked=True if that is meant"
        )
    if args.health_check is not None and args.startup_seconds > MOST_START_SECONDS:
        return (
            f"startup_seconds {args.startup_seconds} is longer than the {MOST_START_SECONDS} that ECS waits with a "
            "health_check; leave the check to a load_balancer, or start sooner"
        )
    return None


def _shell(args: "FargateSingletonArgs") -> str | None:
    if args.execute_command and args.read_only_root_filesystem:
        return (
            "execute_command and read_only_root_filesystem exclude each other, as the agent of ECS Exec writes to the root "
            "file system; turn execute_command off, or say read_only_root_filesystem=False"
        )
    return None


def _paths(args: "FargateSingletonArgs") -> str | None:
    paths = [*args.tmpfs_mounts, *args.ephemeral_volume_paths, *args.efs_mounts]
    both = nested(paths)
    if both:
        return f"{both} lie in each other among tmpfs_mounts, ephemeral_volume_paths and efs_mounts; keep them apart"
    names = [volume_name(path) for path in paths]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return f"two paths would both make a volume {', '.join(twice)}; rename one of them"
    return None


def _clients(args: "FargateSingletonArgs") -> str | None:
    both = sorted(args.client_security_group_ids.keys() & args.client_cidrs.keys())
    if both:
        return f"client_cidrs and client_security_group_ids both have a {', '.join(both)}; rename one of them"
    if args.port is None and (args.client_security_group_ids or args.client_cidrs):
        return "clients are named, and no port that they connect to; give port"
    taken = sorted(args.kafkas.keys() & args.egress.keys())
    if taken:
        return f"egress and the Kafka clusters both have a {', '.join(taken)}; rename one of them"
    return None


def _egress(args: "FargateSingletonArgs") -> str | None:
    if args.https_egress or any(rule.port == HTTPS for rule in args.egress.values()):
        return None
    return (
        f"https_egress is off and egress leads to nobody on port {HTTPS}, where the task gets its image and secrets "
        "and writes its logs; name their endpoints and S3's prefix list in egress"
    )


def _kafka(args: "FargateSingletonArgs") -> str | None:
    if args.kafka is not None and "kafka" in args.additional_kafka:
        return "additional_kafka has a cluster called kafka, as the first one is; rename it"
    closed = sorted(name for name, each in args.kafkas.items() if each.security_group_id is None)
    if closed and not args.egress:
        return (
            f"{', '.join(closed)} has no security_group_id, so that nothing lets the task call its brokers; give "
            "it, or name the brokers in egress"
        )
    spring = args.kafka_settings == "spring" and args.kafka is not None and args.kafka.listener == "scram"
    if spring and args.kafka is not None and args.kafka.password is None:
        return (
            "kafka has no password, of which Spring Boot's JAAS line is made; give a connection with the "
            "password, or say kafka_settings='environment', which reads secret_arn"
        )
    return None


def _restarts(args: "FargateSingletonArgs") -> str | None:
    if args.restart_ignored_exit_codes and args.restart_attempt_period_seconds is None:
        return (
            "restart_ignored_exit_codes is given and nothing is restarted; give restart_attempt_period_seconds as well"
        )
    return None


def _rotation(args: "FargateSingletonArgs") -> str | None:
    references = args.secrets | KafkaClient.references_of(args.kafka, args.kafka_settings)
    if args.redeploy_on_secret_rotation and all(each.version_id is not None for each in references.values()):
        return (
            "redeploy_on_secret_rotation waits for secrets that are referred to without a version, and there are none; "
            "turn it off, as a new version_id is a deployment by itself"
        )
    return None
