"""Rules of `FargateSingleton`."""

from moorings.ecs.balanced_target_rules import BALANCED_TARGET_RULES
from moorings.ecs.container_health_check import MAX_START_PERIOD_SECONDS
from moorings.ecs.created_load_balancer_rules import CREATED_LOAD_BALANCER_RULES
from moorings.ecs.declared_resource_rules import DECLARED_RESOURCE_RULES
from moorings.ecs.environment_rules import ENVIRONMENT_RULES
from moorings.ecs.existing_listener_rules import EXISTING_LISTENER_RULES
from moorings.ecs.existing_resource_rules import EXISTING_RESOURCE_RULES
from moorings.ecs.health_check_rules import HEALTH_CHECK_RULES
from moorings.ecs.http_target_rules import HTTP_TARGET_RULES
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.load_balancer_rules import LOAD_BALANCER_RULES
from moorings.ecs.network_load_balancer_args import NetworkLoadBalancer
from moorings.ecs.network_load_balancer_rules import NETWORK_LOAD_BALANCER_RULES, TASK_PORT_RULES
from moorings.ecs.network_rules import NETWORK_RULES
from moorings.ecs.pause_schedule import PauseSchedule
from moorings.ecs.secret_rules import SECRET_RULES
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.service_discovery import ServiceDiscovery
from moorings.ecs.sidecar_rules import TASK_CONTAINER_RULES
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.subnet_rules import SUBNET_RULES
from moorings.ecs.task_rules import TASK_RULES
from moorings.ecs.transform_rules import TRANSFORM_RULES
from moorings.kafka.client_rules import CONNECTION_RULES
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Rule

SINGLETON_RULES = RuleSet(
    FargateSingletonArgs,
    BALANCED_TARGET_RULES,
    CONNECTION_RULES,
    CREATED_LOAD_BALANCER_RULES,
    DECLARED_RESOURCE_RULES,
    ENVIRONMENT_RULES,
    EXISTING_LISTENER_RULES,
    EXISTING_RESOURCE_RULES,
    HEALTH_CHECK_RULES,
    HTTP_TARGET_RULES,
    LOAD_BALANCER_RULES,
    NETWORK_LOAD_BALANCER_RULES,
    NETWORK_RULES,
    TASK_PORT_RULES,
    SECRET_RULES,
    SUBNET_RULES,
    TASK_CONTAINER_RULES,
    TASK_RULES,
    TRANSFORM_RULES,
)

_SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html"
_HEALTH_CHECK = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"
_HEALTH = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html"
_SCHEMES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html"
_SECRETS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"
_SECRET_ARN = "'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/database-Xp4mQ9'"  # noqa: S105 - an ARN
_LOAD_BALANCER = (
    "port=3000, load_balancer=SingletonLoadBalancer(health_check_path='/healthy', internet_facing=True, "
    "certificate_arn='arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555', "
    "web_acl_arn='arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/11111111-2222-3333-4444-555555555555', "
    "client_cidrs={'all': '0.0.0.0/0'}"
)

_DISCOVERY = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html"
_DISCOVERY_ARN = "'arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-b92d7f4a1e63c508'"
_SCHEDULE = "pause_schedule=PauseSchedule(pause='cron(0 20 ? * MON-FRI *)', resume='{}')"

NAME = Rule(
    id="ecs-name",
    rationale="The name is part of the names of AWS resources, which allow different characters.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html",
    invalid="FargateSingleton('orders_1', SINGLETON_ARGS)",
    valid="FargateSingleton('orders-1', SINGLETON_ARGS)",
)

RESERVED_NAME = Rule(
    id="ecs-reserved-name",
    rationale="Elastic Load Balancing reserves the prefix internal- for internal load balancers.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
    invalid="FargateSingleton('internal-orders', SINGLETON_ARGS | {'port': 3000, 'load_balancer': LOAD_BALANCER_ARGS})",
    valid="FargateSingleton('orders-internal', SINGLETON_ARGS | {'port': 3000, 'load_balancer': LOAD_BALANCER_ARGS})",
)

