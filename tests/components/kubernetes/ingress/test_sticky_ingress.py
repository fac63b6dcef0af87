"""Objects, outputs, warnings and waiting of ``StickyIngress``."""

import pulumi
import pytest

from moorings import KubernetesWorkload, StickyIngress, StickyIngressArgs, StickyPolicy, service_annotations
from moorings.kubernetes.ingress.sticky_ingress import _first_address

COMPONENT = "StickyIngress 'orders'"
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
        return deploy(lambda: StickyIngress("orders", args), preview=preview)

    return deploy_ingress


def children(plan):
    return sorted(f"{resource.type} {resource.name}" for resource in plan.resources if resource.custom)


def warnings(plan):
    return [message for severity, message, _ in plan.log if severity == "warning"]


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
def test_it_creates_exactly_the_objects_of_the_controller(ingress, args, expected):
    assert children(ingress(**args)) == expected


def test_urns_do_not_change(ingress):
    assert ingress(**HAPROXY).urns == [
        "urn:pulumi:test::moorings::moorings:index:StickyIngress$kubernetes:networking.k8s.io/v1:Ingress::orders-ingress",
        "urn:pulumi:test::moorings::moorings:index:StickyIngress::orders",
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
                f"{prefix}session-cookie-keywords": "indirect nocache httponly secure attr SameSite=Lax maxlife 10800s",
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
        deploy(lambda: StickyIngress("orders", StickyIngressArgs(**HAPROXY, policy=StickyPolicy(**policy)))),
    ]
    first, *others = [plan["orders-ingress"].inputs for plan in plans]
    assert all(inputs == first for inputs in others)
    name = first["metadata"]["annotations"]["haproxy-ingress.github.io/session-cookie-name"]
    assert name == "CONSTELLATION_AFFINITY"


