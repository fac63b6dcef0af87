"""Amazon MSK: provisioned clusters whose users can log in."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
