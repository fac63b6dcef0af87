"""Arguments of ``StickyIngress`` that are accepted or rejected."""

import pulumi
import pytest

from moorings import InvalidInput, StickyIngress

pytestmark = pytest.mark.usefixtures("fixed_registry")

COMPONENT = "StickyIngress 'orders'"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
HOSTS = ["orders.example.com"]
SERVICE_NAME = {"service_name": "orders", "service_port": 8080}
SELECTOR = {"selector": {"app": "orders"}, "service_port": 8080}
BACKEND = {"namespace": "shop", "selector": {"app": "orders"}, "service_name": "orders", "ports": {"http": 8080}}
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
WITH_GATEWAY_NAME = "aws-gateway, traefik-gateway, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway"


@pytest.fixture
def accepted(deploy):
    return lambda name="orders", **args: deploy(lambda: StickyIngress(name, args))


@pytest.fixture
def rejection(accepted):
    """Return the error message for rejected arguments."""

    def reject(name="orders", **args):
        with pytest.raises(InvalidInput) as error:
            accepted(name, **args)
        return str(error.value)

    return reject


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (HAPROXY | {"service_name": None}, "backend, service_name, selector: exactly one is required, got none"),
        (
            HAPROXY | SELECTOR,
            "backend, service_name, selector: exactly one is required, got service_name and selector",
        ),
        (
            HAPROXY | {"backend": BACKEND},
            "backend, service_name, selector: exactly one is required, got backend and service_name",
        ),
        (HAPROXY | {"service_port": None}, "service_port: required with service_name"),
        (TRAEFIK | SELECTOR | {"service_port": None}, "service_port: required with selector"),
        (
            HAPROXY | {"target_port": 80},
            "target_port: applies only to a Service that the ingress creates; remove it",
        ),
        (
            HAPROXY | {"dedicated_service": True},
            "dedicated_service: applies only to a backend, got service_name; remove it",
        ),
        (
            NLB | {"service_annotations_set": True},
            "service_annotations_set: applies only to service_name; remove it",
        ),
        (
            SERVICE | SERVICE_NAME | {"selector": {}},
            "service_name: service creates a Service; use backend or selector",
        ),
        (
            TRAEFIK | SERVICE_NAME,
            "service_annotations_set: traefik-ingress reads the policy from annotations of the Service; add those that "
            "service_annotations(controller, policy) returns and confirm it with True, or use backend or selector",
        ),
        (HAPROXY | {"hosts": []}, "hosts: required with haproxy-ingress"),
        (ISTIO | {"hosts": []}, "hosts: required with istio"),
        (
            ENVOY | {"hosts": [f"h{number}.example.com" for number in range(17)]},
            "hosts: an HTTPRoute supports at most 16, got 17; create a second StickyIngress",
        ),
        (
            ENVOY | {"paths": [f"/{number}" for number in range(65)]},
            "paths: an HTTPRoute supports at most 64, got 65; create a second StickyIngress",
        ),
        (
            ENVOY | {"closed_paths": [f"/{number}" for number in range(65)]},
            "closed_paths: an HTTPRoute supports at most 64, got 65; create a second StickyIngress",
        ),
        (
            HAPROXY | {"closed_paths": ["/metrics"]},
            "closed_paths: haproxy-ingress does not support it; remove it, or use aws-ingress, aws-gateway, traefik-crd, "
            "traefik-gateway, nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway, istio",
        ),
        (ALB | {"closed_paths": ["/"]}, "closed_paths: '/' closes '/' of paths; remove one of them"),
        (
            ALB | {"paths": ["/a", "/health/live"], "closed_paths": ["/metrics", "/health/"]},
            "closed_paths: '/health' closes '/health/live' of paths; remove one of them",
        ),
        (
            ISTIO | {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            "ssl_policy: istio does not support it; remove it, or use aws-ingress",
        ),
        (
            ALB | {"certificate_arn": None, "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            "certificate_arn: required with ssl_policy",
        ),
        (
            HAPROXY | {"health_check_path": "/ready"},
            "health_check_path: haproxy-ingress does not support it; remove it, or use aws-ingress, aws-gateway, aws-nlb",
        ),
        (
            NLB | {"closed_paths": ["/metrics"]},
            "closed_paths: aws-nlb does not support it; remove it, or use aws-ingress, aws-gateway, traefik-crd, "
            "traefik-gateway, nginx-virtualserver, nginx-gateway-fabric, gateway-api, envoy-gateway, kgateway, istio",
        ),
        (NLB | {"hosts": HOSTS}, "hosts, paths: aws-nlb routes TCP connections, which have none; remove them"),
        (
            SERVICE | {"paths": ["/orders"]},
            "hosts, paths: service routes TCP connections, which have none; remove them",
        ),
        (
            HAPROXY | {"certificate_arn": CERTIFICATE},
            "certificate_arn: haproxy-ingress does not support it; use cluster_issuer, tls_secret_name",
        ),
        (
            ALB | {"tls_secret_name": "orders-tls"},
            "tls_secret_name: aws-ingress does not support it; use certificate_arn",
        ),
        (
            ISTIO | {"tls_secret_name": "orders-tls"},
            "tls_secret_name: istio does not support it; TLS is terminated at the Gateway",
        ),
        (
            NLB | {"certificate_arn": CERTIFICATE},
            "certificate_arn: aws-nlb does not support it; TLS is terminated in the pods",
        ),
        (
            HAPROXY | {"tls_secret_name": None, "cluster_issuer": "letsencrypt"},
            "tls_secret_name: required with cluster_issuer, which stores the certificate in this Secret",
        ),
        (ISTIO | {"gateway_name": None}, "gateway_name: required with istio"),
        (
            HAPROXY | {"gateway_name": "public"},
            f"gateway_name: haproxy-ingress does not support it; remove it, or use {WITH_GATEWAY_NAME}, istio",
        ),
        (
            ISTIO | {"gateway_listener": "https"},
            f"gateway_listener: istio does not support it; remove it, or use {WITH_GATEWAY_NAME}",
        ),
        (
            ISTIO | {"ingress_class_name": "istio"},
            "ingress_class_name: istio does not support it; remove it, or use ingress-nginx, aws-ingress, "
            "traefik-ingress, traefik-crd, haproxy, haproxy-ingress, nginx-ingress, nginx-virtualserver",
        ),
        (
            HAPROXY | {"internet_facing": True},
            "internet_facing: haproxy-ingress does not support it; remove it, or use aws-ingress, aws-nlb",
        ),
        (
            ENVOY | {"controller": "gateway-api", "policy": {"cookie_path": "/orders"}},
            "policy.cookie_path: sessionPersistence supports it since release 1.7 of the Gateway API, and "
            "gateway_api_release is 1.6; remove it",
        ),
        (
            ISTIO | {"wait_for_load_balancer": True},
            "wait_for_load_balancer: no object of istio contains an address; remove it",
        ),
        (
            HAPROXY | {"annotations": {"haproxy-ingress.github.io/affinity": "cookie"}},
            "annotations: policy sets haproxy-ingress.github.io/affinity; remove it",
        ),
        (
            HAPROXY | {"annotations": {"haproxy-ingress.github.io/service-upstream": "true"}},
            "annotations: haproxy-ingress.github.io/service-upstream routes requests to the Service instead of to pods; remove it",
        ),
        (
            ISTIO | {"policy": {"strength": "soft", "websocket_idle_timeout_seconds": 60}},
            "policy.websocket_idle_timeout_seconds: istio cannot set it, got 60; remove it, or use ingress-nginx, "
            "aws-ingress, aws-nlb, haproxy-ingress, nginx-ingress, nginx-virtualserver, envoy-gateway, kgateway",
        ),
    ],
)
def test_an_invalid_combination_is_rejected(rejection, args, message):
    assert rejection(**args) == f"{COMPONENT}: {message}"


