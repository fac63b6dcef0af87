"""Session affinity mechanisms that the tests in this folder verify with a real proxy.

The tests take their parameters from here, and `docs/sticky-sessions.md` its column "verified with".
"""

TRAEFIK, NGINX, HAPROXY = "Traefik", "NGINX", "HAProxy"

VERIFIED_CONTROLLERS = {
    (TRAEFIK, "strong"): ["traefik-ingress", "traefik-crd", "traefik-gateway"],
    (HAPROXY, "strong"): ["haproxy", "haproxy-ingress"],
    (HAPROXY, "header"): ["haproxy", "haproxy-ingress"],
    (NGINX, "soft"): ["nginx-gateway-fabric"],
    (NGINX, "header"): ["nginx-ingress", "nginx-virtualserver", "nginx-gateway-fabric"],
    (NGINX, "application"): ["nginx-ingress", "nginx-virtualserver", "nginx-gateway-fabric"],
}
"""Controllers by proxy and session affinity mode. Other mechanisms follow the documentation of their vendors."""


def proxy_of(controller: str, mode: str) -> str:
    """Return the proxy that verifies a mode of a controller, or an empty string."""
    return next(
        (
            proxy
            for (proxy, verified_mode), controllers in VERIFIED_CONTROLLERS.items()
            if verified_mode == mode and controller in controllers
        ),
        "",
    )
