"""Fields that several managers set, with server-side apply.

Sources:
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/fluxssa/patch.go
"""

from collections.abc import Iterable, Sequence
from typing import Any

from emulated_providers.property_encoding import Properties

MANAGER = "pulumi"

PATCH_FORCE = "pulumi.com/patchForce"
"""Annotation with which the provider takes over fields of other managers. Without it, they are a conflict."""

_TAKEN_OVER = ("kubectl", "before-first-apply")
"""Beginnings of the names of managers whose fields the provider takes over at an update."""


def replace_ignored(sent: Properties, live: Properties, ignored: Iterable[str]) -> None:
    """Remove ignored fields of other managers, and give the others their live values."""
    for path in ignored:
        *parent_path, field = path.split(".")
        owners = {entry["manager"] for entry in _entries(live) if _owns(entry["fieldsV1"], path)}
        parent, live_parent = _get_path(sent, parent_path), _get_path(live, parent_path)
        if owners and MANAGER not in owners:
            parent.pop(field, None)
        elif field in live_parent:
            parent[field] = live_parent[field]


def without_kubectl(live: Properties) -> list[Properties]:
    """The managed fields with those of ``kubectl`` as ours. Empty if there are none.

    Fields of a subresource stay: after ``kubectl scale``, the number of replicas is a conflict.
    """
    taken = [entry for entry in _entries(live) if _is_taken_over(entry)]
    if not taken:
        return []
    others = [entry for entry in _entries(live) if not _is_taken_over(entry)]
    ours = [entry for entry in others if entry["manager"] == MANAGER and entry["operation"] == "Apply"]
    merged = {
        **(ours or taken)[0],
        "manager": MANAGER,
        "operation": "Apply",
        "fieldsV1": _merged([entry["fieldsV1"] for entry in [*ours, *taken]]),
    }
    return [*(entry for entry in others if entry not in ours), merged]


def _entries(live: Properties) -> list[Properties]:
    return list(live["metadata"].get("managedFields", []))


def _is_taken_over(entry: Properties) -> bool:
    return entry["manager"].startswith(_TAKEN_OVER) and not entry.get("subresource")


def _merged(field_sets: Sequence[Properties]) -> Properties:
    """The union of sets of fields."""
    keys = {key for fields in field_sets for key in fields}
    return {key: _merged([fields[key] for fields in field_sets if key in fields]) for key in keys}


def _get_path(object_: Any, path: Sequence[str]) -> Any:
    """The object at a path, or an empty object."""
    for key in path:
        object_ = object_.get(key) or {}
    return object_


def _owns(fields: Properties, path: str) -> bool:
    """Whether a field manager owns one of the fields."""
    for key in path.split("."):
        if f"f:{key}" not in fields:
            return False
        fields = fields[f"f:{key}"]
    return True
