"""The listeners of an MSK cluster through which clients log in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ListenerKind = Literal["scram", "iam", "tls"]
"""``scram``: a user and a password. ``iam``: an identity of IAM. ``tls``: a client's certificate."""


@dataclass(frozen=True)
class Listener:
    """A listener, as clients see it."""

    port: int
    """Port inside the VPC."""

    public_port: int
    """Port of brokers that the internet reaches."""

    security_protocol: str
    """Kafka's ``security.protocol``."""

    sasl_mechanism: str | None
    """Kafka's ``sasl.mechanism``; None where nothing is said over SASL."""


LISTENERS: Mapping[ListenerKind, Listener] = MappingProxyType(
    {
        "scram": Listener(9096, 9196, "SASL_SSL", "SCRAM-SHA-512"),
        "iam": Listener(9098, 9198, "SASL_SSL", "AWS_MSK_IAM"),
        "tls": Listener(9094, 9194, "SSL", None),
    }
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html"""

_OWNERS: Mapping[int, str] = {
    9092: "clients that do not log in",
    **{port: f"the {kind} listener" for kind, each in LISTENERS.items() for port in (each.port, each.public_port)},
}
_MSK_HOST = re.compile(r".+\.kafka(?:-serverless)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")
_HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
_SERVER = re.compile(_HOST + r":(?P<port>[0-9]{1,5})")
_LAST_PORT = 65535


def _parts(server: str) -> tuple[str, int]:
    """Host and port.

    Raises:
        ValueError: where it is not a host and a port.

    """
    found = _SERVER.fullmatch(server)
    if not found or not 1 <= int(found["port"]) <= _LAST_PORT:
        raise ValueError(
            f"{server!r} is not host:port with a port from 1 to {_LAST_PORT}; "
            "give the brokers as host:port, joined by commas, without blanks or a scheme"
        )
    return found["host"], int(found["port"])


def bootstrap_servers(servers: str) -> str:
    """Brokers to begin with, where each is ``host:port``.

    Raises:
        ValueError: where one is not.

    """
    for server in servers.split(","):
        _parts(server)
    return servers


def servers_of(listener: ListenerKind, servers: str) -> str:
    """Brokers of MSK with a port that is not another listener's. Of other brokers nothing is known.

    Raises:
        ValueError: for a port at which the client would be answered in another protocol, or not at all.

    """
    live = LISTENERS[listener]
    for server in servers.split(","):
        host, port = _parts(server)
        if _MSK_HOST.fullmatch(host) and port in _OWNERS.keys() - {live.port, live.public_port}:
            raise ValueError(
                f"{server!r} has the port of {_OWNERS[port]}; "
                f"the {listener} listener has {live.port}, and {live.public_port} for the internet"
            )
    return servers
