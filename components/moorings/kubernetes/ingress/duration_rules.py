"""Rules about the durations in a session policy: lifetime, idle timeouts and pings."""

from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.route_settings import SessionAffinity
from moorings.kubernetes.ingress.session_affinity import DEFAULTS
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

LONG_LIFETIME = 30 * 86400
MAX_COOKIE_LIFETIME = 400 * 86400
"""Maximum lifetime of a cookie in browsers. Source: https://developer.chrome.com/blog/cookie-max-age-expires"""

SHORT_LIFETIME = 60
LONG_TIMEOUT = 86400


@RULES.rule(
    "ingress-ping-interval",
    Severity.UNSAFE,
    source="https://datatracker.ietf.org/doc/html/rfc6455#section-5.5.2",
    invalid="policy={'ping_interval_seconds': 1801}",
    valid="policy={'ping_interval_seconds': 1800}",
)
def _ping_interval(policy: StickyPolicy, ingress_controller: IngressController, affinity: SessionAffinity) -> Findings:
    """A proxy closes idle WebSockets. With intervals above half of its idle timeout, one late ping is too late."""
    idle_timeout, fix = affinity.websocket_idle_timeout_seconds, "or raise policy.websocket_idle_timeout_seconds"
    if idle_timeout is None and ingress_controller.external_idle_timeout is not None:
        idle_timeout, setting = ingress_controller.external_idle_timeout
        fix = f"or raise {setting} and remove ping_interval_seconds"
    interval = policy.ping_interval_seconds
    if interval is not None and idle_timeout is not None and 2 * interval > idle_timeout:
        yield (
            ("policy", "ping_interval_seconds"),
            (
                f"must be at most {idle_timeout // 2}, half the idle timeout of {idle_timeout} s after which "
                f"{ingress_controller.name} closes a WebSocket, got {interval}; lower it, {fix}"
            ),
        )


@RULES.rule(
    "ingress-websocket-idle-timeout",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
    invalid="controller='aws-gateway', gateway_name='public', tls_secret_name=None, health_check_path='/'",
    valid="controller='aws-gateway', gateway_name='public', tls_secret_name=None, health_check_path='/', "
    "policy={'ping_interval_seconds': 30}",
)
def _websocket_idle_timeout(
    policy: StickyPolicy, ingress_controller: IngressController, affinity: SessionAffinity
) -> Findings:
    """The controller closes idle WebSockets early, and no object of the route can set its idle timeout."""
    external = ingress_controller.external_idle_timeout if affinity.is_sticky else None
    if external and external[0] < DEFAULTS["websocket_idle_timeout_seconds"] and policy.ping_interval_seconds is None:
        yield (
            f"{ingress_controller.name} closes a WebSocket that is idle for {external[0]} s; raise {external[1]}, or "
            "set policy.ping_interval_seconds if the client or the application sends pings"
        )


@RULES.rule(
    "ingress-server-idle-timeout",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
    invalid="policy={'server_idle_timeout_seconds': 600}",
    valid="policy={'server_idle_timeout_seconds': 600, 'websocket_idle_timeout_seconds': 600}",
)
def _server_idle_timeout(policy: StickyPolicy, affinity: SessionAffinity) -> Findings:
    """The idle timeout of the proxy has no effect if the application closes connections earlier."""
    server, proxy = policy.server_idle_timeout_seconds, affinity.websocket_idle_timeout_seconds or 0
    if server is not None and proxy > server:
        yield (
            ("policy", "server_idle_timeout_seconds"),
            (
                f"the application closes idle connections after {server} s, before the idle timeout of {proxy} s of "
                f"the proxy; set policy.websocket_idle_timeout_seconds={server}"
            ),
        )


@RULES.rule(
    "ingress-implausible-duration",
    Severity.WARNING,
    source="https://developer.chrome.com/blog/cookie-max-age-expires",
    invalid="policy={'lifetime_seconds': 10800000}",
    valid="policy={'lifetime_seconds': 10800}",
)
def _implausible_duration(policy: StickyPolicy) -> Findings:
    """Durations are in seconds. Values in milliseconds are accepted but too long, and those in minutes too short."""
    lifetime = policy.lifetime_seconds or 0
    if lifetime > LONG_LIFETIME:
        limit = ", and browsers keep cookies for at most 400 days" if lifetime > MAX_COOKIE_LIFETIME else ""
        yield (
            ("policy", "lifetime_seconds"),
            f"{lifetime} s is {lifetime // 86400} days, longer than pods usually run{limit}; {_in_seconds(lifetime)}",
        )
    if 0 < lifetime < SHORT_LIFETIME:
        yield (
            ("policy", "lifetime_seconds"),
            f"{lifetime} s ends most sessions between two requests; set a longer lifetime, or 0 for a session cookie",
        )
    for field in ("websocket_idle_timeout_seconds", "ping_interval_seconds", "server_idle_timeout_seconds"):
        value = getattr(policy, field) or 0
        if value > LONG_TIMEOUT:
            yield ("policy", field), f"{value} s is more than a day; {_in_seconds(value)}"


def _in_seconds(value: int) -> str:
    return f"set {value // 1000} if the value is in milliseconds" if value % 1000 == 0 else "set a shorter duration"
