"""What each controller can do to keep a session on one pod, as of 2026-11-21.

The one table behind refusals, warnings and ``docs/sticky-sessions.md``. A controller has up to four mechanisms: a
cookie of its own that is strong or soft, a request header, and a cookie of the application.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Controller = Literal[
    "ingress-nginx",
    "aws-ingress",
    "aws-gateway",
    "aws-nlb",
    "traefik-ingress",
    "traefik-crd",
    "traefik-gateway",
    "haproxy",
    "haproxy-ingress",
    "nginx-ingress",
    "nginx-virtualserver",
    "nginx-gateway-fabric",
    "gateway-api",
    "envoy-gateway",
    "kgateway",
    "istio",
    "service",
]
"""Controllers, and where one has several ways, the way: ``traefik-crd`` is Traefik's own ``IngressRoute``."""

CONTROLLERS: tuple[Controller, ...] = get_args(Controller)

Mode = Literal["strong", "soft", "header", "application"]

MODES: tuple[Mode, ...] = get_args(Mode)

FIELDS = ("cookie_name", "lifetime_seconds", "path", "secure", "http_only", "same_site", "websocket_idle_seconds")
"""What a policy can ask of a mechanism."""

Tls = Literal["tls_secret_name", "cluster_issuer", "certificate_arn"]

Need = Literal["nginx_plus", "experimental_channel"]
"""Arguments that say what the cluster has: the commercial NGINX, the experimental channel of the Gateway API."""

A_DAY = 86400
FOREVER = 34560000


@dataclass(frozen=True)
class Mechanism:
    """How a controller keeps a session on one pod."""

    where: str
    """The objects and fields that say it."""

    sets: frozenset[str] = frozenset()
    """Fields of the policy that are written down there."""

    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Fields of the policy that are always so."""

    loses: str = ""
    """What is weaker than a cookie that names the pod."""

    lifetime: tuple[int, int] = (0, FOREVER)
    idle: tuple[int, int] = (1, A_DAY)
    """Bounds of the seconds."""

    key: tuple[str, str] = (".*", "")
    """Form of the header's or the application's cookie's name, and its words."""

    needs: frozenset[Need] = frozenset()
    """What not every cluster has."""


@dataclass(frozen=True)
class Capability:
    """A controller."""

    title: str
    source: str
    """The page of the vendor that the renderer follows."""

    mechanisms: Mapping[Mode, Mechanism]
    tls: frozenset[Tls] = frozenset()
    """Arguments that end TLS there; without any, it ends elsewhere: at the Gateway, or in the pod."""

    attached: Literal["class", "gateway", "service"] = "class"
    """What joins it to its controller: a class, a Gateway that is there already, or the Service that it is itself."""

    class_name: str = ""
    annotates_service: bool = False
    """The Service carries the annotations, and whoever makes it must hear of them."""

    by_service: bool = False
    """It keeps one kind of stickiness for each Service, whatever several routes to it say."""

    waits: bool | None = None
    """Whether it always publishes an address when it works, for which the deployment then waits. None where no object
    of this rendering gets one."""

    idle_elsewhere: tuple[int, str] | None = None
    """Seconds after which it cuts a silent WebSocket, where no object of the route can say it, and what says it."""

    closes: bool = False
    """A path can be closed by what is written here."""

    retired: str = ""


HASH = "the pod is chosen by a hash of the cookie, so that a change in the number of pods moves some sessions"
ADDRESS = (
    "the pod is chosen by the client's address, so that everybody behind one NAT or proxy shares a pod, and whoever "
    "changes networks loses the session"
)
MODULO = "the header is hashed without hash-type consistent, so that a change in the number of pods moves nearly all"

NAMED = frozenset({"cookie_name", "lifetime_seconds"})
PATHED = NAMED | {"path"}
FLAGS = frozenset({"secure", "http_only", "same_site"})
COOKIE = PATHED | FLAGS
IDLE = frozenset({"websocket_idle_seconds"})
UNFLAGGED: Mapping[str, Any] = {"secure": False, "http_only": False, "same_site": ""}
ALB_COOKIE: Mapping[str, Any] = {**UNFLAGGED, "cookie_name": "AWSALB", "path": "/"}
ALB_ATTRIBUTES = "stickiness.* of the target group"
NGINX_KEY = ("[A-Za-z0-9_-]+", "letters, digits and underscores")
NGINX_COOKIE = ("[A-Za-z0-9_]+", "letters, digits and underscores")
NGF_KEY = ("[A-Za-z_-]+", "letters and hyphens")
NGF_COOKIE = ("[A-Za-z_]+", "letters and underscores")


