"""What a client is told, in the words of its library. Plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from moorings.kafka import jaas
from moorings.kafka.listeners import LISTENERS, ListenerKind

Role = Literal["producer", "consumer"]

RESILIENCE: Mapping[Role | None, Mapping[str, str]] = MappingProxyType(
    {
        None: {},
        # Every replica in sync has a record, none has it twice, and what failed is sent again for two minutes.
        "producer": {
            "acks": "all",
            "delivery.timeout.ms": "120000",
            "enable.idempotence": "true",
            "retry.backoff.ms": "200",
        },
        # Its own session timeout of 45 s does, and with group.protocol=consumer none may be given.
        "consumer": {},
    }
)
"""Settings by role that bear the restart of a broker, under names that Java and librdkafka share.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-kafka-client.html
"""

_SPRING_NAMES: Mapping[str, str] = {
    "bootstrap.servers": "bootstrap-servers",
    "security.protocol": "security.protocol",
    "acks": "producer.acks",
    "client.rack": "consumer.properties.client.rack",
}


@dataclass(frozen=True)
class Login:
    """A connection whose values are known. Without a password the settings leave out what would hold it."""

    bootstrap_servers: str
    listener: ListenerKind
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    rack: str | None = None

    def librdkafka(self, role: Role | None) -> dict[str, str]:
        """Settings of librdkafka and of what is built on it.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        return self._common(role) | _present(
            {
                "sasl.mechanisms": LISTENERS[self.listener].sasl_mechanism,
                "sasl.username": self.username,
                "sasl.password": self.password,
            }
        )

    def java(self, role: Role | None) -> dict[str, str]:
        """Settings of the Java client and of what is built on it.

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html and, for IAM,
        https://docs.aws.amazon.com/msk/latest/developerguide/configure-clients-for-iam-access-control.html
        """
        iam = self.listener == "iam"
        return self._common(role) | _present(
            {
                "sasl.mechanism": LISTENERS[self.listener].sasl_mechanism,
                "sasl.jaas.config": self.jaas(),
                "sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
                if iam
                else None,
            }
        )

    def jaas(self) -> str | None:
        """The line with which Java's client logs in, None where there is nothing to say or the password is not known.

        Source: https://kafka.apache.org/documentation/#security_sasl_jaasconfig
        """
        if self.listener == "iam":
            return jaas.IAM
        if self.username is None or self.password is None:
            return None
        return jaas.scram(self.username, self.password)

    def kafka_python(self, role: Role | None) -> dict[str, str | int | bool]:
        """Keyword arguments of kafka-python's clients, which want numbers and flags as such.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        settings = self._common(role) | _present(
            {
                "sasl.mechanism": LISTENERS[self.listener].sasl_mechanism,
                "sasl.plain.username": self.username,
                "sasl.plain.password": self.password,
            }
        )
        typed = {name: _typed(value) if name in RESILIENCE[role] else value for name, value in settings.items()}
        return {name.replace(".", "_"): value for name, value in typed.items()}

    def spring(self, role: Role | None) -> dict[str, str]:
        """Properties of Spring Boot: its own name where it has one, else among the properties that it hands to Kafka.

        Raises:
            ValueError: for a password in which Spring would look for placeholders.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        if self.password is not None and "${" in self.password:
            raise ValueError(
                "Spring takes '${' in the password for the beginning of a placeholder; choose another password, or let "
                "MskScramUser choose it"
            )
        return {f"spring.kafka.{_spring_name(name, role)}": value for name, value in self.java(role).items()}

    def spring_environment(self, role: Role | None) -> dict[str, str]:
        """The same as environment variables: dots become underscores, hyphens go.

        Kafka's own names can be spelled so as well: Spring Boot reads a variable in lower case, takes underscores for
        dots, and keeps the dots in the names of a map of strings.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return {_variable(name.replace("-", "")): value for name, value in self.spring(role).items()}

    def environment(self, prefix: str) -> dict[str, str]:
        """Environment variables for a program that reads its own."""
        listener = LISTENERS[self.listener]
        return _present(
            {
                f"{prefix}BOOTSTRAP_SERVERS": self.bootstrap_servers,
                f"{prefix}SECURITY_PROTOCOL": listener.security_protocol,
                f"{prefix}SASL_MECHANISM": listener.sasl_mechanism,
                f"{prefix}SASL_USERNAME": self.username,
                f"{prefix}SASL_PASSWORD": self.password,
                f"{prefix}CLIENT_RACK": self.rack,
            }
        )

    def _common(self, role: Role | None) -> dict[str, str]:
        return _present(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "security.protocol": LISTENERS[self.listener].security_protocol,
                **RESILIENCE[role],
                "client.rack": self.rack,
            }
        )


def _present(settings: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value is not None}


def _typed(value: str) -> str | int | bool:
    return value == "true" if value in ("true", "false") else int(value) if value.isdigit() else value


def _spring_name(name: str, role: Role | None) -> str:
    if name in RESILIENCE[role]:
        return _SPRING_NAMES.get(name, f"{role}.properties.{name}")
    return _SPRING_NAMES.get(name, f"properties.{name}")


def _variable(name: str) -> str:
    return name.replace(".", "_").upper()
