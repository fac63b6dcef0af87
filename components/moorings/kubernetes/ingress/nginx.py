"""Consistent hashing by an NGINX variable, for all controllers that configure NGINX."""

from moorings.kubernetes.ingress.ingress_controller import COOKIE_HASH, IDLE_TIMEOUT, AffinityMechanism
from moorings.kubernetes.ingress.route_settings import AffinityMode, SessionAffinity

F5_PRODUCT = "F5 NGINX Ingress Controller"
"""Product that accepts one Ingress or VirtualServer per host, the oldest.

Source: https://docs.nginx.com/nginx-ingress-controller/configuration/host-and-listener-collisions/
"""


FORBIDDEN_PATH_CHARACTERS = ";"
"""Ends a directive in the configuration of NGINX.

Source: https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/
"""

STICKY_COOKIE_RELEASE = "5.4"
"""First release of the F5 controller whose open-source NGINX has the ``sticky cookie`` directive.

Source: https://docs.nginx.com/nginx-ingress-controller/releases/
"""


def hash_mechanisms(setting: str) -> dict[AffinityMode, AffinityMechanism]:
    """Return the mechanisms that hash a variable: a request header or a cookie of the application."""
    characters = "letters, digits and underscores"
    return {
        "header": AffinityMechanism(
            setting,
            IDLE_TIMEOUT,
            key_pattern="[A-Za-z0-9_-]+",
            key_characters="letters, digits, underscores and hyphens",
        ),
        "application": AffinityMechanism(
            setting, IDLE_TIMEOUT, drawback=COOKIE_HASH, key_pattern="[A-Za-z0-9_]+", key_characters=characters
        ),
    }


def hash_variable(affinity: SessionAffinity) -> str:
    """Return the NGINX variable of the header or cookie that is hashed.

    Source: https://nginx.org/en/docs/http/ngx_http_core_module.html#variables
    """
    kind = "http" if affinity.header_name else "cookie"
    return f"${kind}_{affinity.hash_key.lower().replace('-', '_')}"
