"""What a way learns of the pods behind it: how they go, how they are asked, how they scale, what their Service carries."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pytest

from moorings import InvalidInput, KubernetesWorkload, StickyIngress, StickyPolicy, service_annotations

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
HTTP = {"hosts": ["orders.example.com"], "service_port": 8080, "namespace": "shop"}
ALB = {**HTTP, "controller": "aws-ingress", "certificate_arn": CERTIFICATE, "accepted": ["cookie-flags"]}
GATEWAY = {
    **HTTP,
    "controller": "aws-gateway",
    "gateway_name": "public",
    "accepted": ["cookie-flags", "websocket-idle"],
}
NLB = {"controller": "aws-nlb", "service_port": 8080, "namespace": "shop", "policy": {"strength": "soft"}}
TRAEFIK = {**HTTP, "controller": "traefik-ingress", "tls_secret_name": "orders-tls"}
PREFIX = {"aws-ingress": "alb.ingress.kubernetes.io/", "aws-nlb": "service.beta.kubernetes.io/aws-load-balancer-"}
KNOWN = [
    {**ALB, "by": "name"},
    {**ALB, "by": "selector"},
    {**ALB, "by": "selector", "late": True},
    {**ALB, "by": "object_name"},
    {**NLB, "by": "selector"},
    {**NLB, "by": "selector", "late": True},
    {**GATEWAY, "by": "name"},
]


def late(value):
    """Make Outputs of what stands for them, which only a program that runs can."""
    if isinstance(value, Late):
        return pulumi.Output.from_input(value.value)
    return {key: late(each) for key, each in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True)
class Late:
    """Stands for an Output."""

    value: Any


def told(args):
    return " ".join(str(args[key]) for key in ("controller", "by", "late") if key in args)


@pytest.fixture
def before(deploy, workload):
    """Deploy a workload, and a way to it that finds it by its Service, its labels or its name."""

    def made(way, *, preview=False, **changed):
        def program():
            args = late({key: value for key, value in way.items() if key not in {"by", "late"}})
            if way["by"] == "object_name":
                changed["object_name"] = "orders"
            orders = KubernetesWorkload("orders", late(workload(**changed)))
            ways = {
                "name": {"service_name": orders.service_name},
                "selector": {"selector": orders.selector},
                "object_name": {"service_name": "orders"},
            }
            if way.get("late"):
                args["namespace"] = pulumi.Output.from_input("shop")
            StickyIngress("way", {**args, **ways[way["by"]]})

        return deploy(program, preview=preview)

    return made


@pytest.fixture
def refused(before):
    def refuse(way, **changed):
        with pytest.raises(InvalidInput) as found:
            before(way, **changed)
        return str(found.value)

    return refuse


def attributes(plan):
    """Attributes of the target group, wherever they stand."""
    for each in plan.resources:
        for key, value in each.inputs.get("metadata", {}).get("annotations", {}).items():
            if key.endswith("target-group-attributes"):
                return dict(pair.split("=") for pair in value.split(","))
    configured = plan["way-target-group"].inputs["spec"]["defaultConfiguration"]
    return {each["key"]: each["value"] for each in configured["targetGroupAttributes"]}


def waits(plan):
    return int(attributes(plan)["deregistration_delay.timeout_seconds"])


def asked(plan, controller):
    """What the load balancer asks, by the end of the annotation's name."""
    if controller == "aws-gateway":
        return plan["way-target-group"].inputs["spec"]["defaultConfiguration"].get("healthCheckConfig", {})
    made = plan["way-service" if controller == "aws-nlb" else "way-ingress"].inputs["metadata"]["annotations"]
    found = {key.removeprefix(PREFIX[controller]): value for key, value in made.items()}
    return {key: value for key, value in found.items() if key.startswith("healthcheck-") or key == "success-codes"}


def warnings(plan):
    return [message for _, message, _ in plan.log]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("way", KNOWN, ids=told)
def test_a_load_balancer_waits_for_as_long_as_the_workload_drains(before, way, preview):
    assert waits(before(way, shutdown={"load_balancer": "alb", "drain_seconds": 300}, preview=preview)) == 330
    known = {**way, "deregistration_delay_seconds": 70}
    assert waits(before(known, shutdown={"load_balancer": "nlb"}, preview=preview)) == 70


