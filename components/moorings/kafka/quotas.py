"""How much a user of Kafka may take from the others, as values and as commands.

Source: https://kafka.apache.org/documentation/#design_quotas
"""

import shlex
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from moorings.kafka.acls import Name
from moorings.validation.args import Args

_PLURAL = {"user": "users", "client-id": "clients", "ip": "ips"}


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.15g}"


class KafkaQuota(Args):
    """Limits of a user, of a client ID or of an IP address, on each broker.

    A client beyond its limit is made to wait, and told nothing. Limits are of one broker: a user that reaches three
    brokers has three times as much.
    """

    user: Name | None = None
    """The SCRAM user; ``*`` is every user that has no limits of its own."""

    client_id: Name | None = None
    """The ``client.id`` that a client gives itself; ``*`` is every one that has no limits of its own."""

    ip: Name | None = None
    """The IP address that clients connect from; ``*`` is every one that has no limits of its own."""

    producer_byte_rate: PositiveInt | None = None
    """Bytes in a second that producers write."""

    consumer_byte_rate: PositiveInt | None = None
    """Bytes in a second that consumers read."""

    request_percentage: PositiveFloat | None = None
    """Share of the time of a broker's threads, in percent of one thread."""

    controller_mutation_rate: PositiveFloat | None = None
    """Partitions in a second that are created or deleted."""

    connection_creation_rate: Annotated[int, Field(ge=1)] | None = None
    """Connections in a second; of an IP address alone."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        whose = [name for name, value in self._entities.items() if value is not None]
        if len(whose) != 1:
            raise ValueError("give one of user, client_id and ip, whose limits these are")
        limits = self.limits
        if not limits:
            raise ValueError(f"the {whose[0]} has no limit; give one, or remove the quota")
        if self.ip is not None and limits.keys() != {"connection_creation_rate"}:
            raise ValueError("an IP address has a connection_creation_rate and no other limit; give others to a user")
        if self.ip is None and self.connection_creation_rate is not None:
            raise ValueError(f"connection_creation_rate is of an ip, not of a {whose[0]}; give an ip")
        return self

    @property
    def _entities(self) -> dict[str, str | None]:
        return {"user": self.user, "client-id": self.client_id, "ip": self.ip}

    @property
    def entity(self) -> tuple[str, str | None]:
        """The type of whose limits these are, and the name; None is every one that has no limits of its own."""
        kind, name = next((kind, name) for kind, name in self._entities.items() if name is not None)
        return kind, None if name == "*" else name

    @property
    def limits(self) -> dict[str, str]:
        """The limits by Kafka's names for them."""
        given = {
            "producer_byte_rate": self.producer_byte_rate,
            "consumer_byte_rate": self.consumer_byte_rate,
            "request_percentage": self.request_percentage,
            "controller_mutation_rate": self.controller_mutation_rate,
            "connection_creation_rate": self.connection_creation_rate,
        }
        return {name: _number(value) for name, value in given.items() if value is not None}

    @staticmethod
    def commands(
        quotas: "Iterable[KafkaQuota]",
        *,
        config: str = "client.properties",
        remove: bool = False,
        tool: str = "kafka-configs.sh",
    ) -> list[str]:
        """Commands of Kafka's own tool, quoted for a shell, that set limits or take them back.

        The brokers stand in ``$BOOTSTRAP_SERVERS``.

        Args:
            quotas: the limits.
            config: file with the administrator's client settings, as ``KafkaConnection.java_properties`` gives them.
            remove: whether the limits are taken back.
            tool: the tool, as it is called on the machine.

        """
        where = f'--bootstrap-server "$BOOTSTRAP_SERVERS" --command-config {shlex.quote(config)}'
        found: list[str] = []
        for quota in quotas:
            kind, name = quota.entity
            entity = [
                "--entity-type",
                _PLURAL[kind],
                *(["--entity-default"] if name is None else ["--entity-name", name]),
            ]
            if remove:
                change = ["--delete-config", ",".join(quota.limits)]
            else:
                change = ["--add-config", ",".join(f"{limit}={value}" for limit, value in quota.limits.items())]
            found.append(f"{shlex.quote(tool)} {where} --alter {shlex.join([*entity, *change])}")
        return found
