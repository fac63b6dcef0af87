"""Two components of one program that configure the same object: a Service, a host, a path."""

import pulumi
import pulumi_kubernetes
import pytest

from moorings import InvalidInput, WorkloadIngress
from moorings.kubernetes.conflicts import find_owner, find_service

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
ROUTE = {"service_port": 8080, "hosts": ["orders.example.com"]}
TLS = {**ROUTE, "tls_secret_name": "orders-tls"}
GATEWAY = {**ROUTE, "gateway_name": "public", "experimental_channel": True}
ALB = {**ROUTE, "controller": "aws-ingress", "certificate_arn": CERTIFICATE, "health_check_path": "/"}
ALB_GROUP = {**ALB, "annotations": {"alb.ingress.kubernetes.io/group.name": "edge"}}
F5 = {**TLS, "controller": "nginx-virtualserver"}
HAPROXY = {**TLS, "controller": "haproxy-ingress"}
ISTIO = {**GATEWAY, "controller": "istio"}
ENVOY = {**GATEWAY, "controller": "envoy-gateway"}
AWS_GATEWAY = {**GATEWAY, "controller": "aws-gateway"}
CAN_BE_LATE = ("ingress_class_name", "gateway_name", "service_name", "namespace")
LATE = [False, True]


def with_outputs(args, *, late):
    """The arguments, with Outputs if they are late, which only a running program can create."""
    return {
        key: pulumi.Output.from_input(value) if late and key in CAN_BE_LATE and value is not None else value
        for key, value in args.items()
    }


@pytest.fixture
def deploy_two(deploy):
    """Deploy two ingresses to two Services. The second has the changed arguments."""

    def make(first, *, late=False, reverse=False, **changed):
        ingresses = [
            (f"edge-{number}", {"service_name": f"service-{number}", "namespace": "shop", **args})
            for number, args in enumerate((first, {**first, **changed}))
        ]

        def program():
            for name, args in reversed(ingresses) if reverse else ingresses:
                WorkloadIngress(name, with_outputs(args, late=late))

        return deploy(program)

    return make


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (F5, {}),
        (F5, {"paths": ["/lsp"]}),
        (F5, {"controller": "nginx-ingress"}),
        ({**F5, "ingress_class_name": "edge"}, {}),
    ],
)
def test_f5_accepts_one_object_per_host(deploy_two, rejected, first, second, late):
    with rejected("ingress-duplicate-route", "hosts[0]"):
        deploy_two(first, late=late, **second)


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (HAPROXY, {}, "hosts[0]"),
        (HAPROXY, {"hosts": ["a.example.com", "orders.example.com"], "paths": ["/a", "/"]}, "hosts[1]"),
        ({**HAPROXY, "paths": ["/a"]}, {"paths": ["/a/"]}, "hosts[0]"),
        (ALB_GROUP, {}, "hosts[0]"),
        ({**ALB_GROUP, "hosts": []}, {}, "hosts"),
        (ISTIO, {}, "hosts[0]"),
        (ENVOY, {}, "hosts[0]"),
        ({**ENVOY, "gateway_namespace": "shop"}, {"gateway_namespace": None}, "hosts[0]"),
    ],
)
def test_two_ingresses_with_one_host_and_path_are_rejected(deploy_two, rejected, first, second, path, late):  # noqa: PLR0917
    with rejected("ingress-duplicate-route", path):
        deploy_two(first, late=late, **second)
    acknowledge = {"ingress-duplicate-route": "moves next week"}
    assert deploy_two(first, late=late, **second, acknowledge=acknowledge)


