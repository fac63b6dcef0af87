"""Kafka quotas of users, client IDs and IP addresses: validation and ``kafka-configs.sh`` commands.

Source: https://kafka.apache.org/documentation/#design_quotas
"""

import shlex
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field, PositiveInt

from moorings.kafka.acls import WILDCARD, EntityName
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings
from moorings.validation.standalone import StandaloneArgs

PositiveNumber = Annotated[float, Field(gt=0, allow_inf_nan=False)]

_CLI_ENTITY_TYPES = {"user": "users", "client-id": "clients", "ip": "ips"}


class KafkaQuota(StandaloneArgs):
    """Quotas of a user, a client ID, a client ID of a user, or an IP address.

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

    request_percentage: PositiveNumber | None = None
    """Share of the time of a broker's request threads, in percent of one thread."""

    controller_mutation_rate: PositiveNumber | None = None
    """Partitions per second that may be created or deleted."""

    connection_creation_rate: PositiveInt | None = None
    """Connections per second. Supported for ``ip`` only."""

    @property
    def entities(self) -> dict[str, str | None]:
        """Names by entity type. A name is None for the default of the type."""
        names = {"user": self.user, "client-id": self.client_id, "ip": self.ip}
        return {
            entity_type: None if name == WILDCARD else name for entity_type, name in names.items() if name is not None
        }

    @property
    def title(self) -> str:
        """Name in messages: the entities."""
        return " ".join(name for name in (self.user, self.client_id, self.ip) if name is not None) or "quota"

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
    options: list[str] = []
    for entity_type, name in quota.entities.items():
        options += ["--entity-type", _CLI_ENTITY_TYPES[entity_type]]
        options += ["--entity-default"] if name is None else ["--entity-name", name]
    if remove:
        change = ["--delete-config", ",".join(quota.limits)]
    else:
        change = ["--add-config", ",".join(f"{limit}={value}" for limit, value in quota.limits.items())]
    return [*options, *change]


def _format_number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.15g}"


_QUOTAS = "https://kafka.apache.org/documentation/#design_quotas"
_MIN_BYTE_RATE = 1024
"""Bytes per second below which even small batches are delayed for minutes."""

QUOTA_RULES = RuleSet(KafkaQuota)
KafkaQuota.rules = QUOTA_RULES


@QUOTA_RULES.rule(
    "kafka-quota-entity",
    Severity.ERROR,
    source=_QUOTAS,
    invalid="user=None",
    valid="user='orders'",
)
def _entity(user: str | None, client_id: str | None, ip: str | None) -> Findings:
    """A quota applies to a user, to a client ID, to both together, or to an IP address."""
    if user is None and client_id is None and ip is None:
        yield "the quota has no user, client ID or IP address; set user, client_id or ip"
    elif ip is not None and (user is not None or client_id is not None):
        yield "ip", "cannot be combined with user or client_id; create separate quotas"


@QUOTA_RULES.rule(
    "kafka-quota-limit",
    Severity.ERROR,
    source="https://cwiki.apache.org/confluence/display/KAFKA/KIP-612%3A+Ability+to+Limit+Connection+Creation+Rate+on+Brokers",
    invalid="connection_creation_rate=20",
    valid="user=None, ip='10.0.0.1', producer_byte_rate=None, connection_creation_rate=20",
)
def _limits(limits: Mapping[str, str], ip: str | None) -> Findings:
    """Kafka limits the connections of IP addresses, and the traffic and requests of users and client IDs."""
    if not limits:
        expected = "connection_creation_rate" if ip is not None else "producer_byte_rate or consumer_byte_rate"
        yield "", f"no limit is set; set {expected}"
    for name in limits:
        if ip is not None and name != "connection_creation_rate":
            yield name, "not supported for an IP address; set it for a user"
        elif ip is None and name == "connection_creation_rate":
            yield name, "supported for an IP address only; set ip instead of user and client_id"


@QUOTA_RULES.rule(
    "kafka-quota-implausible",
    Severity.UNSAFE,
    source=_QUOTAS,
    invalid="producer_byte_rate=10",
    valid="producer_byte_rate=10_485_760",
)
def _implausible(
    producer_byte_rate: int | None, consumer_byte_rate: int | None, request_percentage: float | None
) -> Findings:
    """Quotas are in bytes per second and in percent. A client with a much lower quota is delayed until it times out."""
    rates = {"producer_byte_rate": producer_byte_rate, "consumer_byte_rate": consumer_byte_rate}
    for name, rate in rates.items():
        if rate is not None and rate < _MIN_BYTE_RATE:
            yield name, f"{rate} bytes per second throttle every request; set it in bytes per second, such as 1048576"
    if request_percentage is not None and request_percentage < 1:
        fix = f"set {request_percentage * 100:g} for {request_percentage * 100:g} percent"
        yield "request_percentage", f"{request_percentage:g} percent of one thread delays every request; {fix}"
