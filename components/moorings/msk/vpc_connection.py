"""Ways into a cluster from another VPC, over PrivateLink."""

from typing import Annotated, Literal

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator, Field

from moorings.aws.arns import MskClusterArn
from moorings.aws.cidrs import PrivateCidr
from moorings.aws.regions import check_arns
from moorings.aws.resource_ids import SecurityGroupId, SubnetId, VpcId
from moorings.aws.security_groups import Peer, SecurityGroup
from moorings.aws.subnets import distinct
from moorings.aws.tags import Tags
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import ListenerKind
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName

FIRST_PORT, LAST_PORT = 14001, 14100
"""Ports at which brokers are found in the client's VPC.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
"""

_AUTHENTICATION: dict[ListenerKind, str] = {"iam": "SASL_IAM", "scram": "SASL_SCRAM", "tls": "TLS"}


class MskVpcConnectionArgs(Args):
    """Settings of a connection between a VPC of clients and a cluster of another VPC or account."""

    cluster_arn: Input[MskClusterArn]
    """ARN of the cluster, of the same Region, whose access is ``private-link``. Another makes another connection."""

    listener: Literal["scram", "iam", "tls"] = "iam"
    """How clients log in over this connection, by default as identities of IAM. A changed one makes another
    connection."""

    vpc_id: Input[VpcId]
    """VPC of the clients. A changed one makes another connection."""

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2, max_length=3), AfterValidator(distinct)]]
    """Subnets of the clients' VPC, in the zones that the cluster stands in, as many of them. Changed ones make another
    connection.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cross-account-remote-client-action.html
    """

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[ChildName, Input[PrivateCidr]] = {}
    """Networks that may connect, none wider than a /8, by a name of your choice. Nobody may by default."""

    tags: Tags = {}
    """Tags of everything that takes tags."""


class MskVpcConnection(pulumi.ComponentResource):
    """A connection from a VPC of clients to a cluster in another VPC, or another account, of the same Region.

    Makes the connection and a security group that admits only the sources that are named. The cluster is made with
    ``access="private-link"``, and names the account in ``private_link_accounts`` if it is another one.

    Raises:
        InvalidInput: for arguments that break their rule.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html

    """

    arn: pulumi.Output[str]
    """ARN of the connection."""

    security_group_id: pulumi.Output[str]
    """Security group of the connection's ends in the clients' VPC."""

    bootstrap_servers: pulumi.Output[str]
    """Brokers as clients of this VPC find them, ``host:port``, joined by commas, in alphabetic order."""

    def __init__(self, name: str, args: MskVpcConnectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the connection.

        Args:
            name: the logical name; the children's names begin with it.
            args: settings of the connection.
            opts: options of the component.

        """
        where = f"MskVpcConnection {name!r}"
        args = MskVpcConnectionArgs.from_input(where, args)
        super().__init__("moorings:index:MskVpcConnection", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self._args = args
        check_arns(where, self, cluster_arn=args.cluster_arn)

        group = SecurityGroup(
            name,
            component=where,
            description="Clients of an MSK cluster in another VPC",
            vpc_id=args.vpc_id,
            tags=args.tags,
            opts=child,
        )
        for argument, client, peer in Peer.clients(args.client_security_group_ids, args.client_cidrs):
            group.allow_ingress(
                client,
                peer,
                FIRST_PORT,
                last_port=LAST_PORT,
                description=f"{client} to the brokers",
                argument=argument,
            )
        group.check_rules()
        connection = aws.msk.VpcConnection(
            f"{name}-connection",
            authentication=_AUTHENTICATION[args.listener],
            client_subnets=args.subnet_ids,
            security_groups=[group.id],
            target_cluster_arn=args.cluster_arn,
            vpc_id=args.vpc_id,
            tags=args.tags,
            opts=child,
        )
        found = aws.msk.get_bootstrap_brokers_output(
            # Once there is the connection: before it, MSK may have no such addresses.
            cluster_arn=connection.target_cluster_arn,
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[connection]),
        )
        servers = {
            "iam": found.bootstrap_brokers_vpc_connectivity_sasl_iam,
            "scram": found.bootstrap_brokers_vpc_connectivity_sasl_scram,
            "tls": found.bootstrap_brokers_vpc_connectivity_tls,
        }[args.listener]

        self.arn = connection.arn
        self.security_group_id = group.id
        self.bootstrap_servers = servers.apply(lambda known: ",".join(sorted(known.split(","))))
        self.register_outputs(
            {
                "arn": self.arn,
                "securityGroupId": self.security_group_id,
                "bootstrapServers": self.bootstrap_servers,
            }
        )

    def connection(
        self,
        *,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        secret_arn: pulumi.Input[str] | None = None,
        kms_key_arn: pulumi.Input[str] | None = None,
    ) -> KafkaConnection:
        """What a client of this VPC needs to connect.

        Args:
            username: the SCRAM user, for that listener alone.
            password: the user's password, where it is known.
            secret_arn: the secret that holds it; with another account, its policy must let the client read it.
            kms_key_arn: key of that secret.

        Raises:
            InvalidInput: for credentials that the listener does not take, or lacks.

        """
        return KafkaConnection.from_input(
            "KafkaConnection",
            {
                "listener": self._args.listener,
                "bootstrap_servers": self.bootstrap_servers,
                "security_group_id": self.security_group_id,
                "cluster_arn": self._args.cluster_arn,
                "username": username,
                "password": password,
                "secret_arn": secret_arn,
                "kms_key_arn": kms_key_arn,
            },
        )
