"""Annotations that users add to those of an ingress controller."""

import pulumi
import pytest

from moorings import WorkloadIngress
from moorings.kubernetes.ingress.controllers import get_controller

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
SERVICE = {"service_name": "orders", "service_port": 8080, "hosts": ["orders.example.com"]}
TLS = {**SERVICE, "tls_secret_name": "orders-tls"}
ALB = "alb.ingress.kubernetes.io/"
NLB = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESSES = {
    "aws-ingress": {
        **SERVICE,
        "certificate_arn": CERTIFICATE,
        "health_check_path": "/",
        "closed_paths": ["/metrics"],
        "wait_for_load_balancer": False,
    },
    "aws-nlb": {"selector": {"app": "orders"}, "service_port": 8080},
    "ingress-nginx": {**TLS, "cluster_issuer": "letsencrypt"},
    "haproxy-ingress": TLS,
    "nginx-ingress": TLS,
    "traefik-crd": TLS,
    "traefik-ingress": {**TLS, "acknowledge": {"ingress-service-annotations": "set by the chart"}},
}


@pytest.fixture
def annotations_of(deploy):
    """The annotations of an ingress with annotations of the user."""

    def deploy_ingress(controller, annotations, *, late=False, **changed):
        def program():
            added = {key: pulumi.Output.from_input(value) if late else value for key, value in annotations.items()}
            WorkloadIngress(
                "orders", {"controller": controller, "annotations": added, **INGRESSES[controller], **changed}
            )

        plan = deploy(program)
        return next(resource.inputs["metadata"]["annotations"] for resource in plan.resources if resource.custom)

    return deploy_ingress


SET_BY_ARGUMENT = {
    "aws-ingress": {
        f"{ALB}actions.closed": "closed_paths",
        f"{ALB}certificate-arn": "certificate_arn",
        f"{ALB}healthcheck-path": "health_check_path",
        f"{ALB}listen-ports": "certificate_arn",
        f"{ALB}scheme": "internet_facing",
        f"{ALB}ssl-policy": "ssl_policy",
        f"{ALB}ssl-redirect": "certificate_arn",
        f"{ALB}target-type": "policy",
        "pulumi.com/skipAwait": "wait_for_load_balancer",
        "pulumi.com/waitFor": "closed_paths",
    },
    "aws-nlb": {f"{NLB}nlb-target-type": "policy", f"{NLB}scheme": "internet_facing"},
    "ingress-nginx": {
        "cert-manager.io/cluster-issuer": "cluster_issuer",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": "policy.websocket_idle_timeout_seconds",
        "nginx.ingress.kubernetes.io/proxy-send-timeout": "policy.websocket_idle_timeout_seconds",
        "pulumi.com/skipAwait": "wait_for_load_balancer",
    },
    "haproxy-ingress": {
        "haproxy-ingress.github.io/timeout-tunnel": "policy.websocket_idle_timeout_seconds",
        "pulumi.com/skipAwait": "wait_for_load_balancer",
    },
    "nginx-ingress": {
        "nginx.org/proxy-read-timeout": "policy.websocket_idle_timeout_seconds",
        "nginx.org/proxy-send-timeout": "policy.websocket_idle_timeout_seconds",
        "nginx.org/websocket-services": "policy",
        "pulumi.com/skipAwait": "wait_for_load_balancer",
    },
    "traefik-crd": {"kubernetes.io/ingress.class": "ingress_class_name"},
    "traefik-ingress": {
        "pulumi.com/skipAwait": "wait_for_load_balancer",
        "traefik.ingress.kubernetes.io/router.entrypoints": "tls_secret_name",
        "traefik.ingress.kubernetes.io/router.tls": "tls_secret_name",
    },
}
ATTRIBUTE_LISTS = {f"{ALB}target-group-attributes", f"{ALB}load-balancer-attributes", f"{NLB}target-group-attributes"}
ATTRIBUTE_LISTS |= {f"{NLB}listener-attributes.TCP-8080"}
DEFAULTS = {f"{ALB}healthcheck-port", f"{ALB}healthcheck-protocol", f"{ALB}success-codes"}
SESSION_WORDS = ("affinity", "session-cookie", "sticky")


@pytest.mark.parametrize("controller", INGRESSES)
def test_every_annotation_names_the_argument_that_sets_it(annotations_of, controller):
    annotations = {key for key in annotations_of(controller, {}) if not any(word in key for word in SESSION_WORDS)}
    assert annotations - ATTRIBUTE_LISTS - DEFAULTS == SET_BY_ARGUMENT[controller].keys()


BYPASS = {
    "haproxy-ingress": "haproxy-ingress.github.io/service-upstream",
    "ingress-nginx": "nginx.ingress.kubernetes.io/service-upstream",
    "nginx-ingress": "nginx.org/use-cluster-ip",
    "traefik-ingress": "traefik.ingress.kubernetes.io/service.nativelb",
}


