"""Checks across the arguments of a cluster, and warnings about valid but risky settings."""

from collections.abc import Iterator
from functools import partial

import pulumi

from moorings.kafka.topics import topic_name_conflicts
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import acl_problem, has_private_link, is_public
from moorings.msk.derived_settings import DerivedSettings
from moorings.msk.kafka_versions import unsupported_version_warning
from moorings.msk.monitoring import EXPORTER_PORTS
from moorings.msk.server_properties import name_problem
from moorings.msk.topics import partitions_warning
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import check_together, is_late
from moorings.validation.types import check_unique


def check_cluster(component: str, args: MskClusterArgs) -> None:
    """Check arguments that depend on each other and cannot be Outputs.

    Raises:
        InvalidInput: if any check fails, with all problems.

    """
    checks = (
        _check_authentication,
        _check_users,
        _check_clients,
        _check_properties,
        _check_connectivity,
        _check_private_link_clients,
        _check_brokers,
        _check_alarms,
        _check_logs,
    )
    problems = [problem for check in checks for problem in check(args)]
    if problems:
        raise InvalidInput.at(component, "; ".join(problems))


def log_warnings(component: str, args: MskClusterArgs, settings: DerivedSettings, resource: pulumi.Resource) -> None:
    """Log warnings about valid but risky settings."""
    warnings: list[pulumi.Input[str | None]] = []
    if args.allow_everyone_without_acls and args.allow_everyone_if_no_acl_found is None:
        warnings.append(
            "allow_everyone_if_no_acl_found: defaults to True without iam, because no user could create the first ACL; "
            "every user then has access to resources without ACLs. Turn iam on, or set it to True explicitly"
        )
    if args.connectivity != "private" and args.connectivity_step is None:
        warnings.append(
            f"connectivity_step: connectivity {args.connectivity!r} is prepared but not enabled; after this update set "
            "it to 'enable', or to 'prepare' to keep this state"
        )
    if args.volume_throughput_mib_per_second is not None and "num.replica.fetchers" not in args.server_properties:
        warnings.append(
            "volume_throughput_mib_per_second: one replica fetcher cannot use the provisioned throughput; set "
            "num.replica.fetchers in server_properties to 2 or more, or to 1 to keep the default"
        )
    if not args.unsupported_kafka_version:
        warnings.append(check_together(component, unsupported_version_warning, kafka_version=args.kafka_version))
    if (args.topics or args.other_partitions) and not args.crowded_brokers:
        check = partial(partitions_warning, topics=args.topics, other_partitions=args.other_partitions)
        warnings.append(
            check_together(
                component,
                check,
                factors=settings.replication_factors,
                brokers=settings.broker_count,
                instance_type=settings.instance_type,
            )
        )

    def log(warning: str | None) -> None:
        if warning:
            pulumi.log.warn(warning, resource=resource)

    for warning in warnings:
        if is_late(warning):
            pulumi.Output.from_input(warning).apply(log)
        else:
            log(warning if isinstance(warning, str) else None)


def _check_authentication(args: MskClusterArgs) -> Iterator[str]:
    if not args.listeners:
        yield "no authentication method is enabled; turn on scram or iam, or set certificate_authority_arns"
    if not (args.allow_everyone_without_acls or args.iam or args.acls_exist):
        # Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
        yield (
            "allow_everyone_if_no_acl_found: False locks out every user of a cluster without ACLs; turn iam on, or set "
            "acls_exist=True once the ACLs exist"
        )


def _check_users(args: MskClusterArgs) -> Iterator[str]:
    if args.users and not args.scram:
        yield "users: requires scram; turn it on, or remove the users"
    unknown = sorted(args.password_versions.keys() - set(args.users))
    if unknown:
        yield f"password_versions: no user {', '.join(unknown)}; add it to users, or remove it"


