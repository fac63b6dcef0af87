"""How ECS learns whether a container is well."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from moorings.validation.args import Args
from moorings.validation.plaintext import find_secret_in_command, plaintext_problem

MAX_START_PERIOD_SECONDS = 300
"""For as long at most a container's failed checks do not count.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""


class HealthCheck(Args):
    """A command that ECS runs inside the container: exit status 0 means that it is healthy.

    Three failures in a row replace the task. ECS does not look at the ``HEALTHCHECK`` of an image.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """

    command: Annotated[list[str], Field(min_length=1)]
    """Program and arguments, which the image must hold (``["curl", "-fsS", "http://localhost:3000/healthy"]``). No
    shell reads them; begin with ``CMD-SHELL`` for one line that a shell shall read."""

    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    """Seconds between checks, 5 to 300."""

    timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds after which a check has failed, 2 to 60."""

    retries: Annotated[int, Field(ge=1, le=10)] = 3
    """Failures in a row after which the container is unhealthy, 1 to 10."""

    @model_validator(mode="after")
    def _it_can_run(self) -> Self:
        if self.command[0] == "NONE":
            raise ValueError("command NONE turns checks off; leave health_check out instead")
        if self.command[0] == "CMD-SHELL" and len(self.command) != 2:  # noqa: PLR2004 - the word and the line
            raise ValueError(f"command CMD-SHELL takes one line for the shell, not {len(self.command) - 1}")
        if self.command == ["CMD"]:
            raise ValueError("command CMD names no program; add one")
        secret = find_secret_in_command(self.command)
        if secret:
            raise ValueError(plaintext_problem("command", secret, "read it from an environment variable"))
        if self.timeout_seconds >= self.interval_seconds:
            raise ValueError(
                f"timeout_seconds {self.timeout_seconds} reaches into the next check, as interval_seconds is "
                f"{self.interval_seconds}; take a shorter timeout or a longer interval"
            )
        return self

    @property
    def noticed_seconds(self) -> int:
        """How long it takes at most until a container that has stopped working is called unhealthy."""
        return self.retries * self.interval_seconds + self.timeout_seconds

    def definition(self, startup_seconds: int) -> dict[str, Any]:
        """The check as a container definition has it."""
        command = self.command if self.command[0] in {"CMD", "CMD-SHELL"} else ["CMD", *self.command]
        return {
            "command": command,
            "interval": self.interval_seconds,
            "retries": self.retries,
            "startPeriod": startup_seconds,
            "timeout": self.timeout_seconds,
        }
