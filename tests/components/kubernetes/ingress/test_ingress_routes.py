"""Routes of a ``WorkloadIngress``: paths, Services, weights, rewrites and redirects, as they reach the objects."""

import pulumi
import pytest

from moorings import WorkloadIngress
from moorings.kubernetes.ingress.controllers.nginx_virtualserver import percentages
from moorings.kubernetes.ingress.route_settings import RoutePath

SERVICE = {"service_name": "orders", "service_port": 8080, "namespace": "shop"}
CRD = {
    **SERVICE,
    "controller": "traefik-crd",
    "hosts": ["orders.example.com"],
    "tls_secret_name": "orders-tls",
    "policy": {"strength": "none"},
}
BACKEND = {
    "service_name": "api",
    "namespace": "shop",
    "ports": {"http": 9000, "metrics": 9100},
    "selector": {"app": "api"},
    "health_check": {"path": "/ready", "port": "9000"},
    "shutdown": {
        "load_balancer": "alb",
        "pre_stop_seconds": 10,
        "drain_seconds": 20,
        "termination_grace_period_seconds": 45,
        "deregistration_delay_seconds": 30,
    },
}
GATEWAY = {**SERVICE, "gateway_name": "public", "hosts": ["orders.example.com"]}


@pytest.fixture
def create(deploy):
    def run(values, name="edge"):
        return deploy(lambda: WorkloadIngress(name, values() if callable(values) else values))

    return run


def of_kind(plan, kind):
    return [resource for resource in plan.resources if resource.type.endswith(f":{kind}")]


def names(plan):
    return {resource.name for resource in plan.resources}


def matches(plan):
    return [route["match"].partition(" && ")[2] for route in plan["edge-route"].inputs["spec"]["routes"]]


# Paths


def test_all_paths_are_routed_by_default(create):
    assert matches(create(CRD)) == ["(PathPrefix(`/`))"]


def test_a_prefix_ends_at_a_path_element(create):
    """``/orders`` does not match ``/ordersx``, although Traefik compares prefixes as strings."""
    assert matches(create({**CRD, "paths": ["/orders/"]})) == ["(Path(`/orders`) || PathPrefix(`/orders/`))"]


@pytest.mark.parametrize("argument", ["exact_paths", "implementation_specific_paths"])
def test_other_paths_replace_the_default(create, argument):
    function = {"exact_paths": "Path", "implementation_specific_paths": "PathRegexp"}[argument]
    assert matches(create({**CRD, argument: ["/status"]})) == [f"({function}(`/status`))"]
    route = {"services": {"api": {"service_name": "api", "service_port": 80}}, argument: ["/api"]}
    assert matches(create({**CRD, "paths": ["/a"], "routes": {"api": route}}))[1] == f"({function}(`/api`))"


def test_a_route_with_all_paths_replaces_the_default(create):
    weights = {name: {"service_name": name, "service_port": 80} for name in ("old", "new")}
    plan = create({**CRD, "routes": {"all": {"services": weights}}})
    (route,) = plan["edge-route"].inputs["spec"]["routes"]
    assert [service["name"] for service in route["services"]] == ["old", "new"]


def test_exact_paths_precede_the_prefix_of_the_same_path(create):
    """Traefik uses the longest matcher by default, which is that of the prefix."""
    routes = {"exact": {"exact_paths": ["/a"], "services": {"a": {"service_name": "a", "service_port": 80}}}}
    prefix, exact = create({**CRD, "paths": ["/a"], "routes": routes})["edge-route"].inputs["spec"]["routes"]
    assert exact["priority"] > len(prefix["match"])


def test_the_priority_of_an_exact_path_can_depend_on_a_late_host(create):
    routes = {"exact": {"exact_paths": ["/a"], "services": {"a": {"service_name": "a", "service_port": 80}}}}
    values = {**CRD, "paths": ["/a"], "routes": routes}
    exact = create(values)["edge-route"].inputs["spec"]["routes"][1]
    late = lambda: {**values, "hosts": [pulumi.Output.from_input("orders.example.com")]}  # noqa: E731
    assert create(late)["edge-route"].inputs["spec"]["routes"][1]["priority"] == exact["priority"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (RoutePath("/"), [RoutePath("/")]),
        (RoutePath("/a"), [RoutePath("/a", "Exact"), RoutePath("/a/")]),
        (RoutePath("/a/"), [RoutePath("/a", "Exact"), RoutePath("/a/")]),
        (RoutePath("/a", "Exact"), [RoutePath("/a", "Exact")]),
    ],
)
def test_string_prefixes_match_what_kubernetes_matches(path, expected):
    assert path.string_prefixes == expected


