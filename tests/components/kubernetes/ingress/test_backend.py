"""Values that an ingress gets from its backend, and rules that compare its arguments with the backend."""

import json

import pulumi
import pytest
from pulumi.provider.experimental.component import ComponentProvider

from moorings import (
    Backend,
    KpowOnKubernetes,
    KubernetesWorkload,
    StickyPolicy,
    WorkloadIngress,
    service_annotations,
)

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
HTTP = {"hosts": ["orders.example.com"]}
ALB = {
    **HTTP,
    "controller": "aws-ingress",
    "certificate_arn": CERTIFICATE,
    "acknowledge": {"ingress-cookie-flags": "no browsers"},
}
GATEWAY = {
    **HTTP,
    "controller": "aws-gateway",
    "gateway_name": "public",
    "acknowledge": {"ingress-cookie-flags": "no browsers", "ingress-websocket-idle-timeout": "no WebSockets"},
}
NLB = {"controller": "aws-nlb", "service_port": 8080, "policy": {"strength": "soft"}}
TRAEFIK = {**HTTP, "controller": "traefik-ingress", "tls_secret_name": "orders-tls"}
CRD = {**HTTP, "controller": "traefik-crd", "tls_secret_name": "orders-tls"}
PREFIX = {"aws-ingress": "alb.ingress.kubernetes.io/", "aws-nlb": "service.beta.kubernetes.io/aws-load-balancer-"}
AWS = [ALB, NLB, GATEWAY]
LATE = [False, True]


def output(value, *, late):
    return pulumi.Output.from_input(value) if late else value


@pytest.fixture
def route(deploy, workload):
    """Deploy a workload and an ingress to its backend."""

    def deploy_both(ingress, *, late=False, preview=False, policy_annotations=None, **changed):
        def program():
            annotations = {key: output(value, late=late) for key, value in (policy_annotations or {}).items()}
            orders = KubernetesWorkload("orders", workload(**changed, service_annotations=annotations))
            WorkloadIngress("edge", {**ingress, "backend": output(orders.backend, late=late)})

        return deploy(program, preview=preview)

    return deploy_both


def target_group_attributes(plan):
    for resource in plan.resources:
        for key, value in resource.inputs.get("metadata", {}).get("annotations", {}).items():
            if key.endswith("target-group-attributes"):
                return dict(pair.split("=") for pair in value.split(","))
    configuration = plan["edge-target-group"].inputs["spec"]["defaultConfiguration"]
    return {attribute["key"]: attribute["value"] for attribute in configuration["targetGroupAttributes"]}


def deregistration_delay(plan):
    return int(target_group_attributes(plan)["deregistration_delay.timeout_seconds"])


def health_check(plan, controller):
    if controller == "aws-gateway":
        return plan["edge-target-group"].inputs["spec"]["defaultConfiguration"].get("healthCheckConfig", {})
    resource = plan["edge-service" if controller == "aws-nlb" else "edge-ingress"]
    annotations = {
        key.removeprefix(PREFIX[controller]): value for key, value in resource.inputs["metadata"]["annotations"].items()
    }
    return {key: value for key, value in annotations.items() if key.startswith(("healthcheck-", "success-codes"))}


def by_controller(ingress):
    return ingress["controller"]


# Explicit wiring


def inputs(plan):
    return json.dumps({resource.urn: resource.inputs for resource in plan.resources}, sort_keys=True, default=str)


def declared_in_both_orders(deploy, *declarations):
    """Deploy declarations in both orders and return the inputs of all resources."""

    def program(order):
        return lambda: [declare() for declare in order]

    return [inputs(deploy(program(order))) for order in (declarations, declarations[::-1])]


BACKEND = {"service_name": "orders", "namespace": "shop", "ports": {"http": 8080}, "selector": {"app": "orders"}}
PLAIN_NAMES = [
    {"service_name": "orders", "service_port": 8080, "namespace": "shop"},
    {"selector": {"app.kubernetes.io/name": "orders"}, "service_port": 8080, "namespace": "shop"},
    {"backend": Backend(**BACKEND)},
]


@pytest.mark.parametrize("source", PLAIN_NAMES, ids=lambda source: next(iter(source)))
def test_the_order_in_which_a_workload_and_an_ingress_are_declared_has_no_effect(deploy, workload, source):
    first, second = declared_in_both_orders(
        deploy,
        lambda: KubernetesWorkload("orders", workload(object_name="orders")),
        lambda: WorkloadIngress("edge", {**ALB, **source}),
    )
    assert first == second
    assert "healthcheck" not in first


