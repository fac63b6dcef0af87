"""Rules of sidecars: dependencies between containers, shared volumes, log routing, ports and resources."""

from collections.abc import Mapping, Sequence

from moorings.aws.network.vpc_endpoints import VpcEndpoints
from moorings.ecs.container_dependencies import APPLICATION, EXITED, Dependencies, find_cycle
from moorings.ecs.environment_rules import ENVIRONMENT_CHECKS, PLAINTEXT_SECRET
from moorings.ecs.firelens import FireLensLogs
from moorings.ecs.network_rules import IMAGE_UNREACHABLE
from moorings.ecs.sidecar_container import SidecarContainer
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.task_ports import TaskPort
from moorings.ecs.task_rules import CONTAINER_CHECKS
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Check, Findings, Rule

SIDECAR_RULES = RuleSet(SidecarContainer)
SIDECAR_RULES.reuse(*CONTAINER_CHECKS, *ENVIRONMENT_CHECKS)
FIRELENS_RULES = RuleSet(FireLensLogs)
FIRELENS_RULES.reuse(PLAINTEXT_SECRET)
TASK_CONTAINER_RULES = RuleSet(FargateSingletonArgs, SIDECAR_RULES, FIRELENS_RULES)

_DEPENDENCY = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html"
_CONTAINER = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"
_MOUNTS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html"
_FIRELENS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html"
_PORTS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"
_SIDECAR = "SidecarContainer(image='registry.example/agent:1.0', user='1001:1001', {})"
_CHECK = "health_check=ContainerHealthCheck(command=['/bin/agent', 'health'])"


def _sidecars(settings: str, name: str = "agent") -> str:
    return f"sidecars={{'{name}': {_SIDECAR.format(settings)}}}"


CONTAINER_NAME = Rule(
    id="ecs-container-name",
    rationale="The names of the containers of a task are unique. The application's is that of the component.",
    source=_CONTAINER,
    invalid="FargateSingleton('orders', SINGLETON_ARGS | {'sidecars': {'orders': "
    "{'image': 'registry.example/agent:1.0', 'user': '1001:1001'}}})",
    valid="FargateSingleton('orders', SINGLETON_ARGS | {'sidecars': {'agent': "
    "{'image': 'registry.example/agent:1.0', 'user': '1001:1001'}}})",
)


@TASK_CONTAINER_RULES.rule(
    "ecs-reserved-container-name",
    Severity.ERROR,
    source=_CONTAINER,
    invalid=_sidecars("", APPLICATION),
    valid=_sidecars(""),
)
def _reserved_name(sidecars: Mapping[str, SidecarContainer]) -> Findings:
    """The name application stands for the container of the application in dependencies."""
    if APPLICATION in sidecars:
        yield ("sidecars", APPLICATION), "the name stands for the application in depends_on; choose another name"


@TASK_CONTAINER_RULES.rule(
    "ecs-dependency-unknown",
    Severity.ERROR,
    source=_DEPENDENCY,
    invalid="depends_on={'agnet': 'START'}, " + _sidecars(""),
    valid="depends_on={'agent': 'START'}, " + _sidecars(""),
)
def _dependency_unknown(dependencies: Dependencies) -> Findings:
    """A container can depend only on containers of the same task."""
    for name, conditions in dependencies.items():
        for other in conditions:
            if other not in dependencies:
                known = ", ".join(sorted(dependencies.keys() - {name})) or "none"
                yield _dependency(name, other), f"the task has no container {other}; use one of: {known}"


@TASK_CONTAINER_RULES.rule(
    "ecs-dependency-cycle",
    Severity.ERROR,
    source=_DEPENDENCY,
    invalid="depends_on={'agent': 'START'}, " + _sidecars("depends_on={'application': 'START'}"),
    valid=_sidecars("depends_on={'application': 'START'}"),
)
def _dependency_cycle(dependencies: Dependencies) -> Findings:
    """Containers that wait for each other can neither start nor stop in order, and ECS rejects the task definition."""
    cycle = find_cycle(dependencies)
    if cycle is not None:
        chain = " -> ".join(cycle)
        yield _dependency(cycle[0], cycle[1]), f"the containers depend on each other ({chain}); remove one dependency"


