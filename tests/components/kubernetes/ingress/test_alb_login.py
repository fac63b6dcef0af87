"""Login, web ACL and gRPC at the load balancer of an ingress."""

import pulumi
import pytest

from moorings import WorkloadIngress

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
WEB_ACL = "arn:aws:wafv2:{}:123456789012:regional/webacl/tools/11111111-2222-3333-4444-555555555555"
PREFIX = "alb.ingress.kubernetes.io/"
ALB = {
    "controller": "aws-ingress",
    "service_name": "orders",
    "service_port": 8080,
    "hosts": ["orders.example.com"],
    "certificate_arn": CERTIFICATE,
    "policy": {"strength": "none"},
}
HEALTH_CHECK = {"health_check_path": "/ready"}
OIDC = {
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "user_info_endpoint": "https://login.example.com/userinfo",
    "secret_name": "orders-oidc",
}
COGNITO = {
    "user_pool_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
    "user_pool_client_id": "1example23456789",
    "user_pool_domain": "orders",
}


@pytest.fixture
def annotations(deploy):
    def run(values):
        plan = deploy(lambda: WorkloadIngress("edge", values() if callable(values) else values))
        return plan["edge-ingress"].inputs["metadata"]["annotations"]

    return run


def test_users_log_in_with_an_openid_connect_provider(annotations):
    found = annotations({**ALB, **HEALTH_CHECK, "oidc": {**OIDC, "scope": "openid email"}})
    assert {key: found[PREFIX + key] for key in ("auth-type", "auth-scope", "auth-idp-oidc")} == {
        "auth-type": "oidc",
        "auth-scope": "openid email",
        "auth-idp-oidc": (
            '{"issuer":"https://login.example.com","authorizationEndpoint":"https://login.example.com/authorize",'
            '"tokenEndpoint":"https://login.example.com/token",'
            '"userInfoEndpoint":"https://login.example.com/userinfo","secretName":"orders-oidc"}'
        ),
    }


@pytest.mark.parametrize("late", [False, True])
def test_users_log_in_with_a_user_pool(annotations, late):
    def values():
        arn = pulumi.Output.from_input(COGNITO["user_pool_arn"]) if late else COGNITO["user_pool_arn"]
        return {**ALB, **HEALTH_CHECK, "cognito": {**COGNITO, "user_pool_arn": arn}}

    found = annotations(values)
    assert found[f"{PREFIX}auth-type"] == "cognito"
    assert found[f"{PREFIX}auth-idp-cognito"] == (
        '{"userPoolARN":"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",'
        '"userPoolClientID":"1example23456789","userPoolDomain":"orders"}'
    )


def test_there_is_one_identity_provider(annotations, rejected):
    with rejected("ingress-alb-login", "cognito"):
        annotations({**ALB, **HEALTH_CHECK, "cognito": COGNITO, "oidc": OIDC})


@pytest.mark.parametrize("argument", ["oidc", "cognito", "web_acl_arn"])
def test_other_controllers_have_no_login(annotations, rejected, argument):
    values = {"oidc": OIDC, "cognito": COGNITO, "web_acl_arn": WEB_ACL.format("eu-west-1")}
    changed = {**ALB, "controller": "haproxy-ingress", "certificate_arn": None, argument: values[argument]}
    with rejected("ingress-unsupported-argument", argument):
        annotations(changed)


def test_annotations_of_a_login_conflict_with_it(annotations, rejected):
    with rejected("ingress-annotation-conflict", "annotations['alb.ingress.kubernetes.io/auth-type']"):
        annotations({**ALB, **HEALTH_CHECK, "oidc": OIDC, "annotations": {f"{PREFIX}auth-type": "none"}})


def test_the_web_acl_is_in_the_region_of_the_certificate(annotations, rejected):
    found = annotations({**ALB, **HEALTH_CHECK, "web_acl_arn": WEB_ACL.format("eu-west-1")})
    assert found[f"{PREFIX}wafv2-acl-arn"] == WEB_ACL.format("eu-west-1")
    with rejected("ingress-certificate-region"):
        annotations({**ALB, **HEALTH_CHECK, "web_acl_arn": WEB_ACL.format("us-east-1")})


