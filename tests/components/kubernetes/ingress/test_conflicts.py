"""What two ways of one program share: a Service, a host, a path."""

import pulumi
import pytest

from moorings import InvalidInput, StickyIngress

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
TO = {"service_port": 8080, "hosts": ["orders.example.com"]}
TLS = {**TO, "tls_secret_name": "orders-tls"}
GATEWAY = {**TO, "gateway_name": "public", "experimental_channel": True}
ALB = {**TO, "controller": "aws-ingress", "certificate_arn": CERTIFICATE, "health_check_path": "/"}
EDGE = {**ALB, "annotations": {"alb.ingress.kubernetes.io/group.name": "edge"}}
F5 = {**TLS, "controller": "nginx-virtualserver"}
HAPROXY = {**TLS, "controller": "haproxy-ingress"}
ISTIO = {**GATEWAY, "controller": "istio"}
AWS = {**GATEWAY, "controller": "aws-gateway"}


@pytest.fixture
def two(deploy):
    """Deploy two ways to two Services, of which the second has these arguments."""

    def made(first, *, late=False, **changed):
        def program():
            for number, args in enumerate((first, {**first, **changed})):
                about = {"service_name": f"service-{number}", "namespace": "shop", **args}
                if late:
                    about |= {
                        key: pulumi.Output.from_input(about[key])
                        for key in ("class_name", "gateway_name", "service_name", "namespace")
                        if key in about
                    }
                StickyIngress(f"way-{number}", about)

        return deploy(program)

    return made


@pytest.fixture
def refused(two):
    def refuse(*args, **changed):
        with pytest.raises(InvalidInput) as found:
            two(*args, **changed)
        return str(found.value)

    return refuse


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [(F5, {}), (F5, {"paths": ["/lsp"]}), (F5, {"controller": "nginx-ingress"}), ({**F5, "class_name": "edge"}, {})],
)
def test_one_object_has_a_host(refused, first, second, late):
    assert refused(first, late=late, **second) == (
        "StickyIngress 'way-1': StickyIngress 'way-0' has the host 'orders.example.com' too, and the controller of both "
        "takes one object for each host, the oldest; give all paths to one of them, or take another controller"
    )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        (HAPROXY, {}, "orders.example.com/"),
        (HAPROXY, {"hosts": ["a.example.com", "orders.example.com"], "paths": ["/a", "/"]}, "orders.example.com/"),
        ({**HAPROXY, "paths": ["/a"]}, {"paths": ["/a/"]}, "orders.example.com/a/"),
        (EDGE, {}, "orders.example.com/"),
        ({**EDGE, "hosts": []}, {}, "all hosts/"),
        (ISTIO, {}, "orders.example.com/"),
        ({**GATEWAY, "controller": "envoy-gateway"}, {}, "orders.example.com/"),
        (
            {**GATEWAY, "controller": "envoy-gateway", "gateway_namespace": "shop"},
            {"gateway_namespace": None},
            "orders.example.com/",
        ),
    ],
)
def test_one_way_leads_a_path_of_a_host(refused, first, second, place, late):
    assert refused(first, late=late, **second) == (
        f"StickyIngress 'way-1': StickyIngress 'way-0' leads {place} somewhere too, and {first['controller']} takes one of "
        "them; give this one another host or path"
    )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (F5, {"hosts": ["b.example.com"]}),
        (F5, {"class_name": "internal"}),
        (
            {**TLS, "controller": "nginx-ingress", "annotations": {"nginx.org/mergeable-ingress-type": "minion"}},
            {"paths": ["/lsp"]},
        ),
        (HAPROXY, {"paths": ["/lsp"]}),
        (HAPROXY, {"hosts": ["b.example.com"]}),
        (HAPROXY, {"class_name": "internal"}),
        (HAPROXY, {"controller": "traefik-crd"}),
        (ALB, {}),
        (EDGE, {"annotations": {"alb.ingress.kubernetes.io/group.name": "internal"}}),
        (ISTIO, {"paths": ["/api/v1/executions"], "policy": {"header": "Execution-ID"}}),
        (ISTIO, {"gateway_name": "internal"}),
        (ISTIO, {"gateway_namespace": "internal"}),
        ({**GATEWAY, "controller": "envoy-gateway"}, {"gateway_listener": "internal"}),
    ],
)
def test_what_two_ways_may_share(two, first, second, late):
    assert two(first, late=late, **second)


def test_two_load_balancers_of_connections_share_no_host(two):
    nlb = {"controller": "aws-nlb", "service_port": 8080, "selector": {"app": "orders"}, "service_name": None}
    assert two(nlb)


@pytest.mark.parametrize("late", [False, True])
def test_a_service_has_one_configuration_of_its_target_group(two, refused, late):
    one = {**AWS, "service_name": "orders"}
    assert refused(one, late=late, hosts=["b.example.com"]) == (
        "StickyIngress 'way-1': StickyIngress 'way-0' leads to Service 'orders' too, and aws-gateway knows one "
        "TargetGroupConfiguration for each Service; give all hosts and paths to one of them, or this one selector, which "
        "makes a Service of its own"
    )
    assert two(one, late=late, hosts=["b.example.com"], service_name="billing")
    assert two(one, hosts=["b.example.com"], service_name=None, selector={"app": "orders"})


@pytest.fixture
def shared(deploy):
    """Deploy two ways to one Service, of which the second has these arguments."""

    def made(first, name="orders", **changed):
        def told(value):
            return pulumi.Output.from_input(value) if changed.get("namespace") == "late" else value

        def program():
            for number, args in enumerate((first, {**first, **changed})):
                about = {"service_name": told(name if number else "orders"), "hosts": [f"h{number}.example.com"]}
                StickyIngress(f"way-{number}", {**args, "namespace": "shop", **about})

        return deploy(program)

    return made


@pytest.mark.parametrize("late", [{}, {"namespace": "late"}], ids=["plain", "late"])
@pytest.mark.parametrize(
    "first",
    [
        {**HAPROXY, "controller": "ingress-nginx"},
        {**AWS, "policy": {"cookie_of_application": True, "cookie_name": "A"}},
        {**TLS, "controller": "traefik-ingress", "service_annotated": True},
        {**GATEWAY, "controller": "gateway-api"},
        ISTIO,
    ],
    ids=lambda args: args["controller"],
)
def test_a_service_keeps_its_sessions_in_one_way(shared, first, late):
    other = {"policy": {**first.get("policy", {}), "lifetime_seconds": 60}}
    with pytest.raises(InvalidInput) as refused:
        shared(first, **other, **late)
    assert str(refused.value) == (
        f"StickyIngress 'way-1': StickyIngress 'way-0' keeps the sessions of Service 'orders' otherwise, and "
        f"{first['controller']} knows one kind for each Service; give both the same policy, or this one selector, which "
        "makes a Service of its own"
    )
    if first["controller"] != "aws-gateway":
        assert shared(first, **late)
    assert shared(first, name="billing", **other, **late)


@pytest.mark.parametrize(
    "first",
    [
        ALB,
        {**F5, "controller": "nginx-ingress"},
        {**TLS, "controller": "traefik-crd"},
        {**GATEWAY, "controller": "envoy-gateway"},
    ],
    ids=lambda args: args["controller"],
)
def test_a_route_keeps_its_sessions_in_a_way_of_its_own(shared, first):
    assert shared(first, policy={"lifetime_seconds": 60})
