"""What is written for each controller, held against a reviewed file, in each way that it has."""

import pytest
import yaml

from moorings import StickyPolicy, service_annotations
from moorings.kubernetes.backend import HealthCheck
from moorings.kubernetes.ingress.capabilities import CAPABILITIES, CONTROLLERS
from moorings.kubernetes.ingress.manifests import Manifest, Route, joined
from moorings.kubernetes.ingress.renderers import RENDERERS
from moorings.kubernetes.ingress.services import service
from moorings.kubernetes.ingress.session_persistence import duration, session_persistence
from moorings.kubernetes.ingress.stickiness import stickiness

POLICIES = {
    "strong": StickyPolicy(strength="strong"),
    "soft": StickyPolicy(strength="soft"),
    "header": StickyPolicy(header="Execution-ID"),
    "application": StickyPolicy(cookie_of_application=True, cookie_name="shop_sid"),
}
HAVE = ["experimental_channel", "nginx_plus"]
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"


def to(controller, policy, *, have=HAVE, **about):
    """The way to a service, as the component describes it to a renderer."""
    capability = CAPABILITIES[controller]
    given = {
        "hosts": ["orders.example.com"] if capability.attached != "service" else [],
        "class_name": capability.class_name,
        "tls_secret_name": "orders-tls" if "tls_secret_name" in capability.tls else None,
        "certificate_arn": CERTIFICATE if "certificate_arn" in capability.tls else None,
        "gateway_name": "public" if capability.attached == "gateway" else None,
        "health": HealthCheck("/ready", "8080"),
        "nginx_plus": "nginx_plus" in have,
    }
    sticky = stickiness(controller, policy, have=have)
    return Route("orders", sticky, "orders", 8080, **(given | about))


def written(controller, policy, **about):
    """The objects, with the Service where it says something."""
    route = to(controller, policy, **about)
    made = RENDERERS[controller](route) if controller in RENDERERS else []
    if CAPABILITIES[controller].annotates_service or not made:
        made = [service(controller, route, {"app": "orders"}, 8080), *made]
    return made


def document(manifest):
    metadata = {"name": f"orders-{manifest.role}", "annotations": {**manifest.suggested, **manifest.annotations}}
    return {
        "apiVersion": manifest.api_version,
        "kind": manifest.kind,
        "metadata": {key: value for key, value in metadata.items() if value},
        "spec": manifest.spec,
    }


class Plain(yaml.SafeDumper):
    """YAML without references from one part to another."""

    def ignore_aliases(self, data):
        return True


def text(manifests):
    return yaml.dump_all(map(document, manifests), Dumper=Plain, sort_keys=False, width=1000)


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_it_is_written_as_reviewed(controller, golden):
    parts = [
        f"# {mode}: {how.where}\n{text(written(controller, POLICIES[mode]))}"
        for mode, how in CAPABILITIES[controller].mechanisms.items()
    ]
    golden(f"ingress/{controller}.yaml", "---\n".join(parts))


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_renderer_is_a_pure_function(controller):
    policy = StickyPolicy()
    assert text(written(controller, policy)) == text(written(controller, policy))


@pytest.mark.parametrize("controller", sorted(RENDERERS))
def test_every_host_and_path_is_served(controller):
    hosts, paths = ["a.example.com", "b.example.com"], ["/orders", "/basket"]
    told = text(written(controller, StickyPolicy(), hosts=hosts, paths=paths))
    assert all(each in told for each in hosts + paths)


