"""What a controller makes of a policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput, StickyPolicy
from moorings.kubernetes.ingress.capabilities import CAPABILITIES, CONTROLLERS, FIELDS
from moorings.kubernetes.ingress.stickiness import CAREFUL, stickiness

ALL = ["experimental_channel", "nginx_plus"]
FLAG_SETTERS = (
    "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, nginx-ingress, "
    "nginx-virtualserver, envoy-gateway (soft), kgateway (soft), istio"
)
PATH_SETTERS = (
    "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, nginx-ingress, nginx-virtualserver, "
    "gateway-api, envoy-gateway (soft), kgateway (soft), istio"
)
NAME_SETTERS = (
    "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, haproxy, haproxy-ingress, nginx-ingress, "
    "nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway, istio"
)
HEADERS = (
    "ingress-nginx, haproxy, haproxy-ingress, nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, "
    "envoy-gateway, kgateway, istio"
)


def refused(controller, *, have=ALL, https=True, **policy):
    with pytest.raises(ValueError) as found:
        stickiness(controller, StickyPolicy(**policy), have=have, https=https)
    return str(found.value)


def lost(controller, *, have=ALL, https=True, **policy):
    return [
        (loss.name, loss.sentence)
        for loss in stickiness(controller, StickyPolicy(**policy), have=have, https=https).losses
    ]


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_an_open_policy_is_taken_by_every_controller_with_what_a_careful_operator_asks(controller):
    sticky = stickiness(controller, StickyPolicy(), have=ALL)
    how = CAPABILITIES[controller].mechanisms[sticky.mode]
    for field in FIELDS:
        if field in how.sets:
            assert getattr(sticky, field) == CAREFUL[field]
        else:
            assert getattr(sticky, field) == how.fixed.get(field)


@pytest.mark.parametrize(
    ("controller", "policy", "have", "mode"),
    [
        ("ingress-nginx", {}, [], "strong"),
        ("ingress-nginx", {"strength": "soft"}, [], "soft"),
        ("aws-ingress", {"strength": "soft"}, [], "strong"),
        ("istio", {}, [], "soft"),
        ("istio", {"header": "Execution-ID"}, [], "header"),
        ("istio", {"cookie_of_application": True, "cookie_name": "SID"}, [], "application"),
        ("nginx-gateway-fabric", {}, [], "soft"),
        ("nginx-gateway-fabric", {}, ["nginx_plus"], "soft"),
        ("nginx-gateway-fabric", {}, ALL, "strong"),
        ("envoy-gateway", {}, [], "soft"),
        ("envoy-gateway", {}, ALL, "strong"),
    ],
)
def test_the_best_way_that_the_cluster_allows_is_taken(controller, policy, have, mode):
    assert stickiness(controller, StickyPolicy(**policy), have=have).mode == mode


@pytest.mark.parametrize(
    ("controller", "policy", "message"),
    [
        (
            "istio",
            {"strength": "strong"},
            "policy.strength is 'strong', but istio cannot name the pod in a cookie; leave it out, or take ingress-nginx, "
            "aws-ingress, aws-gateway, traefik-ingress, traefik-crd, traefik-gateway, haproxy, haproxy-ingress, "
            "nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway",
        ),
        (
            "aws-ingress",
            {"header": "Execution-ID"},
            f"policy.header is 'Execution-ID', but aws-ingress cannot route by a header; leave it out, or take {HEADERS}",
        ),
        (
            "traefik-crd",
            {"cookie_of_application": True, "cookie_name": "SID"},
            "policy.cookie_of_application is on, but traefik-crd cannot follow a cookie of the application; leave it out, "
            "or take ingress-nginx, aws-ingress, aws-gateway, nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, "
            "envoy-gateway, kgateway, istio",
        ),
        (
            "istio",
            {"cookie_of_application": True, "cookie_name": "SID", "strength": "strong"},
            "policy.strength is 'strong', but istio hashes the application's cookie; leave it out, or take aws-ingress, "
            "aws-gateway",
        ),
        (
            "aws-ingress",
            {"cookie_name": "AFFINITY"},
            "policy.cookie_name is 'AFFINITY', but the cookie of aws-ingress is always called AWSALB; leave it out, or "
            f"take {NAME_SETTERS}",
        ),
        (
            "aws-gateway",
            {"secure": True},
            "policy.secure is True, but the cookie of aws-gateway never has Secure; leave it out, or take "
            + FLAG_SETTERS,
        ),
        (
            "ingress-nginx",
            {"http_only": False},
            "policy.http_only is False, but the cookie of ingress-nginx always has HttpOnly; leave it out, or take "
            "traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, nginx-ingress, nginx-virtualserver, "
            "envoy-gateway (soft), kgateway (soft), istio",
        ),
        (
            "haproxy",
            {"lifetime_seconds": 60},
            "policy.lifetime_seconds is 60, but the cookie of haproxy always ends with the browser; leave it out, or take "
            "ingress-nginx, aws-ingress, aws-gateway, traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, "
            "nginx-ingress, nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway, istio, service",
        ),
        (
            "haproxy",
            {"path": "/orders"},
            f"policy.path is '/orders', but the cookie of haproxy always has the path /; leave it out, or take {PATH_SETTERS}",
        ),
        (
            "kgateway",
            {"path": "/"},
            f"policy.path is '/', but kgateway cannot set it; leave it out, or take {PATH_SETTERS}",
        ),
        (
            "nginx-ingress",
            {"same_site": "Lax"},
            "policy.same_site is 'Lax', but the cookie of nginx-ingress never has SameSite; leave it out, or take "
            "ingress-nginx, traefik-ingress, traefik-crd, traefik-gateway, haproxy-ingress, nginx-virtualserver, "
            "envoy-gateway (soft), kgateway (soft), istio",
        ),
        (
            "traefik-ingress",
            {"websocket_idle_seconds": 600},
            "policy.websocket_idle_seconds is 600, but traefik-ingress cannot set it; leave it out, or take ingress-nginx, "
            "aws-ingress, aws-nlb, haproxy-ingress, nginx-ingress, nginx-virtualserver, envoy-gateway, kgateway",
        ),
        ("aws-ingress", {"lifetime_seconds": 0}, "policy.lifetime_seconds is 0, but aws-ingress takes 1 to 604800"),
        ("service", {"lifetime_seconds": 86401}, "policy.lifetime_seconds is 86401, but service takes 1 to 86400"),
        (
            "aws-ingress",
            {"websocket_idle_seconds": 4001},
            "policy.websocket_idle_seconds is 4001, but aws-ingress takes 1 to 4000",
        ),
        (
            "aws-nlb",
            {"websocket_idle_seconds": 59},
            "policy.websocket_idle_seconds is 59, but aws-nlb takes 60 to 6000",
        ),
        (
            "nginx-gateway-fabric",
            {"header": "X-B3-Id"},
            "policy.header is 'X-B3-Id', but nginx-gateway-fabric hashes names of letters and hyphens alone",
        ),
        (
            "nginx-ingress",
            {"cookie_of_application": True, "cookie_name": "shop.sid"},
            "policy.cookie_name is 'shop.sid', but nginx-ingress hashes names of letters, digits and underscores alone",
        ),
        (
            "ingress-nginx",
            {"ping_seconds": 1801},
            "policy.ping_seconds is 1801, but ingress-nginx cuts a WebSocket after 3600 silent seconds, in which two pings "
            "must fit; ping each 1800 s, or give policy.websocket_idle_seconds",
        ),
        (
            "aws-gateway",
            {"ping_seconds": 31},
            "policy.ping_seconds is 31, but aws-gateway cuts a WebSocket after 60 silent seconds, in which two pings must "
            "fit; ping each 30 s, or raise idle_timeout.timeout_seconds in the LoadBalancerConfiguration of the Gateway and "
            "leave ping_seconds out",
        ),
    ],
)
def test_what_a_controller_cannot_do_is_refused(controller, policy, message):
    assert refused(controller, **policy) == message


@pytest.mark.parametrize(
    ("controller", "policy"),
    [
        ("nginx-ingress", {"strength": "strong"}),
        ("aws-ingress", {"cookie_of_application": True, "cookie_name": "SID", "strength": "strong"}),
        ("haproxy", {"lifetime_seconds": 0, "path": "/", "secure": False, "http_only": False}),
        ("ingress-nginx", {"http_only": True, "ping_seconds": 1800}),
        ("traefik-ingress", {"ping_seconds": 5000}),
        ("aws-ingress", {"lifetime_seconds": 1, "websocket_idle_seconds": 4000, "path": "/"}),
        ("aws-ingress", {"lifetime_seconds": 604800}),
        ("service", {"lifetime_seconds": 86400}),
        ("nginx-gateway-fabric", {"header": "Execution-ID"}),
        ("nginx-gateway-fabric", {"secure": True, "http_only": True}),
        ("nginx-ingress", {"cookie_of_application": True, "cookie_name": "shop_sid1"}),
        ("envoy-gateway", {"strength": "soft", "secure": True, "path": "/orders"}),
    ],
)
def test_what_it_can_do_is_taken(controller, policy):
    assert stickiness(controller, StickyPolicy(**policy), have=ALL)


@pytest.mark.parametrize(
    ("controller", "have", "policy", "message"),
    [
        (
            "gateway-api",
            [],
            {},
            "gateway-api keeps no session without the experimental channel of the Gateway API; say "
            "experimental_channel=True if the cluster has it, or choose another controller",
        ),
        (
            "nginx-gateway-fabric",
            ["experimental_channel"],
            {"strength": "strong"},
            "policy.strength is 'strong', but nginx-gateway-fabric cannot name the pod in a cookie without NGINX Plus; say "
            "nginx_plus=True if the cluster has it, or choose another controller",
        ),
        (
            "nginx-gateway-fabric",
            [],
            {"strength": "strong"},
            "policy.strength is 'strong', but nginx-gateway-fabric cannot name the pod in a cookie without the experimental "
            "channel of the Gateway API and NGINX Plus; say experimental_channel=True, nginx_plus=True if the cluster has "
            "it, or choose another controller",
        ),
    ],
)
def test_what_the_cluster_lacks_is_refused(controller, have, policy, message):
    assert refused(controller, have=have, **policy) == message


@pytest.mark.parametrize(("field", "value"), [("secure", True), ("same_site", "None")])
def test_a_cookie_that_browsers_would_drop_is_refused(field, value):
    assert refused("traefik-crd", https=False, **{field: value}) == (
        f"policy.{field} is {value!r}, but nothing ends TLS, and a browser would drop the cookie; name a certificate, or "
        "say tls_elsewhere=True if TLS ends before the controller"
    )


def test_without_tls_the_cookie_goes_without_secure_and_says_so():
    assert stickiness("traefik-crd", StickyPolicy(), https=False).secure is False
    assert stickiness("traefik-crd", StickyPolicy()).secure is True
    assert lost("traefik-crd", https=False) == [
        (
            "plain-http",
            "nothing ends TLS, so that the cookie goes without Secure and everybody on the way reads it; name a "
            "certificate, or say tls_elsewhere=True if TLS ends before the controller",
        )
    ]


def test_a_retired_controller_says_so():
    assert lost("ingress-nginx") == [
        (
            "retired",
            "ingress-nginx was retired in March 2026 and gets no more fixes, not even of security holes; take one of the "
            "other controllers",
        )
    ]


@pytest.mark.parametrize(
    ("controller", "policy", "sentence"),
    [
        (
            "istio",
            {},
            "with istio the pod is chosen by a hash of the cookie, so that a change in the number of pods moves some "
            "sessions; policy.strength='soft' says that it is meant",
        ),
        (
            "service",
            {},
            "with service the pod is chosen by the client's address, so that everybody behind one NAT or proxy shares a "
            "pod, and whoever changes networks loses the session; policy.strength='soft' says that it is meant",
        ),
        (
            "haproxy",
            {"header": "Execution-ID"},
            "with haproxy the header is hashed without hash-type consistent, so that a change in the number of pods moves "
            "nearly all; policy.strength='soft' says that it is meant",
        ),
    ],
)
def test_a_weaker_way_says_what_it_loses_until_it_is_meant(controller, policy, sentence):
    assert lost(controller, **policy) == [(None, sentence)]
    assert lost(controller, **policy, strength="soft") == []


@pytest.mark.parametrize(
    ("controller", "policy", "sentence"),
    [
        ("aws-ingress", {}, "the cookie of aws-ingress comes without Secure, HttpOnly, SameSite"),
        ("aws-ingress", {"secure": False}, "the cookie of aws-ingress comes without HttpOnly, SameSite"),
        ("nginx-gateway-fabric", {}, "the cookie of nginx-gateway-fabric comes without SameSite"),
        ("gateway-api", {}, "gateway-api leaves Secure, HttpOnly, SameSite of the cookie to the implementation"),
    ],
)
def test_missing_flags_are_told(controller, policy, sentence):
    assert [told for name, told in lost(controller, **policy) if name == "cookie-flags"] == [sentence]


def test_a_time_for_websockets_that_is_short_and_set_elsewhere_is_told():
    (told,) = [told for told in lost("aws-gateway") if told[0] == "websocket-idle"]
    assert told[1] == (
        "aws-gateway cuts a WebSocket after 60 silent seconds; raise idle_timeout.timeout_seconds in the "
        "LoadBalancerConfiguration of the Gateway, or give policy.ping_seconds if something pings"
    )
    assert "websocket-idle" not in dict(lost("aws-gateway", ping_seconds=30))
    assert "websocket-idle" not in dict(lost("haproxy"))


def test_the_applications_cookie_has_the_applications_flags():
    assert lost("aws-ingress", cookie_of_application=True, cookie_name="SID") == []


def test_a_proxy_more_patient_than_the_application_is_told():
    told = [
        (
            "websocket-idle",
            "the application cuts silent connections after 600 s, before the 3600 s of the proxy are over",
        )
    ]
    assert lost("traefik-crd", server_idle_seconds=600) == []
    assert lost("haproxy-ingress", server_idle_seconds=600) == told
    assert lost("haproxy-ingress", server_idle_seconds=3600) == []
    assert lost("haproxy-ingress", server_idle_seconds=600, websocket_idle_seconds=600) == []


@given(
    controller=st.sampled_from(CONTROLLERS),
    policy=st.fixed_dictionaries(
        {},
        optional={
            "strength": st.sampled_from(["strong", "soft"]),
            "cookie_name": st.sampled_from(["A", "SID_1"]),
            "lifetime_seconds": st.integers(0, 34560000),
            "path": st.sampled_from(["/", "/orders"]),
            "secure": st.booleans(),
            "http_only": st.booleans(),
            "same_site": st.sampled_from(["Strict", "Lax", "None"]),
            "header": st.just("Execution-ID"),
            "cookie_of_application": st.booleans(),
            "websocket_idle_seconds": st.integers(1, 86400),
        },
    ),
    have=st.lists(st.sampled_from(ALL), unique=True),
    https=st.booleans(),
)
def test_a_policy_is_kept_to_the_letter_or_refused(controller, policy, have, https):
    try:
        asked = StickyPolicy.from_input("policy", policy)
    except InvalidInput:
        return
    try:
        kept = stickiness(controller, asked, have=have, https=https)
    except ValueError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert controller in said or "nothing ends TLS" in said
        return
    for field in (*FIELDS, "header"):
        if getattr(asked, field) is not None:
            assert getattr(kept, field) == getattr(asked, field)
    if asked.strength == "strong":
        assert not CAPABILITIES[controller].mechanisms[kept.mode].loses
    if kept.secure:
        assert https or CAPABILITIES[controller].mechanisms[kept.mode].fixed.get("secure")
