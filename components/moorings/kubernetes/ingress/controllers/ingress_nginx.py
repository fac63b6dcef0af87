"""ingress-nginx, the retired controller of the Kubernetes community."""

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.http_ingress import http_ingress
from moorings.kubernetes.ingress.ingress_controller import (
    COOKIE,
    IDLE_TIMEOUT,
    INGRESS_ARGUMENTS,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.nginx import FORBIDDEN_PATH_CHARACTERS, hash_mechanisms, hash_variable
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings

PREFIX = "nginx.ingress.kubernetes.io/"
AFFINITY_MODES = {"strong": "persistent", "soft": "balanced"}


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. The cookie is always HttpOnly."""
    affinity = route.affinity
    annotations = {"upstream-hash-by": hash_variable(affinity)}
    if affinity.mode in AFFINITY_MODES:
        annotations = {
            "affinity": "cookie",
            "affinity-mode": AFFINITY_MODES[affinity.mode],
            "session-cookie-name": str(affinity.cookie_name),
            "session-cookie-path": str(affinity.cookie_path),
            "session-cookie-secure": str(bool(affinity.secure)).lower(),
            "session-cookie-samesite": str(affinity.same_site),
        }
        if affinity.lifetime_seconds:
            # Clients that do not support Max-Age use Expires.
            lifetime = str(affinity.lifetime_seconds)
            annotations["session-cookie-max-age"] = annotations["session-cookie-expires"] = lifetime
    for direction in ("read", "send"):
        annotations[f"proxy-{direction}-timeout"] = str(affinity.websocket_idle_timeout_seconds)
    return [http_ingress(route, {PREFIX + key: value for key, value in annotations.items()})]


_SETTABLE = COOKIE - {"http_only"} | IDLE_TIMEOUT
_FIXED = {"http_only": True}

CONTROLLER = IngressController(
    title="ingress-nginx (Kubernetes community)",
    docs="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity",
    mechanisms={
        "strong": AffinityMechanism("affinity-mode: persistent", _SETTABLE, _FIXED),
        "soft": AffinityMechanism(
            "affinity-mode: balanced", _SETTABLE, _FIXED, "a change in the number of pods moves some sessions"
        ),
        **hash_mechanisms("upstream-hash-by"),
    },
    arguments=INGRESS_ARGUMENTS,
    render=render,
    default_class="nginx",
    one_policy_per_service=True,
    forbidden_path_characters=FORBIDDEN_PATH_CHARACTERS,
    own_prefixes=(PREFIX,),
    address_from="ingress",
    retirement="ingress-nginx was retired in March 2026 and gets no more security fixes",
    reserved_annotations=ReservedAnnotations(
        arguments={
            f"{PREFIX}proxy-read-timeout": "policy.websocket_idle_timeout_seconds",
            f"{PREFIX}proxy-send-timeout": "policy.websocket_idle_timeout_seconds",
        },
        bypass_pods=frozenset({f"{PREFIX}service-upstream"}),
        load_balancing=frozenset({f"{PREFIX}load-balance"}),
    ),
)
