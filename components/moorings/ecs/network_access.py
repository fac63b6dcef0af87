"""Who reaches the task, and what it reaches."""

from collections.abc import Mapping, Sequence
from functools import partial
from ipaddress import IPv4Network, collapse_addresses
from itertools import combinations
from typing import Annotated, Any, Self

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator, Field, model_validator

from moorings.aws.identifiers import Cidr, PrefixListId, SecurityGroupId, matching
from moorings.validation.args import Args
from moorings.validation.inputs import Input, InvalidInput, check_together, is_late

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""

PeerName = Annotated[
    str,
    AfterValidator(
        matching("a name of up to 63 lower-case letters, digits and hyphens", "[a-z0-9][a-z0-9-]{0,62}", "vpn")
    ),
]
"""What a peer is called in the names of its rules."""


def closed(cidr: str) -> str:
    """A network, if it is not everybody.

    Raises:
        ValueError: for one that is.

    """
    if cidr.endswith("/0"):
        raise ValueError(f"{cidr} is everybody; name the networks of the clients")
    return cidr


ClientCidr = Annotated[Cidr, AfterValidator(closed)]
"""A network of clients: never everybody."""


class EgressRule(Args):
    """Something that the task may call: a port, and exactly one of a security group, a network or a prefix list."""

    port: Port
    """TCP port."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group whose members may be called. Their own rules have to let the task in as well."""

    cidr: Input[Cidr] | None = None
    """Network that may be called."""

    prefix_list_id: Input[PrefixListId] | None = None
    """Prefix list that may be called, such as that of S3."""

    @model_validator(mode="after")
    def _one_destination(self) -> Self:
        given = [each for each in (self.security_group_id, self.cidr, self.prefix_list_id) if each is not None]
        if len(given) != 1:
            raise ValueError(
                f"give exactly one of security_group_id, cidr and prefix_list_id, not {len(given) or 'none'} of them"
            )
        return self


ANYWHERE = "0.0.0.0/0"
HTTPS = 443


