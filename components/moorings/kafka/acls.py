"""Kafka ACLs: validation, presets for common clients, and ``kafka-acls.sh`` commands.

MSK does not apply ACLs to IAM identities.

Source: https://kafka.apache.org/documentation/#security_authz
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.validation.args import Args

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
        "transactional-id": ("All", "Describe", "Write"),
    }
)
"""Operations that Kafka supports on each resource type.

Source: https://kafka.apache.org/documentation/#operations_resources_and_protocols
"""

CLUSTER_NAME = "kafka-cluster"
"""Resource name of the cluster in Kafka's own tools."""

WILDCARD = "*"
"""Matches every resource of a type, every host or every user."""


def _validate_name(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        raise ValueError("must not contain line breaks or leading or trailing spaces")
    return name


EntityName = Annotated[str, Field(min_length=1, max_length=249), AfterValidator(_validate_name)]
"""Name of a user, resource, client or host."""


class KafkaAcl(Args):
    """ACL that allows or denies a user operations on one resource, or on all resources with a name prefix.

    Raises:
        InvalidInput: if the resource type does not support an operation, or if the resource name is missing.

    """

    user: EntityName
    """User of the principal: a SCRAM user name, or the distinguished name of a client certificate (``CN=orders``). The
    wildcard ``*`` matches every user and requires ``everybody``."""

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

    everybody: bool = False
    """Confirms an ACL that allows every user."""

    @model_validator(mode="after")
    def _validate_combination(self) -> Self:
        resource_type, supported = self.resource_type, OPERATIONS[self.resource_type]
        unsupported = sorted(set(self.operations) - set(supported))
        if unsupported:
            raise ValueError(
                f"operations: {', '.join(unsupported)} not supported on resource type {resource_type}, which supports "
                f"{', '.join(supported)}"
            )
        if resource_type == "cluster" and (self.resource_name is not None or self.pattern_type == "prefixed"):
            raise ValueError("resource_name, pattern_type: not supported for the cluster; remove them")
        if resource_type != "cluster" and self.resource_name is None:
            raise ValueError(f"resource_name: required for resource type {resource_type}")
        if self.pattern_type == "prefixed" and self.resource_name == WILDCARD:
            raise ValueError(
                f"pattern_type: a prefix '*' is matched literally; remove pattern_type to match every {resource_type}"
            )
        if self.user == WILDCARD and self.permission_type == "Allow" and not self.everybody:
            raise ValueError("user: '*' allows every authenticated user; name the users, or set everybody=True")
        return self

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
