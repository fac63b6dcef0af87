"""Who reaches the brokers over the network."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws


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
        ports: Mapping[str, int],
        security_group_ids: Mapping[str, pulumi.Input[str]],
        cidrs: Mapping[str, pulumi.Input[str]],
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Make the group and its rules.

        Args:
            name: logical name that the children's names begin with.
            vpc_id: VPC of the cluster.
            ports: ports of the listeners that are on, by kind.
            security_group_ids: groups whose members may connect, by the name of the source.
            cidrs: networks that may connect, by the name of the source.
            tags: tags of the group and its rules.
            opts: options of each of them.

        """
        group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description="Clients of the MSK cluster",  # a changed description would replace the group
            vpc_id=vpc_id,
            tags={"Name": name, **tags},
            opts=opts,
        )
        self.group_id = group.id
        self._name, self._tags, self._opts = name, tags, opts
        for kind, port in ports.items():
            for source, member in security_group_ids.items():
                self._admit(source, kind, port, security_group_id=member)
            for source, network in cidrs.items():
                self._admit(source, kind, port, cidr=network)

    def _admit(
        self,
        source: str,
        kind: str,
        port: int,
        *,
        security_group_id: pulumi.Input[str] | None = None,
        cidr: pulumi.Input[str] | None = None,
    ) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{source}-{kind}",
            security_group_id=self.group_id,
            description=f"{source} to the {kind} listener",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            referenced_security_group_id=security_group_id,
            cidr_ipv4=cidr,
            tags={"Name": f"{self._name}-{source}-{kind}", **self._tags},
            opts=self._opts,
        )
