"""Kafka ACLs: validation, presets for common clients, and ``kafka-acls.sh`` commands.

MSK does not apply ACLs to IAM identities.

Source: https://kafka.apache.org/documentation/#security_authz
"""

import ipaddress
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from moorings.validation import argument_rules
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation
from moorings.validation.standalone import StandaloneArgs

AclOperation = Literal[
    "All",
    "Alter",
    "AlterConfigs",
    "ClusterAction",
    "Create",
    "Delete",
    "Describe",
    "DescribeConfigs",
    "IdempotentWrite",
    "Read",
    "TwoPhaseCommit",
    "Write",
]
AclResourceType = Literal["cluster", "group", "topic", "transactional-id"]
PatternType = Literal["literal", "prefixed"]

OPERATIONS: Mapping[AclResourceType, tuple[AclOperation, ...]] = MappingProxyType(
    {
        "cluster": (
            "All",
            "Alter",
            "AlterConfigs",
            "ClusterAction",
            "Create",
            "Describe",
            "DescribeConfigs",
            "IdempotentWrite",
        ),
        "group": ("All", "AlterConfigs", "Delete", "Describe", "DescribeConfigs", "Read"),
        "topic": ("All", "Alter", "AlterConfigs", "Create", "Delete", "Describe", "DescribeConfigs", "Read", "Write"),
        "transactional-id": ("All", "Describe", "TwoPhaseCommit", "Write"),
    }
)
"""Operations that Kafka 4.1 supports on each resource type. ``TwoPhaseCommit`` is new in 4.1.

Source: https://kafka.apache.org/documentation/#operations_resources_and_protocols
"""

CLUSTER_NAME = "kafka-cluster"
"""Resource name of the cluster in Kafka's own tools."""

WILDCARD = "*"
"""Matches every resource of a type, every host or every user."""


