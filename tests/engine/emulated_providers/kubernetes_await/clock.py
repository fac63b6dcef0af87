"""The provider's clock, which tests can accelerate."""

import os
import time

VARIABLE = "MOORINGS_EMULATED_SECOND"
"""Environment variable with the duration of one second of the provider's timers, in real seconds.

Timeouts, delays and retries of the provider take this fraction of the time. The cluster keeps real time: ``0.1`` turns
a timeout of 600 s into 60 s, but a pod that becomes ready after 5 s still does so. Without the variable, the provider
does not wait at all, which an API server without controllers requires."""


def second() -> float | None:
    """The real duration of a provider's second. None if the provider does not wait."""
    text = os.environ.get(VARIABLE)
    return float(text) if text else None


def due(seconds: float) -> float:
    """The value of ``time.monotonic`` after this number of the provider's seconds."""
    return time.monotonic() + seconds * (second() or 0)


def sleep(seconds: float) -> None:
    """Pause for this number of the provider's seconds."""
    time.sleep(seconds * (second() or 0))
