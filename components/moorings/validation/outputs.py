"""Outputs of a component: their registration, and the base of those that are objects."""

from inspect import get_annotations
from typing import Any

import pulumi
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from moorings.validation.reporter import Reporter


class StructuredOutput:
    """Base of outputs that are objects."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field by its name. The plugin host reads the outputs of a component like dicts."""
        return getattr(self, name, default)


def register_declared_outputs(component: pulumi.ComponentResource, reporter: Reporter | None = None) -> None:
    """Register the annotated attributes of a component, with the names that other languages see.

    Models are left out: they describe the component to other components of the same program.

    Args:
        component: the component.
        reporter: its reporter, which then logs the warnings and the unused acknowledgements.

    """
    outputs: dict[str, Any] = {name: getattr(component, name) for name in get_annotations(type(component))}
    component.register_outputs(
        {to_camel(name): value for name, value in outputs.items() if not isinstance(value, BaseModel)}
    )
    if reporter is not None:
        reporter.finish(component)
