"""``KafkaConnection``: bootstrap servers and credentials of a client, passed between components and stacks."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import pulumi
from pydantic import PositiveInt, model_validator

from moorings.aws.cidrs import NetworkCidr
from moorings.aws.resource_ids import SecurityGroupId
from moorings.kafka.connection_rules import FROM_STACK, PERMISSIONS_WITHOUT_IAM, SCRAM_MECHANISM, reject
from moorings.kafka.connection_settings import ConnectionSettings
from moorings.kafka.listeners import LISTENERS, ListenerKind, msk_listener
from moorings.kafka.oauth import KafkaOAuth
from moorings.kafka.permissions import KafkaPermissions
from moorings.kafka.security_protocols import PASSWORD_MECHANISMS, SaslMechanism, ScramMechanism, SecurityProtocol
from moorings.kafka.security_rules import SECURITY_RULES
from moorings.kafka.service_hosts import heroku_servers
from moorings.kafka.stack_outputs import ExpectedConnection, export_values, nested_values
from moorings.kafka.tls import KafkaTls
from moorings.sdk.locations import user_location
from moorings.validation.findings import label
from moorings.validation.inputs import Input, check_together
from moorings.validation.rules import Violation

_LOCAL_FIELDS = frozenset({"permissions", "topic_partitions", "acknowledge"})
"""Arguments that concern a client of the same program."""


class KafkaConnection(ConnectionSettings):
    """Connection of a client to a Kafka cluster: bootstrap servers, authentication method and credentials.

    ``MskCluster.connection`` returns one for a user, and ``from_stack`` reads one that another stack exports. The
    methods named after a client library return its settings, as a secret if they contain the password. They share these
    arguments:

    - ``role``: ``producer`` adds settings with which a producer survives a broker restart. A ``consumer`` needs none:
      its default session timeout of 45 s is longer than a leader election takes.
    - ``rack``: rack of a consumer, which then reads from a replica in that rack if the brokers use a rack-aware replica
      selector. On MSK the rack is the Availability Zone ID (``euw1-az1``), which is the same in every account. By
      default consumers read from leaders.
    - ``credentials``: False omits the settings that hold secrets, for a component that reads the password from
      ``secret_arn``. The remaining settings are not secret.
    - ``files``: directory in which the client finds the ``files`` of the connection. By default the settings contain
      the certificates and keys in PEM.

    Raises:
        InvalidInput: for a connection without TLS, or that does not verify host names, unless ``acknowledge`` contains
            the reason. From a method, if the client library does not support the authentication method, the rack, the
            user name or the password, or if the password is required and only ``secret_arn`` is known.

    """

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the brokers. Components add the rules that allow the client to connect. Without it, they add
    none."""

    broker_cidrs: Input[list[NetworkCidr]] | None = None
    """Networks of the brokers (``["10.0.64.0/24", "10.0.65.0/24"]``). If ``egress_to`` or ``derive_egress`` limits the
    connections of a Kubernetes workload, its network policy then allows the ports of the brokers in these networks
    only. Defaults to none: at any address. ``MskCluster.connection`` can look them up."""

    permissions: KafkaPermissions | None = None
    """Topics and consumer groups that an IAM identity uses. Components that create the role of the client grant these
    permissions; without them, they only allow it to connect. Supported on the ``iam`` listener, requires
    ``cluster_arn``. Not exported to other stacks."""

    topic_partitions: dict[str, PositiveInt] = {}
    """Partitions of the topics that are declared in the same program, by name. ``MskCluster.connection`` sets it, and
    components compare consumers and autoscaling with it. Not exported to other stacks."""

    def __init__(self, /, *positional: Any, **values: Any) -> None:
        """Validate the arguments, and evaluate the rules of connections that do not protect data."""
        super().__init__(*positional, **values)
        if self.encrypted and self.tls is None and self.oauth is None and not self.acknowledge:
            return  # no rule applies, and most programs create many connections
        _, reporter = SECURITY_RULES.check(type(self).__name__, self._title, self)
        program = pulumi.runtime.get_root_resource()
        if program is not None:
            reporter.finish(program)

    @model_validator(mode="after")
    def _validate_permissions(self) -> Self:
        if self.permissions is None:
            return self
        if not self.uses_iam:
            problem = f"IAM does not authorize clients {self.security_title}; remove it, and create ACLs"
            raise Violation(PERMISSIONS_WITHOUT_IAM, problem, "permissions")
        if self.cluster_arn is None:
            problem = "required with permissions, because IAM policies contain it; set it"
            raise Violation(PERMISSIONS_WITHOUT_IAM, problem, "cluster_arn")
        return self

    @model_validator(mode="after")
    def _validate_msk_mechanism(self) -> Self:
        if self.cluster_arn is not None and msk_listener(self.protocol, self.sasl_mechanism) is None:
            argument = "scram_mechanism" if self.listener else "sasl_mechanism"
            raise Violation(SCRAM_MECHANISM, f"MSK does not support {self.sasl_mechanism}; remove it", argument)
        return self

    @property
    def _title(self) -> str:
        """Name in messages: the first of the bootstrap servers that is not late."""
        return self.bootstrap_servers.partition(",")[0] if isinstance(self.bootstrap_servers, str) else "kafka"

    @property
    def secret_without_key(self) -> Input[str] | None:
        """Secret that clients read although its key is not given."""
        return self.secret_arn if self.password is None and self.kms_key_arn is None else None

    @classmethod
    def msk(
        cls,
        bootstrap_servers: pulumi.Input[str],
        *,
        username: pulumi.Input[str] | None = None,
        tls: KafkaTls | None = None,
        **arguments: Any,
    ) -> "KafkaConnection":
        """Return a connection to an existing MSK cluster, to the listener that the credentials belong to.

        Args:
            bootstrap_servers: bootstrap brokers of the listener.
            username: SCRAM user, with ``password`` or ``secret_arn``.
            tls: client certificate for mutual TLS. Without it and without a user, the client is an IAM identity.
            arguments: other arguments, such as ``cluster_arn`` and ``security_group_id``.

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-get-bootstrap-brokers.html

        """
        listener: ListenerKind = "iam" if username is None and tls is None else "tls" if username is None else "scram"
        return cls(listener=listener, bootstrap_servers=bootstrap_servers, username=username, tls=tls, **arguments)

    @classmethod
    def confluent_cloud(
        cls,
        bootstrap_servers: pulumi.Input[str],
        *,
        api_key: pulumi.Input[str] | None = None,
        api_secret: pulumi.Input[str] | None = None,
        oauth: KafkaOAuth | None = None,
    ) -> "KafkaConnection":
        """Return a connection to Confluent Cloud, with an API key or as an OAuth client.

        Args:
            bootstrap_servers: bootstrap server of the cluster, with port 9092.
            api_key: API key of the cluster.
            api_secret: secret of the API key.
            oauth: OAuth client, with the extensions ``logicalCluster`` and ``identityPoolId``.

        Source: https://docs.confluent.io/cloud/current/client-apps/config-client.html

        """
        mechanism: SaslMechanism = "PLAIN" if oauth is None else "OAUTHBEARER"
        return cls(
            bootstrap_servers=bootstrap_servers,
            security_protocol="SASL_SSL",
            sasl_mechanism=mechanism,
            username=api_key,
            password=api_secret,
            oauth=oauth,
        )

    @classmethod
    def heroku(
        cls,
        url: pulumi.Input[str],
        *,
        trusted_cert: pulumi.Input[str],
        client_cert: pulumi.Input[str],
        client_cert_key: pulumi.Input[str],
        prefix: pulumi.Input[str] | None = None,
        verify_hostname: bool = True,
        acknowledge: Mapping[str, str] | None = None,
    ) -> "KafkaConnection":
        """Return a connection to Apache Kafka on Heroku, from the config vars of the add-on.

        Args:
            url: ``KAFKA_URL``.
            trusted_cert: ``KAFKA_TRUSTED_CERT``.
            client_cert: ``KAFKA_CLIENT_CERT``.
            client_cert_key: ``KAFKA_CLIENT_CERT_KEY``. Java clients require it in PKCS #8.
            prefix: ``KAFKA_PREFIX`` of a multi-tenant plan.
            verify_hostname: whether the certificates of the brokers contain their host names.
            acknowledge: acknowledged rules, for ``verify_hostname=False``.

        Source: https://devcenter.heroku.com/articles/kafka-on-heroku

        """
        servers = check_together(cls.__name__, heroku_servers, user_location() or "", url=url)
        tls = KafkaTls(
            ca_certificate=trusted_cert,
            certificate=client_cert,
            private_key=client_cert_key,
            verify_hostname=verify_hostname,
        )
        return cls(
            bootstrap_servers=servers,
            security_protocol="SSL",
            tls=tls,
            topic_prefix=prefix,
            acknowledge=dict(acknowledge or {}),
        )

    @classmethod
    def redpanda(
        cls,
        bootstrap_servers: pulumi.Input[str],
        *,
        username: pulumi.Input[str],
        password: pulumi.Input[str],
        mechanism: ScramMechanism = "SCRAM-SHA-256",
        ca_certificate: pulumi.Input[str] | None = None,
    ) -> "KafkaConnection":
        """Return a connection to Redpanda as a SCRAM user.

        Args:
            bootstrap_servers: seed brokers.
            username: name of the user.
            password: password of the user.
            mechanism: mechanism of the user, who has one only. Defaults to ``SCRAM-SHA-256``.
            ca_certificate: certificate authority in PEM of a self-managed cluster. Redpanda Cloud needs none.

        Source: https://docs.redpanda.com/current/manage/security/authentication/

        """
        return cls(
            bootstrap_servers=bootstrap_servers,
            security_protocol="SASL_SSL",
            sasl_mechanism=mechanism,
            username=username,
            password=password,
            tls=None if ca_certificate is None else KafkaTls(ca_certificate=ca_certificate),
        )

    @classmethod
    def from_stack(
        cls,
        reference: pulumi.StackReference,
        user: str | None = None,
        *,
        listener: ListenerKind | None = None,
        name: str | None = None,
        security_protocol: SecurityProtocol | None = None,
        sasl_mechanism: SaslMechanism | None = None,
        parts: Sequence[str] = (),
        password: bool = True,
        security_group: bool = True,
        broker_cidrs: bool = False,
        output: str = "connections",
        permissions: KafkaPermissions | None = None,
        tls: KafkaTls | None = None,
        acknowledge: Mapping[str, str] | None = None,
    ) -> "KafkaConnection":
        """Return a connection that another stack exports with ``to_export``: by SCRAM user, listener or name.

        A program must know which settings a connection has before their values resolve. Connections to clusters other
        than MSK therefore require ``name``, protocol and mechanism, and list further values in ``parts``.

        Args:
            reference: the stack.
            user: SCRAM user of an MSK cluster.
            listener: ``iam`` or ``tls``, which have no users.
            name: name of any other connection in the stack output.
            security_protocol: protocol of the connection ``name``. Defaults to ``SASL_SSL``.
            sasl_mechanism: mechanism of the connection ``name``.
            parts: further values of the connection ``name``, such as ``tls.ca_certificate`` or ``oauth.scope``.
            password: whether the connection must include the password. Without it, clients read the password from
                ``secret_arn``.
            security_group: whether the connection must include the brokers' security group. A connection with public
                access has none. Not used with ``name``.
            broker_cidrs: whether the connection must include the networks of the brokers.
            output: stack output that contains the connections by name.
            permissions: topics and consumer groups that the client uses with ``listener="iam"``.
            tls: certificates of the client, instead of exported ones.
            acknowledge: acknowledged rules, for a connection without TLS.

        Raises:
            InvalidInput: immediately, unless one of ``user``, ``listener`` and ``name`` is set; once the stack output
                resolves, if the connection does not exist, uses another listener or lacks a value.

        """
        described = security_protocol is not None or sasl_mechanism is not None or bool(parts)
        _check_selection(reference, user, listener, name, described=described)
        security: dict[str, Any]
        if name is None:
            kind: ListenerKind = listener or "scram"
            security = {"listener": kind}
            protocol, mechanism = LISTENERS[kind].security_protocol, LISTENERS[kind].sasl_mechanism
            required = ["bootstrap_servers", *(["security_group_id"] if security_group else []), "cluster_arn"]
            if user is not None:
                required += ["username", "secret_arn", "kms_key_arn", *(["password"] if password else [])]
        else:
            protocol, mechanism = security_protocol or "SASL_SSL", sasl_mechanism
            security = {"security_protocol": protocol, "sasl_mechanism": mechanism}
            required = ["bootstrap_servers", *parts]
            if mechanism in PASSWORD_MECHANISMS:
                required += ["username", *(["password"] if password else [])]
            if any(part.startswith("oauth.") for part in parts):
                required += ["oauth.token_endpoint_url", "oauth.client_id", "oauth.client_secret"]
        title = name or user or str(listener)
        if broker_cidrs:
            required.append("broker_cidrs")
        expected = ExpectedConnection(
            output, title, None if name else security["listener"], protocol, mechanism, required, user_location()
        )
        values = nested_values(required, reference.get_output(output).apply(expected.select))
        given = {**security, "permissions": permissions, "acknowledge": dict(acknowledge or {}), **values}
        if tls is not None:
            given["tls"] = tls
        return cls.from_input(label(cls.__name__, title), given)

    def to_export(self, *, password: bool = True) -> dict[str, Any]:
        """Return the values that a stack exports in its output ``connections``, for ``from_stack``.

        Args:
            password: whether the password is included, as a secret, and so are private keys and the client secret.
                Without it, clients read the password from ``secret_arn``.

        """
        omitted = {*_LOCAL_FIELDS, *(["security_protocol", "sasl_mechanism"] if self.listener else [])}
        if self.scram_mechanism == "SCRAM-SHA-512" or not self.listener:
            omitted.add("scram_mechanism")
        return export_values(self, omitted, secrets=password)


def _check_selection(
    reference: object, user: str | None, listener: ListenerKind | None, name: str | None, *, described: bool
) -> None:
    """Reject a call of ``from_stack`` that does not select one connection.

    Raises:
        InvalidInput: if it does not.

    """
    if not hasattr(reference, "get_output"):
        fix = "pass pulumi.StackReference('ORGANIZATION/PROJECT/STACK')"
        reject(FROM_STACK, f"expected a pulumi.StackReference, got {type(reference).__name__}; {fix}", "reference")
    if [user, listener, name].count(None) != 2:  # noqa: PLR2004 - all but one
        reject(FROM_STACK, "requires either user, or listener='iam' or 'tls', or name; set one of them")
    if listener == "scram":
        reject(FROM_STACK, "the scram listener requires a user; set user instead", "listener")
    if name is None and described:
        reject(FROM_STACK, "security_protocol, sasl_mechanism and parts describe a connection by name; set name")
