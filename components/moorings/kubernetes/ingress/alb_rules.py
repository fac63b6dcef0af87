"""Rules of the controllers that configure an Application Load Balancer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.route_settings import RoutePath
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

MAX_WILDCARDS = 6
"""Maximum number of wildcards in the conditions of a listener rule.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

MAX_VALUES = 5
"""Maximum number of values in the conditions of a listener rule. Source: as ``MAX_WILDCARDS``."""

MAX_CONDITION_LENGTH = 128
"""Maximum length of a host or path.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

PATH_ARGUMENTS = {
    "Prefix": "paths",
    "Exact": "exact_paths",
    "ImplementationSpecific": "implementation_specific_paths",
}
"""Argument with the paths of each type."""

_LIMITS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
_CONDITIONS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"
_ATTRIBUTES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"
_ALB = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'"
_ALB_GATEWAY = "controller='aws-gateway', gateway_name='public', tls_secret_name=None, health_check_path='/'"


def is_alb(controller: IngressController) -> bool:
    """Whether a controller configures an Application Load Balancer."""
    return controller.targets_pods_as == "alb"


@RULES.rule(
    "ingress-alb-condition",
    Severity.ERROR,
    source=_CONDITIONS,
    invalid=f"{_ALB}, hosts=['orders']",
    valid=f"{_ALB}, hosts=['orders.example.com']",
)
def _condition(
    hosts: Sequence[str],
    claims: Sequence[Mapping[str, Any]],
    declared_paths: Sequence[tuple[Path, RoutePath]],
    ingress_controller: IngressController,
) -> Findings:
    """Elastic Load Balancing rejects the condition of the listener rule."""
    if not is_alb(ingress_controller):
        return
    places: list[tuple[Path, str]] = [(("hosts", index), host) for index, host in enumerate(hosts)]
    for claim in claims:
        own: list[str] = claim["hosts"] if claim["own_hosts"] else []
        places += [(("routes", claim["route"], "hosts", index), host) for index, host in enumerate(own)]
    for argument, host in places:
        if "." not in host:
            yield (
                argument,
                f"an Application Load Balancer requires a dot in host names, got {host!r}; add the domain",
            )
    values = [(argument, host, 0) for argument, host in places]
    values += [(argument, path.path, len("/*") * (path.type == "Prefix")) for argument, path in declared_paths]
    for argument, value, suffix in values:
        if len(value) + suffix > MAX_CONDITION_LENGTH:
            yield (
                argument,
                (
                    f"an Application Load Balancer supports at most {MAX_CONDITION_LENGTH - suffix} characters, "
                    f"got {len(value)}; shorten it"
                ),
            )


@RULES.rule(
    "ingress-alb-rule-quota",
    Severity.UNSAFE,
    source=_LIMITS,
    invalid=f"{_ALB_GATEWAY}, hosts=[f'h{{number}}.example.com' for number in range(4)], paths=['/orders']",
    valid=f"{_ALB_GATEWAY}, hosts=[f'h{{number}}.example.com' for number in range(3)], paths=['/orders']",
)
def _rule_quota(claims: Sequence[Mapping[str, Any]], ingress_controller: IngressController) -> Findings:
    """The controller creates a listener rule for each path, and its conditions exceed the default quotas of AWS."""
    if not is_alb(ingress_controller):
        return
    for claim in claims:
        hosts: list[str] = claim["hosts"]
        # An Ingress has one rule for each host, an HTTPRoute one rule for all hosts.
        groups = [hosts] if ingress_controller.renders_http_route else [[host] for host in hosts] or [[]]
        place: Path = ("routes", claim["route"]) if claim["route"] else ()
        hosts_place = (*place, "hosts") if claim["own_hosts"] else ("hosts",)
        indexes: Counter[str] = Counter()
        for path in claim["paths"]:
            index = indexes[path.type]
            indexes[path.type] += 1
            prefixes = _condition_values(path)
            for group in groups:
                conditions = [*group, *prefixes]
                wildcards = sum(condition.count("*") for condition in conditions)
                if len(conditions) > MAX_VALUES:
                    yield (
                        hosts_place,
                        (
                            f"a listener rule has at most {MAX_VALUES} condition values, but the rule for "
                            f"{path.path!r} would have {len(group)} hosts and {len(prefixes)} paths; create a second "
                            "WorkloadIngress for some hosts"
                        ),
                    )
                elif wildcards > MAX_WILDCARDS:
                    yield (
                        (*place, PATH_ARGUMENTS[path.type], index),
                        (
                            f"a listener rule has at most {MAX_WILDCARDS} wildcards, but that for {path.path!r} would "
                            f"have {wildcards}; use fewer of them"
                        ),
                    )


def _condition_values(path: RoutePath) -> list[str]:
    """Return the values of the path condition that the controller derives from a path."""
    if path.type != "Prefix":
        return [path.path]
    return ["/*"] if path.is_root else [path.path, f"{path.path.rstrip('/')}/*"]


@RULES.rule(
    "ingress-alb-cookie-name",
    Severity.ERROR,
    source=_ATTRIBUTES,
    invalid=f"{_ALB}, policy={{'application_cookie': True, 'cookie_name': 'AWSALB-orders'}}, "
    "acknowledge={'ingress-reserved-cookie-name': 'an example'}",
    valid=f"{_ALB}, policy={{'application_cookie': True, 'cookie_name': 'orders'}}",
)
def _cookie_name(policy: StickyPolicy, ingress_controller: IngressController) -> Findings:
    """Elastic Load Balancing rejects names of application cookies that begin with those of its own cookies."""
    name = policy.cookie_name or ""
    if is_alb(ingress_controller) and policy.application_cookie and name.startswith("AWSALB"):
        yield ("policy", "cookie_name"), f"{name!r} begins with the name of a load balancer cookie; rename the cookie"
