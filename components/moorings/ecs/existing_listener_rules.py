"""Rules of services behind an existing listener: conditions, priorities, conflicts with other services, TLS."""

from collections.abc import Mapping, Sequence
from typing import Any

from moorings.aws.load_balancers import LoadBalancerListener
from moorings.ecs.created_load_balancer_rules import PUBLIC_LOGIN
from moorings.ecs.existing_listener_args import ExistingListener
from moorings.ecs.listener_conditions import MAX_CONDITION_VALUES, MAX_WILDCARDS, contains, count_wildcards
from moorings.ecs.load_balancer_rules import PLAIN_HTTP
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Check, Findings

EXISTING_LISTENER_RULES = RuleSet(ExistingListener)

ARGUMENT = "existing_listener"
"""Argument of the service."""

_RULES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html"
_CONDITIONS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"
_QUOTAS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
_CREATE_RULE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"
_TARGET_GROUPS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html"
_RECORDS = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"

_ZONE = "hosted_zone_id='Z0123456789ABCDEFGHIJ'"
_PLAIN = "listener_arn='arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/plain/50dc6c49/f2f7dc8e'"
_PEERED = "listener_arn='arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/peered/50dc6c49/f2f7dc8e'"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-rule-without-condition",
    Severity.ERROR,
    source=_RULES,
    invalid="hosts=[], paths=[]",
    valid="hosts=[], paths=['/orders/*']",
)
def _condition(hosts: list[str], paths: list[str]) -> Findings:
    """A listener rule has at least one condition; only the default rule of the listener matches all requests."""
    if not hosts and not paths:
        yield "neither hosts nor paths are set; set the hosts or the paths of the service"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-rule-values",
    Severity.ERROR,
    source=_QUOTAS,
    invalid="hosts=['orders.example.com', 'shop.example.com'], paths=['/a/*', '/b/*', '/c/*', '/d/*']",
    valid="hosts=['orders.example.com'], paths=['/a/*', '/b/*', '/c/*', '/d/*']",
)
def _values(hosts: list[str], paths: list[str], reachable_closed_paths: list[str]) -> Findings:
    """A rule of an Application Load Balancer has at most 5 values and 6 wildcards. The quotas cannot be raised."""
    for argument, others in (("paths", paths), ("closed_paths", reachable_closed_paths)):
        count, wildcards = len(hosts) + len(others), count_wildcards([*hosts, *others])
        if count > MAX_CONDITION_VALUES:
            problem = (
                f"{len(hosts)} hosts and {len(others)} {argument} exceed the {MAX_CONDITION_VALUES} values of a rule"
            )
            yield argument, f"{problem}; use fewer, or combine them with a wildcard"
        elif wildcards > MAX_WILDCARDS:
            problem = (
                f"hosts and {argument} contain {wildcards} wildcards, but a listener rule has at most {MAX_WILDCARDS}"
            )
            yield argument, f"{problem}; use fewer or shorter patterns"


@EXISTING_LISTENER_RULES.rule(
    "ecs-closed-paths-of-other-services",
    Severity.UNSAFE,
    source=_CONDITIONS,
    invalid="hosts=[], paths=['/orders/*'], closed_paths=['/*/metrics']",
    valid="hosts=[], paths=['/orders/*'], closed_paths=['/orders/*/metrics']",
    each="closed_paths",
)
def _closed_paths(
    _: int, closed: str, hosts: list[str], paths: list[str], reachable_closed_paths: list[str]
) -> Findings:
    """Without hosts, the rule for closed paths applies to the requests for all services of the listener."""
    if not hosts and closed in reachable_closed_paths and not any(contains(path, closed) for path in paths):
        yield f"{closed} also closes paths of other services; set hosts, or begin it with one of the paths"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-priority-of-closed-paths",
    Severity.ERROR,
    source=_CREATE_RULE,
    invalid="priority=1",
    valid="priority=2",
)
def _first_priority(priority: int | None, reachable_closed_paths: list[str]) -> Findings:
    """The rule for closed paths precedes the one for the service, and the lowest priority is 1."""
    if priority == 1 and reachable_closed_paths:
        yield "leaves no priority for the rule that closes closed_paths; set it to 2 or more, or set closed_paths=[]"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-dns-records",
    Severity.ERROR,
    source=_RECORDS,
    invalid=f"{_ZONE}, hosts=['orders-*.example.com']",
    valid=f"{_ZONE}, hosts=['*.orders.example.com']",
)
def _records(hosts: list[str], given_arguments: frozenset[str], create_certificates: bool) -> Findings:
    """The name of a DNS record or of a certificate has no wildcards, except an asterisk instead of its first label."""
    if "hosted_zone_id" not in given_arguments:
        if create_certificates:
            yield "create_certificates", "requires hosted_zone_id, whose records validate the certificates; set it"
        return
    if not hosts:
        yield "hosted_zone_id", "has no effect without hosts; set hosts, or remove it"
    for index, host in enumerate(hosts):
        if count_wildcards([host.removeprefix("*.")]):
            problem = f"{host} cannot be the name of a DNS record"
            yield ("hosts", index), f"{problem}; list the host names, or remove hosted_zone_id"


