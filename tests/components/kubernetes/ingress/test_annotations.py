"""Annotations that users add to a way."""

import pulumi
import pytest

from moorings import InvalidInput, StickyIngress

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
TO = {"service_name": "orders", "service_port": 8080, "hosts": ["orders.example.com"]}
SECRET = {**TO, "tls_secret_name": "orders-tls"}
ALB = "alb.ingress.kubernetes.io/"
NLB = "service.beta.kubernetes.io/aws-load-balancer-"
WAYS = {
    "aws-ingress": {
        **TO,
        "certificate_arn": CERTIFICATE,
        "health_check_path": "/",
        "closed_paths": ["/metrics"],
        "wait_for_address": False,
    },
    "aws-nlb": {"selector": {"app": "orders"}, "service_port": 8080},
    "ingress-nginx": {**SECRET, "cluster_issuer": "letsencrypt"},
    "haproxy-ingress": SECRET,
    "nginx-ingress": SECRET,
    "traefik-crd": SECRET,
    "traefik-ingress": {**SECRET, "service_annotated": True},
}


@pytest.fixture
def made(deploy):
    """The annotations of a way to which users add some."""

    def make(controller, annotations, *, late=False, **more):
        def program():
            added = {key: pulumi.Output.from_input(value) if late else value for key, value in annotations.items()}
            StickyIngress("orders", {"controller": controller, "annotations": added, **WAYS[controller], **more})

        plan = deploy(program)
        return next(each.inputs["metadata"]["annotations"] for each in plan.resources if each.custom)

    return make


@pytest.fixture
def refused(made):
    def refuse(*args, **more):
        with pytest.raises(InvalidInput) as found:
            made(*args, **more)
        return str(found.value)

    return refuse


DECIDED = {
    "aws-ingress": {
        f"{ALB}actions.closed": "closed_paths",
        f"{ALB}certificate-arn": "certificate_arn",
        f"{ALB}healthcheck-path": "health_check_path",
        f"{ALB}listen-ports": "certificate_arn",
        f"{ALB}scheme": "internet_facing",
        f"{ALB}ssl-policy": "ssl_policy",
        f"{ALB}ssl-redirect": "certificate_arn",
        f"{ALB}target-type": "the policy",
        "pulumi.com/skipAwait": "wait_for_address",
    },
    "aws-nlb": {f"{NLB}nlb-target-type": "the policy", f"{NLB}scheme": "internet_facing"},
    "ingress-nginx": {
        "cert-manager.io/cluster-issuer": "cluster_issuer",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": "policy.websocket_idle_seconds",
        "nginx.ingress.kubernetes.io/proxy-send-timeout": "policy.websocket_idle_seconds",
        "pulumi.com/skipAwait": "wait_for_address",
    },
    "haproxy-ingress": {
        "haproxy-ingress.github.io/timeout-tunnel": "policy.websocket_idle_seconds",
        "pulumi.com/skipAwait": "wait_for_address",
    },
    "nginx-ingress": {
        "nginx.org/proxy-read-timeout": "policy.websocket_idle_seconds",
        "nginx.org/proxy-send-timeout": "policy.websocket_idle_seconds",
        "nginx.org/websocket-services": "the policy",
        "pulumi.com/skipAwait": "wait_for_address",
    },
    "traefik-crd": {"kubernetes.io/ingress.class": "class_name"},
    "traefik-ingress": {
        "pulumi.com/skipAwait": "wait_for_address",
        "traefik.ingress.kubernetes.io/router.entrypoints": "tls_secret_name",
        "traefik.ingress.kubernetes.io/router.tls": "tls_secret_name",
    },
}
JOINED = {f"{ALB}target-group-attributes", f"{ALB}load-balancer-attributes", f"{NLB}target-group-attributes"}
JOINED |= {f"{NLB}listener-attributes.TCP-8080"}
SUGGESTED = {f"{ALB}healthcheck-port", f"{ALB}healthcheck-protocol", f"{ALB}success-codes"}
BY_ITS_NAME = ("affinity", "session-cookie", "sticky")


