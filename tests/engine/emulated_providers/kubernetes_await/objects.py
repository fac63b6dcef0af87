"""Access to fields of Kubernetes objects."""

from collections.abc import Iterator, Mapping
from typing import Any

Object = dict[str, Any]


def field(object_: Mapping[str, Any] | None, *path: str) -> Any:
    """A field of an object. None if it is not set."""
    value: Any = object_
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def name_of(object_: Mapping[str, Any]) -> str:
    """The name of an object."""
    return str(object_["metadata"]["name"])


def namespace_of(object_: Mapping[str, Any]) -> str:
    """The namespace of an object. Empty for one of the cluster."""
    return str(object_["metadata"].get("namespace", ""))


def qualified_name(object_: Mapping[str, Any]) -> str:
    """Namespace and name of an object, without the namespace ``default``."""
    namespace = namespace_of(object_)
    return name_of(object_) if namespace in {"", "default"} else f"{namespace}/{name_of(object_)}"


def annotation(object_: Mapping[str, Any] | None, key: str) -> str:
    """An annotation. Empty if it is not set."""
    return str((field(object_, "metadata", "annotations") or {}).get(key, ""))


def conditions(object_: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The conditions in the status."""
    yield from field(object_, "status", "conditions") or []


def condition(object_: Mapping[str, Any], type_: str) -> Mapping[str, Any] | None:
    """The condition of a type. None if the status does not have it."""
    return next((found for found in conditions(object_) if found["type"] == type_), None)


def owned_by(object_: Mapping[str, Any], owner: Mapping[str, Any] | None) -> bool:
    """Whether one of the owner references is this object."""
    uid = field(owner, "metadata", "uid")
    return any(reference["uid"] == uid for reference in field(object_, "metadata", "ownerReferences") or [])
