"""How long a deployment of a singleton takes, and how long nothing serves meanwhile."""

from dataclasses import dataclass
from math import ceil

UNCHECKED_SECONDS = 40
"""After how long a task that nobody checks counts as healthy.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-console-v2.html
"""

FAILURES = 3
"""Failed tasks after which the circuit breaker rolls a service of one task back.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

LEAST_TIMEOUT_MINUTES = 20


@dataclass(frozen=True)
class DeployTime:
    """What a deployment waits for, in seconds."""

    drain: int
    """Until the load balancer has let go of the old task."""

    stop: int
    """Until the old task has stopped, at most."""

    pull: int
    """Until the new one has its image."""

    start: int
    """Until the application is healthy, at most."""

    confirm: int
    """Until ECS, or the load balancer, has noticed that it is."""

    notice: int
    """Until they have noticed that it is not."""

    @property
    def away(self) -> int:
        """How long nothing serves in a deployment, at most."""
        return self.drain + self.stop + self.pull + self.start + self.confirm

    @property
    def rolled_back(self) -> int:
        """How long a deployment takes at most that fails and is rolled back."""
        attempt = self.pull + self.start + self.notice + self.stop
        return self.drain + self.stop + FAILURES * attempt + self.pull + self.start + self.confirm

    @property
    def timeout_minutes(self) -> int:
        """When to stop waiting: long after ECS has decided by itself."""
        return max(LEAST_TIMEOUT_MINUTES, ceil(1.5 * self.rolled_back / 60))

    @property
    def alarm_minutes(self) -> int:
        """From when on it is no deployment any more that nothing runs."""
        return ceil(self.away / 60) + 2

    def sentence(self) -> str:
        """What a person is told before a deployment."""
        drain = f"{self.drain} s drain, " if self.drain else ""
        return (
            f"a deployment leaves the service away for up to {duration(self.away)} ({drain}{self.stop} s stop, "
            f"{self.pull} s pull, {self.start} s start, {self.confirm} s checks), and one that fails is rolled back "
            f"within {duration(self.rolled_back)}; ECS does its best that no two tasks meet, so what must never "
            "happen twice also wants a lock in the application"
        )


def duration(seconds: int) -> str:
    """Seconds as a person says them: ``4 min 30 s``."""
    minutes, rest = divmod(seconds, 60)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{rest} s"] if rest or not minutes else parts)