@TASK_CONTAINER_RULES.rule(
    "ecs-dependency-on-essential",
    Severity.ERROR,
    source=_DEPENDENCY,
    invalid="depends_on={'agent': 'SUCCESS'}, " + _sidecars("essential=True"),
    valid="depends_on={'agent': 'SUCCESS'}, " + _sidecars("essential=False"),
)
def _dependency_on_essential(dependencies: Dependencies, sidecars: Mapping[str, SidecarContainer]) -> Findings:
    """ECS stops the task when an essential container exits, so that no container can wait for its exit."""
    for name, conditions in dependencies.items():
        for other, condition in conditions.items():
            if condition not in EXITED:
                continue
            if other == APPLICATION:
                problem = "the application is essential, and the task stops when it exits; use START or HEALTHY"
                yield _dependency(name, other), problem
            elif other in sidecars and sidecars[other].essential:
                yield (
                    _dependency(name, other),
                    (
                        f"{condition} waits until {other} exits, but {other} is essential, so the task stops then; set "
                        f"essential=False for {other}, or use START or HEALTHY"
                    ),
                )


@TASK_CONTAINER_RULES.rule(
    "ecs-dependency-without-health-check",
    Severity.ERROR,
    source=_DEPENDENCY,
    invalid="depends_on={'agent': 'HEALTHY'}, " + _sidecars(""),
    valid="depends_on={'agent': 'HEALTHY'}, " + _sidecars(_CHECK),
)
def _dependency_without_health_check(dependencies: Dependencies, health_checked: frozenset[str]) -> Findings:
    """The condition HEALTHY refers to the container health check, which the container does not have."""
    for name, conditions in dependencies.items():
        for other, condition in conditions.items():
            if condition == "HEALTHY" and other in dependencies and other not in health_checked:
                yield _dependency(name, other), f"{other} has no health_check; add one, or use START"


@TASK_CONTAINER_RULES.rule(
    "ecs-shared-volume-unknown",
    Severity.ERROR,
    source=_MOUNTS,
    invalid=_sidecars("shared_volumes={'/logs': SharedVolume(path='/var/log/orders')}"),
    valid="ephemeral_volume_paths=['/var/log/orders'], "
    + _sidecars("shared_volumes={'/logs': SharedVolume(path='/var/log/orders')}"),
)
def _shared_volume_unknown(sidecars: Mapping[str, SidecarContainer], volume_names: Mapping[str, str]) -> Findings:
    """A sidecar can mount only volumes that the task has."""
    for name, sidecar in sidecars.items():
        for path, volume in sidecar.shared_volumes.items():
            if volume.path not in volume_names:
                known = ", ".join(sorted(volume_names)) or "none"
                yield (
                    ("sidecars", name, "shared_volumes", path, "path"),
                    (
                        f"the application has no volume at {volume.path} (its volumes: {known}); add the path to "
                        "ephemeral_volume_paths or efs_mounts"
                    ),
                )


@TASK_CONTAINER_RULES.rule(
    "ecs-firelens-without-router",
    Severity.ERROR,
    source=_FIRELENS,
    invalid="firelens_logs=FireLensLogs(options={'Name': 'firehose'})",
    valid="firelens_logs=FireLensLogs(options={'Name': 'firehose'}), "
    + _sidecars("firelens_router=FireLensRouter()", "router"),
)
def _firelens_without_router(sidecars: Mapping[str, SidecarContainer], firelens_logs: FireLensLogs | None) -> Findings:
    """The log driver awsfirelens sends the logs to a container of the task with a FireLens configuration."""
    if any(sidecar.firelens_router is not None for sidecar in sidecars.values()):
        return
    users: list[Path] = [("firelens_logs",)] if firelens_logs is not None else []
    users += [("sidecars", name, "firelens_logs") for name, sidecar in sidecars.items() if sidecar.firelens_logs]
    for path in users:
        yield path, "the task has no log router; add a sidecar with firelens_router, or remove firelens_logs"


