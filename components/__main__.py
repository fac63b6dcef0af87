"""Serves the components to programs in other languages: ``pulumi package add`` runs this."""

from importlib.metadata import version
from inspect import isclass

import pulumi
from pulumi.provider.experimental import component_provider_host
from pulumi.provider.experimental.analyzer import Analyzer

import moorings

COMPONENTS: list[type[pulumi.ComponentResource]] = [
    made
    for made in (getattr(moorings, name) for name in moorings.__all__)
    if isclass(made) and issubclass(made, pulumi.ComponentResource)
]

_of_class = Analyzer.get_docstring


def _of_class_or_base(self: Analyzer, typ: type, name: str) -> str | None:
    """The description of a field, also of one that is inherited, which the analyzer finds and does not describe."""
    ours = (each for each in typ.__mro__ if each.__module__.partition(".")[0] == moorings.__name__)
    return next(filter(None, (_of_class(self, each, name) for each in ours)), None)


if __name__ == "__main__":
    Analyzer.get_docstring = _of_class_or_base  # type: ignore[method-assign]
    component_provider_host(components=COMPONENTS, name="moorings", version=version("moorings"))