class SecurityGroup:
    """A security group with a rule of its own for each peer and direction, and nothing else.

    Rules stand alone, never inside a group, so that others may add theirs to either side.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    id: pulumi.Output[str]
    """ID of the group."""

    rules: list[pulumi.Resource]
    """What has to be there before anybody connects."""

    def __init__(
        self,
        name: str,
        *,
        where: str,
        description: str,
        vpc_id: pulumi.Input[str],
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Make the group, without rules.

        Args:
            name: logical name, with which the names of its rules begin.
            where: whose arguments make the rules, as messages name it.
            description: whom the group is for; a changed one would replace the group.
            vpc_id: VPC of the group.
            tags: tags of the group and its rules.
            opts: options of each of them.

        """
        self._name, self._where, self._tags, self._opts = name, where, tags, opts
        group = aws.ec2.SecurityGroup(
            f"{name}-security-group", description=description, vpc_id=vpc_id, tags={"Name": name, **tags}, opts=opts
        )
        self.id, self.rules = group.id, []
        self._reached: list[tuple[Any, Any]] = []
        self._named: dict[str, str] = {}
        self._given: dict[bool, list[list[Any]]] = {True: [], False: []}

    def admit(
        self,
        peer: str,
        port: pulumi.Input[int],
        *,
        what: str,
        argument: str | None = None,
        how: str = "from",
        security_group_id: pulumi.Input[str] | None = None,
        cidr: pulumi.Input[str] | None = None,
    ) -> None:
        """Let a peer in that an argument names, or is our own; ``how`` tells the rules of one peer apart."""
        name = self._call_it(f"{self._name}-{how}-{peer}", argument)
        if argument is not None:
            self._given[True].append([argument, port, cidr if security_group_id is None else security_group_id])
        self._ingress(name, self.id, port, what=what, security_group_id=security_group_id, cidr=cidr)

    def call(
        self,
        peer: str,
        port: pulumi.Input[int],
        *,
        what: str,
        argument: str | None = None,
        how: str = "to",
        security_group_id: pulumi.Input[str] | None = None,
        cidr: pulumi.Input[str] | None = None,
        prefix_list_id: pulumi.Input[str] | None = None,
    ) -> None:
        """Let the members call a peer that an argument names, or is our own."""
        name = self._call_it(f"{self._name}-{how}-{peer}", argument)
        if argument is not None:
            peers = [each for each in (security_group_id, cidr, prefix_list_id) if each is not None]
            self._given[False].append([argument, port, *peers])
        self.rules.append(
            aws.vpc.SecurityGroupEgressRule(
                name,
                security_group_id=self.id,
                description=what,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                referenced_security_group_id=security_group_id,
                cidr_ipv4=cidr,
                prefix_list_id=prefix_list_id,
                tags={"Name": name, **self._tags},
                opts=self._opts,
            )
        )

    def reach(
        self, peer: str, port: pulumi.Input[int], *, argument: str, what: str, security_group_id: pulumi.Input[str]
    ) -> None:
        """Let the members call a peer, and let them in on its side; once, as EC2 refuses a rule that is there."""
        if any(_same(security_group_id, group) and _same(port, each) for group, each in self._reached):
            return
        self._reached.append((security_group_id, port))
        self.call(peer, port, argument=argument, what=what, security_group_id=security_group_id)
        self._ingress(f"{self._name}-at-{peer}", security_group_id, port, what=what, security_group_id=self.id)

    def once(self) -> pulumi.Output[str]:
        """The ID of the group, if EC2 takes its rules together: to be asked for when all are made.

        Raises:
            InvalidInput: for two rules that are one, and for clients that are everybody together.

        """
        checks: list[Any] = []
        for inward, rules in self._given.items():
            rule = partial(told_apart, inward=inward)
            late = [each for each in rules if is_late(each)]
            check_together(self._where, rule, rules=[each for each in rules if not is_late(each)])
            if late:
                checks.append(check_together(self._where, rule, rules=rules))
        return pulumi.Output.all(self.id, *checks)[0] if checks else self.id

    def _call_it(self, name: str, argument: str | None) -> str:
        """The name of a rule, if no other argument makes one that is called so."""
        other = self._named.setdefault(name, argument or "")
        if other != (argument or ""):
            raise InvalidInput.at(self._where, f"{other} and {argument} both make a rule {name}; rename one of them")
        return name

    def _ingress(
        self,
        name: str,
        group_id: pulumi.Input[str],
        port: pulumi.Input[int],
        *,
        what: str,
        security_group_id: pulumi.Input[str] | None,
        cidr: pulumi.Input[str] | None = None,
    ) -> None:
        self.rules.append(
            aws.vpc.SecurityGroupIngressRule(
                name,
                security_group_id=group_id,
                description=what,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                referenced_security_group_id=security_group_id,
                cidr_ipv4=cidr,
                tags={"Name": name, **self._tags},
                opts=self._opts,
            )
        )


def told_apart(rules: Sequence[Sequence[Any]], *, inward: bool) -> bool:
    """Whether EC2 takes these rules of one group.

    Args:
        rules: for each its argument, port and peer.
        inward: whether they let somebody in.

    Raises:
        ValueError: for two that are one, and for networks that are everybody together.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    does = "let in" if inward else "lead to"
    for (one, *rule), (other, *same) in combinations(rules, 2):
        if rule == same:
            raise ValueError(
                f"{one} and {other} both {does} {rule[1]} on port {rule[0]}, and EC2 takes a rule once; leave one out"
            )
    networks = {argument: peer for argument, _, peer in rules if "/" in peer} if inward else {}
    if IPv4Network(ANYWHERE) in collapse_addresses(map(IPv4Network, networks.values())):
        raise ValueError(f"{', '.join(networks)} are everybody together; name the networks of the clients")
    return True


def _same(one: Any, other: Any) -> bool:
    """Whether two values are known to be one: Outputs are compared by identity."""
    return one is other or (
        not isinstance(one, pulumi.Output) and not isinstance(other, pulumi.Output) and one == other
    )


def broker_port(servers: str) -> int:
    """The port that all brokers have.

    Raises:
        ValueError: for brokers on several ports, which one rule cannot name.

    """
    ports = {int(server.rpartition(":")[2]) for server in servers.split(",")}
    if len(ports) > 1:
        found = ", ".join(map(str, sorted(ports)))
        raise ValueError(f"bootstrap_servers have the ports {found}; name brokers of one listener, which has one port")
    return ports.pop()
