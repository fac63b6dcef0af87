"""HAProxy Kubernetes Ingress Controller (HAProxy Technologies): the cookie is set with annotations of the Service."""

from collections.abc import Mapping

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.http_ingress import http_ingress
from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    INGRESS_ARGUMENTS,
    MODULO_HASH,
    NO_FLAGS,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import BackendProtocol, ObjectManifest, RouteSettings, SessionAffinity

PREFIX = "haproxy.org/"


BACKEND_PROTOCOLS: Mapping[BackendProtocol, Mapping[str, str]] = {
    "HTTP": {},
    "HTTPS": {f"{PREFIX}server-ssl": "true"},
    "GRPC": {f"{PREFIX}server-proto": "h2"},
}


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. The idle timeout of WebSockets is ``timeout-tunnel`` in the ConfigMap of the controller.

    Source: https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/ingress/
    """
    return [http_ingress(route, BACKEND_PROTOCOLS[route.backend_protocol])]


def service_annotations(affinity: SessionAffinity) -> dict[str, str]:
    """Return the annotations of the Service."""
    if not affinity.is_sticky:
        return {}
    if affinity.mode == "header":
        return {f"{PREFIX}load-balance": f"hdr({affinity.hash_key})"}
    return {f"{PREFIX}cookie-persistence": str(affinity.cookie_name)}


CONTROLLER = IngressController(
    title="HAProxy Kubernetes Ingress Controller (HAProxy Technologies)",
    docs="https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/service/",
    mechanisms={
        "strong": AffinityMechanism(
            "Service annotation cookie-persistence",
            frozenset({"cookie_name"}),
            {**NO_FLAGS, "lifetime_seconds": 0, "cookie_path": "/"},
        ),
        "header": AffinityMechanism("Service annotation load-balance: hdr()", drawback=MODULO_HASH),
    },
    arguments=INGRESS_ARGUMENTS,
    render=render,
    backend_protocols=ALL_PROTOCOLS,
    service_annotations=service_annotations,
    default_class="haproxy",
    one_policy_per_service=True,
    address_from="ingress",
    own_prefixes=(PREFIX,),
    external_idle_timeout=(3600, "timeout-tunnel in the ConfigMap of the controller"),
    reserved_annotations=ReservedAnnotations(
        arguments={f"{PREFIX}server-ssl": "backend_protocol", f"{PREFIX}server-proto": "backend_protocol"},
        load_balancing=frozenset({f"{PREFIX}load-balance"}),
    ),
)
