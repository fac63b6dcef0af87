"""AWS Load Balancer Controller: an Application Load Balancer by an Ingress."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pulumi

from moorings.kubernetes.backend import HealthCheck
from moorings.kubernetes.ingress.aws_target_group import HEALTHY, cookie_attributes, health, listed
from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route

PREFIX = "alb.ingress.kubernetes.io/"

FORBIDDEN = {
    "type": "fixed-response",
    "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "403", "messageBody": "Forbidden"},
}

CLOSED = {"service": {"name": "closed", "port": {"name": "use-annotation"}}}
"""What stands in the place of a Service: the annotation ``actions.closed``."""


def render(route: Route) -> list[Manifest]:
    """An Ingress with annotations. Targets are pods: the cookie would name a node otherwise.

    Without ``certificate_arn`` the controller looks for a certificate of the hosts in ACM only where the Ingress
    listens on HTTPS, so that it listens on HTTP alone here.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
    """
    told: dict[str, pulumi.Input[str]] = {
        "scheme": "internet-facing" if route.internet_facing else "internal",
        "target-type": "ip",
        "target-group-attributes": listed(cookie_attributes(route)),
        "load-balancer-attributes": f"idle_timeout.timeout_seconds={route.stickiness.websocket_idle_seconds}",
        "listen-ports": '[{"HTTP":80}]',
    }
    if route.certificate_arn is not None:
        told["listen-ports"] = '[{"HTTP":80},{"HTTPS":443}]'
        told["ssl-redirect"] = "443"
        told["certificate-arn"] = route.certificate_arn
        told["ssl-policy"] = route.ssl_policy
    if route.closed_paths:
        told["actions.closed"] = json.dumps(FORBIDDEN, separators=(",", ":"))
    suggested: dict[str, pulumi.Input[str]] = {}
    asked = health(route, HealthCheck())
    if asked:
        told["healthcheck-path"] = asked.pop("path")
        suggested = {f"healthcheck-{key}": value for key, value in asked.items()} | {"success-codes": HEALTHY}
    made = ingress(route, _prefixed(told), closed=CLOSED)
    return [replace(made, suggested=_prefixed(suggested))]


def _prefixed(told: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    return {PREFIX + key: value for key, value in told.items()}
