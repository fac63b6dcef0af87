"""Rules of `MskCluster`: clients, connectivity, alarms and logs."""

from collections.abc import Mapping

from moorings.kafka.client_rules import PERMISSION_RULES
from moorings.kafka.listeners import ListenerKind
from moorings.msk.alarm_rules import ALARM_RULES
from moorings.msk.authentication_rules import AUTHENTICATION_RULES
from moorings.msk.broker_rules import BROKER_RULES
from moorings.msk.change_checks import CHANGE_RULES
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_policy import MskPrivateLinkClient
from moorings.msk.configuration import RETENTION_PROPERTIES
from moorings.msk.configuration_rules import CONFIGURATION_RULES
from moorings.msk.connectivity import (
    PRIVATE_LINK_SOURCE,
    PUBLIC_ACCESS_SOURCE,
    Connectivity,
    ConnectivityStep,
    has_private_link,
)
from moorings.msk.custom_domain_rules import CUSTOM_DOMAIN_RULES
from moorings.msk.declared_resource_rules import DECLARED_RESOURCE_RULES
from moorings.msk.network_access import exceeds
from moorings.msk.scram_user_args import SCRAM_USER_RULES
from moorings.msk.server_properties import KAFKA_SOURCE
from moorings.msk.server_property_rules import PROPERTY_RULES
from moorings.msk.subnet_rules import SUBNET_RULES
from moorings.msk.topic_rules import MSK_TOPIC_RULES
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES = RuleSet(
    MskClusterArgs,
    ALARM_RULES,
    AUTHENTICATION_RULES,
    BROKER_RULES,
    CONFIGURATION_RULES,
    CUSTOM_DOMAIN_RULES,
    DECLARED_RESOURCE_RULES,
    MSK_TOPIC_RULES,
    PERMISSION_RULES,
    PROPERTY_RULES,
    SUBNET_RULES,
    forwards=SCRAM_USER_RULES,
)
RULES.add(*CHANGE_RULES)  # evaluated by the hooks of the cluster, its configuration and its topics

_GUIDE = "https://docs.aws.amazon.com/msk/latest/developerguide"


# Clients


@RULES.rule(
    "msk-wide-client-cidr",
    Severity.UNSAFE,
    source="https://www.rfc-editor.org/rfc/rfc1918",
    invalid="client_cidrs={'all': '0.0.0.0/0'}",
    valid="client_cidrs={'vpn': '10.0.0.0/8'}",
    each="client_networks",
)
def _wide_client_cidr(path: Path, cidr: str) -> Findings:
    """A network that is larger than any private one contains clients outside of your networks."""
    for problem in exceeds(cidr):
        yield path, problem


@RULES.rule(
    "msk-public-to-everyone",
    Severity.WARNING,
    source=PUBLIC_ACCESS_SOURCE,
    invalid=("public_client_cidrs={'all': '0.0.0.0/0'}, connectivity='public', connectivity_step='enable'"),
    valid="public_client_cidrs={'office': '203.0.113.0/24'}, connectivity='public', connectivity_step='enable'",
    each="public_client_cidrs",
)
def _public_to_everyone(name: str, cidr: str) -> Findings:
    """Anyone on the internet can try to log in, although only clients with credentials have access."""
    if cidr.endswith("/0"):
        yield f"{cidr} allows the whole internet; list the networks of the clients"


@RULES.rule(
    "msk-security-group-rule-quota",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    invalid="client_cidrs={f'net-{number}': f'10.{number}.0.0/16' for number in range(31)}",
    valid="client_cidrs={f'net-{number}': f'10.{number}.0.0/16' for number in range(30)}",
)
def _security_group_rule_quota(security_group_rule_quota: int, security_group_rules: int) -> Findings:
    """EC2 rejects more inbound rules of a security group than the quota of the account."""
    if security_group_rules > security_group_rule_quota:
        yield (
            f"{security_group_rules} rules exceed the quota of {security_group_rule_quota} per group; use "
            "wider CIDR blocks or fewer security groups, or raise it once AWS has raised the quota"
        )


# Connectivity


@RULES.rule(
    "msk-connectivity-without-acls",
    Severity.ERROR,
    source=PUBLIC_ACCESS_SOURCE,
    invalid="connectivity='public', connectivity_step='prepare', iam=False",
    valid="connectivity='public', connectivity_step='prepare'",
)
def _connectivity_without_acls(
    connectivity: Connectivity, authenticated_listeners: list[ListenerKind], allow_everyone_without_acls: bool
) -> Findings:
    """MSK enables public access and PrivateLink of SCRAM and mutual TLS only if access without ACLs is denied."""
    authorized_by_acls = [listener for listener in authenticated_listeners if listener != "iam"]
    if connectivity != "private" and allow_everyone_without_acls and authorized_by_acls:
        yield (
            f"{connectivity!r} with the {' and '.join(authorized_by_acls)} listener requires "
            "allow_everyone_if_no_acl_found=False; deploy 'private', create the ACLs, set "
            "allow_everyone_if_no_acl_found=False, and change connectivity in a later update"
        )


