"""Connections among the outputs of a stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from moorings.kafka.listeners import ListenerKind
from moorings.validation.inputs import InvalidInput

FROM_STACK = "KafkaConnection.from_stack"


@dataclass(frozen=True)
class Entry:
    """The one that is looked for."""

    output: str
    """Output of the stack that holds connections by name."""

    name: str
    """A user's name, or the listener's kind."""

    listener: ListenerKind
    wanted: Sequence[str]
    """What the connection must have."""

    def of(self, connections: Any) -> Mapping[str, Any]:
        """Find it among those that a stack exported.

        Raises:
            InvalidInput: where it is not there, is of another listener, or lacks something.

        """
        known = _mapping(connections)
        if self.name not in known:
            there = f"it has {', '.join(sorted(known))}" if known else f"its output {self.output!r} holds none"
            raise InvalidInput.at(FROM_STACK, f"the stack has no connection {self.name!r}; {there}")
        found = _mapping(known[self.name])
        its = found.get("listener")
        if its is None:
            what = f"{self.name!r} in the output {self.output!r} is no connection; export its to_export()"
            raise InvalidInput.at(FROM_STACK, what)
        if its != self.listener:
            what = f"connection {self.name!r} is of the {its} listener, not of {self.listener}"
            raise InvalidInput.at(FROM_STACK, what)
        missing = [name for name in self.wanted if found.get(name) is None]
        if missing:
            mend = "export what MskCluster.connection gives, or make a KafkaConnection of the stack's outputs by hand"
            if missing == ["security_group_id"]:
                mend = "over the internet it has none, so say security_group=False"
            raise InvalidInput.at(FROM_STACK, f"connection {self.name!r} lacks {', '.join(missing)}; {mend}")
        return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
