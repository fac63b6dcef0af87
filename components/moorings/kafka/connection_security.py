"""``ConnectionSecurity``: protocol, authentication and credentials of a connection."""

from collections.abc import Callable
from typing import Annotated, Any, Self, TypeVar

import pulumi
from pydantic import Field, ValidationInfo, field_validator, model_validator

from moorings.aws.arns import KmsKeyArn, SecretArn
from moorings.kafka.connection_rules import (
    CREDENTIALS_WITHOUT_SCRAM,
    OAUTH_CLIENT,
    PLAIN_CREDENTIALS,
    SCRAM_CREDENTIALS,
    SECURITY,
    TLS_WITHOUT_ENCRYPTION,
)
from moorings.kafka.listeners import LISTENERS, ListenerKind
from moorings.kafka.oauth import KafkaOAuth
from moorings.kafka.scram_usernames import check_scram_username
from moorings.kafka.security_protocols import (
    ENCRYPTED,
    PASSWORD_MECHANISMS,
    SASL_PROTOCOLS,
    SCRAM_MECHANISMS,
    SaslMechanism,
    ScramMechanism,
    SecurityProtocol,
)
from moorings.kafka.tls import KafkaTls
from moorings.validation.args import ComponentArgs
from moorings.validation.inputs import Input, SecretInput, check_together, is_late
from moorings.validation.origins import Origin, validating
from moorings.validation.rules import Violation

T = TypeVar("T")


