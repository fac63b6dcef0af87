"""Runs a Kubernetes API server, or a control plane with simulated nodes, for tests.

Servers listen on free ports of 127.0.0.1 and keep their data in a temporary folder. On Linux they also end if the tests
are killed.
"""

import base64
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from kubernetes_api import DEFAULT_TIMEOUT, KubernetesApi, Object

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
ATTEMPTS = 3
API_SERVER = ("etcd", "kube-apiserver")
CONTROL_PLANE = (*API_SERVER, "kube-controller-manager", "kube-scheduler", "kwok")

_STAGES = Path(__file__).parent / "stages.yaml"
# PR_SET_PDEATHSIG: the kernel kills this process when its parent ends. It then executes the server in this process.
_END_WITH_PARENT = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
# The DER encoding of a P-256 private key (RFC 5915) without its 32 random bytes, and without the public key.
_KEY_PREFIX, _KEY_SUFFIX = bytes.fromhex("30310201010420"), bytes.fromhex("a00a06082a8648ce3d030107")


class StartError(Exception):
    """A server did not start. The message contains the last lines of its log."""


@dataclass(frozen=True)
class Cluster:
    """A running API server, with or without controllers."""

    api: KubernetesApi
    kubeconfig: Path
    with_controllers: bool = False

    def namespace(self, pod_security: str = "restricted") -> str:
        """Create a namespace with a Pod Security level."""
        name = self.api.namespace(pod_security)
        if self.with_controllers:  # a controller creates the service account, which pods require
            account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
            self.api.wait(account, lambda _: True)
        return name