CLOSED = {
    "traefik-crd": "(Host(`orders.example.com`)) && (PathPrefix(`/`)) && !Path(`/metrics`) && !PathPrefix(`/metrics/`)",
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
ROUTED = {"matches": [{"path": {"type": "PathPrefix", "value": "/metrics"}}]}


@pytest.mark.parametrize("controller", [name for name, each in CAPABILITIES.items() if each.closes])
def test_a_closed_path_leads_nowhere(controller):
    made = written(controller, StickyPolicy(), closed_paths=["/metrics"])
    spec = next(each.spec for each in made if each.role.startswith(("route", "ingress", "server")))
    if controller == "aws-ingress":
        assert spec["rules"][0]["http"]["paths"][1] == CLOSED[controller]
    elif controller == "istio":
        assert spec["http"][0] == CLOSED[controller]
    elif controller == "traefik-crd":
        assert spec["routes"][0]["match"] == CLOSED[controller]
    elif controller == "nginx-virtualserver":
        assert spec["routes"] == CLOSED[controller]
    else:
        assert spec["rules"][1] == CLOSED.get(controller, ROUTED)


def test_a_load_balancer_of_aws_forbids_closed_paths():
    annotations = one("aws-ingress", StickyPolicy(), closed_paths=["/metrics"]).annotations
    assert annotations["alb.ingress.kubernetes.io/actions.closed"] == (
        '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"403",'
        '"messageBody":"Forbidden"}}'
    )
    *_, closed = written("aws-gateway", StickyPolicy(), closed_paths=["/metrics"])
    assert document(closed) == {
        "apiVersion": "gateway.k8s.aws/v1",
        "kind": "ListenerRuleConfiguration",
        "metadata": {"name": "orders-closed"},
        "spec": {
            "actions": [
                {"type": "fixed-response", "fixedResponseConfig": {"statusCode": 403, "contentType": "text/plain"}}
            ]
        },
    }
    assert closed.referred


def test_all_of_a_domain_may_come():
    hosts = ["*.example.com"]
    (server,) = written("nginx-virtualserver", StickyPolicy(), hosts=hosts)
    assert (server.role, server.spec["host"]) == ("server.example.com", "*.example.com")
    (route,) = written("traefik-crd", StickyPolicy(), hosts=hosts)
    assert route.spec["routes"][0]["match"] == r"(HostRegexp(`^[^.]+\.example\.com$`)) && (PathPrefix(`/`))"
    assert written("aws-ingress", StickyPolicy(), hosts=hosts)[0].spec["rules"][0]["host"] == "*.example.com"


def test_whatever_comes_may_come():
    (rule,) = one("aws-ingress", StickyPolicy(), hosts=[]).spec["rules"]
    assert rule.keys() == {"http"}
    assert "hostnames" not in written("gateway-api", StickyPolicy(), hosts=[])[0].spec


def one(controller, policy, **about):
    (found,) = written(controller, policy, **about)
    return found


SESSION = StickyPolicy(lifetime_seconds=0)


@pytest.mark.parametrize(
    ("controller", "cookie"),
    [
        ("nginx-ingress", "serviceName=orders AFFINITY httponly secure path=/"),
        ("haproxy-ingress", "indirect nocache httponly secure attr SameSite=Lax"),
    ],
)
def test_a_cookie_that_ends_with_the_browser_has_no_lifetime(controller, cookie):
    assert cookie in one(controller, SESSION).annotations.values()


def test_a_cookie_of_a_resource_that_ends_with_the_browser_has_no_lifetime():
    assert "session-cookie-max-age" not in text(written("ingress-nginx", SESSION))
    assert "maxAge" not in text(written("traefik-crd", SESSION))
    assert "expires" not in text(written("nginx-virtualserver", SESSION))
    assert "ttl: 0s" in text(written("istio", SESSION))
    assert "ttl: 0s" in text(written("envoy-gateway", StickyPolicy(lifetime_seconds=0, strength="soft")))
    assert "ttl" not in text(written("kgateway", StickyPolicy(lifetime_seconds=0, strength="soft"), have=[]))


def test_a_cookie_without_flags_has_none():
    bare = StickyPolicy(secure=False, http_only=False)
    assert one("nginx-ingress", bare).annotations["nginx.com/sticky-cookie-services"] == (
        "serviceName=orders AFFINITY expires=10800s path=/"
    )
    assert one("haproxy-ingress", bare).annotations["haproxy-ingress.github.io/session-cookie-keywords"] == (
        "indirect nocache attr SameSite=Lax maxlife 10800s"
    )
    rule = written("istio", bare)[1]
    attributes = rule.spec["trafficPolicy"]["loadBalancer"]["consistentHash"]["httpCookie"]["attributes"]
    assert attributes == [{"name": "SameSite", "value": "Lax"}]


def test_haproxy_ingress_writes_same_site_none_itself():
    annotations = one("haproxy-ingress", StickyPolicy(same_site="None")).annotations
    assert annotations["haproxy-ingress.github.io/session-cookie-same-site"] == "true"
    assert (
        annotations["haproxy-ingress.github.io/session-cookie-keywords"] == "indirect nocache httponly maxlife 10800s"
    )


def test_nginx_without_plus_has_its_own_annotation():
    assert "nginx.org/sticky-cookie-services" in one("nginx-ingress", StickyPolicy(), have=[]).annotations


def test_without_tls_nothing_speaks_of_it():
    assert "tls" not in text(written("traefik-ingress", StickyPolicy(), tls_secret_name=None))
    assert written("traefik-crd", StickyPolicy(), tls_secret_name=None)[0].spec["entryPoints"] == ["web"]
    assert "tls" not in written("nginx-virtualserver", StickyPolicy(), tls_secret_name=None)[0].spec
    annotations = one("aws-ingress", StickyPolicy(), certificate_arn=None).annotations
    assert annotations["alb.ingress.kubernetes.io/listen-ports"] == '[{"HTTP":80}]'
    assert "alb.ingress.kubernetes.io/ssl-redirect" not in annotations


def test_an_issuer_keeps_the_certificate():
    annotations = one("haproxy-ingress", StickyPolicy(), cluster_issuer="letsencrypt").annotations
    assert annotations["cert-manager.io/cluster-issuer"] == "letsencrypt"
    tls = one("nginx-virtualserver", StickyPolicy(), cluster_issuer="letsencrypt").spec["tls"]
    assert tls["cert-manager"] == {"cluster-issuer": "letsencrypt"}


def test_an_aws_load_balancer_can_face_the_internet():
    assert "scheme: internet-facing" in text(written("aws-ingress", StickyPolicy(), internet_facing=True))
    assert "scheme: internet-facing" in text(written("aws-nlb", StickyPolicy(), internet_facing=True))


def test_a_gateway_may_stand_in_another_namespace():
    (route,) = written("gateway-api", StickyPolicy(), gateway_namespace="edge", gateway_listener="https")
    assert route.spec["parentRefs"] == [{"name": "public", "namespace": "edge", "sectionName": "https"}]
    assert written("istio", StickyPolicy(), gateway_namespace="edge")[0].spec["gateways"] == ["edge/public"]


@pytest.mark.parametrize(
    ("release", "lifetime", "told"),
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
def test_the_gateway_apis_fields_follow_its_release(release, lifetime, told):
    policy = StickyPolicy(cookie_name="A", lifetime_seconds=lifetime)
    assert session_persistence(stickiness("gateway-api", policy, have=HAVE), release) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0s"), (1, "1s"), (60, "1m"), (3600, "1h"), (10800, "3h"), (3661, "1h1m1s"), (34560000, "9600h")],
)
def test_durations_are_spelled_as_the_gateway_api_wants_them(seconds, told):
    assert duration(seconds) == told


def test_what_stands_on_the_service_is_a_pure_function():
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
    assert service_annotations("haproxy", StickyPolicy(header="Execution-ID")) == {
        "haproxy.org/load-balance": "hdr(Execution-ID)"
    }


@pytest.mark.parametrize("controller", ["traefik-crd", "aws-nlb", "istio", "service"])
def test_whoever_makes_the_service_need_not_care_for_the_others(controller):
    assert service_annotations(controller, StickyPolicy()) == {}


def test_what_the_service_cannot_say_is_refused():
    with pytest.raises(ValueError, match="^policy.header is 'A', but traefik-ingress cannot route by a header; "):
        service_annotations("traefik-ingress", StickyPolicy(header="A"))


def test_plain_parts_are_joined_at_once():
    assert joined("serviceName=", "orders", " ", 1) == "serviceName=orders 1"


def test_a_manifest_says_nothing_by_itself():
    assert Manifest("route", "v1", "Service", {}).annotations == {}
