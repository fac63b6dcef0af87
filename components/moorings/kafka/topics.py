"""KafkaTopic: name, partitions and properties of a topic."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt

from moorings.validation import argument_rules
from moorings.validation.args import Args
from moorings.validation.rules import Violation


def check_topic_name(name: str) -> str:
    """Return the topic name if Kafka allows it.

    Raises:
        Violation: for an invalid name.

    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name) or name in {".", ".."}:
        raise Violation(
            argument_rules.FORMAT,
            f"expected a topic name of 1 to 249 letters, digits, dots, underscores and hyphens, such as orders, got "
            f"{name!r}",
        )
    return name


class KafkaTopic(Args):
    """A topic. ``MskCluster(topics=[...])`` creates it with the MSK API, without network access to the brokers.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
    """

    name: Annotated[str, AfterValidator(check_topic_name)]
    """Name of the topic. Changing this creates a new, empty topic and deletes the old one, which requires
    ``protect=False``."""

    partitions: PositiveInt
    """Number of partitions. Can be increased in place, which assigns most keys to another partition. Reducing it is
    rejected, also in a preview."""

    replication_factor: PositiveInt | None = None
    """Replicas of each partition. Defaults to the cluster's ``default.replication.factor``. Changing this replaces the
    topic and deletes its records, which requires ``protect=False``."""

    config: dict[str, Annotated[str, Field(coerce_numbers_to_str=True)]] = {}
    """Topic properties (``{"retention.ms": "604800000"}``), updated in place. Default to the cluster's.

    Source: https://kafka.apache.org/documentation/#topicconfigs
    """

    protect: bool = True
    """Whether deleting or replacing the topic and its records is rejected. Defaults to true."""

    @property
    def tiered(self) -> bool:
        """Whether tiered storage is enabled for the topic."""
        return self.config.get("remote.storage.enable", "").strip().lower() == "true"

    @property
    def cleanup_policies(self) -> set[str]:
        """Policies in ``cleanup.policy``: ``compact``, ``delete`` or both. Defaults to ``delete``."""
        return {policy.strip() for policy in self.config.get("cleanup.policy", "delete").split(",")}
