"""Duration and downtime of a singleton's deployment."""

from dataclasses import dataclass
from math import ceil

DEFAULT_HEALTHY_AFTER_SECONDS = 40
"""Time after which ECS considers a task without health checks healthy.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-console-v2.html
"""

FAILURE_THRESHOLD = 3
"""Failed tasks after which the deployment circuit breaker rolls back a service with one task.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

MIN_TIMEOUT_MINUTES = 20


@dataclass(frozen=True)
class DeploymentTiming:
    """Longest duration of each step of a deployment, in seconds."""

    deregistration: int
    """Until the load balancer has deregistered the old task."""

    stop: int
    """Until the old task has stopped."""

    image_pull: int
    """Until the container of the new task can start."""

    startup: int
    """Until the application of the new task is healthy."""

    healthy_after: int
    """Until the health checks report a healthy application as healthy."""

    unhealthy_after: int
    """Until the health checks report a failed application as unhealthy."""

    @property
    def downtime(self) -> int:
        """Longest time during a deployment without a task that serves requests."""
        return self.deregistration + self.stop + self._start

    @property
    def rollback(self) -> int:
        """Longest duration of a deployment that fails and is rolled back."""
        failed_task = self.image_pull + self.startup + self.unhealthy_after + self.stop
        return self.deregistration + self.stop + FAILURE_THRESHOLD * failed_task + self._start

    @property
    def _start(self) -> int:
        return self.image_pull + self.startup + self.healthy_after

    @property
    def timeout_minutes(self) -> int:
        """Timeout of an update: long enough for ECS to complete the deployment or to roll it back."""
        return max(MIN_TIMEOUT_MINUTES, ceil(1.5 * self.rollback / 60))

    @property
    def alarm_minutes(self) -> int:
        """Minutes after which a deployment cannot be the reason for a missing task."""
        return ceil(self.downtime / 60) + 2

    def summary(self) -> str:
        """Return the message about the downtime, which a preview shows."""
        deregistration = f"{self.deregistration} s deregistration, " if self.deregistration else ""
        return (
            f"a deployment causes downtime of up to {format_duration(self.downtime)} ({deregistration}{self.stop} s "
            f"stop, {self.image_pull} s image pull, {self.startup} s startup, {self.healthy_after} s health checks); a "
            f"failed deployment is rolled back within {format_duration(self.rollback)}. ECS cannot rule out that two "
            "tasks overlap, for example when a host loses its network; use a lock for work that must never run twice"
        )


def format_duration(seconds: int) -> str:
    """Return seconds in minutes and seconds, such as ``4 min 30 s``."""
    minutes, rest = divmod(seconds, 60)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{rest} s"] if rest or not minutes else parts)
