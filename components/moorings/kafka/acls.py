"""Kafka's own access rules (ACLs), as values, as commands, and in presets.

Identities of IAM are not subject to them.

Source: https://kafka.apache.org/documentation/#security_authz
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.validation.args import Args
from moorings.validation.choices import check_choice

Operation = Literal[
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
ResourceKind = Literal["cluster", "group", "topic", "transactional-id"]
Pattern = Literal["literal", "prefixed"]

OPERATIONS: Mapping[ResourceKind, tuple[Operation, ...]] = MappingProxyType(
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
"""What can be allowed on each kind of resource.

Source: https://kafka.apache.org/documentation/#operations_resources_and_protocols
"""

CLUSTER = "kafka-cluster"
"""The name by which Kafka knows the cluster as a resource."""

EVERY = "*"
"""Stands for every resource of a kind, every host or every user."""


KpowAllowed = Literal[
    "ACL_EDIT",
    "BROKER_EDIT",
    "GROUP_EDIT",
    "TOPIC_CREATE",
    "TOPIC_DELETE",
    "TOPIC_EDIT",
    "TOPIC_INSPECT",
    "TOPIC_PRODUCE",
]
"""What kPow lets its users do, each by ``ALLOW_<name>=true``."""

_KPOW: Mapping[KpowAllowed, Mapping[ResourceKind, tuple[Operation, ...]]] = MappingProxyType(
    {
        "ACL_EDIT": {"cluster": ("Alter",)},
        "BROKER_EDIT": {"cluster": ("AlterConfigs",)},
        "GROUP_EDIT": {"group": ("Delete", "Read")},
        "TOPIC_CREATE": {"cluster": ("Create",), "topic": ("Create",)},
        "TOPIC_DELETE": {"topic": ("Delete",)},
        "TOPIC_EDIT": {"topic": ("AlterConfigs",)},
        "TOPIC_INSPECT": {"topic": ("Read",)},
        "TOPIC_PRODUCE": {"topic": ("Write",)},
    }
)
KPOW_PREFIXES = ("__oprtr_", "oprtr.compute.")
"""Names of kPow's own topics and groups begin so."""