KPOW = {
    "namespace": "tools",
    "kafka": {
        "listener": "iam",
        "bootstrap_servers": "b-1.payments:9098",
        "cluster_arn": "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2",
    },
    "image": f"factorhouse/kpow:96.2@sha256:{'0' * 64}",
    "license_secret_name": "kpow-license",
    "acknowledge": {"kpow-no-login": "only developers have access"},
}


@pytest.mark.parametrize(
    "source",
    [
        {"service_name": "kpow", "service_port": 3000, "namespace": "tools"},
        {"selector": {"app.kubernetes.io/name": "kpow"}, "service_port": 3000, "namespace": "tools"},
    ],
    ids=lambda source: next(iter(source)),
)
def test_the_order_in_which_kpow_and_an_ingress_are_declared_has_no_effect(deploy, source):
    first, second = declared_in_both_orders(
        deploy,
        lambda: KpowOnKubernetes("kpow", KPOW),
        lambda: WorkloadIngress("edge", {**ALB, **source}),
    )
    assert first == second


def test_kpow_has_a_backend(deploy):
    def program():
        kpow = KpowOnKubernetes("kpow", KPOW)
        WorkloadIngress("edge", {**CRD, "backend": kpow.backend})

    plan = deploy(program)
    service = plan["edge-route"].inputs["spec"]["routes"][0]["services"][0]
    assert (service["name"], service["port"]) == ("kpow", 3000)
    assert plan["edge-route"].inputs["metadata"]["namespace"] == "tools"


@pytest.mark.parametrize("late", LATE)
def test_a_program_can_create_a_backend(deploy, late):
    plan = deploy(lambda: WorkloadIngress("edge", {**CRD, "backend": output(BACKEND, late=late)}))
    assert plan["edge-route"].inputs["spec"]["routes"][0]["services"][0]["name"] == "orders"
    assert plan["edge-route"].inputs["metadata"]["namespace"] == "shop"
    plan = deploy(
        lambda: WorkloadIngress("edge", {**ALB, "backend": output(BACKEND, late=late), "health_check_path": "/"})
    )
    assert deregistration_delay(plan) == 60


def test_the_plugin_returns_the_backend_as_an_object(deploy, workload):
    workloads = []
    deploy(lambda: workloads.append(KubernetesWorkload("orders", workload())))
    plugin = ComponentProvider([KubernetesWorkload], "moorings")
    backend = plugin.get_state(workloads[0], plugin._component_defs["KubernetesWorkload"])["backend"]
    assert backend["ports"] == {"http": 8080}
    assert backend["selector"] == workloads[0].selector
    assert backend["healthCheck"] == {"path": "/ready", "port": "8080", "protocol": "HTTP"}
    assert backend["shutdown"]["drainSeconds"] == 30
    assert backend["scalesDownQuickly"] is False


@pytest.mark.parametrize("late", LATE)
def test_the_plugin_accepts_the_backend_as_an_object(deploy, late):
    shutdown = {
        "load_balancer": "alb",
        "pre_stop_seconds": 30,
        "drain_seconds": 300,
        "termination_grace_period_seconds": 345,
        "deregistration_delay_seconds": 330,
    }
    backend = {**BACKEND, "shutdown": shutdown, "health_check": {"path": "/ready", "port": "8080"}}
    plan = deploy(lambda: WorkloadIngress("edge", {**ALB, "backend": output(backend, late=late)}))
    assert deregistration_delay(plan) == 330
    assert health_check(plan, "aws-ingress") == HEALTH_CHECKS["aws-ingress"]


@pytest.mark.parametrize("source", PLAIN_NAMES, ids=lambda source: next(iter(source)))
def test_skipped_checks_are_logged_once(deploy, source):
    argument = next(iter(source))
    plan = deploy(lambda: WorkloadIngress("edge", {**CRD, **source}))
    message = (
        f"WorkloadIngress 'edge': {argument}: the ports, health check, shutdown times and autoscaling of these pods are not "
        "checked; set backend=workload.backend for a workload of this program"
    )
    assert [entry[:2] for entry in plan.log] == ([] if argument == "backend" else [("info", message)])


