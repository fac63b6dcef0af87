"""Specs of Jobs and CronJobs.

Sources: https://kubernetes.io/docs/concepts/workloads/controllers/job/ and
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
"""

from collections.abc import Mapping
from typing import Any

from moorings.kubernetes.jobs.cron_job_args import KubernetesCronJobArgs
from moorings.kubernetes.jobs.job_args import JobBaseArgs, JobRetries


def job_spec(name: str, args: JobBaseArgs, template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec of a Job.

    Args:
        name: name of the main container.
        args: arguments of the Job.
        template: template of its pods.

    """
    retries = args.retries
    fields: dict[str, Any] = {
        "parallelism": args.parallelism,
        "completions": args.effective_completions,
        "completionMode": args.completion_mode,
        "backoffLimit": retries.limit if retries.limit_per_index is None else None,
        "backoffLimitPerIndex": retries.limit_per_index,
        "maxFailedIndexes": retries.max_failed_indexes,
        "activeDeadlineSeconds": args.effective_active_deadline_seconds,
        "ttlSecondsAfterFinished": args.ttl_seconds_after_finished,
        # Otherwise a pod could start while the one that it replaces is still stopping.
        "podReplacementPolicy": "Failed",
        "podFailurePolicy": _pod_failure_policy(name, retries),
        "suspend": args.suspend or None,
        "template": template,
    }
    return {field: value for field, value in fields.items() if value is not None}


def _pod_failure_policy(name: str, retries: JobRetries) -> dict[str, Any] | None:
    """Return the policy, by which a drained node or an eviction is no failure. Restarted containers have none."""
    if retries.restart_policy != "Never":
        return None
    rules: list[dict[str, Any]] = [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    ]
    if retries.fatal_exit_codes:
        codes = {"containerName": name, "operator": "In", "values": sorted(set(retries.fatal_exit_codes))}
        rules.append({"action": "FailJob", "onExitCodes": codes})
    return {"rules": rules}


def cron_job_spec(
    name: str, args: KubernetesCronJobArgs, labels: Mapping[str, str], template: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the spec of a CronJob.

    Args:
        name: name of the main container.
        args: arguments of the CronJob.
        labels: labels of its Jobs.
        template: template of their pods.

    """
    # Suspending the CronJob does not suspend its Jobs.
    job = {key: value for key, value in job_spec(name, args, template).items() if key != "suspend"}
    return {
        "schedule": args.schedule,
        "timeZone": args.time_zone,
        "concurrencyPolicy": args.concurrency_policy,
        "startingDeadlineSeconds": args.effective_starting_deadline_seconds,
        "successfulJobsHistoryLimit": args.successful_jobs_history_limit,
        "failedJobsHistoryLimit": args.failed_jobs_history_limit,
        "suspend": args.suspend,
        "jobTemplate": {"metadata": {"labels": labels}, "spec": job},
    }
