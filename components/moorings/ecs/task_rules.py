"""Rules of the task: image, user, size, JVM options, command, mounts."""

from collections.abc import Mapping
from typing import Any

from moorings.aws import log_retention
from moorings.aws.iam_policy_rules import find_broad_statements
from moorings.ecs.fargate_sizes import (
    CHECKED,
    GIB,
    MAX_EPHEMERAL_STORAGE_GIB,
    MIN_CPU,
    MIN_MEMORY_MIB,
    PROXY_CPU,
    PROXY_MEMORY_MIB,
    size_problem,
)
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.volumes import overlapping_paths
from moorings.validation.command_words import missing_program, shell_syntax
from moorings.validation.container_images import ecr_repository_arn, latest_tag_problem, registry_problem
from moorings.validation.findings import Path, Severity
from moorings.validation.inputs import is_list
from moorings.validation.jvm_options import heap_near_limit, heap_problems
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

TASK_RULES = RuleSet(FargateSingletonArgs)

_SIZES = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html"
_REGISTER = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html"
_CONTAINER = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"
_STORAGE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html"
_PROXY = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html"
_EXEC = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html"
_IMAGES = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-considerations.html"
_REGISTRIES = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html"
_CACHE = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html"
_JVM = "https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html"
_NAMESPACE = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508"
_SERVICE_CONNECT = f"port=3000, service_connect=ServiceConnect(namespace_arn='{_NAMESPACE}', dns_name='orders')"

_MIB = 1024 * 1024


@TASK_RULES.rule(
    "ecs-image-latest",
    Severity.UNSAFE,
    source=_IMAGES,
    invalid="image='registry.example/orders:latest'",
    valid="image='registry.example/orders:1.4.2'",
)
def _image_latest(image: str) -> Findings:
    """The tag latest is moved to each new image, so that a restart or a rollback may run another version."""
    yield from filter(None, [latest_tag_problem(image)])


@TASK_RULES.rule(
    "ecs-image-registry",
    Severity.UNSAFE,
    source=_REGISTRIES,
    invalid="image='1234.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2'",
    valid="image='123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2'",
)
def _image_registry(image: str) -> Findings:
    """The host resembles that of a private Amazon ECR registry, but has another format, and probably does not exist."""
    yield from filter(None, [registry_problem(image)])


@TASK_RULES.rule(
    "ecs-cache-without-ecr-image",
    Severity.ERROR,
    source=_CACHE,
    invalid="pull_through_cache=True, image='redis:7.4'",
    valid="pull_through_cache=True, image='123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/redis:7.4'",
)
def _cache(image: str, pull_through_cache: bool) -> Findings:
    """An image in a pull through cache has the name of the repository in Amazon ECR."""
    if pull_through_cache and ecr_repository_arn(image, "aws") is None:
        yield (
            f"{image} is not in Amazon ECR, as pull_through_cache requires; use the name in the cache, such as "
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/redis:7"
        )


@TASK_RULES.rule(
    "ecs-root-user",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-20",
    invalid="user='0:0'",
    valid="user='1001:1001'",
)
def _root(user: str) -> Findings:
    """A process that runs as root can change the whole container if an attacker takes it over."""
    if 0 in map(int, user.split(":")):
        yield f"{user} is root; use another user and group, such as 1001:1001"


@TASK_RULES.rule(
    "ecs-size-unit",
    Severity.ERROR,
    source=_REGISTER,
    invalid="cpu=1, memory_mib=2",
    valid="cpu=1024, memory_mib=2048",
)
def _size_unit(cpu: int, memory_mib: int) -> Findings:
    """The units are CPU units, 1024 of which are one vCPU, and MiB, 1024 of which are one GiB."""
    if cpu < MIN_CPU:
        yield "cpu", f"{cpu} is less than the {MIN_CPU} CPU units of the smallest task; multiply vCPUs by 1024"
    if memory_mib < MIN_MEMORY_MIB:
        yield "memory_mib", f"{memory_mib} MiB are too little for any task; multiply GiB by {GIB}"


@TASK_RULES.rule(
    "ecs-unknown-size",
    Severity.UNVERIFIED,
    source=_SIZES,
    invalid="cpu=1024, memory_mib=1792",
    valid="cpu=1024, memory_mib=2048",
    checked=CHECKED,
)
def _size(cpu: int, memory_mib: int) -> Findings:
    """Fargate supports certain combinations of CPU and memory, and rejects others."""
    problem = size_problem(cpu, memory_mib)
    if problem is not None:
        yield problem