@pytest.mark.parametrize(("controller", "key"), BYPASS.items())
def test_an_annotation_that_bypasses_the_pods_is_rejected(annotations_of, rejected, controller, key):
    with rejected("ingress-load-balancing-annotation", f"annotations['{key}']"):
        annotations_of(controller, {key: "true"})
    assert annotations_of(controller, {key: "false"})[key] == "false"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "argument"),
    [(controller, key, argument) for controller, keys in SET_BY_ARGUMENT.items() for key, argument in keys.items()],
)
def test_an_annotation_that_an_argument_sets_is_rejected(annotations_of, rejected, controller, key, argument, late):  # noqa: PLR0917
    with rejected("ingress-annotation-conflict", f"annotations['{key}']"):
        annotations_of(controller, {key: "5"}, late=late)
    assert get_controller(controller).reserved_annotations.argument_of(key) == argument


@pytest.mark.parametrize(
    "key",
    [
        "haproxy-ingress.github.io/affinity",
        "haproxy.org/cookie-persistence",
        "nginx.ingress.kubernetes.io/session-cookie-name",
        "nginx.ingress.kubernetes.io/upstream-hash-by",
        "nginx.org/sticky-cookie-services",
    ],
)
def test_an_annotation_about_sessions_is_rejected(annotations_of, rejected, key):
    with rejected("ingress-session-annotation", f"annotations['{key}']"):
        annotations_of("haproxy-ingress", {key: "5"})


def test_the_cookie_of_a_login_is_not_session_affinity(annotations_of):
    key = "alb.ingress.kubernetes.io/auth-session-cookie"
    assert annotations_of("haproxy-ingress", {key: "orders"})[key] == "orders"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "value", "valid"),
    [
        ("nginx-ingress", "nginx.org/lb-method", "ip_hash", "least_conn"),
        ("nginx-ingress", "nginx.org/lb-method", "hash $request_uri", "random two"),
        ("haproxy-ingress", "haproxy-ingress.github.io/balance-algorithm", "source", "leastconn"),
        ("haproxy-ingress", "haproxy-ingress.github.io/balance-algorithm", "uri", "roundrobin"),
        ("ingress-nginx", "nginx.ingress.kubernetes.io/load-balance", "ip_hash", "ewma"),
    ],
)
def test_a_load_balancing_method_that_hashes_is_rejected(  # noqa: PLR0917
    annotations_of, rejected, controller, key, value, valid, late
):
    with rejected("ingress-load-balancing-annotation", f"annotations['{key}']"):
        annotations_of(controller, {key: value}, late=late)
    assert annotations_of(controller, {key: valid}, late=late)[key] == valid


def test_the_load_balancing_method_of_a_header_policy_is_rejected(annotations_of, rejected):
    key = "nginx.org/lb-method"
    with rejected("ingress-annotation-conflict", f"annotations['{key}']"):
        annotations_of("nginx-ingress", {key: "least_conn"}, policy={"header_name": "Execution-ID"})


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "user", "own"),
    [
        (
            "aws-ingress",
            f"{ALB}load-balancer-attributes",
            "access_logs.s3.enabled=true,access_logs.s3.bucket=logs",
            "idle_timeout.timeout_seconds=3600",
        ),
        (
            "aws-ingress",
            f"{ALB}target-group-attributes",
            "load_balancing.algorithm.type=least_outstanding_requests",
            "stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=10800,"
            "deregistration_delay.timeout_seconds=60",
        ),
        (
            "aws-nlb",
            f"{NLB}target-group-attributes",
            "preserve_client_ip.enabled=true",
            "stickiness.enabled=true,stickiness.type=source_ip,deregistration_delay.timeout_seconds=60",
        ),
        ("aws-nlb", f"{NLB}listener-attributes.TCP-8080", "a.b=c", "tcp.idle_timeout.seconds=3600"),
    ],
)
def test_attributes_are_added_to_those_of_the_policy(annotations_of, controller, key, user, own, late):  # noqa: PLR0917
    assert annotations_of(controller, {key: user}, late=late)[key] == f"{own},{user}"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "attribute", "argument"),
    [
        (
            "aws-ingress",
            f"{ALB}load-balancer-attributes",
            "idle_timeout.timeout_seconds",
            "policy.websocket_idle_timeout_seconds",
        ),
        ("aws-ingress", f"{ALB}target-group-attributes", "stickiness.enabled", "policy"),
        ("aws-ingress", f"{ALB}target-group-attributes", "stickiness.app_cookie.cookie_name", "policy"),
        (
            "aws-ingress",
            f"{ALB}target-group-attributes",
            "deregistration_delay.timeout_seconds",
            "deregistration_delay_seconds",
        ),
        (
            "aws-nlb",
            f"{NLB}listener-attributes.TCP-8080",
            "tcp.idle_timeout.seconds",
            "policy.websocket_idle_timeout_seconds",
        ),
    ],
)
def test_an_attribute_that_an_argument_sets_is_rejected(  # noqa: PLR0917
    annotations_of, rejected, controller, key, attribute, argument, late
):
    with rejected("ingress-annotation-conflict", f"annotations['{key}']"):
        annotations_of(controller, {key: f"a.b=c, {attribute}=5"}, late=late)
    assert get_controller(controller).reserved_annotations.argument_of(attribute) == argument


def test_other_annotations_are_kept(annotations_of):
    assert annotations_of("aws-ingress", {f"{ALB}group.name": "edge"})[f"{ALB}group.name"] == "edge"
    assert annotations_of("aws-nlb", {f"{NLB}attributes": "a.b=c"})[f"{NLB}attributes"] == "a.b=c"
