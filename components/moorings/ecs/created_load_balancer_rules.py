"""Rules of load balancers that the component creates: certificates, clients, public addresses, TLS."""

from ipaddress import collapse_addresses, ip_network
from typing import Any

from moorings.aws import tls_policies
from moorings.aws.cidrs import ANY_IPV4, ANY_IPV6, is_ipv6
from moorings.ecs.created_load_balancer import CreatedLoadBalancer
from moorings.ecs.http_target_rules import OIDC
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

CREATED_LOAD_BALANCER_RULES = RuleSet(CreatedLoadBalancer)

_LISTENER = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html"
_LOGIN = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"
_POLICIES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"
_SECURITY_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html"
)
_ADDRESS_TYPES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type"


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-no-certificate",
    Severity.ERROR,
    source=_LISTENER,
    invalid="certificate_arn=None, domain_name='orders.example.com'",
    valid="certificate_arn=None, domain_name='orders.example.com', hosted_zone_id='Z0123456789ABCDEFGHIJ'",
)
def _certificate(given_arguments: frozenset[str], requires_certificate: bool) -> Findings:
    """A listener with TLS requires a certificate: an existing one, or one that a hosted zone validates."""
    if not requires_certificate or "certificate_arn" in given_arguments:
        return
    if not {"domain_name", "hosted_zone_id"} <= given_arguments:
        yield "certificate_arn", "required without domain_name and hosted_zone_id; set it, or both of them"


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-load-balancer-argument-without-effect",
    Severity.ERROR,
    source=_LISTENER,
    invalid="hosted_zone_id='Z0123456789ABCDEFGHIJ'",
    valid="hosted_zone_id='Z0123456789ABCDEFGHIJ', domain_name='orders.example.com'",
)
def _arguments_without_effect(ineffective_arguments: dict[str, str]) -> Findings:
    """The argument depends on another one, and is ignored without it."""
    for name, reason in ineffective_arguments.items():
        yield name, f"has no effect {reason}"


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-public-without-clients",
    Severity.UNSAFE,
    source=_SECURITY_GROUPS,
    invalid=f"internet_facing=True, subnet_ids=SUBNETS, client_cidrs={{}}, {OIDC}",
    valid=f"internet_facing=True, subnet_ids=SUBNETS, client_cidrs={{'offices': '203.0.113.0/24'}}, {OIDC}",
)
def _public_clients(internet_facing: bool, given_arguments: frozenset[str]) -> Findings:
    """A load balancer without rules for public networks is not reachable from the internet."""
    if internet_facing and "client_cidrs" not in given_arguments:
        yield "client_cidrs", "no client on the internet may connect; list the CIDR blocks of the clients"


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-public-without-login",
    Severity.UNSAFE,
    source=_LOGIN,
    invalid="internet_facing=True, subnet_ids=SUBNETS, client_cidrs={'offices': '203.0.113.0/24'}",
    valid=f"internet_facing=True, subnet_ids=SUBNETS, client_cidrs={{'offices': '203.0.113.0/24'}}, {OIDC}",
)
def _public_login(internet_facing: bool, is_guarded: bool, guards: str) -> Findings:
    """Everyone in the networks of the clients can use an application on the internet that requires no login."""
    if internet_facing and not is_guarded:
        yield (
            f"the load balancer neither authenticates users nor has a web ACL; {guards}, or acknowledge the finding if "
            "the application itself authenticates all users"
        )


PUBLIC_LOGIN = _public_login.rule


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-load-balancer-open-to-all",
    Severity.UNSAFE,
    source=_SECURITY_GROUPS,
    invalid="client_cidrs={'all': '0.0.0.0/0'}",
    valid=f"client_cidrs={{'all': '0.0.0.0/0'}}, {OIDC}",
)
def _open_to_all(client_cidrs: dict[str, str], internet_facing: bool, is_guarded: bool) -> Findings:
    """All hosts with a route to the load balancer can use the application without a login."""
    if not internet_facing and not is_guarded:  # _public_login reports public ones
        yield from open_networks(client_cidrs, "list the networks of the clients, or require a login")


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-ipv6-client",
    Severity.ERROR,
    source=_ADDRESS_TYPES,
    invalid="client_cidrs={'offices': '2001:db8:1234::/56'}",
    valid="client_cidrs={'offices': '2001:db8:1234::/56'}, ip_address_type='dualstack'",
    each="client_cidrs",
)
def _ipv6_clients(_: str, cidr: str, ip_address_type: str) -> Findings:
    """A load balancer with IPv4 addresses only is not reachable over IPv6."""
    if is_ipv6(cidr) and ip_address_type == "ipv4":
        yield f"{cidr} cannot connect to a load balancer without IPv6 addresses; set ip_address_type='dualstack'"


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-weak-tls-policy",
    Severity.UNSAFE,
    source=_POLICIES,
    invalid="ssl_policy='ELBSecurityPolicy-2016-08'",
    valid="ssl_policy='ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'",
    checked=tls_policies.CHECKED,
)
def _weak_tls_policy(ssl_policy: str) -> Findings:
    """Connections with old protocols or without forward secrecy can be decrypted by attackers."""
    weakness = tls_policies.find_weakness(ssl_policy)
    if weakness is not None:
        yield f"{ssl_policy} {weakness}; use {tls_policies.TLS_1_3}, or one with Res in its name if clients use TLS 1.2"


@CREATED_LOAD_BALANCER_RULES.rule(
    "ecs-unknown-tls-policy",
    Severity.UNVERIFIED,
    source=_POLICIES,
    invalid="ssl_policy='ELBSecurityPolicy-TLS13-1-3-2031-01'",
    valid="ssl_policy='ELBSecurityPolicy-TLS13-1-3-PQ-2025-09'",
    checked=tls_policies.CHECKED,
)
def _unknown_tls_policy(ssl_policy: str) -> Findings:
    """Elastic Load Balancing rejects policies that do not exist. New ones appear from time to time."""
    if not tls_policies.is_known_policy(ssl_policy):
        yield (
            f"{ssl_policy} is not a known security policy; check its name and protocols in the list of Elastic Load "
            "Balancing"
        )


def open_networks(client_cidrs: dict[str, Any], fix: str) -> Findings:
    """Yield the networks of clients that contain all addresses, alone or together, with the fix."""
    for name, cidr in client_cidrs.items():
        if cidr in {ANY_IPV4, ANY_IPV6}:
            yield ("client_cidrs", name), f"{cidr} contains all addresses; {fix}"
            return
    for everything in (ANY_IPV4, ANY_IPV6):
        networks: Any = [ip_network(cidr) for cidr in client_cidrs.values() if is_ipv6(cidr) == is_ipv6(everything)]
        if ip_network(everything) in collapse_addresses(networks):
            yield "client_cidrs", f"{', '.join(client_cidrs)} together contain all addresses; {fix}"