@TASK_CONTAINER_RULES.rule(
    "ecs-several-log-routers",
    Severity.ERROR,
    source=_FIRELENS,
    invalid=f"sidecars={{name: {_SIDECAR.format('firelens_router=FireLensRouter()')} for name in ('a', 'b')}}",
    valid=_sidecars("firelens_router=FireLensRouter()", "a"),
)
def _several_log_routers(sidecars: Mapping[str, SidecarContainer]) -> Findings:
    """A task has at most one log router, to which all containers with awsfirelens send their logs."""
    routers = [name for name, sidecar in sidecars.items() if sidecar.firelens_router is not None]
    for name in routers[1:]:
        yield ("sidecars", name, "firelens_router"), f"{routers[0]} is also a log router; keep one of them"


@SIDECAR_RULES.rule(
    "ecs-log-router-logs",
    Severity.ERROR,
    source=_FIRELENS,
    invalid="firelens_router=FireLensRouter(), firelens_logs=FireLensLogs()",
    valid="firelens_router=FireLensRouter()",
)
def _log_router_logs(given_arguments: frozenset[str]) -> Findings:
    """A log router cannot send its own logs to itself."""
    if {"firelens_router", "firelens_logs"} <= given_arguments:
        yield "firelens_logs", "the container is the log router itself; remove firelens_logs"


@TASK_CONTAINER_RULES.rule(
    "ecs-port-sidecar-unknown",
    Severity.ERROR,
    source=_PORTS,
    invalid="port=3000, port_sidecar='proxy'",
    valid="port=3000, port_sidecar='proxy', " + _sidecars("", "proxy"),
)
def _port_sidecar_unknown(
    sidecars: Mapping[str, SidecarContainer], port_sidecar: str | None, additional_ports: Mapping[str, TaskPort]
) -> Findings:
    """A port belongs to a container of the task."""
    ports: dict[Path, str | None] = {("port_sidecar",): port_sidecar}
    ports |= {("additional_ports", name, "sidecar"): port.sidecar for name, port in additional_ports.items()}
    for path, sidecar in ports.items():
        if sidecar is not None and sidecar not in sidecars:
            known = ", ".join(sorted(sidecars)) or "none"
            yield path, f"the task has no sidecar {sidecar} (its sidecars: {known}); correct the name, or add it"


@TASK_CONTAINER_RULES.rule(
    "ecs-duplicate-port",
    Severity.ERROR,
    source=_PORTS,
    invalid="port=3000, additional_ports={'metrics': TaskPort(port=3000)}",
    valid="port=3000, additional_ports={'metrics': TaskPort(port=9090)}",
)
def _duplicate_port(port: int | None, additional_ports: Mapping[str, TaskPort]) -> Findings:
    """All containers of a task share one network interface, on which a port is used once."""
    used = {(port, "tcp"): "port"}
    for name, other in additional_ports.items():
        first = used.setdefault((other.port, other.protocol), f"additional_ports.{name}")
        if first != f"additional_ports.{name}":
            yield ("additional_ports", name, "port"), f"{first} is also {other.port}; use another port"


@TASK_CONTAINER_RULES.rule(
    "ecs-port-name-reserved",
    Severity.ERROR,
    source=_PORTS,
    invalid="port=3000, additional_ports={'app': TaskPort(port=9090)}",
    valid="port=3000, additional_ports={'metrics': TaskPort(port=9090)}",
)
def _port_name(port: int | None, additional_ports: Mapping[str, TaskPort]) -> Findings:
    """The names of the ports of a task are unique, and app is the name of the port of the application."""
    if port is not None and "app" in additional_ports:
        yield ("additional_ports", "app"), "app is the name of port in the task definition; choose another name"


