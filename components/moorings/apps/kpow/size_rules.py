"""Rules of kPow's size: CPU, memory and JVM heap."""

from moorings.apps.kpow.clusters import KpowCluster
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.sizing import (
    MAX_CLUSTERS,
    MIB,
    NON_HEAP_MIB,
    SIZES_CHECKED,
    cpu_and_memory,
    heap_mib,
    min_memory_mib,
    recommended_size,
)
from moorings.validation.findings import Severity
from moorings.validation.jvm_options import heap_problems
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SIZE_RULES = RuleSet(KpowSettings)

_HELM = "https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml"
_CLUSTER = "KpowCluster(kafka=KafkaConnection(listener='iam', bootstrap_servers='b-1:9098', cluster_arn=CLUSTER_ARN))"


@SIZE_RULES.rule(
    "kpow-size-not-set",
    Severity.UNVERIFIED,
    source=_HELM,
    invalid=f"additional_clusters={{f'cluster-{{number}}': {_CLUSTER} for number in range(12)}}",
    valid=f"additional_clusters={{f'cluster-{{number}}': {_CLUSTER} for number in range(11)}}",
    checked=SIZES_CHECKED,
)
def _size_not_set(size: dict[str, int | None], additional_clusters: dict[str, KpowCluster]) -> Findings:
    """The vendor recommends no size for this number of clusters."""
    clusters = 1 + len(additional_clusters)
    if clusters > MAX_CLUSTERS:
        for argument, value in size.items():
            if value is None:
                default = getattr(recommended_size(clusters), argument)
                yield (
                    argument,
                    f"the default {default} is the size for {MAX_CLUSTERS} clusters, got {clusters} clusters; set it",
                )


@SIZE_RULES.rule(
    "kpow-small-size",
    Severity.WARNING,
    source="https://docs.kpow.io/installation/system-requirements",
    invalid="cpu=512, memory_mib=2048",
    valid="cpu=1024, memory_mib=2048",
)
def _small_size(size: dict[str, int | None], additional_clusters: dict[str, KpowCluster]) -> Findings:
    """The vendor recommends more CPU or memory for this number of clusters."""
    clusters = 1 + len(additional_clusters)
    for argument, value in size.items():
        recommended = getattr(recommended_size(clusters), argument)
        if value is not None and value < recommended:
            count = f"{clusters} clusters" if clusters > 1 else "one cluster"
            yield (
                argument,
                f"{value} is less than the {recommended} that the vendor recommends for {count}; increase it",
            )


@SIZE_RULES.rule(
    "kpow-memory",
    Severity.UNSAFE,
    source="https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html",
    invalid="java_options=['-Xmx1800m']",
    valid="java_options=['-Xmx1400m']",
)
def _memory(
    size: dict[str, int | None],
    additional_clusters: dict[str, KpowCluster],
    other_memory_mib: int,
    java_options: list[str],
    variable_names: list[str],
) -> Findings:
    """The container is killed once the JVM and its other uses of memory need more than the limit."""
    if "JVM_OPTS" in variable_names:  # replaces the options of the image
        return
    _, memory_mib = cpu_and_memory(1 + len(additional_clusters), size["cpu"], size["memory_mib"])
    problems = list(heap_problems(" ".join(java_options), memory_mib * MIB, f"{memory_mib} MiB"))
    for problem in problems:
        yield "java_options", problem
    heap = heap_mib(memory_mib, java_options)
    if not problems and heap + other_memory_mib + NON_HEAP_MIB > memory_mib:
        files = f", and {other_memory_mib} MiB for in-memory files and log buffers" if other_memory_mib else ""
        yield (
            "memory_mib",
            (
                f"{memory_mib} does not fit the heap of {heap} MiB, at least {NON_HEAP_MIB} MiB outside of it{files}; "
                f"set it to {min_memory_mib(other_memory_mib, java_options)} or more"
            ),
        )