def _alb(where: str, sets: frozenset[str]) -> dict[Mode, Mechanism]:
    week, idle = (1, 604800), (1, 4000)
    lasting = frozenset({"lifetime_seconds"}) | sets
    return {
        "strong": Mechanism(f"{where}: {ALB_ATTRIBUTES}, lb_cookie", lasting, ALB_COOKIE, lifetime=week, idle=idle),
        "application": Mechanism(f"{where}: {ALB_ATTRIBUTES}, app_cookie", lasting, lifetime=week, idle=idle),
    }


def _traefik(where: str) -> dict[Mode, Mechanism]:
    return {"strong": Mechanism(where, COOKIE)}


def _persistence(sets: frozenset[str], *needs: Need, **more: Any) -> Mechanism:
    return Mechanism("HTTPRoute: sessionPersistence", sets, needs=frozenset({"experimental_channel", *needs}), **more)


INGRESS_TLS: frozenset[Tls] = frozenset({"tls_secret_name", "cluster_issuer"})

CAPABILITIES: Mapping[Controller, Capability] = {
    "ingress-nginx": Capability(
        "ingress-nginx (Kubernetes community)",
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity",
        {
            "strong": Mechanism("affinity-mode: persistent", COOKIE - {"http_only"} | IDLE, {"http_only": True}),
            "soft": Mechanism(
                "affinity-mode: balanced",
                COOKIE - {"http_only"} | IDLE,
                {"http_only": True},
                "a change in the number of pods moves some sessions",
            ),
            "header": Mechanism("upstream-hash-by", IDLE, key=NGINX_KEY),
            "application": Mechanism("upstream-hash-by", IDLE, loses=HASH, key=NGINX_COOKIE),
        },
        INGRESS_TLS,
        class_name="nginx",
        waits=False,
        retired="ingress-nginx was retired in March 2026 and gets no more fixes, not even of security holes",
        by_service=True,
    ),
    "aws-ingress": Capability(
        "AWS Load Balancer Controller, Ingress",
        "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
        _alb("target-group-attributes", IDLE),
        frozenset({"certificate_arn"}),
        class_name="alb",
        waits=True,
        closes=True,
    ),
    "aws-gateway": Capability(
        "AWS Load Balancer Controller, Gateway API",
        "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/",
        _alb("TargetGroupConfiguration", frozenset()),
        attached="gateway",
        idle_elsewhere=(60, "idle_timeout.timeout_seconds in the LoadBalancerConfiguration of the Gateway"),
        by_service=True,
        closes=True,
    ),
    "aws-nlb": Capability(
        "AWS Load Balancer Controller, Network Load Balancer",
        "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/",
        {"soft": Mechanism("target-group-attributes: stickiness.type source_ip", IDLE, loses=ADDRESS, idle=(60, 6000))},
        attached="service",
        waits=True,
    ),
    "traefik-ingress": Capability(
        "Traefik, Ingress",
        "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/",
        _traefik("Service annotations service.sticky.cookie.*"),
        INGRESS_TLS,
        class_name="traefik",
        waits=False,
        annotates_service=True,
        by_service=True,
    ),
    "traefik-crd": Capability(
        "Traefik, IngressRoute",
        "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/",
        _traefik("IngressRoute: services[].sticky.cookie"),
        frozenset({"tls_secret_name"}),
        class_name="traefik",
        closes=True,
    ),
    "traefik-gateway": Capability(
        "Traefik, Gateway API",
        "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/",
        _traefik("TraefikService behind an HTTPRoute: weighted.services[].sticky.cookie"),
        attached="gateway",
        closes=True,
    ),
    "haproxy": Capability(
        "HAProxy Kubernetes Ingress Controller (HAProxy Technologies)",
        "https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/service/",
        {
            "strong": Mechanism(
                "Service annotation cookie-persistence",
                frozenset({"cookie_name"}),
                {**UNFLAGGED, "lifetime_seconds": 0, "path": "/"},
            ),
            "header": Mechanism("Service annotation load-balance: hdr()", loses=MODULO),
        },
        INGRESS_TLS,
        class_name="haproxy",
        waits=False,
        annotates_service=True,
        idle_elsewhere=(3600, "timeout-tunnel in the ConfigMap of the controller"),
        by_service=True,
    ),
    "haproxy-ingress": Capability(
        "HAProxy Ingress (haproxy-ingress.github.io)",
        "https://haproxy-ingress.github.io/docs/configuration/keys/#affinity",
        {
            "strong": Mechanism("affinity: cookie", NAMED | FLAGS | IDLE, {"path": "/"}),
            "header": Mechanism("balance-algorithm: hdr()", IDLE, loses=MODULO),
        },
        INGRESS_TLS,
        class_name="haproxy",
        waits=False,
        by_service=True,
    ),
    "nginx-ingress": Capability(
        "F5 NGINX Ingress Controller, Ingress",
        "https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/",
        {
            "strong": Mechanism("sticky-cookie-services", COOKIE - {"same_site"} | IDLE, {"same_site": ""}),
            "header": Mechanism("lb-method: hash consistent", IDLE, key=NGINX_KEY),
            "application": Mechanism("lb-method: hash consistent", IDLE, loses=HASH, key=NGINX_COOKIE),
        },
        INGRESS_TLS,
        class_name="nginx",
        waits=False,
    ),
    "nginx-virtualserver": Capability(
        "F5 NGINX Ingress Controller, VirtualServer",
        "https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/",
        {
            "strong": Mechanism("VirtualServer: upstreams[].sessionCookie", COOKIE | IDLE),
            "header": Mechanism("VirtualServer: upstreams[].lb-method", IDLE, key=NGINX_KEY),
            "application": Mechanism("VirtualServer: upstreams[].lb-method", IDLE, loses=HASH, key=NGINX_COOKIE),
        },
        INGRESS_TLS,
        class_name="nginx",
        closes=True,
    ),
    "nginx-gateway-fabric": Capability(
        "NGINX Gateway Fabric",
        "https://docs.nginx.com/nginx-gateway-fabric/traffic-management/session-persistence/",
        {
            "strong": _persistence(NAMED, "nginx_plus", fixed={"secure": True, "http_only": True, "same_site": ""}),
            "soft": Mechanism("UpstreamSettingsPolicy: loadBalancingMethod ip_hash", loses=ADDRESS),
            "header": Mechanism("UpstreamSettingsPolicy: loadBalancingMethod hash consistent", key=NGF_KEY),
            "application": Mechanism(
                "UpstreamSettingsPolicy: loadBalancingMethod hash consistent", loses=HASH, key=NGF_COOKIE
            ),
        },
        attached="gateway",
        idle_elsewhere=(60, "proxy_read_timeout in a SnippetsPolicy of the Gateway"),
        by_service=True,
        closes=True,
    ),
    "gateway-api": Capability(
        "Gateway API, experimental channel",
        "https://gateway-api.sigs.k8s.io/geps/gep-1619/",
        {"strong": _persistence(PATHED)},
        attached="gateway",
        by_service=True,
        closes=True,
    ),
    "envoy-gateway": Capability(
        "Envoy Gateway",
        "https://gateway.envoyproxy.io/docs/tasks/traffic/session-persistence/",
        {
            "strong": _persistence(NAMED | IDLE, fixed=UNFLAGGED),
            "soft": Mechanism("BackendTrafficPolicy: consistentHash Cookie", COOKIE | IDLE, loses=HASH),
            "header": Mechanism("BackendTrafficPolicy: consistentHash Headers", IDLE),
            "application": Mechanism("BackendTrafficPolicy: consistentHash Cookie", IDLE, loses=HASH),
        },
        attached="gateway",
        closes=True,
    ),
    "kgateway": Capability(
        "kgateway",
        "https://kgateway.dev/docs/latest/traffic-management/session-affinity/",
        {
            "strong": _persistence(NAMED | IDLE, fixed=UNFLAGGED),
            "soft": Mechanism("BackendConfigPolicy: ringHash.hashPolicies[].cookie", COOKIE | IDLE, loses=HASH),
            "header": Mechanism("BackendConfigPolicy: ringHash.hashPolicies[].header", IDLE),
            "application": Mechanism("BackendConfigPolicy: ringHash.hashPolicies[].cookie", IDLE, loses=HASH),
        },
        attached="gateway",
        by_service=True,
        closes=True,
    ),
    "istio": Capability(
        "Istio",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
        {
            "soft": Mechanism("DestinationRule: consistentHash.httpCookie", COOKIE, loses=HASH),
            "header": Mechanism("DestinationRule: consistentHash.httpHeaderName"),
            "application": Mechanism("DestinationRule: consistentHash.httpCookie without ttl", loses=HASH),
        },
        attached="gateway",
        by_service=True,
        closes=True,
    ),
    "service": Capability(
        "Service alone (ClientIP)",
        "https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity",
        {
            "soft": Mechanism(
                "sessionAffinity: ClientIP", frozenset({"lifetime_seconds"}), loses=ADDRESS, lifetime=(1, A_DAY)
            )
        },
        attached="service",
    ),
}


def who_sets(asked: str) -> list[str]:
    """Controllers that set a field of the policy, and how if that is not their best way."""
    found: list[str] = []
    for controller, capability in CAPABILITIES.items():
        able = [mode for mode, how in capability.mechanisms.items() if asked in how.sets]
        if able:
            best = next(iter(capability.mechanisms))
            found.append(controller if best in able else f"{controller} ({able[0]})")
    return found


def who_closes() -> list[Controller]:
    """Controllers before which a path can be closed."""
    return [controller for controller, capability in CAPABILITIES.items() if capability.closes]


def who_has(mode: Mode) -> list[Controller]:
    """Controllers that have a mechanism of a kind."""
    return [controller for controller, capability in CAPABILITIES.items() if mode in capability.mechanisms]
