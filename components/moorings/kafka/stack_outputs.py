"""Connections that another stack exports."""

from collections.abc import Mapping, Sequence
from typing import Any

from moorings.kafka.listeners import ListenerKind
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import is_mapping

FROM_STACK = "KafkaConnection.from_stack"


def select_connection(
    connections: Any, *, output: str, name: str, listener: ListenerKind, required: Sequence[str]
) -> Mapping[str, Any]:
    """Return a connection among those that a stack exports.

    Args:
        connections: value of the stack output.
        output: name of the stack output.
        name: name of the connection: a SCRAM user or a listener.
        listener: listener that the connection must use.
        required: values that the connection must have.

    Raises:
        InvalidInput: if the connection does not exist, uses another listener or lacks a value.

    """
    exported = _mapping(connections)
    if name not in exported:
        known = f"it exports {', '.join(sorted(exported))}" if exported else f"its output {output!r} contains none"
        raise InvalidInput.at(FROM_STACK, f"the stack has no connection {name!r}; {known}")
    connection = _mapping(exported[name])
    exported_listener = connection.get("listener")
    if exported_listener is None:
        problem = f"{name!r} in the output {output!r} is not a connection; export the result of its to_export()"
        raise InvalidInput.at(FROM_STACK, problem)
    if exported_listener != listener:
        problem = f"connection {name!r} uses the {exported_listener} listener, expected {listener}"
        raise InvalidInput.at(FROM_STACK, problem)
    missing = [value for value in required if connection.get(value) is None]
    if missing:
        fix = "export the result of MskCluster.connection, or create a KafkaConnection from the stack outputs"
        if missing == ["security_group_id"]:
            fix = "for a connection with public access set security_group=False"
        raise InvalidInput.at(FROM_STACK, f"connection {name!r} lacks {', '.join(missing)}; {fix}")
    return connection


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if is_mapping(value) else {}