@pytest.mark.parametrize(
    "args",
    [
        HAPROXY | {"ingress_class_name": "edge", "paths": ["/orders", "/basket"], "cluster_issuer": "letsencrypt"},
        TRAEFIK | SERVICE_NAME | {"service_annotations_set": True},
        NLB | {"target_port": 9090, "internet_facing": True},
        {"controller": "aws-nlb", "backend": BACKEND},
        ENVOY | {"hosts": [f"h{number}.example.com" for number in range(16)]},
        ISTIO | {"hosts": [f"h{number}.example.com" for number in range(17)]},
        ENVOY | {"gateway_namespace": "edge", "gateway_listener": "https", "gateway_api_release": "1.5"},
        HAPROXY | {"annotations": {"haproxy-ingress.github.io/hsts": "true"}},
        ENVOY | {"hosts": [], "paths": [f"/{number}" for number in range(64)]},
        ISTIO | {"paths": [f"/{number}" for number in range(65)]},
        ALB | {"hosts": []},
        ALB | {"paths": ["/healthy", "/metric"], "closed_paths": ["/health", "/metrics"]},
        ALB | {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        NLB | {"health_check_path": "/ready"},
        ENVOY | {"controller": "gateway-api", "policy": {"cookie_path": "/orders"}, "gateway_api_release": "1.7"},
    ],
)
def test_a_valid_combination_is_accepted(accepted, args):
    assert accepted(**args)


LABEL = "must be 1 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit, got "
SUBDOMAIN = (
    "must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and end with a letter or digit, got "
)


@pytest.mark.parametrize(
    ("args", "argument", "value", "message"),
    [
        (HAPROXY, "service_port", 0, "must be at least 1"),
        (HAPROXY, "service_port", 65536, "must be at most 65535"),
        (SERVICE, "target_port", 0, "must be at least 1"),
        (
            HAPROXY,
            "service_name",
            "Orders",
            "must be 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen, "
            "got 'Orders'",
        ),
        (HAPROXY, "namespace", "shop.eu", f"{LABEL}'shop.eu'"),
        (ENVOY, "gateway_namespace", "Edge", f"{LABEL}'Edge'"),
        (HAPROXY, "tls_secret_name", "Orders", f"{SUBDOMAIN}'Orders'"),
        (HAPROXY, "cluster_issuer", "LetsEncrypt", f"{SUBDOMAIN}'LetsEncrypt'"),
        (HAPROXY, "ingress_class_name", "HAProxy", f"{SUBDOMAIN}'HAProxy'"),
        (ENVOY, "gateway_name", "Public", f"{SUBDOMAIN}'Public'"),
        (ENVOY, "gateway_listener", "HTTPS", f"{SUBDOMAIN}'HTTPS'"),
        (ALB, "deregistration_delay_seconds", 3601, "must be at most 3600"),
        (ALB, "deregistration_delay_seconds", -1, "must be at least 0"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_an_invalid_value_is_rejected_plain_or_late(deploy, late, args, argument, value, message):  # noqa: PLR0917
    def program():
        StickyIngress("orders", args | {argument: pulumi.Output.from_input(value) if late else value})

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value) == f"{COMPONENT}.{argument}: {message}"


@pytest.mark.parametrize("late", [False, True])
def test_a_certificate_must_be_an_arn(deploy, late):
    certificate = {"certificate_arn": "orders"}
    with pytest.raises(InvalidInput, match=rf"^{COMPONENT}\.certificate_arn: .*'orders'"):
        deploy(
            lambda: StickyIngress(
                "orders",
                ALB | {key: pulumi.Output.from_input(value) if late else value for key, value in certificate.items()},
            )
        )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("argument", ["selector", "labels"])
def test_an_invalid_label_is_rejected_plain_or_late(deploy, argument, late):
    def program():
        label = pulumi.Output.from_input("a b") if late else "a b"
        StickyIngress("orders", SERVICE | {argument: {"app": label}})

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value).startswith(f"{COMPONENT}.{argument}")
    assert str(error.value).endswith(
        "must be at most 63 letters, digits, '-', '_' and '.', and begin and end with a letter or digit, got 'a b'"
    )


HOST_MESSAGE = "expected a lower-case host name or wildcard, such as orders.example.com, got "
PATH_MESSAGE = "expected a path prefix without spaces, quotes, braces and wildcards, such as /orders, got "


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("controller", "nginx", "expected 'ingress-nginx', 'aws-ingress'"),
        ("hosts", ["Orders.example.com"], f"[0]: {HOST_MESSAGE}'Orders.example.com'"),
        ("hosts", ["*.com"], f"[0]: {HOST_MESSAGE}'*.com'"),
        ("hosts", ["a.*.example.com"], f"[0]: {HOST_MESSAGE}'a.*.example.com'"),
        ("hosts", ["a.example.com", "a.example.com"], "a.example.com is listed more than once; remove the duplicate"),
        ("paths", ["orders"], f"[0]: {PATH_MESSAGE}'orders'"),
        ("paths", ["/orders/*"], f"[0]: {PATH_MESSAGE}'/orders/*'"),
        ("paths", ["/a", "/a"], "/a is listed more than once; remove the duplicate"),
        ("closed_paths", ["/metrics/*"], f"[0]: {PATH_MESSAGE}'/metrics/*'"),
        ("closed_paths", ["metrics"], f"[0]: {PATH_MESSAGE}'metrics'"),
        ("closed_paths", ["/metrics", "/metrics/"], "/metrics is listed more than once; remove the duplicate"),
        ("health_check_path", "ready", "expected a path of at most 1024 characters, such as /ready, got 'ready'"),
        (
            "health_check_path",
            "/" + "r" * 1024,
            "expected a path of at most 1024 characters, such as /ready, got '/rrr",
        ),
        ("ssl_policy", "ELBSecurityPolicy-2016-08", "expected 'ELBSecurityPolicy-TLS13-1-3-2021-06'"),
        ("paths", [], "must not be empty"),
        ("policy", {"cookie": "A"}, ".cookie: unknown argument"),
        (
            "acknowledged_warnings",
            ["all"],
            "[0]: expected 'cookie-flags', 'plain-http', 'retired', 'scale-down' ",
        ),
    ],
)
def test_an_invalid_plain_value_is_rejected(rejection, argument, value, message):
    rejected = rejection(**(HAPROXY | {argument: value}))
    assert rejected.startswith(f"{COMPONENT}.{argument}")
    assert message in rejected


