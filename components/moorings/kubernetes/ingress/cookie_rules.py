"""Rules about the session cookie of a ``WorkloadIngress``."""

from moorings.kubernetes.ingress.ingress_controller import AffinityMechanism, IngressController
from moorings.kubernetes.ingress.route_settings import SessionAffinity
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

FLAGS = {"secure": "Secure", "http_only": "HttpOnly", "same_site": "SameSite"}

TLS_FIX = "set a certificate, or external_tls_termination=True if TLS is terminated in front of the controller"


@RULES.rule(
    "ingress-secure-cookie-without-tls",
    Severity.ERROR,
    source="https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7",
    invalid="tls_secret_name=None, policy={'secure': True}",
    valid="tls_secret_name=None, policy={'secure': True}, external_tls_termination=True",
)
def _secure_cookie_without_tls(policy: StickyPolicy, uses_tls: bool) -> Findings:
    """Browsers reject the cookie, so every request starts a new session."""
    if uses_tls or not (policy.secure or policy.same_site == "None"):
        return
    field, flag = ("secure", "Secure") if policy.secure else ("same_site", "SameSite=None")
    yield ("policy", field), f"browsers reject a cookie with {flag} that is sent without TLS; {TLS_FIX}"


@RULES.rule(
    "ingress-cookie-prefix",
    Severity.ERROR,
    source="https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes",
    invalid="policy={'cookie_name': '__Host-orders', 'secure': False}",
    valid="policy={'cookie_name': '__Host-orders'}",
)
def _cookie_prefix(policy: StickyPolicy, affinity: SessionAffinity) -> Findings:
    """Browsers reject a cookie whose attributes do not match the prefix of its name."""
    name = policy.cookie_name or ""
    if policy.application_cookie or not name.startswith(("__Host-", "__Secure-")):
        return
    if not affinity.secure:
        yield (
            ("policy", "cookie_name"),
            f"the prefix of {name!r} requires Secure; rename the cookie, or set Secure",
        )
    if name.startswith("__Host-") and affinity.cookie_path not in {"/", None}:
        yield (
            ("policy", "cookie_path"),
            f"the prefix of {name!r} requires the path '/', got {affinity.cookie_path!r}; remove it",
        )


@RULES.rule(
    "ingress-reserved-cookie-name",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html",
    invalid="policy={'cookie_name': 'AWSALB-orders'}",
    valid="policy={'cookie_name': 'orders'}",
)
def _reserved_cookie_name(policy: StickyPolicy) -> Findings:
    """Application Load Balancers reject these names, and overwrite such a cookie of a controller behind them."""
    name = policy.cookie_name or ""
    if name.startswith("AWSALB"):
        yield (
            ("policy", "cookie_name"),
            f"the prefix AWSALB is reserved for AWS load balancers, got {name!r}; use another name",
        )


@RULES.rule(
    "ingress-cookie-flags",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html",
    invalid="controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'",
    valid="controller='haproxy-ingress'",
)
def _cookie_flags(
    policy: StickyPolicy,
    ingress_controller: IngressController,
    mechanism: AffinityMechanism | None,
    affinity: SessionAffinity,
    uses_tls: bool,
) -> Findings:
    """Without these flags, the cookie can be sent without TLS, read by scripts, or sent with cross-site requests."""
    if mechanism is None or affinity.cookie_name is None or policy.application_cookie:
        return
    flags = [flag for flag in FLAGS if getattr(policy, flag) is None and (uses_tls or flag != "secure")]
    missing = [FLAGS[flag] for flag in flags if flag in mechanism.fixed and not mechanism.fixed[flag]]
    unknown = [FLAGS[flag] for flag in flags if flag not in mechanism.fixed and flag not in mechanism.settable]
    fix = "use another controller if the cookie must have them"
    if missing:
        yield f"the cookie of {ingress_controller.name} has no {', '.join(missing)}; {fix}"
    if unknown:
        yield f"{', '.join(unknown)} of the cookie of {ingress_controller.name} depend on the implementation; {fix}"


@RULES.rule(
    "ingress-plain-http",
    Severity.WARNING,
    source="https://owasp.org/www-community/controls/SecureCookieAttribute",
    invalid="tls_secret_name=None",
    valid="tls_secret_name='orders-tls'",
)
def _plain_http(policy: StickyPolicy, affinity: SessionAffinity, uses_tls: bool) -> Findings:
    """Anyone on the network between client and controller can read the session cookie and take over the session."""
    if affinity.cookie_name is not None and not policy.application_cookie and not uses_tls:
        yield f"without TLS, the session cookie is sent in plain text; {TLS_FIX}"
