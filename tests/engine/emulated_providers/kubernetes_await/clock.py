"""The clock of the emulated provider, which tests can speed up."""

import os
import time

VARIABLE = "MOORINGS_EMULATED_SECOND"
"""Environment variable with the duration of one second of the provider's clock, in real seconds.

It scales the timeouts, delays and retries of the provider, but not the cluster: with ``0.1``, a timeout of 600 s
expires after 60 s, and a pod that becomes ready after 5 s still takes 5 s. Without the variable, the provider does not
wait for objects, because they do not become ready on an API server without controllers."""


def second() -> float | None:
    """Return the duration of one provider second in real seconds, or None if the provider does not wait."""
    text = os.environ.get(VARIABLE)
    return float(text) if text else None


def due(seconds: float) -> float:
    """Return the value of ``time.monotonic`` after a delay in seconds of the provider's clock."""
    return time.monotonic() + seconds * (second() or 0)


def sleep(seconds: float) -> None:
    """Sleep for a number of seconds of the provider's clock."""
    time.sleep(seconds * (second() or 0))
