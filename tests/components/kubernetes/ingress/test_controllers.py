"""Every ingress controller: its definition, and the objects that it renders, compared with a reviewed file."""

import ast
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import yaml

import moorings
from moorings import StickyPolicy, service_annotations
from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress import controllers
from moorings.kubernetes.ingress.controllers import (
    CONTROLLERS,
    controllers_where,
    controllers_with_argument,
    controllers_with_field,
    get_controller,
)
from moorings.kubernetes.ingress.http_route import duration, session_persistence
from moorings.kubernetes.ingress.ingress_controller import POLICY_FIELDS, AffinityMechanism, IngressController, is_older
from moorings.kubernetes.ingress.route_settings import (
    ObjectManifest,
    RoutePath,
    RouteRedirect,
    RouteRule,
    RouteService,
    RouteSettings,
    concat,
)
from moorings.kubernetes.ingress.services import render_dedicated_service
from moorings.kubernetes.ingress.session_affinity import resolve_policy

PACKAGE = Path(moorings.__file__).parent
POLICIES = {
    "strong": StickyPolicy(strength="strong"),
    "soft": StickyPolicy(strength="soft"),
    "header": StickyPolicy(header_name="Execution-ID"),
    "application": StickyPolicy(application_cookie=True, cookie_name="shop_sid"),
}
PREREQUISITES = ["experimental_channel", "nginx_plus"]
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
MECHANISMS = [(name, mode) for name in CONTROLLERS for mode in get_controller(name).mechanisms]


# Registry


def test_every_file_of_the_folder_is_registered():
    files = {path.stem.replace("_", "-") for path in (PACKAGE / "kubernetes/ingress/controllers").glob("[a-z]*.py")}
    assert files == set(CONTROLLERS)


def test_a_controller_is_loaded_by_its_name(monkeypatch):
    module = ModuleType("example")
    module.CONTROLLER = IngressController("Example", "https://example.com", {"soft": AffinityMechanism("example")})
    monkeypatch.setitem(sys.modules, f"{controllers.__name__}.example_ingress", module)
    assert get_controller.__wrapped__("example-ingress").name == "example-ingress"