# Hosts


def test_routes_of_one_host_share_an_object(create):
    routes = {"api": {"paths": ["/api"], "hosts": ["orders.example.com"], "rewrite_prefix": "/"}}
    plan = create({**CRD, "controller": "nginx-virtualserver", "routes": routes})
    (server,) = of_kind(plan, "VirtualServer")
    assert [route["path"] for route in server.inputs["spec"]["routes"]] == ["/", "=/api", "/api/"]


def test_names_precede_wildcards_and_all_hosts(create):
    """The AWS Load Balancer Controller uses the first rule whose host matches."""
    routes = {
        "any": {"hosts": ["*.example.com"], "redirect": {"host": "orders.example.com"}},
        "api": {"hosts": ["api.example.com"], "services": {"api": {"service_name": "api", "service_port": 80}}},
    }
    plan = create(
        {**CRD, "controller": "haproxy-ingress", "routes": {"api": routes["api"]}, "hosts": ["*.example.com"]}
    )
    hosts = [rule["host"] for rule in plan["edge-ingress"].inputs["spec"]["rules"]]
    assert hosts == ["api.example.com", "*.example.com"]
    assert plan["edge-ingress"].inputs["spec"]["tls"][0]["hosts"] == hosts
    plan = create({**CRD, "controller": "traefik-ingress", "hosts": [], "routes": {"api": routes["api"]}})
    assert [rule.get("host") for rule in plan["edge-ingress"].inputs["spec"]["rules"]] == ["api.example.com", None]


# Services


@pytest.mark.parametrize("late", [False, True])
def test_a_route_uses_the_port_health_check_and_delay_of_its_workload(create, late):
    def values():
        backend = pulumi.Output.from_input(BACKEND) if late else BACKEND
        routes = {"api": {"paths": ["/api"], "services": {"main": {"backend": backend}}}}
        return {**GATEWAY, "controller": "aws-gateway", "routes": routes}

    plan = create(values)
    rule = plan["edge-route"].inputs["spec"]["rules"][1]
    assert rule["backendRefs"] == [{"name": "api", "port": 9000}]
    configuration = plan["edge-target-group-api-main"].inputs["spec"]
    assert configuration["targetReference"] == {"name": "api"}
    group = configuration["defaultConfiguration"]
    assert group["healthCheckConfig"]["healthCheckPath"] == "/ready"
    assert {"key": "deregistration_delay.timeout_seconds", "value": "30"} in group["targetGroupAttributes"]


def test_each_service_is_configured_once(create):
    """Two policies of one Service would contradict each other."""
    routes = {
        "a": {"paths": ["/a"], "services": {"x": {"service_name": "api", "service_port": 80}}},
        "b": {"paths": ["/b"], "services": {"y": {"service_name": "api", "service_port": 80}}},
        "c": {"paths": ["/c"]},
    }
    plan = create({**GATEWAY, "controller": "istio", "routes": routes, "policy": {"strength": "soft"}})
    rules = of_kind(plan, "DestinationRule")
    assert [rule.inputs["spec"]["host"] for rule in rules] == ["orders", "api"]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"service_port": 9200}, "service_port"),
        ({"backend": {**BACKEND, "namespace": "billing"}}, "backend"),
        ({"backend": {**BACKEND, "service_name": None}}, "backend"),
        ({"backend": {**BACKEND, "ports": {}}}, "service_port"),
    ],
)
def test_a_route_is_checked_against_its_workload(create, rejected, changed, path, late):
    def values():
        service = {"backend": BACKEND, **changed}
        service["backend"] = pulumi.Output.from_input(service["backend"]) if late else service["backend"]
        return {**CRD, "routes": {"api": {"paths": ["/api"], "services": {"main": service}}}}

    with rejected("ingress-route-backend", f"routes.api.services.main.{path}"):
        create(values)


