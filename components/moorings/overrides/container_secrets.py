"""Finds secrets that transforms store in plain text: in the environment and the commands of containers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from moorings.validation.findings import Path
from moorings.validation.inputs import is_late, is_list, is_mapping
from moorings.validation.plaintext import MARKED_SECRET, find_secret, find_secret_in_command, unless_secret
from moorings.validation.resource_changes import is_unknown

_VARIABLES = ("env", "environment")
"""Names of the list of variables in a container of Kubernetes and of ECS."""

_COMMANDS = ("command", "args", "entryPoint")


def find_added_secrets(containers: Sequence[Any], rendered: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Path, str]]:
    """Yield the path below the list of containers, and the kind, of each secret that the component did not render.

    Args:
        containers: containers after all transforms. Unknown values are skipped.
        rendered: containers as the component rendered them. Their values have been checked, and may be late.

    """
    before = {container["name"]: container for container in rendered}
    for container in containers:
        if not is_mapping(container):
            continue
        name = str(container.get("name"))
        old = before.get(name, {})
        checked = _variables(old)
        for variable, value in _variables(container).items():
            if not (variable in checked and _is_same(checked[variable], value)):
                kind = find_secret(value, variable) if isinstance(value, str) and not is_unknown(value) else None
                if kind is not None:
                    yield (name, next(key for key in _VARIABLES if key in container), variable), kind
        for command in _COMMANDS:
            words = container.get(command)
            if is_list(words) and not _is_same(old.get(command), words):
                kind = find_secret_in_command([word for word in words if isinstance(word, str)])
                if kind is not None:
                    yield (name, command), kind


def secret_variables(patch: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the path and the value of each variable in a patch whose value is late, for ``is_marked``."""
    if is_mapping(patch):
        for key, value in patch.items():
            yield from secret_variables(value, (*path, key))
    for index, item in enumerate(patch) if is_list(patch) else ():
        if path and path[-1] in _VARIABLES and is_mapping(item) and is_late(item.get("value")):
            yield (*path, str(item.get("name"))), unless_secret(item["value"], str(item.get("name")))
        else:
            yield from secret_variables(item, (*path, index))


def is_marked(value: object) -> bool:
    """Whether a value that ``secret_variables`` yields is that of a secret."""
    return value is MARKED_SECRET


def _variables(container: Mapping[str, Any]) -> dict[str, Any]:
    lists: Iterable[Any] = (container.get(key) for key in _VARIABLES)
    items = [item for items in lists if is_list(items) for item in items if is_mapping(item)]
    return {str(item.get("name")): item.get("value") for item in items}


def _is_same(rendered: Any, value: Any) -> bool:
    """Whether a value is the rendered one, or may be because that was late."""
    return is_late(rendered) or bool(rendered == value)
