"""Status messages of an operation, which the engine shows in the column ``Info`` of its output.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/logging/logger.go
"""

from collections.abc import Callable
from dataclasses import dataclass, field

INFO, WARNING = "info", "warning"

SendStatus = Callable[[str, str, str], None]
"""Sends the severity, the text and the URN of a status message to the engine."""


@dataclass(frozen=True)
class StatusMessages:
    """Sends each message of an operation once."""

    urn: str
    send: SendStatus
    _sent: set[tuple[str, str]] = field(default_factory=set)

    def info(self, text: str) -> None:
        """Send a status message."""
        self._log(INFO, text)

    def warning(self, text: str) -> None:
        """Send a warning."""
        self._log(WARNING, text)

    def _log(self, severity: str, text: str) -> None:
        if (severity, text) not in self._sent:
            self._sent.add((severity, text))
            self.send(severity, text, self.urn)
