"""Arguments of ``WorkloadIngress`` that are accepted or rejected."""

import pulumi
import pytest

from moorings import InvalidInput, WorkloadIngress

pytestmark = pytest.mark.usefixtures("fixed_registry")

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
VIRTUAL_SERVER = HAPROXY | {"controller": "nginx-virtualserver"}
KMS_KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
US_CERTIFICATE = CERTIFICATE.replace("eu-west-1", "us-east-1")
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
TLS_1_2 = "ELBSecurityPolicy-TLS13-1-2-2021-06"
ALB_PREFIX = "alb.ingress.kubernetes.io/"
CODES = f"annotations['{ALB_PREFIX}success-codes']"
IRRELEVANT = {"ingress-cookie-flags", "ingress-moving-sessions"}


@pytest.fixture
def accepted(deploy):
    return lambda name="orders", **args: deploy(lambda: WorkloadIngress(name, args))


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        (HAPROXY | {"service_name": None}, "one-backend", "backend"),
        (HAPROXY | SELECTOR, "one-backend", "backend"),
        (HAPROXY | {"backend": BACKEND}, "one-backend", "backend"),
        (HAPROXY | {"service_port": None}, "argument-missing", "service_port"),
        (TRAEFIK | SELECTOR | {"service_port": None}, "argument-missing", "service_port"),
        (HAPROXY | {"controller": "nginx-ingress", "hosts": []}, "argument-missing", "hosts"),
        (HAPROXY | {"cluster_issuer": "letsencrypt", "hosts": []}, "argument-missing", "hosts"),
        (HAPROXY | {"tls_secret_name": None, "cluster_issuer": "a"}, "argument-missing", "tls_secret_name"),
        (ISTIO | {"gateway_name": None}, "argument-missing", "gateway_name"),
        (HAPROXY | {"target_port": 80}, "argument-without-effect", "target_port"),
        (HAPROXY | {"dedicated_service": True}, "argument-without-effect", "dedicated_service"),
        (ALB | {"certificate_arn": None, "ssl_policy": TLS_1_2}, "argument-without-effect", "ssl_policy"),
        (SERVICE | SERVICE_NAME | {"selector": {}}, "unsupported-argument", "service_name"),
        (TRAEFIK | SERVICE_NAME, "service-annotations", "service_name"),
        (ENVOY | {"hosts": [f"h{number}.example.com" for number in range(17)]}, "route-limit", "hosts"),
        (ENVOY | {"paths": [f"/{number}" for number in range(65)]}, "route-limit", "paths"),
        (ENVOY | {"closed_paths": [f"/{number}" for number in range(65)]}, "route-limit", "closed_paths"),
        (HAPROXY | {"closed_paths": ["/metrics"]}, "unsupported-argument", "closed_paths"),
        (ALB | {"closed_paths": ["/"]}, "closed-route", "closed_paths[0]"),
        (
            ALB | {"paths": ["/a", "/health/live"], "closed_paths": ["/metrics", "/health/"]},
            "closed-route",
            "closed_paths[1]",
        ),
        (ISTIO | {"ssl_policy": TLS_1_2}, "unsupported-argument", "ssl_policy"),
        (NLB | {"closed_paths": ["/metrics"]}, "unsupported-argument", "closed_paths"),
        (NLB | {"hosts": HOSTS}, "unsupported-argument", "hosts"),
        (SERVICE | {"paths": ["/orders"]}, "unsupported-argument", "paths"),
        (HAPROXY | {"certificate_arn": CERTIFICATE}, "unsupported-argument", "certificate_arn"),
        (ALB | {"tls_secret_name": "orders-tls"}, "unsupported-argument", "tls_secret_name"),
        (ISTIO | {"tls_secret_name": "orders-tls"}, "unsupported-argument", "tls_secret_name"),
        (NLB | {"certificate_arn": CERTIFICATE}, "unsupported-argument", "certificate_arn"),
        (HAPROXY | {"gateway_name": "public"}, "unsupported-argument", "gateway_name"),
        (ISTIO | {"gateway_listener": "https"}, "unsupported-argument", "gateway_listener"),
        (ISTIO | {"ingress_class_name": "istio"}, "unsupported-argument", "ingress_class_name"),
        (HAPROXY | {"internet_facing": True}, "unsupported-argument", "internet_facing"),
        (ISTIO | {"wait_for_load_balancer": True}, "unsupported-argument", "wait_for_load_balancer"),
        (VIRTUAL_SERVER | {"closed_paths": ["/a;b"]}, "path-characters", "closed_paths[0]"),
        (ALB | {"hosts": [f"{'a' * 60}.{'b' * 60}.example"]}, "alb-condition", "hosts[0]"),
        (ALB | {"paths": ["/", f"/{'a' * 126}"]}, "alb-condition", "paths[1]"),
        (ALB | {"paths": ["/*/*/*/*/*/a"], "hosts": ["*.example.com"]}, "alb-rule-quota", "paths[0]"),
        (ALB | {"annotations": {f"{ALB_PREFIX}success-codes": "0"}}, "alb-success-codes", CODES),
        (ALB | {"annotations": {f"{ALB_PREFIX}wafv2-acl-arn": WEB_ACL}}, "certificate-region", "certificate_arn"),
        (ALB | {"certificate_arn": f"{CERTIFICATE},{US_CERTIFICATE}"}, "certificate-region", "certificate_arn"),
        (HAPROXY | {"aws_region": "eu-west-1"}, "unsupported-argument", "aws_region"),
        (ALB | {"annotations": {f"{ALB_PREFIX}success-codes": "ok"}}, "alb-success-codes", CODES),
    ],
)
def test_an_invalid_combination_is_rejected(accepted, rejected, args, rule, path):
    with rejected(f"ingress-{rule}", path):
        accepted(**args)


