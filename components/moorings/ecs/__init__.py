"""Amazon ECS on Fargate: services that run exactly one task."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
