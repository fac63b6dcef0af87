"""AWS Load Balancer Controller, configured with an Ingress: an Application Load Balancer."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pulumi

from moorings.kubernetes.annotations import AnnotationRules
from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress.aws_target_group import (
    ATTRIBUTE_ARGUMENTS,
    HEALTHY_CODES,
    alb_attributes,
    alb_mechanisms,
    attribute_list,
    health_check_fields,
)
from moorings.kubernetes.ingress.http_ingress import http_ingress
from moorings.kubernetes.ingress.ingress_controller import IDLE_TIMEOUT, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings

PREFIX = "alb.ingress.kubernetes.io/"

FORBIDDEN = {
    "type": "fixed-response",
    "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "403", "messageBody": "Forbidden"},
}

CLOSED_BACKEND = {"service": {"name": "closed", "port": {"name": "use-annotation"}}}
"""Refers to the annotation ``actions.closed`` instead of a Service."""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. The targets are pods, because the cookie would otherwise identify a node.

    Without ``certificate_arn`` the listener is HTTP only. With an HTTPS listener the controller would search ACM for a
    certificate for the hosts.
    """
    annotations: dict[str, pulumi.Input[str]] = {
        "scheme": "internet-facing" if route.internet_facing else "internal",
        "target-type": "ip",
        "target-group-attributes": attribute_list(alb_attributes(route)),
        "load-balancer-attributes": f"idle_timeout.timeout_seconds={route.affinity.websocket_idle_timeout_seconds}",
        "listen-ports": '[{"HTTP":80}]',
    }
    if route.certificate_arn is not None:
        annotations["listen-ports"] = '[{"HTTP":80},{"HTTPS":443}]'
        annotations["ssl-redirect"] = "443"
        annotations["certificate-arn"] = route.certificate_arn
        annotations["ssl-policy"] = route.ssl_policy
    if route.closed_paths:
        annotations["actions.closed"] = json.dumps(FORBIDDEN, separators=(",", ":"))
    defaults: dict[str, pulumi.Input[str]] = {}
    health_check = health_check_fields(route, BackendHealthCheck())
    if health_check:
        annotations["healthcheck-path"] = health_check.pop("path")
        defaults = {f"healthcheck-{key}": value for key, value in health_check.items()}
        defaults["success-codes"] = HEALTHY_CODES
    ingress = http_ingress(route, _add_prefix(annotations), CLOSED_BACKEND)
    return [replace(ingress, default_annotations=_add_prefix(defaults))]


def _add_prefix(annotations: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    return {PREFIX + key: value for key, value in annotations.items()}


CONTROLLER = IngressController(
    title="AWS Load Balancer Controller, Ingress",
    docs="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
    mechanisms=alb_mechanisms("target-group-attributes", IDLE_TIMEOUT),
    arguments=frozenset(
        {"ingress_class_name", "certificate_arn", "ssl_policy", "internet_facing", "health_check_path", "closed_paths"}
    ),
    render=render,
    default_class="alb",
    accepts_all_hosts=True,
    group_annotation=f"{PREFIX}group.name",
    targets_pods_as="alb",
    requires_health_check_path=True,
    address_from="ingress",
    always_publishes_address=True,
    annotation_rules=AnnotationRules(
        arguments={
            **ATTRIBUTE_ARGUMENTS,
            f"{PREFIX}scheme": "internet_facing",
            f"{PREFIX}listen-ports": "certificate_arn",
            f"{PREFIX}ssl-redirect": "certificate_arn",
            f"{PREFIX}certificate-arn": "certificate_arn",
            f"{PREFIX}ssl-policy": "ssl_policy",
            f"{PREFIX}healthcheck-path": "health_check_path",
            f"{PREFIX}actions.closed": "closed_paths",
        },
        attribute_lists=(f"{PREFIX}target-group-attributes", f"{PREFIX}load-balancer-attributes"),
    ),
)