@pytest.mark.parametrize(
    "args",
    [
        HAPROXY | {"ingress_class_name": "edge", "paths": ["/orders", "/basket"], "cluster_issuer": "letsencrypt"},
        TRAEFIK | SERVICE_NAME | {"acknowledge": {"ingress-service-annotations": "the chart sets them"}},
        NLB | {"target_port": 9090, "internet_facing": True},
        {"controller": "aws-nlb", "backend": BACKEND},
        ENVOY | {"hosts": [f"h{number}.example.com" for number in range(16)]},
        ISTIO | {"hosts": [f"h{number}.example.com" for number in range(17)]},
        ENVOY | {"gateway_namespace": "edge", "gateway_listener": "https", "gateway_api_release": "1.5"},
        HAPROXY | {"annotations": {"haproxy-ingress.github.io/hsts": "true"}},
        HAPROXY | {"annotations": {"haproxy-ingress.github.io/service-upstream": "false"}},
        ENVOY | {"hosts": [], "paths": [f"/{number}" for number in range(64)]},
        ISTIO | {"paths": [f"/{number}" for number in range(65)]},
        ISTIO | {"hosts": []},
        ALB | {"hosts": []},
        ALB | {"hosts": [f"h{number}.example.com" for number in range(9)]},
        ALB | {"paths": ["/healthy", "/metric"], "closed_paths": ["/health", "/metrics"]},
        ALB | {"ssl_policy": TLS_1_2},
        ALB | {"certificate_arn": "arn:aws-cn:iam::123456789012:server-certificate/orders"},
        ALB | {"annotations": {f"{ALB_PREFIX}success-codes": "200-204, 301"}},
        ALB | {"annotations": {f"{ALB_PREFIX}wafv2-acl-arn": WEB_ACL.replace("us-east-1", "eu-west-1")}},
        ALB | {"certificate_arn": f"{CERTIFICATE},{CERTIFICATE}2", "aws_region": "eu-west-1"},
        NLB | {"health_check_path": "/ready"},
        HAPROXY | {"hosts": ["orders", "xn--bcher-kva.example"], "paths": ["/it's;v=1"]},
    ],
)
def test_a_valid_combination_is_accepted(accepted, args):
    assert accepted(**args)


