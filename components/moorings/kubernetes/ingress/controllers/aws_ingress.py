"""AWS Load Balancer Controller, configured with an Ingress: an Application Load Balancer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pulumi

from moorings.aws.arns import arn_region
from moorings.aws.cognito_login import CognitoLogin
from moorings.kubernetes.annotations import WAIT_FOR_ANNOTATION
from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress import alb_rules
from moorings.kubernetes.ingress.alb_login import IngressOidcLogin, login_annotations, to_json
from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.aws_target_group import (
    ATTRIBUTE_ARGUMENTS,
    GRPC_CODES,
    HEALTHY_CODES,
    alb_attributes,
    alb_mechanisms,
    attribute_list,
    health_check_fields,
)
from moorings.kubernetes.ingress.http_ingress import http_ingress, service_backend
from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    IDLE_TIMEOUT,
    ROUTE_ARGUMENTS,
    ROUTE_FEATURES,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import (
    BackendProtocol,
    ObjectManifest,
    RoutePath,
    RouteRedirect,
    RouteRule,
    RouteSettings,
    SessionAffinity,
    concat,
    without_none,
)
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

PREFIX = "alb.ingress.kubernetes.io/"
PROTOCOL_VERSION = f"{PREFIX}backend-protocol-version"
SUCCESS_CODES = f"{PREFIX}success-codes"
WEB_ACL = f"{PREFIX}wafv2-acl-arn"
TRANSFORMS_RELEASE = "2.14.1"
"""First release with rewrites.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/releases/tag/v2.14.1
"""

ARN_COLONS = 5
"""Number of colons before the resource of an ARN."""

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs, alb_rules.RULES)

FORBIDDEN = {
    "type": "fixed-response",
    "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "403", "messageBody": "Forbidden"},
}

CLOSED_BACKEND = {"service": {"name": "closed", "port": {"name": "use-annotation"}}}
"""Refers to the annotation ``actions.closed`` instead of a Service."""

BACKEND_PROTOCOLS: Mapping[BackendProtocol, Mapping[str, str]] = {
    "HTTP": {},
    "HTTPS": {"backend-protocol": "HTTPS"},
    "GRPC": {"backend-protocol-version": "GRPC"},
}

HAS_ADDRESS = "jsonpath={.status.loadBalancer.ingress[0]}"
"""The address of the load balancer. By default Pulumi also waits for the Service of each path, and warns if it is
missing."""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. The targets are pods, because the cookie would otherwise identify a node.

    Without ``certificate_arn`` the listener is HTTP only. With an HTTPS listener the controller would search ACM for a
    certificate for the hosts.
    """
    annotations: dict[str, pulumi.Input[str]] = {
        "scheme": "internet-facing" if route.internet_facing else "internal",
        "target-type": "ip",
        "target-group-attributes": attribute_list(alb_attributes(route.affinity, route.deregistration_delay_seconds)),
    }
    idle_timeout = route.affinity.websocket_idle_timeout_seconds
    if idle_timeout is not None:
        annotations["load-balancer-attributes"] = f"idle_timeout.timeout_seconds={idle_timeout}"
    annotations["listen-ports"] = '[{"HTTP":80}]'
    if route.certificate_arn is not None:
        annotations["listen-ports"] = '[{"HTTP":80},{"HTTPS":443}]'
        annotations["ssl-redirect"] = "443"
        arns = [part for arn in route.additional_certificate_arns for part in (",", arn)]
        annotations["certificate-arn"] = concat(route.certificate_arn, *arns) if arns else route.certificate_arn
        annotations["ssl-policy"] = route.ssl_policy
    if route.web_acl_arn is not None:
        annotations["wafv2-acl-arn"] = route.web_acl_arn
    annotations |= login_annotations(route.oidc, route.cognito)
    annotations |= BACKEND_PROTOCOLS[route.backend_protocol]
    if route.closed_paths:
        annotations["actions.closed"] = to_json(FORBIDDEN)
    actions = _actions(route)
    annotations |= actions
    defaults: dict[str, pulumi.Input[str]] = {}
    health_check = health_check_fields(route.health_check, BackendHealthCheck())
    if health_check:
        annotations["healthcheck-path"] = health_check.pop("path")
        defaults = {f"healthcheck-{key}": value for key, value in health_check.items()}
        defaults["success-codes"] = GRPC_CODES if _uses_grpc(route) else HEALTHY_CODES
    own = _add_prefix(annotations)
    if route.closed_paths or actions:
        own[WAIT_FOR_ANNOTATION] = HAS_ADDRESS
    ingress = http_ingress(route, own, CLOSED_BACKEND, backend=_backend)
    return [replace(ingress, default_annotations=_add_prefix(defaults))]


def _backend(rule: RouteRule, path: RoutePath) -> Mapping[str, Any]:
    """Return the Service of a path, or its action in an annotation."""
    if _needs_action(rule):
        return {"service": {"name": _action_name(rule, path), "port": {"name": "use-annotation"}}}
    return service_backend(rule, path)