@RULES.rule(
    "msk-connectivity-not-enabled",
    Severity.WARNING,
    source=PRIVATE_LINK_SOURCE,
    invalid="connectivity='private-link'",
    valid="connectivity='private-link', connectivity_step='prepare'",
)
def _connectivity_not_enabled(connectivity_step: ConnectivityStep | None, connectivity: Connectivity) -> Findings:
    """MSK enables connectivity only on an existing cluster, in an update that changes nothing else."""
    if connectivity != "private" and connectivity_step is None:
        yield (
            f"connectivity {connectivity!r} is prepared but not enabled; set it to 'enable' after this update, or to "
            "'prepare' to keep this state"
        )


@RULES.rule(
    "msk-contradictory-arguments",
    Severity.ERROR,
    source=KAFKA_SOURCE,
    invalid="retention_hours=24, server_properties={'log.retention.minutes': 1440}",
    valid="retention_hours=24",
)
def _contradictory_arguments(
    disable_private_link: bool,
    connectivity: Connectivity,
    retention_hours: int | None,
    server_property_names: list[str],
) -> Findings:
    """PrivateLink cannot be on and off, and Kafka ignores the retention in hours if it is also set in another unit."""
    if disable_private_link and has_private_link(connectivity):
        yield f"contradicts connectivity {connectivity!r}; remove one of them"
    for name in RETENTION_PROPERTIES:
        if retention_hours is not None and name in server_property_names:
            yield "retention_hours", f"{name} in server_properties overrides it; remove one of them"


@RULES.rule(
    "msk-private-link-clients",
    Severity.ERROR,
    source=f"{_GUIDE}/mvpc-cluster-owner-action-policy.html",
    invalid=(
        "connectivity='private-link', connectivity_step='prepare', private_link_accounts={'orders': '210987654321'}, "
        "private_link_clients=[MskPrivateLinkClient(account='audit', write_topics=['audit'])]"
    ),
    valid=(
        "connectivity='private-link', connectivity_step='prepare', private_link_accounts={'audit': '210987654321'}, "
        "private_link_clients=[MskPrivateLinkClient(account='audit', write_topics=['audit'])]"
    ),
)
def _private_link_clients(
    private_link_clients: list[MskPrivateLinkClient], private_link_account_names: list[str], iam: bool
) -> Findings:
    """The cluster policy grants the permissions of a client to the IAM identities of one of the accounts."""
    accounts: list[str] = []
    for index, client in enumerate(private_link_clients):
        path = ("private_link_clients", index)
        if client.account not in private_link_account_names:
            yield (*path, "account"), f"{client.account!r} is not in private_link_accounts; add it there"
        if client.account in accounts:
            yield (*path, "account"), f"{client.account!r} occurs twice; combine the permissions of the account"
        if not iam:
            yield path, "IAM access control is off; set iam=True, or remove the clients and create ACLs"
        accounts.append(client.account)


# Arguments that need another one


@RULES.rule(
    "msk-argument-without-effect",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-create-cluster.html",
    invalid="log_bucket_prefix='kafka'",
    valid="log_bucket_prefix='kafka', log_bucket='acme-logs'",
)
def _argument_without_effect(ineffective_arguments: Mapping[str, str]) -> Findings:
    """The argument depends on another one, and is ignored without it."""
    for argument, requirement in ineffective_arguments.items():
        yield argument, f"has no effect without {requirement}; set {requirement}, or remove {argument}"


@RULES.rule(
    "msk-unknown-user-version",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-password-rotation.html",
    invalid="users=['orders'], password_versions={'order': 2}",
    valid="users=['orders'], password_versions={'orders': 2}",
    each="password_versions",
)
def _unknown_user_version(name: str, version: int, users: list[str]) -> Findings:
    """The password of a user that the cluster does not have cannot be rotated."""
    if name not in users:
        yield f"the cluster has no user {name!r}; add it to users, or remove it"


# Alarms and logs


@RULES.rule(
    "msk-silent-alarms",
    Severity.WARNING,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="alarms=True, alarm_topic_arns=[]",
    valid="alarms=True, alarm_topic_arns=['arn:aws:sns:eu-west-1:123456789012:operations']",
)
def _silent_alarms(alarm_topic_arns: list[object], has_alarms: bool) -> Findings:
    """Alarms without SNS topics send no notifications."""
    if has_alarms and not alarm_topic_arns:
        yield "the alarms send no notifications; set SNS topics"


@RULES.rule(
    "msk-log-prefix-slash",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html",
    invalid="log_bucket='acme-logs', log_bucket_prefix='/kafka'",
    valid="log_bucket='acme-logs', log_bucket_prefix='kafka'",
)
def _log_prefix_slash(log_bucket_prefix: str | None) -> Findings:
    """A prefix that starts with a slash creates a folder without a name."""
    if log_bucket_prefix is not None and log_bucket_prefix.startswith("/"):
        yield f"{log_bucket_prefix!r} starts with a slash; remove it"
