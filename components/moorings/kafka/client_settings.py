"""Client settings in the format of each client library: librdkafka, Java, kafka-python, Spring Boot, environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from moorings.kafka.connection_rules import KAFKA_PYTHON_USERNAME, LIBRDKAFKA_WHITE_SPACE, SPRING_PLACEHOLDER
from moorings.kafka.java_client import IAM_CALLBACK_HANDLER, IAM_JAAS_CONFIG, scram_jaas_config
from moorings.kafka.listeners import LISTENERS, ListenerKind
from moorings.validation.rules import Violation

ClientRole = Literal["producer", "consumer"]

ScramMechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256"]

ROLE_SETTINGS: Mapping[ClientRole | None, Mapping[str, str]] = MappingProxyType(
    {
        None: {},
        # All in-sync replicas acknowledge a record, no record is duplicated, and failed sends are retried for two
        # minutes.
        "producer": {
            "acks": "all",
            "delivery.timeout.ms": "120000",
            "enable.idempotence": "true",
            "retry.backoff.ms": "200",
        },
        # The default session timeout of 45 s is sufficient, and group.protocol=consumer does not allow setting one.
        "consumer": {},
    }
)
"""Settings with which a client of a role survives a broker restart. Java and librdkafka use the same names for them.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-kafka-client.html
"""

_WHITE_SPACE = " \t\n\v\f\r"
"""Characters that C's ``isspace`` accepts."""

_SPRING_NAMES: Mapping[str, str] = {
    "bootstrap.servers": "bootstrap-servers",
    "security.protocol": "security.protocol",
    "acks": "producer.acks",
    "client.rack": "consumer.properties.client.rack",
}


@dataclass(frozen=True)
class ClientSettings:
    """Settings of a connection whose values are known. Without a password, the setting that holds it is omitted."""

    bootstrap_servers: str
    listener: ListenerKind
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    rack: str | None = None
    scram_mechanism: ScramMechanism = "SCRAM-SHA-512"

    @property
    def sasl_mechanism(self) -> str | None:
        """Authentication mechanism. None if the listener does not use SASL."""
        return self.scram_mechanism if self.listener == "scram" else LISTENERS[self.listener].sasl_mechanism

    def librdkafka(self, role: ClientRole | None) -> dict[str, str]:
        """Return the settings of librdkafka and libraries that are based on it.

        Raises:
            Violation: if the user name or password begins with white space, which librdkafka removes.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        for argument, value in self._credentials.items():
            if value != value.lstrip(_WHITE_SPACE):
                problem = f"begins with white space, which librdkafka removes; choose another {argument}"
                raise Violation(LIBRDKAFKA_WHITE_SPACE, problem, argument)
        return self._common(role) | _without_none(
            {
                "sasl.mechanisms": self.sasl_mechanism,
                "sasl.username": self.username,
                "sasl.password": self.password,
            }
        )

    def java(self, role: ClientRole | None) -> dict[str, str]:
        """Return the settings of the Java client and libraries that are based on it.

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html and, for IAM,
        https://docs.aws.amazon.com/msk/latest/developerguide/configure-clients-for-iam-access-control.html
        """
        return self._common(role) | _without_none(
            {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.jaas.config": self.jaas_config(),
                "sasl.client.callback.handler.class": IAM_CALLBACK_HANDLER if self.listener == "iam" else None,
            }
        )

    def jaas_config(self) -> str | None:
        """Return ``sasl.jaas.config``. None if the listener has none, or if the password is not known.

        Source: https://kafka.apache.org/documentation/#security_sasl_jaasconfig
        """
        if self.listener == "iam":
            return IAM_JAAS_CONFIG
        if self.username is None or self.password is None:
            return None
        return scram_jaas_config(self.username, self.password)

    def kafka_python(self, role: ClientRole | None) -> dict[str, str | int | bool]:
        """Return keyword arguments of kafka-python, which requires native numbers and booleans.

        Raises:
            Violation: if the user name contains ``=`` or ``,``, which kafka-python does not escape.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        if self.username is not None and not {"=", ","}.isdisjoint(self.username):
            problem = "contains '=' or ',', which kafka-python does not escape; choose another username"
            raise Violation(KAFKA_PYTHON_USERNAME, problem, "username")
        settings = self._common(role) | _without_none(
            {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.plain.username": self.username,
                "sasl.plain.password": self.password,
            }
        )
        return {
            name.replace(".", "_"): _native_type(value) if name in ROLE_SETTINGS[role] else value
            for name, value in settings.items()
        }

    def spring(self, role: ClientRole | None) -> dict[str, str]:
        """Return Spring Boot properties. Settings without a property of their own are passed to Kafka by name.

        Raises:
            Violation: if the user name or password contains ``${``, which Spring Boot resolves as a placeholder.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        for argument, value in self._credentials.items():
            if "${" in value:
                problem = f"Spring Boot resolves '${{' as a placeholder; choose another {argument}"
                raise Violation(SPRING_PLACEHOLDER, problem, argument)
        return {f"spring.kafka.{_spring_name(name, role)}": value for name, value in self.java(role).items()}

    def spring_environment(self, role: ClientRole | None) -> dict[str, str]:
        """Return the Spring Boot properties as environment variables: dots become underscores, hyphens are removed.

        This also works for Kafka's own setting names. Spring Boot converts a variable to lower case and its
        underscores to dots, and keeps dots in the keys of string maps.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return {_variable_name(name.replace("-", "")): value for name, value in self.spring(role).items()}

    def environment(self, prefix: str) -> dict[str, str]:
        """Return environment variables for an application that reads its own."""
        listener = LISTENERS[self.listener]
        return _without_none(
            {
                f"{prefix}BOOTSTRAP_SERVERS": self.bootstrap_servers,
                f"{prefix}SECURITY_PROTOCOL": listener.security_protocol,
                f"{prefix}SASL_MECHANISM": self.sasl_mechanism,
                f"{prefix}SASL_USERNAME": self.username,
                f"{prefix}SASL_PASSWORD": self.password,
                f"{prefix}CLIENT_RACK": self.rack,
            }
        )

    @property
    def _credentials(self) -> dict[str, str]:
        return _without_none({"username": self.username, "password": self.password})

    def _common(self, role: ClientRole | None) -> dict[str, str]:
        return _without_none(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "security.protocol": LISTENERS[self.listener].security_protocol,
                **ROLE_SETTINGS[role],
                "client.rack": self.rack,
            }
        )


def _without_none(settings: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value is not None}


def _native_type(value: str) -> str | int | bool:
    return value == "true" if value in ("true", "false") else int(value) if value.isdigit() else value


def _spring_name(name: str, role: ClientRole | None) -> str:
    if name in ROLE_SETTINGS[role]:
        return _SPRING_NAMES.get(name, f"{role}.properties.{name}")
    return _SPRING_NAMES.get(name, f"properties.{name}")


def _variable_name(name: str) -> str:
    return name.replace(".", "_").upper()
