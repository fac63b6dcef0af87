"""Constellation Engine's deployment guide asks for three kinds of stickiness: its facts, and where we differ and why.

Source: https://github.com/VledicFranco/constellation-engine, the guides to deployment and clustering.
"""

import pytest

from moorings import StickyIngress

POLICY = {"cookie_name": "CONSTELLATION_AFFINITY", "lifetime_seconds": 10800}
HOST = "constellation.example.com"
TO = {"service_name": "constellation-engine", "service_port": 8080, "namespace": "constellation", "hosts": [HOST]}
NGINX = "nginx.ingress.kubernetes.io/"
ALB = "alb.ingress.kubernetes.io/"


@pytest.fixture
def annotations_and_spec(deploy):
    def make(role, **args):
        inputs = deploy(lambda: StickyIngress("constellation", args))[f"constellation-{role}"].inputs
        return inputs["metadata"].get("annotations", {}), inputs["spec"]

    return make


@pytest.mark.parametrize(
    ("args", "facts", "ours"),
    [
        (
            {"controller": "ingress-nginx", "policy": POLICY, "tls_secret_name": "constellation-tls"},
            {
                f"{NGINX}affinity": "cookie",
                f"{NGINX}session-cookie-name": "CONSTELLATION_AFFINITY",
                f"{NGINX}session-cookie-max-age": "10800",
                # What the guide asks of a bare NGINX in front of /lsp.
                f"{NGINX}proxy-read-timeout": "3600",
            },
            {
                f"{NGINX}affinity-mode": "a session stays when pods are added",
                f"{NGINX}session-cookie-expires": "for clients that do not know Max-Age",
                f"{NGINX}session-cookie-path": "/lsp and /api share a session",
                f"{NGINX}session-cookie-secure": "the cookie never goes in clear",
                f"{NGINX}session-cookie-samesite": "other sites cannot use the session",
                f"{NGINX}proxy-send-timeout": "a WebSocket may be silent in both directions",
                "pulumi.com/skipAwait": "many installations publish no address, and the deployment would hang",
            },
        ),
        (
            {
                "controller": "aws-ingress",
                "policy": {"lifetime_seconds": 10800},
                "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52",
            },
            {f"{ALB}target-type": "ip"},
            {
                f"{ALB}target-group-attributes": "see below",
                f"{ALB}load-balancer-attributes": "60 silent seconds would end an editor's session",
                f"{ALB}scheme": "internal unless it is said",
                f"{ALB}listen-ports": "TLS, and plain requests are sent there",
                f"{ALB}ssl-redirect": "as above",
                f"{ALB}certificate-arn": "as above",
                f"{ALB}ssl-policy": "TLS 1.3; TLS 1.0 would be let in otherwise",
            },
        ),
    ],
    ids=["nginx", "alb"],
)
def test_the_ingress_holds_what_the_guide_asks_for(annotations_and_spec, args, facts, ours):
    annotations, spec = annotations_and_spec("ingress", **TO, **args)
    assert {key: annotations[key] for key in facts} == facts
    assert annotations.keys() - facts.keys() == ours.keys()
    (rule,) = spec["rules"]
    assert rule == {
        "host": HOST,
        "http": {
            "paths": [
                {
                    "path": "/",
                    "pathType": "Prefix",
                    "backend": {"service": {"name": "constellation-engine", "port": {"number": 8080}}},
                }
            ]
        },
    }
    # The guide names a class for ALB alone; without one, the cluster's default class decides.
    assert spec["ingressClassName"] == {"ingress-nginx": "nginx", "aws-ingress": "alb"}[args["controller"]]


def test_the_target_group_holds_what_the_guide_asks_for_and_what_it_forgets(annotations_and_spec):
    annotations, _ = annotations_and_spec("ingress", **TO, controller="aws-ingress", policy={"lifetime_seconds": 10800})
    told = dict(each.split("=") for each in annotations[f"{ALB}target-group-attributes"].split(","))
    facts = {"stickiness.enabled": "true", "stickiness.lb_cookie.duration_seconds": "10800"}
    assert {key: told.pop(key) for key in facts} == facts
    assert told == {
        "stickiness.type": "lb_cookie",  # which duration counts is said, not left to a default
        "deregistration_delay.timeout_seconds": "60",  # five minutes outlive the pod
    }


def test_the_service_holds_what_the_guide_asks_for(annotations_and_spec):
    selector = {"app.kubernetes.io/name": "constellation-engine"}
    _, spec = annotations_and_spec(
        "service",
        controller="service",
        policy={"lifetime_seconds": 10800, "strength": "soft"},
        service_port=8080,
        namespace="constellation",
        selector=selector,
    )
    assert spec == {
        "type": "ClusterIP",
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
        "selector": selector,
        "ports": [{"name": "http", "port": 8080, "targetPort": 8080, "protocol": "TCP"}],
    }


def test_a_suspended_execution_is_found_by_its_id(annotations_and_spec):
    annotations, _ = annotations_and_spec(
        "ingress",
        **TO,
        controller="nginx-ingress",
        policy={"header": "Execution-ID"},
        tls_secret_name="constellation-tls",
    )
    assert annotations["nginx.org/lb-method"] == "hash $http_execution_id consistent"
