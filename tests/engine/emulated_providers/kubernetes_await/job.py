"""Waits until a Job is complete. A failed Job ends the wait immediately.

Sources:
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/job.go
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/checker/job/check.go
"""

from emulated_providers.kubernetes_await import pod_errors
from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter, NotReadyError
from emulated_providers.kubernetes_await.objects import Object, condition, field, name_of, owned_by, qualified_name

FAILURES = ("BackoffLimitExceeded", "DeadlineExceeded")
"""Failure reasons that end the wait. The provider continues to wait for a Job that failed for another reason."""


class JobAwaiter(Awaiter):
    """Waits until a Job is complete."""

    watched = (("batch/v1", "Job"), ("v1", "Pod"))

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._complete = False
        self._problems: list[str] = []

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the Job or its pods.

        Raises:
            NotReadyError: the Job failed.
        """
        if kind == "Pod" and type_ != DELETED and owned_by(object_, self.object):
            for warning in pod_errors.warnings(object_):
                self._add_problem(warning)
                if "containers with unready status" not in warning:  # normal while the Job runs
                    self.messages.warning(warning)
        elif kind == "Job" and self.is_awaited(object_) and type_ != DELETED:
            self._process_job(object_)

    def is_ready(self) -> bool:
        """Whether the Job is complete."""
        return self._complete

    def problems(self) -> list[str]:
        """Return the failure, and the errors of pods."""
        return list(self._problems)

    def _process_job(self, job: Object) -> None:
        self.object = job
        if field(job, "status", "startTime") is None:
            self.messages.info(f'Waiting for Job "{qualified_name(job)}" to start')
            return
        active, succeeded, failed = (field(job, "status", key) or 0 for key in ("active", "succeeded", "failed"))
        counts = f"(Active: {active} | Succeeded: {succeeded} | Failed: {failed})"
        failure = condition(job, "Failed") or {}
        if failure.get("status") == "True" and failure.get("reason") in FAILURES:
            self._add_problem(f"[{failure['reason']}] {failure.get('message', '')}")
            raise NotReadyError(f"Resource '{name_of(job)}' was created but failed to initialize", self._problems)
        self._complete = (condition(job, "Complete") or {}).get("status") == "True"
        if not self._complete:
            self.messages.info(f'Waiting for Job "{qualified_name(job)}" to succeed {counts}')

    def _add_problem(self, problem: str) -> None:
        if problem not in self._problems:
            self._problems.append(problem)
