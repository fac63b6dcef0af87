"""How a client reaches a cluster and logs in: a value that joins two components, also across stacks."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Self, TypeVar, cast

import pulumi
from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from moorings.aws.arns import KmsKeyArn, MskClusterArn, SecretArn
from moorings.aws.resource_ids import SecurityGroupId
from moorings.kafka.client_settings import Login, Role
from moorings.kafka.java_properties import properties_file
from moorings.kafka.listeners import ListenerKind, bootstrap_servers, servers_of
from moorings.kafka.stack_outputs import FROM_STACK, Entry
from moorings.validation.args import Args
from moorings.validation.choices import check_choice
from moorings.validation.inputs import Input, InvalidInput, SecretInput, check_together, here, is_late

T = TypeVar("T")

_WHERE = "KafkaConnection"
_ZONE_NAME = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]")


class KafkaConnection(Args):
    """A way into a Kafka cluster: where the brokers are, how to log in, and where the credentials are.

    ``MskCluster.connection`` makes one for a user, ``from_stack`` takes one that another stack exported. The methods
    that are named after a client give its settings, secret where they hold the password. Each of them takes:

    - ``role``: ``producer`` adds settings that bear the restart of a broker. A ``consumer`` needs none: its own session
      timeout of 45 s is longer than a leader takes to move.
    - ``rack``: where a consumer runs, so that it reads from a replica there if the brokers choose replicas by rack. MSK
      calls its racks by the ID of the availability zone (``euw1-az1``), which means the same in every account. Without
      it consumers read from leaders.
    - ``credentials``: False leaves out the setting that holds the password, for a component that takes it from
      ``secret_arn``; what is left is not secret.

    Raises:
        InvalidInput: from a method, for a listener or rack that the client does not know, or where the password is
            asked for and only ``secret_arn`` is known.

    """

    listener: ListenerKind
    """How the client logs in: ``scram`` with a user's password, ``iam`` as an identity of IAM, ``tls`` with a
    certificate of its own."""

    bootstrap_servers: Input[Annotated[str, AfterValidator(bootstrap_servers)]]
    """Brokers to begin with, as ``host:port``, joined by commas. A broker of MSK must have a port of the listener.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    """

    username: Input[Annotated[str, Field(min_length=1)]] | None = None
    """The SCRAM user; that of an ``MskCluster`` resolves once the user can log in. No other listener has one."""

    password: SecretInput[Annotated[str, Field(min_length=1)]] | None = None
    """The SCRAM user's password. Without it clients read it from ``secret_arn``."""

    secret_arn: Input[SecretArn] | None = None
    """Secret in Secrets Manager whose JSON keys ``username`` and ``password`` hold the credentials. A SCRAM connection
    needs this or the password."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Key of that secret: who reads the secret needs ``kms:Decrypt`` on the key."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the brokers, for the rules that let the client in. Without it the client's component adds
    none."""

    cluster_arn: Input[MskClusterArn] | None = None
    """ARN of the cluster, if it is one of MSK: for the policies of IAM identities."""

    @field_validator("bootstrap_servers", mode="after")
    @classmethod
    def _have_a_port_of_the_listener(cls, servers: pulumi.Input[str], info: ValidationInfo) -> pulumi.Input[str]:
        listener: ListenerKind | None = info.data.get("listener")
        if listener is None:  # it broke a rule of its own
            return servers
        rule = partial(servers_of, listener)
        if not is_late(servers):
            return rule(cast("str", servers))
        where = ".".join([*(here() or [cls.__name__]), "bootstrap_servers"])
        return check_together(where, rule, servers=servers)

    @model_validator(mode="after")
    def _credentials_fit_the_listener(self) -> Self:
        if self.listener == "scram":
            if self.username is None or (self.password is None and self.secret_arn is None):
                raise ValueError("a scram connection needs a username, and a password or the secret_arn that holds it")
            return self
        held = ("username", "password", "secret_arn", "kms_key_arn")
        given = [name for name in held if getattr(self, name) is not None]
        if given:
            raise ValueError(f"a connection to the {self.listener} listener takes no {', '.join(given)}; scram does")
        return self

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
    ) -> "KafkaConnection":
        """Take a connection that another stack exported with ``to_export``, by the user's name or the listener's kind.

        Args:
            reference: the stack.
            user: a SCRAM user. Without it the connection is that of ``listener``.
            listener: ``iam`` or ``tls``, which have no users.
            password: whether the password is wanted. Without it clients read the password from ``secret_arn``.
            security_group: whether the brokers' security group is wanted. A connection over the internet has none.
            output: the stack's output that holds its connections by name.

        Raises:
            InvalidInput: at once where neither or both of ``user`` and ``listener`` are given; when the output
                resolves, where it has no such connection, or one of another listener, or one that lacks something.

        """
        if (user is None) == (listener is None):
            raise InvalidInput.at(FROM_STACK, "give a user, or a listener that has no users (iam, tls), and not both")
        if listener == "scram":
            raise InvalidInput.at(FROM_STACK, "the scram listener has users; give the user instead")
        wanted = ["bootstrap_servers", *(["security_group_id"] if security_group else []), "cluster_arn"]
        if user is not None:
            wanted += ["username", "secret_arn", "kms_key_arn", *(["password"] if password else [])]
        kind: ListenerKind = listener or "scram"
        entry = Entry(output, user if user is not None else kind, kind, wanted)
        found = reference.get_output(output).apply(entry.of)

        def value(name: str) -> pulumi.Output[Any]:
            known = found.apply(lambda connection: connection[name])
            # A stack's output is secret as a whole if anything in it is.
            return known if name == "password" else pulumi.Output.unsecret(known)

        return cls.from_input(FROM_STACK, {"listener": kind, **{name: value(name) for name in wanted}})

    def to_export(self, *, password: bool = True) -> dict[str, Any]:
        """What a stack exports, below a name of its ``connections``, so that ``from_stack`` finds this connection.

        Args:
            password: whether the password is in it, as a secret. Without it clients need ``secret_arn``.

        """
        return {name: value for name, value in self if value is not None and (password or name != "password")}

    def librdkafka(
        self, role: Role | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Settings of librdkafka and what is built on it: Karafka, confluent-kafka for Python, Go and .NET.

        With certificates the application adds ``ssl.certificate.location`` and ``ssl.key.location``. IAM is refused.

        Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
        """
        if self.listener == "iam":
            raise InvalidInput.at(
                _WHERE,
                "librdkafka does not speak AWS_MSK_IAM; connect as a SCRAM user, or set up OAUTHBEARER with a token "
                "provider in the application",
            )
        return self._settings(lambda login: login.librdkafka(role), role, rack, credentials=credentials)

    def java(
        self, role: Role | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Settings of the Java client and what is built on it: Kafka Streams, Connect, kPow.

        With certificates the application adds ``ssl.keystore.location``, ``ssl.keystore.password`` and
        ``ssl.key.password``. For IAM it has ``aws-msk-iam-auth`` on its class path. The password is part of
        ``sasl.jaas.config``.

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
        """
        return self._settings(lambda login: login.java(role), role, rack, credentials=credentials)

    def java_properties(
        self, role: Role | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[str]:
        """The settings of the Java client as the text of a ``.properties`` file."""
        return self.java(role, rack=rack, credentials=credentials).apply(properties_file)

    def jaas(self) -> pulumi.Output[str]:
        """The line with which the Java client logs in, ``sasl.jaas.config``; a certificate needs none."""
        if self.listener == "tls":
            what = "a certificate logs in without a JAAS line; connect to scram or iam, or leave the line out"
            raise InvalidInput.at(_WHERE, what)
        return self._settings(lambda login: str(login.jaas()), None, None, credentials=True)

    def kafka_python(
        self, role: Role | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str | int | bool]]:
        """Keyword arguments of kafka-python's clients, ``KafkaProducer(**settings)``, with numbers and flags as such.

        With certificates the application adds ``ssl_certfile`` and ``ssl_keyfile``. For IAM it has ``botocore``, and
        the Region in its environment.

        Source: https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html
        """
        return self._settings(lambda login: login.kafka_python(role), role, rack, credentials=credentials)

    def spring(
        self, role: Role | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Properties of Spring Boot, all of them under ``spring.kafka``; beyond that, as ``java``.

        Source: https://docs.spring.io/spring-boot/reference/messaging/kafka.html
        """
        return self._settings(lambda login: login.spring(role), role, rack, credentials=credentials)

    def spring_environment(
        self, role: Role | None = None, *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """The properties of Spring Boot as environment variables: ``SPRING_KAFKA_BOOTSTRAPSERVERS`` and so on.

        Source: https://docs.spring.io/spring-boot/reference/features/external-config.html
        """
        return self._settings(lambda login: login.spring_environment(role), role, rack, credentials=credentials)

    def environment(
        self, prefix: str = "KAFKA_", *, rack: pulumi.Input[str] | None = None, credentials: bool = True
    ) -> pulumi.Output[dict[str, str]]:
        """Environment variables for a program that reads its own: ``KAFKA_BOOTSTRAP_SERVERS``, ``KAFKA_SASL_USERNAME``.

        The others are ``KAFKA_SECURITY_PROTOCOL``, ``KAFKA_SASL_MECHANISM``, ``KAFKA_SASL_PASSWORD`` and, with a rack,
        ``KAFKA_CLIENT_RACK``; ``prefix`` is what they begin with.
        """
        return self._settings(lambda login: login.environment(prefix), None, rack, credentials=credentials)

    def _settings(
        self,
        render: Callable[[Login], T],
        role: Role | None,
        rack: pulumi.Input[str] | None,
        *,
        credentials: bool,
    ) -> pulumi.Output[T]:
        if role is not None:
            check_choice(_WHERE, "role", role, Role)
        if credentials and self.listener == "scram" and self.password is None:
            raise InvalidInput.at(
                _WHERE,
                "the password is in secret_arn and not known here; ask with credentials=False and let the client read "
                "the secret, or give the password",
            )
        if rack is not None and role == "producer":
            raise InvalidInput.at(_WHERE, "a producer writes to leaders, wherever they are; leave rack to consumers")
        if rack is not None and self.cluster_arn is not None:
            rack = check_together(_WHERE, _zone_id, rack=rack)

        def rendered(**known: Any) -> T:
            return render(Login(listener=self.listener, **known))

        settings = check_together(
            _WHERE,
            rendered,
            bootstrap_servers=self.bootstrap_servers,
            username=self.username,
            password=self.password if credentials else None,
            rack=rack,
        )
        return pulumi.Output.from_input(settings)


def _zone_id(rack: str) -> str:
    """What MSK may call a rack.

    Source: https://aws.amazon.com/blogs/big-data/reduce-network-traffic-costs-of-your-amazon-msk-consumers-with-rack-awareness
    """
    if _ZONE_NAME.fullmatch(rack):
        raise ValueError(f"{rack!r} is the name of a zone, and MSK calls its racks by zone IDs; give one, as euw1-az1")
    return rack