@TASK_RULES.rule(
    "ecs-no-memory-left",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html",
    invalid="memory_mib=2048, tmpfs_mounts={'/tmp': 2048}",
    valid="memory_mib=2048, tmpfs_mounts={'/tmp': 512}",
)
def _memory_left(
    memory_mib: int,
    tmpfs_mounts: dict[str, int],
    log_buffer_mib: int,
    sidecar_memory_mib: int,
    given_arguments: frozenset[str],
) -> Findings:
    """The task is killed when its containers, in-memory files, log buffers and proxy exceed its memory."""
    used = {
        "tmpfs_mounts": sum(tmpfs_mounts.values()),
        "the sidecars": sidecar_memory_mib,
        "the log buffer": log_buffer_mib,
        "the Service Connect proxy": PROXY_MEMORY_MIB if "service_connect" in given_arguments else 0,
    }
    if MIN_MEMORY_MIB <= memory_mib <= sum(used.values()):
        uses = " and ".join(f"{name} may use {size} MiB" for name, size in used.items() if size)
        yield f"{memory_mib} leaves nothing for the application, because {uses}; raise it, or lower the others"


@TASK_RULES.rule(
    "ecs-no-cpu-left",
    Severity.UNSAFE,
    source=_PROXY,
    invalid=f"cpu=256, memory_mib=1024, {_SERVICE_CONNECT}",
    valid=f"cpu=512, memory_mib=1024, {_SERVICE_CONNECT}",
)
def _cpu_left(cpu: int, given_arguments: frozenset[str]) -> Findings:
    """AWS recommends 256 CPU units for the Service Connect proxy, in addition to those of the application."""
    if "service_connect" in given_arguments and cpu <= PROXY_CPU:
        yield f"{cpu} leaves nothing for the application, because the Service Connect proxy needs {PROXY_CPU}; raise it"


@TASK_RULES.rule(
    "ecs-jvm-heap",
    Severity.UNSAFE,
    source=_JVM,
    invalid="environment={'JAVA_TOOL_OPTIONS': '-Xmx4g'}, memory_mib=2048",
    valid="environment={'JAVA_TOOL_OPTIONS': '-Xmx1400m'}, memory_mib=2048",
    each="jvm_options",
)
def _jvm_heap(path: Path, options: Any, memory_mib: int) -> Findings:
    """The container is killed when the JVM needs more memory than the task has."""
    for problem in heap_problems(_text(options), memory_mib * _MIB, f"{memory_mib} MiB"):
        yield path, problem


@TASK_RULES.rule(
    "ecs-jvm-heap-near-limit",
    Severity.WARNING,
    source=_JVM,
    invalid="environment={'JAVA_TOOL_OPTIONS': '-XX:MaxRAMPercentage=95'}",
    valid="environment={'JAVA_TOOL_OPTIONS': '-XX:MaxRAMPercentage=70'}",
    each="jvm_options",
)
def _jvm_heap_near_limit(path: Path, options: Any, memory_mib: int) -> Findings:
    """Threads, metaspace, code cache and buffers of a JVM need memory in addition to the heap."""
    heap = heap_near_limit(_text(options), memory_mib * _MIB)
    if heap is not None:
        yield (
            path,
            (
                f"{heap.option} leaves {memory_mib - int(heap.size / _MIB)} of {memory_mib} MiB for everything but "
                "the heap; lower the heap to about 70 % of the memory, or raise memory_mib"
            ),
        )


def _text(options: Any) -> str:
    return " ".join(options) if is_list(options) else str(options)


@TASK_RULES.rule(
    "ecs-unknown-ephemeral-storage",
    Severity.UNVERIFIED,
    source=_STORAGE,
    invalid="ephemeral_storage_gib=201",
    valid="ephemeral_storage_gib=200",
    checked=CHECKED,
)
def _ephemeral_storage(ephemeral_storage_gib: int | None) -> Findings:
    """Fargate rejects tasks with more ephemeral storage than it supports."""
    if ephemeral_storage_gib is not None and ephemeral_storage_gib > MAX_EPHEMERAL_STORAGE_GIB:
        yield (
            f"Fargate supports up to {MAX_EPHEMERAL_STORAGE_GIB} GiB, got {ephemeral_storage_gib}; use efs_mounts "
            "for more"
        )


