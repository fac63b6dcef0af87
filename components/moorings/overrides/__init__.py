"""Overrides of single properties of a component's child resources."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