# Service, port and namespace


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize(
    ("ports", "service_ports", "port"),
    [({"http": 8080}, None, 8080), ({"admin": 9090, "http": 8080}, None, 8080), ({"grpc": 9000}, {"grpc": 80}, 80)],
)
def test_the_port_of_the_service_is_that_of_the_backend(route, ports, service_ports, port, late):
    probes = {"readiness": {"tcp_socket": True, "port": next(iter(ports))}, "liveness": None}
    plan = route(
        CRD,
        late=late,
        container={"ports": ports, "probes": {**probes, "readiness": {**probes["readiness"], "http_get": None}}},
        service_ports=service_ports,
    )
    assert plan["edge-route"].inputs["spec"]["routes"][0]["services"][0]["port"] == port


@pytest.mark.parametrize("late", LATE)
def test_a_port_that_the_backend_does_not_have_is_rejected(rejected, route, late):
    with rejected("ingress-backend-port", "service_port"):
        route({**CRD, "service_port": 9000}, late=late)
    dedicated = {**CRD, "service_port": 80, "dedicated_service": True, "target_port": 8080}
    assert route(dedicated, late=late)["edge-service"].inputs["spec"]["ports"][0]["port"] == 80


@pytest.mark.parametrize("late", LATE)
def test_a_backend_without_a_service_requires_a_dedicated_one(rejected, route, late):
    port = {"service_port": 8080}
    with rejected("ingress-backend-without-service", "backend"):
        route({**CRD, **port}, late=late, service_ports={})
    with rejected("ingress-backend-without-service", "service_port"):
        route(CRD, late=late, service_ports={})
    ports = route({**CRD, **port, "dedicated_service": True}, late=late, service_ports={})["edge-service"].inputs[
        "spec"
    ]
    assert ports["ports"] == [{"name": "http", "port": 8080, "targetPort": 8080, "protocol": "TCP"}]


@pytest.mark.parametrize("late", LATE)
def test_a_dedicated_service_selects_the_pods_of_the_backend(route, late):
    plan = route({**TRAEFIK, "dedicated_service": True}, late=late, service_ports={"http": 80})
    service = plan["edge-service"].inputs
    assert service["spec"]["selector"] == plan["orders-service"].inputs["spec"]["selector"]
    assert service["spec"]["ports"] == [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]
    assert service["metadata"]["namespace"] == "shop"
    assert "traefik.ingress.kubernetes.io/service.sticky.cookie" in service["metadata"]["annotations"]


@pytest.mark.parametrize("late", LATE)
def test_the_namespace_is_that_of_the_backend(rejected, route, late):
    for ingress in (CRD, {**CRD, "namespace": "shop"}):
        assert route(ingress, late=late)["edge-route"].inputs["metadata"]["namespace"] == "shop"
    with rejected("ingress-backend-namespace", "namespace"):
        route({**CRD, "namespace": "billing"}, late=late)


# Shutdown times


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("ingress", AWS, ids=by_controller)
def test_the_deregistration_delay_is_that_of_the_backend(route, ingress, late, preview):
    shutdown = {"load_balancer": "alb", "drain_seconds": 300}
    assert deregistration_delay(route(ingress, late=late, shutdown=shutdown, preview=preview)) == 330
    ingress = {**ingress, "deregistration_delay_seconds": 70}
    assert deregistration_delay(route(ingress, late=late, shutdown={"load_balancer": "nlb"}, preview=preview)) == 70


@pytest.mark.parametrize("seconds", [5, 59, 76, 3600])
@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("ingress", AWS, ids=by_controller)
def test_a_deregistration_delay_outside_the_shutdown_of_the_pods_is_rejected(  # noqa: PLR0917
    deploy, rejected, workload, ingress, late, seconds
):
    def program():
        orders = KubernetesWorkload("orders", workload(shutdown={"load_balancer": "alb"}))
        delay = output(seconds, late=late)
        WorkloadIngress("edge", {**ingress, "backend": orders.backend, "deregistration_delay_seconds": delay})

    with rejected("ingress-deregistration-delay", "deregistration_delay_seconds"):
        deploy(program)


@pytest.mark.parametrize("seconds", [60, 75])
def test_a_deregistration_delay_within_the_shutdown_of_the_pods_is_accepted(route, seconds):
    ingress = {**ALB, "deregistration_delay_seconds": seconds}
    assert deregistration_delay(route(ingress, shutdown={"load_balancer": "alb"})) == seconds


