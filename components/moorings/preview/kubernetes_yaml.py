"""The Kubernetes objects of a plan as files, laid out as the provider's ``renderYamlToDirectory`` does."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from moorings.preview.plan import Plan, Resource, jsonable


def write(plan: Plan, folder: Path) -> list[Path]:
    """Write each object to a file of its own, definitions apart from all else; secrets stay masked."""
    objects = [_named(resource) for resource in plan.resources if _is_object(resource)]
    files = [folder / _place(each) for each in objects]
    for parent in {file.parent for file in files}:
        parent.mkdir(parents=True, exist_ok=True)
    return [_write(file, jsonable(each)) for file, each in zip(files, objects, strict=True)]


def _is_object(resource: Resource) -> bool:
    return resource.type.startswith("kubernetes:") and {"apiVersion", "kind"} <= resource.inputs.keys()


def _named(resource: Resource) -> dict[str, Any]:
    """The object with a name; where Pulumi would make one, it begins with the resource's."""
    metadata = dict(resource.inputs.get("metadata") or {})
    metadata.setdefault("name", resource.name)
    return {**resource.inputs, "metadata": metadata}


def _place(found: dict[str, Any]) -> Path:
    folder = "0-crd" if found["kind"] == "CustomResourceDefinition" else "1-manifest"
    space = found["metadata"].get("namespace", "default")
    words = (found["apiVersion"], found["kind"], space, found["metadata"]["name"])
    return Path(folder, re.sub(r"[^A-Za-z0-9.-]", "_", "-".join(map(str, words)).lower()) + ".yaml")


def _write(path: Path, document: Any) -> Path:
    """Write a file completely or not at all."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, "utf-8")
    return unfinished.replace(path)
