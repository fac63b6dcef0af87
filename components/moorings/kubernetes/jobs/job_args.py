"""Arguments of Jobs, and those that they share with CronJobs."""

from typing import Annotated, Literal

from pydantic import Field

from moorings.kubernetes.names import ServiceName
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.quantities import Number, PositiveNumber
from moorings.kubernetes.shutdown import Shutdown, ShutdownBudget, shutdown_budget
from moorings.validation.args import Args, ComponentArgs
from moorings.validation.changes import Change

DEFAULT_DEADLINE_SECONDS = 3600
"""Seconds after which a run fails by default."""

ExitCode = Annotated[int, Field(ge=1, le=255)]


class JobRetries(Args):
    """What happens when a pod of a Job fails.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
    """

    limit: Number = 3
    """Number of retries before the Job fails, after 10, 20, 40 seconds and so on, up to ten minutes. Defaults to 3."""

    limit_per_index: Number | None = None
    """Number of retries of each index of an ``Indexed`` Job, instead of ``limit``. Defaults to no such limit."""

    max_failed_indexes: Number | None = None
    """Number of failed indexes after which an ``Indexed`` Job with ``limit_per_index`` fails. Defaults to no limit."""

    fatal_exit_codes: Annotated[list[ExitCode], Field(max_length=255)] = []
    """Exit codes of the main container after which the Job fails without further retries (``[78]``), because a retry
    would fail as well. Requires ``restart_policy`` ``Never``. Defaults to none.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
    """

    restart_policy: Literal["Never", "OnFailure"] = "Never"
    """``Never`` starts a new pod for each retry and retains the failed pods with their logs; evicted pods are not
    counted as failures. ``OnFailure`` restarts the container in the same pod. Defaults to ``Never``."""

    @property
    def declared(self) -> frozenset[str]:
        """Names of the arguments that are set."""
        return frozenset(name for name in self.model_fields_set if getattr(self, name) not in (None, []))


class JobBaseArgs(PodArgs):
    """Arguments that Jobs and CronJobs share."""

    may_overlap: bool = False
    """Whether several pods of the component may run at the same time. Defaults to False: ``parallelism`` is 1, a
    CronJob skips a run while the previous one is active, and a changed Job is deleted before the new one starts.
    Anything that would let two pods run at the same time is then rejected (`k8s-cron-job-overlap`,
    `k8s-job-parallelism`)."""

    parallelism: PositiveNumber = 1
    """Number of pods of a run that run at the same time. Defaults to 1.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#parallel-jobs
    """

    completions: PositiveNumber | None = None
    """Number of pods of a run that must succeed. Defaults to 1 with a ``parallelism`` of 1. Otherwise, the pods
    coordinate through a queue, and the run is complete once one of them has succeeded and all have ended."""

    completion_mode: Literal["NonIndexed", "Indexed"] = "NonIndexed"
    """``Indexed`` gives each of the ``completions`` an index, in the variable ``JOB_COMPLETION_INDEX``. Defaults to
    ``NonIndexed``."""

    retries: JobRetries = JobRetries()
    """Retries of failed pods. Defaults to three, each in a new pod."""

    active_deadline_seconds: PositiveNumber | None = None
    """Seconds after which a run is stopped and has failed, so that a run that hangs does not block later ones. Defaults
    to 3600, and for a CronJob to the time between two runs if that is shorter.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
    """

    ttl_seconds_after_finished: Number | None = None
    """Seconds after which Kubernetes deletes a finished Job and its pods. Defaults to never; a CronJob deletes the
    Jobs that exceed its history limits.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
    """

    suspend: bool = False
    """Start no pods. A suspended Job that is already running is stopped; a CronJob completes its active runs. Defaults
    to False."""

    shutdown: Shutdown = Shutdown()
    """Graceful shutdown of a pod that is stopped before it has finished: at the deadline, by a node drain, or by the
    deletion of the Job. Defaults to 30 seconds after SIGTERM."""

    @property
    def shutdown_budget(self) -> ShutdownBudget:
        """Durations of the graceful shutdown."""
        return shutdown_budget(self.shutdown, "none")

    @property
    def effective_active_deadline_seconds(self) -> int:
        """Seconds after which a run is stopped."""
        return self.active_deadline_seconds or DEFAULT_DEADLINE_SECONDS

    @property
    def effective_completions(self) -> int | None:
        """Number of pods of a run that must succeed. None for a queue."""
        return 1 if self.completions is None and self.parallelism == 1 else self.completions

    @property
    def run_seconds(self) -> int:
        """Longest time from the start of a run until all its pods have ended."""
        return self.effective_active_deadline_seconds + self.shutdown_budget.termination_grace_period_seconds


class KubernetesJobArgs(JobBaseArgs, ComponentArgs):
    """Arguments of `KubernetesJob`."""

    object_name: Annotated[ServiceName | None, Change("replacement", "The Job runs again.")] = None
    """Name of the Job. Defaults to a name generated by Pulumi."""

    wait_for_completion: Annotated[bool, Change("none")] = True
    """Wait in ``pulumi up`` until the Job has succeeded, and fail if it fails, so that resources that depend on it are
    created or updated afterwards. Defaults to True. A suspended Job is not awaited."""