class ConnectionSecurity(ComponentArgs):
    """Security protocol, authentication method and credentials of a Kafka client."""

    listener: ListenerKind | None = None
    """Listener of an MSK cluster, which determines protocol and mechanism: ``scram`` for a user name and password,
    ``iam`` for an IAM identity, or ``tls`` for a client certificate. For other Kafka services, set
    ``security_protocol`` and ``sasl_mechanism`` instead."""

    scram_mechanism: ScramMechanism = "SCRAM-SHA-512"
    """Mechanism of the ``scram`` listener. MSK supports only the default; other clusters may use ``SCRAM-SHA-256``."""

    security_protocol: SecurityProtocol | None = None
    """Security protocol of the client: ``SASL_SSL``, ``SSL``, ``SASL_PLAINTEXT`` or ``PLAINTEXT``. Defaults to that of
    ``listener``, or to ``SASL_SSL``. Protocols without TLS must be acknowledged (``kafka-plaintext``).

    Source: https://kafka.apache.org/documentation/#security_overview
    """

    sasl_mechanism: SaslMechanism | None = None
    """Authentication mechanism with ``SASL_SSL`` and ``SASL_PLAINTEXT``: ``PLAIN``, ``SCRAM-SHA-256``,
    ``SCRAM-SHA-512``, ``OAUTHBEARER`` or ``AWS_MSK_IAM``. Defaults to that of ``listener``."""

    username: Input[Annotated[str, Field(min_length=1)]] | None = None
    """User name. Required with SCRAM, which supports only ASCII characters, and with ``PLAIN``; rejected otherwise. For
    a user of an ``MskCluster`` it resolves once the user can log in."""

    password: SecretInput[Annotated[str, Field(min_length=1)]] | None = None
    """Password of the user. Without it, clients read the password from ``secret_arn``."""

    secret_arn: Input[SecretArn] | None = None
    """Secrets Manager secret that holds the credentials under the JSON keys ``username`` and ``password``. A connection
    with SCRAM or ``PLAIN`` requires this or ``password``."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """KMS key that encrypts the secret. Readers of the secret need ``kms:Decrypt`` on it."""

    oauth: KafkaOAuth | None = None
    """OAuth client that requests the tokens for ``OAUTHBEARER``. Without it, the application registers a function or
    class that returns tokens."""

    tls: KafkaTls | None = None
    """Trusted certificate authorities and client certificate. By default clients trust public authorities, and the
    application supplies a client certificate if one is needed."""

    @field_validator("security_protocol", mode="after")
    @classmethod
    def _resolve_protocol(cls, protocol: SecurityProtocol | None, info: ValidationInfo) -> SecurityProtocol | None:
        kind: ListenerKind | None = info.data.get("listener")
        if kind is None:
            return protocol or "SASL_SSL"
        return _value_of_listener(kind, LISTENERS[kind].security_protocol, protocol)

    @field_validator("sasl_mechanism", mode="after")
    @classmethod
    def _resolve_mechanism(cls, mechanism: SaslMechanism | None, info: ValidationInfo) -> SaslMechanism | None:
        if not {"listener", "scram_mechanism", "security_protocol"} <= info.data.keys():
            return mechanism  # rejected by their own validators
        kind: ListenerKind | None = info.data["listener"]
        protocol: SecurityProtocol = info.data["security_protocol"]
        if kind is not None:
            scram: SaslMechanism = info.data["scram_mechanism"]
            expected = scram if kind == "scram" else LISTENERS[kind].sasl_mechanism
            return _value_of_listener(kind, expected, mechanism)
        if protocol in SASL_PROTOCOLS and mechanism is None:
            problem = f"required with {protocol}; set it, or set listener for MSK, or security_protocol='SSL'"
            raise Violation(SECURITY, problem)
        if protocol not in SASL_PROTOCOLS and mechanism is not None:
            sasl_protocol = "SASL_SSL" if protocol == "SSL" else "SASL_PLAINTEXT"
            fix = f"remove it, or set security_protocol='{sasl_protocol}'"
            raise Violation(SECURITY, f"not used with {protocol}; {fix}")
        if mechanism == "AWS_MSK_IAM" and protocol != "SASL_SSL":
            raise Violation(SECURITY, "MSK supports AWS_MSK_IAM with SASL_SSL only; set security_protocol='SASL_SSL'")
        return mechanism

    @field_validator("username", mode="after")
    @classmethod
    def _validate_username(cls, username: Any, info: ValidationInfo) -> Any:
        if username is None or info.data.get("sasl_mechanism") not in SCRAM_MECHANISMS:
            return username
        return cls.check_value("username", username, check_scram_username)

    @classmethod
    def check_value(cls, argument: str, value: Any, check: Callable[..., str]) -> Any:
        """Check a plain value immediately, or a late value when it resolves, with the same path in messages."""
        if not is_late(value):
            return check(value)
        origin, outer = validating() or (Origin({}, cls.__name__, None), "")
        path = (*origin.path, *([outer] if outer and outer != argument else []), argument)

        def check_late(value: str) -> str:
            try:
                return check(value)
            except Violation as violation:
                raise Violation(violation.rule, violation.message, *path) from None

        return check_together(origin.component, check_late, origin.location or "", value=value)

    @model_validator(mode="after")
    def _validate_credentials(self) -> Self:
        if self.uses_password:
            rule = PLAIN_CREDENTIALS if self.sasl_mechanism == "PLAIN" else SCRAM_CREDENTIALS
            for argument, is_missing in {
                "username": self.username is None,
                "password": self.password is None and self.secret_arn is None,
            }.items():
                if is_missing:
                    problem = f"required {self.security_title}; set username, and password or secret_arn"
                    raise Violation(rule, problem, argument)
            return self
        for argument in ("username", "password", "secret_arn", "kms_key_arn"):
            if getattr(self, argument) is not None:
                fix = "remove it, or set listener='scram'" if self.listener else "remove it, or set sasl_mechanism"
                raise Violation(CREDENTIALS_WITHOUT_SCRAM, f"not used {self.security_title}; {fix}", argument)
        return self

    @model_validator(mode="after")
    def _validate_oauth_and_tls(self) -> Self:
        if self.oauth is not None and self.sasl_mechanism != "OAUTHBEARER":
            problem = f"not used {self.security_title}; remove it, or set sasl_mechanism='OAUTHBEARER'"
            raise Violation(OAUTH_CLIENT, problem, "oauth")
        if self.tls is not None and self.protocol not in ENCRYPTED:
            tls_protocol = "SASL_SSL" if self.protocol in SASL_PROTOCOLS else "SSL"
            problem = f"not used with {self.protocol}; remove it, or set security_protocol='{tls_protocol}'"
            raise Violation(TLS_WITHOUT_ENCRYPTION, problem, "tls")
        return self

    @property
    def protocol(self) -> SecurityProtocol:
        """Value of the client setting ``security.protocol``."""
        return self.security_protocol or "SASL_SSL"

    @property
    def encrypted(self) -> bool:
        """Whether the client uses TLS."""
        return self.protocol in ENCRYPTED

    @property
    def uses_password(self) -> bool:
        """Whether the client logs in with a user name and a password."""
        return self.sasl_mechanism in PASSWORD_MECHANISMS

    @property
    def uses_iam(self) -> bool:
        """Whether the client logs in as an IAM identity."""
        return self.sasl_mechanism == "AWS_MSK_IAM"

    @property
    def security_title(self) -> str:
        """Listener, mechanism or protocol in messages: ``on the iam listener``, ``with PLAIN`` or ``with SSL``."""
        return f"on the {self.listener} listener" if self.listener else f"with {self.sasl_mechanism or self.protocol}"

    @property
    def listener_title(self) -> str:
        """Listener or protocol in descriptions of resources."""
        return self.listener or self.protocol

    @property
    def token_endpoint_url(self) -> pulumi.Input[str] | None:
        """URL of the token endpoint, None without OAuth."""
        return None if self.oauth is None else self.oauth.token_endpoint_url

    @property
    def verifies_hostname(self) -> bool:
        """Whether the client verifies the host names of the brokers. True without TLS."""
        return self.tls is None or self.tls.verify_hostname


def _value_of_listener(kind: ListenerKind, expected: T, given: T) -> T:
    """Return the protocol or mechanism of a listener.

    Raises:
        Violation: if a different value is given.

    """
    if given not in {None, expected}:
        uses = f"uses {expected}" if expected else "uses no SASL mechanism"
        raise Violation(SECURITY, f"the listener {kind!r} {uses}, got {given}; remove it, or remove listener")
    return expected