def _needs_action(rule: RouteRule) -> bool:
    return len(rule.services) != 1 or rule.rewrite_prefix is not None


def _action_name(rule: RouteRule, path: RoutePath) -> str:
    """Return the name of the action of a path. A rewrite contains the path, so each path has an action of its own."""
    index = list(rule.paths).index(path)
    return rule.key if rule.rewrite_prefix is None or index == 0 else f"{rule.key}-{index + 1}"


def _actions(route: RouteSettings) -> dict[str, pulumi.Input[str]]:
    """Return the annotations of weights, redirects and rewrites.

    Sources:
        https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
        https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/tasks/url_rewrite
    """
    annotations: dict[str, pulumi.Input[str]] = {}
    for rule in filter(_needs_action, route.rules):
        action = _forward(rule, route.affinity) if rule.redirect is None else _redirect(rule.redirect)
        for path in rule.paths:
            name = _action_name(rule, path)
            annotations[f"actions.{name}"] = to_json(action)
            if rule.rewrite_prefix is not None:
                annotations[f"transforms.{name}"] = to_json(_rewrite(path, rule.rewrite_prefix))
    return annotations


def _forward(rule: RouteRule, affinity: SessionAffinity) -> dict[str, Any]:
    groups = [
        {"serviceName": service.name, "servicePort": service.port, "weight": service.weight}
        for service in rule.services
    ]
    config: dict[str, Any] = {"targetGroups": groups}
    if affinity.is_sticky and len(groups) > 1:
        config["targetGroupStickinessConfig"] = {"enabled": True, "durationSeconds": affinity.lifetime_seconds}
    return {"type": "forward", "forwardConfig": config}


def _redirect(redirect: RouteRedirect) -> dict[str, Any]:
    fields = {
        "protocol": redirect.scheme and redirect.scheme.upper(),
        "host": redirect.host,
        "port": None if redirect.port is None else str(redirect.port),
        "path": redirect.path,
        "statusCode": f"HTTP_{redirect.status_code}",
    }
    return {"type": "redirect", "redirectConfig": without_none(fields)}


def _rewrite(path: RoutePath, replacement: str) -> list[dict[str, Any]]:
    """Return a transform of the URL, whose rest and query string are kept."""
    matched, new = re.escape(path.path.rstrip("/")), replacement.rstrip("/")
    change = {"regex": f"^{matched}(.*)$", "replace": f"{new}$1"}
    if not new:
        change = {"regex": f"^{matched}/?(.*)$", "replace": "/$1"}
    return [{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [change]}}]


def _uses_grpc(route: RouteSettings) -> bool:
    return route.backend_protocol == "GRPC" or route.annotations.get(PROTOCOL_VERSION) == "GRPC"


