"""What every Kafka speaks: listeners, connections, client settings. Values alone, no cloud."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
