"""The Kubernetes objects of a plan as files, laid out as the provider's ``renderYamlToDirectory`` does."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pulumi
import yaml
from yaml import events

from moorings.preview.plan import Plan, Resource, jsonable
from moorings.preview.secret_masking import is_array, is_object

DEFINITIONS, OBJECTS = "0-crd", "1-manifest"
TEXT = "tag:yaml.org,2002:str"


def write_yaml(plan: Plan, folder: Path) -> list[Path]:
    """Write each object to a file of its own, definitions apart from all else; secrets stay masked.

    Objects of several providers, which may be several clusters, go to a folder for each. Files of objects that the plan
    no longer has are removed, so that ``kubectl apply`` does not bring them back.

    Raises:
        pulumi.RunError: One object is made twice.

    """
    objects = [resource for resource in plan.resources if _is_object(resource)]
    apart = len({resource.provider for resource in objects}) > 1
    found: dict[Path, tuple[Resource, Any]] = {}
    for resource in objects:
        document = _named(resource)
        path = folder / (_provider(resource) if apart else "") / _place(document)
        if path in found:
            first = found[path][0]
            raise pulumi.RunError(
                f"{first.name} and {resource.name} are one object to Kubernetes, {path.stem}; rename one"
            )
        found[path] = (resource, document)
    for parent in {path.parent for path in found}:
        parent.mkdir(parents=True, exist_ok=True)
    for path, (_, document) in found.items():
        _write(path, _text(document))
    for path in {*_written(folder)} - found.keys():
        path.unlink()
    return list(found)


def _is_object(resource: Resource) -> bool:
    return resource.type.startswith("kubernetes:") and {"apiVersion", "kind"} <= resource.inputs.keys()


def _named(resource: Resource) -> dict[str, Any]:
    """The object with a name; where Pulumi would make one, it begins with the resource's."""
    metadata = dict(resource.inputs.get("metadata") or {})
    metadata.setdefault("name", resource.name)
    return {**resource.inputs, "metadata": metadata}


def _provider(resource: Resource) -> str:
    """The provider's name, from its URN and its ID."""
    return _word(resource.provider.rpartition("::")[0].rpartition("::")[2] or "default")


def _place(found: dict[str, Any]) -> Path:
    folder = DEFINITIONS if found["kind"] == "CustomResourceDefinition" else OBJECTS
    space = found["metadata"].get("namespace", "default")
    words = (found["apiVersion"], found["kind"], space, found["metadata"]["name"])
    return Path(folder, _word("-".join(str(jsonable(word)) for word in words).lower()) + ".yaml")


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "_", text)


def _written(folder: Path) -> Iterator[Path]:
    """What a former run wrote: for one provider, or for several."""
    for layout in (f"{name}/*.yaml" for name in (DEFINITIONS, OBJECTS)):
        yield from folder.glob(layout)
        yield from folder.glob(f"*/{layout}")


def _write(path: Path, text: str) -> None:
    """Write a file completely or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def _text(document: Any) -> str:
    """What ``yaml.dump`` writes, from events: in a quarter of the time, since no value becomes a node first."""
    every: list[Any] = [events.StreamStartEvent(), events.DocumentStartEvent(explicit=False)]
    _add(every, document)
    every += [events.DocumentEndEvent(explicit=False), events.StreamEndEvent()]
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(_yaml.emit(every, Dumper=dumper, allow_unicode=True))


def _add(found: list[Any], value: Any) -> None:
    """Add the events of a value; the keys of an object are sorted, as ``jsonable`` does."""
    if isinstance(value, str):
        found.append(_scalar(value))
    elif is_object(value):
        found.append(_MAPPING)
        for key in sorted(value):
            found.append(_scalar(key))
            _add(found, value[key])
        found.append(_MAPPING_END)
    elif is_array(value):
        found.append(_SEQUENCE)
        for each in value:
            _add(found, each)
        found.append(_SEQUENCE_END)
    else:
        found.append(_scalar(jsonable(value)))


@lru_cache(maxsize=None, typed=True)  # else 1 would be true
def _scalar(value: str | float | None) -> Any:
    """A value as its event; text that reads like something else is quoted."""
    if isinstance(value, str):
        plain = bool(_resolve(yaml.ScalarNode, value, (True, False)) == TEXT)
        return events.ScalarEvent(None, None, (plain, True), value)
    return events.ScalarEvent(None, None, (True, False), _REPRESENTER.represent_data(value).value)


_yaml: Any = yaml  # whose types leave these open
_MAPPING = events.MappingStartEvent(None, None, implicit=True, flow_style=False)
_MAPPING_END, _SEQUENCE_END = events.MappingEndEvent(), events.SequenceEndEvent()
_SEQUENCE = events.SequenceStartEvent(None, None, implicit=True, flow_style=False)
_resolve = _yaml.resolver.Resolver().resolve
_REPRESENTER = yaml.representer.SafeRepresenter()
