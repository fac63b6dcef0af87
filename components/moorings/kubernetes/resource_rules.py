"""Rules of a container's resources: CPU, memory, local disk and the heap of a JVM."""

from collections.abc import Iterator

from moorings.kubernetes.container import JVM_HEAP_PERCENT, JVM_OPTIONS_VARIABLE, PodContainer
from moorings.kubernetes.quantities import parse_quantity
from moorings.validation.findings import Path, Severity
from moorings.validation.jvm_options import heap_near_limit, heap_problems
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RESOURCE_RULES = RuleSet(PodContainer)

MAX_USUAL_CORES = 100
"""A quantity of this many cores or more usually lacks the unit ``m``."""

MIN_BYTES = 2**20
"""A smaller quantity usually lacks its unit. No container starts with less memory."""

MAX_USUAL_BYTES = 2**45
"""Memory of the largest Amazon EC2 instances, 32 TiB.

Source: https://aws.amazon.com/ec2/instance-types/high-memory/
"""

_RESOURCES = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"
_VOLUMES = "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir"
_JAVA = "https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html"


@RESOURCE_RULES.rule(
    "k8s-cpu-unit",
    Severity.UNSAFE,
    source=f"{_RESOURCES}#meaning-of-cpu",
    invalid="cpu_request='500'",
    valid="cpu_request='500m'",
)
def _cpu_unit(cpu_request: str, cpu_limit: str | None) -> Findings:
    """A CPU quantity without a unit is a number of cores. Few nodes have so many, so pods stay pending."""
    for argument, quantity in (("cpu_request", cpu_request), ("cpu_limit", cpu_limit)):
        if quantity is not None and parse_quantity(quantity) >= MAX_USUAL_CORES:
            cores = int(parse_quantity(quantity))
            yield argument, f"{cores} cores are more than most nodes have; did you mean {cores}m?"


@RESOURCE_RULES.rule(
    "k8s-memory-unit",
    Severity.UNSAFE,
    source=f"{_RESOURCES}#meaning-of-memory",
    invalid="memory_request='512'",
    valid="memory_request='512Mi'",
)
def _memory_unit(memory_request: str, memory_limit: str | None) -> Findings:
    """A memory quantity without a unit is a number of bytes, too few for any container to start."""
    for argument, quantity in (("memory_request", memory_request), ("memory_limit", memory_limit)):
        if quantity is not None:
            yield from _unit_findings((argument,), quantity)


@RESOURCE_RULES.rule(
    "k8s-storage-unit",
    Severity.UNSAFE,
    source=f"{_RESOURCES}#setting-requests-and-limits-for-local-ephemeral-storage",
    invalid="empty_dirs={'/tmp': '256'}",
    valid="empty_dirs={'/tmp': '256Mi'}",
)
def _storage_unit(
    ephemeral_storage_request: str,
    ephemeral_storage_limit: str,
    empty_dirs: dict[str, str],
    memory_empty_dirs: dict[str, str],
) -> Findings:
    """A storage quantity without a unit is a number of bytes. The pod is evicted when it writes more."""
    yield from _unit_findings(("ephemeral_storage_request",), ephemeral_storage_request)
    yield from _unit_findings(("ephemeral_storage_limit",), ephemeral_storage_limit)
    for argument, directories in (("empty_dirs", empty_dirs), ("memory_empty_dirs", memory_empty_dirs)):
        for path, size in directories.items():
            yield from _unit_findings((argument, path), size)


def _unit_findings(path: Path, quantity: str) -> Iterator[tuple[Path, str]]:
    """Yield the problem of an implausible number of bytes."""
    size = parse_quantity(quantity)
    if size < MIN_BYTES:
        fix = f"did you mean {quantity}Mi?" if quantity.isdecimal() else "use a unit such as Mi"
        yield path, f"{int(size)} bytes is too small; {fix}"
    elif size > MAX_USUAL_BYTES:
        yield path, f"{quantity} is more than any node has; use a unit such as Mi or Gi"