def test_the_deregistration_delay_of_the_workload_itself_is_accepted(route):
    shutdown = {"load_balancer": "alb", "deregistration_delay_seconds": 300}
    ingress = {**ALB, "deregistration_delay_seconds": 300}
    assert deregistration_delay(route(ingress, shutdown=shutdown)) == 300


@pytest.mark.parametrize("delay", [{}, {"deregistration_delay_seconds": 60}])
@pytest.mark.parametrize("shutdown", [{}, {"load_balancer": "none", "pre_stop_seconds": 30}])
@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("ingress", AWS, ids=by_controller)
def test_a_shutdown_without_deregistration_is_rejected(rejected, route, ingress, late, shutdown, delay):  # noqa: PLR0917
    # With late values, only one of two findings is reported.
    acknowledge = {**ingress.get("acknowledge", {}), "ingress-deregistration-delay": "judged by another test"}
    with rejected("ingress-shutdown-load-balancer", "backend"):
        route({**ingress, **delay, "acknowledge": acknowledge}, late=late, shutdown=shutdown)


def test_an_acknowledged_shutdown_has_the_default_deregistration_delay(route):
    acknowledge = {**ALB["acknowledge"], "ingress-shutdown-load-balancer": "no requests at night"}
    assert deregistration_delay(route({**ALB, "acknowledge": acknowledge})) == 60


def test_a_controller_in_the_cluster_accepts_any_shutdown(route):
    assert route(CRD)["edge-route"]


# Health checks


HEALTH_CHECKS = {
    "aws-ingress": {
        "healthcheck-path": "/ready",
        "healthcheck-port": "8080",
        "healthcheck-protocol": "HTTP",
        "success-codes": "200-399",
    },
    "aws-gateway": {
        "healthCheckPath": "/ready",
        "healthCheckPort": "8080",
        "healthCheckProtocol": "HTTP",
        "matcher": {"httpCode": "200-399"},
    },
    "aws-nlb": {"healthcheck-path": "/ready", "healthcheck-port": "8080", "healthcheck-protocol": "HTTP"},
}


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("ingress", AWS, ids=by_controller)
def test_the_health_check_is_the_readiness_probe_of_the_backend(route, logged, ingress, late, preview):
    plan = route(ingress, late=late, shutdown={"load_balancer": "alb"}, preview=preview)
    assert health_check(plan, ingress["controller"]) == HEALTH_CHECKS[ingress["controller"]]
    assert logged(plan) == []


def test_the_health_check_has_the_port_and_the_scheme_of_the_probe(route):
    readiness = {"http_get": "/up", "port": "management", "scheme": "HTTPS"}
    container = {
        "ports": {"http": 8080, "management": 9090},
        "probes": {"readiness": readiness, "liveness": {"http_get": "/live"}},
    }
    assert health_check(route(ALB, shutdown={"load_balancer": "alb"}, container=container), "aws-ingress") == {
        "healthcheck-path": "/up",
        "healthcheck-port": "9090",
        "healthcheck-protocol": "HTTPS",
        "success-codes": "200-399",
    }


def test_the_path_and_details_of_the_health_check_can_be_changed(route):
    prefix = PREFIX["aws-ingress"]
    annotations = {f"{prefix}success-codes": "204", f"{prefix}healthcheck-interval-seconds": "5"}
    ingress = {**ALB, "health_check_path": "/health", "annotations": annotations}
    assert health_check(route(ingress, shutdown={"load_balancer": "alb"}), "aws-ingress") == {
        "healthcheck-path": "/health",
        "healthcheck-port": "8080",
        "healthcheck-protocol": "HTTP",
        "healthcheck-interval-seconds": "5",
        "success-codes": "204",
    }