MAX_STARTUP_SECONDS, MAX_IMAGE_PULL_SECONDS = 3600, 1800
"""Longer times are more likely milliseconds."""


@SINGLETON_RULES.rule(
    "ecs-several-tasks",
    Severity.ERROR,
    source=_SERVICE,
    invalid="desired_count=2",
    valid="desired_count=0",
)
def _desired_count(desired_count: int) -> Findings:
    """A singleton runs one task, or none while it is paused."""
    if desired_count not in {0, 1}:
        yield f"a singleton runs one task, got {desired_count}; set it to 1, or to 0 to pause the service"


@SINGLETON_RULES.rule(
    "ecs-scheduled-count",
    Severity.ERROR,
    source=_SERVICE,
    invalid=f"desired_count=0, {_SCHEDULE.format('cron(0 7 ? * MON-FRI *)')}",
    valid=_SCHEDULE.format("cron(0 7 ? * MON-FRI *)"),
)
def _scheduled_count(desired_count: int, pause_schedule: PauseSchedule | None) -> Findings:
    """With a schedule, an update leaves the number of tasks unchanged, so that it does not end a pause."""
    if pause_schedule is not None and desired_count == 0:
        yield "has no effect on an existing service with a pause_schedule; remove the schedule to pause the service"


@SINGLETON_RULES.rule(
    "ecs-schedule-times",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    invalid=_SCHEDULE.format("cron(0 20 ? * MON-FRI *)"),
    valid=_SCHEDULE.format("cron(0 7 ? * MON-FRI *)"),
)
def _schedule_times(pause_schedule: PauseSchedule | None) -> Findings:
    """If both calls are made at the same time, their order is not defined."""
    if pause_schedule is not None and pause_schedule.pause == pause_schedule.resume:
        yield ("pause_schedule", "resume"), "is the same as pause; use another time"


@SINGLETON_RULES.rule(
    "ecs-no-port",
    Severity.ERROR,
    source=_SERVICE,
    invalid="client_cidrs={'vpn': '10.80.0.0/16'}",
    valid="client_cidrs={'vpn': '10.80.0.0/16'}, port=3000",
)
def _port(port: int | None, port_users: list[str], given_arguments: frozenset[str]) -> Findings:
    """Clients connect to a port of the task."""
    clients = ("service_connect", "client_security_group_ids", "client_cidrs", "port_sidecar")
    connected = [*port_users, *(name for name in clients if name in given_arguments)]
    if connected and port is None:
        yield f"required with {' and '.join(connected)}; set it to the port that the application listens on"


@SINGLETON_RULES.rule(
    "ecs-discovery-port",
    Severity.ERROR,
    source=_DISCOVERY,
    invalid="service_discovery=ServiceDiscovery(namespace_id='ns-b92d7f4a1e63c508', record_type='SRV')",
    valid="port=3000, service_discovery=ServiceDiscovery(namespace_id='ns-b92d7f4a1e63c508', record_type='SRV')",
)
def _discovery_port(service_discovery: ServiceDiscovery | None, port: int | None) -> Findings:
    """An SRV record contains the port of the application."""
    if service_discovery is not None and service_discovery.record_type == "SRV" and port is None:
        yield ("service_discovery", "record_type"), "SRV requires a port; set port, or use A"


@SINGLETON_RULES.rule(
    "ecs-discovery-record",
    Severity.ERROR,
    source=_DISCOVERY,
    invalid=f"service_discovery=ServiceDiscovery(service_arn={_DISCOVERY_ARN}, dns_name='orders')",
    valid=f"service_discovery=ServiceDiscovery(service_arn={_DISCOVERY_ARN})",
)
def _discovery_record(service_discovery: ServiceDiscovery | None) -> Findings:
    """An existing Cloud Map service has a name and a TTL of its own, which the component does not change."""
    if service_discovery is None or service_discovery.service_arn is None:
        return
    for argument in sorted(service_discovery.model_fields_set & {"dns_name", "ttl_seconds"}):
        yield ("service_discovery", argument), "has no effect with service_arn; remove it"


