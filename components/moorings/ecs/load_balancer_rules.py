"""Rules of the Application Load Balancer: listeners, certificates, clients, login, TLS."""

from moorings.ecs.additional_listener import AdditionalListener
from moorings.ecs.http_target_rules import OIDC
from moorings.ecs.load_balancer_args import HTTP, SingletonLoadBalancer
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

LOAD_BALANCER_RULES = RuleSet(SingletonLoadBalancer)

_LOGIN = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"
_HTTP_LISTENER = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html"
_TARGET_GROUPS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html"


@LOAD_BALANCER_RULES.rule(
    "ecs-plain-http",
    Severity.UNSAFE,
    source=_HTTP_LISTENER,
    invalid="listener_protocol='HTTP', certificate_arn=None",
    valid="listener_protocol='HTTPS', certificate_arn=CERTIFICATE_ARN",
)
def _plain_http(listener_protocol: str) -> Findings:
    """Everyone between the clients and the load balancer can read and change unencrypted requests."""
    if listener_protocol == "HTTP":
        yield "requests, passwords and session cookies are not encrypted; use HTTPS, or acknowledge the finding"


PLAIN_HTTP = _plain_http.rule


@LOAD_BALANCER_RULES.rule(
    "ecs-https-listener-required",
    Severity.ERROR,
    source=_TARGET_GROUPS,
    invalid="listener_protocol='HTTP', certificate_arn=None, protocol_version='GRPC', "
    "health_check_path='/grpc.health.v1.Health/Check'",
    valid="protocol_version='GRPC', health_check_path='/grpc.health.v1.Health/Check'",
)
def _https_required(
    listener_protocol: str,
    protocol_version: str,
    has_login: bool,
    additional_listeners: dict[str, AdditionalListener],
) -> Findings:
    """Application Load Balancers support logins, HTTP/2 and gRPC with HTTPS listeners only."""
    if listener_protocol != "HTTP":
        return
    if protocol_version != "HTTP1":
        yield "protocol_version", f"{protocol_version} requires an HTTPS listener; set listener_protocol to HTTPS"
    if has_login:
        yield "a login requires an HTTPS listener; set it to HTTPS, or remove oidc and cognito"
    for name, listener in additional_listeners.items():
        if listener.protocol_version != "HTTP1" or listener.has_login:
            requirement = "a login" if listener.has_login else listener.protocol_version
            problem = f"{requirement} requires an HTTPS listener"
            yield ("additional_listeners", name), f"{problem}; set listener_protocol to HTTPS"


@LOAD_BALANCER_RULES.rule(
    "ecs-listener-port-conflict",
    Severity.ERROR,
    source=_HTTP_LISTENER,
    invalid="listener_port=80",
    valid="listener_port=80, redirect_http=False",
)
def _listener_port_conflict(
    listener_port: int | None,
    port_of_listener: int,
    redirects_http: bool,
    additional_listeners: dict[str, AdditionalListener],
) -> Findings:
    """A load balancer has one listener for each port. By default, port 80 redirects HTTP requests to HTTPS."""
    if listener_port == HTTP and redirects_http:
        yield f"port {HTTP} redirects HTTP requests; use another port, or set redirect_http=False"
    used = {HTTP: "redirect_http"} if redirects_http else {}
    used[port_of_listener] = "listener_port"
    for name, listener in additional_listeners.items():
        other = used.setdefault(listener.listener_port, name)
        if other != name:
            problem = f"port {listener.listener_port} is also that of {other}"
            yield ("additional_listeners", name, "listener_port"), f"{problem}; use another port"


@LOAD_BALANCER_RULES.rule(
    "ecs-identity-provider-unreachable",
    Severity.UNSAFE,
    source=_LOGIN,
    invalid=f"{OIDC}, identity_provider_cidrs={{}}",
    valid=f"{OIDC}, identity_provider_cidrs={{'provider': '203.0.113.0/24'}}",
)
def _identity_provider(given_arguments: frozenset[str]) -> Findings:
    """Logins fail if the security group of the load balancer allows no connections to the identity provider."""
    if {"oidc", "cognito"} & given_arguments and "identity_provider_cidrs" not in given_arguments:
        yield (
            "identity_provider_cidrs",
            "no rule allows connections to the identity provider; list the CIDR blocks of the provider",
        )
