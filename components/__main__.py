"""Serves the components to programs in other languages: ``pulumi package add`` runs this."""

from importlib.metadata import version
from inspect import isclass

import pulumi
from pulumi.provider.experimental import component_provider_host

import moorings

COMPONENTS: list[type[pulumi.ComponentResource]] = [
    made
    for made in (getattr(moorings, name) for name in moorings.__all__)
    if isclass(made) and issubclass(made, pulumi.ComponentResource)
]

if __name__ == "__main__":
    component_provider_host(components=COMPONENTS, name="moorings", version=version("moorings"))
