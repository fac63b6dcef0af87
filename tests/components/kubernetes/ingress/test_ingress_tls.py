"""Certificates of an ingress: Secrets, cert-manager, the default certificate of the controller, ACM."""

import pulumi
import pytest

from moorings import WorkloadIngress

ARN = "arn:aws:acm:{}:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
VALUES = {
    "service_name": "orders",
    "service_port": 8080,
    "hosts": ["orders.example.com"],
    "policy": {"strength": "none"},
}
SECRET = {**VALUES, "tls_secret_name": "orders-tls"}
API = {"hosts": ["api.example.org"], "services": {"api": {"service_name": "api", "service_port": 80}}}


@pytest.fixture
def create(deploy):
    return lambda values: deploy(lambda: WorkloadIngress("edge", values() if callable(values) else values))


@pytest.mark.parametrize(("argument", "kind"), [("issuer", "issuer"), ("cluster_issuer", "cluster-issuer")])
def test_cert_manager_reads_the_issuer_from_an_annotation(create, argument, kind):
    ingress = create({**SECRET, "controller": "haproxy-ingress", argument: "letsencrypt"})["edge-ingress"].inputs
    found = {key: value for key, value in ingress["metadata"]["annotations"].items() if "cert-manager" in key}
    assert found == {f"cert-manager.io/{kind}": "letsencrypt"}
    server = create({**SECRET, "controller": "nginx-virtualserver", argument: "letsencrypt"})
    assert server["edge-server-orders.example.com"].inputs["spec"]["tls"]["cert-manager"] == {kind: "letsencrypt"}


@pytest.mark.parametrize(("argument", "kind"), [("issuer", "Issuer"), ("cluster_issuer", "ClusterIssuer")])
def test_the_certificate_of_an_ingress_route_is_an_object(create, argument, kind):
    """cert-manager does not read IngressRoutes."""
    plan = create({**SECRET, "controller": "traefik-crd", argument: "letsencrypt"})
    assert plan["edge-certificate"].inputs["spec"] == {
        "secretName": "orders-tls",
        "dnsNames": ["orders.example.com"],
        "issuerRef": {"kind": kind, "name": "letsencrypt"},
    }


def test_the_default_certificate_of_the_controller_needs_no_secret(create):
    values = {**VALUES, "default_certificate": True}
    ingress = create({**values, "controller": "traefik-ingress"})["edge-ingress"].inputs
    assert ingress["spec"]["tls"] == [{"hosts": ["orders.example.com"]}]
    assert ingress["metadata"]["annotations"]["traefik.ingress.kubernetes.io/router.tls"] == "true"
    route = create({**values, "controller": "traefik-crd"})["edge-route"].inputs["spec"]
    assert (route["tls"], route["entryPoints"]) == ({}, ["websecure"])
    server = create({**values, "controller": "nginx-virtualserver"})["edge-server-orders.example.com"].inputs["spec"]
    assert server["tls"] == {"redirect": {"enable": True}}


@pytest.mark.parametrize("late", [False, True])
def test_hosts_of_a_route_have_a_certificate_of_their_own(create, late):
    def values():
        host = pulumi.Output.from_input("api.example.org") if late else "api.example.org"
        route = {**API, "hosts": [host], "tls_secret_name": "api-tls"}
        return {**SECRET, "controller": "haproxy-ingress", "routes": {"api": route}}

    assert create(values)["edge-ingress"].inputs["spec"]["tls"] == [
        {"hosts": ["orders.example.com"], "secretName": "orders-tls"},
        {"hosts": ["api.example.org"], "secretName": "api-tls"},
    ]


def test_each_virtual_server_has_the_certificate_of_its_host(create):
    route = {**API, "tls_secret_name": "api-tls"}
    plan = create({**VALUES, "controller": "nginx-virtualserver", "routes": {"api": route}})
    assert plan["edge-server-api.example.org"].inputs["spec"]["tls"]["secret"] == "api-tls"
    assert "tls" not in plan["edge-server-orders.example.com"].inputs["spec"]


def test_a_certificate_of_a_route_belongs_to_its_hosts(create, rejected):
    route = {"paths": ["/api"], "tls_secret_name": "api-tls", "rewrite_prefix": "/"}
    with rejected("ingress-contradictory-route", "routes.api.tls_secret_name"):
        create({**SECRET, "controller": "haproxy-ingress", "routes": {"api": route}})
    with rejected("ingress-unsupported-route", "routes.api.tls_secret_name"):
        create({**SECRET, "controller": "traefik-crd", "routes": {"api": {**API, "tls_secret_name": "api-tls"}}})


ALB = {**VALUES, "controller": "aws-ingress", "health_check_path": "/", "certificate_arn": ARN.format("eu-west-1")}


@pytest.mark.parametrize("late", [False, True])
def test_a_listener_can_have_several_certificates(create, late):
    other = "arn:aws:acm:eu-west-1:123456789012:certificate/91e5c8a3-2d4f-47b6-8f0a-6c3b7d12e9f5"
    plan = create(lambda: {**ALB, "additional_certificate_arns": [pulumi.Output.from_input(other) if late else other]})
    annotations = plan["edge-ingress"].inputs["metadata"]["annotations"]
    assert annotations["alb.ingress.kubernetes.io/certificate-arn"] == f"{ARN.format('eu-west-1')},{other}"


def test_all_certificates_are_in_one_region(create, rejected):
    with rejected("ingress-certificate-region"):
        create({**ALB, "additional_certificate_arns": [ARN.format("us-east-1")]})


@pytest.mark.parametrize(
    ("changed", "rule", "path"),
    [
        ({"issuer": "a", "tls_secret_name": None}, "missing", "tls_secret_name"),
        ({"issuer": "a", "hosts": []}, "missing", "hosts"),
        ({"issuer": "a", "cluster_issuer": "b"}, "without-effect", "issuer"),
        ({"default_certificate": True}, "without-effect", "default_certificate"),
    ],
)
def test_contradictory_certificates_are_rejected(create, rejected, changed, rule, path):
    with rejected(f"ingress-argument-{rule}", path):
        create({**SECRET, "controller": "haproxy-ingress", **changed})


def test_additional_certificates_need_a_default_one(create, rejected):
    with rejected("ingress-argument-missing", "certificate_arn"):
        create({**ALB, "certificate_arn": None, "additional_certificate_arns": [ARN.format("eu-west-1")]})
