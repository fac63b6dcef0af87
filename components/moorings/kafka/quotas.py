"""Kafka quotas of users, client IDs and IP addresses: validation and ``kafka-configs.sh`` commands.

Source: https://kafka.apache.org/documentation/#design_quotas
"""

import shlex
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from moorings.kafka.acls import WILDCARD, EntityName
from moorings.validation.args import Args

_CLI_ENTITY_TYPES = {"user": "users", "client-id": "clients", "ip": "ips"}


class KafkaQuota(Args):
    """Quotas of a user, a client ID or an IP address.

    Each broker applies the quotas separately: a client of three brokers may use three times the value. Brokers delay
    the responses to a client that exceeds a quota and return no error.
    """

    user: EntityName | None = None
    """SCRAM user. ``*`` sets the default of users without quotas of their own."""

    client_id: EntityName | None = None
    """``client.id`` of the client. ``*`` sets the default of client IDs without quotas of their own."""

    ip: EntityName | None = None
    """IP address of the client. ``*`` sets the default of addresses without quotas of their own."""

    producer_byte_rate: PositiveInt | None = None
    """Bytes per second that producers may write."""

    consumer_byte_rate: PositiveInt | None = None
    """Bytes per second that consumers may read."""

    request_percentage: PositiveFloat | None = None
    """Share of the time of a broker's request threads, in percent of one thread."""

    controller_mutation_rate: PositiveFloat | None = None
    """Partitions per second that may be created or deleted."""

    connection_creation_rate: Annotated[int, Field(ge=1)] | None = None
    """Connections per second. Supported for ``ip`` only."""

    @model_validator(mode="after")
    def _validate_combination(self) -> Self:
        entity_types = [entity_type for entity_type, name in self._entities.items() if name is not None]
        if len(entity_types) != 1:
            raise ValueError("requires exactly one of user, client_id and ip")
        quotas = self.limits
        if not quotas:
            raise ValueError(f"no quota is set for the {entity_types[0]}; set at least one")
        if self.ip is not None and quotas.keys() != {"connection_creation_rate"}:
            raise ValueError("ip: supports only connection_creation_rate; set other quotas for a user")
        if self.ip is None and self.connection_creation_rate is not None:
            raise ValueError("connection_creation_rate: supported for an ip only; set ip")
        return self

    @property
    def _entities(self) -> dict[str, str | None]:
        return {"user": self.user, "client-id": self.client_id, "ip": self.ip}

    @property
    def entity(self) -> tuple[str, str | None]:
        """Entity type and name. The name is None for the default of the type."""
        entity_type, name = next((key, name) for key, name in self._entities.items() if name is not None)
        return entity_type, None if name == WILDCARD else name

    @property
    def limits(self) -> dict[str, str]:
        """Quotas by Kafka's configuration names."""
        quotas = {
            "producer_byte_rate": self.producer_byte_rate,
            "consumer_byte_rate": self.consumer_byte_rate,
            "request_percentage": self.request_percentage,
            "controller_mutation_rate": self.controller_mutation_rate,
            "connection_creation_rate": self.connection_creation_rate,
        }
        return {name: _format_number(value) for name, value in quotas.items() if value is not None}

    @staticmethod
    def commands(
        quotas: "Iterable[KafkaQuota]",
        *,
        config: str = "client.properties",
        remove: bool = False,
        tool: str = "kafka-configs.sh",
    ) -> list[str]:
        """Return ``kafka-configs.sh`` commands that set or remove quotas, quoted for a shell.

        The commands read the bootstrap servers from ``$BOOTSTRAP_SERVERS``.

        Args:
            quotas: the quotas.
            config: file with the administrator's client settings (``KafkaConnection.java_properties``).
            remove: whether the quotas are removed.
            tool: path of the tool.

        """
        command = f'{shlex.quote(tool)} --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config {shlex.quote(config)}'
        return [f"{command} --alter {shlex.join(_options(quota, remove=remove))}" for quota in quotas]


def _options(quota: KafkaQuota, *, remove: bool) -> list[str]:
    entity_type, name = quota.entity
    entity = ["--entity-default"] if name is None else ["--entity-name", name]
    if remove:
        change = ["--delete-config", ",".join(quota.limits)]
    else:
        change = ["--add-config", ",".join(f"{limit}={value}" for limit, value in quota.limits.items())]
    return ["--entity-type", _CLI_ENTITY_TYPES[entity_type], *entity, *change]


def _format_number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.15g}"
