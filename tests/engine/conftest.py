"""Starts the servers of the engine tests, and deselects tests whose programs are missing.

With ``MOORINGS_ENGINE=required`` missing programs are built and no test is deselected. With ``MOORINGS_ENGINE=no`` all
tests that require a program are deselected.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from binaries import BinariesMissingError, fetch, missing, missing_message
from engine_fixtures import cluster_engine, engine, engine_in, lifecycle  # noqa: F401
from kubernetes_api import KubernetesApi
from servers import API_SERVER, CONTROL_PLANE, Cluster
from servers import api_server as run_api_server
from servers import control_plane as run_control_plane
from waiting import waiting  # noqa: F401

# Programs that each fixture requires.
REQUIRED_PROGRAMS = {"api_server": API_SERVER, "control_plane": CONTROL_PLANE, "pulumi_cli": ("pulumi",)}

_skip_message = pytest.StashKey[str]()
_build_error = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "engine: requires the Pulumi engine or an API server; see tests/engine/binaries.py"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    if _required_programs(item):
        item.add_marker(pytest.mark.engine)


@pytest.hookimpl(trylast=True)  # after the selection by -k and -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    required = sorted({name for item in items for name in _required_programs(item)})
    mode = os.environ.get("MOORINGS_ENGINE")
    missing_names = required if mode == "no" else missing(required)
    if not missing_names or config.option.collectonly:
        return
    if mode == "required":
        _build(config, missing_names)
        return
    selected = [item for item in items if not lacks_program(item, missing_names)]
    skipped = [item for item in items if lacks_program(item, missing_names)]
    config.hook.pytest_deselected(items=skipped)
    items[:] = selected
    reason = "MOORINGS_ENGINE is no" if mode == "no" else missing_message(missing_names)
    config.stash[_skip_message] = f"{len(skipped)} tests of tests/engine deselected: {reason}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Report the error in each test: xdist would report a usage error as a crashed worker."""
    if _required_programs(item) and (error := item.config.stash.get(_build_error, "")):
        pytest.fail(error, pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if line := config.stash.get(_skip_message, ""):
        terminalreporter.write_line(line, yellow=True)


def lacks_program(item: pytest.Item, missing_names: Iterable[str]) -> bool:
    return bool(_required_programs(item).intersection(missing_names))


def _required_programs(item: pytest.Item) -> set[str]:
    fixtures = getattr(item, "fixturenames", ())
    return {name for fixture, names in REQUIRED_PROGRAMS.items() if fixture in fixtures for name in names}


def _build(config: pytest.Config, names: list[str]) -> None:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    capture = config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():
            fetch(names, log=reporter.write_line)
    except BinariesMissingError as error:
        if not hasattr(config, "workerinput"):
            raise pytest.UsageError(str(error)) from None
        config.stash[_build_error] = str(error)


def _paths(names: Iterable[str]) -> dict[str, Path]:
    return {name: program.path for name, program in fetch(names).items()}


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """The Pulumi CLI."""
    return _paths(["pulumi"])["pulumi"]


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """An API server without controllers: it only validates and stores objects."""
    with run_api_server(_paths(API_SERVER), tmp_path_factory.mktemp("api-server")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane with a node in each of three zones: workloads roll out and drain."""
    with run_control_plane(_paths(CONTROL_PLANE), tmp_path_factory.mktemp("control-plane")) as cluster:
        yield cluster


@pytest.fixture
def api(control_plane: Cluster) -> KubernetesApi:
    """The API server of the control plane."""
    return control_plane.api


@pytest.fixture
def namespace(control_plane: Cluster) -> str:
    """A new namespace of the control plane."""
    return control_plane.namespace()
