"""Differences between two states of a resource: one change per property, with the old and the new value.

JSON documents in strings, such as policies and task definitions, are compared by their content. Items of lists are
matched by their names where they have names, as Kubernetes and Amazon ECS do.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moorings.preview.documents import MAX_DEPTH
from moorings.preview.secret_masking import MASK, UNKNOWN, UNKNOWN_TEXT, is_array, is_object


class _Missing:
    """The absence of a value."""

    def __repr__(self) -> str:
        return "[missing]"


MISSING: Final = _Missing()
"""Stands for the value of a property that is added or removed, and for a value that the engine does not report."""

MERGE_KEYS = ("name", "key", "sid", "Sid", "id", "mountPath", "containerPort", "topologyKey", "ip", "host")
"""Properties that identify an item of a list, in the order in which they are tried."""

_DEFAULTS = "__defaults"
"""Internal list of the providers."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True)
class PropertyChange:
    """The change of one property."""

    path: str
    """Path of the property in the notation of Pulumi: ``spec.template.spec.containers["orders"].image``."""

    before: Any = MISSING
    after: Any = MISSING

    replaces: bool = False
    """Whether the change forces a replacement."""

    engine_path: str = ""
    """The path with the index of each item, as an engine writes it."""

    @property
    def is_secret(self) -> bool:
        """Whether the old or the new value is secret, so that the report says only that it changes."""
        return MASK in (self.before, self.after)

    @property
    def is_reported(self) -> bool:
        """Whether the old or the new value is known."""
        return self.before is not MISSING or self.after is not MISSING


def find_changes(before: Any, after: Any) -> list[PropertyChange]:
    """Return the changes between two values of the same kind, sorted by path."""
    return sorted(_changes(before, after, "", "", 0), key=lambda change: change.path)


def mark_replacements(changes: Sequence[PropertyChange], reasons: Sequence[str]) -> list[PropertyChange]:
    """Return the changes, those marked that an engine names as reasons of a replacement.

    A reason without a visible change, such as that of a secret, is added as a change without values.
    """
    marked = [
        PropertyChange(
            change.path,
            change.before,
            change.after,
            any(_contains(reason, change.engine_path) or _contains(change.engine_path, reason) for reason in reasons),
            change.engine_path,
        )
        for change in changes
    ]
    return [*marked, *_without_values(marked, reasons, replaces=True)]


def add_reported(changes: Sequence[PropertyChange], reported: Sequence[str]) -> list[PropertyChange]:
    """Return the changes and those that only an engine sees, for example drift and other secret values."""
    return sorted([*changes, *_without_values(changes, reported, replaces=False)], key=lambda change: change.path)


def _without_values(
    changes: Sequence[PropertyChange], paths: Sequence[str], *, replaces: bool
) -> Iterator[PropertyChange]:
    for path in paths:
        if not any(_contains(path, change.engine_path) or _contains(change.engine_path, path) for change in changes):
            yield PropertyChange(path, replaces=replaces, engine_path=path)


def is_unknown(value: Any) -> bool:
    """Whether a value is known only after deployment, in a program or in a file."""
    return value is UNKNOWN or value == UNKNOWN_TEXT


def _contains(outer: str, inner: str) -> bool:
    """Whether a property is another one or a part of it."""
    return inner == outer or (inner.startswith(outer) and inner[len(outer)] in ".[")


def _changes(before: Any, after: Any, path: str, engine_path: str, depth: int) -> Iterator[PropertyChange]:
    if before == after and isinstance(before, bool) == isinstance(after, bool):
        return
    if is_unknown(before) and is_unknown(after):
        return
    if depth < MAX_DEPTH:
        if is_object(before) and is_object(after):
            yield from _object_changes(before, after, path, engine_path, depth)
            return
        if is_array(before) and is_array(after):
            yield from _array_changes(before, after, path, engine_path, depth)
            return
        documents = _document(before), _document(after)
        if all(document is not None for document in documents) and documents[0] != documents[1]:
            for change in _changes(*documents, path, "", depth + 1):
                # The engine does not look into the document.
                yield PropertyChange(change.path, change.before, change.after, engine_path=engine_path)
            return
    yield PropertyChange(path, before, after, engine_path=engine_path)


def _object_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str, engine_path: str, depth: int
) -> Iterator[PropertyChange]:
    for key in sorted((before.keys() | after.keys()) - {_DEFAULTS}):
        old, new = before.get(key, MISSING), after.get(key, MISSING)
        yield from _changes(old, new, _join(path, key), _join(engine_path, key), depth + 1)


def _array_changes(
    before: Sequence[Any], after: Sequence[Any], path: str, engine_path: str, depth: int
) -> Iterator[PropertyChange]:
    if keys := _item_keys(before, after):
        old, new = ({key: (index, item) for index, (key, item) in enumerate(items)} for items in keys)
        for key in dict.fromkeys([*old, *new]):
            index = (new.get(key) or old[key])[0]
            item_path = f"{path}[{json.dumps(key, ensure_ascii=False)}]"
            before_item, after_item = (items[key][1] if key in items else MISSING for items in (old, new))
            yield from _changes(before_item, after_item, item_path, f"{engine_path}[{index}]", depth + 1)
    elif len(before) == len(after) and _only_in(before, after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _changes(*pair, f"{path}[{index}]", f"{engine_path}[{index}]", depth + 1)
    elif len(before) == len(after) or any(is_object(item) or is_array(item) for item in (*before, *after)):
        yield PropertyChange(path, before, after, engine_path=engine_path)
    else:
        removed, added = _only_in(before, after), _only_in(after, before)
        for item in removed:
            yield PropertyChange(f"{path}[]", before=item, engine_path=engine_path)
        for item in added:
            yield PropertyChange(f"{path}[]", after=item, engine_path=engine_path)


def _only_in(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return the items that occur more often in a list than in another one."""
    rest = list(others)
    missing: list[Any] = []
    for item in items:
        if item in rest:
            rest.remove(item)
        else:
            missing.append(item)
    return missing


def _item_keys(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[tuple[Any, Any]], ...] | None:
    """Return the items of both lists with their keys, if one property identifies all items of each list."""
    if not (before or after) or not all(map(is_object, (*before, *after))):
        return None
    for name in MERGE_KEYS:
        keyed = [[(item.get(name), item) for item in items] for items in (before, after)]
        if all(_identify([key for key, _ in items]) for items in keyed):
            return tuple(keyed)
    return None


def _identify(keys: Sequence[Any]) -> bool:
    return all(isinstance(key, str | int) and key != MASK for key in keys) and len(set(keys)) == len(keys)


def _document(value: Any) -> Any:
    """Return the object or array that a string contains as JSON, or None."""
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return None
    try:
        document = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return document if is_object(document) or is_array(document) else None


def _join(path: str, key: str) -> str:
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key
