"""Connections that a stack exports, and that another one reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

import pulumi

from moorings.kafka.connection_rules import EXPORTED_CONNECTION, reject
from moorings.kafka.listeners import LISTENERS, ListenerKind
from moorings.kafka.security_protocols import SaslMechanism, SecurityProtocol
from moorings.validation.args import Args
from moorings.validation.findings import label
from moorings.validation.inputs import is_mapping

_SECRETS = frozenset({"password", "client_secret", "private_key", "private_key_password", "content", "key_password"})
"""Names of values that are secret."""

_CONSTANTS: Mapping[str, Any] = {
    "tls.verify_hostname": False,
    "tls.truststore.type": "JKS",
    "tls.keystore.type": "JKS",
}
"""Values that must not be late. They are exported only if they are not the default, which leaves one value."""


@dataclass(frozen=True)
class ExpectedConnection:
    """A connection that a program expects in the output of another stack."""

    output: str
    """Name of the stack output."""

    name: str
    """Name of the connection: a SCRAM user, a listener, or any other name."""

    listener: ListenerKind | None
    """Listener that the connection must use. None if it is described by protocol and mechanism."""

    protocol: SecurityProtocol
    mechanism: SaslMechanism | None

    required: Sequence[str]
    """Values that the connection must have, with dots for nested ones."""

    location: object = None
    """Location of the call, for messages."""

    def select(self, connections: Any) -> dict[str, Any]:
        """Return the required values of the connection among all that the stack exports.

        Raises:
            InvalidInput: if the connection does not exist, uses another listener or lacks a value.

        """
        exported = _mapping(connections)
        if self.name not in exported:
            self._reject(f"is not in the stack output {self.output!r}; export it under this name")
        connection = _mapping(exported[self.name])
        self._check_security(connection)
        values = {path: _value(connection, path) for path in self.required}
        missing = [path for path, value in values.items() if value is None]
        if missing:
            fix = "export the result of MskCluster.connection, or create a KafkaConnection from the stack outputs"
            if missing == ["security_group_id"]:
                fix = "for a connection with public access set security_group=False"
            elif self.listener is None:
                fix = "export it there, or remove it from parts"
            self._reject(f"it lacks {', '.join(missing)}; {fix}")
        others = sorted(path for path in _nested_paths(connection) if path not in self.required)
        if others:
            self._reject(f"it has further values; pass name, and add {others} to parts")
        return values

    def _check_security(self, connection: Mapping[str, Any]) -> None:
        listener, protocol = connection.get("listener"), connection.get("security_protocol")
        if listener not in LISTENERS and protocol is None:
            self._reject(
                f"its value in the stack output {self.output!r} is not a connection; export the result of its "
                "to_export()"
            )
        if self.listener is not None and listener in LISTENERS:
            if listener != self.listener:
                fix = "pass user" if listener == "scram" else f"pass listener='{listener}'"
                self._reject(f"it uses the {listener} listener, expected {self.listener}; {fix}")
            return
        mechanism = connection.get("sasl_mechanism")
        if listener in LISTENERS:
            kind = cast("ListenerKind", listener)
            protocol = LISTENERS[kind].security_protocol
            mechanism = connection.get("scram_mechanism", LISTENERS[kind].sasl_mechanism)
        if self.listener is not None or (protocol, mechanism) != (self.protocol, self.mechanism):
            fix = f"pass name, security_protocol={protocol!r} and sasl_mechanism={mechanism!r}"
            self._reject(f"it uses {protocol} and {mechanism}, expected {self.protocol} and {self.mechanism}; {fix}")

    # A stack output is secret as a whole if any value in it is, so messages contain only what the program has passed.
    def _reject(self, problem: str) -> NoReturn:
        reject(EXPORTED_CONNECTION, problem, component=label("KafkaConnection", self.name), location=self.location)


def nested_values(paths: Sequence[str], selected: pulumi.Output[dict[str, Any]]) -> dict[str, Any]:
    """Return arguments with the selected values, in which only secrets are secret.

    Args:
        paths: paths of the values, with dots for nested ones.
        selected: the values by path, secret as a whole.

    """
    arguments: dict[str, Any] = {}
    for path in paths:
        *outer, name = path.split(".")
        target = arguments
        for part in outer:
            target = target.setdefault(part, {})
        target[name] = _CONSTANTS[path] if path in _CONSTANTS else _select(selected, path, secret=name in _SECRETS)
    return arguments


def _select(selected: pulumi.Output[dict[str, Any]], path: str, *, secret: bool) -> pulumi.Output[Any]:
    value = selected.apply(lambda values: values[path])
    return value if secret else pulumi.Output.unsecret(value)


def export_values(args: Args, omitted: Collection[str] = (), *, secrets: bool) -> dict[str, Any]:
    """Return the arguments that are not None, in which nested arguments are dictionaries without their defaults."""
    values: dict[str, Any] = {}
    for name, value in args:
        if value is None or name in omitted or (name in _SECRETS and not secrets):
            continue
        if isinstance(value, Args):
            defaults = set(type(value).model_fields) - value.model_fields_set
            values[name] = export_values(value, defaults, secrets=secrets)
        else:
            values[name] = value
    return values


def _value(connection: Mapping[str, Any], path: str) -> Any:
    value: Any = connection
    for part in path.split("."):
        value = _mapping(value).get(part)
    return value


def _nested_paths(values: Mapping[str, Any], *outer: str) -> list[str]:
    """Return the paths of nested values, without those at the top."""
    paths: list[str] = []
    for name, value in values.items():
        if is_mapping(value):
            paths += _nested_paths(value, *outer, name)
        elif outer:
            paths.append(".".join([*outer, name]))
    return paths


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if is_mapping(value) else {}
