"""Who reaches the brokers over the network."""

from collections.abc import Mapping
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import Field

SourceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""What a source of connections is called in the names of its rules."""


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
