"""Waits for the conditions in the annotation ``pulumi.com/waitFor``, which replace the readiness check of the kind.

Emulated: ``condition=Type``, ``condition=Type=Status``, ``jsonpath={.path[0].field}``, ``jsonpath={.path}=value``, and
a JSON array of these. Paths with filters and wildcards are not emulated.

Sources:
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/overrides.go
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/condition/custom.go
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/jsonpath/jsonpath.go
"""

import json
import re
from collections.abc import Callable
from typing import Any

from emulated_providers.kubernetes_await.annotations import WAIT_FOR
from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, annotation, condition, field, name_of

_PATH = re.compile(r"jsonpath=\{((?:\.[A-Za-z0-9_-]+|\[\d+\])+)\}(?:=(.+))?")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")

Condition = Callable[[Object], bool]


class ConditionsAwaiter(Awaiter):
    """Waits until all conditions are true."""

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait.

        Raises:
            LookupError: an expression is invalid or not emulated.
        """
        super().__init__(config)
        self.watched = ((config.object["apiVersion"], config.object["kind"]),)
        self._unmet = {text: _parse(text) for text in _expressions(annotation(config.object, WAIT_FOR))}
        self.process(config.object["kind"], "", config.object)

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the object. A condition that has been true once counts as met."""
        if self.is_awaited(object_) and type_ != DELETED:
            self.object = object_
            self._unmet = {text: holds for text, holds in self._unmet.items() if not holds(object_)}

    def is_ready(self) -> bool:
        """Whether all conditions are true."""
        for text in self._unmet:
            self.messages.info(f"Waiting for {text.partition('=')[2]}")
        return not self._unmet

    def timeout_message(self) -> str:
        """Return the error at the timeout."""
        return f'timed out waiting for the condition of "{name_of(self.object)}"'


def _expressions(text: str) -> list[str]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        return [text]
    return list(values) if isinstance(values, list) else [text]


def _parse(text: str) -> Condition:
    if text.startswith("condition="):
        type_, _, status = text.removeprefix("condition=").partition("=")
        return lambda object_: (condition(object_, type_) or {}).get("status") == (status or "True")
    match = _PATH.fullmatch(text)
    if match is None:
        raise LookupError(f'expected a "jsonpath=" or "condition=" prefix and a path of fields, got "{text}"')
    path, expected = _STEP.findall(match[1]), match[2]

    def holds(object_: Object) -> bool:
        value: Any = object_
        for key, index in path:
            value = field(value, key) if key else _element(value, int(index))
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return value is not None and expected in (None, text)

    return holds


def _element(value: Any, index: int) -> Any:
    return value[index] if isinstance(value, list) and index < len(value) else None
