"""Pulumi components for Kafka applications on AWS and Kubernetes.

Each subpackage lists its public names in its ``__init__.pyi``. They are loaded on first use, so that a program loads
only the provider SDKs that it needs.
"""

from typing import Any

from moorings.lazy_names import lazy_names

_load, __dir__, __all__ = lazy_names(__name__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # its import takes longer than the rest of this file

        return version("moorings")
    return _load(name)