def _check_clients(args: MskClusterArgs) -> Iterator[str]:
    rules = _count_security_group_rules(args)
    if rules > args.security_group_rule_quota:
        yield (
            f"security_group_rule_quota: {rules} rules exceed the quota of {args.security_group_rule_quota} per "
            "security group; use wider CIDR blocks or fewer security groups, or raise it once AWS has raised the quota"
        )
    if args.client_ipv6_cidrs and not args.dual_stack:
        yield "client_ipv6_cidrs: requires dual_stack=True"
    if args.public_client_cidrs and not is_public(args.connectivity):
        yield f"public_client_cidrs: requires connectivity='public', got {args.connectivity!r}"


def _count_security_group_rules(args: MskClusterArgs) -> int:
    """Return the number of IPv4 or IPv6 rules, whichever is larger. Rules that refer to a security group count as both.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    listeners, exporters = len(args.listeners), len(EXPORTER_PORTS)
    ipv4 = (len(args.client_cidrs) + len(args.public_client_cidrs)) * listeners + len(args.prometheus_cidrs) * exporters
    ipv6 = len(args.client_ipv6_cidrs) * listeners
    groups = len(args.client_security_group_ids) * listeners * (2 if args.dual_stack else 1)
    return max(ipv4, ipv6) + groups + len(args.prometheus_security_group_ids) * exporters


def _check_properties(args: MskClusterArgs) -> Iterator[str]:
    for name in sorted(args.server_properties):
        problem = name_problem(name, args.broker_type)
        if problem:
            yield f"server_properties: {problem}"
    yield from topic_name_conflicts(args.topics)


def _check_connectivity(args: MskClusterArgs) -> Iterator[str]:
    problem = acl_problem(
        args.connectivity, args.listeners, allow_everyone_without_acls=args.allow_everyone_without_acls
    )
    if problem:
        yield problem
    if args.connectivity_step is not None and args.connectivity == "private":
        yield "connectivity_step: has no effect with connectivity='private'; remove it"
    if args.disable_private_link and has_private_link(args.connectivity):
        yield f"disable_private_link: contradicts connectivity {args.connectivity!r}; remove one of them"
    if args.private_link_accounts and not has_private_link(args.connectivity):
        yield f"private_link_accounts: requires connectivity='private-link', got {args.connectivity!r}"


def _check_private_link_clients(args: MskClusterArgs) -> Iterator[str]:
    accounts = [client.account for client in args.private_link_clients]
    unknown = sorted(set(accounts) - args.private_link_accounts.keys())
    if unknown:
        yield f"private_link_clients: no account {', '.join(unknown)}; add it to private_link_accounts"
    try:
        check_unique(accounts)
    except ValueError as error:
        yield f"private_link_clients: {error}"
    if accounts and not args.iam:
        yield "private_link_clients: requires iam; turn it on, or remove the clients and create ACLs"


def _check_brokers(args: MskClusterArgs) -> Iterator[str]:
    if args.rebalancing_paused and args.broker_type != "express":
        yield "rebalancing_paused: only supported on Express brokers; remove it"
    if "volume_autoscaling_target_percent" in args.model_fields_set and args.volume_autoscaling_max_gib is None:
        yield "volume_autoscaling_target_percent: requires volume_autoscaling_max_gib; set both or neither"


def _check_alarms(args: MskClusterArgs) -> Iterator[str]:
    unused = [argument for argument in ("alarm_thresholds", "disabled_alarms") if getattr(args, argument)]
    if unused and not args.has_alarms:
        yield f"{', '.join(unused)}: requires alarms; set alarm_topic_arns, or silent_alarms=True"


def _check_logs(args: MskClusterArgs) -> Iterator[str]:
    if args.log_bucket_prefix is not None and args.log_bucket is None:
        yield "log_bucket_prefix: requires log_bucket; set it, or remove the prefix"
    if args.log_kms_key_arn is not None and not args.cloudwatch_logs:
        yield "log_kms_key_arn: requires cloudwatch_logs; turn it on, or remove the key"