def test_no_module_outside_the_folder_refers_to_a_controller_by_name():
    names = set(CONTROLLERS) - {"service"}
    folder = PACKAGE / "kubernetes/ingress/controllers"
    references = [
        f"{path.relative_to(PACKAGE)}: {node.value}"
        for path in PACKAGE.rglob("*.py")
        if path.parent != folder
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert not references


# Definitions


@pytest.mark.parametrize("name", CONTROLLERS)
def test_the_definition_of_a_controller_is_complete(name):
    controller = get_controller(name)
    assert controller.name == name
    assert controller.docs.startswith("https://")
    assert {"strong", "soft"} & controller.mechanisms.keys()
    assert (controller.attachment == "class") == bool(controller.default_class)
    assert (
        (controller.attachment == "service") == (controller.render is None) == (controller.render_service is not None)
    )
    assert controller.address_from is not None or not controller.always_publishes_address


@pytest.mark.parametrize(("name", "mode"), MECHANISMS)
def test_a_mechanism_refers_to_fields_of_the_policy(name, mode):
    mechanism = get_controller(name).mechanisms[mode]
    assert mechanism.settable | mechanism.fixed.keys() <= set(POLICY_FIELDS) <= StickyPolicy.model_fields.keys()
    assert not mechanism.settable & mechanism.fixed.keys()
    assert bool(mechanism.key_characters) == (mechanism.key_pattern != ".*")


@pytest.mark.parametrize(("name", "mode"), MECHANISMS)
def test_only_a_cookie_that_identifies_the_pod_has_no_drawback(name, mode):
    drawback = get_controller(name).mechanisms[mode].drawback
    assert not drawback if mode == "strong" else drawback or mode != "soft"


@pytest.mark.usefixtures("fixed_registry")
def test_controllers_are_found_by_policy_field_mode_and_argument():
    assert controllers_with_field("secure") == [
        "ingress-nginx",
        "traefik-ingress",
        "traefik-crd",
        "traefik-gateway",
        "haproxy-ingress",
        "nginx-ingress",
        "nginx-virtualserver",
        "envoy-gateway (soft)",
        "kgateway (soft)",
        "istio",
    ]
    assert controllers_where(lambda controller: "application" in controller.mechanisms) == [
        "ingress-nginx",
        "aws-ingress",
        "aws-gateway",
        "nginx-ingress",
        "nginx-virtualserver",
        "nginx-gateway-fabric",
        "envoy-gateway",
        "kgateway",
        "istio",
    ]
    assert controllers_with_argument("internet_facing") == ["aws-ingress", "aws-nlb"]


# Rendering

WITHOUT_AFFINITY = StickyPolicy(strength="none")


def service(name, role, weight=1):
    return RouteService(name, 8080, weight, role)


def routes(name):
    """Return settings with every kind of path and all kinds of routes that the controller supports."""
    supported = get_controller(name).arguments
    api = [RoutePath("/api/login", "Exact"), RoutePath("/api/[0-9]+", "ImplementationSpecific"), RoutePath("/api")]
    rules = {
        "routes": RouteRule("api", api, services=[service("api", "-api-main")]),
        "weights": RouteRule(
            "split", [RoutePath("/beta")], services=[service("v1", "-split-v1", 9), service("v2", "-split-v2")]
        ),
        "rewrite_prefix": RouteRule("old", [RoutePath("/old"), RoutePath("/v1.html", "Exact")], rewrite_prefix="/new"),
        "redirect": RouteRule(
            "www",
            [RoutePath("/")],
            hosts=["www.example.com"],
            redirect=RouteRedirect(scheme="https", host="orders.example.com", status_code=301),
        ),
    }
    return {
        "paths": ["/orders"],
        "exact_paths": ["/status"],
        "routes": [rule for feature, rule in rules.items() if feature in supported],
    }


def route_settings(name, policy, *, prerequisites=PREREQUISITES, **changed):
    """Return the route that the component passes to a controller."""
    controller = get_controller(name)
    settings = {
        "hosts": ["orders.example.com"] if controller.attachment != "service" else [],
        "ingress_class_name": controller.default_class,
        "tls_secret_name": "orders-tls" if "tls_secret_name" in controller.arguments else None,
        "certificate_arn": CERTIFICATE if "certificate_arn" in controller.arguments else None,
        "gateway_name": "public" if controller.attachment == "gateway" else None,
        "health_check": BackendHealthCheck(path="/ready", port="8080"),
        "nginx_plus": "nginx_plus" in prerequisites,
    }
    affinity = resolve_policy(controller, policy, prerequisites=prerequisites)
    return RouteSettings("orders", affinity, "orders", 8080, **(settings | changed))


def render(name, policy, **changed):
    """Return the objects of a route, and the Service if the controller renders one."""
    controller = get_controller(name)
    route = route_settings(name, policy, **changed)
    manifests = controller.render(route) if controller.render else []
    if controller.service_annotations or controller.render_service:
        manifests = [render_dedicated_service(controller, route, {"app": "orders"}, 8080), *manifests]
    return manifests


def render_one(name, policy, **changed):
    (manifest,) = render(name, policy, **changed)
    return manifest


def document(manifest):
    metadata = {
        "name": f"orders-{manifest.role}",
        "annotations": {**manifest.default_annotations, **manifest.annotations},
    }
    return {
        "apiVersion": manifest.api_version,
        "kind": manifest.kind,
        "metadata": {key: value for key, value in metadata.items() if value},
        "spec": manifest.spec,
    }


class Dumper(yaml.SafeDumper):
    """YAML without anchors."""

    def ignore_aliases(self, data):
        return True


def text(manifests):
    return yaml.dump_all(map(document, manifests), Dumper=Dumper, sort_keys=False, width=1000)


@pytest.mark.parametrize("name", CONTROLLERS)
def test_rendered_objects_are_as_reviewed(name, golden):
    parts = [
        f"# {mode}: {mechanism.setting}\n{text(render(name, POLICIES[mode]))}"
        for mode, mechanism in get_controller(name).mechanisms.items()
    ]
    if name == "aws-ingress":
        parts.append(f"# closed paths\n{text(render(name, StickyPolicy(), closed_paths=['/metrics']))}")
    parts += [
        f"# {protocol} to the pods\n{text(render(name, WITHOUT_AFFINITY, backend_protocol=protocol))}"
        for protocol in get_controller(name).backend_protocols[1:]
    ]
    if name == "traefik-crd":
        parts.append(f"# certificate\n{text(render(name, WITHOUT_AFFINITY, cluster_issuer='letsencrypt'))}")
    parts.append(f"# no session affinity\n{text(render(name, WITHOUT_AFFINITY))}")
    if "routes" in get_controller(name).arguments:
        parts.append(f"# routes\n{text(render(name, WITHOUT_AFFINITY, **routes(name)))}")
    golden(f"ingress/{name}.yaml", "---\n".join(parts))


@pytest.mark.parametrize("name", CONTROLLERS)
def test_rendering_is_a_pure_function(name):
    assert text(render(name, StickyPolicy())) == text(render(name, StickyPolicy()))


@pytest.mark.parametrize("name", [name for name in CONTROLLERS if get_controller(name).render])
def test_every_host_and_path_is_routed(name):
    hosts, paths = ["a.example.com", "b.example.com"], ["/orders", "/basket"]
    rendered = text(render(name, StickyPolicy(), hosts=hosts, paths=paths))
    assert all(value in rendered for value in hosts + paths)


TRAEFIK_PATTERNS = ["^(?:/|%2F|(?:;|%3B)[^/]*)+metrics(?:/|%2F|;|%3B|$)", r"(?:/|%2F)\.\.?(?:%2F|;|%3B)"]
CLOSED = {
    "traefik-crd": (
        "(Host(`orders.example.com`)) && (PathPrefix(`/`))"
        f" && !PathRegexp(`{TRAEFIK_PATTERNS[0]}`) && !PathRegexp(`{TRAEFIK_PATTERNS[1]}`)"
    ),
    "traefik-gateway": {
        "matches": [{"path": {"type": "RegularExpression", "value": pattern}} for pattern in TRAEFIK_PATTERNS],
    },
    "nginx-virtualserver": [
        {"path": "/", "action": {"pass": "application"}},
        {"path": "=/metrics", "action": {"return": {"code": 403, "type": "text/plain", "body": "Forbidden"}}},
        {"path": "/metrics/", "action": {"return": {"code": 403, "type": "text/plain", "body": "Forbidden"}}},
    ],
    "istio": {
        "match": [{"uri": {"exact": "/metrics"}}, {"uri": {"prefix": "/metrics/"}}],
        "directResponse": {"status": 403},
    },
    "aws-ingress": {
        "path": "/metrics",
        "pathType": "Prefix",
        "backend": {"service": {"name": "closed", "port": {"name": "use-annotation"}}},
    },
    "aws-gateway": {
        "matches": [{"path": {"type": "PathPrefix", "value": "/metrics"}}],
        "filters": [
            {
                "type": "ExtensionRef",
                "extensionRef": {
                    "group": "gateway.k8s.aws",
                    "kind": "ListenerRuleConfiguration",
                    "name": "orders-closed",
                },
            }
        ],
    },
}
RULE_WITHOUT_BACKEND = {"matches": [{"path": {"type": "PathPrefix", "value": "/metrics"}}]}


@pytest.mark.parametrize("name", controllers_with_argument("closed_paths"))
def test_a_closed_path_reaches_no_backend(name):
    manifests = render(name, StickyPolicy(), closed_paths=["/metrics"])
    spec = next(each.spec for each in manifests if each.role.startswith(("route", "ingress", "server")))
    if name == "aws-ingress":
        assert spec["rules"][0]["http"]["paths"][1] == CLOSED[name]
    elif name == "istio":
        assert spec["http"][0] == CLOSED[name]
    elif name == "traefik-crd":
        assert spec["routes"][0]["match"] == CLOSED[name]
    elif name == "nginx-virtualserver":
        assert spec["routes"] == CLOSED[name]
    else:
        assert spec["rules"][1] == CLOSED.get(name, RULE_WITHOUT_BACKEND)


def test_pulumi_does_not_wait_for_the_service_of_a_closed_path():
    """There is no such Service. Without the annotation Pulumi waits for it, and warns."""
    assert render_one("aws-ingress", StickyPolicy(), closed_paths=["/metrics"]).annotations["pulumi.com/waitFor"] == (
        "jsonpath={.status.loadBalancer.ingress[0]}"
    )
    assert "pulumi.com/waitFor" not in render_one("aws-ingress", StickyPolicy()).annotations


def test_a_rule_of_an_http_route_has_at_most_64_closed_paths():
    *_, manifest = render("traefik-gateway", StickyPolicy(), closed_paths=[f"/{number}" for number in range(64)])
    assert [len(rule["matches"]) for rule in manifest.spec["rules"]] == [1, 64, 1]


def test_an_aws_load_balancer_answers_closed_paths_with_403():
    annotations = render_one("aws-ingress", StickyPolicy(), closed_paths=["/metrics"]).annotations
    assert annotations["alb.ingress.kubernetes.io/actions.closed"] == (
        '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"403",'
        '"messageBody":"Forbidden"}}'
    )
    *_, configuration = render("aws-gateway", StickyPolicy(), closed_paths=["/metrics"])
    assert document(configuration) == {
        "apiVersion": "gateway.k8s.aws/v1",
        "kind": "ListenerRuleConfiguration",
        "metadata": {"name": "orders-closed"},
        "spec": {
            "actions": [
                {"type": "fixed-response", "fixedResponseConfig": {"statusCode": 403, "contentType": "text/plain"}}
            ]
        },
    }
    assert configuration.fixed_name


def test_a_wildcard_host_matches_all_names_of_a_domain():
    hosts = ["*.example.com"]
    server = render_one("nginx-virtualserver", StickyPolicy(), hosts=hosts)
    assert (server.role, server.spec["host"]) == ("server.example.com", "*.example.com")
    route = render_one("traefik-crd", StickyPolicy(), hosts=hosts)
    assert route.spec["routes"][0]["match"] == r"(HostRegexp(`^[^.]+\.example\.com$`)) && (PathPrefix(`/`))"
    assert render("aws-ingress", StickyPolicy(), hosts=hosts)[0].spec["rules"][0]["host"] == "*.example.com"


def test_a_route_without_hosts_matches_all_hosts():
    (rule,) = render_one("aws-ingress", StickyPolicy(), hosts=[]).spec["rules"]
    assert rule.keys() == {"http"}
    assert "hostnames" not in render("gateway-api", StickyPolicy(), hosts=[])[0].spec


SESSION_COOKIE = StickyPolicy(lifetime_seconds=0)
SOFT_SESSION_COOKIE = StickyPolicy(lifetime_seconds=0, strength="soft")


def test_a_session_cookie_has_no_lifetime():
    nginx = render_one("nginx-ingress", SESSION_COOKIE).annotations
    assert nginx["nginx.com/sticky-cookie-services"] == "serviceName=orders AFFINITY httponly secure path=/"
    haproxy = render_one("haproxy-ingress", SESSION_COOKIE).annotations
    keywords = haproxy["haproxy-ingress.github.io/session-cookie-keywords"]
    assert keywords == "indirect nocache httponly secure attr SameSite=Lax"
    assert "session-cookie-max-age" not in text(render("ingress-nginx", SESSION_COOKIE))
    assert "maxAge" not in text(render("traefik-crd", SESSION_COOKIE))
    assert "expires" not in text(render("nginx-virtualserver", SESSION_COOKIE))
    assert "ttl: 0s" in text(render("istio", SESSION_COOKIE))
    assert "ttl: 0s" in text(render("envoy-gateway", SOFT_SESSION_COOKIE))
    assert "ttl: 0s" in text(render("kgateway", SOFT_SESSION_COOKIE, prerequisites=[]))


def test_a_cookie_without_flags_has_none():
    policy = StickyPolicy(secure=False, http_only=False)
    assert render_one("nginx-ingress", policy).annotations["nginx.com/sticky-cookie-services"] == (
        "serviceName=orders AFFINITY expires=10800s path=/"
    )
    assert render_one("haproxy-ingress", policy).annotations["haproxy-ingress.github.io/session-cookie-keywords"] == (
        "indirect nocache attr SameSite=Lax attr Max-Age=10800 maxlife 10800s"
    )
    rule = render("istio", policy)[1]
    attributes = rule.spec["trafficPolicy"]["loadBalancer"]["consistentHash"]["httpCookie"]["attributes"]
    assert attributes == [{"name": "SameSite", "value": "Lax"}]


def test_haproxy_ingress_sets_same_site_none_with_its_own_annotation():
    annotations = render_one("haproxy-ingress", StickyPolicy(same_site="None")).annotations
    assert annotations["haproxy-ingress.github.io/session-cookie-same-site"] == "true"
    keywords = annotations["haproxy-ingress.github.io/session-cookie-keywords"]
    assert keywords == "indirect nocache httponly attr Max-Age=10800 maxlife 10800s"


def test_the_prefix_of_the_cookie_annotation_depends_on_nginx_plus():
    annotations = render_one("nginx-ingress", StickyPolicy(), prerequisites=[]).annotations
    assert "nginx.org/sticky-cookie-services" in annotations


def test_a_route_without_tls_has_no_tls_settings():
    assert "tls" not in text(render("traefik-ingress", StickyPolicy(), tls_secret_name=None))
    assert render("traefik-crd", StickyPolicy(), tls_secret_name=None)[0].spec["entryPoints"] == ["web"]
    assert "tls" not in render("nginx-virtualserver", StickyPolicy(), tls_secret_name=None)[0].spec
    annotations = render_one("aws-ingress", StickyPolicy(), certificate_arn=None).annotations
    assert annotations["alb.ingress.kubernetes.io/listen-ports"] == '[{"HTTP":80}]'
    assert "alb.ingress.kubernetes.io/ssl-redirect" not in annotations


def test_the_cluster_issuer_is_an_annotation():
    annotations = render_one("haproxy-ingress", StickyPolicy(), cluster_issuer="letsencrypt").annotations
    assert annotations["cert-manager.io/cluster-issuer"] == "letsencrypt"
    tls = render_one("nginx-virtualserver", StickyPolicy(), cluster_issuer="letsencrypt").spec["tls"]
    assert tls["cert-manager"] == {"cluster-issuer": "letsencrypt"}


@pytest.mark.parametrize("name", ["aws-ingress", "aws-nlb"])
def test_an_aws_load_balancer_can_be_internet_facing(name):
    assert "scheme: internet-facing" in text(render(name, StickyPolicy(), internet_facing=True))


def test_a_gateway_can_be_in_another_namespace():
    route = render_one("gateway-api", StickyPolicy(), gateway_namespace="edge", gateway_listener="https")
    assert route.spec["parentRefs"] == [{"name": "public", "namespace": "edge", "sectionName": "https"}]
    assert render("istio", StickyPolicy(), gateway_namespace="edge")[0].spec["gateways"] == ["edge/public"]


# Releases of the controller


def render_for(name, policy, release):
    """Return the objects for a release of the controller."""
    affinity = resolve_policy(get_controller(name), policy, prerequisites=PREREQUISITES, release=release)
    return get_controller(name).render(
        replace(route_settings(name, policy), affinity=affinity, controller_release=release)
    )


@pytest.mark.parametrize(
    ("name", "policy", "older", "newer", "difference"),
    [
        ("aws-gateway", "strong", "3.4", "3.5", "gateway.k8s.aws/v1beta1"),
        ("envoy-gateway", "header", "1.5", "1.6", "type: Header\n"),
        ("traefik-crd", "strong", "3.2", "3.3", None),
    ],
)
def test_objects_are_rendered_for_the_release(name, policy, older, newer, difference):
    old, new = (text(render_for(name, POLICIES[policy], release)) for release in (older, newer))
    assert old != new
    assert difference is None or (difference in old and difference not in new)


def test_what_an_older_release_lacks_is_left_out():
    assert "path:" not in text(render_for("traefik-crd", POLICIES["strong"], "3.2"))
    assert "streamIdleTimeout" not in text(render_for("envoy-gateway", POLICIES["soft"], "1.7"))
    assert [each.kind for each in render_for("envoy-gateway", POLICIES["strong"], "1.7")] == ["HTTPRoute"]


@pytest.mark.parametrize(
    ("release", "first", "expected"),
    [
        (None, "1.8", False),
        ("1.7", "", False),
        ("1.7", "1.8", True),
        ("v1.8.0", "1.8", False),
        ("1.10", "1.8", False),
        ("2.14", "2.14.1", False),
        ("2.14.0", "2.14.1", True),
        ("2.14.0-rc1", "2.14.1", True),
    ],
)
def test_releases_are_compared_as_numbers(release, first, expected):
    assert is_older(release, first) == expected


# sessionPersistence of the Gateway API


@pytest.mark.parametrize(
    ("release", "lifetime", "expected"),
    [
        (
            "1.5",
            60,
            {
                "sessionName": "A",
                "type": "Cookie",
                "absoluteTimeout": "1m",
                "cookieConfig": {"lifetimeType": "Permanent"},
            },
        ),
        ("1.6", 0, {"sessionName": "A", "type": "Cookie", "cookieConfig": {"lifetimeType": "Session"}}),
        (
            "1.7",
            60,
            {
                "type": "Cookie",
                "absoluteTimeout": "1m",
                "cookie": {"name": "A", "path": "/", "lifetimeType": "Permanent"},
            },
        ),
        ("1.7", 0, {"type": "Cookie", "cookie": {"name": "A", "path": "/", "lifetimeType": "Session"}}),
    ],
)
def test_session_persistence_has_the_fields_of_the_release(release, lifetime, expected):
    policy = StickyPolicy(cookie_name="A", lifetime_seconds=lifetime)
    affinity = resolve_policy(get_controller("gateway-api"), policy, prerequisites=PREREQUISITES)
    assert session_persistence(affinity, release) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0s"), (1, "1s"), (60, "1m"), (3600, "1h"), (10800, "3h"), (3661, "1h1m1s"), (34560000, "9600h")],
)
def test_durations_have_the_format_of_the_gateway_api(seconds, expected):
    assert duration(seconds) == expected