@pytest.mark.parametrize("controller", WAYS)
def test_every_annotation_that_is_written_is_decided_by_an_argument(made, controller):
    written = {key for key in made(controller, {}) if not any(word in key for word in BY_ITS_NAME)}
    assert written - JOINED - SUGGESTED == DECIDED[controller].keys()


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "argument"),
    [(controller, key, argument) for controller, keys in DECIDED.items() for key, argument in keys.items()],
)
def test_what_an_argument_decides_is_not_set_beside_it(refused, controller, key, argument, late):
    assert refused(controller, {key: "5"}, late=late) == (
        f"StickyIngress 'orders': annotations sets {key}, which {argument} decides; leave it out"
    )


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
def test_what_keeps_sessions_is_the_policys(refused, key):
    assert refused("haproxy-ingress", {key: "5"}) == (
        f"StickyIngress 'orders': annotations sets {key}, which the policy decides; leave it to the policy"
    )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "value", "good"),
    [
        ("nginx-ingress", "nginx.org/lb-method", "ip_hash", "least_conn"),
        ("nginx-ingress", "nginx.org/lb-method", "hash $request_uri", "random two"),
        ("haproxy-ingress", "haproxy-ingress.github.io/balance-algorithm", "source", "leastconn"),
        ("haproxy-ingress", "haproxy-ingress.github.io/balance-algorithm", "uri", "roundrobin"),
        ("ingress-nginx", "nginx.ingress.kubernetes.io/load-balance", "ip_hash", "ewma"),
    ],
)
def test_a_hash_beside_the_cookie_is_refused(made, refused, controller, key, value, good, late):  # noqa: PLR0917
    assert refused(controller, {key: value}, late=late) == (
        f"StickyIngress 'orders': annotations sets {key} to {value!r}, a hash that chooses the pod, which the policy decides; "
        "leave it out"
    )
    assert made(controller, {key: good}, late=late)[key] == good


def test_a_hash_that_is_the_policys_is_not_set_beside_it(refused):
    key = "nginx.org/lb-method"
    assert refused("nginx-ingress", {key: "least_conn"}, policy={"header": "Execution-ID"}) == (
        f"StickyIngress 'orders': annotations sets {key}, which the policy decides; leave it out"
    )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "theirs", "ours"),
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
def test_attributes_are_added_to_those_that_keep_sessions(made, controller, key, theirs, ours, late):  # noqa: PLR0917
    assert made(controller, {key: theirs}, late=late)[key] == f"{ours},{theirs}"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("controller", "key", "attribute", "argument"),
    [
        (
            "aws-ingress",
            f"{ALB}load-balancer-attributes",
            "idle_timeout.timeout_seconds",
            "policy.websocket_idle_seconds",
        ),
        ("aws-ingress", f"{ALB}target-group-attributes", "stickiness.enabled", "the policy"),
        ("aws-ingress", f"{ALB}target-group-attributes", "stickiness.app_cookie.cookie_name", "the policy"),
        (
            "aws-ingress",
            f"{ALB}target-group-attributes",
            "deregistration_delay.timeout_seconds",
            "deregistration_delay_seconds",
        ),
        ("aws-nlb", f"{NLB}listener-attributes.TCP-8080", "tcp.idle_timeout.seconds", "policy.websocket_idle_seconds"),
    ],
)
def test_an_attribute_that_an_argument_decides_is_refused(refused, controller, key, attribute, argument, late):  # noqa: PLR0917
    assert refused(controller, {key: f"a.b=c, {attribute}=5"}, late=late) == (
        f"StickyIngress 'orders': annotations sets {attribute} in {key}, which {argument} decides; leave it out"
    )


def test_annotations_of_ones_own_stay(made):
    assert made("aws-ingress", {f"{ALB}group.name": "edge"})[f"{ALB}group.name"] == "edge"
    assert made("aws-nlb", {f"{NLB}attributes": "a.b=c"})[f"{NLB}attributes"] == "a.b=c"