def test_the_service_of_a_route_must_have_the_annotations_of_the_policy(create, rejected):
    service = {"backend": {**BACKEND, "service_annotations": {"a.b/c": "d"}}}
    values = {**CRD, "controller": "traefik-ingress", "policy": {}, "service_name": None, "selector": {"app": "orders"}}
    with rejected("ingress-route-service-annotations", "routes.api.services.main.backend"):
        create({**values, "routes": {"api": {"paths": ["/api"], "services": {"main": service}}}})


def test_a_service_is_a_workload_or_a_name(create, rejected):
    for service in ({}, {"backend": BACKEND, "service_name": "api"}):
        with rejected("ingress-route-service", "routes.api.services.main.backend"):
            create({**CRD, "routes": {"api": {"paths": ["/api"], "services": {"main": service}}}})


# Weights, rewrites and redirects


@pytest.mark.parametrize(
    ("weights", "expected"), [([1, 1, 1], [33, 34, 33]), ([9, 1], [90, 10]), ([0, 5], [0, 100]), ([1, 999], [0, 100])]
)
def test_percentages_add_up_to_100(weights, expected):
    assert percentages(weights) == expected


def test_a_load_balancer_keeps_the_service_of_a_session(create):
    weights = {name: {"service_name": name, "service_port": 80} for name in ("old", "new")}
    plan = create(
        {
            **CRD,
            "controller": "aws-ingress",
            "tls_secret_name": None,
            "external_tls_termination": True,
            "health_check_path": "/",
            "policy": {},
            "routes": {"all": {"services": weights}},
        }
    )
    action = plan["edge-ingress"].inputs["metadata"]["annotations"]["alb.ingress.kubernetes.io/actions.all"]
    assert '"targetGroupStickinessConfig":{"enabled":true,"durationSeconds":10800}' in action


def test_late_names_are_part_of_the_actions_of_a_load_balancer(create):
    values = {**CRD, "controller": "aws-ingress", "tls_secret_name": None, "health_check_path": "/"}
    routes = {"old": {"paths": ["/old"], "rewrite_prefix": "/"}}
    values |= {"external_tls_termination": True, "routes": routes}
    plan = create(lambda: {**values, "service_name": pulumi.Output.from_input("orders")})
    annotations = plan["edge-ingress"].inputs["metadata"]["annotations"]
    assert '"serviceName":"orders"' in annotations["alb.ingress.kubernetes.io/actions.old"]
    assert annotations["alb.ingress.kubernetes.io/transforms.old"] == (
        '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/old/?(.*)$","replace":"/$1"}]}}]'
    )


@pytest.mark.parametrize(
    ("rewrite", "path", "expected"),
    [
        ("/", "/old", ("/old(/|$)(.*)", "/$2")),
        ("/new", "/old", ("/old()(/.*|$)", "/new$2")),
        ("/new", "/", ("/()(.*)", "/new/$2")),
    ],
)
def test_ingress_nginx_rewrites_what_its_regular_expression_captures(create, rewrite, path, expected):
    routes = {"old": {"paths": [path], "rewrite_prefix": rewrite}}
    plan = create({**CRD, "controller": "ingress-nginx", "routes": routes})
    ingress = plan["edge-ingress-old"].inputs
    (rule,) = ingress["spec"]["rules"]
    target = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/rewrite-target"]
    assert (rule["http"]["paths"][0]["path"], target) == expected


@pytest.mark.parametrize("paths", [["/orders"], []])
def test_the_certificate_of_several_ingresses_is_requested_once(create, paths):
    routes = {
        "old": {"hosts": ["old.example.com"], "rewrite_prefix": "/"},
        "all": {"rewrite_prefix": "/orders"},
    }
    values = {**CRD, "controller": "haproxy-ingress", "cluster_issuer": "letsencrypt", "wait_for_load_balancer": True}
    plan = create({**values, "paths": paths, "routes": routes})
    ingresses = of_kind(plan, "Ingress")
    assert len(ingresses) == 2 + len(paths)
    (owner,) = (
        each for each in ingresses if "cert-manager.io/cluster-issuer" in each.inputs["metadata"]["annotations"]
    )
    assert sorted(owner.inputs["spec"]["tls"][0]["hosts"]) == ["old.example.com", "orders.example.com"]


