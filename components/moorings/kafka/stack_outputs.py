"""Connections that another stack exports."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from moorings.kafka.connection_rules import EXPORTED_CONNECTION, reject
from moorings.kafka.listeners import LISTENERS, ListenerKind
from moorings.validation.findings import label
from moorings.validation.inputs import is_mapping


def select_connection(
    connections: Any,
    *,
    output: str,
    name: str,
    listener: ListenerKind,
    required: Sequence[str],
    location: object = None,
) -> Mapping[str, Any]:
    """Return a connection among those that a stack exports.

    Args:
        connections: value of the stack output.
        output: name of the stack output.
        name: name of the connection: a SCRAM user or a listener.
        listener: listener that the connection must use.
        required: values that the connection must have.
        location: location of the call, for messages.

    Raises:
        InvalidInput: if the connection does not exist, uses another listener or lacks a value.

    """

    # A stack output is secret as a whole if any value in it is, so messages contain only what the program has passed.
    def reject_connection(problem: str) -> NoReturn:
        reject(EXPORTED_CONNECTION, problem, component=label("KafkaConnection", name), location=location)

    exported = _mapping(connections)
    if name not in exported:
        reject_connection(f"is not in the stack output {output!r}; export it under this name")
    connection = _mapping(exported[name])
    exported_listener = connection.get("listener")
    if exported_listener not in LISTENERS:
        reject_connection(
            f"its value in the stack output {output!r} is not a connection; export the result of its to_export()"
        )
    if exported_listener != listener:
        fix = "pass user" if exported_listener == "scram" else f"pass listener='{exported_listener}'"
        reject_connection(f"it uses the {exported_listener} listener, expected {listener}; {fix}")
    missing = [value for value in required if connection.get(value) is None]
    if missing:
        fix = "export the result of MskCluster.connection, or create a KafkaConnection from the stack outputs"
        if missing == ["security_group_id"]:
            fix = "for a connection with public access set security_group=False"
        reject_connection(f"it lacks {', '.join(missing)}; {fix}")
    return connection


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if is_mapping(value) else {}