def _add_prefix(annotations: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    return {PREFIX + key: value for key, value in annotations.items()}


CONTROLLER = IngressController(
    title="AWS Load Balancer Controller, Ingress",
    docs="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
    mechanisms=alb_mechanisms("target-group-attributes", IDLE_TIMEOUT, keeps_weighted_sessions=True),
    arguments=frozenset(
        {
            "ingress_class_name",
            "certificate_arn",
            "additional_certificate_arns",
            "ssl_policy",
            "aws_region",
            "internet_facing",
            "health_check_path",
            "closed_paths",
            "oidc",
            "cognito",
            "web_acl_arn",
            *ROUTE_ARGUMENTS,
            *ROUTE_FEATURES,
        }
    ),
    render=render,
    minimum_release="2.4",  # networking.k8s.io/v1
    feature_releases={"rewrite_prefix": TRANSFORMS_RELEASE},
    backend_protocols=ALL_PROTOCOLS,
    default_class="alb",
    owns_load_balancer=True,
    own_prefixes=(PREFIX,),
    group_annotation=f"{PREFIX}group.name",
    targets_pods_as="alb",
    requires_health_check_path=True,
    address_from="ingress",
    always_publishes_address=True,
    reserved_annotations=ReservedAnnotations(
        arguments={
            **ATTRIBUTE_ARGUMENTS,
            f"{PREFIX}scheme": "internet_facing",
            f"{PREFIX}listen-ports": "certificate_arn",
            f"{PREFIX}ssl-redirect": "certificate_arn",
            f"{PREFIX}certificate-arn": "certificate_arn",
            f"{PREFIX}ssl-policy": "ssl_policy",
            f"{PREFIX}healthcheck-path": "health_check_path",
            f"{PREFIX}actions.closed": "closed_paths",
            WEB_ACL: "web_acl_arn",
            PROTOCOL_VERSION: "backend_protocol",
            f"{PREFIX}backend-protocol": "backend_protocol",
            WAIT_FOR_ANNOTATION: "closed_paths",
        },
        argument_prefixes={
            f"{PREFIX}auth-": "oidc or cognito",
            f"{PREFIX}actions.": "routes",
            f"{PREFIX}transforms.": "routes",
        },
        attribute_lists=(f"{PREFIX}target-group-attributes", f"{PREFIX}load-balancer-attributes"),
    ),
)

_EXAMPLE = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN"
_COGNITO = (
    "cognito={'user_pool_arn': 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123', "
    "'user_pool_client_id': '1example23456789', 'user_pool_domain': 'orders'}"
)
_GRPC = "'alb.ingress.kubernetes.io/backend-protocol-version': 'GRPC'"
_CODES = "'alb.ingress.kubernetes.io/success-codes'"


@RULES.rule(
    "ingress-alb-success-codes",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html",
    invalid=f"{_EXAMPLE}, health_check_path='/orders.Orders/Check', annotations={{{_GRPC}, {_CODES}: '200-399'}}",
    valid=f"{_EXAMPLE}, health_check_path='/orders.Orders/Check', annotations={{{_GRPC}, {_CODES}: '0,12'}}",
)
def _success_codes(
    annotations: Mapping[str, str], ingress_controller: IngressController, backend_protocol: str
) -> Findings:
    """An Application Load Balancer compares HTTP status codes from 200 to 499, and gRPC status codes from 0 to 99."""
    codes = annotations.get(SUCCESS_CODES)
    if codes is None or PREFIX not in ingress_controller.own_prefixes:
        return
    protocol = "GRPC" if backend_protocol == "GRPC" else annotations.get(PROTOCOL_VERSION, "HTTP1")
    low, high, example = (0, 99, "0") if protocol == "GRPC" else (200, 499, HEALTHY_CODES)
    numbers = re.split("[,-]", codes.replace(" ", ""))
    if not all(number.isdecimal() and low <= int(number) <= high for number in numbers):
        yield (
            ("annotations", SUCCESS_CODES),
            f"{protocol} status codes are {low} to {high}, got {codes!r}; use codes such as {example}",
        )


@RULES.rule(
    "ingress-alb-grpc-health-check",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    invalid=f"{_EXAMPLE}, health_check_path='/ready', annotations={{{_GRPC}}}",
    valid=f"{_EXAMPLE}, health_check_path='/grpc.health.v1.Health/Check', annotations={{{_GRPC}}}",
)
def _grpc_health_check(
    health_check_path: str | None,
    annotations: Mapping[str, str],
    backend_health_check: BackendHealthCheck | None,
    ingress_controller: IngressController,
    backend_protocol: str,
) -> Findings:
    """A gRPC health check calls a method. A gRPC server answers any other path with the status UNIMPLEMENTED."""
    if not ingress_controller.requires_health_check_path:
        return
    if "GRPC" not in {backend_protocol, annotations.get(PROTOCOL_VERSION)}:
        return
    path = health_check_path or (backend_health_check.path if backend_health_check else None)
    if path is not None and not re.fullmatch(r"/[^/]+/[^/]+", path):
        yield f"expected a gRPC method, such as /grpc.health.v1.Health/Check, got {path!r}; set a method"


@RULES.rule(
    "ingress-alb-login",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
    invalid=f"controller='aws-ingress', tls_secret_name=None, health_check_path='/', {_COGNITO}",
    valid=f"{_EXAMPLE}, health_check_path='/', {_COGNITO}",
)
def _login(oidc: IngressOidcLogin | None, cognito: CognitoLogin | None, set_arguments: Sequence[str]) -> Findings:
    """Users log in with one identity provider, at an HTTPS listener: an HTTP listener cannot authenticate users."""
    if oidc is not None and cognito is not None:
        yield "cognito", "users log in either with oidc or with cognito; remove one of them"
    if (oidc is not None or cognito is not None) and "certificate_arn" not in set_arguments:
        yield "certificate_arn", "required with a login, which only an HTTPS listener supports; set it"


@RULES.rule(
    "ingress-certificate-region",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    invalid=f"{_EXAMPLE}, health_check_path='/', aws_region='us-east-1'",
    valid=f"{_EXAMPLE}, health_check_path='/', aws_region='eu-west-1'",
)
def _certificate_region(
    certificate_arn: str | None,
    additional_certificate_arns: Sequence[str],
    web_acl_arn: str | None,
    aws_region: str | None,
    annotations: Mapping[str, str],
) -> Findings:
    """A load balancer uses certificates and web ACLs of its own Region. Those of CloudFront are in us-east-1."""
    arns = [arn.strip() for arn in (certificate_arn or "").split(",")] + [
        *additional_certificate_arns,
        web_acl_arn or annotations.get(WEB_ACL, ""),
    ]
    regions = sorted({arn_region(arn) for arn in arns if arn.count(":") >= ARN_COLONS} - {""})
    other = [region for region in regions if aws_region not in {None, region}]
    if other:
        yield f"expected a certificate in {aws_region}, got one in {other[0]}; use a certificate of {aws_region}"
    elif len(regions) > 1:
        yield f"the certificates and the web ACL are in {' and '.join(regions)}; use those of one Region"