@pytest.mark.parametrize("given", [5, 59, 76, 3600])
@pytest.mark.parametrize("way", KNOWN, ids=told)
def test_a_load_balancer_waits_neither_shorter_nor_longer_than_a_pod_lives(refused, way, given):
    for value in (given, Late(given)):
        assert refused({**way, "deregistration_delay_seconds": value}, shutdown={"load_balancer": "alb"}) == (
            f"StickyIngress 'way': deregistration_delay_seconds is {given}, and a pod of the workload behind it still answers for "
            "60 s (30 of pre_stop_seconds, 30 of drain_seconds) and is killed after 75; give 60 to 75, or leave it out"
        )


@pytest.mark.parametrize("given", [60, 75])
def test_a_load_balancer_may_wait_within_the_life_of_a_pod(before, given):
    assert (
        waits(before({**ALB, "by": "name", "deregistration_delay_seconds": given}, shutdown={"load_balancer": "alb"}))
        == given
    )


def test_what_the_workload_itself_says_may_be_said_again(before):
    shutdown = {"load_balancer": "alb", "deregistration_delay_seconds": 300}
    way = {**ALB, "by": "name", "deregistration_delay_seconds": 300}
    assert waits(before(way, shutdown=shutdown, acknowledged_warnings=["deregistration"])) == 300


@pytest.mark.parametrize("given", [{}, {"deregistration_delay_seconds": 60}])
@pytest.mark.parametrize("shutdown", [{}, {"load_balancer": "none", "pre_stop_seconds": 30}])
@pytest.mark.parametrize("way", KNOWN, ids=told)
def test_a_load_balancer_before_pods_that_do_not_expect_it_is_refused(refused, way, shutdown, given):
    front = "nlb" if way["controller"] == "aws-nlb" else "alb"
    assert refused({**way, **given}, shutdown=shutdown) == (
        f"StickyIngress 'way': {way['controller']} sends to the pods themselves, and the workload behind it says "
        f"shutdown.load_balancer is {shutdown.get('load_balancer', 'service')!r}, so that its pods stop while they are still sent "
        f"requests; say load_balancer={front!r} there"
    )


def test_a_controller_in_the_cluster_takes_pods_as_they_go(before):
    assert before({**TRAEFIK, "by": "selector"})["way-ingress"]


def test_labels_in_another_namespace_are_others(before):
    for namespace in ("billing", Late("billing"), None):
        assert waits(before({**NLB, "by": "selector", "namespace": namespace})) == 60


def test_other_labels_and_another_name_are_others(deploy, workload):
    def program():
        KubernetesWorkload("orders", workload())
        StickyIngress("nlb", {**NLB, "selector": {"app.kubernetes.io/name": "billing"}})
        StickyIngress("alb", {**ALB, "service_name": "billing", "health_check_path": "/"})

    assert deploy(program)["nlb-service"]


def test_pods_without_a_service_are_found_by_their_labels(refused):
    assert "shutdown.load_balancer is 'none'" in refused({**NLB, "by": "selector"}, service_ports={})


