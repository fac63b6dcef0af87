"""How a client reaches a cluster and logs in: a value that joins two components, also across stacks."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self, TypeVar

import pulumi
from pydantic import AfterValidator, model_validator

from moorings.args import Args
from moorings.identifiers import Arn, SecurityGroupId
from moorings.inputs import Input, InvalidInput, SecretInput
from moorings.kafka.client_settings import Login, Role, properties_file
from moorings.kafka.listeners import ListenerKind

T = TypeVar("T")

_SERVER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?:(\d{1,5})")
_LAST_PORT = 65535


def _servers(text: str) -> str:
    for server in text.split(","):
        found = _SERVER.fullmatch(server)
        if not found or not 1 <= int(found[1]) <= _LAST_PORT:
            raise ValueError(f"{server!r} is not host:port; give the brokers as host:port, joined by commas without blanks")
    return text


class KafkaConnection(Args):
    """A way into a Kafka cluster: where the brokers are, how to log in, and where the credentials are.

    ``MskCluster.connection`` makes one for a user, ``from_stack`` takes one that another stack exported.
    """

    bootstrap_servers: Input[Annotated[str, AfterValidator(_servers)]]
    """Brokers to begin with, as ``host:port``, joined by commas."""

    listener: ListenerKind
    """How the client logs in: ``scram``, ``iam`` or ``tls``."""

    username: Input[str] | None = None
    """The SCRAM user; resolves once the user can log in."""

    password: SecretInput[str] | None = None
    """The SCRAM user's password, where it is known."""

    secret_arn: Input[Arn] | None = None
    """Secret in Secrets Manager whose JSON keys ``username`` and ``password`` hold the credentials."""

    kms_key_arn: Input[Arn] | None = None
    """Key of that secret: who reads it needs ``kms:Decrypt`` on the key."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the brokers, for the rules that let the client in."""

    cluster_arn: Input[Arn] | None = None
    """ARN of the cluster."""

    @model_validator(mode="after")
    def _credentials_fit_the_listener(self) -> Self:
        held = self.password is not None or self.secret_arn is not None
        if self.listener == "scram" and (self.username is None or not held):
            raise ValueError("a scram connection needs a username, and a password or the secret_arn that holds it")
        if self.listener != "scram" and (self.username is not None or held):
            raise ValueError(f"a {self.listener} connection has no username and no password; remove them or use scram")
        return self

    @classmethod
    def from_stack(
        cls,
        reference: pulumi.StackReference,
        user: str | None = None,
        *,
        listener: ListenerKind | None = None,
        output: str = "connections",
    ) -> "KafkaConnection":
        """Take a connection that another stack exported (``to_export``, by the user's name or the listener's kind).

        Args:
            reference: the stack.
            user: a SCRAM user. Without it the connection is that of ``listener``.
            listener: ``iam`` or ``tls``.
            output: the stack's output that holds its connections.

        Raises:
            InvalidInput: at once where neither or both of ``user`` and ``listener`` are given; when the output resolves,
                where it has no such connection.

        """
        where = "KafkaConnection.from_stack"
        if (user is None) == (listener is None):
            raise InvalidInput.at(where, "give a user, or a listener that has no users (iam, tls), and not both")
        if listener == "scram":
            raise InvalidInput.at(where, "the scram listener has users; give the user instead")
        kind: ListenerKind = listener or "scram"
        entry = user or kind

        def find(connections: Any) -> Mapping[str, Any]:
            known: Mapping[str, Any] = connections or {}
            if entry not in known:
                there = f"it has {', '.join(sorted(known))}" if known else f"it exports no {output}"
                raise InvalidInput.at(where, f"the stack has no connection {entry!r}, {there}")
            found: Mapping[str, Any] = known[entry]
            if found.get("listener") != kind:
                raise InvalidInput.at(where, f"connection {entry!r} is for {found.get('listener')}, not for {kind}")
            return found

        found = reference.get_output(output).apply(find)

        def value(name: str) -> pulumi.Output[Any]:
            return found.apply(lambda connection: connection.get(name))

        credentials: dict[str, Any] = {}
        if kind == "scram":
            credentials = {name: value(name) for name in ("username", "password", "secret_arn", "kms_key_arn")}
        return cls(
            bootstrap_servers=value("bootstrap_servers"),
            listener=kind,
            security_group_id=value("security_group_id"),
            cluster_arn=value("cluster_arn"),
            **credentials,
        )

    def to_export(self) -> dict[str, pulumi.Input[Any]]:
        """What a stack exports so that ``from_stack`` finds this connection; the password stays secret."""
        return {name: value for name, value in self if value is not None}

    def librdkafka(self, role: Role | None = None, *, rack: Input[str] | None = None) -> pulumi.Output[dict[str, str]]:
        """Settings of librdkafka (Karafka, confluent-kafka): secret where they hold the password.

        Args:
            role: ``producer`` or ``consumer`` adds settings that bear the restart of a broker; librdkafka warns of settings
                that belong to the other.
            rack: availability zone of a consumer, which then reads from a replica there.

        Raises:
            InvalidInput: for an IAM connection, or where the password is not known.

        """
        if self.listener == "iam":
            raise InvalidInput.at(
                "KafkaConnection",
                "librdkafka does not speak AWS_MSK_IAM; connect as a SCRAM user, or use OAUTHBEARER with a token provider",
            )
        return self._settings(lambda login: login.librdkafka(role), rack)

    def java(self, role: Role | None = None, *, rack: Input[str] | None = None) -> pulumi.Output[dict[str, str]]:
        """Settings of the Java client (Streams, Connect, kPow): secret where they hold the password.

        Args:
            role: ``producer`` or ``consumer`` adds settings that bear the restart of a broker.
            rack: availability zone of a consumer, which then reads from a replica there.

        Raises:
            InvalidInput: where the password is not known.

        """
        return self._settings(lambda login: login.java(role), rack)

    def java_properties(self, role: Role | None = None, *, rack: Input[str] | None = None) -> pulumi.Output[str]:
        """The settings of the Java client as the text of a ``.properties`` file."""
        return self.java(role, rack=rack).apply(properties_file)

    def jaas(self) -> pulumi.Output[str]:
        """The JAAS line with which a SCRAM user logs in, secret.

        Raises:
            InvalidInput: for another listener, or where the password is not known.

        """
        if self.listener != "scram":
            raise InvalidInput.at("KafkaConnection", f"a {self.listener} connection has no user; use a scram one")
        return self._settings(Login.jaas, None)

    def spring(self, role: Role | None = None, *, rack: Input[str] | None = None) -> pulumi.Output[dict[str, str]]:
        """Properties of Spring Boot under ``spring.kafka``: secret where they hold the password."""
        return self._settings(lambda login: login.spring(role), rack)

    def spring_environment(self, role: Role | None = None) -> pulumi.Output[dict[str, str]]:
        """The properties of Spring Boot as ``SPRING_APPLICATION_JSON``.

        Names of Kafka's own with dots, as ``sasl.jaas.config``, have no spelling as an environment variable each.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return self.spring(role).apply(
            lambda properties: {"SPRING_APPLICATION_JSON": json.dumps(properties, sort_keys=True)}
        )

    def environment(self, prefix: str = "KAFKA_", *, credentials: bool = True) -> pulumi.Output[dict[str, str]]:
        """Environment variables: ``KAFKA_BOOTSTRAP_SERVERS``, ``KAFKA_SASL_USERNAME`` and so on.

        Args:
            prefix: what the names begin with.
            credentials: whether the password is among them. Without it they are not secret, and the password comes from
                ``secret_arn``.

        Raises:
            InvalidInput: where the password is asked for and not known.

        """
        return self._settings(lambda login: login.environment(prefix, credentials=credentials), None, credentials=credentials)

    def _settings(
        self, render: Callable[[Login], T], rack: pulumi.Input[str] | None, *, credentials: bool = True
    ) -> pulumi.Output[T]:
        if credentials and self.listener == "scram" and self.password is None:
            raise InvalidInput.at(
                "KafkaConnection",
                "the password is in secret_arn and not known here; let the client read it from there "
                "(environment(credentials=False)), or give the password",
            )
        return pulumi.Output.all(
            bootstrap_servers=self.bootstrap_servers,
            username=self.username,
            password=self.password if credentials else None,
            rack=rack,
        ).apply(lambda known: render(Login(listener=self.listener, **known)))
