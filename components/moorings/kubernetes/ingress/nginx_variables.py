"""How NGINX names what a request carries."""

from moorings.kubernetes.ingress.stickiness import Stickiness


def variable(sticky: Stickiness) -> str:
    """The variable of the header, or of the application's cookie, that is hashed.

    Source: https://nginx.org/en/docs/http/ngx_http_core_module.html#variables
    """
    kind = "http" if sticky.header else "cookie"
    return f"${kind}_{sticky.key.lower().replace('-', '_')}"
