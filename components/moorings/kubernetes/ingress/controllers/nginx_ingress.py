"""F5 NGINX Ingress Controller, configured with annotations of an Ingress."""

from collections.abc import Mapping

import pulumi

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.http_ingress import http_ingress, string_prefixes
from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    COOKIE,
    IDLE_TIMEOUT,
    INGRESS_ARGUMENTS,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.nginx import (
    F5_PRODUCT,
    FORBIDDEN_PATH_CHARACTERS,
    STICKY_COOKIE_RELEASE,
    hash_mechanisms,
    hash_variable,
)
from moorings.kubernetes.ingress.route_settings import (
    BackendProtocol,
    ObjectManifest,
    RouteSettings,
    SessionAffinity,
    concat,
)

PREFIX = "nginx.org/"
PLUS_PREFIX = "nginx.com/"


SERVICE_LISTS: Mapping[BackendProtocol, str] = {
    "HTTP": "websocket-services",
    "HTTPS": "ssl-services",
    "GRPC": "grpc-services",
}
"""Annotations that list the Services with a protocol."""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress."""
    affinity = route.affinity
    annotations: dict[str, pulumi.Input[str]] = {}
    if affinity.mode == "strong":
        prefix = PLUS_PREFIX if route.nginx_plus else PREFIX
        parts: list[pulumi.Input[str]] = []
        for service in route.services:
            parts += [";", "serviceName=", service.name, " ", _sticky_cookie(affinity)]
        annotations[f"{prefix}sticky-cookie-services"] = concat(*parts[1:])
    elif affinity.is_sticky:
        annotations[f"{PREFIX}lb-method"] = f"hash {hash_variable(affinity)} consistent"
    names = [part for service in route.services for part in (",", service.name)]
    annotations[f"{PREFIX}{SERVICE_LISTS[route.backend_protocol]}"] = concat(*names[1:])
    if affinity.websocket_idle_timeout_seconds is not None:
        for direction in ("read", "send"):
            annotations[f"{PREFIX}proxy-{direction}-timeout"] = f"{affinity.websocket_idle_timeout_seconds}s"
    return [http_ingress(route, annotations, paths_of=string_prefixes)]


def _sticky_cookie(affinity: SessionAffinity) -> str:
    """Return the parameters of the ``sticky cookie`` directive of NGINX.

    Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#sticky
    """
    parameters = [
        str(affinity.cookie_name),
        f"expires={affinity.lifetime_seconds}s" if affinity.lifetime_seconds else "",
        "httponly" if affinity.http_only else "",
        "secure" if affinity.secure else "",
        f"path={affinity.cookie_path}",
    ]
    return " ".join(filter(None, parameters))


CONTROLLER = IngressController(
    title="F5 NGINX Ingress Controller, Ingress",
    docs="https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/",
    mechanisms={
        "strong": AffinityMechanism(
            "sticky-cookie-services",
            COOKIE - {"same_site"} | IDLE_TIMEOUT,
            {"same_site": ""},
            release=STICKY_COOKIE_RELEASE,
            release_unless="nginx_plus",
        ),
        **hash_mechanisms("lb-method: hash consistent"),
    },
    arguments=INGRESS_ARGUMENTS,
    render=render,
    minimum_release="2.0",  # networking.k8s.io/v1
    backend_protocols=ALL_PROTOCOLS,
    default_class="nginx",
    requires_hosts=True,
    one_object_per_host=F5_PRODUCT,
    forbidden_path_characters=FORBIDDEN_PATH_CHARACTERS,
    own_prefixes=(PREFIX, PLUS_PREFIX),
    merge_annotation=f"{PREFIX}mergeable-ingress-type",
    address_from="ingress",
    reserved_annotations=ReservedAnnotations(
        arguments={
            f"{PREFIX}proxy-read-timeout": "policy.websocket_idle_timeout_seconds",
            f"{PREFIX}proxy-send-timeout": "policy.websocket_idle_timeout_seconds",
        },
        bypass_pods=frozenset({f"{PREFIX}use-cluster-ip"}),
        load_balancing=frozenset({f"{PREFIX}lb-method"}),
    ),
)