@pytest.mark.parametrize(
    "late",
    [
        lambda: {**NLB, "service_port": pulumi.Output.from_input(443)},
        lambda: {"controller": "aws-nlb", "backend": pulumi.Output.from_input(BACKEND)},
    ],
    ids=["service_port", "backend"],
)
def test_the_port_must_be_known_if_the_name_of_an_annotation_contains_it(deploy, late):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: StickyIngress("orders", late()))
    assert str(error.value) == (
        f"{COMPONENT}: service_port: must be known at preview with aws-nlb, because an annotation is named after it"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "o" * 47,
            "name: must be at most 46 characters, so that a Service can be named {name}-service with 9 characters of "
            "Pulumi, got 47",
        ),
        (
            "Orders",
            "name: must be 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a "
            "hyphen, got 'Orders'",
        ),
    ],
)
def test_an_invalid_name_is_rejected(rejection, name, message):
    assert rejection(name, **HAPROXY) == f"StickyIngress {name!r}: {message}"


def test_the_longest_name_is_accepted(accepted):
    assert accepted("o" * 46, **SERVICE)


def test_a_host_that_makes_an_object_name_too_long_is_rejected(accepted, rejection):
    server = HAPROXY | {"controller": "nginx-virtualserver"}
    host = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 39])
    assert accepted(**server | {"hosts": [host[:-1]]})
    assert rejection(**server | {"hosts": [host]}) == (
        f"{COMPONENT}: name, hosts: the name of VirtualServer orders-server-{host} must be at most 253 characters, got 254; "
        "shorten the name or the host"
    )


def test_all_problems_are_reported_together(rejection):
    assert rejection(**ISTIO | {"gateway_name": None, "hosts": []}).splitlines() == [
        f"{COMPONENT}: hosts: required with istio",
        f"{COMPONENT}: gateway_name: required with istio",
    ]
