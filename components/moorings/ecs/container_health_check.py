"""Container health check: the command with which ECS checks the application within the task."""

from typing import Annotated, Any

from pydantic import Field

from moorings.validation.args import Args

MAX_START_PERIOD_SECONDS = 300
"""Longest start period of a container health check.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""


class ContainerHealthCheck(Args):
    """Command that ECS runs in the container. Exit status 0 means that the application is healthy.

    ECS replaces the task after ``retries`` failures. It ignores the ``HEALTHCHECK`` of the image.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """

    command: Annotated[list[str], Field(min_length=1)]
    """Program and its arguments, such as ``["curl", "-fsS", "http://localhost:3000/healthy"]``. The program must exist
    in the image. ``["CMD-SHELL", "..."]`` runs a command line in the shell of the container."""

    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    """Seconds between health checks, 5 to 300."""

    timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds after which a health check fails, 2 to 60."""

    retries: Annotated[int, Field(ge=1, le=10)] = 3
    """Consecutive failures after which the container is unhealthy, 1 to 10."""

    @property
    def healthy_after_seconds(self) -> int:
        """Longest time until ECS considers a started application healthy."""
        return self.interval_seconds

    @property
    def unhealthy_after_seconds(self) -> int:
        """Longest time from a failure of the application until ECS considers the container unhealthy."""
        return self.retries * self.interval_seconds + self.timeout_seconds

    def definition(self, startup_seconds: int) -> dict[str, Any]:
        """Return the ``healthCheck`` of the container definition."""
        command = self.command if self.command[0] in {"CMD", "CMD-SHELL"} else ["CMD", *self.command]
        return {
            "command": command,
            "interval": self.interval_seconds,
            "retries": self.retries,
            "startPeriod": startup_seconds,
            "timeout": self.timeout_seconds,
        }
