"""Checks of arguments: plain values when they are created, Outputs when they resolve."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
