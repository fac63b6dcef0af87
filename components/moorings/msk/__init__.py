"""Amazon MSK: provisioned clusters, SCRAM users, client policies and VPC connections."""

from moorings.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__)