class Process:
    """A process and its log. On Linux it also ends if this process is killed."""

    def __init__(self, name: str, command: Sequence[str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", _END_WITH_PARENT, str(os.getpid()), *command]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def wait(self, ready: Callable[[], bool], seconds: float = DEFAULT_TIMEOUT) -> None:
        """Wait until the server is ready.

        Raises:
            StartError: the server ended, or was not ready in time.
        """
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                raise StartError(f"{self.name} ended with status {self.process.returncode}; {self.tail()}")
            if time.monotonic() > end:
                raise StartError(f"{self.name} was not ready within {seconds:.0f} s; {self.tail()}")
            time.sleep(0.05)

    def stop(self, seconds: float = 3) -> None:
        """Stop the server, and kill it after a timeout."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tail(self, lines: int = 20) -> str:
        """The last lines of the log, and its path."""
        last = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"{self.log} ends with:", *last])


class Server(Process):
    """A server with command line flags."""

    def __init__(self, binary: Path, flags: Mapping[str, object], logs: Path) -> None:
        super().__init__(binary.name, [str(binary), *(f"--{flag}={value}" for flag, value in flags.items())], logs)


@contextmanager
def api_server(binaries: Mapping[str, Path], logs: Path) -> Iterator[Cluster]:
    """An API server with etcd. Without controllers, objects stay as they are applied."""
    with ExitStack() as servers:
        yield _with_retries(servers, lambda attempt: _start_api_server(attempt, binaries, logs, with_controllers=False))


@contextmanager
def control_plane(binaries: Mapping[str, Path], logs: Path) -> Iterator[Cluster]:
    """An API server with controllers, a scheduler and three nodes in three zones. Containers do not run."""
    with ExitStack() as servers:
        cluster = _with_retries(
            servers, lambda attempt: _start_api_server(attempt, binaries, logs, with_controllers=True)
        )
        _start_controllers(servers, cluster, binaries, logs)
        yield cluster


def _with_retries(servers: ExitStack, start: Callable[[ExitStack], Cluster]) -> Cluster:
    """Start again on other ports if another process uses one of them."""
    for attempt in range(ATTEMPTS):
        with ExitStack() as started:
            try:
                cluster = start(started)
            except StartError as error:
                if "address already in use" in str(error) and attempt < ATTEMPTS - 1:
                    continue
                raise
            servers.push(started.pop_all())
            return cluster
    raise AssertionError


def _start_api_server(
    servers: ExitStack, binaries: Mapping[str, Path], logs: Path, *, with_controllers: bool
) -> Cluster:
    remove_stale_files()
    folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix=f"moorings-{os.getpid()}-")))
    clients, peers, port = free_ports(3)
    etcd_url, peers_url, url = f"http://127.0.0.1:{clients}", f"http://127.0.0.1:{peers}", f"https://127.0.0.1:{port}"
    etcd_flags = {
        "data-dir": folder / "etcd",
        "listen-client-urls": etcd_url,
        "advertise-client-urls": etcd_url,
        "listen-peer-urls": peers_url,
        "initial-advertise-peer-urls": peers_url,
        "initial-cluster": f"default={peers_url}",
    }
    etcd = _start(servers, Server(binaries["etcd"], etcd_flags, logs))
    etcd.wait(lambda: _healthy(f"{etcd_url}/health"))

    token = secrets.token_urlsafe(24)
    _write(folder / "tokens.csv", f"{token},admin,admin,system:masters\n")
    _write(folder / "accounts.pem", _private_key())
    flags = {
        "etcd-servers": etcd_url,
        "bind-address": "127.0.0.1",
        "advertise-address": "127.0.0.1",
        "endpoint-reconciler-type": "none",  # does not accept a loopback address
        "secure-port": port,
        "cert-dir": folder / "certificates",
        "token-auth-file": folder / "tokens.csv",
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": folder / "accounts.pem",
        "service-account-signing-key-file": folder / "accounts.pem",
        "service-cluster-ip-range": "10.96.0.0/16",
        "allow-privileged": "true",  # as in managed clusters; Pod Security decides for each namespace
        # Without controllers, namespaces get no service account.
        **({} if with_controllers else {"disable-admission-plugins": "ServiceAccount"}),
    }
    server = _start(servers, Server(binaries["kube-apiserver"], flags, logs))
    ca = folder / "certificates" / "apiserver.crt"
    server.wait(lambda: _healthy(f"{url}/readyz", token, ca))
    kubeconfig = _write(folder / "kubeconfig", json.dumps(_kubeconfig(url, token, ca)))
    return Cluster(KubernetesApi(url, token, ca), kubeconfig, with_controllers)


def remove_stale_files() -> None:
    """Remove the files of killed runs. Their servers have ended, but tokens and data remain."""
    for folder in Path(tempfile.gettempdir()).glob("moorings-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdecimal() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # a process of another user
        return True
    return True


def _start_controllers(servers: ExitStack, cluster: Cluster, binaries: Mapping[str, Path], logs: Path) -> None:
    common = {"kubeconfig": cluster.kubeconfig, "leader-elect": "false", "bind-address": "127.0.0.1", "secure-port": 0}
    manager = {
        **common,
        "controllers": "*,-node-ipam-controller,-node-route-controller,-service-lb-controller",
        # No kubelet sends heartbeats. By default a node without heartbeats becomes unhealthy after 50 s.
        "node-monitor-grace-period": "24h",
        "root-ca-file": cluster.api.ca,
        "service-account-private-key-file": cluster.kubeconfig.with_name("accounts.pem"),
    }
    kwok = {
        "kubeconfig": cluster.kubeconfig,
        "config": _STAGES,
        "manage-all-nodes": "true",
        "node-port": 0,
        "node-ip": "10.1.0.1",
    }
    started = [
        _start(servers, Server(binaries["kube-controller-manager"], manager, logs)),
        _start(servers, Server(binaries["kube-scheduler"], common, logs)),
        _start(servers, Server(binaries["kwok"], kwok, logs)),
    ]
    nodes = [_node(zone) for zone in ZONES]
    for node in nodes:
        cluster.api.create(node)
    try:
        for node in nodes:
            cluster.api.wait(node, _is_ready, seconds=DEFAULT_TIMEOUT)
    except TimeoutError as error:
        raise StartError("\n".join([str(error), *(server.tail() for server in started)])) from error


def _start(servers: ExitStack, server: Server) -> Server:
    servers.callback(server.stop)
    return server


def _healthy(url: str, token: str = "", ca: Path | None = None) -> bool:
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(url, headers=headers, verify=str(ca), timeout=2).ok
    except OSError:  # no connection yet, or no certificate file yet
        return False


def _is_ready(node: Object) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    ready = any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
    return ready and not node["spec"].get("taints")


def _node(zone: str) -> Object:
    name = f"node-{zone[-1]}"
    size = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": zone[:-1],
        "topology.kubernetes.io/zone": zone,
    }
    status = {"capacity": size, "allocatable": size}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "status": status}


def _kubeconfig(url: str, token: str, ca: Path) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "admin"}}],
        "clusters": [{"name": "tests", "cluster": {"server": url, "certificate-authority": str(ca)}}],
        "users": [{"name": "admin", "user": {"token": token}}],
    }


def _private_key() -> str:
    """A PEM key for service account tokens."""
    number = (secrets.randbits(255) | 1).to_bytes(32, "big")
    encoded = base64.encodebytes(_KEY_PREFIX + number + _KEY_SUFFIX).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{encoded}-----END EC PRIVATE KEY-----\n"


def _write(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(0o600)
    return file


def free_ports(count: int) -> list[int]:
    """Different free ports. The sockets stay open until the last port is known."""
    with ExitStack() as sockets:
        opened = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for socket_ in opened:
            socket_.bind(("127.0.0.1", 0))
        return [socket_.getsockname()[1] for socket_ in opened]
