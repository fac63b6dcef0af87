"""Registration of the outputs that a component declares."""

from functools import cache
from inspect import get_annotations
from typing import Any

import pulumi
from pydantic import BaseModel
from pydantic.alias_generators import to_camel


def register_declared_outputs(component: pulumi.ComponentResource) -> None:
    """Register the annotated attributes of a component, with the names that other languages see.

    Models are left out: they describe the component to other components of the same program.
    """
    names = _output_names(type(component))
    outputs: dict[str, Any] = {alias: getattr(component, name) for name, alias in names.items()}
    component.register_outputs({alias: value for alias, value in outputs.items() if not isinstance(value, BaseModel)})


@cache
def _output_names(component_class: type[pulumi.ComponentResource]) -> dict[str, str]:
    return {name: to_camel(name) for name in get_annotations(component_class)}
