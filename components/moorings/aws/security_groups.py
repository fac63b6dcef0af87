"""Security groups and their rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import model_validator

from moorings.aws.cidrs import Cidr
from moorings.aws.ec2 import DeclaredSecurityGroup
from moorings.aws.resource_ids import PrefixListId, SecurityGroupId
from moorings.validation.args import Args
from moorings.validation.argument_rules import DUPLICATE
from moorings.validation.inputs import Input, as_output, gather, is_late
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import Port

HTTPS = 443

Direction = Literal["ingress", "egress"]
Protocol = Literal["tcp", "udp"]

_SOURCE = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_CLUSTER = (
    "MskCluster('kafka', MskClusterArgs(kafka_version='3.9.x.kraft', vpc_id='vpc-00000001', subnet_ids=SUBNETS, "
    "client_cidrs={{'vpn': '10.80.0.0/16', 'office': '{}'}}))"
)

EGRESS_DESTINATION = Rule(
    id="aws-egress-destination",
    rationale="A security group rule has exactly one source or destination.",
    source=_SOURCE,
    invalid="EgressRule(port=443)",
    valid="EgressRule(port=443, cidr='10.80.0.0/16')",
)
DUPLICATE_RULE = Rule(
    id="aws-duplicate-security-group-rule",
    rationale="EC2 rejects a second rule of a security group with the same port and the same source or destination.",
    source=_SOURCE,
    invalid=_CLUSTER.format("10.80.0.0/16"),
    valid=_CLUSTER.format("10.81.0.0/16"),
)


@dataclass(frozen=True)
class Peer:
    """The other end of a rule: exactly one of a security group, a network and a prefix list."""

    security_group_id: pulumi.Input[str] | None = None
    cidr: pulumi.Input[str] | None = None
    ipv6_cidr: pulumi.Input[str] | None = None
    prefix_list_id: pulumi.Input[str] | None = None
    declared: pulumi.Input[str] | None = None
    """The network as the user declared it, if only its late value shows whether it is an IPv4 or IPv6 network."""

    @classmethod
    def clients(
        cls, security_group_ids: Mapping[str, pulumi.Input[str]], cidrs: Mapping[str, pulumi.Input[str]]
    ) -> Iterator[tuple[str, str, Self]]:
        """Yield ``(argument, name, peer)`` for each item of ``client_security_group_ids`` and ``client_cidrs``."""
        for name, id_ in security_group_ids.items():
            yield f"client_security_group_ids.{name}", name, cls(security_group_id=id_)
        for name, cidr in cidrs.items():
            yield f"client_cidrs.{name}", name, cls(cidr=cidr)

    @property
    def value(self) -> pulumi.Input[str]:
        """The ID or the network."""
        values = (self.declared, self.security_group_id, self.cidr, self.ipv6_cidr, self.prefix_list_id)
        return next(value for value in values if value is not None)


class EgressRule(Args):
    """Destination of outgoing connections: a port, and exactly one of a security group, a network and a prefix list."""

    port: Port
    """TCP port."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the destination. It needs an ingress rule of its own that allows these connections."""

    cidr: Input[Cidr] | None = None
    """IPv4 network of the destination."""

    prefix_list_id: Input[PrefixListId] | None = None
    """Managed prefix list of the destination, such as that of S3."""

    @model_validator(mode="after")
    def _validate_one_destination(self) -> Self:
        count = sum(value is not None for value in (self.security_group_id, self.cidr, self.prefix_list_id))
        if count != 1:
            problem = (
                f"requires exactly one of security_group_id, cidr and prefix_list_id, got {count}; set one of them"
            )
            raise Violation(EGRESS_DESTINATION, problem)
        return self

    @property
    def peer(self) -> Peer:
        """The destination."""
        return Peer(security_group_id=self.security_group_id, cidr=self.cidr, prefix_list_id=self.prefix_list_id)