@pytest.mark.parametrize(
    ("args", "finding"),
    [
        (ENVOY | {"gateway_api_release": "1.8"}, ("ingress-gateway-api-release", "gateway_api_release")),
        (ENVOY | {"gateway_api_release": "1.4.1"}, ("ingress-gateway-api-release", "gateway_api_release")),
        (ISTIO | {"gateway_api_release": "1.8"}, None),
        (ENVOY | {"gateway_api_release": "v1.7.2"}, None),
        (ALB | {"ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2031-06"}, ("ingress-tls-policy", "ssl_policy")),
        (HAPROXY | {"ingress_class_name": "alb"}, ("ingress-other-controller", "ingress_class_name")),
        (HAPROXY | {"controller": "haproxy-ingress", "ingress_class_name": "haproxy"}, None),
        (VIRTUAL_SERVER | {"ingress_class_name": "nginx"}, None),
        (ISTIO | {"annotations": {f"{ALB_PREFIX}group.name": "edge"}}, None),
        (HAPROXY | {"paths": ["/orders/*"]}, ("ingress-path-wildcard", "paths[0]")),
        (VIRTUAL_SERVER | {"closed_paths": ["/metrics/*"]}, ("ingress-path-wildcard", "closed_paths[0]")),
        (HAPROXY | {"hosts": ["*.com"]}, ("ingress-wildcard-host", "hosts[0]")),
    ],
)
def test_a_setting_that_is_rarely_intended_is_a_warning(accepted, logged, args, finding):
    found = [item for item in logged(accepted(**args)) if item[0] not in IRRELEVANT]
    assert found == ([finding] if finding else [])


@pytest.mark.parametrize(("release", "fields"), [("1.6.3", {"sessionName", "cookieConfig"}), ("1.9", {"cookie"})])
def test_a_newer_release_has_the_fields_of_the_newest_known_one(accepted, release, fields):
    (rule,) = accepted(**ENVOY | {"gateway_api_release": release})["orders-route"].inputs["spec"]["rules"]
    assert rule["sessionPersistence"].keys() - {"type", "absoluteTimeout"} == fields