@pytest.mark.parametrize(("first", "second"), [(F5, {}), (HAPROXY, {}), (ENVOY, {})])
def test_the_order_of_declarations_only_decides_which_one_is_rejected(deploy_two, first, second):
    with pytest.raises(InvalidInput, match=r"WorkloadIngress 'edge-0': hosts\[0\]: "):
        deploy_two(first, reverse=True, **second)


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (F5, {"hosts": ["b.example.com"]}),
        (F5, {"ingress_class_name": "internal"}),
        (
            {**TLS, "controller": "nginx-ingress", "annotations": {"nginx.org/mergeable-ingress-type": "minion"}},
            {"paths": ["/lsp"]},
        ),
        (HAPROXY, {"paths": ["/lsp"]}),
        (HAPROXY, {"hosts": ["b.example.com"]}),
        (HAPROXY, {"ingress_class_name": "internal"}),
        (HAPROXY, {"controller": "traefik-crd"}),
        (ALB, {}),
        (ALB_GROUP, {"annotations": {"alb.ingress.kubernetes.io/group.name": "internal"}}),
        (ISTIO, {"paths": ["/api/v1/executions"], "policy": {"header_name": "Execution-ID"}}),
        (ISTIO, {"gateway_name": "internal"}),
        (ISTIO, {"gateway_namespace": "internal"}),
        (ENVOY, {"gateway_listener": "internal"}),
        ({"controller": "aws-nlb", "service_port": 8080, "selector": {"app": "orders"}, "service_name": None}, {}),
    ],
)
def test_two_ingresses_without_a_conflict_are_accepted(deploy_two, first, second, late):
    assert deploy_two(first, late=late, **second)


@pytest.mark.parametrize("late", LATE)
def test_a_service_has_one_target_group_configuration(deploy_two, rejected, late):
    first = {**AWS_GATEWAY, "service_name": "orders"}
    with rejected("ingress-shared-service", "service_name"):
        deploy_two(first, late=late, hosts=["b.example.com"])
    assert deploy_two(first, late=late, hosts=["b.example.com"], service_name="billing")
    assert deploy_two(first, hosts=["b.example.com"], service_name=None, selector={"app": "orders"})


def to_one_service(first, second):
    """Arguments of two ingresses with different hosts to one Service."""
    return {**first, "service_name": "orders", "hosts": ["a.example.com"]}, {"hosts": ["b.example.com"], **second}


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize(
    "first",
    [
        {**HAPROXY, "controller": "ingress-nginx"},
        {**TLS, "controller": "traefik-ingress", "acknowledge": {"ingress-service-annotations": "set by the chart"}},
        {**GATEWAY, "controller": "gateway-api"},
        ISTIO,
    ],
    ids=lambda args: args["controller"],
)
def test_two_policies_for_one_service_are_rejected(deploy_two, rejected, first, late):
    first, second = to_one_service(first, {"policy": {"lifetime_seconds": 60}})
    with rejected("ingress-shared-service", "policy"):
        deploy_two(first, late=late, **second)
    assert deploy_two(first, late=late, hosts=["b.example.com"])
    assert deploy_two(first, late=late, **{**second, "service_name": "billing"})


def test_a_dedicated_service_has_its_own_policy(deploy):
    backend = {"service_name": "orders", "namespace": "shop", "ports": {"http": 8080}, "selector": {"app": "orders"}}
    route = {"controller": "istio", "gateway_name": "public", "backend": backend, "hosts": ["orders.example.com"]}

    def program():
        WorkloadIngress("edge", route)
        policy = {"header_name": "Execution-ID"}
        WorkloadIngress("executions", {**route, "paths": ["/executions"], "policy": policy, "dedicated_service": True})

    assert deploy(program)["executions-service"]


@pytest.mark.parametrize(
    "first",
    [
        ALB,
        {**F5, "controller": "nginx-ingress"},
        {**TLS, "controller": "traefik-crd"},
        ENVOY,
    ],
    ids=lambda args: args["controller"],
)
def test_controllers_with_a_policy_per_route_accept_two_policies(deploy_two, first):
    first, second = to_one_service(first, {"policy": {"lifetime_seconds": 60}})
    assert deploy_two(first, **second)


def test_two_clusters_do_not_conflict(deploy):
    def program():
        for cluster in ("eu", "us"):
            provider = pulumi_kubernetes.Provider(cluster, context=cluster)
            args = {**HAPROXY, "service_name": "orders", "namespace": "shop"}
            WorkloadIngress(f"edge-{cluster}", args, pulumi.ResourceOptions(providers=[provider]))

    assert deploy(program)


def test_nothing_is_stored_outside_of_a_program(monkeypatch):
    monkeypatch.setattr("moorings.validation.declarations.get_root_resource", lambda: None)
    for value in range(2):
        assert find_owner(object(), "", ("selector", "shop", "orders"), value) is None
    assert find_service(object(), "orders", "shop") is None