class SecurityGroup:
    """A security group and its rules. Rules are separate resources, so that other programs can add more.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    id: pulumi.Output[str]
    """ID of the group."""

    rules: list[pulumi.Resource]
    """The rules, for ``depends_on`` of a resource that connects as soon as it is created."""

    def __init__(
        self,
        name: str,
        *,
        reporter: Reporter,
        description: str,
        vpc_id: pulumi.Input[str],
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
        existing_id: pulumi.Input[str] | None = None,
    ) -> None:
        """Create the group, without rules.

        Args:
            name: prefix of the logical names, and the tag ``Name`` of the group.
            reporter: reporter of the component whose arguments define the rules.
            description: purpose of the group. Changing it replaces the group.
            vpc_id: VPC of the group.
            tags: tags of the group and its rules.
            opts: options of the group and of each rule.
            existing_id: group to add the rules to instead of creating one.

        """
        self._name, self._reporter, self._tags, self._opts = name, reporter, tags, opts
        if existing_id is not None:
            self.id = as_output(existing_id)
        else:
            self.id = DeclaredSecurityGroup(
                f"{name}-security-group", description=description, vpc_id=vpc_id, tags={"Name": name, **tags}, opts=opts
            ).id
        self.rules = []
        self._arguments: dict[str, str] = {}
        self._declared: dict[Direction, list[list[Any]]] = {"ingress": [], "egress": []}
        self._connections: list[tuple[Any, Any]] = []

    def allow_ingress(
        self,
        role: str,
        peer: Peer,
        port: pulumi.Input[int],
        *,
        description: str,
        last_port: pulumi.Input[int] | None = None,
        argument: str | None = None,
        protocol: Protocol = "tcp",
    ) -> None:
        """Allow connections from a peer.

        Args:
            role: suffix of the rule's logical name, and of its tag ``Name``.
            peer: the clients.
            port: port, or the first of several.
            description: description of the rule.
            last_port: the last port; defaults to ``port``.
            argument: argument that contains the peer, for messages. Without it, `check_rules` skips the rule.
            protocol: transport protocol.

        """
        declared = port if protocol == "tcp" else f"{port}/{protocol}"
        name = self._declare("ingress", role, peer, declared, argument)
        ports = (port, port if last_port is None else last_port)
        self._ingress(name, self.id, peer, ports, description, protocol=protocol)

    def allow_egress(
        self,
        role: str,
        peer: Peer,
        port: pulumi.Input[int],
        *,
        description: str,
        last_port: pulumi.Input[int] | None = None,
        argument: str | None = None,
        protocol: Protocol = "tcp",
    ) -> None:
        """Allow connections to a peer. The arguments are those of `allow_ingress`."""
        declared = port if protocol == "tcp" else f"{port}/{protocol}"
        name = self._declare("egress", role, peer, declared, argument)
        self.rules.append(
            aws.vpc.SecurityGroupEgressRule(
                name,
                security_group_id=self.id,
                description=description,
                ip_protocol=protocol,
                from_port=port,
                to_port=port if last_port is None else last_port,
                referenced_security_group_id=peer.security_group_id,
                cidr_ipv4=peer.cidr,
                prefix_list_id=peer.prefix_list_id,
                tags={"Name": name, **self._tags},
                opts=self._opts,
            )
        )

    def connect_to(
        self,
        peer: str,
        security_group_id: pulumi.Input[str],
        port: pulumi.Input[int],
        *,
        description: str,
        argument: str,
        last_port: pulumi.Input[int] | None = None,
    ) -> None:
        """Allow connections to the members of another group, with a rule in each group.

        A second connection to the same group and port adds no rules, because EC2 rejects duplicates.
        """
        last = port if last_port is None else last_port
        if any(_same(security_group_id, group) and _same(port, number) for group, number in self._connections):
            return
        self._connections.append((security_group_id, port))
        other = Peer(security_group_id=security_group_id)
        self.allow_egress(f"to-{peer}", other, port, description=description, last_port=last, argument=argument)
        name = f"{self._name}-at-{peer}"
        self._ingress(name, security_group_id, Peer(security_group_id=self.id), (port, last), description)

    def check_rules(self) -> list[pulumi.Output[Any]]:
        """Check all rules together, after the last one has been added.

        Returns:
            Outputs that fail if a late value makes the rules invalid.

        Raises:
            InvalidInput: for duplicate rules.

        """
        pending: list[Any] = []
        for direction, rules in self._declared.items():
            check = partial(check_rules_of_direction, direction=direction)
            known = [rule for rule in rules if not is_late(rule)]
            self._reporter.derive(check, rules=known)
            if len(known) < len(rules):
                pending.append(self._reporter.derive(check, rules=rules))
        return pending

    def checked_id(self) -> pulumi.Output[str]:
        """Return the ID of the group after `check_rules`, for resources that must not be created with invalid rules."""
        pending = self.check_rules()
        return gather(self.id, *map(as_output, pending))[0] if pending else self.id

    def _declare(self, direction: Direction, role: str, peer: Peer, port: Any, argument: str | None) -> str:
        name = f"{self._name}-{role}"
        other = self._arguments.setdefault(name, argument or "")
        if argument is not None:
            if other != argument:
                problem = f"{other} also creates the security group rule {name}; rename one of them"
                self._reporter.reject(DUPLICATE, problem, *argument.split("."))
            self._declared[direction].append([argument, port, peer.value])
        return name

    def _ingress(
        self,
        name: str,
        group_id: pulumi.Input[str],
        peer: Peer,
        ports: tuple[Any, Any],
        description: str,
        *,
        protocol: Protocol = "tcp",
    ) -> None:
        self.rules.append(
            aws.vpc.SecurityGroupIngressRule(
                name,
                security_group_id=group_id,
                description=description,
                ip_protocol=protocol,
                from_port=ports[0],
                to_port=ports[1],
                referenced_security_group_id=peer.security_group_id,
                cidr_ipv4=peer.cidr,
                cidr_ipv6=peer.ipv6_cidr,
                prefix_list_id=peer.prefix_list_id,
                tags={"Name": name, **self._tags},
                opts=self._opts,
            )
        )


def check_rules_of_direction(rules: Sequence[Sequence[Any]], *, direction: Direction) -> None:
    """Check the rules of one group and direction.

    Args:
        rules: argument, port and peer of each.
        direction: whether the rules allow connections from or to their peers.

    Raises:
        Violation: for a duplicate.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    preposition = "from" if direction == "ingress" else "to"
    for (other_argument, *other_rule), (argument, *rule) in combinations(rules, 2):
        if rule == other_rule:
            port, peer = rule
            problem = f"{other_argument} also allows connections {preposition} {peer} on port {port}; remove one"
            raise Violation(DUPLICATE_RULE, problem, *argument.split("."))


def _same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal, or two Outputs identical."""
    return one is other or (
        not isinstance(one, pulumi.Output) and not isinstance(other, pulumi.Output) and one == other
    )