def test_rewrites_without_tls_need_no_certificate(create):
    values = {**CRD, "controller": "haproxy-ingress", "tls_secret_name": None}
    plan = create({**values, "routes": {"old": {"paths": ["/old"], "rewrite_prefix": "/"}}})
    assert "tls" not in plan["edge-ingress"].inputs["spec"]


def test_a_traefik_service_without_a_route_of_its_own_is_shared(create):
    values = {**GATEWAY, "controller": "traefik-gateway"}
    routes = {
        "old": {"paths": ["/old"], "rewrite_prefix": "/"},
        "api": {"paths": ["/api"], "services": {"api": {"service_name": "api", "service_port": 80}}},
        "www": {"hosts": ["www.example.com"], "redirect": {"host": "orders.example.com"}},
    }
    plan = create({**values, "routes": routes})
    services = of_kind(plan, "TraefikService")
    assert [each.name for each in services] == ["edge-sticky", "edge-sticky-api"]


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ({"redirect": {}}, "redirect"),
        ({"redirect": {"path": "/a"}, "services": {"a": {"service_name": "a", "service_port": 80}}}, "services"),
        ({"implementation_specific_paths": ["/a"], "rewrite_prefix": "/"}, "rewrite_prefix"),
        ({"services": {"a": {"service_name": "a", "service_port": 80, "weight": 0}}}, "services"),
    ],
)
def test_a_contradictory_route_is_rejected(create, rejected, route, path):
    with rejected("ingress-contradictory-route", f"routes.a.{path}"):
        create({**CRD, "paths": ["/orders"], "routes": {"a": route}})


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ({"paths": ["/a"], "rewrite_prefix": "/"}, "rewrite_prefix"),
        ({"services": {name: {"service_name": name, "service_port": 80} for name in ("a", "b")}}, "services"),
    ],
)
def test_unsupported_routes_are_rejected(create, rejected, route, path):
    with rejected("ingress-unsupported-route", f"routes.a.{path}"):
        create({**CRD, "controller": "nginx-ingress", "routes": {"a": route}})


# Conflicts


def test_two_routes_with_one_host_and_path_are_rejected(create, rejected):
    route = {"paths": ["/api"], "redirect": {"host": "example.com"}}
    with rejected("ingress-duplicate-path", "routes.b"):
        create({**CRD, "routes": {"a": route, "b": route}})
    with rejected("ingress-duplicate-path", "routes.b"):
        create(
            {**CRD, "hosts": [], "paths": ["/api"], "routes": {"b": route}, "acknowledge": {"ingress-all-hosts": "x"}}
        )


def test_a_route_of_another_ingress_is_found(deploy, rejected):
    route = {"hosts": ["api.example.com"], "services": {"api": {"service_name": "api", "service_port": 80}}}

    def program():
        WorkloadIngress("edge", {**CRD, "routes": {"api": route}})
        WorkloadIngress("other", {**CRD, "hosts": ["api.example.com"]})

    with rejected("ingress-duplicate-route", "hosts[0]"):
        deploy(program)


def test_an_exact_path_and_a_prefix_do_not_conflict(deploy):
    def program():
        WorkloadIngress("edge", {**CRD, "paths": ["/api"]})
        WorkloadIngress("other", {**CRD, "exact_paths": ["/api"]})

    assert "other-route" in names(deploy(program))


@pytest.mark.parametrize(
    ("controller", "path"),
    [("aws-ingress", "routes.api.hosts[0]"), ("traefik-crd", None)],
)
def test_the_hosts_of_routes_are_checked(create, rejected, controller, path):
    route = {"hosts": ["api"], "services": {"api": {"service_name": "api", "service_port": 80}}}
    values = {**CRD, "controller": controller, "routes": {"api": route}}
    if path is None:
        assert "edge-route" in names(create(values))
        return
    with rejected("ingress-alb-condition", path):
        create({**values, "tls_secret_name": None, "external_tls_termination": True, "health_check_path": "/"})


def test_an_http_route_has_at_most_16_rules(create, rejected):
    routes = {f"r{number}": {"paths": [f"/{number}"], "rewrite_prefix": "/"} for number in range(16)}
    with rejected("ingress-route-limit", "routes"):
        create({**GATEWAY, "controller": "envoy-gateway", "routes": routes})
    with rejected("ingress-route-limit", "routes.r.hosts"):
        hosts = [f"h{number}.example.com" for number in range(17)]
        create({**GATEWAY, "controller": "envoy-gateway", "routes": {"r": {"hosts": hosts}}})


