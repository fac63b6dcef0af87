"""Kafka at protocol level, independent of a cloud provider: connections, client settings, topics, ACLs and quotas."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
