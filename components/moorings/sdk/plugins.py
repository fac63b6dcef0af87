"""Versions of provider plugins, for resources that are registered without the classes of a provider SDK."""

from functools import cache
from importlib.metadata import version


@cache
def plugin_version(package: str) -> str:
    """Return the plugin version of an installed provider SDK, such as ``pulumi-aws``."""
    return version(package)
