"""NGINX Gateway Fabric: ``sessionPersistence`` with NGINX Plus, or a hash in an UpstreamSettingsPolicy."""

from typing import Any

from moorings.kubernetes.ingress.http_route import http_routes, persistence_mechanism, session_persistence
from moorings.kubernetes.ingress.ingress_controller import (
    COOKIE_HASH,
    GATEWAY_ARGUMENTS,
    NAME_AND_LIFETIME,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.nginx import hash_variable
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings

API_VERSION = "gateway.nginx.org/v1alpha1"
CONSISTENT_HASH = "UpstreamSettingsPolicy: loadBalancingMethod hash consistent"

NETWORK_HASH = (
    "the pod is selected by the first three numbers of the IPv4 address of the client, so all clients of one network "
    "or proxy share a pod, and a change in the number of pods moves most sessions"
)
"""Drawback of ``ip_hash``.

Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#ip_hash
"""

HASH_RELEASE = "2.4"
"""First release with ``hashMethodKey``.

Source: https://docs.nginx.com/nginx-gateway-fabric/changelog/
"""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an HTTPRoute, and for a hash an UpstreamSettingsPolicy.

    The cookie of NGINX Plus also requires the experimental features of the controller, and is always Secure and
    HttpOnly.

    Source: https://docs.nginx.com/nginx-gateway-fabric/traffic-management/upstream-settings/
    """
    affinity = route.affinity
    if affinity.mode == "strong":
        return http_routes(route, session_persistence(affinity, route.gateway_api_release))
    manifests = http_routes(route)
    if affinity.is_sticky:
        method: dict[str, Any] = {"loadBalancingMethod": "ip_hash"}
        if affinity.mode != "soft":
            method = {"loadBalancingMethod": "hash consistent", "hashMethodKey": hash_variable(affinity)}
        for service in route.services:
            spec = {"targetRefs": [{"group": "core", "kind": "Service", "name": service.name}], **method}
            manifests.append(ObjectManifest(f"upstream{service.role}", API_VERSION, "UpstreamSettingsPolicy", spec))
    return manifests


CONTROLLER = IngressController(
    title="NGINX Gateway Fabric",
    docs="https://docs.nginx.com/nginx-gateway-fabric/traffic-management/session-persistence/",
    mechanisms={
        "strong": persistence_mechanism(
            NAME_AND_LIFETIME, "nginx_plus", fixed={"secure": True, "http_only": True, "same_site": ""}
        ),
        "soft": AffinityMechanism("UpstreamSettingsPolicy: loadBalancingMethod ip_hash", drawback=NETWORK_HASH),
        "header": AffinityMechanism(
            CONSISTENT_HASH, key_pattern="[A-Za-z_-]+", key_characters="letters and hyphens", release=HASH_RELEASE
        ),
        "application": AffinityMechanism(
            CONSISTENT_HASH,
            drawback=COOKIE_HASH,
            key_pattern="[A-Za-z_]+",
            key_characters="letters and underscores",
            release=HASH_RELEASE,
        ),
    },
    arguments=GATEWAY_ARGUMENTS,
    render=render,
    renders_http_route=True,
    one_policy_per_service=True,
    external_idle_timeout=(60, "proxy_read_timeout in a SnippetsPolicy of the Gateway"),
)
