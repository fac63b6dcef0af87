"""The listeners of an MSK cluster through which clients log in."""

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

    security_protocol: str
    """Kafka's ``security.protocol``."""

    sasl_mechanism: str | None
    """Kafka's ``sasl.mechanism``; None where nothing is said over SASL."""


LISTENERS: Mapping[ListenerKind, Listener] = MappingProxyType({
    "scram": Listener(9096, "SASL_SSL", "SCRAM-SHA-512"),
    "iam": Listener(9098, "SASL_SSL", "AWS_MSK_IAM"),
    "tls": Listener(9094, "SSL", None),
})
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html"""