# Session affinity


def test_session_affinity_can_be_disabled(create):
    plan = create({**GATEWAY, "controller": "envoy-gateway", "policy": {"strength": "none"}})
    assert names(plan) == {"edge", "edge-route"}
    policy = {"strength": "none", "websocket_idle_timeout_seconds": 600}
    backend = create({**GATEWAY, "controller": "envoy-gateway", "policy": policy})["edge-backend"].inputs["spec"]
    assert backend["timeout"] == {"http": {"streamIdleTimeout": "10m"}}
    assert "loadBalancer" not in backend


def test_the_gateway_api_needs_no_experimental_channel_without_sessions(create):
    plan = create({**GATEWAY, "controller": "gateway-api", "policy": {"strength": "none"}})
    assert "sessionPersistence" not in plan["edge-route"].inputs["spec"]["rules"][0]


@pytest.mark.parametrize("field", [{"cookie_name": "A"}, {"header_name": "A"}, {"application_cookie": True}])
def test_a_disabled_policy_has_no_session_fields(create, rejected, field):
    with rejected("ingress-contradictory-policy", "policy.strength"):
        create({**CRD, "policy": {"strength": "none", **field}})


def test_an_idle_timeout_that_the_controller_cannot_set_is_rejected(create, rejected):
    with rejected("ingress-unsupported-policy", "policy.websocket_idle_timeout_seconds"):
        create({**CRD, "policy": {"strength": "none", "websocket_idle_timeout_seconds": 60}})


def test_two_ingresses_of_a_service_without_sessions_have_no_conflicting_policy(deploy):
    def program():
        for name in ("a", "b"):
            values = {**CRD, "controller": "haproxy-ingress", "hosts": [f"{name}.example.com"]}
            WorkloadIngress(name, values if name == "a" else {**values, "policy": {}})

    assert "b-ingress" in names(deploy(program))


def test_an_exact_path_is_one_condition_of_a_listener_rule(create, rejected):
    """A prefix is two: the path itself and everything below it. With the hosts, five are the most."""
    hosts = [f"h{number}.example.com" for number in range(4)]
    values = {**GATEWAY, "controller": "aws-gateway", "health_check_path": "/", "hosts": hosts}
    assert "edge-route" in names(create({**values, "exact_paths": ["/orders"]}))
    with rejected("ingress-alb-rule-quota", "hosts"):
        create({**values, "paths": ["/orders"]})
    with rejected("ingress-alb-rule-quota", "routes.api.paths[0]"):
        create({**GATEWAY, "controller": "aws-gateway", "routes": {"api": {"paths": ["/*/*/*/*"]}}})


@pytest.mark.parametrize(
    ("rewrite", "expected"), [("/", ("^(?:/old)/?(.*)", "/$1")), ("/a/", ("^(?:/old)(.*)", "/a$1"))]
)
def test_traefik_replaces_the_prefix(create, rewrite, expected):
    plan = create({**CRD, "routes": {"old": {"paths": ["/old"], "rewrite_prefix": rewrite}}})
    middleware = plan["edge-middleware-old"].inputs["spec"]["replacePathRegex"]
    assert (middleware["regex"], middleware["replacement"]) == expected


def test_the_annotations_of_an_existing_service_are_not_known(create, rejected):
    values = {**CRD, "controller": "traefik-ingress", "policy": {}, "service_name": None, "selector": {"app": "orders"}}
    service = {"service_name": "api", "service_port": 80}
    with rejected("ingress-route-service-annotations", "routes.api.services.main.service_name"):
        create({**values, "routes": {"api": {"paths": ["/api"], "services": {"main": service}}}})


def test_the_deregistration_delay_applies_to_all_services(create):
    routes = {"api": {"paths": ["/api"], "services": {"main": {"service_name": "api", "service_port": 80}}}}
    plan = create({**GATEWAY, "controller": "aws-gateway", "deregistration_delay_seconds": 20, "routes": routes})
    group = plan["edge-target-group-api-main"].inputs["spec"]["defaultConfiguration"]
    assert {"key": "deregistration_delay.timeout_seconds", "value": "20"} in group["targetGroupAttributes"]
