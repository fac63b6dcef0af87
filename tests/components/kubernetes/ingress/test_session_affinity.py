"""A session policy, resolved for each controller, and the rules about what controllers support."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import InvalidInput, StickyPolicy, WorkloadIngressArgs
from moorings.kubernetes.ingress.controllers import CONTROLLERS, get_controller
from moorings.kubernetes.ingress.ingress_controller import POLICY_FIELDS
from moorings.kubernetes.ingress.session_affinity import DEFAULTS, resolve_policy
from moorings.kubernetes.ingress.workload_ingress_rules import RULES
from moorings.validation.findings import Finding

pytestmark = pytest.mark.usefixtures("fixed_registry")

ALL = ["experimental_channel", "nginx_plus"]
APPLICATION = {"application_cookie": True, "cookie_name": "SID"}
WITHOUT_POLICY = {"ingress-health-check-path"}


def resolve(controller, *, prerequisites=ALL, https=True, **policy):
    return resolve_policy(get_controller(controller), StickyPolicy(**policy), prerequisites=prerequisites, https=https)


def arguments(controller, policy, *, prerequisites=ALL, https=True, **changed):
    """Minimal arguments of an ingress with a policy."""
    implementation = get_controller(controller)
    args = {
        "controller": controller,
        "policy": policy,
        "service_port": 8080,
        "selector": {"app": "orders"},
        "external_tls_termination": https,
        **dict.fromkeys(prerequisites, True),
    }
    if implementation.attachment != "service":
        args["hosts"] = ["orders.example.com"]
    if implementation.attachment == "gateway":
        args["gateway_name"] = "public"
    return args | changed


def findings(controller, *, prerequisites=ALL, https=True, changed=None, **policy):
    """IDs and paths of the findings about a policy."""
    args = arguments(controller, policy, prerequisites=prerequisites, https=https, **(changed or {}))
    try:
        _, reporter = RULES.check("WorkloadIngress", "orders", args)
        lines = reporter._warnings
    except InvalidInput as error:
        lines = str(error).splitlines()
    found = [Finding.parse(line) for line in lines]
    return [(finding.rule, finding.path) for finding in found if finding.rule not in WITHOUT_POLICY]


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


def test_a_policy_without_a_mechanism_has_no_fields():
    affinity = resolve("aws-ingress", header_name="Execution-ID")
    assert (affinity.mode, affinity.hash_key, affinity.cookie_name) == ("header", "Execution-ID", None)


@pytest.mark.parametrize(
    ("controller", "policy", "path"),
    [
        ("istio", {"strength": "strong"}, "strength"),
        ("aws-ingress", {"header_name": "Execution-ID"}, "header_name"),
        ("traefik-crd", APPLICATION, "application_cookie"),
        ("istio", {**APPLICATION, "strength": "strong"}, "strength"),
        ("aws-ingress", {"cookie_name": "AFFINITY"}, "cookie_name"),
        ("aws-gateway", {"secure": True}, "secure"),
        ("ingress-nginx", {"http_only": False}, "http_only"),
        ("haproxy", {"lifetime_seconds": 60}, "lifetime_seconds"),
        ("haproxy", {"cookie_path": "/orders"}, "cookie_path"),
        ("kgateway", {"cookie_path": "/"}, "cookie_path"),
        ("nginx-ingress", {"same_site": "Lax"}, "same_site"),
        ("traefik-ingress", {"websocket_idle_timeout_seconds": 600}, "websocket_idle_timeout_seconds"),
    ],
)
def test_an_unsupported_policy_is_rejected(controller, policy, path):
    assert ("ingress-unsupported-policy", f"policy.{path}") in findings(controller, **policy)


@pytest.mark.parametrize(
    ("controller", "policy", "rule"),
    [
        ("aws-ingress", {"lifetime_seconds": 0}, "ingress-policy-range"),
        ("service", {"lifetime_seconds": 86401}, "ingress-policy-range"),
        ("aws-ingress", {"websocket_idle_timeout_seconds": 4001}, "ingress-policy-range"),
        ("aws-nlb", {"websocket_idle_timeout_seconds": 59}, "ingress-policy-range"),
        ("nginx-gateway-fabric", {"header_name": "X-B3-Id"}, "ingress-hash-key"),
        ("nginx-ingress", {"application_cookie": True, "cookie_name": "shop.sid"}, "ingress-hash-key"),
        ("ingress-nginx", {"ping_interval_seconds": 1801}, "ingress-ping-interval"),
        ("aws-gateway", {"ping_interval_seconds": 31}, "ingress-ping-interval"),
    ],
)
def test_a_value_outside_the_limits_of_the_controller_is_rejected(controller, policy, rule):
    field = "cookie_name" if "cookie_name" in policy else next(iter(policy))
    assert (rule, f"policy.{field}") in findings(controller, **policy)


REJECTIONS = {
    "ingress-unsupported-policy",
    "ingress-policy-range",
    "ingress-hash-key",
    "ingress-ping-interval",
    "ingress-missing-prerequisite",
}


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
    assert not {rule for rule, _ in findings(controller, **policy)} & REJECTIONS


@pytest.mark.parametrize(("release", "rejected"), [("1.5", True), ("v1.6.2", True), ("1.7", False), ("1.10", False)])
def test_the_cookie_path_of_session_persistence_requires_release_1_7(release, rejected):
    found = findings("gateway-api", cookie_path="/orders", changed={"gateway_api_release": release})
    assert (("ingress-unsupported-policy", "policy.cookie_path") in found) == rejected


@pytest.mark.parametrize(
    ("controller", "prerequisites", "policy", "path"),
    [
        ("gateway-api", [], {}, "policy"),
        ("nginx-gateway-fabric", ["experimental_channel"], {"strength": "strong"}, "policy.strength"),
        ("nginx-gateway-fabric", [], {"strength": "strong"}, "policy.strength"),
    ],
)
def test_missing_prerequisites_are_rejected(controller, prerequisites, policy, path):
    found = findings(controller, prerequisites=prerequisites, **policy)
    assert ("ingress-missing-prerequisite", path) in found


@pytest.mark.parametrize(
    ("controller", "policy", "release", "prerequisites", "rejected"),
    [
        ("envoy-gateway", {}, "1.1.3", ALL, True),
        ("envoy-gateway", {}, "1.2", ALL, False),
        ("envoy-gateway", {}, "v1.10.0-rc.1", ALL, False),
        ("istio", {}, "1.27", [], True),
        ("istio", {"header_name": "Execution-ID"}, "1.27", [], False),
        ("aws-gateway", {}, "2.13", [], True),
        ("traefik-crd", {}, "2.11.5", [], True),
        ("nginx-ingress", {}, "5.3", [], True),
        ("nginx-ingress", {}, "5.3", ["nginx_plus"], False),
        ("nginx-gateway-fabric", {"header_name": "Execution-ID"}, "2.3", [], True),
        ("nginx-gateway-fabric", {}, "2.3", [], False),
        ("haproxy", {}, "1.0", [], False),
    ],
)
def test_a_declared_release_must_support_the_created_objects(controller, policy, release, prerequisites, rejected):
    found = findings(controller, prerequisites=prerequisites, changed={"controller_release": release}, **policy)
    assert (("ingress-controller-release", "controller_release") in found) == rejected


@pytest.mark.parametrize(
    ("controller", "policy", "release", "path"),
    [
        ("traefik-crd", {"cookie_path": "/app"}, "3.2", "policy.cookie_path"),
        ("traefik-crd", {"cookie_path": "/app"}, "3.3", None),
        ("traefik-crd", {"cookie_path": "/"}, "3.2", None),
        ("envoy-gateway", {"websocket_idle_timeout_seconds": 60}, "1.7", "policy.websocket_idle_timeout_seconds"),
        ("envoy-gateway", {"websocket_idle_timeout_seconds": 60}, "1.8", None),
        (
            "envoy-gateway",
            {"strength": "none", "websocket_idle_timeout_seconds": 60},
            "1.7",
            "policy.websocket_idle_timeout_seconds",
        ),
        ("kgateway", {"websocket_idle_timeout_seconds": 60}, "1.0", None),
    ],
)
def test_a_field_that_the_release_lacks_is_rejected_with_the_first_one(controller, policy, release, path):
    found = findings(controller, prerequisites=ALL, changed={"controller_release": release}, **policy)
    assert [where for rule, where in found if rule == "ingress-feature-release"] == ([path] if path else [])


@pytest.mark.parametrize(("field", "value"), [("secure", True), ("same_site", "None")])
def test_a_cookie_that_browsers_reject_without_tls_is_rejected(field, value):
    rule = ("ingress-secure-cookie-without-tls", f"policy.{field}")
    assert rule in findings("traefik-crd", https=False, **{field: value})
    assert rule not in findings("traefik-crd", **{field: value})


@pytest.mark.parametrize(
    ("policy", "https", "path"),
    [
        ({"cookie_name": "__Secure-sid"}, False, "cookie_name"),
        ({"cookie_name": "__Host-sid", "cookie_path": "/orders"}, True, "cookie_path"),
        ({"cookie_name": "__Secure-sid", "cookie_path": "/orders"}, True, None),
        ({"cookie_name": "__Host-sid"}, True, None),
    ],
)
def test_the_prefix_of_a_cookie_name_requires_attributes(policy, https, path):
    paths = [found for rule, found in findings("traefik-crd", https=https, **policy) if rule == "ingress-cookie-prefix"]
    assert paths == ([f"policy.{path}"] if path else [])


def test_without_tls_the_cookie_has_no_secure_and_there_is_a_warning():
    assert resolve("traefik-crd", https=False).secure is False
    assert resolve("traefik-crd").secure is True
    assert findings("traefik-crd", https=False) == [("ingress-plain-http", "policy")]


def test_a_retired_controller_is_a_warning():
    assert findings("ingress-nginx") == [("ingress-controller-retired", "controller")]


@pytest.mark.parametrize(
    ("controller", "policy"), [("istio", {}), ("service", {}), ("haproxy", {"header_name": "Execution-ID"})]
)
def test_a_drawback_is_a_warning_until_the_policy_is_soft(controller, policy):
    assert findings(controller, **policy) == [("ingress-moving-sessions", "policy")]
    assert findings(controller, **policy, strength="soft") == []


@pytest.mark.parametrize(
    ("controller", "policy", "count"),
    [
        ("aws-ingress", {}, 1),
        ("aws-ingress", {"secure": False, "http_only": False}, 1),
        ("gateway-api", {}, 1),
        ("aws-ingress", APPLICATION, 0),
        ("traefik-crd", {}, 0),
    ],
)
def test_missing_cookie_flags_are_a_warning(controller, policy, count):
    assert [rule for rule, _ in findings(controller, **policy)].count("ingress-cookie-flags") == count


def test_a_short_external_idle_timeout_is_a_warning_without_pings():
    rule = ("ingress-websocket-idle-timeout", "policy")
    assert rule in findings("aws-gateway")
    assert rule not in findings("aws-gateway", ping_interval_seconds=30)
    assert rule not in findings("haproxy")


def test_an_idle_timeout_above_that_of_the_application_is_a_warning():
    rule = [("ingress-server-idle-timeout", "policy.server_idle_timeout_seconds")]
    assert findings("haproxy-ingress", server_idle_timeout_seconds=600) == rule
    assert findings("traefik-crd", server_idle_timeout_seconds=600) == []
    assert findings("haproxy-ingress", server_idle_timeout_seconds=3600) == []
    timeouts = {"server_idle_timeout_seconds": 600, "websocket_idle_timeout_seconds": 600}
    assert findings("haproxy-ingress", **timeouts) == []


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"lifetime_seconds": 10800000}, "lifetime_seconds"),
        ({"lifetime_seconds": 401 * 86400 + 1}, "lifetime_seconds"),
        ({"lifetime_seconds": 3}, "lifetime_seconds"),
        ({"websocket_idle_timeout_seconds": 3600000}, "websocket_idle_timeout_seconds"),
        ({"server_idle_timeout_seconds": 600000}, "server_idle_timeout_seconds"),
        ({"ping_interval_seconds": 90001, "websocket_idle_timeout_seconds": 200000}, "ping_interval_seconds"),
        ({"lifetime_seconds": 0}, None),
        ({"lifetime_seconds": 30 * 86400, "websocket_idle_timeout_seconds": 86400}, None),
    ],
)
def test_implausible_durations_are_a_warning(policy, field):
    paths = [path for rule, path in findings("haproxy-ingress", **policy) if rule == "ingress-implausible-duration"]
    assert (f"policy.{field}" in paths) if field else not paths


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
    args = arguments(controller, policy, prerequisites=prerequisites, https=https)
    try:
        args, _ = RULES.check("WorkloadIngress", "orders", args)
    except InvalidInput as error:
        rules = [Finding.parse(line).rule for line in str(error).splitlines()]
    else:
        rules = []
    if rules:
        assert all(rule.startswith("ingress-") for rule in rules)
        return
    assert isinstance(args, WorkloadIngressArgs)
    for field in (*POLICY_FIELDS, "header_name"):
        if policy.get(field) is not None:
            assert getattr(args.affinity, field) == policy[field]
    if policy.get("strength") == "strong":
        assert not args.mechanism.drawback
    if args.affinity.secure:
        assert args.uses_tls or args.mechanism.fixed.get("secure")
