"""Rules of the controllers that configure an Application Load Balancer."""

from collections.abc import Sequence

from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
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
    hosts: Sequence[str], paths: list[str], closed_paths: list[str], ingress_controller: IngressController
) -> Findings:
    """Elastic Load Balancing rejects the condition of the listener rule."""
    if not is_alb(ingress_controller):
        return
    for index, host in enumerate(hosts):
        if "." not in host:
            yield (
                ("hosts", index),
                f"an Application Load Balancer requires a dot in host names, got {host!r}; add the domain",
            )
    for argument, values in (("hosts", hosts), ("paths", paths), ("closed_paths", closed_paths)):
        for index, value in enumerate(values):
            suffix = 0 if argument == "hosts" else len("/*")
            if len(value) + suffix > MAX_CONDITION_LENGTH:
                yield (
                    (argument, index),
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
def _rule_quota(hosts: Sequence[str], paths: list[str], ingress_controller: IngressController) -> Findings:
    """The controller creates a listener rule for each path, and its conditions exceed the default quotas of AWS."""
    if not is_alb(ingress_controller):
        return
    # An Ingress has one rule for each host, an HTTPRoute one rule for all hosts.
    groups = [list(hosts)] if ingress_controller.renders_http_route else [[host] for host in hosts] or [[]]
    for index, path in enumerate(paths):
        prefixes = ["/*"] if path == "/" else [path, f"{path.rstrip('/')}/*"]
        for group in groups:
            conditions = [*group, *prefixes]
            wildcards = sum(condition.count("*") for condition in conditions)
            if len(conditions) > MAX_VALUES:
                yield (
                    "hosts",
                    (
                        f"a listener rule has at most {MAX_VALUES} condition values, but the rule for {path!r} would "
                        f"have {len(group)} hosts and {len(prefixes)} paths; create a second WorkloadIngress for some "
                        "hosts"
                    ),
                )
            elif wildcards > MAX_WILDCARDS:
                yield (
                    ("paths", index),
                    (
                        f"a listener rule has at most {MAX_WILDCARDS} wildcards, but that for {path!r} would have "
                        f"{wildcards}; use fewer of them"
                    ),
                )


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
