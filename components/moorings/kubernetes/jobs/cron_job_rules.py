"""Rules of CronJobs: overlapping and skipped runs, and deadlines."""

from moorings.kubernetes.jobs.cron_job_args import ConcurrencyPolicy, KubernetesCronJobArgs
from moorings.kubernetes.jobs.job_rules import BASE_RULES
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

CRON_JOB_RULES = RuleSet(KubernetesCronJobArgs, BASE_RULES)

CHECK_SECONDS = 10
"""Interval at which the CronJob controller checks the schedule."""

MAX_ACTIVE_PODS = 100
"""Maximum number of pods of one CronJob that run at the same time if every run hangs."""

_CRON_JOB = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"


@CRON_JOB_RULES.rule(
    "k8s-cron-job-overlap",
    Severity.ERROR,
    source=f"{_CRON_JOB}#concurrency-policy",
    invalid="concurrency_policy='Allow'",
    valid="concurrency_policy='Allow', may_overlap=True",
)
def _overlap(
    concurrency_policy: ConcurrencyPolicy, may_overlap: bool, period_seconds: int, shutdown_budget: ShutdownBudget
) -> Findings:
    """The concurrency policy allows runs to overlap, but may_overlap is not set."""
    fix = "set Forbid, or may_overlap=True if the runs may overlap"
    if may_overlap or concurrency_policy == "Forbid":
        return
    if concurrency_policy == "Allow":
        yield f"with Allow, a run starts {period_seconds} s after the previous one even if that is still active; {fix}"
    else:
        grace_period = shutdown_budget.termination_grace_period_seconds
        yield f"with Replace, a run starts while the previous one stops, for up to {grace_period} s; {fix}"


@CRON_JOB_RULES.rule(
    "k8s-cron-job-starting-deadline",
    Severity.UNSAFE,
    source=f"{_CRON_JOB}#starting-deadline",
    invalid="starting_deadline_seconds=5",
    valid="starting_deadline_seconds=10",
)
def _starting_deadline(starting_deadline_seconds: int | None) -> Findings:
    """The CronJob controller checks the schedule every 10 seconds. A shorter deadline can pass between two checks."""
    if starting_deadline_seconds is not None and starting_deadline_seconds < CHECK_SECONDS:
        yield (
            f"with {starting_deadline_seconds} s, runs may not start, because the controller checks the schedule every "
            f"{CHECK_SECONDS} s; set at least {CHECK_SECONDS}"
        )


@CRON_JOB_RULES.rule(
    "k8s-cron-job-skipped-runs",
    Severity.WARNING,
    source=f"{_CRON_JOB}#concurrency-policy",
    invalid="schedule='*/5 * * * *', active_deadline_seconds=600",
    valid="schedule='*/5 * * * *', active_deadline_seconds=300",
)
def _skipped_runs(
    active_deadline_seconds: int | None, period_seconds: int, concurrency_policy: ConcurrencyPolicy
) -> Findings:
    """A run that lasts longer than the time between two runs delays or skips the next ones."""
    deadline = active_deadline_seconds
    if deadline is not None and deadline > period_seconds and concurrency_policy == "Forbid":
        yield (
            f"a run may last {deadline} s, but the next one is due after {period_seconds} s and is then late or "
            f"skipped; set at most {period_seconds}, or run less often"
        )


@CRON_JOB_RULES.rule(
    "k8s-cron-job-many-active-runs",
    Severity.UNSAFE,
    source=f"{_CRON_JOB}#concurrency-policy",
    invalid="concurrency_policy='Allow', may_overlap=True, schedule='* * * * *', active_deadline_seconds=86400",
    valid="concurrency_policy='Allow', may_overlap=True, schedule='* * * * *', active_deadline_seconds=300",
)
def _many_active_runs(
    active_deadline_seconds: int | None, period_seconds: int, concurrency_policy: ConcurrencyPolicy, parallelism: int
) -> Findings:
    """Runs that hang accumulate until they exhaust the nodes or the quota of the namespace."""
    if concurrency_policy != "Allow" or active_deadline_seconds is None:
        return
    pods = -(-active_deadline_seconds // period_seconds) * parallelism
    if pods > MAX_ACTIVE_PODS:
        yield (
            f"a run starts every {period_seconds} s, so runs that hang for {active_deadline_seconds} s add up to "
            f"{pods} pods; lower it, or set concurrency_policy to Forbid"
        )
