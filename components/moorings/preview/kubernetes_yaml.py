"""Writes the Kubernetes objects of a plan to YAML files, in the layout of the provider's ``renderYamlToDirectory``."""

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pulumi
import yaml
from yaml import events

from moorings.preview.documents import read_text, replace_files
from moorings.preview.plan import Plan, Resource, jsonable
from moorings.preview.secret_masking import is_array, is_object

FOLDERS = {"CustomResourceDefinition": "0-crd", "Namespace": "0-namespace"}
"""Folders of the objects that others require, by kind. ``kubectl`` reads folders in alphabetical order."""

OTHER_FOLDER = "1-manifest"

FILE_LIST = ".moorings-files"
"""List of the files that a run has written."""

STRING_TAG = "tag:yaml.org,2002:str"


def write_yaml(plan: Plan, folder: Path) -> list[Path]:
    """Write each object to a file of its own, with secrets masked; returns the files.

    Custom resource definitions and namespaces have folders of their own, which ``kubectl apply --recursive`` reads
    first. If objects belong to several providers, and so possibly to several clusters, each provider has a folder.
    Files of an earlier run whose objects the plan no longer contains are deleted, so that ``kubectl apply`` does not
    create the objects again. A file that another program has created is never deleted.

    Args:
        plan: plan with known outputs, so that references contain the names of the objects.
        folder: folder for the files of the stack.

    Raises:
        pulumi.RunError: Two resources declare the same object.

    """
    objects = [resource for resource in plan.resources if _is_object(resource)]
    several_providers = len({resource.provider for resource in objects}) > 1
    documents: dict[Path, tuple[Resource, Any]] = {}
    for resource in objects:
        document = _with_name(resource)
        path = folder / (_provider_name(resource) if several_providers else "") / _file_path(document)
        if path in documents:
            first = documents[path][0]
            raise pulumi.RunError(
                f"{first.name} and {resource.name} declare the same Kubernetes object {path.stem}; rename one of them"
            )
        documents[path] = (resource, document)
    for parent in {path.parent for path in documents}:
        parent.mkdir(parents=True, exist_ok=True)
    files = {path.relative_to(folder).as_posix() for path in documents}
    earlier = _read_list(folder / FILE_LIST)
    if documents or earlier:
        contents = ((path, _to_yaml(document)) for path, (_, document) in documents.items())
        listed = (folder / FILE_LIST, "".join(f"{name}\n" for name in sorted(files)))
        replace_files(itertools.chain(contents, [listed]))
    for name in earlier - files:
        (folder / name).unlink(missing_ok=True)
    return list(documents)


def _read_list(path: Path) -> set[str]:
    """Return the files that an earlier run has written, without what a changed list could add."""
    if not path.is_file():
        return set()
    lines = read_text(path).splitlines()
    return {line for line in lines if line.endswith(".yaml") and ".." not in line and not line.startswith("/")}


def _is_object(resource: Resource) -> bool:
    return resource.type.startswith("kubernetes:") and {"apiVersion", "kind"} <= resource.inputs.keys()


def _with_name(resource: Resource) -> dict[str, Any]:
    """Return the object with a name. A generated one is that to which other objects refer.

    Fields that updates ignore are left out: every ``kubectl apply`` would reset what an autoscaler has set.
    """
    metadata = dict(resource.inputs.get("metadata") or {})
    metadata.setdefault("name", resource.id.rpartition("/")[2] or resource.name)
    document = {**resource.inputs, "metadata": metadata}
    for path in resource.ignore_changes:
        document = _without(document, path.split("."))
    return document


def _without(document: Any, path: Sequence[str]) -> Any:
    """Return an object without the field at a path."""
    if not is_object(document) or path[0] not in document:
        return document
    others = {key: value for key, value in document.items() if key != path[0]}
    return {**others, path[0]: _without(document[path[0]], path[1:])} if len(path) > 1 else others


def _provider_name(resource: Resource) -> str:
    return file_name(resource.provider.rpartition("::")[0].rpartition("::")[2] or "default")


def _file_path(document: dict[str, Any]) -> Path:
    folder = FOLDERS.get(document["kind"], OTHER_FOLDER)
    namespace = document["metadata"].get("namespace", "default")
    parts = (document["apiVersion"], document["kind"], namespace, document["metadata"]["name"])
    return Path(folder, file_name("-".join(str(jsonable(part)) for part in parts).lower()) + ".yaml")


def file_name(text: str) -> str:
    """Return a text as the name of a file or folder, in which ``.`` and ``..`` are not other folders."""
    return re.sub(r"[^A-Za-z0-9.-]|^\.+$", lambda match: "_" * len(match[0]), text)


def _to_yaml(document: Any) -> str:
    """Return the text of ``yaml.dump`` in a quarter of the time, because values are not converted to nodes first."""
    stream: list[Any] = [events.StreamStartEvent(), events.DocumentStartEvent(explicit=False)]
    _add_events(stream, document)
    stream += [events.DocumentEndEvent(explicit=False), events.StreamEndEvent()]
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(_yaml.emit(stream, Dumper=dumper, allow_unicode=True))


def _add_events(stream: list[Any], value: Any) -> None:
    """Add the events of a value; keys are sorted, as in ``jsonable``."""
    if isinstance(value, str):
        stream.append(_scalar(value))
    elif is_object(value):
        stream.append(_MAPPING)
        for key in sorted(value):
            stream.append(_scalar(key))
            _add_events(stream, value[key])
        stream.append(_MAPPING_END)
    elif is_array(value):
        stream.append(_SEQUENCE)
        for item in value:
            _add_events(stream, item)
        stream.append(_SEQUENCE_END)
    else:
        stream.append(_scalar(jsonable(value)))


@lru_cache(maxsize=None, typed=True)  # untyped, 1 and True would be the same key
def _scalar(value: str | float | None) -> Any:
    """Return the event of a value; text that could be read as another type is quoted."""
    if isinstance(value, str):
        plain = bool(_resolve(yaml.ScalarNode, value, (True, False)) == STRING_TAG)
        return events.ScalarEvent(None, None, (plain, True), value)
    return events.ScalarEvent(None, None, (True, False), _REPRESENTER.represent_data(value).value)


_yaml: Any = yaml  # its type stubs omit these functions
_MAPPING = events.MappingStartEvent(None, None, implicit=True, flow_style=False)
_MAPPING_END, _SEQUENCE_END = events.MappingEndEvent(), events.SequenceEndEvent()
_SEQUENCE = events.SequenceStartEvent(None, None, implicit=True, flow_style=False)
_resolve = _yaml.resolver.Resolver().resolve
_REPRESENTER = yaml.representer.SafeRepresenter()
