"""``ConnectionSettings``: bootstrap servers of a connection, and its settings for each client library."""

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import pulumi
from pydantic import AfterValidator, ValidationInfo, field_validator

from moorings.aws.arns import MskClusterArn
from moorings.kafka.client_settings import ClientRole, ClientSettings
from moorings.kafka.connection_files import base64_files, pem_files
from moorings.kafka.connection_rules import (
    CLIENT_LISTENER,
    PASSWORD_UNKNOWN,
    PRODUCER_RACK,
    RACK_ZONE_NAME,
    SCRAM_MECHANISM,
    reject,
)
from moorings.kafka.connection_security import ConnectionSecurity
from moorings.kafka.java_client import properties_file
from moorings.kafka.listeners import check_bootstrap_servers, check_listener_port, is_msk, msk_listener
from moorings.kafka.oauth_settings import OAuthSettings
from moorings.kafka.service_hosts import check_service
from moorings.kafka.tls_settings import TlsSettings
from moorings.sdk.locations import user_location
from moorings.validation.inputs import Input, check_together
from moorings.validation.rules import Violation
from moorings.validation.types import check_choice

T = TypeVar("T")

_COMPONENT = "KafkaConnection"
_ZONE_NAME = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]")


class ConnectionSettings(ConnectionSecurity):
    """Bootstrap servers of a connection, and methods that return its settings for client libraries."""

    bootstrap_servers: Input[Annotated[str, AfterValidator(check_bootstrap_servers)]]
    """Bootstrap servers as ``host:port``, separated by commas. MSK brokers must have a port of the listener.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    """

    topic_prefix: Input[str] | None = None
    """Prefix of all topics and consumer groups of the client, as on multi-tenant plans of Heroku. The application adds
    it. ``environment`` contains it as ``KAFKA_PREFIX``."""

    cluster_arn: Input[MskClusterArn] | None = None
    """ARN of the MSK cluster, for IAM policies of clients."""

    @field_validator("bootstrap_servers", mode="after")
    @classmethod
    def _validate_servers(cls, servers: Any, info: ValidationInfo) -> Any:
        names = ("listener", "security_protocol", "sasl_mechanism")
        if not set(names) <= info.data.keys():  # rejected by their own validators
            return servers
        listener, protocol, mechanism = (info.data[name] for name in names)
        kind = msk_listener(protocol, mechanism)

        def check(servers: str) -> str:
            check_service(mechanism, servers)
            if kind is not None:
                return check_listener_port(kind, servers)
            if is_msk(servers):
                fix = "remove scram_mechanism" if listener else "set listener='scram', 'iam' or 'tls'"
                raise Violation(SCRAM_MECHANISM, f"MSK does not support {mechanism} with {protocol}; {fix}")
            return servers

        return cls.check_value("bootstrap_servers", servers, check)

    def librdkafka(
        self,
        role: ClientRole | None = None,
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
        token_callback: bool = False,
    ) -> pulumi.Output[dict[str, str]]:
        """Return settings of librdkafka and libraries based on it: Karafka, confluent-kafka for Python, Go and .NET.

        On the ``tls`` listener without ``tls`` the application adds ``ssl.certificate.location`` and
        ``ssl.key.location``. The ``iam`` listener requires ``token_callback=True``: the application then registers
        ``oauth_cb``, which returns tokens of the AWS MSK IAM SASL signer.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        _check_consumer_rack("librdkafka", role, rack)

        def render(settings: ClientSettings) -> dict[str, str]:
            return settings.librdkafka(role, files, token_callback=token_callback)

        return self._render(render, role, rack, credentials=credentials)

    def java(
        self,
        role: ClientRole | None = None,
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
    ) -> pulumi.Output[dict[str, str]]:
        """Return settings of the Java client and applications based on it: Kafka Streams, Kafka Connect, kPow.

        On the ``tls`` listener without ``tls`` the application adds ``ssl.keystore.location``,
        ``ssl.keystore.password`` and ``ssl.key.password``. On the ``iam`` listener it needs ``aws-msk-iam-auth`` on its
        class path. The password is part of ``sasl.jaas.config``. With ``oauth`` it needs
        ``jackson-databind`` on its class path and the options that ``java_options`` returns.

        Source: https://kafka.apache.org/documentation/#security_configclients
        """
        return self._render(lambda settings: settings.java(role, files), role, rack, credentials=credentials)

    def java_properties(
        self,
        role: ClientRole | None = None,
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
    ) -> pulumi.Output[str]:
        """Return the settings of the Java client as the text of a ``.properties`` file."""
        return self.java(role, rack=rack, credentials=credentials, files=files).apply(properties_file)

    def java_options(self) -> list[pulumi.Output[str]]:
        """Return options that the JVM of a Java client needs, for ``JAVA_TOOL_OPTIONS``. Empty without OAuth.

        Clients of Kafka 4.0 or later request tokens from allowed token endpoints only. Older ones ignore the option.

        Source: https://kafka.apache.org/40/configuration/system-properties
        """
        if self.oauth is None:
            return []
        return [self._render(_java_option, None, None, credentials=False)]

    def jaas_config(self) -> pulumi.Output[str]:
        """Return ``sasl.jaas.config`` of the Java client. Connections without SASL are rejected."""
        if self.sasl_mechanism is None:
            title = "the tls listener" if self.listener == "tls" else self.protocol
            reject(CLIENT_LISTENER, f"{title} uses no sasl.jaas.config; connect with scram or iam")
        return self._render(lambda settings: str(settings.jaas_config()), None, None, credentials=True)

    def kafka_python(
        self,
        role: ClientRole | None = None,
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
        token_callback: bool = False,
    ) -> pulumi.Output[dict[str, str | int | bool]]:
        """Return keyword arguments of kafka-python, for ``KafkaProducer(**settings)``.

        On the ``tls`` listener without ``tls`` the application adds ``ssl_certfile`` and ``ssl_keyfile``. On the
        ``iam`` listener it needs ``botocore``, and the Region in its environment. Certificates require ``files``.
        ``OAUTHBEARER`` requires ``token_callback=True``: the application then adds ``sasl_oauth_token_provider``.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        _check_consumer_rack("kafka-python", role, rack)

        def render(settings: ClientSettings) -> dict[str, str | int | bool]:
            return settings.kafka_python(role, files, token_callback=token_callback)

        return self._render(render, role, rack, credentials=credentials)

    def spring(
        self,
        role: ClientRole | None = None,
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
    ) -> pulumi.Output[dict[str, str]]:
        """Return Spring Boot properties, all under ``spring.kafka``. Requirements are those of ``java``.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        return self._render(lambda settings: settings.spring(role, files), role, rack, credentials=credentials)

    def spring_environment(
        self,
        role: ClientRole | None = None,
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
    ) -> pulumi.Output[dict[str, str]]:
        """Return the Spring Boot properties as environment variables (``SPRING_KAFKA_BOOTSTRAPSERVERS``).

        Java decodes environment variables with the encoding of the locale. For a password with characters outside
        ASCII, also set ``LC_ALL=C.UTF-8`` in a container that has no UTF-8 locale.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return self._render(
            lambda settings: settings.spring_environment(role, files), role, rack, credentials=credentials
        )

    def environment(
        self,
        prefix: str = "KAFKA_",
        *,
        rack: pulumi.Input[str] | None = None,
        credentials: bool = True,
        files: str | None = None,
    ) -> pulumi.Output[dict[str, str]]:
        """Return environment variables for an application that configures its Kafka client from them.

        With the default prefix these are ``KAFKA_BOOTSTRAP_SERVERS``, ``KAFKA_SECURITY_PROTOCOL``,
        ``KAFKA_SASL_MECHANISM``, ``KAFKA_SASL_USERNAME``, ``KAFKA_SASL_PASSWORD`` and, with a rack,
        ``KAFKA_CLIENT_RACK``. Certificates are in ``KAFKA_SSL_CA_PEM``, ``KAFKA_SSL_CERTIFICATE_PEM`` and
        ``KAFKA_SSL_KEY_PEM``, or with ``files`` their paths in ``KAFKA_SSL_CA_LOCATION`` and so on. The OAuth
        client is in ``KAFKA_SASL_OAUTHBEARER_CLIENT_ID`` and so on. Without the prefix and with dots, these are names
        of settings of librdkafka.
        """
        return self._render(lambda settings: settings.environment(prefix, files), None, rack, credentials=credentials)

    def files(self, directory: str = "/etc/kafka-client") -> dict[str, pulumi.Output[str]]:
        """Return the certificates and private keys by path, for methods with ``files=directory``.

        Components mount those of their ``kafka`` argument themselves. Key stores are binary, see ``base64_files``.

        Args:
            directory: directory of the files.

        """
        return {} if self.tls is None else pem_files(self.tls, directory)

    def base64_files(self, directory: str = "/etc/kafka-client") -> dict[str, pulumi.Output[str]]:
        """Return the key stores by path, in Base64, for the field ``data`` of a Kubernetes Secret."""
        return {} if self.tls is None else base64_files(self.tls, directory)

    @property
    def has_files(self) -> bool:
        """Whether ``files`` or ``base64_files`` contain any."""
        return self.tls is not None and self.tls.has_files

    def placeholders(self, *, credentials: bool) -> ClientSettings:
        """Return the settings with placeholders for values that may be late, for example to list their names."""
        values = self._values(credentials=credentials)
        tls = {name: value if isinstance(value, bool) else "-" for name, value in values["tls"].items()}
        tls |= {name: value for name, value in values["tls"].items() if name.endswith("_type")}
        contents = {"truststore_content", "keystore_content"}
        oauth: dict[str, Any] = dict.fromkeys(values["oauth"], "-")
        oauth |= {"extensions": dict.fromkeys(self.oauth.extensions, "-")} if self.oauth else {}
        return self._settings(
            bootstrap_servers="-",
            username=None if values["username"] is None else "-",
            password=None if values["password"] is None else "-",
            topic_prefix=None if self.topic_prefix is None else "-",
            rack=None,
            tls={name: value for name, value in tls.items() if name not in contents},
            oauth=oauth,
        )

    def _values(self, *, credentials: bool) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.bootstrap_servers,
            "username": self.username,
            "password": self.password if credentials else None,
            "topic_prefix": self.topic_prefix,
            "tls": {} if self.tls is None else self.tls.values(credentials=credentials),
            "oauth": {} if self.oauth is None else self.oauth.values(credentials=credentials),
        }

    def _settings(self, *, tls: dict[str, Any], oauth: dict[str, Any], **values: Any) -> ClientSettings:
        return ClientSettings(
            security_protocol=self.protocol,
            sasl_mechanism=self.sasl_mechanism,
            tls=TlsSettings(**tls),
            oauth=OAuthSettings(**oauth) if oauth else None,
            **values,
        )

    def _render(
        self,
        render: Callable[[ClientSettings], T],
        role: ClientRole | None,
        rack: pulumi.Input[str] | None,
        *,
        credentials: bool,
    ) -> pulumi.Output[T]:
        if role is not None:
            check_choice(_COMPONENT, "role", role, ClientRole)
        if credentials and self.uses_password and self.password is None:
            reject(
                PASSWORD_UNKNOWN,
                "the password is stored in secret_arn and not known to the program; set credentials=False and let the "
                "client read the secret, or set password",
            )
        location = user_location() or ""
        # What the library does not support is rejected at once, although some values may be late.
        check_together(_COMPONENT, lambda: render(self.placeholders(credentials=credentials)), location)
        if rack is not None and self.cluster_arn is not None:
            rack = check_together(_COMPONENT, _check_zone_id, location, rack=rack)

        def rendered(**values: Any) -> T:
            return render(self._settings(**values))

        values = self._values(credentials=credentials)
        return pulumi.Output.from_input(check_together(_COMPONENT, rendered, location, **values, rack=rack))


def _java_option(settings: ClientSettings) -> str:
    return settings.oauth.java_option() if settings.oauth is not None else ""


def _check_consumer_rack(library: str, role: ClientRole | None, rack: pulumi.Input[str] | None) -> None:
    if rack is not None and role == "producer":
        reject(PRODUCER_RACK, f"producers of {library} do not use a rack; remove it", "rack")


def _check_zone_id(rack: str) -> str:
    """Return the rack if it can be the rack of an MSK broker, which is an Availability Zone ID."""
    if _ZONE_NAME.fullmatch(rack):
        problem = f"expected an Availability Zone ID such as euw1-az1, got the zone name {rack!r}; use the ID"
        raise Violation(RACK_ZONE_NAME, problem, "rack")
    return rack
