"""Rules of keys, subnets and security groups that the same program declares."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moorings.aws.key_purposes import declared_purposes, missing_purposes
from moorings.aws.vpc_membership import Vpcs, check_declared_vpc, find_other_vpcs, vpcs_of_id, vpcs_of_members
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.task_ports import clients_of_ports
from moorings.validation.findings import Path, Severity
from moorings.validation.reporter import Reporter
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

DECLARED_RESOURCE_RULES = RuleSet(FargateSingletonArgs)

_KEY = "EncryptionKey('existing', EncryptionKeyArgs(description='Orders', {})).arn"
_NETWORK = "Network('{}', NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'])).vpc_id"
_CLIENT = "MskVpcConnection('o', MskVpcConnectionArgs(cluster_arn=CLUSTER_ARN, vpc_id={}, subnet_ids=SUBNETS))"


@DECLARED_RESOURCE_RULES.explicit(
    "ecs-key-policy",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    invalid=f"log_kms_key_arn={_KEY.format('services=[' + repr('secretsmanager') + ']')}",
    valid=f"log_kms_key_arn={_KEY.format('log_groups=[' + repr('/ecs/*') + ']')}",
)
def _key_policy(keys: Sequence[Sequence[Any]]) -> Findings:
    """The policy of an EncryptionKey allows only the listed uses, so that the service cannot use this key."""
    for path, purposes, services, log_group in keys:
        problem = missing_purposes(purposes, services, log_group)
        if problem is not None:
            yield path, problem


@DECLARED_RESOURCE_RULES.explicit(
    "ecs-other-vpc",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    invalid=f"vpc_id={_NETWORK.format('a')}, port=3000, "
    f"client_security_group_ids={{'orders': {_CLIENT.format(_NETWORK.format('b'))}.security_group_id}}",
    valid="port=3000, client_security_group_ids={'orders': 'sg-00000001'}",
)
def _other_vpc(vpc: Vpcs, others: Sequence[Sequence[Any]]) -> Findings:
    """A rule refers to a security group of another VPC only if the VPCs are peered, and otherwise EC2 rejects it."""
    yield from find_other_vpcs(vpc, others)


def check_declared_resources(reporter: Reporter, name: str, args: FargateSingletonArgs) -> None:
    """Check the keys, the subnets and the security groups that the program declares.

    Args:
        reporter: the reporter of the service.
        name: name of the service, which is part of the name of its log group.
        args: arguments of the service.

    Raises:
        InvalidInput: for subnets of another VPC.

    """
    keys = [
        [path, declared_purposes(arn), services, log_group]
        for path, arn, services, log_group in (
            (("kms_key_arn",), args.kms_key_arn, ["secretsmanager"], None),
            (("log_kms_key_arn",), args.log_kms_key_arn, [], f"/ecs/{name}-*"),
            *((path, arn, [service], None) for path, service, arn in _keys_of_secrets(args)),
        )
    ]
    reporter.evaluate(_key_policy, keys=keys)
    check_declared_vpc(reporter, args.vpc_id, args.subnet_ids)
    for balancer, subnet_ids in (
        ("load_balancer", args.load_balancer and args.load_balancer.subnet_ids),
        ("network_load_balancer", args.network_load_balancer and args.network_load_balancer.subnet_ids),
    ):
        if subnet_ids is not None:
            check_declared_vpc(reporter, args.vpc_id, subnet_ids, f"{balancer}.subnet_ids")
    others = [[path, vpcs_of_members(id_)] for path, id_ in _security_groups(args)]
    reporter.evaluate(_other_vpc, vpc=vpcs_of_id(args.vpc_id), others=others)


def _keys_of_secrets(args: FargateSingletonArgs) -> Iterator[tuple[Path, str, Any]]:
    """Yield path, service and ARN of the key of each secret and parameter that the task reads."""
    yield ("repository_credentials_kms_key_arn",), "secretsmanager", args.repository_credentials_kms_key_arn
    for path, secret in args.secret_references.items():
        if path == ("kafka",):  # the component that creates the connection also creates its key
            continue
        service = "ssm" if secret.secret_arn is None else "secretsmanager"
        yield (*path, "kms_key_arn"), service, secret.kms_key_arn


def _security_groups(args: FargateSingletonArgs) -> Iterator[tuple[Path, Any]]:
    """Yield path and ID of each security group that a rule of the service refers to, and of those of the task."""
    clients: dict[Path, Mapping[str, Any]] = {("client_security_group_ids",): args.client_security_group_ids}
    for argument, balancer in args.created_load_balancers.items():
        clients[argument, "client_security_group_ids"] = balancer.client_security_group_ids
    for path, groups in clients.items():
        for client, id_ in groups.items():
            yield (*path, client), id_
    yield from clients_of_ports(args.additional_ports)
    yield from ((("security_group_ids", index), id_) for index, id_ in enumerate(args.security_group_ids))
    if args.existing_listener is not None:
        yield ("existing_listener", "security_group_id"), args.existing_listener.security_group_id
    for destination, rule in args.egress.items():
        yield ("egress", destination, "security_group_id"), rule.security_group_id
    if args.vpc_endpoints is not None:
        yield ("vpc_endpoints", "security_group_id"), args.vpc_endpoints.security_group_id
    for mount_path, mount in args.efs_mounts.items():
        yield ("efs_mounts", mount_path, "security_group_id"), mount.security_group_id
    if args.kafka is not None:
        yield ("kafka", "security_group_id"), args.kafka.security_group_id
    for key, connection in args.additional_kafka.items():
        yield ("additional_kafka", key, "security_group_id"), connection.security_group_id
