"""Rules of services with an existing listener: conditions, priorities, conflicts with other services, TLS."""

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
"""Argument of the component, for the paths of findings."""

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
    """A listener rule requires at least one condition. Only the default rule of a listener has none."""
    if not hosts and not paths:
        yield "neither hosts nor paths are set; set at least one of them"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-rule-values",
    Severity.ERROR,
    source=_QUOTAS,
    invalid="hosts=['orders.example.com', 'shop.example.com'], paths=['/a/*', '/b/*', '/c/*', '/d/*']",
    valid="hosts=['orders.example.com'], paths=['/a/*', '/b/*', '/c/*', '/d/*']",
)
def _values(hosts: list[str], paths: list[str], reachable_closed_paths: list[str]) -> Findings:
    """A listener rule has at most 5 condition values and 6 wildcards. These quotas cannot be raised."""
    for argument, patterns in (("paths", paths), ("closed_paths", reachable_closed_paths)):
        count, wildcards = len(hosts) + len(patterns), count_wildcards([*hosts, *patterns])
        if count > MAX_CONDITION_VALUES:
            problem = f"{len(hosts)} hosts and {len(patterns)} {argument} exceed the quota of {MAX_CONDITION_VALUES}"
            yield argument, f"{problem} condition values per rule; use fewer, or combine them with a wildcard"
        elif wildcards > MAX_WILDCARDS:
            problem = (
                f"hosts and {argument} contain {wildcards} wildcards, but a listener rule has at most {MAX_WILDCARDS}"
            )
            yield argument, f"{problem}; use fewer wildcards"


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
    """Without hosts, the rule for closed paths applies to the requests of all services on the listener."""
    if not hosts and closed in reachable_closed_paths and not any(contains(path, closed) for path in paths):
        yield f"{closed} also closes paths of other services; set hosts, or start the pattern with one of the paths"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-priority-of-closed-paths",
    Severity.ERROR,
    source=_CREATE_RULE,
    invalid="priority=1",
    valid="priority=2",
)
def _first_priority(priority: int | None, reachable_closed_paths: list[str]) -> Findings:
    """The rule for closed paths has the priority before that of the service, and the lowest priority is 1."""
    if priority == 1 and reachable_closed_paths:
        yield "leaves no lower priority for closed_paths; set it to at least 2, or set closed_paths=[]"


@EXISTING_LISTENER_RULES.rule(
    "ecs-listener-dns-records",
    Severity.ERROR,
    source=_RECORDS,
    invalid=f"{_ZONE}, hosts=['orders-*.example.com']",
    valid=f"{_ZONE}, hosts=['*.orders.example.com']",
)
def _records(hosts: list[str], given_arguments: frozenset[str], create_certificates: bool) -> Findings:
    """Names of DNS records and certificates support only one wildcard, an asterisk as the first label."""
    if "hosted_zone_id" not in given_arguments:
        if create_certificates:
            yield "create_certificates", "requires hosted_zone_id for DNS records that validate certificates; set it"
        return
    if not hosts:
        yield "hosted_zone_id", "has no effect without hosts; set hosts, or remove it"
    for index, host in enumerate(hosts):
        if count_wildcards([host.removeprefix("*.")]):
            problem = f"{host} cannot be the name of a DNS record"
            yield ("hosts", index), f"{problem}; list the host names without wildcards, or remove hosted_zone_id"


@EXISTING_LISTENER_RULES.explicit(
    "ecs-listener-priority-conflict",
    Severity.ERROR,
    source=_CREATE_RULE,
    invalid="priority=700",
    valid="priority=702",
)
def priority_conflict(priorities: Mapping[str, int], owners: Mapping[Any, str]) -> Findings:
    """Elastic Load Balancing rejects two rules with the same priority on a listener.

    In the example, another service of the program uses priority 700.
    """
    for priority in priorities.values():
        owner = owners.get(("priority", priority))
        if owner is not None:
            yield (
                (ARGUMENT, "priority"),
                f"{owner} has a rule with priority {priority} on this listener; set another priority",
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
    """If two rules match a request, the load balancer applies only the one with the lower priority number.

    This can be intended while an application moves from one service to the other. In the example, another service of
    the program has the host other.example.com.
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
    """Certificates, logins, and targets with HTTP/2 or gRPC require an HTTPS listener."""
    if listener.protocol == "HTTP" and https_requirements:
        problem = f"the listener uses HTTP, but HTTPS is required for {' and '.join(https_requirements)}"
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
        yield (ARGUMENT, "listener_arn"), f"{problem}; use a load balancer in the same VPC"


def _plain_listener(listener: LoadBalancerListener, https_requirements: list[str]) -> Findings:
    if listener.protocol == "HTTP" and not https_requirements:  # otherwise listener_without_tls rejects it
        problem = "the listener uses HTTP: requests, passwords and session cookies are not encrypted"
        yield (ARGUMENT, "listener_arn"), f"{problem}; use an HTTPS listener, or acknowledge the finding"


def _public_listener(listener: LoadBalancerListener, has_login: bool) -> Findings:
    if listener.internet_facing and not has_login:
        yield (
            (ARGUMENT, "listener_arn"),
            (
                "the load balancer is internet-facing, and the rule does not authenticate users; set oidc or cognito, "
                "or acknowledge the finding if it has a web ACL or the application authenticates all users"
            ),
        )


PLAIN_LISTENER = Check(PLAIN_HTTP, _plain_listener, ("listener", "https_requirements"))
"""The rule for HTTP listeners, applied to an existing listener."""

PUBLIC_LISTENER = Check(PUBLIC_LOGIN, _public_listener, ("listener", "has_login"))
"""The rule for internet-facing load balancers, applied to an existing one."""
