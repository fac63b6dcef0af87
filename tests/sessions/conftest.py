"""Starts the servers of the session tests: a control plane, the application at the addresses of its pods, and proxies.

``make test-sessions`` runs the tests in a network namespace, and sets ``MOORINGS_SESSIONS``. Without it they are
deselected. Tests of a proxy that is not installed are skipped, and fail with ``MOORINGS_SESSIONS=required``.
"""

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "engine"))

from applications import deploy
from binaries import fetch
from controller_configuration import DEFAULT_SECONDS
from pods import serve_pods
from servers import CONTROL_PLANE, Cluster, control_plane
from traefik import Traefik, run_traefik

MODE = "MOORINGS_SESSIONS"
POD_ADDRESS = "10.0.0.1"
"""An address of a pod, which is local only in the network namespace."""

_skip_message = pytest.StashKey[str]()


@pytest.hookimpl(trylast=True)  # after the selection by -k and -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    sessions = [item for item in items if Path(__file__).parent in item.path.parents]
    if os.environ.get(MODE) or not sessions or config.option.collectonly:
        return
    config.hook.pytest_deselected(items=sessions)
    items[:] = [item for item in items if item not in sessions]
    config.stash[_skip_message] = f"{len(sessions)} tests of tests/sessions deselected: run `make test-sessions`"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if line := config.stash.get(_skip_message, ""):
        terminalreporter.write_line(line, yellow=True)


def find_proxy(name: str) -> Path:
    """Find an installed proxy, and skip or fail the test if it is missing."""
    # Debian installs them in a folder that is not on the path of every user.
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is not None:
        return Path(path)
    message = f"{name} is not installed: run tests/sessions/install-proxies as root"
    if os.environ[MODE] == "required":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session", autouse=True)
def network() -> None:
    """The network namespace, in which the addresses of pods are local."""
    with socket.socket() as probe:
        try:
            probe.bind((POD_ADDRESS, 0))
        except OSError:
            pytest.fail(f"{POD_ADDRESS} is not local: run `make test-sessions`", pytrace=False)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane with simulated nodes, whose pods answer requests."""
    paths = {name: program.path for name, program in fetch(CONTROL_PLANE).items()}
    with control_plane(paths, tmp_path_factory.mktemp("control-plane")) as cluster, serve_pods(cluster.api):
        yield cluster


@pytest.fixture(scope="session")
def traefik(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traefik]:
    """Traefik, for all applications of the cluster. Its idle timeouts are as short as a test can wait for."""
    binary = fetch(["traefik"])["traefik"].path
    timeouts = {
        f"entrypoints.web.transport.respondingtimeouts.{name}": f"{DEFAULT_SECONDS}s"
        for name in ("readtimeout", "idletimeout")
    }
    with run_traefik(binary, cluster, tmp_path_factory.mktemp("traefik"), **timeouts) as running:
        yield running


@pytest.fixture(scope="session")
def addresses(cluster: Cluster) -> dict[str, str]:
    """Addresses of four pods by name, for proxies that are configured without a controller."""
    return deploy(cluster, "haproxy-ingress", replicas=4).addresses


@pytest.fixture(scope="session")
def nginx_binary() -> Path:
    """NGINX from the distribution."""
    return find_proxy("nginx")


@pytest.fixture(scope="session")
def haproxy_binary() -> Path:
    """HAProxy from the distribution."""
    return find_proxy("haproxy")


@pytest.fixture
def idle() -> Callable[[], None]:
    """Returns a function that waits for longer than the default idle timeouts of the proxies in these tests."""
    return lambda: time.sleep(DEFAULT_SECONDS + 0.7)
