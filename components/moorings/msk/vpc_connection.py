"""VPC connections: clients in another VPC or account reach a cluster over AWS PrivateLink."""

from collections.abc import Sequence
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws

from moorings.aws.arns import MskClusterArn
from moorings.aws.cidrs import Cidr
from moorings.aws.regions import check_arns
from moorings.aws.resource_ids import SecurityGroupId, VpcId
from moorings.aws.security_groups import Peer, SecurityGroup
from moorings.aws.tags import Tags
from moorings.aws.vpc_membership import Vpcs, check_declared_vpc, find_other_vpcs, vpcs_of_id, vpcs_of_members
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import ListenerKind
from moorings.kafka.permissions import KafkaPermissions
from moorings.kafka.tls import KafkaTls
from moorings.msk.broker_subnets import SubnetIds
from moorings.msk.cluster_method_rules import UNPUBLISHED_ADDRESSES
from moorings.msk.network_access import exceeds
from moorings.overrides.binding import bind_overrides
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.findings import Severity
from moorings.validation.inputs import Input
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings
from moorings.validation.types import ChildName

FIRST_PORT, LAST_PORT = 14001, 14100
"""Ports of the brokers in the VPC of the clients.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
"""

_AUTHENTICATION: dict[ListenerKind, str] = {"iam": "SASL_IAM", "scram": "SASL_SCRAM", "tls": "TLS"}
_REPLACEMENT = Change("replacement", "The new connection has other bootstrap servers.")


