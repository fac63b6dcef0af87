"""Rules between the plain arguments of a cluster."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moorings.kafka.topics import topic_name_conflicts
from moorings.msk.alarm_definitions import AlarmDefinition, select_alarms
from moorings.msk.connectivity import closed_enough, is_linked, is_public
from moorings.msk.monitoring import EXPORTER_PORTS
from moorings.msk.network_access import distinct_sources
from moorings.msk.server_properties import settable
from moorings.validation.uniqueness import check_unique

if TYPE_CHECKING:
    from moorings.msk.cluster_args import MskClusterArgs


_SOURCES = (
    "client_cidrs",
    "client_security_group_ids",
    "client_ipv6_cidrs",
    "public_client_cidrs",
    "prometheus_cidrs",
    "prometheus_security_group_ids",
)


def broken_rules(args: "MskClusterArgs") -> list[str]:
    """What is wrong with the arguments together, a sentence for each rule."""
    rules = (_login, _users, _sources, _properties, _topics, _access, _express, _autoscaling, _alarms, _logs)
    return [sentence for rule in rules for sentence in rule(args)]


def alarms_of(args: "MskClusterArgs") -> tuple[AlarmDefinition, ...]:
    """The alarms of a cluster.

    Raises:
        ValueError: for a role that none of them has.

    """
    return select_alarms(
        args.broker_type,
        args.enhanced_monitoring,
        burstable=args.burstable_brokers,
        iam=args.iam,
        thresholds=args.alarm_thresholds,
        disabled=args.disabled_alarms,
    )


def _login(args: "MskClusterArgs") -> Iterator[str]:
    if not args.listeners:
        yield "nobody could log in: turn on scram or iam, or name certificate_authority_arns"


def _users(args: "MskClusterArgs") -> Iterator[str]:
    users = args.users
    twice = sorted({user for user in users if users.count(user) > 1}) if len(set(users)) < len(users) else []
    if twice:
        yield f"users names {', '.join(twice)} more than once; a user's name is unique in its cluster"
    if users and not args.scram:
        yield "users log in with SCRAM, which is off; turn scram on or remove the users"
    strangers = sorted(args.password_versions.keys() - set(users))
    if strangers:
        yield f"password_versions names {', '.join(strangers)}, who is none of users; name one of them"


def _sources(args: "MskClusterArgs") -> Iterator[str]:
    yield from distinct_sources({argument: getattr(args, argument) for argument in _SOURCES})
    rules = _rules(args)
    if rules > args.security_group_rule_quota:
        yield (
            f"the sources make {rules} rules, more than the {args.security_group_rule_quota} that a security group may have; name "
            "wider networks or fewer groups, or let AWS raise the quota and say security_group_rule_quota"
        )
    if args.client_ipv6_cidrs and not args.dual_stack:
        yield "client_ipv6_cidrs names networks, but the cluster has IPv4 alone; say dual_stack=True"
    if args.public_client_cidrs and not is_public(args.access):
        yield f"public_client_cidrs names networks, but access is {args.access!r}; say access='public'"


def _rules(args: "MskClusterArgs") -> int:
    """Rules of the security group for IPv4, or for IPv6 if these are more; one with a group counts for both.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    listeners, exporters = len(args.listeners), len(EXPORTER_PORTS)
    of_groups = len(args.client_security_group_ids) * listeners * (2 if args.dual_stack else 1)
    of_groups += len(args.prometheus_security_group_ids) * exporters
    of_ipv4 = (len(args.client_cidrs) + len(args.public_client_cidrs)) * listeners + len(
        args.prometheus_cidrs
    ) * exporters
    return of_groups + max(of_ipv4, len(args.client_ipv6_cidrs) * listeners)


def _properties(args: "MskClusterArgs") -> Iterator[str]:
    for name in sorted(args.server_properties):
        wrong = settable(name, args.broker_type)
        if wrong:
            yield f"server_properties: {name} {wrong}"


def _topics(args: "MskClusterArgs") -> Iterator[str]:
    yield from topic_name_conflicts(args.topics)


def _access(args: "MskClusterArgs") -> Iterator[str]:
    wrong = closed_enough(args.access, args.listeners, everyone=args.everyone_without_acls)
    if wrong:
        yield wrong
    if args.private_link_accounts and not is_linked(args.access):
        yield f"private_link_accounts names accounts, but access is {args.access!r}; say access='private-link'"
    yield from _clients(args)
    if args.access_step is not None and args.access == "private":
        yield "access_step has nothing to do where access is 'private'; leave it out"
    if args.private_link_closed and is_linked(args.access):
        yield f"private_link_closed turns off what access {args.access!r} turns on; leave one of them out"


def _clients(args: "MskClusterArgs") -> Iterator[str]:
    accounts = [client.account for client in args.private_link_clients]
    strangers = sorted(set(accounts) - args.private_link_accounts.keys())
    if strangers:
        yield f"private_link_clients names {', '.join(strangers)}, which private_link_accounts lacks; name it there"
    try:
        check_unique(accounts, "each account of private_link_clients")
    except ValueError as error:
        yield str(error)
    if accounts and not args.iam:
        yield "private_link_clients are identities of IAM, which is off; turn iam on, or leave them out and write ACLs"


def _express(args: "MskClusterArgs") -> Iterator[str]:
    if args.rebalancing_paused and args.broker_type != "express":
        yield "rebalancing_paused is for express brokers, which alone move partitions by themselves; leave it out"


def _autoscaling(args: "MskClusterArgs") -> Iterator[str]:
    if "volume_autoscaling_target_percent" in args.model_fields_set and args.volume_autoscaling_max_gib is None:
        yield "volume_autoscaling_target_percent has nothing to do without volume_autoscaling_max_gib; give both or none"


def _alarms(args: "MskClusterArgs") -> Iterator[str]:
    given = [name for name in ("alarm_thresholds", "disabled_alarms") if getattr(args, name)]
    if given and not args.alarmed:
        yield f"{' and '.join(given)}: there are no alarms; name alarm_topic_arns, or say silent_alarms=True"
    elif args.alarmed:
        try:
            alarms_of(args)
        except ValueError as error:
            yield str(error)


def _logs(args: "MskClusterArgs") -> Iterator[str]:
    if args.log_bucket_prefix is not None and args.log_bucket is None:
        yield "log_bucket_prefix has no bucket; name one in log_bucket, or leave the prefix out"
    if args.log_kms_key_arn is not None and not args.cloudwatch_logs:
        yield "log_kms_key_arn has no log group to encrypt; leave it out, or leave cloudwatch_logs on"