@TASK_CONTAINER_RULES.rule(
    "ecs-sidecar-resources",
    Severity.ERROR,
    source=_CONTAINER,
    invalid="cpu=1024, " + _sidecars("cpu=2048"),
    valid="cpu=1024, " + _sidecars("cpu=256"),
)
def _sidecar_resources(cpu: int, memory_mib: int, sidecars: Mapping[str, SidecarContainer]) -> Findings:
    """ECS rejects containers that reserve or may use more than the task has."""
    reserved = sum(sidecar.cpu or 0 for sidecar in sidecars.values())
    if reserved > cpu:
        yield "sidecars", f"the sidecars reserve {reserved} of {cpu} CPU units; raise cpu, or lower theirs"
    for name, sidecar in sidecars.items():
        limit = sidecar.memory_mib or 0
        if limit > memory_mib:
            yield (
                ("sidecars", name, "memory_mib"),
                f"{limit} MiB exceed the {memory_mib} MiB of the task; lower it, or raise memory_mib of the task",
            )
    total = sum(sidecar.memory_reservation_mib or sidecar.memory_mib or 0 for sidecar in sidecars.values())
    if total > memory_mib:
        yield "sidecars", f"the sidecars reserve {total} of {memory_mib} MiB; raise memory_mib, or lower theirs"


@SIDECAR_RULES.rule(
    "ecs-sidecar-memory",
    Severity.ERROR,
    source=_CONTAINER,
    invalid="memory_mib=128, memory_reservation_mib=256",
    valid="memory_mib=256, memory_reservation_mib=128",
)
def _sidecar_memory(memory_mib: int | None, memory_reservation_mib: int | None) -> Findings:
    """ECS rejects a reservation that is not below the limit."""
    if memory_mib is not None and memory_reservation_mib is not None and memory_reservation_mib >= memory_mib:
        yield (
            "memory_reservation_mib",
            f"{memory_reservation_mib} MiB are not less than memory_mib ({memory_mib}); lower it, or raise memory_mib",
        )


@SIDECAR_RULES.rule(
    "ecs-sidecar-restart",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html",
    invalid="restart_ignored_exit_codes=[0]",
    valid="restart_ignored_exit_codes=[0], restart_attempt_period_seconds=60",
)
def _sidecar_restart(given_arguments: frozenset[str]) -> Findings:
    """Exit codes are ignored only if the container restarts at all."""
    if "restart_ignored_exit_codes" in given_arguments and "restart_attempt_period_seconds" not in given_arguments:
        yield (
            "restart_ignored_exit_codes",
            "has no effect without restart_attempt_period_seconds; set it, or remove restart_ignored_exit_codes",
        )


@TASK_CONTAINER_RULES.rule(
    "ecs-sidecar-without-credentials",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html",
    invalid=_sidecars("use_repository_credentials=True"),
    valid=_sidecars("use_repository_credentials=True")
    + ", repository_credentials_secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-Yt7nB2'",
)
def _sidecar_credentials(sidecars: Mapping[str, SidecarContainer], given_arguments: frozenset[str]) -> Findings:
    """The sidecar uses the credentials of the service, which has none."""
    names: Sequence[str] = [name for name, sidecar in sidecars.items() if sidecar.use_repository_credentials]
    if "repository_credentials_secret_arn" not in given_arguments:
        for name in names:
            yield (
                ("sidecars", name, "use_repository_credentials"),
                "the service has no registry credentials; set repository_credentials_secret_arn",
            )


def _sidecar_image_unreachable(
    sidecars: Mapping[str, SidecarContainer], vpc_endpoints: VpcEndpoints | None, egress_ports: frozenset[int]
) -> Findings:
    for name, sidecar in sidecars.items():
        if isinstance(sidecar.image, str):
            for finding in IMAGE_UNREACHABLE.function(sidecar.image, vpc_endpoints, egress_ports):
                yield ("sidecars", name, "image"), finding if isinstance(finding, str) else finding[1]


TASK_CONTAINER_RULES.reuse(
    Check(IMAGE_UNREACHABLE.rule, _sidecar_image_unreachable, ("sidecars", "vpc_endpoints", "egress_ports"))
)


def _dependency(name: str, other: str) -> Path:
    """Return the path of a dependency."""
    return ("depends_on", other) if name == APPLICATION else ("sidecars", name, "depends_on", other)
