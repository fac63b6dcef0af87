"""Differences between two states of a resource: one change per property, with the old and the new value.

JSON documents in strings, such as policies and task definitions, are compared by their content. List items are matched
by an identifying property, such as ``name``, if all of them have one.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from moorings.preview.documents import MAX_DEPTH
from moorings.preview.secret_masking import MASK, UNKNOWN, UNKNOWN_TEXT, is_array, is_object


class _Missing:
    """The absence of a value."""

    def __repr__(self) -> str:
        return "[missing]"


MISSING: Final = _Missing()
"""Old value of an added property, new value of a removed one, and values that the engine does not report."""

ITEM_KEYS = ("name", "key", "sid", "Sid", "id", "mountPath", "containerPort", "topologyKey", "ip", "host")
"""Properties that can identify an item of a list, in order of precedence."""

_DEFAULTS = "__defaults"
"""Property in which a provider lists the inputs that it has set to defaults."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True)
class PropertyChange:
    """The change of one property."""

    path: str
    """Path of the property in Pulumi's notation: ``spec.template.spec.containers["orders"].image``."""

    before: Any = MISSING
    after: Any = MISSING

    replaces: bool = False
    """Whether the change forces a replacement."""

    engine_path: str = ""
    """Path with list indexes, as the engine reports it."""

    @property
    def is_secret(self) -> bool:
        """Whether the old or the new value is secret. Reports then show neither value."""
        return MASK in (self.before, self.after)

    @property
    def is_reported(self) -> bool:
        """Whether the engine reports the old or the new value."""
        return self.before is not MISSING or self.after is not MISSING


def find_changes(before: Any, after: Any) -> list[PropertyChange]:
    """Return the changes between two values of the same kind, sorted by path."""
    return sorted(_changes(before, after, "", "", 0), key=lambda change: change.path)


def mark_replacements(changes: Sequence[PropertyChange], reasons: Sequence[str]) -> list[PropertyChange]:
    """Return the changes, marking those that force a replacement according to the engine.

    Args:
        changes: the changes.
        reasons: paths of the properties that force the replacement. One that is not among the changes, such as a
            secret, is added as a change without values.

    """
    marked = [
        replace(change, replaces=any(_overlap(reason, change.engine_path) for reason in reasons)) for change in changes
    ]
    return [*marked, *_without_values(marked, reasons, replaces=True)]


def add_reported(changes: Sequence[PropertyChange], reported: Sequence[str]) -> list[PropertyChange]:
    """Return the changes, adding those that only the engine detects, such as drift and changed secrets."""
    return sorted([*changes, *_without_values(changes, reported, replaces=False)], key=lambda change: change.path)


def _without_values(
    changes: Sequence[PropertyChange], paths: Sequence[str], *, replaces: bool
) -> Iterator[PropertyChange]:
    for path in paths:
        if not any(_overlap(path, change.engine_path) for change in changes):
            yield PropertyChange(path, replaces=replaces, engine_path=path)


def is_unknown(value: Any) -> bool:
    """Whether a value is known only after deployment: an object in a program, text in a file."""
    return value is UNKNOWN or value == UNKNOWN_TEXT


def _overlap(path: str, other: str) -> bool:
    """Whether two paths are equal, or one leads to a part of the other."""
    return _contains(path, other) or _contains(other, path)


def _contains(outer: str, inner: str) -> bool:
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
        documents = _parse_document(before), _parse_document(after)
        if all(document is not None for document in documents) and documents[0] != documents[1]:
            for change in _changes(*documents, path, "", depth + 1):
                # The engine reports the string as one property.
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
    if keyed := _keyed_items(before, after):
        old, new = ({key: (index, item) for index, (key, item) in enumerate(items)} for items in keyed)
        for key in dict.fromkeys([*old, *new]):
            index = (new.get(key) or old[key])[0]
            item_path = f"{path}[{json.dumps(key, ensure_ascii=False)}]"
            before_item, after_item = (items[key][1] if key in items else MISSING for items in (old, new))
            yield from _changes(before_item, after_item, item_path, f"{engine_path}[{index}]", depth + 1)
    elif len(before) == len(after) and _only_in(before, after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _changes(*pair, f"{path}[{index}]", f"{engine_path}[{index}]", depth + 1)
    elif len(before) == len(after) or any(is_object(item) or is_array(item) for item in (*before, *after)):
        # The items are only reordered, or cannot be matched.
        yield PropertyChange(path, before, after, engine_path=engine_path)
    else:
        removed, added = _only_in(before, after), _only_in(after, before)
        for item in removed:
            yield PropertyChange(f"{path}[]", before=item, engine_path=engine_path)
        for item in added:
            yield PropertyChange(f"{path}[]", after=item, engine_path=engine_path)


def _only_in(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return the items of a list that another list does not contain, counting duplicates."""
    unmatched = list(others)
    result: list[Any] = []
    for item in items:
        if item in unmatched:
            unmatched.remove(item)
        else:
            result.append(item)
    return result


def _keyed_items(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[tuple[Any, Any]], ...] | None:
    """Return the items of both lists with their keys, if one property identifies all items of each list."""
    if not (before or after) or not all(map(is_object, (*before, *after))):
        return None
    for name in ITEM_KEYS:
        keyed = [[(item.get(name), item) for item in items] for items in (before, after)]
        if all(_are_unique([key for key, _ in items]) for items in keyed):
            return tuple(keyed)
    return None


def _are_unique(keys: Sequence[Any]) -> bool:
    return all(isinstance(key, str | int) and key != MASK for key in keys) and len(set(keys)) == len(keys)


def _parse_document(value: Any) -> Any:
    """Return the JSON object or array in a string, or None."""
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
