"""Who reaches the brokers over the network."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator

from moorings.aws.identifiers import Cidr, Ipv6Cidr, matching
from moorings.validation.uniqueness import check_unique

SourceName = Annotated[
    str,
    AfterValidator(
        matching(
            "a source's name of small letters, digits and hyphens, the first no hyphen", "[a-z0-9][a-z0-9-]*", "orders"
        )
    ),
]
"""What a source of connections is called in the names of its rules."""


def _within(widest: str) -> Callable[[str], str]:
    length = int(widest.rpartition("/")[2])

    def check(cidr: str) -> str:
        if int(cidr.rpartition("/")[2]) < length:
            raise ValueError(
                f"{cidr} is wider than any private network, the widest of which is {widest}; name the networks of the "
                "clients"
            )
        return cidr

    return check


ClientCidr = Annotated[Cidr, AfterValidator(_within("10.0.0.0/8"))]
"""A network of clients that has bounds: two halves of the internet are the internet.

Source: https://www.rfc-editor.org/rfc/rfc1918
"""

ClientIpv6Cidr = Annotated[Ipv6Cidr, AfterValidator(_within("fc00::/7"))]
"""A network of clients that has bounds.

Source: https://www.rfc-editor.org/rfc/rfc4193
"""


def distinct_sources(arguments: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with sources: a name that two have, or a group or network that has two names in one argument.

    Every rule of a security group is named after its source, and two of a name would be one resource. EC2 takes no rule
    twice.

    Args:
        arguments: the sources of each argument, by their names. What is late is not looked at.

    """
    taken: dict[str, str] = {}
    for argument, sources in arguments.items():
        both: dict[str, list[str]] = {}
        for source in sorted(sources):
            if source in taken:
                both.setdefault(taken[source], []).append(source)
            taken.setdefault(source, argument)
        for other, named in both.items():
            yield f"{other} and {argument} both have a source {', '.join(named)}; rename one of them"
        try:
            check_unique(list(sources.values()), "each source")
        except ValueError as error:
            yield f"{argument}: {error}"


class ClusterAccess:
    """A cluster's own security group, with a rule for each named source and each live port, and nothing else.

    The group stays the same for the life of the cluster, because MSK replaces a cluster whose groups change; only its
    rules come and go. Brokers answer, they do not call: the group lets nothing out.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    """

    group_id: pulumi.Output[str]
    """ID of the group."""

    def __init__(
        self,
        name: str,
        *,
        vpc_id: pulumi.Input[str],
        existing_group_id: pulumi.Input[str] | None,
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Make the group, unless there is one.

        Args:
            name: logical name that the children's names begin with.
            vpc_id: VPC of the cluster.
            existing_group_id: a group that a cluster has which is taken over.
            tags: tags of the group and its rules.
            opts: options of each of them.

        """
        self._name, self._tags, self._opts = name, tags, opts
        if existing_group_id is not None:
            self.group_id = pulumi.Output.from_input(existing_group_id)
            return
        self.group_id = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description="Clients of the MSK cluster",  # a changed description would replace the group
            vpc_id=vpc_id,
            tags={"Name": name, **tags},
            opts=opts,
        ).id

    def admit_groups(
        self, ports: Mapping[Any, int], members: Mapping[str, pulumi.Input[str]], what: str = "listener"
    ) -> None:
        """Let the members of security groups reach ports, which are given by the kind of what answers there."""
        self._admit(ports, {source: {"referenced_security_group_id": id_} for source, id_ in members.items()}, what)

    def admit_networks(
        self, ports: Mapping[Any, int], cidrs: Mapping[str, pulumi.Input[str]], what: str = "listener"
    ) -> None:
        """Let networks of IPv4 reach ports."""
        self._admit(ports, {source: {"cidr_ipv4": network} for source, network in cidrs.items()}, what)

    def admit_ipv6_networks(self, ports: Mapping[Any, int], cidrs: Mapping[str, pulumi.Input[str]]) -> None:
        """Let networks of IPv6 reach ports."""
        self._admit(ports, {source: {"cidr_ipv6": network} for source, network in cidrs.items()}, "listener")

    def _admit(self, ports: Mapping[Any, int], sources: Mapping[str, Mapping[str, Any]], what: str) -> None:
        for kind, port in ports.items():
            for source, who in sources.items():
                aws.vpc.SecurityGroupIngressRule(
                    f"{self._name}-{source}-{kind}",
                    security_group_id=self.group_id,
                    description=f"{source} to the {kind} {what}",
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    **who,
                    tags={"Name": f"{self._name}-{source}-{kind}", **self._tags},
                    opts=self._opts,
                )
