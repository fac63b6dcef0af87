"""Affinity of pods to nodes and to other pods, in the fields of the Kubernetes API.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.validation.argument_rules import RANGE, REQUIRED, TYPE, UNKNOWN
from moorings.validation.inputs import is_late, is_list, is_mapping
from moorings.validation.rules import Violation

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_EXPRESSIONS = [{"key": str, "operator": str, "values?": [str]}]
_NODE_TERM = {"matchExpressions?": _EXPRESSIONS, "matchFields?": _EXPRESSIONS}
_SELECTOR = {"matchLabels?": dict, "matchExpressions?": _EXPRESSIONS}
_POD_TERM = {
    "topologyKey": str,
    "labelSelector?": _SELECTOR,
    "namespaceSelector?": _SELECTOR,
    "namespaces?": [str],
    "matchLabelKeys?": [str],
    "mismatchLabelKeys?": [str],
}
_POD_AFFINITY = {
    f"{_REQUIRED}?": [_POD_TERM],
    f"{_PREFERRED}?": [{"weight": int, "podAffinityTerm": _POD_TERM}],
}
_FIELDS = {
    "nodeAffinity?": {
        f"{_REQUIRED}?": {"nodeSelectorTerms": [_NODE_TERM]},
        f"{_PREFERRED}?": [{"weight": int, "preference": _NODE_TERM}],
    },
    "podAffinity?": _POD_AFFINITY,
    "podAntiAffinity?": _POD_AFFINITY,
}
"""Fields of the API by name, ``?`` for optional ones, with their type or their own fields. A list has items of a type.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling
"""

MAX_WEIGHT = 100
_TYPES = {str: "text", int: "a number", dict: "an object"}


def _check_fields(value: Any, expected: Any, *path: str | int) -> None:
    """Check the fields of a value at every level, except in late values.

    Raises:
        Violation: for a field that the API does not have, lacks, or has with another type.

    """
    if is_late(value) and not (is_mapping(value) or is_list(value)):
        return
    if is_mapping(expected):
        _check_object(value, expected, *path)
    elif is_list(expected):
        if not is_list(value):
            raise Violation(TYPE, f"must be a list, got {value!r}", *path)
        for index, item in enumerate(value):
            _check_fields(item, expected[0], *path, index)
    else:
        _check_type(value, expected, *path)


def _check_type(value: Any, expected: type, *path: str | int) -> None:
    if isinstance(value, bool) or not isinstance(value, expected):
        raise Violation(TYPE, f"must be {_TYPES[expected]}, got {value!r}", *path)
    if isinstance(value, int) and not 1 <= value <= MAX_WEIGHT:
        raise Violation(RANGE, f"must be between 1 and {MAX_WEIGHT}, got {value}", *path)


def _check_object(value: Any, fields: Mapping[str, Any], *path: str | int) -> None:
    if not is_mapping(value):
        raise Violation(TYPE, f"must be an object, got {value!r}", *path)
    types = {name.removesuffix("?"): expected for name, expected in fields.items()}
    for name, item in value.items():
        if name not in types:
            raise Violation(UNKNOWN, f"unknown field {name}; the fields are {', '.join(types)}", *path, name)
        _check_fields(item, types[name], *path, name)
    for name in fields:
        if not name.endswith("?") and name not in value:
            raise Violation(REQUIRED, "required; set it", *path, name)


def _check_affinity(affinity: dict[str, Any]) -> dict[str, Any]:
    _check_fields(affinity, _FIELDS)
    return affinity


Affinity = Annotated[dict[str, Any], AfterValidator(_check_affinity)]
"""An affinity: ``{"nodeAffinity": {...}, "podAntiAffinity": {...}}``."""
