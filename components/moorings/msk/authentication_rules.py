"""Rules of `MskCluster`: authentication, encryption and authorization of clients."""

from moorings.kafka.listeners import ListenerKind
from moorings.msk.authentication import ClientBrokerEncryption, MskListener
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import PUBLIC_ACCESS_SOURCE, Connectivity
from moorings.msk.kafka_versions import CHECKED
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

AUTHENTICATION_RULES = RuleSet(MskClusterArgs)

_GUIDE = "https://docs.aws.amazon.com/msk/latest/developerguide"
_USER_LIMIT = 1000
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html"""


@AUTHENTICATION_RULES.rule(
    "msk-no-authentication",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-update-security.html",
    invalid="scram=False, iam=False",
    valid="scram=False",
)
def _no_authentication(scram: bool, listeners: list[MskListener]) -> Findings:
    """Clients cannot connect to a cluster without a listener."""
    if not listeners:
        yield "no authentication method is enabled; set scram=True, iam=True or certificate_authority_arns"


@AUTHENTICATION_RULES.rule(
    "msk-acl-lockout",
    Severity.UNSAFE,
    source=f"{_GUIDE}/msk-acls.html",
    invalid="iam=False, allow_everyone_if_no_acl_found=False",
    valid="allow_everyone_if_no_acl_found=False",
)
def _acl_lockout(allow_everyone_if_no_acl_found: bool | None, iam: bool) -> Findings:
    """Without ACLs that grant an administrator access, all users except IAM identities are locked out."""
    if allow_everyone_if_no_acl_found is False and not iam:
        yield (
            "False locks out all users of a cluster without ACLs; set iam=True, or acknowledge this once ACLs grant an "
            "administrator access"
        )


@AUTHENTICATION_RULES.rule(
    "msk-open-without-acls",
    Severity.WARNING,
    source=f"{_GUIDE}/msk-acls.html",
    invalid="iam=False",
    valid="iam=False, allow_everyone_if_no_acl_found=True",
)
def _open_without_acls(
    allow_everyone_if_no_acl_found: bool | None, iam: bool, unauthenticated: bool, configuration_is_managed: bool
) -> Findings:
    """All users have access to resources without ACLs. Otherwise, no user could create the first ACL without IAM."""
    if allow_everyone_if_no_acl_found is None and not iam and not unauthenticated and configuration_is_managed:
        yield (
            "defaults to True without iam, so that all users have access to resources without ACLs; set iam=True, or "
            "set it to True to keep the default"
        )


@AUTHENTICATION_RULES.rule(
    "msk-users-without-scram",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-password.html",
    invalid="users=['orders'], scram=False",
    valid="users=['orders']",
)
def _users_without_scram(users: list[str], scram: bool) -> Findings:
    """MSK rejects the association of user secrets with a cluster without SASL/SCRAM."""
    if users and not scram:
        yield "users cannot log in without SCRAM; set scram=True, or remove the users"


@AUTHENTICATION_RULES.rule(
    "msk-user-quota",
    Severity.UNVERIFIED,
    source=f"{_GUIDE}/msk-password-limitations.html",
    invalid="users=[f'user{number}' for number in range(1001)]",
    valid="users=['orders']",
    checked=CHECKED,
)
def _user_quota(users: list[str]) -> Findings:
    """MSK rejects users above its limit per cluster."""
    if len(users) > _USER_LIMIT:
        yield f"{len(users)} users exceed the known limit of {_USER_LIMIT} per cluster; use a second cluster"


@AUTHENTICATION_RULES.rule(
    "msk-unauthenticated",
    Severity.UNSAFE,
    source=f"{_GUIDE}/msk-update-security.html",
    invalid="unauthenticated=True",
    valid="unauthenticated=False",
)
def _unauthenticated(unauthenticated: bool) -> Findings:
    """All unauthenticated clients are the same Kafka user, so their access cannot be audited or revoked separately."""
    if unauthenticated:
        yield (
            "clients without credentials can access all resources that ACLs do not restrict; use scram, iam or "
            "certificate_authority_arns, or acknowledge this for a disposable cluster"
        )


@AUTHENTICATION_RULES.rule(
    "msk-plaintext",
    Severity.UNSAFE,
    source=f"{_GUIDE}/msk-encryption.html",
    invalid=(
        "client_broker_encryption='TLS_PLAINTEXT', scram=False, iam=False, unauthenticated=True, "
        "acknowledge={'msk-unauthenticated': 'disposable'}"
    ),
    valid="client_broker_encryption='TLS'",
)
def _plaintext(client_broker_encryption: ClientBrokerEncryption) -> Findings:
    """Without TLS, records can be read on the network, and clients cannot authenticate."""
    if client_broker_encryption != "TLS":
        yield (
            f"{client_broker_encryption!r} allows connections without encryption; set it to 'TLS', or acknowledge this "
            "for a disposable cluster"
        )


@AUTHENTICATION_RULES.rule(
    "msk-encryption-of-authentication",
    Severity.ERROR,
    source=f"{_GUIDE}/msk-update-security.html",
    invalid=(
        "client_broker_encryption='PLAINTEXT', unauthenticated=True, "
        "acknowledge={'msk-plaintext': 'disposable', 'msk-unauthenticated': 'disposable'}"
    ),
    valid=(
        "client_broker_encryption='PLAINTEXT', scram=False, iam=False, unauthenticated=True, "
        "acknowledge={'msk-plaintext': 'disposable', 'msk-unauthenticated': 'disposable'}"
    ),
)
def _encryption_of_authentication(
    client_broker_encryption: ClientBrokerEncryption, authenticated_listeners: list[ListenerKind], unauthenticated: bool
) -> Findings:
    """MSK requires TLS for SCRAM and IAM, and TLS or TLS_PLAINTEXT for mutual TLS. Authentication requires TLS."""
    if client_broker_encryption == "TLS":
        return
    sasl = " and ".join(listener for listener in authenticated_listeners if listener != "tls")
    if sasl:
        yield f"{client_broker_encryption!r} cannot be combined with {sasl}; set it to 'TLS', or disable {sasl}"
    elif authenticated_listeners and client_broker_encryption == "PLAINTEXT":
        yield "'PLAINTEXT' cannot be combined with certificate_authority_arns; set it to 'TLS' or 'TLS_PLAINTEXT'"
    elif not authenticated_listeners and not unauthenticated:
        yield f"clients cannot authenticate with {client_broker_encryption!r}; set unauthenticated=True"


@AUTHENTICATION_RULES.rule(
    "msk-unauthenticated-connectivity",
    Severity.ERROR,
    source=PUBLIC_ACCESS_SOURCE,
    invalid=(
        "unauthenticated=True, connectivity='public', connectivity_step='prepare', "
        "acknowledge={'msk-unauthenticated': 'disposable'}"
    ),
    valid="connectivity='public', connectivity_step='prepare'",
)
def _unauthenticated_connectivity(
    connectivity: Connectivity, unauthenticated: bool, client_broker_encryption: ClientBrokerEncryption
) -> Findings:
    """MSK supports public access and PrivateLink only if all clients authenticate and use TLS."""
    if connectivity != "private" and unauthenticated:
        yield f"{connectivity!r} requires authentication; set unauthenticated=False, or connectivity='private'"
    elif connectivity != "private" and client_broker_encryption != "TLS":
        yield f"{connectivity!r} requires client_broker_encryption='TLS'; set that, or connectivity='private'"
