"""Client settings in the format of each client library: librdkafka, Java, kafka-python, Spring Boot, environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from moorings.kafka.connection_rules import (
    CLIENT_LISTENER,
    KAFKA_PYTHON_USERNAME,
    LIBRDKAFKA_WHITE_SPACE,
    SPRING_PLACEHOLDER,
)
from moorings.kafka.java_client import (
    IAM_CALLBACK_HANDLER,
    IAM_JAAS_CONFIG,
    OAUTH_LOGIN_MODULE,
    PLAIN_LOGIN_MODULE,
    SCRAM_LOGIN_MODULE,
    jaas_config,
)
from moorings.kafka.oauth_settings import OAuthSettings
from moorings.kafka.security_protocols import SCRAM_MECHANISMS, SaslMechanism, SecurityProtocol
from moorings.kafka.tls_settings import NO_TLS_SETTINGS, TlsSettings
from moorings.validation.rules import Violation

ClientRole = Literal["producer", "consumer"]

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
    """Settings of a connection whose values are known. Secrets that are None are omitted.

    The parameter ``files`` of the methods is the directory with the certificates and keys. Without it, settings contain
    them.
    """

    bootstrap_servers: str
    security_protocol: SecurityProtocol
    sasl_mechanism: SaslMechanism | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    rack: str | None = None
    topic_prefix: str | None = None
    oauth: OAuthSettings | None = None
    tls: TlsSettings = NO_TLS_SETTINGS

    def librdkafka(
        self, role: ClientRole | None, files: str | None = None, *, token_callback: bool = False
    ) -> dict[str, str]:
        """Return the settings of librdkafka and libraries that are based on it.

        Args:
            role: see `ROLE_SETTINGS`.
            files: see the class.
            token_callback: whether the application registers a function that returns tokens.

        Raises:
            Violation: if a value begins with white space, which librdkafka removes; for IAM without
                ``token_callback``.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        if self.sasl_mechanism == "AWS_MSK_IAM" and not token_callback:
            raise Violation(
                CLIENT_LISTENER,
                "librdkafka does not support AWS_MSK_IAM; set token_callback=True and register a function that returns "
                "tokens of the AWS MSK IAM SASL signer, or connect as a SCRAM user",
            )
        for argument, value in self._credentials.items():
            if value != value.lstrip(_WHITE_SPACE):
                problem = f"begins with white space, which librdkafka removes; choose another {argument}"
                raise Violation(LIBRDKAFKA_WHITE_SPACE, problem, *argument.split("."))
        return self._common(role) | _without_none(
            {
                "sasl.mechanisms": "OAUTHBEARER" if token_callback else self.sasl_mechanism,
                "sasl.username": self.username,
                "sasl.password": self.password,
                **({} if self.oauth is None or token_callback else self.oauth.librdkafka()),
                **self.tls.librdkafka(files),
            }
        )

    def java(self, role: ClientRole | None, files: str | None = None) -> dict[str, str]:
        """Return the settings of the Java client and libraries that are based on it.

        Source: https://kafka.apache.org/documentation/#security_configclients and, for IAM,
        https://docs.aws.amazon.com/msk/latest/developerguide/configure-clients-for-iam-access-control.html
        """
        iam = self.sasl_mechanism == "AWS_MSK_IAM"
        return self._common(role) | _without_none(
            {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.jaas.config": self.jaas_config(),
                "sasl.client.callback.handler.class": IAM_CALLBACK_HANDLER if iam else None,
                **({} if self.oauth is None else self.oauth.java()),
                **self.tls.java(files),
            }
        )

    def jaas_config(self) -> str | None:
        """Return ``sasl.jaas.config``. None if the protocol has none, or if the password is not known.

        Source: https://kafka.apache.org/documentation/#security_sasl_jaasconfig
        """
        if self.sasl_mechanism == "AWS_MSK_IAM":
            return IAM_JAAS_CONFIG
        if self.sasl_mechanism == "OAUTHBEARER":
            return jaas_config(OAUTH_LOGIN_MODULE, {}) if self.oauth is None else self.oauth.jaas_config()
        if self.username is None or self.password is None:
            return None
        module = PLAIN_LOGIN_MODULE if self.sasl_mechanism == "PLAIN" else SCRAM_LOGIN_MODULE
        return jaas_config(module, {"username": self.username, "password": self.password})

    def kafka_python(
        self, role: ClientRole | None, files: str | None = None, *, token_callback: bool = False
    ) -> dict[str, str | int | bool]:
        """Return keyword arguments of kafka-python, which requires native numbers and booleans.

        Args:
            role: see `ROLE_SETTINGS`.
            files: see the class.
            token_callback: whether the application passes a provider of tokens.

        Raises:
            Violation: if the name of a SCRAM user contains ``=`` or ``,``, which kafka-python does not escape; for
                OAUTHBEARER without ``token_callback``.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        scram = self.sasl_mechanism in SCRAM_MECHANISMS
        if scram and self.username is not None and not {"=", ","}.isdisjoint(self.username):
            problem = "contains '=' or ',', which kafka-python does not escape; choose another username"
            raise Violation(KAFKA_PYTHON_USERNAME, problem, "username")
        if self.sasl_mechanism == "OAUTHBEARER" and not token_callback:
            raise Violation(
                CLIENT_LISTENER,
                "kafka-python requests no tokens from an endpoint; set token_callback=True and pass a "
                "sasl_oauth_token_provider in the application, or use librdkafka",
            )
        settings: dict[str, Any] = self._common(role) | _without_none(
            {
                "sasl.mechanism": "OAUTHBEARER" if token_callback else self.sasl_mechanism,
                "sasl.plain.username": self.username,
                "sasl.plain.password": self.password,
            }
        )
        arguments = {
            name.replace(".", "_"): _native_type(value) if name in ROLE_SETTINGS[role] else value
            for name, value in settings.items()
        }
        return arguments | {name: value for name, value in self.tls.kafka_python(files).items() if value is not None}

    def spring(self, role: ClientRole | None, files: str | None = None) -> dict[str, str]:
        """Return Spring Boot properties. Settings without a property of their own are passed to Kafka by name.

        Raises:
            Violation: if the user name or password contains ``${``, which Spring Boot resolves as a placeholder.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        for argument, value in self._credentials.items():
            if "${" in value:
                problem = f"Spring Boot resolves '${{' as a placeholder; choose another {argument}"
                raise Violation(SPRING_PLACEHOLDER, problem, *argument.split("."))
        return {f"spring.kafka.{_spring_name(name, role)}": value for name, value in self.java(role, files).items()}

    def spring_environment(self, role: ClientRole | None, files: str | None = None) -> dict[str, str]:
        """Return the Spring Boot properties as environment variables: dots become underscores, hyphens are removed.

        This also works for Kafka's own setting names. Spring Boot converts a variable to lower case and its
        underscores to dots, and keeps dots in the keys of string maps.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return {_variable_name(name.replace("-", "")): value for name, value in self.spring(role, files).items()}

    def environment(self, prefix: str, files: str | None = None) -> dict[str, str]:
        """Return environment variables for an application that reads its own."""
        variables = {
            "BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "SECURITY_PROTOCOL": self.security_protocol,
            "SASL_MECHANISM": self.sasl_mechanism,
            "SASL_USERNAME": self.username,
            "SASL_PASSWORD": self.password,
            "CLIENT_RACK": self.rack,
            "PREFIX": self.topic_prefix,
            **({} if self.oauth is None else self.oauth.environment()),
            **self.tls.environment(files),
        }
        return {f"{prefix}{name}": value for name, value in _without_none(variables).items()}

    @property
    def _credentials(self) -> dict[str, str]:
        """Values that come from users, by argument."""
        values = {"username": self.username, "password": self.password}
        if self.oauth is not None:
            secret = {"oauth.client_id": self.oauth.client_id, "oauth.client_secret": self.oauth.client_secret}
            values |= secret
        return _without_none(values)

    def _common(self, role: ClientRole | None) -> dict[str, str]:
        return _without_none(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "security.protocol": self.security_protocol,
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