CHECKS = {
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
@pytest.mark.parametrize("way", KNOWN, ids=told)
def test_a_load_balancer_asks_what_the_kubelet_asks(before, way, preview):
    plan = before(way, shutdown={"load_balancer": "alb"}, preview=preview)
    assert asked(plan, way["controller"]) == CHECKS[way["controller"]]
    assert warnings(plan) == []


def test_a_load_balancer_asks_the_port_and_by_the_scheme_of_the_probe(before):
    probes = {
        "readiness": {"http_get": "/up", "port": "management", "scheme": "HTTPS"},
        "liveness": {"http_get": "/live"},
    }
    container = {"ports": {"http": 8080, "management": 9090}, "probes": probes}
    plan = before({**ALB, "by": "name"}, shutdown={"load_balancer": "alb"}, container=container)
    found = asked(plan, "aws-ingress")
    assert found == {
        "healthcheck-path": "/up",
        "healthcheck-port": "9090",
        "healthcheck-protocol": "HTTPS",
        "success-codes": "200-399",
    }


def test_another_path_and_more_may_be_asked(before):
    more = {f"{PREFIX['aws-ingress']}success-codes": "204", f"{PREFIX['aws-ingress']}healthcheck-interval-seconds": "5"}
    way = {**ALB, "by": "name", "health_check_path": "/health", "annotations": more}
    assert asked(before(way, shutdown={"load_balancer": "alb"}), "aws-ingress") == {
        "healthcheck-path": "/health",
        "healthcheck-port": "8080",
        "healthcheck-protocol": "HTTP",
        "healthcheck-interval-seconds": "5",
        "success-codes": "204",
    }


BARE = {
    "probes": {
        "readiness": {"http_get": None, "tcp_socket": True},
        "liveness": {"tcp_socket": None, "http_get": "/live"},
    }
}


@pytest.mark.parametrize(
    "way", [{**ALB, "by": "name"}, {**GATEWAY, "by": "name"}, {**NLB, "by": "selector", "late": True}], ids=told
)
def test_without_a_path_of_the_probe_the_load_balancer_asks_what_it_asks_by_itself(before, way):
    plan = before(way, shutdown={"load_balancer": "alb"}, container=BARE)
    nlb = way["controller"] == "aws-nlb"
    path, _, protocol = (asked(plan, way["controller"])[key] for key in list(CHECKS[way["controller"]])[:3])
    assert (path, protocol) == ("/", "TCP" if nlb else "HTTP")
    assert warnings(plan) == ([] if nlb else [UNASKED.format(way["controller"])])
    plan = before({**way, "health_check_path": "/"}, shutdown={"load_balancer": "alb"}, container=BARE)
    assert warnings(plan) == []


UNASKED = (
    "StickyIngress 'way': {} asks the pods for '/', and sends nothing to those that do not answer it with 200; give "
    "health_check_path, which is '/' if that is meant"
)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("way", [ALB, GATEWAY], ids=lambda args: args["controller"])
def test_what_a_load_balancer_asks_pods_of_others_must_be_said(deploy, way, late):
    def made(**more):
        def program():
            StickyIngress(
                "way", {**way, **more, "service_name": pulumi.Output.from_input("orders") if late else "orders"}
            )

        return deploy(program)

    plan = made()
    assert warnings(plan) == [UNASKED.format(way["controller"])]
    assert bool(asked(plan, way["controller"])) == late
    plan = made(health_check_path="/ready")
    assert warnings(plan) == []
    path, port = list(CHECKS[way["controller"]])[:2]
    found = asked(plan, way["controller"])
    assert (found[path], found[port]) == ("/ready", "traffic-port")


FAST = (
    "StickyIngress 'way': the autoscaler of the workload behind it takes up to half of the pods a minute, and each takes its "
    "sessions with it; say gradual_scale_down=True there; accepted=['scale-down'] says that it is meant"
)


@pytest.mark.parametrize(
    ("autoscaling", "expected"),
    [
        (None, []),
        ({}, [FAST]),
        ({"gradual_scale_down": True}, []),
        ({"scale_down": {"stabilization_window_seconds": 0}}, []),
    ],
)
@pytest.mark.parametrize("by", ["name", "selector"])
def test_an_autoscaler_that_takes_many_pods_takes_many_sessions(before, by, autoscaling, expected):
    way = {**TRAEFIK, "by": by, "controller": "traefik-crd"}
    assert warnings(before(way, autoscaling=autoscaling)) == expected
    assert warnings(before({**way, "accepted": ["scale-down"]}, autoscaling=autoscaling)) == []


POLICY = StickyPolicy(cookie_name="SID")


@pytest.mark.parametrize("late", [False, True])
def test_a_service_must_carry_the_policy_that_it_is_said_to_carry(before, refused, late):
    way = {**TRAEFIK, "by": "name", "policy": POLICY, "service_annotated": True}

    def carried(policy):
        made = service_annotations("traefik-ingress", policy)
        return {key: Late(value) if late else value for key, value in made.items()}

    mend = "give the workload service_annotations('traefik-ingress', policy), with the same policy"
    cookie = "traefik.ingress.kubernetes.io/service.sticky.cookie"
    begin = (
        "StickyIngress 'way': service_annotated says that the Service carries the policy, and its workload does not put"
    )
    other = carried(StickyPolicy(cookie_name="OTHER", lifetime_seconds=60))
    assert refused(way, service_annotations=other) == f"{begin} {cookie}.name=SID, {cookie}.maxage=10800 on it; {mend}"
    assert refused(way).startswith(f"{begin} {cookie}=true, {cookie}.name=SID")
    assert before(way, service_annotations=carried(POLICY) | {"example.com/owner": "orders"})
