"""Rules that Jobs and CronJobs share: names, overlapping pods, retries, deadlines and volumes."""

from collections.abc import Mapping

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.effect_rules import pod_arguments_without_effect
from moorings.kubernetes.jobs.job_args import JobBaseArgs, JobRetries, KubernetesJobArgs
from moorings.kubernetes.kafka_rules import POD_KAFKA_RULES
from moorings.kubernetes.name_rules import NAME_RULES
from moorings.kubernetes.names import AUTONAME_LENGTH, MAX_LABEL_LENGTH, check_service_name
from moorings.kubernetes.network_rules import POD_NETWORK_RULES
from moorings.kubernetes.pod_rules import POD_RULES
from moorings.kubernetes.shutdown import Shutdown, ShutdownBudget
from moorings.kubernetes.shutdown_rules import short_grace_period
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.findings import Path, Severity
from moorings.validation.resource_changes import UNKNOWN, Properties
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

_RETRY_RULES = RuleSet(JobRetries)
BASE_RULES = RuleSet(JobBaseArgs, POD_RULES, NAME_RULES, POD_NETWORK_RULES, POD_KAFKA_RULES, _RETRY_RULES)
JOB_RULES = RuleSet(KubernetesJobArgs, BASE_RULES)

MAX_NAME_LENGTHS: Mapping[str, tuple[int, str]] = {
    "CronJob": (52, "Kubernetes appends the time of the run to the names of its Jobs"),
    "Job": (MAX_LABEL_LENGTH, "it is a label value of the pods"),
}
"""Maximum length of the name of each kind, and the reason for it."""

_JOB = "https://kubernetes.io/docs/concepts/workloads/controllers/job/"
_CRON_JOB = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"


@BASE_RULES.explicit(
    "k8s-job-name",
    Severity.ERROR,
    source=_CRON_JOB,
    invalid="name='o' * 51",
    valid="name='o' * 50",
)
def job_name(kind: str, name: str, object_name: str | None) -> Findings:
    """The name of a Job is a label value of its pods, and Kubernetes appends eleven characters to that of a CronJob."""
    try:
        check_service_name(name)
    except Violation as violation:
        yield "name", violation.message
        return
    max_length, reason = MAX_NAME_LENGTHS[kind]
    if object_name is not None:
        if len(object_name) > max_length:
            problem = f"must be at most {max_length} characters, because {reason}, got {len(object_name)}"
            yield "object_name", f"{problem}; shorten it"
        return
    max_length -= AUTONAME_LENGTH + len(f"-{kind}")
    if len(name) > max_length:
        problem = f"must be at most {max_length} characters, because {reason} and Pulumi appends a suffix"
        yield "name", f"{problem}, got {len(name)}; shorten it, or set object_name"


@BASE_RULES.rule(
    "k8s-job-parallelism",
    Severity.ERROR,
    source=f"{_JOB}#parallel-jobs",
    invalid="parallelism=4",
    valid="parallelism=4, may_overlap=True",
)
def _parallelism(parallelism: int, may_overlap: bool) -> Findings:
    """Several pods of a run would run at the same time, although ``may_overlap`` is not set."""
    if parallelism > 1 and not may_overlap:
        yield f"{parallelism} pods of a run would run at the same time; set 1, or may_overlap=True to allow this"


@BASE_RULES.explicit(
    "k8s-transformed-overlap",
    Severity.UNSAFE,
    source=f"{_CRON_JOB}#concurrency-policy",
    invalid="transforms=[override('job', {'spec': {'parallelism': 2}})]",
    valid="transforms=[override('job', {'spec': {'backoffLimit': 2}})]",
)
def transformed_overlap(final: Properties, role: str, job: Path) -> Findings:
    """The transforms would allow pods to run at the same time, although ``may_overlap`` is not set."""
    fix = "remove it, or set may_overlap=True"
    if role == "cronjob" and final.at("spec", "concurrencyPolicy") not in {"Forbid", UNKNOWN}:
        yield ("transforms", role, "spec", "concurrencyPolicy"), f"must be Forbid, so that runs do not overlap; {fix}"
    path = tuple(map(str, job))
    if (final.number(*path, "parallelism") or 0) > 1:
        yield ("transforms", role, *path, "parallelism"), f"must be 1, so that pods do not run at the same time; {fix}"
    if final.at(*path, "podReplacementPolicy") not in {"Failed", UNKNOWN}:
        problem = "must be Failed, so that a pod does not start while the one that it replaces is stopping"
        yield ("transforms", role, *path, "podReplacementPolicy"), f"{problem}; {fix}"