def _validate_name(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        problem = "contains a control character, or a leading or trailing space; remove it"
        raise Violation(argument_rules.FORMAT, problem)
    return name


EntityName = Annotated[str, Field(min_length=1), AfterValidator(_validate_name)]
"""Name of a user, resource, client or host."""


class KafkaAcl(StandaloneArgs):
    """ACL that allows or denies a user operations on one resource, or on all resources with a name prefix.

    Raises:
        InvalidInput: if the resource type does not support an operation, if the resource name is missing, or if the ACL
            can never match.

    """

    user: EntityName
    """User of the principal: a SCRAM user name, or the distinguished name of a client certificate (``CN=orders``). The
    wildcard ``*`` matches every user."""

    resource_type: AclResourceType
    """Resource type: ``topic``, ``group``, ``transactional-id`` or ``cluster``."""

    resource_name: EntityName | None = None
    """Name of the resource, ``*`` for every resource of the type, or a prefix with ``pattern_type="prefixed"``. The
    cluster has no name; all other resources require one."""

    operations: Annotated[list[AclOperation], Field(min_length=1)]
    """Operations. ``Read``, ``Write``, ``Delete`` and ``Alter`` imply ``Describe``."""

    pattern_type: PatternType = "literal"
    """``literal`` matches the resource with this name, ``prefixed`` every resource whose name has this prefix."""

    host: EntityName = WILDCARD
    """IP address that the user connects from. Defaults to every address."""

    permission_type: Literal["Allow", "Deny"] = "Allow"
    """``Deny`` takes precedence over every ``Allow``."""

    @property
    def title(self) -> str:
        """Name in messages: the principal."""
        return self.principal

    @property
    def principal(self) -> str:
        """Principal as Kafka spells it: ``User:orders``."""
        return f"User:{self.user}"

    @classmethod
    def for_producer(
        cls,
        user: str,
        topics: Sequence[str],
        *,
        transactional_ids: Sequence[str] = (),
        pattern_type: PatternType = "literal",
    ) -> "list[KafkaAcl]":
        """Return the ACLs of a producer: write to topics and, with transactions, use transactional IDs.

        Since Kafka 2.8 an idempotent producer needs no ACL on the cluster.

        Source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-679
        """
        return [
            *acls_of_type("topic", user, topics, ["Describe", "Write"], pattern_type),
            *acls_of_type("transactional-id", user, transactional_ids, ["Describe", "Write"], pattern_type),
        ]

    @classmethod
    def for_consumer(
        cls, user: str, topics: Sequence[str], groups: Sequence[str], *, pattern_type: PatternType = "literal"
    ) -> "list[KafkaAcl]":
        """Return the ACLs of a consumer: read topics, join its consumer groups and commit offsets."""
        return [
            *acls_of_type("topic", user, topics, ["Describe", "Read"], pattern_type),
            *acls_of_type("group", user, groups, ["Describe", "Read"], pattern_type),
        ]

    @classmethod
    def for_admin(cls, user: str) -> "list[KafkaAcl]":
        """Return the ACLs of an administrator: all operations on all resources, including managing ACLs."""
        return [
            cls(user=user, resource_type="cluster", operations=["All"]),
            *acls_of_type("topic", user, [WILDCARD], ["All"]),
            *acls_of_type("group", user, [WILDCARD], ["All"]),
            *acls_of_type("transactional-id", user, [WILDCARD], ["All"]),
        ]

    @staticmethod
    def commands(
        acls: "Iterable[KafkaAcl]",
        *,
        config: str = "client.properties",
        remove: bool = False,
        tool: str = "kafka-acls.sh",
    ) -> list[str]:
        """Return ``kafka-acls.sh`` commands that add or remove ACLs, quoted for a shell, each once.

        The commands read the bootstrap servers from ``$BOOTSTRAP_SERVERS``. Adding an existing ACL has no effect.

        Args:
            acls: the ACLs.
            config: file with the administrator's client settings (``KafkaConnection.java_properties``).
            remove: whether the ACLs are removed.
            tool: path of the tool.

        Source: https://kafka.apache.org/documentation/#security_authz_cli

        """
        command = f'{shlex.quote(tool)} --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config {shlex.quote(config)}'
        action = "--remove --force" if remove else "--add"
        return list(dict.fromkeys(f"{command} {action} {shlex.join(_options(acl))}" for acl in acls))


def acls_of_type(
    resource_type: AclResourceType,
    user: str,
    names: Sequence[str],
    operations: Sequence[AclOperation],
    pattern_type: PatternType = "literal",
) -> list[KafkaAcl]:
    """Return one ACL of a user for each resource name."""
    return [
        KafkaAcl(
            user=user,
            resource_type=resource_type,
            resource_name=name,
            operations=list(operations),
            pattern_type=pattern_type,
        )
        for name in names
    ]


def _options(acl: KafkaAcl) -> list[str]:
    permission = acl.permission_type.lower()
    options = [f"--{permission}-principal", acl.principal]
    if acl.host != WILDCARD:
        options += [f"--{permission}-host", acl.host]
    for operation in sorted(set(acl.operations)):
        options += ["--operation", operation]
    options += [f"--{acl.resource_type}", *([] if acl.resource_name is None else [acl.resource_name])]
    return options + (["--resource-pattern-type", "prefixed"] if acl.pattern_type == "prefixed" else [])


_AUTHORIZATION = "https://kafka.apache.org/documentation/#security_authz"
_OPERATIONS = "https://kafka.apache.org/documentation/#operations_resources_and_protocols"
_PREFIXES = "https://cwiki.apache.org/confluence/display/KAFKA/KIP-290%3A+Support+for+Prefixed+ACLs"

_SPACE_IN_NAME = re.compile(r",\s+[A-Za-z.0-9]+=")
"""Start of an attribute of a distinguished name, after a space that Kafka does not write."""

ACL_RULES = RuleSet(KafkaAcl)
KafkaAcl.rules = ACL_RULES


@ACL_RULES.rule(
    "kafka-acl-operation",
    Severity.UNSAFE,
    source=_OPERATIONS,
    invalid="resource_type='group', operations=['Read', 'Write']",
    valid="resource_type='group', operations=['Read']",
)
def _operations(operations: Sequence[AclOperation], resource_type: AclResourceType) -> Findings:
    """Kafka rejects operations that the resource type does not support, so that the client lacks permissions."""
    supported = OPERATIONS[resource_type]
    for index, operation in enumerate(operations):
        if operation not in supported:
            fix = f"use {', '.join(supported)}, or another resource_type"
            yield ("operations", index), f"{operation} is not supported on resource type {resource_type}; {fix}"


@ACL_RULES.rule(
    "kafka-acl-resource-name",
    Severity.ERROR,
    source=_AUTHORIZATION,
    invalid="resource_name=None",
    valid="resource_name='orders'",
)
def _resource_name(resource_name: str | None, resource_type: AclResourceType, pattern_type: PatternType) -> Findings:
    """An ACL applies to a named resource, except for the cluster, which has no name."""
    if resource_type != "cluster":
        if resource_name is None:
            yield f"resource type {resource_type} requires a name; set it, to '*' for every {resource_type}"
        return
    if resource_name is not None:
        yield "the cluster has no name; remove it"
    if pattern_type == "prefixed":
        yield "pattern_type", "the cluster has no name, and therefore no prefix; remove it"


@ACL_RULES.rule(
    "kafka-acl-pattern",
    Severity.UNSAFE,
    source=_PREFIXES,
    invalid="resource_name='orders.*'",
    valid="resource_name='orders.', pattern_type='prefixed'",
)
def _pattern(resource_name: str | None, pattern_type: PatternType) -> Findings:
    """Kafka matches '*' literally, except for a literal pattern that consists of '*' alone."""
    if resource_name is None or WILDCARD not in resource_name:
        return
    if pattern_type == "prefixed":
        fix = "remove pattern_type to match every name" if resource_name == WILDCARD else "remove '*'"
        yield f"a prefix with '*' matches only names that contain this character; {fix}"
    elif resource_name != WILDCARD:
        prefix = resource_name.partition(WILDCARD)[0]
        fix = f"set pattern_type='prefixed' and the prefix {prefix!r}" if prefix else "use '*' alone"
        yield f"a name with '*' matches only the resource with exactly this name; {fix}"


@ACL_RULES.rule(
    "kafka-acl-everyone",
    Severity.UNSAFE,
    source=_AUTHORIZATION,
    invalid="user='*'",
    valid="user='orders'",
)
def _everyone(user: str, permission_type: str) -> Findings:
    """An ACL that allows the user '*' gives every authenticated user access."""
    if user == WILDCARD and permission_type == "Allow":
        yield "'*' allows every authenticated user; name the users"


@ACL_RULES.rule(
    "kafka-acl-principal",
    Severity.UNSAFE,
    source=_AUTHORIZATION,
    invalid="user='User:orders'",
    valid="user='orders'",
)
def _principal(user: str) -> Findings:
    """The principal of an ACL must equal that of the client: ``User:`` and the name as Kafka writes it."""
    if user.lower().startswith("user:"):
        yield f"the principal would be 'User:{user}'; remove the prefix 'User:'"
    elif user.startswith("arn:"):
        yield (
            "an ARN never matches, because ACLs do not apply to IAM identities; use the name of a SCRAM user, or "
            "KafkaPermissions for an IAM role"
        )
    elif _SPACE_IN_NAME.search(user):
        yield "Kafka writes distinguished names without spaces after commas; remove the spaces"


@ACL_RULES.rule(
    "kafka-acl-host",
    Severity.UNSAFE,
    source=_AUTHORIZATION,
    invalid="host='10.0.0.0/16'",
    valid="host='10.0.0.1'",
)
def _host(host: str) -> Findings:
    """Kafka compares the host of an ACL with the IP address of the client. Host names and CIDR blocks never match."""
    if host == WILDCARD:
        return
    try:
        ipaddress.ip_address(host)
    except ValueError:
        yield f"{host!r} is not an IP address and never matches; use the address of each client, or '*'"
