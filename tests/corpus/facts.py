"""Facts of the originals: what they configure, and whether a deployment configures the same."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moorings.preview.plan import Resource, jsonable


def matches(expected: Any, actual: Any) -> bool:
    """Whether a value has everything that is expected of it.

    A mapping may have more keys, and a list more items in any order. JSON documents and Java properties are compared
    with mappings by their content.
    """
    if isinstance(expected, Mapping):
        actual = parse(actual)
        return isinstance(actual, Mapping) and all(
            key in actual and matches(value, actual[key]) for key, value in expected.items()
        )
    if isinstance(expected, list):
        actual = parse(actual)
        return isinstance(actual, list) and all(any(matches(item, other) for other in actual) for item in expected)
    return bool(expected == actual) or (not isinstance(expected, bool) and str(expected) == str(actual))


def parse(text: Any) -> Any:
    """Return the content of a JSON document or of Java properties, and any other value as it is."""
    if not isinstance(text, str):
        return text
    if text.startswith(("{", "[")):
        return json.loads(text)
    lines = [line.partition("=") for line in text.splitlines()]
    return {key.strip(): value.strip() for key, separator, value in lines if separator}


def find_missing(facts: Iterable[Mapping[str, Any]], resources: Iterable[Resource]) -> list[Mapping[str, Any]]:
    """Return the facts that no resource of their type has."""
    inputs = [(resource.type, jsonable(dict(resource.inputs))) for resource in resources]
    return [
        fact
        for fact in facts
        if not any(type_ == fact["type"] and matches(fact.get("inputs", {}), values) for type_, values in inputs)
    ]
