"""Workloads on Kubernetes, and how traffic reaches them."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
