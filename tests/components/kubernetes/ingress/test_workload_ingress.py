"""Objects, outputs and warnings of ``WorkloadIngress``, and whether it waits for the load balancer."""

import pulumi
import pytest

from moorings import KubernetesWorkload, StickyPolicy, WorkloadIngress, WorkloadIngressArgs, service_annotations
from moorings.kubernetes.ingress.workload_ingress import _first_address

COMPONENT = "WorkloadIngress 'orders'"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
HOSTS = ["orders.example.com"]
SERVICE_NAME = {"service_name": "orders", "service_port": 8080}
SELECTOR = {"selector": {"app": "orders"}, "service_port": 8080}
HAPROXY = {"controller": "haproxy-ingress", "hosts": HOSTS, "tls_secret_name": "orders-tls", **SERVICE_NAME}
ALB = {
    "controller": "aws-ingress",
    "hosts": HOSTS,
    "certificate_arn": CERTIFICATE,
    "health_check_path": "/",
    **SERVICE_NAME,
}
NLB = {"controller": "aws-nlb", **SELECTOR}
TRAEFIK = {"controller": "traefik-ingress", "hosts": HOSTS, "tls_secret_name": "orders-tls"}
ISTIO = {"controller": "istio", "hosts": HOSTS, "gateway_name": "public", **SERVICE_NAME}
ENVOY = {**ISTIO, "controller": "envoy-gateway", "experimental_channel": True}
SERVICE = {"controller": "service", **SELECTOR}


@pytest.fixture
def ingress(deploy):
    """Deploy an ingress with the given arguments."""

    def deploy_ingress(*, preview=False, **args):
        return deploy(lambda: WorkloadIngress("orders", args), preview=preview)

    return deploy_ingress


def children(plan):
    return sorted(f"{resource.type} {resource.name}" for resource in plan.resources if resource.custom)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (HAPROXY, ["kubernetes:networking.k8s.io/v1:Ingress orders-ingress"]),
        (ALB, ["kubernetes:networking.k8s.io/v1:Ingress orders-ingress"]),
        (NLB, ["kubernetes:core/v1:Service orders-service"]),
        (SERVICE, ["kubernetes:core/v1:Service orders-service"]),
        (
            TRAEFIK | SELECTOR,
            [
                "kubernetes:core/v1:Service orders-service",
                "kubernetes:networking.k8s.io/v1:Ingress orders-ingress",
            ],
        ),
        (
            ISTIO,
            [
                "kubernetes:networking.istio.io/v1:DestinationRule orders-sticky",
                "kubernetes:networking.istio.io/v1:VirtualService orders-route",
            ],
        ),
        (
            ENVOY,
            [
                "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy orders-backend",
                "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute orders-route",
            ],
        ),
        (
            HAPROXY | {"controller": "nginx-virtualserver", "hosts": ["a.example.com", "b.example.com"]},
            [
                "kubernetes:k8s.nginx.org/v1:VirtualServer orders-server-a.example.com",
                "kubernetes:k8s.nginx.org/v1:VirtualServer orders-server-b.example.com",
            ],
        ),
    ],
)
def test_an_ingress_creates_exactly_the_objects_of_the_controller(ingress, args, expected):
    assert children(ingress(**args)) == expected


def test_urns_do_not_change(ingress):
    assert ingress(**HAPROXY).urns == [
        "urn:pulumi:test::moorings::moorings:index:WorkloadIngress$kubernetes:networking.k8s.io/v1:Ingress::orders-ingress",
        "urn:pulumi:test::moorings::moorings:index:WorkloadIngress::orders",
    ]


def test_an_ingress_has_the_default_policy(ingress):
    prefix = "haproxy-ingress.github.io/"
    assert ingress(**HAPROXY)["orders-ingress"].inputs == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "annotations": {
                f"{prefix}affinity": "cookie",
                f"{prefix}session-cookie-name": "AFFINITY",
                f"{prefix}session-cookie-strategy": "insert",
                f"{prefix}session-cookie-dynamic": "false",
                f"{prefix}session-cookie-value-strategy": "pod-uid",
                f"{prefix}session-cookie-keywords": (
                    "indirect nocache httponly secure attr SameSite=Lax attr Max-Age=10800 maxlife 10800s"
                ),
                f"{prefix}timeout-tunnel": "3600s",
                "pulumi.com/skipAwait": "true",
            }
        },
        "spec": {
            "ingressClassName": "haproxy",
            "rules": [
                {
                    "host": "orders.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "orders", "port": {"number": 8080}}},
                            }
                        ]
                    },
                }
            ],
            "tls": [{"hosts": ["orders.example.com"], "secretName": "orders-tls"}],
        },
    }


def test_only_objects_that_others_refer_to_have_a_fixed_name(ingress):
    plan = ingress(**ENVOY)
    assert plan["orders-route"].inputs["metadata"] == {"name": "orders-route"}
    assert "name" not in plan["orders-backend"].inputs["metadata"]
    assert plan["orders-backend"].inputs["spec"]["targetRefs"][0]["name"] == "orders-route"


