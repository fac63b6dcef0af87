"""HAProxy Ingress (haproxy-ingress.github.io), configured with annotations of an Ingress."""

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.http_ingress import http_ingresses
from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    COOKIE_FLAGS,
    IDLE_TIMEOUT,
    INGRESS_ARGUMENTS,
    MODULO_HASH,
    NAME_AND_LIFETIME,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteRule, RouteSettings, SessionAffinity

PREFIX = "haproxy-ingress.github.io/"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. The cookie contains the UID of the pod."""
    affinity = route.affinity
    annotations: dict[str, str] = {}
    if affinity.mode == "header":
        annotations["balance-algorithm"] = f"hdr({affinity.hash_key})"
    if affinity.mode == "strong":
        annotations = {
            "affinity": "cookie",
            "session-cookie-name": str(affinity.cookie_name),
            "session-cookie-strategy": "insert",
            "session-cookie-dynamic": "false",
            "session-cookie-value-strategy": "pod-uid",
            "session-cookie-keywords": _cookie_keywords(affinity),
        }
        if affinity.same_site == "None":
            annotations["session-cookie-same-site"] = "true"
    if affinity.websocket_idle_timeout_seconds is not None:
        annotations["timeout-tunnel"] = f"{affinity.websocket_idle_timeout_seconds}s"
    if route.backend_protocol != "HTTP":
        annotations["backend-protocol"] = route.backend_protocol.lower()
    return http_ingresses(route, {PREFIX + key: value for key, value in annotations.items()}, _rewrite)


def _rewrite(rule: RouteRule) -> dict[str, str]:
    """Return the annotation that replaces the matched path.

    Source: https://haproxy-ingress.github.io/docs/configuration/keys/#rewrite-target
    """
    return {f"{PREFIX}rewrite-target": str(rule.rewrite_prefix)}


def _cookie_keywords(affinity: SessionAffinity) -> str:
    """Return the keywords of the ``cookie`` directive of HAProxy.

    ``maxlife`` limits the lifetime in HAProxy only: browsers delete a cookie without ``Max-Age`` when they close.

    Source: https://docs.haproxy.org/3.2/configuration.html#4-cookie
    """
    keywords = ["indirect", "nocache"]
    if affinity.http_only:
        keywords.append("httponly")
    if affinity.secure and affinity.same_site != "None":  # with SameSite=None the controller sets both itself
        keywords.append("secure")
    if affinity.same_site != "None":
        keywords.append(f"attr SameSite={affinity.same_site}")
    if affinity.lifetime_seconds:
        keywords += [f"attr Max-Age={affinity.lifetime_seconds}", f"maxlife {affinity.lifetime_seconds}s"]
    return " ".join(keywords)


CONTROLLER = IngressController(
    title="HAProxy Ingress (haproxy-ingress.github.io)",
    docs="https://haproxy-ingress.github.io/docs/configuration/keys/#affinity",
    mechanisms={
        "strong": AffinityMechanism(
            "affinity: cookie", NAME_AND_LIFETIME | COOKIE_FLAGS | IDLE_TIMEOUT, {"cookie_path": "/"}
        ),
        "header": AffinityMechanism("balance-algorithm: hdr()", IDLE_TIMEOUT, drawback=MODULO_HASH),
    },
    arguments=INGRESS_ARGUMENTS | {"rewrite_prefix"},
    render=render,
    minimum_release="0.13",  # networking.k8s.io/v1; the keys of the cookie exist since 0.12
    backend_protocols=ALL_PROTOCOLS,
    default_class="haproxy",
    one_policy_per_service=True,
    address_from="ingress",
    own_prefixes=(PREFIX,),
    reserved_annotations=ReservedAnnotations(
        arguments={
            f"{PREFIX}timeout-tunnel": "policy.websocket_idle_timeout_seconds",
            f"{PREFIX}backend-protocol": "backend_protocol",
            f"{PREFIX}rewrite-target": "routes",
        },
        bypass_pods=frozenset({f"{PREFIX}service-upstream"}),
        load_balancing=frozenset({f"{PREFIX}balance-algorithm"}),
    ),
)