@BASE_RULES.rule(
    "k8s-job-completions",
    Severity.ERROR,
    source=f"{_JOB}#completion-mode",
    invalid="completion_mode='Indexed', completions=None, parallelism=2, may_overlap=True",
    valid="completion_mode='Indexed', completions=8, parallelism=2, may_overlap=True",
)
def _completions(
    completion_mode: str, effective_completions: int | None, retries: JobRetries, parallelism: int
) -> Findings:
    """The API server rejects an ``Indexed`` Job without completions, and limits per index in other Jobs."""
    indexed = completion_mode == "Indexed"
    if indexed and effective_completions is None:
        yield (
            "completions",
            f"required for an Indexed Job with parallelism {parallelism}; set the number of indexes",
        )
    limits = {"limit_per_index": retries.limit_per_index, "max_failed_indexes": retries.max_failed_indexes}
    for argument, limit in limits.items():
        if limit is not None and not indexed:
            yield ("retries", argument), "requires completion_mode Indexed; set it, or remove the limit"
    failed = retries.max_failed_indexes
    if failed is not None and effective_completions is not None and failed > effective_completions:
        problem = f"must be at most completions ({effective_completions}), got {failed}"
        yield ("retries", "max_failed_indexes"), f"{problem}; lower it"


@_RETRY_RULES.rule(
    "k8s-job-retries",
    Severity.ERROR,
    source=f"{_JOB}#pod-failure-policy",
    invalid="fatal_exit_codes=[78], restart_policy='OnFailure'",
    valid="fatal_exit_codes=[78]",
)
def _retries(declared: frozenset[str], restart_policy: str) -> Findings:
    """The API server rejects the combination of arguments, or one of them would have no effect."""
    if restart_policy != "Never":
        for argument in ("fatal_exit_codes", "limit_per_index"):
            if argument in declared:
                yield argument, f"requires restart_policy Never, got {restart_policy}; remove one of them"
    if "max_failed_indexes" in declared and "limit_per_index" not in declared:
        yield "max_failed_indexes", "requires limit_per_index; set it, or remove max_failed_indexes"
    if {"limit", "limit_per_index"} <= declared:
        yield "limit", "has no effect with limit_per_index; remove one of them"


@BASE_RULES.rule(
    "k8s-job-argument-without-effect",
    Severity.ERROR,
    source=_JOB,
    invalid="network_policy=False, egress_to=[]",
    valid="egress_to=[]",
)
def _argument_without_effect(
    declared: frozenset[str],
    containers: dict[Path, PodContainer],
    network_policy: bool,
    has_service_account: bool,
    shutdown: Shutdown,
) -> Findings:
    """The argument would be ignored because of another argument, or because no Service selects the pods."""
    yield from pod_arguments_without_effect(
        declared, containers, network_policy=network_policy, has_service_account=has_service_account
    )
    for argument in ("pre_stop_seconds", "deregistration_delay_seconds"):
        if getattr(shutdown, argument) is not None:
            yield ("shutdown", argument), "has no effect, because no Service selects the pods; remove it"
    if shutdown.load_balancer not in {None, "none"}:
        problem = f"{shutdown.load_balancer} has no effect, because no Service selects the pods"
        yield ("shutdown", "load_balancer"), f"{problem}; remove it"
    for path, container in containers.items():
        if path == ("container",) and container.probes.readiness is not None:
            yield (*path, "probes", "readiness"), "has no effect, because no Service selects the pods; remove it"


@BASE_RULES.rule(
    "k8s-job-grace-period",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    invalid="shutdown=Shutdown(drain_seconds=30, termination_grace_period_seconds=30)",
    valid="shutdown=Shutdown(drain_seconds=30, termination_grace_period_seconds=45)",
)
def _grace_period(shutdown: Shutdown, shutdown_budget: ShutdownBudget) -> Findings:
    """The kubelet kills the containers of a stopping pod before they have completed their shutdown."""
    yield from short_grace_period(shutdown, shutdown_budget)


@BASE_RULES.rule(
    "k8s-job-volume",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
    invalid="parallelism=2, may_overlap=True, volumes={'data': PodVolume(mount_path='/data', claim_name='data')}",
    valid="parallelism=2, may_overlap=True, "
    "volumes={'data': PodVolume(mount_path='/data', claim_name='data', access_mode='ReadWriteMany')}",
)
def _volume(volumes: dict[str, PodVolume], may_overlap: bool) -> Findings:
    """Only one node can mount the volume at a time, so pods on other nodes do not start."""
    for name, volume in volumes.items():
        if may_overlap and volume.single_writer:
            problem = f"pods on different nodes cannot share a volume with access mode {volume.access_mode}"
            yield ("volumes", name), f"{problem}; remove may_overlap, or set another access_mode"


@JOB_RULES.rule(
    "k8s-job-ttl",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/",
    invalid="ttl_seconds_after_finished=600",
    valid="ttl_seconds_after_finished=None",
)
def _ttl(ttl_seconds_after_finished: int | None) -> Findings:
    """Kubernetes deletes the finished Job, and after a refresh, Pulumi creates it again, so that it runs again."""
    if ttl_seconds_after_finished is not None:
        yield (
            "Kubernetes deletes the finished Job, and the update after the next refresh creates and runs it again; "
            "remove it, because Pulumi deletes the Job with the stack"
        )