def test_metadata_is_added_to_all_objects(ingress):
    metadata = {"namespace": "shop", "labels": {"team": "orders"}, "annotations": {"example.com/owner": "orders"}}
    for resource in ingress(**ENVOY, **metadata).resources:
        if resource.custom:
            added = {key: resource.inputs["metadata"][key] for key in metadata}
            assert added == metadata


def test_arguments_can_be_instances_or_dicts(deploy, ingress):
    policy = {"cookie_name": "CONSTELLATION_AFFINITY", "lifetime_seconds": 10800}
    plans = [
        ingress(**HAPROXY, policy=policy),
        ingress(**HAPROXY, policy=StickyPolicy(**policy)),
        deploy(lambda: WorkloadIngress("orders", WorkloadIngressArgs(**HAPROXY, policy=StickyPolicy(**policy)))),
    ]
    first, *others = [plan["orders-ingress"].inputs for plan in plans]
    assert all(inputs == first for inputs in others)
    name = first["metadata"]["annotations"]["haproxy-ingress.github.io/session-cookie-name"]
    assert name == "CONSTELLATION_AFFINITY"


def test_values_can_be_late(deploy):
    def program():
        late = {"service_name": "orders-1a2b3c4d", "service_port": 8080, "namespace": "shop"}
        WorkloadIngress(
            "orders",
            {
                "controller": "nginx-ingress",
                "hosts": HOSTS,
                "tls_secret_name": "orders-tls",
                **{argument: pulumi.Output.from_input(value) for argument, value in late.items()},
            },
        )

    inputs = deploy(program)["orders-ingress"].inputs
    assert inputs["metadata"]["namespace"] == "shop"
    assert inputs["metadata"]["annotations"]["nginx.org/sticky-cookie-services"] == (
        "serviceName=orders-1a2b3c4d AFFINITY expires=10800s httponly secure path=/"
    )


def test_late_seconds_are_part_of_an_annotation(deploy):
    plan = deploy(
        lambda: WorkloadIngress("orders", ALB | {"deregistration_delay_seconds": pulumi.Output.from_input(40)})
    )
    annotations = plan["orders-ingress"].inputs["metadata"]["annotations"]
    assert annotations["alb.ingress.kubernetes.io/target-group-attributes"] == (
        "stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=10800,"
        "deregistration_delay.timeout_seconds=40"
    )


def test_an_ingress_depends_on_the_service_of_its_backend_and_not_on_the_pods(deploy, workload):
    policy = StickyPolicy(cookie_name="CONSTELLATION_AFFINITY")

    def program():
        orders = KubernetesWorkload(
            "orders", workload(service_annotations=service_annotations("traefik-ingress", policy))
        )
        WorkloadIngress("orders", {**TRAEFIK, "policy": policy, "backend": orders.backend})

    plan = deploy(program)
    service, ingress = plan["orders-service"], plan["orders-ingress"]
    name = service.inputs["metadata"]["annotations"]["traefik.ingress.kubernetes.io/service.sticky.cookie.name"]
    assert name == "CONSTELLATION_AFFINITY"
    assert ingress.inputs["metadata"]["namespace"] == "shop"
    assert service.urn in ingress.property_dependencies["spec"]
    assert not any("orders-deployment" in urn for urn in ingress.dependencies)


def test_a_service_of_the_ingress_has_the_annotations_of_the_policy(ingress):
    plan = ingress(**TRAEFIK, **SELECTOR, target_port=9090)
    service = plan["orders-service"]
    assert service.inputs["spec"] == {
        "type": "ClusterIP",
        "selector": {"app": "orders"},
        "ports": [{"name": "http", "port": 8080, "targetPort": 9090, "protocol": "TCP"}],
    }
    assert "traefik.ingress.kubernetes.io/service.sticky.cookie" in service.inputs["metadata"]["annotations"]
    assert "pulumi.com/skipAwait" not in service.inputs["metadata"]["annotations"]
    assert service.urn in plan["orders-ingress"].property_dependencies["spec"]


