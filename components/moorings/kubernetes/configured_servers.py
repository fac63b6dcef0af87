"""Servers that the settings of a container refer to: databases, caches and brokers.

A network policy can allow addresses but no host names, so that only the port of a server is known for most of them.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import AddressValueError, IPv4Address
from typing import Any
from urllib.parse import urlsplit

from moorings.kafka.listeners import LISTENERS

DEFAULT_PORTS = {
    "amqp": 5672, "amqps": 5671, "mongodb": 27017, "mysql": 3306, "postgres": 5432, "postgresql": 5432, "redis": 6379,
    "rediss": 6379,
}  # fmt: skip
"""Default ports of databases and brokers, by URL scheme. URLs with other schemes often do not refer to servers.

Source: https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml
"""

_HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)"
_URL = re.compile(
    rf"(?:jdbc:)?(?P<scheme>[a-z][a-z0-9+]{{0,30}})://(?:[^\s/@]{{0,200}}@)?{_HOST}(?::(?P<port>[0-9]{{1,5}}))?(?=[/?#,]|$)"
)
_SERVER = re.compile(rf"{_HOST}:(?P<port>[0-9]{{1,5}})")
_KNOWN_PORTS = {*DEFAULT_PORTS.values(), 9092, *(listener.port for listener in LISTENERS.values())}
HTTPS_PORT = 443
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104 - recognised, not bound


def servers_in(value: str) -> Iterator[tuple[str, int]]:
    """Yield host and port of each server in a setting: a URL, or a comma-separated list of ``host:port``."""
    url = _URL.match(value)
    if url is not None:
        if url["scheme"] in DEFAULT_PORTS and url["host"] not in _LOCAL_HOSTS:
            yield url["host"], int(url["port"] or DEFAULT_PORTS[url["scheme"]])
        return
    servers = list(map(_SERVER.fullmatch, value.split(",")))
    if all(servers):
        for host, port in ((server["host"], int(server["port"])) for server in filter(None, servers)):
            # A host without a dot could be a user name.
            if host not in _LOCAL_HOSTS and ("." in host or port in _KNOWN_PORTS) and not host.isdecimal():
                yield host, port


def server_rules(value: str) -> list[dict[str, Any]]:
    """Return a rule of a network policy for each server in a setting: its address if it is known, and its port."""
    return [_rule(host, port) for host, port in servers_in(value)]


def https_rules(url: str) -> list[dict[str, Any]]:
    """Return a rule of a network policy for the server of an HTTPS URL."""
    parts = urlsplit(url)
    return [_rule(parts.hostname or "", parts.port or HTTPS_PORT)]


def merge_rules(rules: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the rules of several settings, each once."""
    merged: list[dict[str, Any]] = []
    for rule in (rule for each in rules for rule in each):
        if rule not in merged:
            merged.append(rule)
    return merged


def _rule(host: str, port: int) -> dict[str, Any]:
    ports = {"ports": [{"protocol": "TCP", "port": port}]}
    try:
        address = IPv4Address(host)
    except AddressValueError:
        return ports
    return {"to": [{"ipBlock": {"cidr": f"{address}/32"}}], **ports}