@EXISTING_LISTENER_RULES.explicit(
    "ecs-listener-priority-conflict",
    Severity.ERROR,
    source=_CREATE_RULE,
    invalid="priority=700",
    valid="priority=702",
)
def priority_conflict(priorities: Mapping[str, int], owners: Mapping[Any, str]) -> Findings:
    """Elastic Load Balancing rejects a second rule of a listener with the same priority.

    In the example, another service of the program has the priority 700.
    """
    for number in priorities.values():
        owner = owners.get(("priority", number))
        if owner is not None:
            yield (
                (ARGUMENT, "priority"),
                f"{owner} has a rule with the priority {number} on this listener; set another priority",
            )
            return


@EXISTING_LISTENER_RULES.explicit(
    "ecs-duplicate-route",
    Severity.UNSAFE,
    source=_RULES,
    invalid="hosts=['other.example.com']",
    valid="hosts=['orders.example.com']",
)
def duplicate_route(routes: Sequence[tuple[str, str]], owners: Mapping[Any, str]) -> Findings:
    """The load balancer sends requests that match two rules to the service with the lower priority only.

    It can be intended while an application moves from one service to the other. In the example, another service of the
    program has the host other.example.com.
    """
    for host, path in routes:
        owner = owners.get(("route", host, path))
        if owner is not None:
            route = f"{'all hosts' if host == '*' else host} with {'all paths' if path == '*' else path}"
            yield (
                (ARGUMENT, "hosts" if host != "*" else "paths"),
                f"{owner} also serves {route}; change the host or the path",
            )


@EXISTING_LISTENER_RULES.explicit(
    "ecs-listener-without-tls",
    Severity.ERROR,
    source=_TARGET_GROUPS,
    invalid=f"{_PLAIN}, certificate_arns={{'orders': CERTIFICATE_ARN}}",
    valid="certificate_arns={'orders': CERTIFICATE_ARN}",
)
def listener_without_tls(listener: LoadBalancerListener, https_requirements: list[str]) -> Findings:
    """Application Load Balancers support certificates, logins, HTTP/2 and gRPC with HTTPS listeners only."""
    if listener.protocol == "HTTP" and https_requirements:
        problem = f"the listener uses HTTP, and {' and '.join(https_requirements)} requires HTTPS"
        yield (ARGUMENT, "listener_arn"), f"{problem}; use an HTTPS listener"


@EXISTING_LISTENER_RULES.explicit(
    "ecs-listener-vpc",
    Severity.ERROR,
    source=_TARGET_GROUPS,
    invalid=_PEERED,
    valid="hosts=['orders.example.com']",
)
def listener_vpc(listener: LoadBalancerListener, vpc_id: str) -> Findings:
    """The target group of the service and the load balancer must be in the same VPC."""
    if listener.vpc_id.startswith("vpc-") and listener.vpc_id != vpc_id:
        problem = f"the load balancer is in {listener.vpc_id}, and the service in {vpc_id}"
        yield (ARGUMENT, "listener_arn"), f"{problem}; use a load balancer of the same VPC"


def _plain_listener(listener: LoadBalancerListener, https_requirements: list[str]) -> Findings:
    if listener.protocol == "HTTP" and not https_requirements:  # listener_without_tls reports the others
        problem = "the listener uses HTTP: requests, passwords and session cookies are not encrypted"
        yield (ARGUMENT, "listener_arn"), f"{problem}; use an HTTPS listener, or acknowledge the finding"


def _public_listener(listener: LoadBalancerListener, has_login: bool) -> Findings:
    if listener.internet_facing and not has_login:
        yield (
            (ARGUMENT, "listener_arn"),
            (
                "the load balancer is internet-facing, and its rule does not authenticate users; set oidc or cognito, "
                "or acknowledge the finding if it has a web ACL or the application authenticates all users"
            ),
        )


PLAIN_LISTENER = Check(PLAIN_HTTP, _plain_listener, ("listener", "https_requirements"))
"""The rule for HTTP listeners, for one that is looked up."""

PUBLIC_LISTENER = Check(PUBLIC_LOGIN, _public_listener, ("listener", "has_login"))
"""The rule for internet-facing load balancers, for one that is looked up."""
