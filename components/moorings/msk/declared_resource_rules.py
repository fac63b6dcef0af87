"""Rules of keys, subnets and security groups that the same program declares, and of subnets that EC2 describes."""

from collections.abc import Sequence
from typing import Any

from moorings.aws import log_retention
from moorings.aws.key_purposes import KeyPurposes, declared_purposes, find_missing_purposes
from moorings.aws.subnets import Subnet
from moorings.aws.vpc_membership import Vpcs, check_declared_vpc, find_other_vpcs, vpcs_of_id, vpcs_of_members
from moorings.msk.cluster_args import MskClusterArgs
from moorings.validation.findings import Severity
from moorings.validation.reporter import Reporter
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

DECLARED_RESOURCE_RULES = RuleSet(MskClusterArgs)

UNSUPPORTED_ZONE_ID = "use1-az3"
"""ID of the Availability Zone that MSK does not support.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
"""

_ZONES = "NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'])"
_KEY = "EncryptionKey('existing', EncryptionKeyArgs(description='Kafka', services=['{}'])).arn"
_CLIENT = (
    f"vpc_id=Network('a', {_ZONES}).vpc_id, client_security_group_ids={{{{'orders': MskVpcConnection('orders', "
    "MskVpcConnectionArgs(cluster_arn=CLUSTER_ARN, vpc_id={}, subnet_ids=SUBNETS)).security_group_id}}"
)


@DECLARED_RESOURCE_RULES.explicit(
    "msk-key-policy",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html",
    invalid=f"kms_key_arn={_KEY.format('secretsmanager')}",
    valid=f"kms_key_arn={_KEY.format('kafka')}",
)
def _key_policy(argument: str, purposes: list[KeyPurposes], services: list[str], log_group: str | None) -> Findings:
    """The policy of an EncryptionKey allows only the listed uses, so that the service cannot use this key."""
    yield from find_missing_purposes(argument, purposes, services, log_group)


@DECLARED_RESOURCE_RULES.explicit(
    "msk-client-other-vpc",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    invalid=_CLIENT.format(f"Network('b', {_ZONES}).vpc_id"),
    valid="vpc_id='vpc-00000001', client_security_group_ids={'orders': 'sg-00000001'}",
)
def _client_other_vpc(vpc: Vpcs, others: Sequence[Sequence[Any]]) -> Findings:
    """A rule refers to a security group of another VPC only if the VPCs are peered, and otherwise EC2 rejects it."""
    yield from find_other_vpcs(vpc, others)


@DECLARED_RESOURCE_RULES.explicit(
    "msk-unsupported-zone",
    Severity.UNVERIFIED,
    source="https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html",
    checked="2026-11-21",
    invalid="subnet_ids=['subnet-0000000e', *SUBNETS[:1]]",
    valid="subnet_ids=SUBNETS",
)
def unsupported_zone(subnets: Sequence[Subnet]) -> Findings:
    """MSK has no brokers in one of the Availability Zones of us-east-1."""
    for subnet in subnets:
        if subnet.is_described and subnet.zone_id == UNSUPPORTED_ZONE_ID:
            problem = f"{subnet.id} is in {subnet.zone_id}, which MSK does not support"
            yield "subnet_ids", f"{problem}; use a subnet in another Availability Zone"


@DECLARED_RESOURCE_RULES.rule(
    "msk-log-retention",
    Severity.UNVERIFIED,
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    checked=log_retention.CHECKED,
    invalid="log_retention_days=366",
    valid="log_retention_days=365",
)
def _log_retention(log_retention_days: int) -> Findings:
    """CloudWatch Logs supports only certain retention periods, and rejects others when the log group is created."""
    yield from log_retention.find_unknown_period(log_retention_days)


def check_declared_resources(reporter: Reporter, name: str, args: MskClusterArgs) -> None:
    """Check the keys, the subnets and the security groups of clients that the program declares.

    Raises:
        InvalidInput: for subnets of another VPC.

    """
    log_group = f"/aws/msk/{name}-*"
    for argument, arn, services, group in (
        ("kms_key_arn", args.kms_key_arn, ["kafka"], None),
        ("secrets_kms_key_arn", args.secrets_kms_key_arn, ["secretsmanager", "kafka"], None),
        ("log_kms_key_arn", args.log_kms_key_arn, [], log_group),
    ):
        purposes = declared_purposes(arn)
        reporter.evaluate(_key_policy, argument=argument, purposes=purposes, services=services, log_group=group)
    check_declared_vpc(reporter, args.vpc_id, args.subnet_ids)
    others = [
        [(argument, client), vpcs_of_members(id_)]
        for argument in ("client_security_group_ids", "prometheus_security_group_ids")
        for client, id_ in getattr(args, argument).items()
    ]
    reporter.evaluate(_client_other_vpc, vpc=vpcs_of_id(args.vpc_id), others=others)
