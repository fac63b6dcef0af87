"""Runs NGINX and HAProxy with a configuration, on a free port of 127.0.0.1."""

import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import Process, free_ports


@contextmanager
def run_nginx(binary: Path, http: Callable[[int], str]) -> Iterator[int]:
    """Run NGINX with the content of an ``http`` block, and return its port."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="moorings-nginx-") as name:
        folder = Path(name)
        configuration = folder / "nginx.conf"
        temporary = "".join(
            f"  {kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration.write_text(
            "user root;\ndaemon off;\nworker_processes 1;\nerror_log stderr warn;\n"
            f"pid {folder / 'pid'};\nevents {{}}\n"
            f"http {{\n  access_log off;\n{temporary}{http(port)}}}\n"
        )
        with _running(
            Process("nginx", [*map(str, (binary, "-p", folder, "-e", "stderr", "-c", configuration))], folder), port
        ):
            yield port


@contextmanager
def run_haproxy(binary: Path, sections: Callable[[int], str]) -> Iterator[int]:
    """Run HAProxy with the sections of its configuration, and return its port."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="moorings-haproxy-") as name:
        folder = Path(name)
        configuration = folder / "haproxy.cfg"
        configuration.write_text(sections(port))
        with _running(Process("haproxy", [str(binary), "-db", "-f", str(configuration)], folder), port):
            yield port


@contextmanager
def _running(server: Process, port: int) -> Iterator[None]:
    try:
        server.wait(lambda: _listens(port))
        yield
    finally:
        server.stop()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
