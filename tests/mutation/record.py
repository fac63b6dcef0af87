"""Pytest plugin that records which lines each test executes, and how long each test takes.

Coverage starts before ``moorings`` is imported. Lines that run while the tests are collected have no test: they define
the tables, models and rules of a module.
"""

import json
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

RECORDING = Path(os.environ["MOORINGS_MUTATION_RECORDING"])

PACKAGE = Path(__file__).resolve().parents[2] / "components" / "moorings"

_durations: dict[str, float] = {}
_coverage = coverage.Coverage(
    data_file=str(RECORDING / ".coverage"),
    data_suffix=str(os.getpid()),
    config_file=False,
    source_pkgs=["moorings"],
    concurrency=["thread"],
)
_coverage.start()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Record the lines of one test, including those that fill the caches of its module."""
    for member in vars(item.module).values() if isinstance(item, pytest.Function) else ():
        if hasattr(member, "cache_clear"):
            member.cache_clear()
    _coverage.switch_context(item.nodeid)
    start = time.process_time()
    try:
        return (yield)
    finally:
        _durations[item.nodeid] = time.process_time() - start
        _coverage.switch_context("")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Write the recording."""
    _coverage.stop()
    _coverage.save()
    sources = {str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}
    recorded = {"durations": _durations, "modules": sorted(sys.modules), "root": str(PACKAGE), "sources": sources}
    (RECORDING / f"tests.{os.getpid()}.json").write_text(json.dumps(recorded))
