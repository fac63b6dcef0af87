"""Rules about the routes of a ``WorkloadIngress``, which do not depend on other ingresses of the program."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from moorings.kubernetes.ingress.controllers import controllers_with_argument
from moorings.kubernetes.ingress.ingress_controller import AffinityMechanism, IngressController
from moorings.kubernetes.ingress.ingress_route import IngressRedirect, IngressRoute, IngressService
from moorings.kubernetes.ingress.route_settings import SessionAffinity
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

ROUTE_RULES: RuleSet[IngressRoute] = RuleSet(IngressRoute)
RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs, ROUTE_RULES)

_MATCHES = "https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches"
_FILTERS = "https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/"
_SPLITTING = "https://gateway-api.sigs.k8s.io/guides/traffic-splitting/"

_REDIRECT = "routes={'api': {'paths': ['/api'], 'redirect': {'host': 'example.com'}}}"
_WEIGHTS = "routes={'all': {'services': {key: {'service_name': key, 'service_port': 80} for key in ('old', 'new')}}}"
_ISTIO = "controller='istio', gateway_name='public', tls_secret_name=None"
_ALB = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'"


@ROUTE_RULES.rule(
    "ingress-contradictory-route",
    Severity.ERROR,
    source=_FILTERS,
    invalid="redirect={'scheme': 'https'}, rewrite_prefix='/'",
    valid="redirect={'scheme': 'https'}",
)
def _contradictory_route(
    redirect: IngressRedirect | None,
    rewrite_prefix: str | None,
    services: Mapping[str, IngressService],
    implementation_specific_paths: Sequence[str],
    set_arguments: Sequence[str],
) -> Findings:
    """A redirect answers requests, so they reach no Service. A rewrite needs a prefix or a path that it can replace."""
    if redirect is not None:
        for argument, value in (("rewrite_prefix", rewrite_prefix), ("services", services)):
            if value:
                yield argument, "has no effect with redirect, which answers the requests; remove one of them"
        if not redirect.changed_parts:
            yield "redirect", "redirects requests to their own URL; set scheme, host, port or path"
    if rewrite_prefix is not None and implementation_specific_paths:
        problem = "replaces prefixes and exact paths, but not patterns"
        yield "rewrite_prefix", f"{problem}; declare implementation_specific_paths in another route"
    if "tls_secret_name" in set_arguments and "hosts" not in set_arguments:
        yield "tls_secret_name", "has an effect only on hosts of the route; set hosts, or the argument of the ingress"
    if services and not any(service.weight for service in services.values()):
        yield "services", "no Service receives requests, because all weights are 0; set a weight of at least 1"


@RULES.rule(
    "ingress-unsupported-route",
    Severity.ERROR,
    source=_FILTERS,
    invalid=_REDIRECT,
    valid=f"{_ALB}, {_REDIRECT}",
)
def _unsupported_route(routes: Mapping[str, IngressRoute], ingress_controller: IngressController) -> Findings:
    """The controller does not support weights, rewrites or redirects, or only in other objects."""
    for key, route in routes.items():
        features = {
            "weights": ("services", len(route.services) > 1),
            "rewrite_prefix": ("rewrite_prefix", route.rewrite_prefix is not None),
            "redirect": ("redirect", route.redirect is not None),
            "route_tls": ("tls_secret_name", route.tls_secret_name is not None),
        }
        for feature, (argument, used) in features.items():
            if used and feature not in ingress_controller.arguments:
                problem, fix = "it", "remove it"
                if feature == "weights":
                    problem, fix = "several Services in one route", "keep one of them"
                problem = f"{ingress_controller.name} does not support {problem}"
                others = ", ".join(controllers_with_argument(feature))
                yield ("routes", key, argument), f"{problem}; {fix}, or use {others}"


@RULES.rule(
    "ingress-duplicate-path",
    Severity.ERROR,
    source=_MATCHES,
    invalid="paths=['/api'], routes={'api': {'paths': ['/api']}}",
    valid="paths=['/'], routes={'api': {'paths': ['/api']}}",
)
def _duplicate_path(claims: Sequence[Mapping[str, Any]]) -> Findings:
    """Two routes of the ingress have the same host and path, and the controller uses only one of them."""
    for first, second in combinations(claims, 2):
        hosts = [host for host in first["hosts"] or [""] if host in (second["hosts"] or [""])]
        paths = [path for path in first["paths"] if path in second["paths"]]
        if hosts and paths:
            other = f"route {first['route']!r}" if first["route"] else "the ingress itself"
            yield (
                ("routes", second["route"]),
                f"{other} also has {hosts[0] or 'all hosts'}{paths[0].path}; change the host or path of one of them",
            )


@RULES.rule(
    "ingress-weighted-sessions",
    Severity.UNSAFE,
    source=_SPLITTING,
    invalid=f"{_ISTIO}, policy={{'strength': 'soft'}}, {_WEIGHTS}",
    valid=f"{_ISTIO}, policy={{'strength': 'none'}}, {_WEIGHTS}",
)
def _weighted_sessions(
    routes: Mapping[str, IngressRoute],
    affinity: SessionAffinity,
    mechanism: AffinityMechanism | None,
    ingress_controller: IngressController,
) -> Findings:
    """Weights select a Service for each request, before the session affinity selects one of its pods."""
    if mechanism is None or not affinity.is_sticky or mechanism.keeps_weighted_sessions:
        return
    for key, route in routes.items():
        if len([service for service in route.services.values() if service.weight]) > 1:
            problem = f"with {ingress_controller.name}, requests of one session reach all Services of the route"
            fix = "set policy.strength='none' if sessions may move between them, or use one Service"
            yield ("routes", key, "services"), f"{problem}; {fix}"
