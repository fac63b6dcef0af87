"""Membership of a workload's pods in a Kafka consumer group.

Sources: https://kafka.apache.org/documentation/#static_membership and
https://cwiki.apache.org/confluence/display/KAFKA/KIP-848%3A+The+Next+Generation+of+the+Consumer+Rebalance+Protocol
"""

from typing import Any, Literal

from moorings.kafka.client_environment import ClientSettingsFormat
from moorings.kubernetes.quantities import PositiveNumber
from moorings.validation.args import Args

MIN_SESSION_TIMEOUT_SECONDS = 6
MAX_SESSION_TIMEOUT_SECONDS = 1800
"""Default ``group.min.session.timeout.ms`` and ``group.max.session.timeout.ms`` of brokers.

Source: https://kafka.apache.org/documentation/#brokerconfigs_group.max.session.timeout.ms
"""

DEFAULT_SESSION_TIMEOUT_SECONDS = 45
"""Default ``session.timeout.ms`` of clients.

Source: https://kafka.apache.org/documentation/#consumerconfigs_session.timeout.ms
"""

Membership = Literal["dynamic", "static", "kip-848"]


class KafkaConsumer(Args):
    """Membership of the pods in a consumer group, which decides how the workload is updated.

    A workload with a consumer has no Service unless ``service_ports`` is set.
    """

    membership: Membership
    """How the pods join the consumer group. Changing between ``dynamic`` and ``static`` replaces the workload.

    - ``dynamic``: a Deployment whose pods join as new members. Every pod that starts or stops makes the whole group
      stop for a rebalance. Updates therefore stop all pods first (``Recreate``), which costs two rebalances instead of
      two per pod. Use ``strategy="RollingUpdate"`` only if all consumers rebalance cooperatively.
    - ``static``: a StatefulSet whose pods rejoin under their own name and keep their partitions. The name is in
      ``KAFKA_GROUP_INSTANCE_ID``, and the session timeout in ``KAFKA_SESSION_TIMEOUT_MS``.
    - ``kip-848``: brokers move partitions one by one while the other members continue, so that updates are rolling.
      ``KAFKA_GROUP_PROTOCOL`` is ``consumer``. Requires Kafka 4.0 on brokers and clients.

    With ``kafka_settings="spring"`` the variables are those of Spring Boot
    (``SPRING_KAFKA_CONSUMER_PROPERTIES_GROUP_INSTANCE_ID``). With ``none`` they have the names above.
    """

    session_timeout_seconds: PositiveNumber | None = None
    """Seconds for which the group retains the partitions of a static member that is down. Defaults to the longest time
    that a pod needs to stop and start, and to at least 45. Brokers allow 6 to 1800 unless
    ``group.min.session.timeout.ms`` or ``group.max.session.timeout.ms`` is set."""

    partitions: PositiveNumber | None = None
    """Number of partitions that the group consumes. If set, more consumers than partitions are rejected."""

    consumers_per_pod: PositiveNumber = 1
    """Number of consumers in each pod. For Karafka: processes times subscription groups. Each of several static
    consumers needs its own ``group.instance.id``, such as the name of the pod and a number."""

    @property
    def max_pods(self) -> int | None:
        """Number of pods above which consumers would be idle. None if the number of partitions is unknown."""
        return None if self.partitions is None else self.partitions // self.consumers_per_pod

    def session_timeout(self, restart_seconds: int) -> int:
        """Return the session timeout of a static member in seconds.

        Args:
            restart_seconds: longest time in seconds that a pod needs to stop and to become ready again.

        """
        return self.session_timeout_seconds or max(DEFAULT_SESSION_TIMEOUT_SECONDS, restart_seconds)

    def environment(self, settings: ClientSettingsFormat, restart_seconds: int) -> list[dict[str, Any]]:
        """Return the environment variables in the fields of the API.

        Args:
            settings: names of the variables.
            restart_seconds: longest time in seconds that a pod needs to stop and to become ready again.

        """
        prefix = "SPRING_KAFKA_CONSUMER_PROPERTIES_" if settings == "spring" else "KAFKA_"
        if self.membership == "kip-848":
            return [{"name": f"{prefix}GROUP_PROTOCOL", "value": "consumer"}]
        if self.membership == "dynamic":
            return []
        return [
            {"name": f"{prefix}GROUP_INSTANCE_ID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": f"{prefix}SESSION_TIMEOUT_MS", "value": f"{self.session_timeout(restart_seconds)}000"},
        ]
