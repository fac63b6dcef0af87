"""Listeners of Amazon MSK brokers, one for each authentication method, and checks of bootstrap servers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from moorings.kafka.connection_rules import LISTENER_PORT
from moorings.kafka.security_protocols import SaslMechanism, SecurityProtocol
from moorings.validation import argument_rules
from moorings.validation.rules import Violation

ListenerKind = Literal["scram", "iam", "tls"]
"""Authentication method: ``scram`` is SASL/SCRAM with a user name and password, ``iam`` is IAM access control, ``tls``
is mutual TLS with a client certificate."""

MskListener = Literal["scram", "iam", "tls", "plaintext"]
"""A listener of MSK brokers, also the one without TLS for clients that do not authenticate."""


@dataclass(frozen=True)
class Listener:
    """Ports and protocols of a listener."""

    port: int
    """Port for clients inside the VPC."""

    public_port: int
    """Port for public access."""

    security_protocol: SecurityProtocol
    """Value of the client setting ``security.protocol``."""

    sasl_mechanism: SaslMechanism | None
    """Value of the client setting ``sasl.mechanism``. None if the listener does not use SASL."""


LISTENERS: Mapping[ListenerKind, Listener] = MappingProxyType(
    {
        "scram": Listener(9096, 9196, "SASL_SSL", "SCRAM-SHA-512"),
        "iam": Listener(9098, 9198, "SASL_SSL", "AWS_MSK_IAM"),
        "tls": Listener(9094, 9194, "SSL", None),
    }
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html"""

_IPV6_PORTS: Mapping[ListenerKind, int] = {"scram": 20096, "iam": 20098, "tls": 20094}
"""Ports for IPv6 clients inside the VPC."""

_PLAINTEXT_PORT, _PLAINTEXT_IPV6_PORT = 9092, 20092

_LISTENER_OF_PORT: Mapping[int, str] = {
    _PLAINTEXT_PORT: "plaintext",
    _PLAINTEXT_IPV6_PORT: "plaintext",
    **{port: kind for kind, listener in LISTENERS.items() for port in (listener.port, listener.public_port)},
    **{port: kind for kind, port in _IPV6_PORTS.items()},
}
_DNS_SUFFIXES = r"amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov"
_MSK_HOST = re.compile(rf".+\.kafka(?:-serverless)?\.[a-z0-9-]+\.(?:{_DNS_SUFFIXES})")
_HOST = r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])"
_SERVER = re.compile(_HOST + r":(?P<port>[0-9]{1,5})")
_MAX_PORT = 65535


def _host_and_port(server: str) -> tuple[str, int]:
    match = _SERVER.fullmatch(server)
    if not match or not 1 <= int(match["port"]) <= _MAX_PORT:
        raise Violation(
            argument_rules.FORMAT,
            f"expected host:port with a port between 1 and {_MAX_PORT}, got {server!r}; separate brokers with commas, "
            "without spaces or a scheme",
        )
    return match["host"], int(match["port"])


def is_msk_host(host: str) -> bool:
    """Whether a host name is that of an MSK broker."""
    return _MSK_HOST.fullmatch(host) is not None


def check_bootstrap_servers(servers: str) -> str:
    """Return the bootstrap servers if all are ``host:port``.

    Raises:
        Violation: for any other server.

    """
    for server in servers.split(","):
        _host_and_port(server)
    return servers


def is_msk(servers: str) -> bool:
    """Whether any of the bootstrap servers is a broker of MSK."""
    return any(is_msk_host(_host_and_port(server)[0]) for server in servers.split(","))


def msk_listener(protocol: SecurityProtocol, mechanism: SaslMechanism | None) -> MskListener | None:
    """Return the listener of MSK brokers for a protocol and a mechanism. None if MSK does not support them.

    Without client certificates, TLS uses the port of the listener ``tls``. A token of an AWS signer library is sent
    with OAUTHBEARER to the listener ``iam``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-authentication.html
    """
    if protocol == "PLAINTEXT":
        return "plaintext"
    if (protocol, mechanism) == ("SASL_SSL", "OAUTHBEARER"):
        return "iam"
    for kind, listener in LISTENERS.items():
        if (listener.security_protocol, listener.sasl_mechanism) == (protocol, mechanism):
            return kind
    return None


def check_listener_port(kind: MskListener, servers: str, *path: str | int) -> str:
    """Return the bootstrap servers if no MSK broker among them has the port of another listener.

    Only the ports of MSK brokers are checked.

    Args:
        kind: the listener, as `msk_listener` returns it.
        servers: the bootstrap servers.
        path: path of the argument, for messages about a late value.

    Raises:
        Violation: if a broker has the port of another listener, where the client could not log in.

    """
    for server in servers.split(","):
        host, port = _host_and_port(server)
        if is_msk_host(host) and _LISTENER_OF_PORT.get(port, kind) != kind:
            raise Violation(
                LISTENER_PORT,
                f"{server!r} has the port of the {_LISTENER_OF_PORT[port]} listener; use {_ports(kind)}",
                *path,
            )
    return servers


def _ports(kind: MskListener) -> str:
    if kind == "plaintext":
        return f"port {_PLAINTEXT_PORT} of the {kind} listener, or {_PLAINTEXT_IPV6_PORT} with IPv6"
    listener = LISTENERS[kind]
    return (
        f"port {listener.port} of the {kind} listener, {_IPV6_PORTS[kind]} with IPv6, or {listener.public_port} for "
        "public access"
    )


def broker_ports(bootstrap_servers: str) -> list[int]:
    """Return the ports of the brokers, without duplicates."""
    return sorted({int(server.rpartition(":")[2]) for server in bootstrap_servers.split(",")})


def first_broker_port(bootstrap_servers: str) -> int:
    """Return the lowest port of the brokers. With PrivateLink, each broker has another one."""
    return broker_ports(bootstrap_servers)[0]


def last_broker_port(bootstrap_servers: str) -> int:
    """Return the highest port of the brokers."""
    return broker_ports(bootstrap_servers)[-1]