@RESOURCE_RULES.rule(
    "k8s-limit-below-request",
    Severity.ERROR,
    source=_RESOURCES,
    invalid="cpu_request='250m', cpu_limit='100m'",
    valid="cpu_request='250m', cpu_limit='250m'",
)
def _limit_below_request(  # noqa: PLR0917 - arguments
    cpu_limit: str | None,
    cpu_request: str,
    memory_limit: str | None,
    memory_request: str,
    ephemeral_storage_limit: str,
    ephemeral_storage_request: str,
) -> Findings:
    """The API server rejects a limit below the request."""
    for resource, request, limit in (
        ("cpu", cpu_request, cpu_limit),
        ("memory", memory_request, memory_limit),
        ("ephemeral_storage", ephemeral_storage_request, ephemeral_storage_limit),
    ):
        if limit is not None and parse_quantity(limit) < parse_quantity(request):
            yield f"{resource}_limit", f"must be at least {resource}_request {request}, got {limit}; raise it"


@RESOURCE_RULES.rule(
    "k8s-empty-dir-size",
    Severity.UNSAFE,
    source=_VOLUMES,
    invalid="memory_request='512Mi', memory_empty_dirs={'/cache': '512Mi'}",
    valid="memory_request='512Mi', memory_empty_dirs={'/cache': '256Mi'}",
)
def _empty_dir_size(
    empty_dirs: dict[str, str],
    memory_empty_dirs: dict[str, str],
    ephemeral_storage_limit: str,
    memory_bytes: int,
    sets_heap_size: bool,
) -> Findings:
    """A container that fills the directory exceeds its limit, and is killed or evicted."""
    total = sum(map(parse_quantity, memory_empty_dirs.values()))
    sizes = " and ".join(memory_empty_dirs.values())
    if total >= memory_bytes:
        yield "memory_empty_dirs", f"must be smaller than the memory limit, got {sizes}; raise memory_limit"
    elif sets_heap_size and total > memory_bytes * (100 - JVM_HEAP_PERCENT) / 100:
        yield (
            "memory_empty_dirs",
            (
                f"{sizes} and a heap of {JVM_HEAP_PERCENT}% of the memory limit exceed the limit; raise memory_limit, "
                f"lower the sizes, or set the heap size in {JVM_OPTIONS_VARIABLE}"
            ),
        )
    if sum(map(parse_quantity, empty_dirs.values())) > parse_quantity(ephemeral_storage_limit):
        yield (
            f"must be at most ephemeral_storage_limit {ephemeral_storage_limit} in total, got "
            f"{' and '.join(empty_dirs.values())}; raise ephemeral_storage_limit"
        )


@RESOURCE_RULES.rule(
    "k8s-no-writable-directory",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    invalid="runtime='jvm', empty_dirs={}",
    valid="runtime='jvm', empty_dirs={'/tmp': '64Mi'}",
)
def _no_writable_directory(
    empty_dirs: dict[str, str],
    memory_empty_dirs: dict[str, str],
    read_only_root_filesystem: bool,
    runtime: str,
) -> Findings:
    """The JVM and Ruby write temporary files, which fails if the whole file system is read-only."""
    if runtime != "other" and not (empty_dirs or memory_empty_dirs) and read_only_root_filesystem:
        yield f"the runtime {runtime} writes temporary files, and no directory is writable; add /tmp"


@RESOURCE_RULES.rule(
    "k8s-jvm-heap",
    Severity.UNSAFE,
    source=_JAVA,
    invalid="memory_request='1Gi', environment={'JAVA_TOOL_OPTIONS': '-Xmx2g'}",
    valid="memory_request='1Gi', environment={'JAVA_TOOL_OPTIONS': '-Xmx700m'}",
    each="jvm_options",
)
def _jvm_heap(path: Path, options: str, memory_bytes: int, memory: str) -> Findings:
    """The JVM does not start with this heap, or is killed when the heap grows to its maximum."""
    for problem in heap_problems(options, memory_bytes, memory):
        yield path, problem


@RESOURCE_RULES.rule(
    "k8s-jvm-heap-headroom",
    Severity.WARNING,
    source=_JAVA,
    invalid="memory_request='1Gi', environment={'JAVA_TOOL_OPTIONS': '-XX:MaxRAMPercentage=95'}",
    valid="memory_request='1Gi', environment={'JAVA_TOOL_OPTIONS': '-XX:MaxRAMPercentage=75'}",
    each="jvm_options",
)
def _jvm_heap_headroom(path: Path, options: str, memory_bytes: int, memory: str) -> Findings:
    """Threads, metaspace, code cache and buffers need memory in addition to the heap."""
    heap = heap_near_limit(options, memory_bytes)
    if heap is not None:
        percent = round(heap.size / memory_bytes * 100)
        yield path, f"{heap.option} is {percent}% of the memory limit {memory}; use about 70%"