class MskVpcConnectionArgs(ComponentArgs):
    """Arguments of `MskVpcConnection`."""

    cluster_arn: Annotated[Input[MskClusterArn], _REPLACEMENT]
    """ARN of a cluster in the same Region with PrivateLink enabled. Changing it replaces the connection."""

    listener: Annotated[ListenerKind, _REPLACEMENT] = "iam"
    """Authentication method of the clients: ``iam`` (the default), ``scram`` or ``tls``. Changing it replaces the
    connection."""

    vpc_id: Annotated[Input[VpcId], _REPLACEMENT]
    """VPC of the clients. Changing it replaces the connection."""

    subnet_ids: Annotated[Input[SubnetIds], _REPLACEMENT]
    """Subnets of the clients' VPC: one in each Availability Zone of the cluster. Changing them replaces the connection.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cross-account-remote-client-action.html
    """

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect to the brokers, by a name of your choice. None by default."""

    client_cidrs: dict[ChildName, Input[Cidr]] = {}
    """IPv4 CIDR blocks that may connect to the brokers, by a name of your choice. None by default."""

    tags: Tags = {}
    """Tags of all resources that support tags."""


VPC_CONNECTION_RULES = RuleSet(MskVpcConnectionArgs)

_SECURITY_GROUPS = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_NETWORK = "Network('{}', NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'])).vpc_id"
_OTHER = "MskVpcConnection('o', MskVpcConnectionArgs(cluster_arn=CLUSTER_ARN, vpc_id={}, subnet_ids=SUBNETS))"


@VPC_CONNECTION_RULES.rule(
    "msk-connection-wide-network",
    Severity.UNSAFE,
    source=_SECURITY_GROUPS,
    invalid="client_cidrs={'all': '0.0.0.0/0'}",
    valid="client_cidrs={'vpn': '10.0.0.0/8'}",
    each="client_cidrs",
)
def _wide_network(_: str, cidr: str) -> Findings:
    """Clients reach the connection with private addresses only, so that a larger network lists none of them."""
    yield from exceeds(cidr)


@VPC_CONNECTION_RULES.explicit(
    "msk-connection-other-vpc",
    Severity.UNSAFE,
    source=_SECURITY_GROUPS,
    invalid=f"vpc_id={_NETWORK.format('a')}, "
    f"client_security_group_ids={{'orders': {_OTHER.format(_NETWORK.format('b'))}.security_group_id}}",
    valid="client_security_group_ids={'orders': 'sg-00000001'}",
)
def _other_vpc(vpc: Vpcs, others: Sequence[Sequence[Any]]) -> Findings:
    """A rule refers to a security group of another VPC only if the VPCs are peered, and otherwise EC2 rejects it."""
    yield from find_other_vpcs(vpc, others)


class MskVpcConnection(pulumi.ComponentResource):
    """A connection from a VPC of clients to an MSK cluster in another VPC or account.

    Creates the VPC connection and a security group that allows only the listed clients. The cluster must have
    ``connectivity="private-link"`` enabled. A cluster of another account must also list the account of the clients in
    ``private_link_accounts``.

    Raises:
        InvalidInput: if an argument is invalid.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html

    """

    arn: pulumi.Output[str]
    """ARN of the VPC connection."""

    security_group_id: pulumi.Output[str]
    """Security group of the endpoints in the clients' VPC."""

    bootstrap_servers: pulumi.Output[str]
    """Bootstrap servers for clients of this VPC as ``host:port``, sorted and separated by commas."""

    def __init__(self, name: str, args: MskVpcConnectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the connection.

        Args:
            name: logical name; children are named ``{name}-{role}``.
            args: arguments of the connection.
            opts: options of the component.

        """
        args, reporter = VPC_CONNECTION_RULES.check("MskVpcConnection", name, args)
        super().__init__(
            "moorings:index:MskVpcConnection", name, reporter.inputs, bind_overrides(self, name, reporter, opts)
        )
        self._args, self._reporter = args, reporter
        child_opts = pulumi.ResourceOptions(parent=self)
        check_arns(reporter, self, cluster_arn=args.cluster_arn)
        check_declared_vpc(reporter, args.vpc_id, args.subnet_ids)
        others = [
            [("client_security_group_ids", client), vpcs_of_members(id_)]
            for client, id_ in args.client_security_group_ids.items()
        ]
        reporter.evaluate(_other_vpc, vpc=vpcs_of_id(args.vpc_id), others=others)

        group = SecurityGroup(
            name,
            reporter=reporter,
            description="Clients of an MSK cluster in another VPC",
            vpc_id=args.vpc_id,
            tags=args.tags,
            opts=child_opts,
        )
        for argument, client, peer in Peer.clients(args.client_security_group_ids, args.client_cidrs):
            description = f"{client} to the brokers"
            group.allow_ingress(
                client, peer, FIRST_PORT, last_port=LAST_PORT, description=description, argument=argument
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
            opts=reporter.gate(child_opts),
        )
        brokers = aws.msk.get_bootstrap_brokers_output(
            cluster_arn=connection.target_cluster_arn,
            # MSK may publish these addresses only after the connection is created.
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[connection]),
        )
        servers = {
            "iam": brokers.bootstrap_brokers_vpc_connectivity_sasl_iam,
            "scram": brokers.bootstrap_brokers_vpc_connectivity_sasl_scram,
            "tls": brokers.bootstrap_brokers_vpc_connectivity_tls,
        }[args.listener]

        self.arn = connection.arn
        self.security_group_id = group.id
        self.bootstrap_servers = servers.apply(self._sort_servers)
        register_declared_outputs(self, reporter)

    def _sort_servers(self, servers: str | None) -> str:
        if not servers:
            listener = self._args.listener
            problem = f"MSK publishes no addresses of the {listener} listener for this connection; turn {listener} on"
            self._reporter.reject(UNPUBLISHED_ADDRESSES, f"{problem} for PrivateLink on the cluster", "listener")
        return ",".join(sorted(servers.split(",")))

    def connection(
        self,
        *,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        secret_arn: pulumi.Input[str] | None = None,
        kms_key_arn: pulumi.Input[str] | None = None,
        permissions: KafkaPermissions | None = None,
        tls: KafkaTls | None = None,
    ) -> KafkaConnection:
        """Return the connection for clients of this VPC.

        Args:
            username: SCRAM user. Required on the ``scram`` listener, not supported on others.
            password: password of the user.
            secret_arn: secret that contains the password. A secret of another account needs a resource policy that
                allows the client to read it.
            kms_key_arn: key that encrypts the secret.
            permissions: topics and consumer groups that an IAM identity uses. ``FargateSingleton`` grants them.
            tls: client certificate for the ``tls`` listener. By default the application adds it.

        Raises:
            InvalidInput: if credentials are missing, or the listener does not support them.

        """
        return KafkaConnection.from_input(
            str(self._reporter),
            {
                "listener": self._args.listener,
                "bootstrap_servers": self.bootstrap_servers,
                "security_group_id": self.security_group_id,
                "cluster_arn": self._args.cluster_arn,
                "username": username,
                "password": password,
                "secret_arn": secret_arn,
                "kms_key_arn": kms_key_arn,
                "permissions": permissions,
                "tls": tls,
            },
        )