# gRPC


def test_grpc_targets_pass_the_default_health_check(annotations):
    """The load balancer calls /AWS.ALB/healthcheck, and expects the status 12 (UNIMPLEMENTED)."""
    found = annotations({**ALB, "backend_protocol": "GRPC"})
    assert found[f"{PREFIX}backend-protocol-version"] == "GRPC"
    assert not {f"{PREFIX}success-codes", f"{PREFIX}healthcheck-path"} & found.keys()


def test_a_grpc_method_answers_the_health_check_with_ok(annotations):
    found = annotations({**ALB, "backend_protocol": "GRPC", "health_check_path": "/grpc.health.v1.Health/Check"})
    assert found[f"{PREFIX}success-codes"] == "0"


def test_http_status_codes_are_not_those_of_grpc(annotations, rejected):
    codes = {f"{PREFIX}success-codes": "200-399"}
    with rejected("ingress-alb-success-codes"):
        annotations(
            {**ALB, "backend_protocol": "GRPC", "health_check_path": "/orders.Orders/Check", "annotations": codes}
        )


@pytest.mark.parametrize(("protocol", "matcher"), [("GRPC", {"grpcCode": "0"}), ("HTTP", {"httpCode": "200-399"})])
def test_a_gateway_compares_the_status_codes_of_the_protocol(deploy, protocol, matcher):
    values = {**ALB, "controller": "aws-gateway", "gateway_name": "public", "certificate_arn": None}
    path = "/grpc.health.v1.Health/Check" if protocol == "GRPC" else "/ready"
    values |= {"backend_protocol": protocol, "health_check_path": path}
    plan = deploy(lambda: WorkloadIngress("edge", values))
    group = plan["edge-target-group"].inputs["spec"]["defaultConfiguration"]
    assert group["healthCheckConfig"]["matcher"] == matcher
    assert group.get("protocolVersion") == ("GRPC" if protocol == "GRPC" else None)


GATEWAY = {
    "controller": "kgateway",
    "gateway_name": "public",
    "hosts": ["orders.example.com"],
    "service_port": 8080,
    "backend_protocol": "GRPC",
    "policy": {"strength": "none"},
}


def test_a_service_of_the_ingress_has_the_protocol_that_the_controller_reads(deploy):
    plan = deploy(
        lambda: WorkloadIngress("edge", {**GATEWAY, "selector": {"app": "orders"}, "target_port_name": "grpc"})
    )
    (port,) = plan["edge-service"].inputs["spec"]["ports"]
    assert (port["appProtocol"], port["targetPort"]) == ("kubernetes.io/h2c", "grpc")


def test_an_existing_service_may_lack_the_protocol(deploy, rejected):
    routes = {"api": {"paths": ["/api"], "services": {"api": {"service_name": "api", "service_port": 80}}}}
    with rejected("ingress-app-protocol", "service_name"):
        deploy(lambda: WorkloadIngress("edge", {**GATEWAY, "service_name": "orders"}))
    with rejected("ingress-app-protocol", "routes.api.services.api"):
        deploy(lambda: WorkloadIngress("edge", {**GATEWAY, "selector": {"app": "orders"}, "routes": routes}))


@pytest.mark.parametrize("service", [{"service_name": "orders"}, {"selector": {"app": "orders"}, "target_port": 80}])
def test_the_name_of_a_target_port_belongs_to_a_service_of_the_ingress(deploy, rejected, service):
    values = {**GATEWAY, "backend_protocol": "HTTP", "target_port_name": "http"}
    with rejected("ingress-argument-without-effect", "target_port_name"):
        deploy(lambda: WorkloadIngress("edge", {**values, **service}))


def test_a_network_load_balancer_does_not_interpret_the_protocol(deploy, rejected):
    values = {"controller": "aws-nlb", "selector": {"app": "orders"}, "service_port": 80, "backend_protocol": "GRPC"}
    with rejected("ingress-backend-protocol", "backend_protocol"):
        deploy(lambda: WorkloadIngress("edge", values))
