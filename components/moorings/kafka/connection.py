"""``KafkaConnection``: bootstrap servers and credentials of a client, passed between components and stacks."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Self, TypeVar, cast

import pulumi
from pydantic import AfterValidator, Field, PositiveInt, ValidationInfo, field_validator, model_validator

from moorings.aws.arns import KmsKeyArn, MskClusterArn, SecretArn
from moorings.aws.resource_ids import SecurityGroupId
from moorings.kafka.client_settings import ClientRole, ClientSettings, ScramMechanism
from moorings.kafka.connection_rules import (
    CLIENT_LISTENER,
    CREDENTIALS_WITHOUT_SCRAM,
    FROM_STACK,
    PASSWORD_UNKNOWN,
    PERMISSIONS_WITHOUT_IAM,
    PRODUCER_RACK,
    RACK_ZONE_NAME,
    SCRAM_CREDENTIALS,
    SCRAM_MECHANISM,
    reject,
)
from moorings.kafka.java_client import properties_file
from moorings.kafka.listeners import LISTENERS, ListenerKind, check_bootstrap_servers, check_listener_port, is_msk
from moorings.kafka.permissions import KafkaPermissions
from moorings.kafka.scram_usernames import ScramUsername
from moorings.kafka.stack_outputs import select_connection
from moorings.sdk.locations import user_location
from moorings.validation.args import Args
from moorings.validation.findings import label
from moorings.validation.inputs import Input, SecretInput, check_together, is_late
from moorings.validation.origins import Origin, validating
from moorings.validation.rules import Violation
from moorings.validation.types import check_choice

T = TypeVar("T")

_COMPONENT = "KafkaConnection"
_LOCAL_FIELDS = ("permissions", "topic_partitions")
"""Arguments that concern a client of the same program."""
_ZONE_NAME = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]")


class KafkaConnection(Args):
    """Connection of a client to a Kafka cluster: bootstrap servers, authentication method and credentials.

    ``MskCluster.connection`` returns one for a user, and ``from_stack`` reads one that another stack exports. The
    methods named after a client library return its settings, as a secret if they contain the password. They share these
    arguments:

    - ``role``: ``producer`` adds settings with which a producer survives a broker restart. A ``consumer`` needs none:
      its default session timeout of 45 s is longer than a leader election takes.
    - ``rack``: rack of a consumer, which then reads from a replica in that rack if the brokers use a rack-aware replica
      selector. On MSK the rack is the Availability Zone ID (``euw1-az1``), which is the same in every account. By
      default consumers read from leaders.
    - ``credentials``: False omits the setting that holds the password, for a component that reads it from
      ``secret_arn``. The remaining settings are not secret.

    Raises:
        InvalidInput: from a method, if the client library does not support the listener, the rack, the user name or
            the password, or if the password is required and only ``secret_arn`` is known.

    """

    listener: ListenerKind
    """Authentication method of the listener: ``scram`` with a user name and password, ``iam`` as an IAM identity, or
    ``tls`` with a client certificate."""

    scram_mechanism: ScramMechanism = "SCRAM-SHA-512"
    """Mechanism of the ``scram`` listener. MSK supports only the default; other clusters may use ``SCRAM-SHA-256``."""

    bootstrap_servers: Input[Annotated[str, AfterValidator(check_bootstrap_servers)]]
    """Bootstrap servers as ``host:port``, separated by commas. MSK brokers must have a port of the listener.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    """

    username: Input[ScramUsername] | None = None
    """SCRAM user, in ASCII characters. Required on the ``scram`` listener, not supported on others. For a user of an
    ``MskCluster`` it resolves once the user can log in."""

    password: SecretInput[Annotated[str, Field(min_length=1)]] | None = None
    """Password of the SCRAM user. Without it, clients read the password from ``secret_arn``."""

    secret_arn: Input[SecretArn] | None = None
    """Secrets Manager secret that holds the credentials under the JSON keys ``username`` and ``password``. A SCRAM
    connection requires this or ``password``."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """KMS key of that secret. Readers of the secret need ``kms:Decrypt`` on it."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the brokers. Components add the rules that allow the client to connect. Without it, they add
    none."""

    cluster_arn: Input[MskClusterArn] | None = None
    """ARN of the MSK cluster, for IAM policies of clients."""

    permissions: KafkaPermissions | None = None
    """Topics and consumer groups that an IAM identity uses. Components that create the role of the client grant these
    permissions; without them, they only allow it to connect. Supported on the ``iam`` listener, requires
    ``cluster_arn``. Not exported to other stacks."""

    topic_partitions: dict[str, PositiveInt] = {}
    """Partitions of the topics that are declared in the same program, by name. ``MskCluster.connection`` sets it, and
    components compare consumers and autoscaling with it. Not exported to other stacks."""

    @field_validator("bootstrap_servers", mode="after")
    @classmethod
    def _validate_servers(cls, servers: pulumi.Input[str], info: ValidationInfo) -> pulumi.Input[str]:
        listener: ListenerKind | None = info.data.get("listener")
        mechanism: ScramMechanism | None = info.data.get("scram_mechanism")
        if listener is None or mechanism is None:  # rejected by their own validators
            return servers

        def check(servers: str, *path: str | int) -> str:
            if mechanism != "SCRAM-SHA-512" and is_msk(servers):
                raise Violation(SCRAM_MECHANISM, f"MSK does not support {mechanism}; remove scram_mechanism", *path)
            return check_listener_port(listener, servers, *path)

        if not is_late(servers):
            return check(cast("str", servers))
        origin, argument = validating() or (Origin({}, cls.__name__, None), "")
        path = (*origin.path, *([argument] if argument else []), "bootstrap_servers")

        def check_late(servers: str) -> str:
            return check(servers, *path)

        return check_together(origin.component, check_late, origin.location or "", servers=servers)

    @model_validator(mode="after")
    def _validate_permissions(self) -> Self:
        if self.permissions is None:
            return self
        if self.listener != "iam":
            problem = f"IAM does not authorize clients on the {self.listener} listener; remove it, and create ACLs"
            raise Violation(PERMISSIONS_WITHOUT_IAM, problem, "permissions")
        if self.cluster_arn is None:
            problem = "required with permissions, because IAM policies contain it; set it"
            raise Violation(PERMISSIONS_WITHOUT_IAM, problem, "cluster_arn")
        return self

    @model_validator(mode="after")
    def _validate_credentials(self) -> Self:
        if self.listener == "scram":
            missing = [
                argument
                for argument, is_missing in {
                    "username": self.username is None,
                    "password": self.password is None and self.secret_arn is None,
                }.items()
                if is_missing
            ]
            if missing:
                problem = "required on the scram listener; set username, and password or secret_arn"
                raise Violation(SCRAM_CREDENTIALS, problem, missing[0])
            if self.scram_mechanism != "SCRAM-SHA-512" and self.cluster_arn is not None:
                problem = f"MSK does not support {self.scram_mechanism}; remove it"
                raise Violation(SCRAM_MECHANISM, problem, "scram_mechanism")
            return self
        for argument in ("username", "password", "secret_arn", "kms_key_arn"):
            if getattr(self, argument) is not None:
                problem = f"not used on the {self.listener} listener; remove it, or set listener='scram'"
                raise Violation(CREDENTIALS_WITHOUT_SCRAM, problem, argument)
        return self

    @property
    def secret_without_key(self) -> Input[str] | None:
        """Secret that clients read although its key is not given."""
        return self.secret_arn if self.password is None and self.kms_key_arn is None else None

    @property
    def sasl_mechanism(self) -> str | None:
        """Value of the client setting ``sasl.mechanism``. None on the ``tls`` listener."""
        return self.scram_mechanism if self.listener == "scram" else LISTENERS[self.listener].sasl_mechanism

    @classmethod
    def from_stack(
        cls,
        reference: pulumi.StackReference,
        user: str | None = None,
        *,
        listener: ListenerKind | None = None,
        password: bool = True,
        security_group: bool = True,
        output: str = "connections",
        permissions: KafkaPermissions | None = None,
    ) -> "KafkaConnection":
        """Return a connection that another stack exports with ``to_export``, by SCRAM user or by listener.

        Args:
            reference: the stack.
            user: SCRAM user. Required unless ``listener`` is set.
            listener: ``iam`` or ``tls``, which have no users.
            password: whether the connection must include the password. Without it, clients read the password from
                ``secret_arn``.
            security_group: whether the connection must include the brokers' security group. A connection with public
                access has none.
            output: stack output that contains the connections by name.
            permissions: topics and consumer groups that the client uses with ``listener="iam"``.

        Raises:
            InvalidInput: immediately, if neither or both of ``user`` and ``listener`` are set; once the stack output
                resolves, if the connection does not exist, uses another listener or lacks a value.

        """
        if not hasattr(reference, "get_output"):
            fix = "pass pulumi.StackReference('ORGANIZATION/PROJECT/STACK')"
            reject(FROM_STACK, f"expected a pulumi.StackReference, got {type(reference).__name__}; {fix}", "reference")
        if (user is None) == (listener is None):
            reject(FROM_STACK, "requires either user, or listener='iam' or 'tls'; set one of them")
        if listener == "scram":
            reject(FROM_STACK, "the scram listener requires a user; set user instead", "listener")
        required = ["bootstrap_servers", *(["security_group_id"] if security_group else []), "cluster_arn"]
        if user is not None:
            required += ["username", "secret_arn", "kms_key_arn", *(["password"] if password else [])]
        kind: ListenerKind = listener or "scram"
        name = user if user is not None else kind
        location = user_location()
        select = partial(
            select_connection, output=output, name=name, listener=kind, required=required, location=location
        )
        connection = reference.get_output(output).apply(select)

        def value(name: str) -> pulumi.Output[Any]:
            late = connection.apply(lambda values: values[name])
            # A stack output is secret as a whole if any value in it is.
            return late if name == "password" else pulumi.Output.unsecret(late)

        values = {"listener": kind, "permissions": permissions, **{name: value(name) for name in required}}
        return cls.from_input(label(cls.__name__, name), values)

    def to_export(self, *, password: bool = True) -> dict[str, Any]:
        """Return the values that a stack exports in its output ``connections``, for ``from_stack``.

        Args:
            password: whether the password is included, as a secret. Without it, clients read it from ``secret_arn``.

        """
        omitted = {*_LOCAL_FIELDS, *([] if password else ["password"])}
        if self.scram_mechanism == "SCRAM-SHA-512":
            omitted.add("scram_mechanism")
        return {name: value for name, value in self if value is not None and name not in omitted}

    def librdkafka(
        self, role: ClientRole | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Return settings of librdkafka and libraries based on it: Karafka, confluent-kafka for Python, Go and .NET.

        On the ``tls`` listener the application adds ``ssl.certificate.location`` and ``ssl.key.location``. The ``iam``
        listener is rejected.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        if self.listener == "iam":
            reject(
                CLIENT_LISTENER,
                "librdkafka does not support AWS_MSK_IAM; connect as a SCRAM user, or configure OAUTHBEARER with a "
                "token provider in the application",
            )
        _check_consumer_rack("librdkafka", role, rack)
        return self._render(lambda settings: settings.librdkafka(role), role, rack, credentials=credentials)

    def java(
        self, role: ClientRole | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Return settings of the Java client and applications based on it: Kafka Streams, Kafka Connect, kPow.

        On the ``tls`` listener the application adds ``ssl.keystore.location``, ``ssl.keystore.password`` and
        ``ssl.key.password``. On the ``iam`` listener it needs ``aws-msk-iam-auth`` on its class path. The password is
        part of ``sasl.jaas.config``.

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
        """
        return self._render(lambda settings: settings.java(role), role, rack, credentials=credentials)

    def java_properties(
        self, role: ClientRole | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[str]:
        """Return the settings of the Java client as the text of a ``.properties`` file."""
        return self.java(role, rack=rack, credentials=credentials).apply(properties_file)

    def jaas_config(self) -> pulumi.Output[str]:
        """Return ``sasl.jaas.config`` of the Java client. The ``tls`` listener is rejected."""
        if self.listener == "tls":
            reject(CLIENT_LISTENER, "the tls listener uses no sasl.jaas.config; connect with scram or iam")
        return self._render(lambda settings: str(settings.jaas_config()), None, None, credentials=True)

    def kafka_python(
        self, role: ClientRole | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str | int | bool]]:
        """Return keyword arguments of kafka-python, for ``KafkaProducer(**settings)``.

        On the ``tls`` listener the application adds ``ssl_certfile`` and ``ssl_keyfile``. On the ``iam`` listener it
        needs ``botocore``, and the Region in its environment.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        _check_consumer_rack("kafka-python", role, rack)
        return self._render(lambda settings: settings.kafka_python(role), role, rack, credentials=credentials)

    def spring(
        self, role: ClientRole | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Return Spring Boot properties, all under ``spring.kafka``. Requirements are those of ``java``.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        return self._render(lambda settings: settings.spring(role), role, rack, credentials=credentials)

    def spring_environment(
        self, role: ClientRole | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Return the Spring Boot properties as environment variables (``SPRING_KAFKA_BOOTSTRAPSERVERS``).

        Java decodes environment variables with the encoding of the locale. For a password with characters outside
        ASCII, also set ``LC_ALL=C.UTF-8`` in a container that has no UTF-8 locale.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return self._render(lambda settings: settings.spring_environment(role), role, rack, credentials=credentials)

    def environment(
        self, prefix: str = "KAFKA_", *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Return environment variables for an application that configures its Kafka client from them.

        With the default prefix these are ``KAFKA_BOOTSTRAP_SERVERS``, ``KAFKA_SECURITY_PROTOCOL``,
        ``KAFKA_SASL_MECHANISM``, ``KAFKA_SASL_USERNAME``, ``KAFKA_SASL_PASSWORD`` and, with a rack,
        ``KAFKA_CLIENT_RACK``.
        """
        return self._render(lambda settings: settings.environment(prefix), None, rack, credentials=credentials)

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
        if credentials and self.listener == "scram" and self.password is None:
            reject(
                PASSWORD_UNKNOWN,
                "the password is stored in secret_arn and not known to the program; set credentials=False and let the "
                "client read the secret, or set password",
            )
        location = user_location() or ""
        if rack is not None and self.cluster_arn is not None:
            rack = check_together(_COMPONENT, _check_zone_id, location, rack=rack)

        def rendered(**values: Any) -> T:
            return render(ClientSettings(listener=self.listener, scram_mechanism=self.scram_mechanism, **values))

        settings = check_together(
            _COMPONENT,
            rendered,
            location,
            bootstrap_servers=self.bootstrap_servers,
            username=self.username,
            password=self.password if credentials else None,
            rack=rack,
        )
        return pulumi.Output.from_input(settings)


def _check_consumer_rack(library: str, role: ClientRole | None, rack: pulumi.Input[str] | None) -> None:
    if rack is not None and role == "producer":
        reject(PRODUCER_RACK, f"producers of {library} do not use a rack; remove it", "rack")


def _check_zone_id(rack: str) -> str:
    """Return the rack if it can be the rack of an MSK broker, which is an Availability Zone ID."""
    if _ZONE_NAME.fullmatch(rack):
        problem = f"expected an Availability Zone ID such as euw1-az1, got the zone name {rack!r}; use the ID"
        raise Violation(RACK_ZONE_NAME, problem, "rack")
    return rack
