"""Servers for tests, and which tests run where the programs for them are not there.

With ``MOORINGS_ENGINE=required`` what is missing is built first, and nothing is left out; with ``MOORINGS_ENGINE=no`` none of
these tests runs.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from binaries import BinariesMissingError, fetch, missing, not_here
from engine_fixtures import engine, engine_in, life  # noqa: F401
from servers import API_SERVER, CONTROL_PLANE, Cluster
from servers import api_server as run_api_server
from servers import control_plane as run_control_plane

# What a test needs that uses a fixture.
NEEDS = {"api_server": API_SERVER, "control_plane": CONTROL_PLANE, "pulumi_cli": ("pulumi",)}

_left_out = pytest.StashKey[str]()
_not_built = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engine: needs the Pulumi engine or an API server; see tests/engine/binaries.py")


def pytest_itemcollected(item: pytest.Item) -> None:
    if _needs(item):
        item.add_marker(pytest.mark.engine)


@pytest.hookimpl(trylast=True)  # after -k and -m have chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needed, asked = sorted({name for item in items for name in _needs(item)}), os.environ.get("MOORINGS_ENGINE")
    lacking = needed if asked == "no" else missing(needed)
    if not lacking or config.option.collectonly:
        return
    if asked == "required":
        _build(config, lacking)
        return
    without = [item for item in items if not lacking_for(item, lacking)]
    left_out = [item for item in items if lacking_for(item, lacking)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = without
    why = "MOORINGS_ENGINE is no" if asked == "no" else not_here(lacking)
    config.stash[_left_out] = f"{len(left_out)} tests with real servers did not run: {why}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker of xdist would be taken for crashed if it stopped at a usage error: there, each test says it in one line."""
    if _needs(item) and (why := item.config.stash.get(_not_built, "")):
        pytest.fail(why, pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if line := config.stash.get(_left_out, ""):
        terminalreporter.write_line(line, yellow=True)


def lacking_for(item: pytest.Item, lacking: Iterable[str]) -> bool:
    return bool(_needs(item).intersection(lacking))


def _needs(item: pytest.Item) -> set[str]:
    used = getattr(item, "fixturenames", ())
    return {name for fixture, names in NEEDS.items() if fixture in used for name in names}


def _build(config: pytest.Config, names: list[str]) -> None:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    capture = config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():
            fetch(names, say=reporter.write_line)
    except BinariesMissingError as error:
        if not hasattr(config, "workerinput"):
            raise pytest.UsageError(str(error)) from None
        config.stash[_not_built] = str(error)


def _paths(names: Iterable[str]) -> dict[str, Path]:
    return {name: found.path for name, found in fetch(names).items()}


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """The Pulumi engine."""
    return _paths(["pulumi"])["pulumi"]


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """An API server without controllers: it judges and keeps what it is given."""
    with run_api_server(_paths(API_SERVER), tmp_path_factory.mktemp("api-server")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane with three nodes in three zones: workloads roll out and drain."""
    with run_control_plane(_paths(CONTROL_PLANE), tmp_path_factory.mktemp("control-plane")) as cluster:
        yield cluster
