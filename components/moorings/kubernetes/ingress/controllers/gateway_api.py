"""Any implementation of the Gateway API that supports ``sessionPersistence`` (experimental channel)."""

from moorings.kubernetes.ingress.http_route import http_routes, persistence_mechanism, session_persistence
from moorings.kubernetes.ingress.ingress_controller import (
    CLEAR_TEXT,
    GATEWAY_ARGUMENTS,
    NAME_AND_LIFETIME,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an HTTPRoute. The flags of the cookie, and whether it identifies the pod, depend on the implementation."""
    return http_routes(route, session_persistence(route.affinity, route.gateway_api_release))


CONTROLLER = IngressController(
    title="Gateway API, experimental channel",
    docs="https://gateway-api.sigs.k8s.io/geps/gep-1619/",
    mechanisms={
        "strong": persistence_mechanism(
            NAME_AND_LIFETIME | {"cookie_path"}, gateway_api_releases={"cookie_path": "1.7"}
        )
    },
    arguments=GATEWAY_ARGUMENTS,
    render=render,
    backend_protocols=CLEAR_TEXT,
    reads_app_protocol=True,
    renders_http_route=True,
    one_policy_per_service=True,
)
