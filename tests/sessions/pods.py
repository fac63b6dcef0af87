"""Serves HTTP and WebSocket requests at the addresses of the simulated pods.

All pod addresses are local in the network namespace, so one server accepts the connections to all pods. The local
address of a connection identifies its pod. A connection to an address without a pod is closed, and so are the
connections to a pod when it is deleted.
"""

import json
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import websocket_frames
from kubernetes_api import KubernetesApi

PORT = 8080
"""Container port of the application."""

_WATCH_DELAY_SECONDS = 5.0
"""How long the watch may take to report a pod that a proxy already connects to."""


class RunningPods:
    """The pods of a cluster by address, kept up to date by a watch."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._connections: dict[str, set[socket.socket]] = defaultdict(set)
        self._changed = threading.Condition()

    def update(self, type_: str, pod: dict[str, Any]) -> None:
        """Apply an event of the watch."""
        address, name = pod.get("status", {}).get("podIP"), pod["metadata"]["name"]
        if address is None:
            return
        with self._changed:
            if type_ != "DELETED":
                self._names[address] = name
            elif self._names.get(address) == name:
                del self._names[address]
                for connection in self._connections.pop(address, set()):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.notify_all()

    def connect(self, connection: socket.socket) -> str:
        """Register a new connection and return the name of its pod.

        Raises:
            ConnectionRefusedError: no pod has the address.
        """
        address = connection.getsockname()[0]
        with self._changed:
            if not self._changed.wait_for(lambda: address in self._names, _WATCH_DELAY_SECONDS):
                raise ConnectionRefusedError(address)
            self._connections[address].add(connection)
            return self._names[address]

    def disconnect(self, connection: socket.socket, address: str) -> None:
        """Remove a closed connection."""
        with self._changed:
            self._connections[address].discard(connection)


@contextmanager
def serve_pods(api: KubernetesApi) -> Iterator[None]:
    """Serve requests to all pods of a cluster."""
    pods = RunningPods()
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.is_set():
            try:
                for event in api.watch("v1", "Pod", seconds=3600):
                    pods.update(*event)
            except OSError:  # the API server has stopped
                stopped.wait(0.1)

    server = _PodServer(pods)
    for target in (watch, server.serve_forever):
        threading.Thread(target=target, daemon=True).start()
    try:
        yield
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()


class _PodServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, pods: RunningPods) -> None:
        self.pods = pods
        super().__init__(("", PORT), _PodRequestHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: the connections to a deleted pod end with one."""


class _PodRequestHandler(BaseHTTPRequestHandler):
    """Responds with the name of the pod and the path of the request."""

    protocol_version = "HTTP/1.1"
    server: _PodServer

    def handle(self) -> None:
        address = self.connection.getsockname()[0]
        self.pod = self.server.pods.connect(self.connection)
        try:
            super().handle()
        finally:
            self.server.pods.disconnect(self.connection, address)

    def do_GET(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._serve_websocket()
            return
        body = json.dumps({"pod": self.pod, "path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _serve_websocket(self) -> None:
        """Respond to each message with the name of the pod."""
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", websocket_frames.accept_value(self.headers["Sec-WebSocket-Key"]))
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        while True:
            try:
                websocket_frames.receive(self.rfile)
                websocket_frames.send(self.wfile, self.pod, masked=False)
            except (websocket_frames.ClosedError, OSError):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name in the base class
        """Log nothing."""
