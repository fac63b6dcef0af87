"""Merges a patch into the inputs of a resource, like a strategic merge patch.

Source: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from moorings.validation.errors import is_output
from moorings.validation.findings import Path
from moorings.validation.inputs import as_output, is_late, is_list, is_mapping

DIRECTIVE: Final = "$patch"
"""Key of a directive of a strategic merge patch: ``delete`` for an item, ``replace`` for a mapping."""

MERGE_KEYS: Mapping[str, tuple[str, ...]] = {
    # Kubernetes
    "claims": ("name",),
    "containers": ("name",),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "resourceClaims": ("name",),
    "schedulingGates": ("name",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    # Kubernetes and ECS
    "ports": ("containerPort", "port"),
    "secrets": ("name",),
    "volumes": ("name",),
    # ECS
    "containerDefinitions": ("name",),
    "dependsOn": ("containerName",),
    "environment": ("name",),
    "extraHosts": ("hostname",),
    "mountPoints": ("containerPath",),
    "portMappings": ("containerPort",),
    "resourceRequirements": ("type",),
    "secretOptions": ("name",),
    "systemControls": ("namespace",),
    "tmpfs": ("containerPath",),
    "ulimits": ("name",),
    "volumesFrom": ("sourceContainer",),
}
"""Fields that identify the items of a list, by the name of the list. A patch replaces all other lists.

The items of ``ports`` have a ``containerPort`` in a container, a ``port`` in a Service, and possibly neither in
a NetworkPolicy, whose list is then replaced. Those of ``topologySpreadConstraints`` are identified by both fields.

Sources: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/ and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

_COMPOSITE_KEYS = frozenset({"topologySpreadConstraints"})
"""Lists whose items are identified by all merge keys together, not by the first one that an item has."""


def merge(value: Any, patch: Any, name: str = "") -> Any:
    """Return a value after a patch.

    Mappings are merged by key, and lists by the merge key of their items (``MERGE_KEYS``). None removes a field. A
    function receives the current value and returns the new one. A string that is patched with a mapping or list, such
    as the container definitions of ECS, is parsed as JSON. Outputs are merged when they are known, and secrets stay
    secret.

    Args:
        value: the current value, None if there is none.
        patch: the patch.
        name: name of the field that has the value.

    """
    if is_mapping(patch) or is_list(patch):
        return _merge_nested(value, patch, name)
    if is_output(patch) or not callable(patch):
        return patch
    return as_output(value).apply(patch) if is_output(value) else patch(value)


def _merge_nested(value: Any, patch: Any, name: str) -> Any:
    if is_output(value):
        return as_output(value).apply(lambda known: _merge_nested(known, patch, name))
    if isinstance(value, str):
        try:
            return _dump(merge(json.loads(value), patch, name), name)
        except json.JSONDecodeError:
            return merge(None, patch, name)  # the provider rejects this type and names the property
    if is_mapping(patch):
        return _merge_mappings(value if is_mapping(value) else {}, patch)
    items: list[Any] = value if is_list(value) else []
    if name in MERGE_KEYS and all(_identity(name, item) for item in patch):
        return _merge_lists(items, patch, name)
    return [merge(None, item) for item in patch]


def items_without_key(patch: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the path of each item of a patch that lacks the merge key of its list, and this key."""
    if is_mapping(patch):
        for key, value in patch.items():
            yield from items_without_key(value, (*path, key))
    if is_list(patch):
        keys = MERGE_KEYS.get(str(path[-1]), ()) if path and path[-1] != "ports" else ()
        for index, item in enumerate(patch):
            if keys and is_mapping(item) and _identity(str(path[-1]), item) is None:
                yield (*path, index), " or ".join(keys)
            yield from items_without_key(item, (*path, index))


def _identity(name: str, item: Any) -> tuple[Any, ...] | None:
    """Return the merge key of a list item with its value. None if the item has none."""
    if not is_mapping(item):
        return None
    keys = MERGE_KEYS[name]
    if name in _COMPOSITE_KEYS:
        return tuple(item.get(key) for key in keys) if keys[0] in item else None
    return next(((key, item[key]) for key in keys if key in item), None)


def _merge_mappings(value: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    merged = {} if patch.get(DIRECTIVE) == "replace" else dict(value)
    for key, change in patch.items():
        if key == DIRECTIVE:
            continue
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), change, key)
    return merged


def _merge_lists(items: list[Any], patch: list[Any], name: str) -> list[Any]:
    changes = {_identity(name, change): change for change in patch}
    deleted = {key for key, change in changes.items() if is_mapping(change) and change.get(DIRECTIVE) == "delete"}
    merged: list[Any] = []
    for item in items:
        key = _identity(name, item)
        if key not in deleted:
            merged.append(merge(item, changes[key]) if key in changes else item)
        changes.pop(key, None)
    return merged + [merge(None, change) for key, change in changes.items() if key not in deleted]


_CONTAINER_DEFAULTS: Mapping[str, Any] = {
    "cpu": 0,
    "environment": [],
    "essential": True,
    "mountPoints": [],
    "portMappings": [],
    "systemControls": [],
    "volumesFrom": [],
}
_SORTED_LISTS = frozenset({"environment", "mountPoints", "portMappings", "secrets", "volumesFrom"})


def _dump(value: Any, name: str) -> Any:
    """Return a value as JSON, formatted as the components format it."""
    if is_late(value):
        return as_output(value).apply(lambda known: _dump(known, name))
    if name == "containerDefinitions":
        value = sorted(map(_as_stored, value), key=lambda container: str(container.get("name")))
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _as_stored(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return a container definition as ECS stores it: with default values and sorted lists.

    Any difference would register a new revision with each update, which causes downtime of a singleton.
    """
    stored: dict[str, Any] = {**_CONTAINER_DEFAULTS, **container}
    for name in _SORTED_LISTS & stored.keys():
        stored[name] = sorted(stored[name], key=lambda item: str(_identity(name, item)))
    return stored
