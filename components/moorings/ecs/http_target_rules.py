"""Rules of tasks behind a listener of an Application Load Balancer: health check, closed paths, login."""

import re

from moorings.ecs.http_target import HttpTarget
from moorings.ecs.listener_conditions import MAX_WILDCARDS, count_wildcards
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

HTTP_TARGET_RULES = RuleSet(HttpTarget)

_LOGIN = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"
_HEALTH_CHECKS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"
_MATCHER = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html"
_QUOTAS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"

OIDC = (
    "oidc={'issuer': 'https://login.example.com', 'authorization_endpoint': 'https://login.example.com/authorize', "
    "'token_endpoint': 'https://login.example.com/token', 'user_info_endpoint': 'https://login.example.com/userinfo', "
    "'client_id': 'orders', 'client_secret': 'example'}"
)
"""Arguments of a login, for examples."""

COGNITO = (
    "cognito={'user_pool_arn': 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123', "
    "'user_pool_client_id': '1a2b3c', 'user_pool_domain': 'orders'}"
)


@HTTP_TARGET_RULES.rule(
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


@HTTP_TARGET_RULES.rule(
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


@HTTP_TARGET_RULES.rule(
    "ecs-path-wildcards",
    Severity.ERROR,
    source=_QUOTAS,
    invalid="closed_paths=['/*/metrics*', '/*/admin/*', '/*/debug/*', '/private/*']",
    valid="closed_paths=['/*/metrics*', '/*/admin/*', '/*/debug/*', '/private']",
)
def _path_wildcards(closed_paths: list[str]) -> Findings:
    """A rule of an Application Load Balancer has at most 6 wildcards. The quota cannot be raised."""
    count = count_wildcards(closed_paths)
    if count > MAX_WILDCARDS:
        yield (
            f"contains {count} wildcards, but a listener rule has at most {MAX_WILDCARDS}; use fewer or shorter "
            "patterns"
        )


@HTTP_TARGET_RULES.rule(
    "ecs-two-logins",
    Severity.ERROR,
    source=_LOGIN,
    invalid=f"{OIDC}, {COGNITO}",
    valid=OIDC,
)
def _two_logins(given_arguments: frozenset[str]) -> Findings:
    """A listener has at most one authentication action."""
    if {"oidc", "cognito"} <= given_arguments:
        yield "cognito", "users log in either with oidc or with cognito; remove one of them"
