"""Rules of the load balancer: certificate, clients, login, health check, TLS."""

import re
from ipaddress import collapse_addresses, ip_network
from typing import Any

from moorings.aws import tls_policies
from moorings.aws.cidrs import ANY_IPV4, ANY_IPV6, is_ipv6
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

LOAD_BALANCER_RULES = RuleSet(SingletonLoadBalancer)

MAX_WILDCARDS = 6
"""Maximum number of wildcards in the conditions of a listener rule.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

_LISTENER = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html"
_LOGIN = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"
_HEALTH_CHECKS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"
_MATCHER = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html"
_QUOTAS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
_POLICIES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"
_SECURITY_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html"
)
_ADDRESS_TYPES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type"

_OIDC = (
    "oidc={'issuer': 'https://login.example.com', 'authorization_endpoint': 'https://login.example.com/authorize', "
    "'token_endpoint': 'https://login.example.com/token', 'user_info_endpoint': 'https://login.example.com/userinfo', "
    "'client_id': 'orders', 'client_secret': 'example'}"
)
_COGNITO = (
    "cognito={'user_pool_arn': 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123', "
    "'user_pool_client_id': '1a2b3c', 'user_pool_domain': 'orders'}"
)


@LOAD_BALANCER_RULES.rule(
    "ecs-no-certificate",
    Severity.ERROR,
    source=_LISTENER,
    invalid="certificate_arn=None, domain_name='orders.example.com'",
    valid="certificate_arn=None, domain_name='orders.example.com', hosted_zone_id='Z0123456789ABCDEFGHIJ'",
)
def _certificate(given_arguments: frozenset[str]) -> Findings:
    """An HTTPS listener requires a certificate: an existing one, or one that a hosted zone validates."""
    if "certificate_arn" not in given_arguments and not {"domain_name", "hosted_zone_id"} <= given_arguments:
        yield "certificate_arn", "required without domain_name and hosted_zone_id; set it, or both of them"


@LOAD_BALANCER_RULES.rule(
    "ecs-load-balancer-argument-without-effect",
    Severity.ERROR,
    source=_LISTENER,
    invalid="hosted_zone_id='Z0123456789ABCDEFGHIJ'",
    valid="hosted_zone_id='Z0123456789ABCDEFGHIJ', domain_name='orders.example.com'",
)
def _arguments_without_effect(given_arguments: frozenset[str], access_logs: bool) -> Findings:
    """The argument depends on another one, and is ignored without it."""
    if "hosted_zone_id" in given_arguments and "domain_name" not in given_arguments:
        yield "hosted_zone_id", "has no effect without domain_name; set domain_name, or remove hosted_zone_id"
    if "access_log_bucket" in given_arguments and not access_logs:
        yield "access_log_bucket", "has no effect with access_logs=False; turn access_logs on, or remove the bucket"


@LOAD_BALANCER_RULES.rule(
    "ecs-load-balancer-health-check-timeout",
    Severity.ERROR,
    source=_HEALTH_CHECKS,
    invalid="health_check_timeout_seconds=15, health_check_interval_seconds=15",
    valid="health_check_timeout_seconds=14, health_check_interval_seconds=15",
)
def _health_check_timeout(health_check_timeout_seconds: int, health_check_interval_seconds: int) -> Findings:
    """Elastic Load Balancing rejects health checks whose timeout is not less than their interval."""
    if health_check_timeout_seconds >= health_check_interval_seconds:
        yield (
            f"{health_check_timeout_seconds} is not less than health_check_interval_seconds "
            f"({health_check_interval_seconds}); lower it, or raise the interval"
        )


@LOAD_BALANCER_RULES.rule(
    "ecs-health-check-codes",
    Severity.ERROR,
    source=_MATCHER,
    invalid="health_check_matcher='200', protocol_version='GRPC'",
    valid="health_check_matcher='0-5', protocol_version='GRPC'",
)
def _health_check_codes(health_check_matcher: str | None, protocol_version: str) -> Findings:
    """Application Load Balancers compare HTTP status codes from 200 to 499, and gRPC status codes from 0 to 99."""
    first, last, example = (0, 99, "0") if protocol_version == "GRPC" else (200, 499, "200-299")
    for codes in (health_check_matcher or example).split(","):
        bounds = [int(code) for code in codes.split("-")]
        if bounds != sorted(bounds) or not first <= bounds[0] <= bounds[-1] <= last:
            yield (
                f"{codes} is not a status code or range between {first} and {last}, as {protocol_version} requires; "
                f"use codes such as {example}"
            )


@LOAD_BALANCER_RULES.rule(
    "ecs-grpc-health-check",
    Severity.WARNING,
    source=_HEALTH_CHECKS,
    invalid="health_check_path='/ready', protocol_version='GRPC'",
    valid="health_check_path='/grpc.health.v1.Health/Check', protocol_version='GRPC'",
)
def _grpc_health_check(health_check_path: str, protocol_version: str) -> Findings:
    """A gRPC health check calls a method. A gRPC server answers any other path with the status UNIMPLEMENTED."""
    if protocol_version == "GRPC" and not re.fullmatch(r"/[^/]+/[^/]+", health_check_path):
        yield f"expected a gRPC method, such as /grpc.health.v1.Health/Check, got {health_check_path!r}; set a method"


@LOAD_BALANCER_RULES.rule(
    "ecs-path-wildcards",
    Severity.ERROR,
    source=_QUOTAS,
    invalid="closed_paths=['/*/metrics*', '/*/admin/*', '/*/debug/*', '/private/*']",
    valid="closed_paths=['/*/metrics*', '/*/admin/*', '/*/debug/*', '/private']",
)
def _path_wildcards(closed_paths: list[str]) -> Findings:
    """A rule of an Application Load Balancer has at most 6 wildcards. The quota cannot be raised."""
    count = sum(path.count("*") + path.count("?") for path in closed_paths)
    if count > MAX_WILDCARDS:
        yield (
            f"contains {count} wildcards, but a listener rule has at most {MAX_WILDCARDS}; use fewer or shorter "
            "patterns"
        )


@LOAD_BALANCER_RULES.rule(
    "ecs-two-logins",
    Severity.ERROR,
    source=_LOGIN,
    invalid=f"{_OIDC}, {_COGNITO}",
    valid=_OIDC,
)
def _two_logins(given_arguments: frozenset[str]) -> Findings:
    """A listener has at most one authentication action."""
    if {"oidc", "cognito"} <= given_arguments:
        yield "cognito", "users log in either with oidc or with cognito; remove one of them"


@LOAD_BALANCER_RULES.rule(
    "ecs-identity-provider-unreachable",
    Severity.UNSAFE,
    source=_LOGIN,
    invalid=f"{_OIDC}, identity_provider_cidrs={{}}",
    valid=f"{_OIDC}, identity_provider_cidrs={{'provider': '203.0.113.0/24'}}",
)
def _identity_provider(given_arguments: frozenset[str]) -> Findings:
    """Logins fail if the security group of the load balancer allows no connections to the identity provider."""
    if {"oidc", "cognito"} & given_arguments and "identity_provider_cidrs" not in given_arguments:
        yield (
            "identity_provider_cidrs",
            "no rule allows connections to the identity provider; list the CIDR blocks of the provider",
        )


@LOAD_BALANCER_RULES.rule(
    "ecs-public-without-clients",
    Severity.UNSAFE,
    source=_SECURITY_GROUPS,
    invalid=f"internet_facing=True, subnet_ids=SUBNETS, client_cidrs={{}}, {_OIDC}",
    valid=f"internet_facing=True, subnet_ids=SUBNETS, client_cidrs={{'offices': '203.0.113.0/24'}}, {_OIDC}",
)
def _public_clients(internet_facing: bool, given_arguments: frozenset[str]) -> Findings:
    """A load balancer without rules for public networks is not reachable from the internet."""
    if internet_facing and "client_cidrs" not in given_arguments:
        yield "client_cidrs", "no client on the internet may connect; list the CIDR blocks of the clients"


@LOAD_BALANCER_RULES.rule(
    "ecs-public-without-login",
    Severity.UNSAFE,
    source=_LOGIN,
    invalid="internet_facing=True, subnet_ids=SUBNETS, client_cidrs={'offices': '203.0.113.0/24'}",
    valid=f"internet_facing=True, subnet_ids=SUBNETS, client_cidrs={{'offices': '203.0.113.0/24'}}, {_OIDC}",
)
def _public_login(internet_facing: bool, is_guarded: bool) -> Findings:
    """Everyone in the networks of the clients can use an application on the internet that requires no login."""
    if internet_facing and not is_guarded:
        yield (
            "the load balancer neither authenticates users nor has a web ACL; set oidc, cognito or web_acl_arn, or "
            "acknowledge the finding if the application itself authenticates all users"
        )


@LOAD_BALANCER_RULES.rule(
    "ecs-load-balancer-open-to-all",
    Severity.UNSAFE,
    source=_SECURITY_GROUPS,
    invalid="client_cidrs={'all': '0.0.0.0/0'}",
    valid=f"client_cidrs={{'all': '0.0.0.0/0'}}, {_OIDC}",
)
def _open_to_all(client_cidrs: dict[str, str], internet_facing: bool, is_guarded: bool) -> Findings:
    """All hosts with a route to the load balancer can use the application without a login."""
    if not internet_facing and not is_guarded:  # _public_login reports public ones
        yield from open_networks(client_cidrs, "list the networks of the clients, or require a login")


@LOAD_BALANCER_RULES.rule(
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


@LOAD_BALANCER_RULES.rule(
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


@LOAD_BALANCER_RULES.rule(
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
