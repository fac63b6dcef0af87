"""How the pods of a workload are members of a consumer group of Kafka."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from moorings.kafka.client_environment import ClientSettingsFormat
from moorings.kubernetes.quantities import PositiveNumber
from moorings.validation.args import Args

LEAST_SESSION = 6
MOST_SESSION = 1800
"""Brokers' own ``group.min.session.timeout.ms`` and ``group.max.session.timeout.ms``, which MSK leaves as they are.

Source: https://kafka.apache.org/documentation/#brokerconfigs_group.max.session.timeout.ms
"""

CLIENTS_SESSION = 45
"""Clients' own ``session.timeout.ms``.

Source: https://kafka.apache.org/documentation/#consumerconfigs_session.timeout.ms
"""

Membership = Literal["dynamic", "static", "kip-848"]


class KafkaConsumer(Args):
    """How the pods are members of a consumer group, and what follows from it for their updates.

    A workload that has one gets no Service, unless ``service_ports`` says so.
    """

    membership: Membership
    """How a pod belongs to its group. A change between ``dynamic`` and ``static`` replaces the workload.

    - ``dynamic``: a Deployment whose pods join anew each time. Each that comes or goes stops the whole group for a
      rebalance, so that an update takes all old pods away first (``Recreate``) and costs two rebalances, not two for
      each pod. ``strategy="RollingUpdate"`` is for consumers that all rebalance cooperatively.
    - ``static``: a StatefulSet, each pod of which comes back under its own name, and finds its partitions as it left
      them. The name is in ``KAFKA_GROUP_INSTANCE_ID``, and ``KAFKA_SESSION_TIMEOUT_MS`` is beside it.
    - ``kip-848``: the brokers move partitions one by one, and nobody else stops, so that pods go one after the other.
      ``KAFKA_GROUP_PROTOCOL`` is ``consumer``. Brokers and clients must be of Kafka 4.0 or newer.

    For Spring Boot the variables are its own (``SPRING_KAFKA_CONSUMER_PROPERTIES_GROUP_INSTANCE_ID``). All other
    programs read those named here, also where ``kafka_settings`` is ``none``.

    Source: https://kafka.apache.org/documentation/#static_membership and
    https://cwiki.apache.org/confluence/display/KAFKA/KIP-848%3A+The+Next+Generation+of+the+Consumer+Rebalance+Protocol
    """

    session_timeout_seconds: Annotated[int, Field(ge=LEAST_SESSION, le=MOST_SESSION)] | None = None
    """Seconds for which the group keeps the partitions of a static member that is away, 6 to 1800; also those of one
    that never comes back. By default as long as a pod may take to go and come, and 45 at least."""

    partitions: PositiveNumber | None = None
    """Partitions that the group reads: no more consumers than these have work. Not compared by default."""

    consumers_per_pod: PositiveNumber = 1
    """Consumers in each pod: processes times subscription groups. Where there are several, each needs a
    ``group.instance.id`` of its own: the pod's name and its number."""

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = [*self._session(), *self._work()]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _session(self) -> Iterator[str]:
        if self.session_timeout_seconds is None or self.membership == "static":
            return
        why = (
            "the brokers decide how long a kip-848 member may be away"
            if self.membership == "kip-848"
            else "a dynamic member leaves its group as it goes, and nobody waits for it"
        )
        yield f"session_timeout_seconds is {self.session_timeout_seconds}, and {why}; leave it out"

    def _work(self) -> Iterator[str]:
        if self.partitions is not None and not self.most_pods:
            yield (
                f"consumers_per_pod {self.consumers_per_pod} are more than the {self.partitions} partitions, and the "
                "rest would be idle; lower it"
            )

    @property
    def most_pods(self) -> int | None:
        """Pods whose consumers all have a partition. None where nobody says how many partitions there are."""
        return None if self.partitions is None else self.partitions // self.consumers_per_pod

    def session(self, absence: int) -> int:
        """Seconds for which the group waits for a pod that may be away for so long."""
        return self.session_timeout_seconds or max(CLIENTS_SESSION, absence)

    def variables(self, settings: ClientSettingsFormat, absence: int) -> list[dict[str, Any]]:
        """Environment variables, as the API takes them, of a pod that may be away for so many seconds."""
        prefix = "SPRING_KAFKA_CONSUMER_PROPERTIES_" if settings == "spring" else "KAFKA_"
        if self.membership == "kip-848":
            return [{"name": f"{prefix}GROUP_PROTOCOL", "value": "consumer"}]
        if self.membership == "dynamic":
            return []
        return [
            {"name": f"{prefix}GROUP_INSTANCE_ID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": f"{prefix}SESSION_TIMEOUT_MS", "value": f"{self.session(absence)}000"},
        ]