@SINGLETON_RULES.rule(
    "ecs-no-health-check",
    Severity.UNSAFE,
    source=_HEALTH,
    invalid="health_check=None",
    valid="health_check=ContainerHealthCheck(command=['/bin/orders', 'health'])",
)
def _health_check(given_arguments: frozenset[str]) -> Findings:
    """Without a health check, ECS considers every running task healthy, even if the application does not work."""
    if not {"health_check", "load_balancer", "existing_listener", "network_load_balancer"} & given_arguments:
        yield "health_check", "ECS does not notice when the application stops working; set it, or set a load_balancer"


@SINGLETON_RULES.rule(
    "ecs-start-period",
    Severity.ERROR,
    source=_HEALTH_CHECK,
    invalid="startup_seconds=301, health_check=ContainerHealthCheck(command=['/bin/orders', 'health'])",
    valid="startup_seconds=300, health_check=ContainerHealthCheck(command=['/bin/orders', 'health'])",
)
def _start_period(startup_seconds: int, given_arguments: frozenset[str]) -> Findings:
    """The start period of a container health check is at most 300 seconds."""
    if "health_check" in given_arguments and startup_seconds > MAX_START_PERIOD_SECONDS:
        yield (
            f"must be at most {MAX_START_PERIOD_SECONDS} with a health_check, got {startup_seconds}; shorten the "
            "startup, or use only the health check of a load_balancer"
        )


@SINGLETON_RULES.rule(
    "ecs-implausible-duration",
    Severity.UNSAFE,
    source=_SERVICE,
    invalid="image_pull_seconds=90000",
    valid="image_pull_seconds=90",
)
def _durations(startup_seconds: int, image_pull_seconds: int) -> Findings:
    """ECS and the alarms ignore failures during these times. Numbers this large are usually milliseconds."""
    for name, value, maximum in (
        ("startup_seconds", startup_seconds, MAX_STARTUP_SECONDS),
        ("image_pull_seconds", image_pull_seconds, MAX_IMAGE_PULL_SECONDS),
    ):
        if value > maximum:
            yield name, f"{value} seconds are more than {maximum // 60} minutes; check the unit, and set it in seconds"


@SINGLETON_RULES.rule(
    "ecs-no-public-subnets",
    Severity.UNSAFE,
    source=_SCHEMES,
    invalid=f"{_LOAD_BALANCER})",
    valid=f"{_LOAD_BALANCER}, subnet_ids=SUBNETS)",
)
def _public_subnets(
    load_balancer: SingletonLoadBalancer | None,
    network_load_balancer: NetworkLoadBalancer | None,
    assign_public_ip: bool,
) -> Findings:
    """An internet-facing load balancer is reachable only in public subnets, and the task should be in private ones."""
    balancers = {"load_balancer": load_balancer, "network_load_balancer": network_load_balancer}
    for argument, balancer in balancers.items():
        if balancer is None or not balancer.internet_facing:
            continue
        if balancer.subnet_ids is None and not assign_public_ip:
            problem = "an internet-facing load balancer in the private subnets of the task is not reachable"
            yield (argument, "subnet_ids"), f"{problem}; set public subnets"


@SINGLETON_RULES.rule(
    "ecs-argument-without-effect",
    Severity.ERROR,
    source=_SECRETS,
    invalid="redeploy_on_secret_rotation=True",
    valid=f"redeploy_on_secret_rotation=True, secrets={{'PASSWORD': EcsSecretReference(secret_arn={_SECRET_ARN})}}",
)
def _arguments_without_effect(
    redeploy_on_secret_rotation: bool,
    current_secrets: dict[Path, EcsSecretReference],
    given_arguments: frozenset[str],
) -> Findings:
    """The argument depends on another one, and is ignored without it."""
    if redeploy_on_secret_rotation and not current_secrets:
        yield ("has no effect, because the task reads no secret without a version_id; remove it")
    for name, required in (
        ("restart_ignored_exit_codes", "restart_attempt_period_seconds"),
        ("repository_credentials_kms_key_arn", "repository_credentials_secret_arn"),
    ):
        if name in given_arguments and required not in given_arguments:
            yield name, f"has no effect without {required}; set {required}, or remove {name}"