def test_a_preview_creates_the_same_objects(ingress):
    plan = ingress(**TRAEFIK, **SELECTOR, preview=True)
    assert children(plan) == children(ingress(**TRAEFIK, **SELECTOR))
    backend = plan["orders-ingress"].inputs["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["port"] == {"number": 8080}


@pytest.mark.parametrize(
    ("args", "waits"),
    [
        (ALB, True),
        (NLB, True),
        (HAPROXY, False),
        (HAPROXY | {"wait_for_load_balancer": True}, True),
        (ALB | {"wait_for_load_balancer": False}, False),
    ],
)
def test_the_deployment_waits_for_a_load_balancer_that_always_publishes_its_address(ingress, args, waits):
    (resource,) = (resource for resource in ingress(**args).resources if resource.custom)
    assert ("pulumi.com/skipAwait" in resource.inputs["metadata"]["annotations"]) == (not waits)


@pytest.mark.parametrize(
    ("status", "address"),
    [
        ({"loadBalancer": {"ingress": [{"hostname": "orders.elb.example"}]}}, "orders.elb.example"),
        ({"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}, "203.0.113.7"),
        ({"loadBalancer": {"ingress": []}}, ""),
        (None, ""),
    ],
)
def test_the_address_is_that_of_the_load_balancer(status, address):
    assert _first_address(status) == address


@pytest.mark.parametrize(("args", "has_address"), [(ALB, True), (HAPROXY, False)])
def test_outputs(deploy, args, has_address):
    addresses = []

    def program():
        ingress = WorkloadIngress("orders", args)
        addresses.append(ingress.address)
        pulumi.export("name", ingress.service_name)
        pulumi.export("annotations", ingress.service_annotations)

    plan = deploy(program)
    assert [address is not None for address in addresses] == [has_address]
    assert plan.outputs["name"] == "orders"
    assert plan.outputs["annotations"] == {}


def test_a_warning_belongs_to_the_component_and_can_be_acknowledged(ingress, logged):
    plan = ingress(**ALB)
    assert logged(plan) == [("ingress-cookie-flags", "policy")]
    assert plan.log[0][2] == "urn:pulumi:test::moorings::moorings:index:WorkloadIngress::orders"
    assert logged(ingress(**ALB, acknowledge={"ingress-cookie-flags": "no browsers"})) == []


def test_acknowledgements_are_inputs_of_the_component(ingress):
    acknowledge = {"ingress-cookie-flags": "no browsers"}
    assert ingress(**ALB, acknowledge=acknowledge)["orders"].inputs == {"acknowledge": acknowledge}


def test_a_soft_policy_allows_that_sessions_can_move(ingress, logged):
    assert logged(ingress(**ISTIO)) == [("ingress-moving-sessions", "policy")]
    assert logged(ingress(**ISTIO, policy={"strength": "soft"})) == []


def test_plain_http_is_a_warning_unless_tls_is_terminated_elsewhere(ingress, logged):
    plain_http = {key: value for key, value in HAPROXY.items() if key != "tls_secret_name"}
    assert logged(ingress(**plain_http)) == [("ingress-plain-http", "policy")]
    assert logged(ingress(**plain_http, external_tls_termination=True)) == []


HOSTS_IN_OBJECTS = [
    (HAPROXY, "orders-ingress", lambda spec: [rule["host"] for rule in spec["rules"]]),
    (ENVOY, "orders-route", lambda spec: spec["hostnames"]),
    (ISTIO, "orders-route", lambda spec: spec["hosts"]),
    (TRAEFIK | {"controller": "traefik-crd"} | SERVICE_NAME, "orders-route", lambda spec: spec["routes"][0]["match"]),
]


@pytest.mark.parametrize(("args", "resource", "hosts_of"), HOSTS_IN_OBJECTS)
def test_hosts_can_be_late(deploy, args, resource, hosts_of):
    names = ["orders.example.com", "*.orders.example.com"]
    plain, late = (
        deploy(lambda hosts=hosts: WorkloadIngress("orders", args | {"hosts": hosts()}))[resource].inputs["spec"]
        for hosts in (lambda: names, lambda: [pulumi.Output.from_input(names[0]), names[1]])
    )
    assert hosts_of(late) == hosts_of(plain)


@pytest.mark.parametrize(
    ("args", "resource", "expected"),
    [
        (HAPROXY, "orders-ingress", lambda spec: "host" not in spec["rules"][0]),
        (ISTIO, "orders-route", lambda spec: spec["hosts"] == ["*"]),
        (
            TRAEFIK | {"controller": "traefik-crd"} | SERVICE_NAME,
            "orders-route",
            lambda spec: spec["routes"][0]["match"] == "(PathPrefix(`/`))",
        ),
    ],
)
def test_a_route_without_hosts_applies_to_all_of_them(ingress, logged, args, resource, expected):
    plan = ingress(**args | {"hosts": []})
    assert expected(plan[resource].inputs["spec"])
    assert ("ingress-all-hosts", "hosts") in logged(plan)


@pytest.mark.parametrize("path", ["/ready", "/grpc.health.v1.Health/Check"])
def test_the_default_codes_of_a_grpc_health_check_are_those_of_grpc(ingress, path):
    prefix = "alb.ingress.kubernetes.io/"
    annotations = {f"{prefix}backend-protocol-version": "GRPC"}
    plan = ingress(**ALB | {"annotations": annotations, "health_check_path": path})
    assert plan["orders-ingress"].inputs["metadata"]["annotations"][f"{prefix}success-codes"] == "0"


def test_an_ingress_with_an_invalid_late_value_is_not_created(deploy, rejected):
    created = []

    def program():
        ingress = WorkloadIngress(
            "orders", ALB | {"annotations": {"a.b/c": pulumi.Output.from_input("AKIA" + "A" * 16)}}
        )
        ingress.address.apply(created.append)

    with rejected("ingress-secret-annotation", "annotations['a.b/c']"):
        deploy(program)
    assert created == []