@pytest.mark.parametrize(
    ("args", "argument", "value", "rule"),
    [
        (HAPROXY, "service_port", 0, "range"),
        (HAPROXY, "service_port", 65536, "range"),
        (SERVICE, "target_port", 0, "range"),
        (HAPROXY, "service_name", "Orders", "format"),
        (HAPROXY, "namespace", "shop.eu", "format"),
        (ENVOY, "gateway_namespace", "Edge", "format"),
        (HAPROXY, "tls_secret_name", "Orders", "format"),
        (HAPROXY, "cluster_issuer", "LetsEncrypt", "format"),
        (HAPROXY, "ingress_class_name", "HAProxy", "format"),
        (ENVOY, "gateway_name", "Public", "format"),
        (ENVOY, "gateway_listener", "HTTPS", "format"),
        (ALB, "certificate_arn", "orders", "format"),
        (ALB, "certificate_arn", KMS_KEY, "format"),
        (ALB, "deregistration_delay_seconds", 3601, "range"),
        (ALB, "deregistration_delay_seconds", -1, "range"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_an_invalid_value_is_rejected_plain_or_late(deploy, rejected, late, args, argument, value, rule):  # noqa: PLR0917
    def program():
        WorkloadIngress("orders", args | {argument: pulumi.Output.from_input(value) if late else value})

    with rejected(f"argument-{rule}", argument):
        deploy(program)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("argument", ["selector", "labels"])
def test_an_invalid_label_is_rejected_plain_or_late(deploy, rejected, argument, late):
    def program():
        label = pulumi.Output.from_input("a b") if late else "a b"
        WorkloadIngress("orders", SERVICE | {argument: {"app": label}})

    with rejected("argument-format", f"{argument}.app"):
        deploy(program)


@pytest.mark.parametrize(
    ("argument", "value", "rule", "path"),
    [
        ("controller", "nginx", "choice", "controller"),
        ("hosts", ["Orders.example.com"], "format", "hosts[0]"),
        ("hosts", ["a.example.com", "bücher.example.com"], "format", "hosts[1]"),
        ("hosts", ["a.*.example.com"], "format", "hosts[0]"),
        ("hosts", ["a.example.com", "a.example.com"], "duplicate", None),
        ("paths", ["orders"], "format", "paths[0]"),
        ("paths", ["/orders?a"], "format", "paths[0]"),
        ("paths", ["/a", "/a"], "duplicate", None),
        ("closed_paths", ["metrics"], "format", "closed_paths[0]"),
        ("closed_paths", ["/metrics", "/metrics/"], "duplicate", None),
        ("health_check_path", "ready", "format", "health_check_path"),
        ("health_check_path", "/" + "r" * 1024, "format", "health_check_path"),
        ("ssl_policy", "TLSv1.2", "format", "ssl_policy"),
        ("gateway_api_release", "latest", "format", "gateway_api_release"),
        ("controller_release", "main", "format", "controller_release"),
        ("policy", {"cookie": "A"}, "unknown", "policy.cookie"),
    ],
)
def test_an_invalid_plain_value_is_rejected(accepted, rejected, argument, value, rule, path):  # noqa: PLR0917
    with rejected(f"argument-{rule}", path):
        accepted(**(HAPROXY | {argument: value}))


@pytest.mark.parametrize(
    ("host", "fix"),
    [
        ("bücher.example.com", "; write xn--bcher-kva.example.com ["),
        ("Orders.example.com", "; write orders.example.com ["),
        ("a..example.com", "got 'a..example.com' ["),
        ("a b.example.com", "got 'a b.example.com' ["),
    ],
)
def test_a_host_that_can_be_corrected_is_suggested(accepted, host, fix):
    with pytest.raises(InvalidInput) as error:
        accepted(**HAPROXY | {"hosts": [host]})
    assert fix in str(error.value)


@pytest.mark.parametrize(
    "late",
    [
        lambda: {**NLB, "service_port": pulumi.Output.from_input(443)},
        lambda: {"controller": "aws-nlb", "backend": pulumi.Output.from_input(BACKEND)},
    ],
    ids=["service_port", "backend"],
)
def test_the_port_must_be_known_if_the_name_of_an_annotation_contains_it(deploy, rejected, late):
    with rejected("ingress-late-name", "service_port"):
        deploy(lambda: WorkloadIngress("orders", late()))


@pytest.mark.parametrize(("name", "args"), [("o" * 47, SERVICE), ("2orders", SERVICE), ("Orders", HAPROXY)])
def test_an_invalid_name_is_rejected(accepted, rejected, name, args):
    with rejected("ingress-object-name", ""):
        accepted(name, **args)


@pytest.mark.parametrize(("name", "args"), [("o" * 46, SERVICE), ("2orders", HAPROXY), ("o" * 100, HAPROXY)])
def test_a_valid_name_is_accepted(accepted, name, args):
    assert accepted(name, **args)


def test_a_host_that_makes_an_object_name_too_long_is_rejected(accepted, rejected):
    host = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 39])
    assert accepted(**VIRTUAL_SERVER | {"hosts": [host[:-1]]})
    with rejected("ingress-object-name", ""):
        accepted(**VIRTUAL_SERVER | {"hosts": [host]})


@pytest.mark.parametrize("finding", [("argument-missing", "service_port"), ("argument-missing", "gateway_name")])
def test_all_problems_are_reported_together(accepted, rejected, finding):
    rule, path = finding
    with rejected(f"ingress-{rule}", path):
        accepted(**ISTIO | {"gateway_name": None, "service_port": None})