@TASK_RULES.rule(
    "ecs-empty-command",
    Severity.ERROR,
    source=_CONTAINER,
    invalid="entry_point=['']",
    valid="entry_point=['/bin/orders']",
    each="commands",
)
def _empty_command(argument: str, words: list[str]) -> Findings:
    """ECS ignores an empty list, and a container without a program does not start."""
    if missing_program(words):
        yield (argument,), "contains no program; add one, or remove the argument to use that of the image"


@TASK_RULES.rule(
    "ecs-command-shell-syntax",
    Severity.UNSAFE,
    source=_CONTAINER,
    invalid="command=['/bin/migrate', '&&', '/bin/orders']",
    valid="command=['sh', '-c', '/bin/migrate && exec /bin/orders']",
    each="commands",
)
def _command_shell_syntax(argument: str, words: list[str], given_arguments: frozenset[str]) -> Findings:
    """ECS starts the program without a shell, which would interpret operators and split command lines."""
    arguments_only = argument == "command" and "entry_point" in given_arguments
    syntax = shell_syntax(["", *words] if arguments_only else words)
    if syntax is not None:
        yield (argument,), f"{syntax} requires a shell; use ['sh', '-c', 'command line'], or separate the words"


@TASK_RULES.rule(
    "ecs-execute-command-read-only",
    Severity.UNSAFE,
    source=_EXEC,
    invalid="enable_execute_command=True",
    valid="enable_execute_command=True, read_only_root_filesystem=False",
)
def _execute_command(enable_execute_command: bool, read_only_root_filesystem: bool) -> Findings:
    """The agent of ECS Exec writes to the root file system, and sessions fail if it is read-only."""
    if enable_execute_command and read_only_root_filesystem:
        yield "ECS Exec writes to the root file system; set read_only_root_filesystem=False, or turn ECS Exec off"


@TASK_RULES.rule(
    "ecs-duplicate-mount",
    Severity.ERROR,
    source=_CONTAINER,
    invalid="tmpfs_mounts={'/data': 64}, ephemeral_volume_paths=['/data']",
    valid="tmpfs_mounts={'/tmp': 64}, ephemeral_volume_paths=['/data']",
)
def _duplicate_mount(mounts: list[tuple[str, str]]) -> Findings:
    """Only one file system can be mounted at a path."""
    first: dict[str, str] = {}
    for argument, path in mounts:
        if path in first:
            yield (argument,), f"{first[path]} also mounts {path}; remove one of them"
        first.setdefault(path, argument)


@TASK_RULES.rule(
    "ecs-nested-mounts",
    Severity.UNSAFE,
    source=_CONTAINER,
    invalid="tmpfs_mounts={'/tmp': 64}, ephemeral_volume_paths=['/tmp/cache']",
    valid="tmpfs_mounts={'/tmp': 64}, ephemeral_volume_paths=['/var/cache']",
)
def _nested_mounts(mounts: list[tuple[str, str]]) -> Findings:
    """The order of the mounts is not defined, and the outer one may hide the inner one."""
    arguments: Mapping[str, str] = {path: argument for argument, path in mounts}
    overlap = overlapping_paths(list(arguments))
    if overlap is not None:
        outer, inner = overlap
        yield (arguments[inner],), f"{inner} is within the mount {outer}; use separate paths"


@TASK_RULES.rule(
    "ecs-broad-task-policy",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    invalid="""task_policy='{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'""",
    valid="""task_policy='{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a/*"}]}'""",
)
def _broad_task_policy(task_policy: str | None) -> Findings:
    """An attacker who controls the application has all permissions of its role."""
    for path, problem in find_broad_statements(task_policy) if task_policy is not None else ():
        yield ("task_policy", *path), problem


@TASK_RULES.rule(
    "ecs-log-retention",
    Severity.UNVERIFIED,
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    checked=log_retention.CHECKED,
    invalid="log_retention_days=366",
    valid="log_retention_days=365",
)
def _log_retention(log_retention_days: int) -> Findings:
    """CloudWatch Logs supports only certain retention periods, and rejects others when the log group is created."""
    yield from log_retention.find_unknown_period(log_retention_days)


CONTAINER_CHECKS = (
    _image_latest,
    _image_registry,
    _cache,
    _root,
    _empty_command,
    _command_shell_syntax,
    _duplicate_mount,
    _nested_mounts,
)
"""Rules that apply to each container of a task."""