def test_values_can_be_late(deploy):
    def program():
        late = {"service_name": "orders-1a2b3c4d", "service_port": 8080, "namespace": "shop"}
        StickyIngress(
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
    plan = deploy(lambda: StickyIngress("orders", ALB | {"deregistration_delay_seconds": pulumi.Output.from_input(40)}))
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
        StickyIngress("orders", {**TRAEFIK, "policy": policy, "backend": orders.backend})

    plan = deploy(program)
    service, ingress = plan["orders-service"], plan["orders-ingress"]
    name = service.inputs["metadata"]["annotations"]["traefik.ingress.kubernetes.io/service.sticky.cookie.name"]
    assert name == "CONSTELLATION_AFFINITY"
    assert ingress.inputs["metadata"]["namespace"] == "shop"
    assert service.urn in ingress.property_dependencies["spec"]
    assert not any("orders-deployment" in urn for urn in ingress.dependencies)


def test_a_service_of_the_ingress_carries_the_policy(ingress):
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
def test_it_waits_for_the_load_balancer_where_an_address_is_always_published(ingress, args, waits):
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
        ingress = StickyIngress("orders", args)
        addresses.append(ingress.address)
        pulumi.export("name", ingress.service_name)
        pulumi.export("annotations", ingress.service_annotations)

    plan = deploy(program)
    assert [address is not None for address in addresses] == [has_address]
    assert plan.outputs["name"] == "orders"
    assert plan.outputs["annotations"] == {}


def test_a_warning_contains_the_component_and_how_to_silence_it(ingress):
    plan = ingress(**ALB)
    assert warnings(plan) == [
        f"{COMPONENT}: policy: the cookie of aws-ingress has no Secure, HttpOnly, SameSite; "
        "acknowledged_warnings=['cookie-flags'] silences it"
    ]
    assert plan.log[0][2] == "urn:pulumi:test::moorings::moorings:index:StickyIngress::orders"
    assert warnings(ingress(**ALB, acknowledged_warnings=["cookie-flags"])) == []


def test_a_soft_policy_acknowledges_that_sessions_can_move(ingress):
    assert warnings(ingress(**ISTIO)) == [
        f"{COMPONENT}: policy: with istio the pod is selected by a hash of the cookie, so a change in the number of pods "
        "moves some sessions; policy.strength='soft' acknowledges it"
    ]
    assert warnings(ingress(**ISTIO, policy={"strength": "soft"})) == []


<<<<<<< HEAD
def test_plain_http_is_told_unless_tls_ends_elsewhere(made):
    bare = {key: value for key, value in HAPROXY.items() if key != "tls_secret_name"}
    (warning,) = warnings(made(**bare))
    assert warning.startswith(f"{WHERE}: nothing ends TLS, so that the cookie goes without Secure")
    assert warnings(made(**bare, tls_elsewhere=True)) == []
    assert warnings(made(**bare, accepted=["plain-http"])) == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            HAPROXY | {"service_name": None},
            "give either service_name, of a Service that is there, or selector, to make one",
        ),
        (HAPROXY | OWN, "give either service_name, of a Service that is there, or selector, to make one"),
        (
            HAPROXY | {"target_port": 80},
            "target_port belongs to a Service of its own, made with selector; leave it out",
        ),
        (SERVICE | TO | {"selector": {}}, "service is a Service itself; give selector in place of service_name"),
        (
            TRAEFIK | TO,
            "traefik-ingress reads the policy from annotations of the Service; put service_annotations(controller, policy) "
            "on it and say service_annotated=True, or give selector in place of service_name",
        ),
        (HAPROXY | {"hosts": []}, "name the hosts under which clients come"),
        (
            ENVOY | {"hosts": [f"h{number}.example.com" for number in range(17)]},
            "hosts names 17, but a route of the Gateway API has at most 16; make two",
        ),
        (ISTIO | {"hosts": []}, "name the hosts under which clients come"),
        (
            ENVOY | {"paths": [f"/{number}" for number in range(65)]},
            "paths names 65, but a rule of the Gateway API has at most 64; make two",
        ),
        (
            ENVOY | {"closed_paths": [f"/{number}" for number in range(65)]},
            "closed_paths names 65, but a rule of the Gateway API has at most 64; make two",
        ),
        (
            HAPROXY | {"closed_paths": ["/metrics"]},
            "closed_paths: what is written for haproxy-ingress closes no path; let the application close it, or take "
            "aws-ingress, aws-gateway, traefik-crd, traefik-gateway, nginx-virtualserver, nginx-gateway-fabric, "
            "gateway-api, envoy-gateway, kgateway, istio",
        ),
        (ALB | {"closed_paths": ["/"]}, "closed_paths closes '/', and '/' of paths lies in it; keep one of them"),
        (
            ALB | {"paths": ["/a", "/health/live"], "closed_paths": ["/metrics", "/health/"]},
            "closed_paths closes '/health', and '/health/live' of paths lies in it; keep one of them",
        ),
        (
            ISTIO | {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            "ssl_policy is for aws-ingress; istio takes none, so leave it out",
        ),
        (
            ALB | {"certificate_arn": None, "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            "ssl_policy is for a load balancer that ends TLS; give certificate_arn, or leave it out",
        ),
        (
            HAPROXY | {"health_check_path": "/ready"},
            "health_check_path is asked by load balancers of AWS, not by haproxy-ingress; leave it out",
        ),
        (NLB | {"closed_paths": ["/metrics"]}, "aws-nlb sees connections alone, no hosts and paths; leave them out"),
        (NLB | {"hosts": HOSTS}, "aws-nlb sees connections alone, no hosts and paths; leave them out"),
        (SERVICE | {"paths": ["/orders"]}, "service sees connections alone, no hosts and paths; leave them out"),
        (
            HAPROXY | {"certificate_arn": CERTIFICATE},
            "haproxy-ingress takes no certificate_arn; give cluster_issuer, tls_secret_name",
        ),
        (ALB | {"tls_secret_name": "orders-tls"}, "aws-ingress takes no tls_secret_name; give certificate_arn"),
        (
            ISTIO | {"tls_secret_name": "orders-tls"},
            "istio takes no tls_secret_name; the Gateway ends TLS, at its listener",
        ),
        (NLB | {"certificate_arn": CERTIFICATE}, "aws-nlb takes no certificate_arn; TLS ends in the pods"),
        (
            HAPROXY | {"tls_secret_name": None, "cluster_issuer": "letsencrypt"},
            "cluster_issuer keeps the certificate in a secret; name it with tls_secret_name",
        ),
        (ISTIO | {"gateway_name": None}, "istio serves routes of a Gateway; name it with gateway_name"),
        (HAPROXY | {"gateway_name": "public"}, "haproxy-ingress takes no gateway_name; leave that out"),
        (ISTIO | {"gateway_listener": "https"}, "istio takes no gateway_listener; leave that out"),
        (ISTIO | {"class_name": "istio"}, "istio takes no class_name; leave that out"),
        (
            ENVOY | {"controller": "gateway-api", "policy": {"path": "/orders"}},
            "policy.path is '/orders', but sessionPersistence has a path from release 1.7 of the Gateway API on; leave it "
            "out, or say gateway_api='1.7' if the cluster has that",
        ),
        (
            HAPROXY | {"internet_facing": True},
            "internet_facing is for aws-ingress and aws-nlb; haproxy-ingress is reached where it stands",
        ),
        (
            ISTIO | {"wait_for_address": True},
            "wait_for_address: nothing that is made for istio gets an address; leave it out",
        ),
        (
            HAPROXY | {"annotations": {"haproxy-ingress.github.io/affinity": "cookie"}},
            "annotations sets haproxy-ingress.github.io/affinity, which the policy decides; leave it to the policy",
        ),
        (
            HAPROXY | {"annotations": {"haproxy-ingress.github.io/service-upstream": "true"}},
            "annotations sets haproxy-ingress.github.io/service-upstream, which sends all sessions to one address; leave "
            "it out",
        ),
        (
            ISTIO | {"policy": {"strength": "soft", "websocket_idle_seconds": 60}},
            "policy.websocket_idle_seconds is 60, but istio cannot set it; leave it out, or take ingress-nginx, "
            "aws-ingress, aws-nlb, haproxy-ingress, nginx-ingress, nginx-virtualserver, envoy-gateway, kgateway",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(refused, args, message):
    assert refused(**args) == f"{WHERE}: {message}"


@pytest.mark.parametrize(
    "args",
    [
        HAPROXY | {"class_name": "edge", "paths": ["/orders", "/basket"], "cluster_issuer": "letsencrypt"},
        TRAEFIK | TO | {"service_annotated": True},
        NLB | {"target_port": 9090, "internet_facing": True},
        ENVOY | {"hosts": [f"h{number}.example.com" for number in range(16)]},
        ISTIO | {"hosts": [f"h{number}.example.com" for number in range(17)]},
        ENVOY | {"gateway_namespace": "edge", "gateway_listener": "https", "gateway_api": "1.5"},
        HAPROXY | {"annotations": {"haproxy-ingress.github.io/hsts": "true"}},
        ENVOY | {"hosts": [], "paths": [f"/{number}" for number in range(64)]},
        ISTIO | {"paths": [f"/{number}" for number in range(65)]},
        ALB | {"hosts": []},
        ALB | {"paths": ["/healthy", "/metric"], "closed_paths": ["/health", "/metrics"]},
        ALB | {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        NLB | {"health_check_path": "/ready"},
        ENVOY | {"controller": "gateway-api", "policy": {"path": "/orders"}, "gateway_api": "1.7"},
    ],
)
def test_what_fits_together_is_taken(made, args):
    assert made(**args)


LABEL = "must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end"
SUBDOMAIN = "must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin and end with a letter or digit"


@pytest.mark.parametrize(
    ("args", "field", "bad", "message"),
    [
        (HAPROXY, "service_port", 0, "Input should be greater than or equal to 1"),
        (HAPROXY, "service_port", 65536, "Input should be less than or equal to 65535"),
        (SERVICE, "target_port", 0, "Input should be greater than or equal to 1"),
        (
            HAPROXY,
            "service_name",
            "Orders",
            "'Orders' must be 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen",
        ),
        (HAPROXY, "namespace", "shop.eu", f"'shop.eu' {LABEL}"),
        (ENVOY, "gateway_namespace", "Edge", f"'Edge' {LABEL}"),
        (HAPROXY, "tls_secret_name", "Orders", f"'Orders' {SUBDOMAIN}"),
        (HAPROXY, "cluster_issuer", "LetsEncrypt", f"'LetsEncrypt' {SUBDOMAIN}"),
        (HAPROXY, "class_name", "HAProxy", f"'HAProxy' {SUBDOMAIN}"),
        (ENVOY, "gateway_name", "Public", f"'Public' {SUBDOMAIN}"),
        (ENVOY, "gateway_listener", "HTTPS", f"'HTTPS' {SUBDOMAIN}"),
        (ALB, "deregistration_delay_seconds", 3601, "Input should be less than or equal to 3600"),
        (ALB, "deregistration_delay_seconds", -1, "Input should be greater than or equal to 0"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_bad_value_is_refused_at_once_or_when_it_resolves(deploy, late, args, field, bad, message):  # noqa: PLR0917
    with pytest.raises(InvalidInput) as found:
        deploy(lambda: StickyIngress("orders", args | {field: pulumi.Output.from_input(bad) if late else bad}))
    assert str(found.value) == f"{WHERE}.{field}: {message}"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("field", ["selector", "labels"])
def test_a_bad_label_is_refused_at_once_or_when_it_resolves(deploy, field, late):
    with pytest.raises(InvalidInput) as found:
        deploy(
            lambda: StickyIngress(
                "orders", SERVICE | {field: {"app": pulumi.Output.from_input("a b") if late else "a b"}}
            )
        )
    assert str(found.value).startswith(f"{WHERE}.{field}")
    assert str(found.value).endswith(
        "'a b' must be at most 63 letters, digits, '-', '_' and '.', and begin and end with a letter or digit"
    )


@pytest.mark.parametrize("late", [False, True])
def test_a_certificate_is_an_arn(deploy, late):
    with pytest.raises(InvalidInput, match=rf"^{WHERE}.certificate_arn: expected an ARN"):
        deploy(
            lambda: StickyIngress(
                "orders", ALB | {"certificate_arn": pulumi.Output.from_input("orders") if late else "orders"}
            )
        )


@pytest.mark.parametrize(
    ("field", "bad", "message"),
    [
        ("controller", "nginx", "Input should be 'ingress-nginx', 'aws-ingress'"),
        (
            "hosts",
            ["Orders.example.com"],
            "[0]: 'Orders.example.com' is not a host's name in lower case, such as orders",
        ),
        ("hosts", ["*.com"], "[0]: '*.com' is not a host's name in lower case, such as orders"),
        ("hosts", ["a.*.example.com"], "[0]: 'a.*.example.com' is not a host's name in lower case, such as orders"),
        ("hosts", ["a.example.com", "a.example.com"], "a.example.com is named twice; name each once"),
        ("paths", ["orders"], "[0]: 'orders' must begin with / and hold no spaces, quotes, braces or regular"),
        ("paths", ["/orders/*"], "[0]: '/orders/*' must begin with / and hold no spaces, quotes, braces or regular"),
        ("paths", ["/a", "/a"], "/a is named twice; name each once"),
        (
            "closed_paths",
            ["/metrics/*"],
            "[0]: '/metrics/*' ends with *, and all below a path is closed with it; leave the * out",
        ),
        ("closed_paths", ["metrics"], "[0]: 'metrics' must begin with / and hold no spaces"),
        ("closed_paths", ["/metrics", "/metrics/"], "/metrics is named twice; name each once"),
        ("health_check_path", "ready", "'ready' is not a path of up to 1024 characters, such as /ready"),
        ("health_check_path", "/" + "r" * 1024, "is not a path of up to 1024 characters, such as /ready"),
        ("ssl_policy", "ELBSecurityPolicy-2016-08", "Input should be 'ELBSecurityPolicy-TLS13-1-3-2021-06'"),
        ("paths", [], "List should have at least 1 item after validation, not 0"),
        ("policy", {"cookie": "A"}, ".cookie: there is no such argument"),
        ("accepted", ["all"], "[0]: Input should be 'cookie-flags', 'plain-http', 'retired', 'scale-down' "),
    ],
)
def test_a_bad_plain_value_is_refused(refused, field, bad, message):
    said = refused(**(HAPROXY | {field: bad}))
    assert said.startswith(f"{WHERE}.{field}")
    assert message in said


def test_a_late_port_cannot_name_a_listener(deploy):
    with pytest.raises(InvalidInput) as found:
        deploy(lambda: StickyIngress("orders", NLB | {"service_port": pulumi.Output.from_input(443)}))
    assert str(found.value) == (f"{WHERE}: service_port must be plain with aws-nlb, whose listener is named after it")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "o" * 47,
            "the name has 47 characters, and 46 are the most: -service and 9 characters of Pulumi are added, and a Service "
            "has 63; shorten it",
        ),
        (
            "Orders",
            "the name 'Orders' must be 1 to 63 lower-case letters, digits and hyphens, begin with a letter and not end with "
            "a hyphen",
        ),
    ],
)
def test_a_name_that_no_object_can_be_called_after_is_refused(deploy, name, message):
    with pytest.raises(InvalidInput) as found:
        deploy(lambda: StickyIngress(name, HAPROXY))
    assert str(found.value) == f"StickyIngress {name!r}: {message}"


def test_the_longest_name_is_taken(deploy):
    assert deploy(lambda: StickyIngress("o" * 46, SERVICE))


def test_a_host_that_makes_a_name_too_long_is_refused(made, refused):
    server = HAPROXY | {"controller": "nginx-virtualserver"}
    name = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 39])
    assert made(**server | {"hosts": [name[:-1]]})
    assert refused(**server | {"hosts": [name]}) == (
        f"{WHERE}: VirtualServer orders-server-{name} would have a name of 254 characters, and 253 are the most; shorten the "
        "name or the host"
    )


def test_several_mistakes_are_told_at_once(refused):
    assert refused(**ISTIO | {"gateway_name": None, "hosts": []}) == (
        f"{WHERE}: name the hosts under which clients come; istio serves routes of a Gateway; name it with gateway_name"
    )
=======
def test_plain_http_is_a_warning_unless_tls_is_terminated_elsewhere(ingress):
    plain_http = {key: value for key, value in HAPROXY.items() if key != "tls_secret_name"}
    (warning,) = warnings(ingress(**plain_http))
    assert warning.startswith(f"{COMPONENT}: policy: without TLS the session cookie is sent in plain text")
    assert warnings(ingress(**plain_http, external_tls_termination=True)) == []
    assert warnings(ingress(**plain_http, acknowledged_warnings=["plain-http"])) == []
>>>>>>> 6301a15 (Ingresses get a backend and controllers one file each: tests, guide and the programs that use them)