NO_HTTP_PROBE = {
    "probes": {
        "readiness": {"http_get": None, "tcp_socket": True},
        "liveness": {"tcp_socket": None, "http_get": "/live"},
    }
}
DEFAULT_PATH = [("ingress-health-check-path", "health_check_path")]


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("ingress", AWS, ids=by_controller)
def test_without_an_http_probe_the_default_of_the_load_balancer_applies(route, logged, ingress, late):
    controller = ingress["controller"]
    plan = route(ingress, late=late, shutdown={"load_balancer": "alb"}, container=NO_HTTP_PROBE)
    fields = health_check(plan, controller)
    if late:
        path, _, protocol = (fields[key] for key in list(HEALTH_CHECKS[controller])[:3])
        assert (path, protocol) == ("/", "TCP" if controller == "aws-nlb" else "HTTP")
    else:
        assert fields == {}
    assert logged(plan) == ([] if controller == "aws-nlb" else DEFAULT_PATH)
    ingress = {**ingress, "health_check_path": "/"}
    plan = route(ingress, late=late, shutdown={"load_balancer": "alb"}, container=NO_HTTP_PROBE)
    assert logged(plan) == []


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("ingress", [ALB, GATEWAY], ids=by_controller)
def test_an_ingress_without_backend_requires_a_health_check_path(deploy, logged, ingress, late):
    def route(**changed):
        service = {"service_port": 8080, "namespace": "shop", **changed}
        return deploy(
            lambda: WorkloadIngress("edge", {**ingress, **service, "service_name": output("orders", late=late)})
        )

    plan = route()
    assert logged(plan) == DEFAULT_PATH
    assert health_check(plan, ingress["controller"]) == {}
    plan = route(health_check_path="/ready")
    assert logged(plan) == []
    path, port = list(HEALTH_CHECKS[ingress["controller"]])[:2]
    fields = health_check(plan, ingress["controller"])
    assert (fields[path], fields[port]) == ("/ready", "traffic-port")


# Autoscaling


QUICK_SCALE_DOWN = ("ingress-scale-down", "backend")


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize(
    ("autoscaling", "expected"),
    [
        (None, []),
        ({}, [QUICK_SCALE_DOWN]),
        ({"gradual_scale_down": True}, []),
        ({"scale_down": {"stabilization_window_seconds": 0}}, []),
    ],
)
def test_quick_scale_down_is_a_warning(route, logged, autoscaling, expected, late):
    assert logged(route(CRD, late=late, autoscaling=autoscaling)) == expected


# Annotations of the Service


POLICY = StickyPolicy(cookie_name="SID")


@pytest.mark.parametrize("late", LATE)
def test_the_service_of_the_backend_must_have_the_annotations_of_the_policy(route, rejected, late):
    ingress = {**TRAEFIK, "policy": POLICY}
    other = service_annotations("traefik-ingress", StickyPolicy(cookie_name="OTHER", lifetime_seconds=60))
    for annotations in (other, {}):
        with rejected("ingress-service-annotations", "backend"):
            route(ingress, late=late, policy_annotations=annotations)
    annotations = service_annotations("traefik-ingress", POLICY) | {"example.com/owner": "orders"}
    assert route(ingress, late=late, policy_annotations=annotations)
    assert route({**ingress, "dedicated_service": True}, late=late)


def test_an_acknowledged_policy_is_that_of_the_service(route):
    acknowledge = {"ingress-service-annotations": "set by the chart"}
    assert route({**TRAEFIK, "acknowledge": acknowledge})["edge-ingress"]


# Services of the same program


@pytest.fixture
def route_by_name(deploy, workload):
    """Deploy a workload and an ingress to the name of its Service."""

    def deploy_both(late, *, preview=False, **changed):
        def program():
            orders = KubernetesWorkload("orders", workload(object_name="orders"))
            name = orders.service_name if late else "orders"
            WorkloadIngress("edge", {**CRD, "service_name": name, "service_port": 8080, "namespace": "shop", **changed})

        return deploy(program, preview=preview)

    return deploy_both


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("late", LATE)
def test_a_port_that_a_service_of_the_program_does_not_have_is_rejected(route_by_name, rejected, late, preview):
    with rejected("ingress-service-port", "service_port"):
        route_by_name(late, preview=preview, service_port=9000)
    assert route_by_name(late, preview=preview)


def test_a_namespace_that_a_service_of_the_program_does_not_have_is_rejected(route_by_name, rejected):
    with rejected("ingress-service-port", "namespace"):
        route_by_name(late=True, namespace="billing")
    assert route_by_name(late=False, namespace="billing", service_port=9000)


def test_the_name_of_a_service_elsewhere_is_not_compared(deploy):
    def program():
        names = ["orders", pulumi.Output.from_input("orders")]
        for number, name in enumerate(names):
            args = {**CRD, "service_name": name, "service_port": 9000, "namespace": "shop", "paths": [f"/{number}"]}
            WorkloadIngress(f"edge-{number}", args)

    assert deploy(program)
