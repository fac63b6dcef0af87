"""Versions of provider plugins, for resources that are registered without the classes of a vendor SDK."""

from functools import cache
from importlib.metadata import version


@cache
def plugin_version(package: str) -> str:
    """Return the version of the plugin that belongs to an installed vendor SDK, such as ``pulumi-aws``."""
    return version(package)
