"""Starts the Kafka brokers of the tests.

The tests are collected only with ``MOORINGS_KAFKA=required``, which ``make test-kafka`` sets.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from broker import Broker
from distributions import NEWEST, OLDEST, SPRING, DistributionError, fetch, java

REQUIRED = os.environ.get("MOORINGS_KAFKA") == "required"
collect_ignore_glob = [] if REQUIRED else ["test_*.py"]


def pytest_configure(config: pytest.Config) -> None:
    if REQUIRED:
        try:
            java()
            for name in (OLDEST, NEWEST, SPRING):
                fetch(name)
        except DistributionError as error:
            raise pytest.UsageError(str(error)) from None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report that these tests were skipped."""
    if not REQUIRED:
        terminalreporter.write_line("tests/kafka skipped: they start Kafka brokers; run make test-kafka")


@pytest.fixture(scope="session", params=[OLDEST, NEWEST])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A broker of the oldest and of the newest version that MSK offers.

    The tests of a version share its broker, so each uses its own topics, groups and users. pytest runs all tests of a
    version before it starts the next broker. To select another version:
    ``@pytest.mark.parametrize("broker", ["3.9.2"], indirect=True)``.
    """
    with Broker(request.param) as running:
        yield running