def _shown(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("a name has no line breaks, and no blanks at its ends; take the name as Kafka shows it")
    return text


Name = Annotated[str, Field(min_length=1, max_length=249), AfterValidator(_shown)]


class KafkaAcl(Args):
    """A user may do something with a resource of Kafka, or with all that begin alike.

    Raises:
        InvalidInput: for an operation that the kind of resource does not know, and for a name that is missing.

    """

    user: Name
    """Name that the user logs in with: a SCRAM user's, or the distinguished name of a certificate (``CN=orders``).
    ``*`` is everybody, and needs ``everybody``."""

    resource: ResourceKind
    """Kind of the resource: ``topic``, ``group``, ``transactional-id`` or ``cluster``."""

    name: Name | None = None
    """Name of the resource, ``*`` for every one, or with ``pattern="prefixed"`` what the names begin with. A cluster
    has none."""

    operations: Annotated[list[Operation], Field(min_length=1)]
    """What the user may do. ``Read``, ``Write``, ``Delete`` and ``Alter`` include ``Describe``."""

    pattern: Pattern = "literal"
    """``literal``: this resource. ``prefixed``: all whose names begin so."""

    host: Name = EVERY
    """IP address that the user connects from; any by default."""

    permission: Literal["Allow", "Deny"] = "Allow"
    """``Deny`` goes before every ``Allow``."""

    everybody: bool = False
    """Say that a rule for the user ``*`` is meant."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        strangers = sorted(set(self.operations) - set(OPERATIONS[self.resource]))
        if strangers:
            raise ValueError(
                f"a {self.resource} knows no {', '.join(strangers)}; it knows {', '.join(OPERATIONS[self.resource])}"
            )
        if self.resource == "cluster" and (self.name is not None or self.pattern == "prefixed"):
            raise ValueError("a cluster has no name and no prefix; leave name and pattern out")
        if self.resource != "cluster" and self.name is None:
            raise ValueError(f"name is required: say which {self.resource}")
        if self.pattern == "prefixed" and self.name == EVERY:
            raise ValueError(
                f"the prefix '*' is taken as it stands; for every {self.resource} leave pattern='prefixed' out"
            )
        if self.user == EVERY and self.permission == "Allow" and not self.everybody:
            raise ValueError("the user '*' is everybody who logs in; name the users, or say everybody=True")
        return self

    @property
    def resource_name(self) -> str:
        """The name by which Kafka knows the resource."""
        return CLUSTER if self.name is None else self.name

    @property
    def principal(self) -> str:
        """The user as Kafka spells it: ``User:orders``."""
        return f"User:{self.user}"

    @classmethod
    def for_producer(
        cls, user: str, topics: Sequence[str], *, transactional_ids: Sequence[str] = (), pattern: Pattern = "literal"
    ) -> "list[KafkaAcl]":
        """What a producer needs: to write to topics, and to use transactional IDs where it has transactions.

        Since Kafka 2.8 an idempotent producer needs nothing on the cluster.

        Source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-679
        """
        return [
            *_each(user, "topic", topics, ["Describe", "Write"], pattern),
            *_each(user, "transactional-id", transactional_ids, ["Describe", "Write"], pattern),
        ]

    @classmethod
    def for_consumer(
        cls, user: str, topics: Sequence[str], groups: Sequence[str], *, pattern: Pattern = "literal"
    ) -> "list[KafkaAcl]":
        """What a consumer needs: to read topics, and to be a member of its groups and to commit in them."""
        return [
            *_each(user, "topic", topics, ["Describe", "Read"], pattern),
            *_each(user, "group", groups, ["Describe", "Read"], pattern),
        ]

    @classmethod
    def for_admin(cls, user: str) -> "list[KafkaAcl]":
        """Everything on everything, as whoever writes the other rules needs."""
        return [
            cls(user=user, resource="cluster", operations=["All"]),
            *_each(user, "topic", [EVERY], ["All"]),
            *_each(user, "group", [EVERY], ["All"]),
            *_each(user, "transactional-id", [EVERY], ["All"]),
        ]

    @classmethod
    def for_kpow(
        cls, user: str, allow: Iterable[KpowAllowed] = (), *, creates_its_topics: bool = True
    ) -> "list[KafkaAcl]":
        """What kPow needs: to describe everything, and to keep its own topics and groups.

        Args:
            user: kPow's user.
            allow: what kPow lets its users do beside looking; nothing by default.
            creates_its_topics: whether kPow makes its own topics, which must otherwise be there before it starts.

        Source: https://docs.factorhouse.io/kpow/installation/minimum-acl-permissions

        """
        wanted: dict[ResourceKind, set[Operation]] = {
            "cluster": {"Describe", "DescribeConfigs"},
            "topic": {"Describe", "DescribeConfigs"},
            "group": {"Describe"},
        }
        if creates_its_topics:
            wanted["cluster"].add("Create")
        for each in allow:
            check_choice("KafkaAcl.for_kpow", "permission", each, KpowAllowed)
            for kind, operations in _KPOW[each].items():
                wanted[kind].update(operations)
        return [
            cls(user=user, resource="cluster", operations=sorted(wanted["cluster"])),
            *_each(user, "topic", [EVERY], sorted(wanted["topic"])),
            *_each(user, "topic", KPOW_PREFIXES, ["Read", "Write"], "prefixed"),
            *_each(user, "group", [EVERY], sorted(wanted["group"])),
            *_each(user, "group", KPOW_PREFIXES[1:], ["Read"], "prefixed"),
        ]

    @staticmethod
    def commands(
        acls: "Iterable[KafkaAcl]",
        *,
        config: str = "client.properties",
        remove: bool = False,
        tool: str = "kafka-acls.sh",
    ) -> list[str]:
        """Commands of Kafka's own tool, quoted for a shell, that make rules or take them back.

        The brokers stand in ``$BOOTSTRAP_SERVERS``. To add a rule that is there already changes nothing.

        Args:
            acls: the rules; each is written once.
            config: file with the administrator's client settings, as ``KafkaConnection.java_properties`` gives them.
            remove: whether the rules are taken back.
            tool: the tool, as it is called on the machine.

        Source: https://kafka.apache.org/documentation/#security_authz_cli

        """
        begin = f'{shlex.quote(tool)} --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config {shlex.quote(config)}'
        action = "--remove --force" if remove else "--add"
        written = (f"{begin} {action} {shlex.join(_arguments(acl))}" for acl in acls)
        return list(dict.fromkeys(written))


def _arguments(acl: KafkaAcl) -> list[str]:
    kind = acl.permission.lower()
    found = [f"--{kind}-principal", acl.principal]
    if acl.host != EVERY:
        found += [f"--{kind}-host", acl.host]
    for operation in sorted(set(acl.operations)):
        found += ["--operation", operation]
    found += [f"--{acl.resource}"] if acl.name is None else [f"--{acl.resource}", acl.name]
    return found + (["--resource-pattern-type", acl.pattern] if acl.pattern == "prefixed" else [])


def _each(
    user: str, resource: ResourceKind, names: Sequence[str], operations: list[Operation], pattern: Pattern = "literal"
) -> list[KafkaAcl]:
    return [KafkaAcl(user=user, resource=resource, name=name, operations=operations, pattern=pattern) for name in names]
