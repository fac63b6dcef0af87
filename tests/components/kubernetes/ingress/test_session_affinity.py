"""A session policy, resolved for each controller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput, StickyPolicy
from moorings.kubernetes.ingress.controllers import CONTROLLERS, get_controller
from moorings.kubernetes.ingress.ingress_controller import POLICY_FIELDS
from moorings.kubernetes.ingress.session_affinity import DEFAULTS, resolve_policy

pytestmark = pytest.mark.usefixtures("fixed_registry")

ALL = ["experimental_channel", "nginx_plus"]
WITH_FLAGS = (
    "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, nginx-ingress, "
    "nginx-virtualserver, envoy-gateway (soft), kgateway (soft), istio"
)
WITH_PATH = (
    "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, nginx-ingress, nginx-virtualserver, "
    "gateway-api, envoy-gateway (soft), kgateway (soft), istio"
)
WITH_NAME = (
    "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, haproxy, haproxy-ingress, nginx-ingress, "
    "nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway, istio"
)
WITH_HEADER = (
    "ingress-nginx, haproxy, haproxy-ingress, nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, "
    "envoy-gateway, kgateway, istio"
)
APPLICATION = {"application_cookie": True, "cookie_name": "SID"}


def resolve(controller, *, prerequisites=ALL, release="", https=True, **policy):
    return resolve_policy(
        get_controller(controller),
        StickyPolicy(**policy),
        prerequisites=prerequisites,
        gateway_api_release=release,
        https=https,
    )


def rejection(controller, **arguments):
    with pytest.raises(ValueError) as error:
        resolve(controller, **arguments)
    return str(error.value)


def warnings(controller, **arguments):
    return [(warning.name, warning.message) for warning in resolve(controller, **arguments).warnings]


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_an_empty_policy_gets_the_defaults_that_the_controller_supports(controller):
    affinity = resolve(controller)
    mechanism = get_controller(controller).mechanisms[affinity.mode]
    for field in POLICY_FIELDS:
        default = DEFAULTS[field] if field in mechanism.settable else mechanism.fixed.get(field)
        assert getattr(affinity, field) == default


@pytest.mark.parametrize(
    ("controller", "policy", "prerequisites", "mode"),
    [
        ("ingress-nginx", {}, [], "strong"),
        ("ingress-nginx", {"strength": "soft"}, [], "soft"),
        ("aws-ingress", {"strength": "soft"}, [], "strong"),
        ("istio", {}, [], "soft"),
        ("istio", {"header_name": "Execution-ID"}, [], "header"),
        ("istio", APPLICATION, [], "application"),
        ("nginx-gateway-fabric", {}, [], "soft"),
        ("nginx-gateway-fabric", {}, ["nginx_plus"], "soft"),
        ("nginx-gateway-fabric", {}, ALL, "strong"),
        ("envoy-gateway", {}, [], "soft"),
        ("envoy-gateway", {}, ALL, "strong"),
    ],
)
def test_the_best_mechanism_that_the_cluster_supports_is_selected(controller, policy, prerequisites, mode):
    assert resolve(controller, prerequisites=prerequisites, **policy).mode == mode


@pytest.mark.parametrize(
    ("controller", "policy", "message"),
    [
        (
            "istio",
            {"strength": "strong"},
            "policy.strength: istio does not support a cookie that identifies the pod; remove it, or use ingress-nginx, "
            "aws-ingress, aws-gateway, traefik-ingress, traefik-crd, traefik-gateway, haproxy, haproxy-ingress, "
            "nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway",
        ),
        (
            "aws-ingress",
            {"header_name": "Execution-ID"},
            "policy.header_name: aws-ingress does not support sessions by request header; remove it, or use "
            + WITH_HEADER,
        ),
        (
            "traefik-crd",
            APPLICATION,
            "policy.application_cookie: traefik-crd does not support cookies of the application; remove it, or use "
            "ingress-nginx, aws-ingress, aws-gateway, nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, "
            "envoy-gateway, kgateway, istio",
        ),
        (
            "istio",
            {**APPLICATION, "strength": "strong"},
            "policy.strength: istio hashes the cookie of the application, which is 'soft'; remove it, or use "
            "aws-ingress, aws-gateway",
        ),
        (
            "aws-ingress",
            {"cookie_name": "AFFINITY"},
            "policy.cookie_name: the cookie of aws-ingress always has the name AWSALB, got 'AFFINITY'; remove it, or use "
            + WITH_NAME,
        ),
        (
            "aws-gateway",
            {"secure": True},
            f"policy.secure: the cookie of aws-gateway never has Secure, got True; remove it, or use {WITH_FLAGS}",
        ),
        (
            "ingress-nginx",
            {"http_only": False},
            "policy.http_only: the cookie of ingress-nginx always has HttpOnly, got False; remove it, or use "
            "traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, nginx-ingress, nginx-virtualserver, "
            "envoy-gateway (soft), kgateway (soft), istio",
        ),
        (
            "haproxy",
            {"lifetime_seconds": 60},
            "policy.lifetime_seconds: the cookie of haproxy is always a session cookie, got 60; remove it, or use "
            "ingress-nginx, aws-ingress, aws-gateway, traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, "
            "nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway, istio, "
            "service",
        ),
        (
            "haproxy",
            {"cookie_path": "/orders"},
            "policy.cookie_path: the cookie of haproxy always has the path /, got '/orders'; remove it, or use "
            + WITH_PATH,
        ),
        (
            "kgateway",
            {"cookie_path": "/"},
            f"policy.cookie_path: kgateway cannot set it, got '/'; remove it, or use {WITH_PATH}",
        ),
        (
            "nginx-ingress",
            {"same_site": "Lax"},
            "policy.same_site: the cookie of nginx-ingress never has SameSite, got 'Lax'; remove it, or use "
            "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, nginx-virtualserver, "
            "envoy-gateway (soft), kgateway (soft), istio",
        ),
        (
            "traefik-ingress",
            {"websocket_idle_timeout_seconds": 600},
            "policy.websocket_idle_timeout_seconds: traefik-ingress cannot set it, got 600; remove it, or use "
            "ingress-nginx, aws-ingress, aws-nlb, haproxy-ingress, nginx-ingress, nginx-virtualserver, envoy-gateway, "
            "kgateway",
        ),
        (
            "aws-ingress",
            {"lifetime_seconds": 0},
            "policy.lifetime_seconds: must be between 1 and 604800 with aws-ingress, got 0",
        ),
        (
            "service",
            {"lifetime_seconds": 86401},
            "policy.lifetime_seconds: must be between 1 and 86400 with service, got 86401",
        ),
        (
            "aws-ingress",
            {"websocket_idle_timeout_seconds": 4001},
            "policy.websocket_idle_timeout_seconds: must be between 1 and 4000 with aws-ingress, got 4001",
        ),
        (
            "aws-nlb",
            {"websocket_idle_timeout_seconds": 59},
            "policy.websocket_idle_timeout_seconds: must be between 60 and 6000 with aws-nlb, got 59",
        ),
        (
            "nginx-gateway-fabric",
            {"header_name": "X-B3-Id"},
            "policy.header_name: must consist of letters and hyphens with nginx-gateway-fabric, got 'X-B3-Id'",
        ),
        (
            "nginx-ingress",
            {"application_cookie": True, "cookie_name": "shop.sid"},
            "policy.cookie_name: must consist of letters, digits and underscores with nginx-ingress, got 'shop.sid'",
        ),
        (
            "ingress-nginx",
            {"ping_interval_seconds": 1801},
            "policy.ping_interval_seconds: must be at most 1800, half the idle timeout of 3600 s after which "
            "ingress-nginx closes a WebSocket, got 1801; lower it, or raise policy.websocket_idle_timeout_seconds",
        ),
        (
            "aws-gateway",
            {"ping_interval_seconds": 31},
            "policy.ping_interval_seconds: must be at most 30, half the idle timeout of 60 s after which aws-gateway "
            "closes a WebSocket, got 31; lower it, or raise idle_timeout.timeout_seconds in the "
            "LoadBalancerConfiguration of the Gateway and remove ping_interval_seconds",
        ),
    ],
)
def test_an_unsupported_policy_is_rejected(controller, policy, message):
    assert rejection(controller, **policy) == message


@pytest.mark.parametrize(
    ("controller", "policy"),
    [
        ("nginx-ingress", {"strength": "strong"}),
        ("aws-ingress", {**APPLICATION, "strength": "strong"}),
        ("haproxy", {"lifetime_seconds": 0, "cookie_path": "/", "secure": False, "http_only": False}),
        ("ingress-nginx", {"http_only": True, "ping_interval_seconds": 1800}),
        ("traefik-ingress", {"ping_interval_seconds": 5000}),
        ("aws-ingress", {"lifetime_seconds": 1, "websocket_idle_timeout_seconds": 4000, "cookie_path": "/"}),
        ("aws-ingress", {"lifetime_seconds": 604800}),
        ("service", {"lifetime_seconds": 86400}),
        ("nginx-gateway-fabric", {"header_name": "Execution-ID"}),
        ("nginx-gateway-fabric", {"secure": True, "http_only": True}),
        ("nginx-ingress", {"application_cookie": True, "cookie_name": "shop_sid1"}),
        ("envoy-gateway", {"strength": "soft", "secure": True, "cookie_path": "/orders"}),
    ],
)
def test_a_supported_policy_is_applied(controller, policy):
    assert resolve(controller, **policy)


@pytest.mark.parametrize("release", ["1.5", "1.6"])
def test_the_cookie_path_of_session_persistence_requires_release_1_7(release):
    assert rejection("gateway-api", release=release, cookie_path="/orders") == (
        "policy.cookie_path: sessionPersistence supports it since release 1.7 of the Gateway API, and "
        f"gateway_api_release is {release}; remove it"
    )
    assert resolve("gateway-api", release="1.7", cookie_path="/orders").cookie_path == "/orders"


@pytest.mark.parametrize(
    ("controller", "prerequisites", "policy", "message"),
    [
        (
            "gateway-api",
            [],
            {},
            "policy: gateway-api does not support session affinity without the experimental channel of the Gateway API; "
            "set experimental_channel=True if the cluster has it, or use another controller",
        ),
        (
            "nginx-gateway-fabric",
            ["experimental_channel"],
            {"strength": "strong"},
            "policy.strength: nginx-gateway-fabric does not support a cookie that identifies the pod without NGINX Plus; set "
            "nginx_plus=True if the cluster has it, or use another controller",
        ),
        (
            "nginx-gateway-fabric",
            [],
            {"strength": "strong"},
            "policy.strength: nginx-gateway-fabric does not support a cookie that identifies the pod without the experimental "
            "channel of the Gateway API and NGINX Plus; set experimental_channel=True, nginx_plus=True if the cluster "
            "has it, or use another controller",
        ),
    ],
)
def test_missing_prerequisites_are_rejected(controller, prerequisites, policy, message):
    assert rejection(controller, prerequisites=prerequisites, **policy) == message


TLS_FIX = "set a certificate, or external_tls_termination=True if TLS is terminated in front of the controller"


@pytest.mark.parametrize(("field", "value"), [("secure", True), ("same_site", "None")])
def test_a_cookie_that_browsers_reject_without_tls_is_rejected(field, value):
    assert rejection("traefik-crd", https=False, **{field: value}) == (
        f"policy.{field}: browsers reject {value!r} in a cookie that is sent without TLS; {TLS_FIX}"
    )


def test_without_tls_the_cookie_has_no_secure_and_there_is_a_warning():
    assert resolve("traefik-crd", https=False).secure is False
    assert resolve("traefik-crd").secure is True
    message = f"policy: without TLS the session cookie is sent in plain text, without Secure; {TLS_FIX}"
    assert warnings("traefik-crd", https=False) == [("plain-http", message)]


def test_a_retired_controller_is_a_warning():
    message = (
        "controller: ingress-nginx was retired in March 2026 and gets no more security fixes; use another controller"
    )
    assert warnings("ingress-nginx") == [("retired", message)]


@pytest.mark.parametrize(
    ("controller", "policy", "drawback"),
    [
        (
            "istio",
            {},
            "the pod is selected by a hash of the cookie, so a change in the number of pods moves some sessions",
        ),
        (
            "service",
            {},
            "the pod is selected by the IP address of the client, so all clients behind one NAT or proxy share a pod, and "
            "a client that changes networks loses its session",
        ),
        (
            "haproxy",
            {"header_name": "Execution-ID"},
            "the header is hashed without hash-type consistent, so a change in the number of pods moves most sessions",
        ),
    ],
)
def test_a_drawback_is_a_warning_until_the_policy_is_soft(controller, policy, drawback):
    message = f"policy: with {controller} {drawback}; policy.strength='soft' acknowledges it"
    assert warnings(controller, **policy) == [(None, message)]
    assert warnings(controller, **policy, strength="soft") == []


@pytest.mark.parametrize(
    ("controller", "policy", "message"),
    [
        ("aws-ingress", {}, "policy: the cookie of aws-ingress has no Secure, HttpOnly, SameSite"),
        ("aws-ingress", {"secure": False}, "policy: the cookie of aws-ingress has no HttpOnly, SameSite"),
        ("nginx-gateway-fabric", {}, "policy: the cookie of nginx-gateway-fabric has no SameSite"),
        (
            "gateway-api",
            {},
            "policy: Secure, HttpOnly, SameSite of the cookie of gateway-api depend on the implementation",
        ),
    ],
)
def test_missing_cookie_flags_are_a_warning(controller, policy, message):
    assert [text for name, text in warnings(controller, **policy) if name == "cookie-flags"] == [message]


def test_flags_of_an_application_cookie_are_no_warning():
    assert warnings("aws-ingress", **APPLICATION) == []


def test_a_short_external_idle_timeout_is_a_warning_without_pings():
    assert dict(warnings("aws-gateway"))["websocket-idle"] == (
        "policy: aws-gateway closes a WebSocket that is idle for 60 s; raise idle_timeout.timeout_seconds in the "
        "LoadBalancerConfiguration of the Gateway, or set policy.ping_interval_seconds if the client or the application "
        "sends pings"
    )
    assert "websocket-idle" not in dict(warnings("aws-gateway", ping_interval_seconds=30))
    assert "websocket-idle" not in dict(warnings("haproxy"))


def test_an_idle_timeout_above_that_of_the_application_is_a_warning():
    message = (
        "policy.server_idle_timeout_seconds: the application closes idle connections after 600 s, before the idle timeout "
        "of the proxy of 3600 s"
    )
    assert warnings("haproxy-ingress", server_idle_timeout_seconds=600) == [("websocket-idle", message)]
    assert warnings("traefik-crd", server_idle_timeout_seconds=600) == []
    assert warnings("haproxy-ingress", server_idle_timeout_seconds=3600) == []
    timeouts = {"server_idle_timeout_seconds": 600, "websocket_idle_timeout_seconds": 600}
    assert warnings("haproxy-ingress", **timeouts) == []


@given(
    controller=st.sampled_from(CONTROLLERS),
    policy=st.fixed_dictionaries(
        {},
        optional={
            "strength": st.sampled_from(["strong", "soft"]),
            "cookie_name": st.sampled_from(["A", "SID_1"]),
            "lifetime_seconds": st.integers(0, 34560000),
            "cookie_path": st.sampled_from(["/", "/orders"]),
            "secure": st.booleans(),
            "http_only": st.booleans(),
            "same_site": st.sampled_from(["Strict", "Lax", "None"]),
            "header_name": st.just("Execution-ID"),
            "application_cookie": st.booleans(),
            "websocket_idle_timeout_seconds": st.integers(1, 86400),
        },
    ),
    prerequisites=st.lists(st.sampled_from(ALL), unique=True),
    https=st.booleans(),
)
def test_fields_of_a_policy_are_applied_or_rejected(controller, policy, prerequisites, https):
    try:
        policy = StickyPolicy.from_input("policy", policy)
    except InvalidInput:
        return
    mechanisms = get_controller(controller).mechanisms
    try:
        affinity = resolve_policy(get_controller(controller), policy, prerequisites=prerequisites, https=https)
    except ValueError as error:
        message = str(error)
    else:
        message = ""
    if message:
        assert controller in message or "without TLS" in message
        return
    for field in (*POLICY_FIELDS, "header_name"):
        if getattr(policy, field) is not None:
            assert getattr(affinity, field) == getattr(policy, field)
    if policy.strength == "strong":
        assert not mechanisms[affinity.mode].drawback
    if affinity.secure:
        assert https or mechanisms[affinity.mode].fixed.get("secure")
