"""Which session mechanisms the tests of this folder demonstrate, and with which proxy.

The tests take their controllers from here, and the guide to sticky sessions its column "verified with".
"""

TRAEFIK, NGINX, HAPROXY = "Traefik", "NGINX", "HAProxy"

DEMONSTRATED = {
    (TRAEFIK, "strong"): ["traefik-ingress", "traefik-crd", "traefik-gateway"],
    (HAPROXY, "strong"): ["haproxy", "haproxy-ingress"],
    (HAPROXY, "header"): ["haproxy", "haproxy-ingress"],
    (NGINX, "soft"): ["nginx-gateway-fabric"],
    (NGINX, "header"): ["nginx-ingress", "nginx-virtualserver", "nginx-gateway-fabric"],
    (NGINX, "application"): ["nginx-ingress", "nginx-virtualserver", "nginx-gateway-fabric"],
}
"""Controllers by proxy and mode. The other mechanisms follow the documentation of their vendors."""


def proxy_of(controller: str, mode: str) -> str:
    """Return the proxy that demonstrates a mode of a controller, empty if none does."""
    return next((proxy for (proxy, shown), names in DEMONSTRATED.items() if shown == mode and controller in names), "")
