"""Presets of applications for Kafka, configured as their vendors recommend."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
