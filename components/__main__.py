"""Plugin host: serves the components to programs in other languages. ``pulumi package add`` runs it."""

from importlib.metadata import version
from inspect import isclass

import pulumi
from pulumi.provider.experimental import component_provider_host
from pulumi.provider.experimental.analyzer import Analyzer

import moorings

COMPONENTS: list[type[pulumi.ComponentResource]] = [
    member
    for member in (getattr(moorings, name) for name in moorings.__all__)
    if isclass(member) and issubclass(member, pulumi.ComponentResource)
]

_get_own_docstring = Analyzer.get_docstring


def _get_docstring(self: Analyzer, typ: type, name: str) -> str | None:
    """Return the docstring of an argument or output, also of an inherited one, which the analyzer leaves out."""
    classes = (base for base in typ.__mro__ if base.__module__.partition(".")[0] == moorings.__name__)
    return next(filter(None, (_get_own_docstring(self, base, name) for base in classes)), None)


if __name__ == "__main__":
    Analyzer.get_docstring = _get_docstring  # type: ignore[method-assign]
    component_provider_host(components=COMPONENTS, name="moorings", version=version("moorings"))
