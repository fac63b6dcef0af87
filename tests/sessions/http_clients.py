"""Clients of the tests: each has the cookie of one session, and connects to a proxy on 127.0.0.1."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from typing import BinaryIO

import websocket_frames

TIMEOUT = 20.0


@dataclass(frozen=True)
class Response:
    """A response of a pod, or of the proxy."""

    status: int
    body: str
    cookie: "Morsel[str] | None"
    """The cookie of the response, with its attributes."""
    location: str | None = None
    """Target of a redirect."""

    @property
    def pod(self) -> str:
        """Name of the pod that has answered."""
        assert self.status == 200, f"{self.status} {self.body}"
        return str(json.loads(self.body)["pod"])

    @property
    def path(self) -> str:
        """Path that the pod has received."""
        return str(json.loads(self.body)["path"])


@dataclass
class Client:
    """A client that keeps the cookies of its responses, whatever their flags: it can be behind other proxies."""

    port: int
    host: str
    tls: bool = False
    headers: dict[str, str] = field(default_factory=dict[str, str])
    source: str = "127.0.0.1"
    """Its own address."""
    certificate: bytes | None = None
    """Certificate of the proxy in the last connection."""
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    def get(self, path: str = "/") -> Response:
        """Send a request on a connection of its own. The path is sent as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        connection.sock = self._connect()
        try:
            connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._headers().items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            body = response.read().decode(errors="replace")
        finally:
            connection.close()
        cookie = None
        for header in response.headers.get_all("Set-Cookie", []):
            (cookie,) = SimpleCookie(header).values()
            self.cookies[cookie.key] = cookie.value
        return Response(response.status, body, cookie, response.headers.get("Location"))

    def pod(self) -> str:
        """Send a request, and return the name of the pod that has answered."""
        return self.get().pod

    @contextmanager
    def websocket(self) -> "Iterator[WebSocket]":
        """Open a WebSocket in the session of the client, and close it at the end."""
        with self._connect() as connection, connection.makefile("rwb") as stream:
            websocket = WebSocket(stream)
            websocket.open(self._headers())
            yield websocket

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), TIMEOUT, (self.source, 0))
        if not self.tls:
            return connection
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        secured = context.wrap_socket(connection, server_hostname=self.host)
        self.certificate = secured.getpeercert(binary_form=True)
        return secured

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Host": self.host, **self.headers, **({"Cookie": cookies} if cookies else {})}


@dataclass
class WebSocket:
    """A WebSocket."""

    stream: BinaryIO

    def open(self, headers: dict[str, str]) -> None:
        """Send the handshake, and check the answer."""
        key = websocket_frames.new_key()
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
        }
        lines = [f"{name}: {value}\r\n" for name, value in (headers | upgrade).items()]
        self.stream.write(f"GET /events HTTP/1.1\r\n{''.join(lines)}\r\n".encode())
        self.stream.flush()
        status = self.stream.readline().decode()
        received = http.client.parse_headers(self.stream)
        assert status.startswith("HTTP/1.1 101 "), status
        assert received["Sec-WebSocket-Accept"] == websocket_frames.accept_value(key)

    def pod(self) -> str:
        """Send a message, and return the name of the pod that has answered.

        Raises:
            ClosedError: the connection was closed.
        """
        try:
            websocket_frames.send(self.stream, "ping", masked=True)
        except OSError as error:
            raise websocket_frames.ClosedError from error
        return websocket_frames.receive(self.stream)
