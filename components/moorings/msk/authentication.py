"""Authentication of clients, and the encryption between them and the brokers."""

from collections.abc import Sequence
from typing import Any, Literal

import pulumi

from moorings.kafka.listeners import ListenerKind

ClientBrokerEncryption = Literal["TLS", "TLS_PLAINTEXT", "PLAINTEXT"]
"""Whether clients connect with TLS, without encryption, or either way."""

MskListener = Literal[ListenerKind, "plaintext"]
"""Listener of an MSK broker: those with authentication, and the one without encryption and authentication."""


def enabled_listeners(
    *, iam: bool, scram: bool, mutual_tls: bool, unauthenticated: bool, encryption: ClientBrokerEncryption
) -> list[MskListener]:
    """Return the listeners of a cluster. Clients with and without certificates share the TLS listener."""
    enabled: dict[MskListener, bool] = {
        "iam": iam,
        "scram": scram,
        "tls": mutual_tls or (unauthenticated and encryption != "PLAINTEXT"),
        "plaintext": encryption != "TLS",
    }
    return [listener for listener, is_enabled in enabled.items() if is_enabled]


def client_authentication(
    *, iam: bool, scram: bool, unauthenticated: bool, certificate_authority_arns: Sequence[pulumi.Input[str]]
) -> dict[str, Any]:
    """Return the ``client_authentication`` of a cluster.

    Every method is listed, because MSK keeps the current setting of a method that is omitted. Only mutual TLS is
    omitted without certificate authorities: an empty block causes a diff in every update, which MSK then rejects.
    """
    authentication: dict[str, Any] = {"sasl": {"scram": scram, "iam": iam}, "unauthenticated": unauthenticated}
    if certificate_authority_arns:
        authentication["tls"] = {"certificate_authority_arns": certificate_authority_arns}
    return authentication