# Annotations of the Service


def test_service_annotations_contain_the_policy():
    policy = StickyPolicy(cookie_name="SID", lifetime_seconds=60)
    prefix = "traefik.ingress.kubernetes.io/service.sticky.cookie"
    assert service_annotations("traefik-ingress", policy) == {
        prefix: "true",
        f"{prefix}.name": "SID",
        f"{prefix}.path": "/",
        f"{prefix}.secure": "true",
        f"{prefix}.httponly": "true",
        f"{prefix}.samesite": "lax",
        f"{prefix}.maxage": "60",
    }
    assert service_annotations("traefik-ingress", policy, https=False)[f"{prefix}.secure"] == "false"
    assert service_annotations("haproxy", StickyPolicy()) == {"haproxy.org/cookie-persistence": "AFFINITY"}
    assert service_annotations("haproxy", StickyPolicy(header_name="Execution-ID")) == {
        "haproxy.org/load-balance": "hdr(Execution-ID)"
    }


@pytest.mark.parametrize("name", ["traefik-crd", "aws-nlb", "istio", "service"])
def test_other_controllers_have_no_service_annotations(name):
    assert service_annotations(name, StickyPolicy()) == {}


def test_service_annotations_reject_an_unsupported_policy(rejected):
    with rejected("ingress-unsupported-policy", "policy.header_name"):
        service_annotations("traefik-ingress", StickyPolicy(header_name="A"))


def test_plain_parts_are_joined_immediately():
    assert concat("serviceName=", "orders", " ", 1) == "serviceName=orders 1"


def test_a_manifest_has_no_annotations_by_default():
    assert ObjectManifest("route", "v1", "Service", {}).annotations == {}
