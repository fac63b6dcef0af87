"""Access to fields of Kubernetes objects."""

from collections.abc import Iterator, Mapping
from typing import Any

Object = dict[str, Any]


def field(object_: Mapping[str, Any] | None, *path: str) -> Any:
    """Return a field of an object. None if it is not set."""
    value: Any = object_
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def name_of(object_: Mapping[str, Any]) -> str:
    """Return the name of an object."""
    return str(object_["metadata"]["name"])


def namespace_of(object_: Mapping[str, Any]) -> str:
    """Return the namespace of an object. Empty if the object is cluster-scoped."""
    return str(object_["metadata"].get("namespace", ""))


def qualified_name(object_: Mapping[str, Any]) -> str:
    """Return ``namespace/name`` of an object, or only the name in the namespace ``default``."""
    namespace = namespace_of(object_)
    return name_of(object_) if namespace in {"", "default"} else f"{namespace}/{name_of(object_)}"


def annotation(object_: Mapping[str, Any] | None, key: str) -> str:
    """Return an annotation. Empty if it is not set."""
    return str((field(object_, "metadata", "annotations") or {}).get(key, ""))


def conditions(object_: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the conditions in the status."""
    yield from field(object_, "status", "conditions") or []


def condition(object_: Mapping[str, Any], type_: str) -> Mapping[str, Any] | None:
    """Return the condition of a type. None if the status does not have it."""
    return next((entry for entry in conditions(object_) if entry["type"] == type_), None)


def owned_by(object_: Mapping[str, Any], owner: Mapping[str, Any] | None) -> bool:
    """Whether one of the owner references refers to this owner."""
    uid = field(owner, "metadata", "uid")
    return any(reference["uid"] == uid for reference in field(object_, "metadata", "ownerReferences") or [])
