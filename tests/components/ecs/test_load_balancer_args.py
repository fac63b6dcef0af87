"""Arguments of the load balancer."""

import pulumi
import pytest

GROUP = "sg-0b92d7f4a1e63c508"
PUBLIC_SUBNETS = ["subnet-08d5f1a74be2c6093", "subnet-01e7c4a9f36bd8255"]
OIDC = {
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "user_info_endpoint": "https://login.example.com/me",
    "client_id": "orders",
    "client_secret": "hunter2",
}
COGNITO = {
    "user_pool_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
    "user_pool_client_id": "1a2b3c",
    "user_pool_domain": "orders",
}
PUBLIC = {"internet_facing": True, "subnet_ids": PUBLIC_SUBNETS}
WEB_ACL = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/orders/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"


@pytest.mark.parametrize(
    ("settings", "rule", "path"),
    [
        ({"certificate_arn": None, "hosted_zone_id": "Z0721409Q2SZMZVJ3F7M"}, "ecs-no-certificate", "certificate_arn"),
        (
            {"access_logs": False, "access_log_bucket": "logs"},
            "ecs-load-balancer-argument-without-effect",
            "access_log_bucket",
        ),
        ({"client_security_group_ids": {"vpn": GROUP}}, "ecs-duplicate-peer-name", "client_cidrs.vpn"),
        ({"oidc": OIDC | {"issuer": "http://login.example.com"}}, "argument-format", "oidc.issuer"),
        (
            {"cognito": COGNITO, "identity_provider_cidrs": {}},
            "ecs-identity-provider-unreachable",
            "identity_provider_cidrs",
        ),
        (PUBLIC | {"client_cidrs": {}}, "ecs-public-without-clients", "client_cidrs"),
        (PUBLIC | {"subnet_ids": None}, "ecs-no-public-subnets", "subnet_ids"),
        ({"idle_timeout_seconds": 4001}, "argument-range", "idle_timeout_seconds"),
        ({"deregistration_delay_seconds": 3601}, "argument-range", "deregistration_delay_seconds"),
        ({"health_check_interval_seconds": 301}, "argument-range", "health_check_interval_seconds"),
        ({"closed_paths": [f"/{number}" for number in range(6)]}, "argument-length", "closed_paths"),
        ({"closed_paths": ["metrics"]}, "argument-format", "closed_paths[0]"),
        ({"closed_paths": ["/?" * 7]}, "ecs-path-wildcards", "closed_paths"),
        ({"ssl_policy": "TLS1.3"}, "argument-format", "ssl_policy"),
        ({"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06"}, "ecs-weak-tls-policy", "ssl_policy"),
    ],
)
def test_invalid_settings(create_load_balancer, rejected, settings, rule, path):
    with rejected(rule, f"load_balancer.{path}"):
        create_load_balancer(**settings)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("health_check_path", "healthy", "argument-format"),
        *(("health_check_matcher", codes, "ecs-health-check-codes") for codes in ("300-200", "503", "200,503", "12")),
        *(("health_check_matcher", codes, "argument-format") for codes in ("200-300-400", "200,", "ok")),
        ("web_acl_arn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/tools/0d1c7a52", "argument-format"),
        ("certificate_arn", "arn:aws:iam::123456789012:role/a", "argument-format"),
        ("domain_name", "Orders.example.com.", "argument-format"),
        ("access_log_bucket", "All our logs", "argument-format"),
        ("subnet_ids", PUBLIC_SUBNETS[:1], "argument-length"),
    ],
)
def test_invalid_settings_plain_or_late(create, load_balancer, rejected, *, name, value, rule, late):
    def settings():
        return load_balancer | {name: pulumi.Output.from_input(value) if late else value}

    with rejected(rule, f"load_balancer.{name}"):
        create(port=3000, load_balancer=settings)


@pytest.mark.parametrize("settings", [{"oidc": OIDC}, {"cognito": COGNITO}, {"web_acl_arn": WEB_ACL}])
@pytest.mark.parametrize("public", [{}, PUBLIC])
def test_a_login_or_a_web_acl_allows_all_clients(create_load_balancer, settings, public):
    plan = create_load_balancer(**settings, **public, client_cidrs={"all": "0.0.0.0/0"})
    assert plan["orders-alb-from-all"].inputs["cidrIpv4"] == "0.0.0.0/0"


def test_a_public_load_balancer_without_login_can_be_acknowledged(create_load_balancer):
    acknowledge = {"ecs-public-without-login": "the application requires a login"}
    settings = PUBLIC | {"client_cidrs": {"all": "0.0.0.0/0"}}
    assert create_load_balancer(**settings, acknowledge=acknowledge)["orders-alb-from-all"]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("cidrs", "name"),
    [
        ({"vpn": "10.0.0.0/8", "all": "0.0.0.0/0"}, ".all"),
        ({"a": "0.0.0.0/1", "b": "128.0.0.0/1", "c": "10.0.0.0/8"}, ""),
        ({"a": "::/1", "b": "8000::/1"}, ""),
    ],
)
def test_networks_that_together_contain_all_addresses(create, load_balancer, rejected, *, cidrs, name, late):
    def settings():
        clients = {key: pulumi.Output.from_input(cidr) if late else cidr for key, cidr in cidrs.items()}
        return load_balancer | {"client_cidrs": clients, "ip_address_type": "dualstack"}

    with rejected("ecs-load-balancer-open-to-all", f"load_balancer.client_cidrs{name}"):
        create(port=3000, load_balancer=settings)


@pytest.mark.parametrize("late", [False, True])
def test_ipv6_clients(create, load_balancer, late):
    def settings():
        cidrs = {"vpn": "10.80.0.0/16", "offices": "2001:db8:1234::/56"}
        clients = {key: pulumi.Output.from_input(cidr) if late else cidr for key, cidr in cidrs.items()}
        zone = {"domain_name": "orders.example.com", "hosted_zone_id": "Z0721409Q2SZMZVJ3F7M"}
        return load_balancer | {"client_cidrs": clients, "ip_address_type": "dualstack"} | zone

    plan = create(port=3000, load_balancer=settings)
    assert plan["orders-alb"].inputs["ipAddressType"] == "dualstack"
    office, vpn = plan["orders-alb-from-offices"].inputs, plan["orders-alb-from-vpn"].inputs
    assert (office.get("cidrIpv4"), office["cidrIpv6"]) == (None, "2001:db8:1234::/56")
    assert (vpn["cidrIpv4"], vpn.get("cidrIpv6")) == ("10.80.0.0/16", None)
    assert (plan["orders-record"].inputs["type"], plan["orders-record-ipv6"].inputs["type"]) == ("A", "AAAA")


def test_grpc(create_load_balancer):
    path = "/grpc.health.v1.Health/Check"
    group = create_load_balancer(protocol_version="GRPC", health_check_path=path)["orders-tg"].inputs
    assert (group["protocolVersion"], group["healthCheck"]["matcher"], group["healthCheck"]["path"]) == (
        "GRPC",
        "0",
        path,
    )
    group = create_load_balancer(protocol_version="GRPC", health_check_matcher="0-99")["orders-tg"].inputs
    assert group["healthCheck"]["matcher"] == "0-99"


def test_certificate_of_iam(create_load_balancer):
    arn = "arn:aws:iam::123456789012:server-certificate/orders"
    assert create_load_balancer(certificate_arn=arn)["orders-https"].inputs["certificateArn"] == arn


def test_internationalized_domain_name(create_load_balancer):
    assert create_load_balancer(domain_name="xn--bcher-kva.xn--p1ai")["orders-https"]


@pytest.mark.parametrize(
    "policy",
    [
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-3-2031-01",
    ],
)
def test_tls_policies(create_load_balancer, logged, policy):
    plan = create_load_balancer(ssl_policy=policy)
    assert plan["orders-https"].inputs["sslPolicy"] == policy
    unknown = [("ecs-unknown-tls-policy", "load_balancer.ssl_policy")] if "2031" in policy else []
    assert logged(plan) == unknown


@pytest.mark.parametrize("codes", ["200", "200,302", "200-299", "200-204,301,400-499"])
def test_health_check_matchers(create_load_balancer, codes):
    assert create_load_balancer(health_check_matcher=codes)["orders-tg"].inputs["healthCheck"]["matcher"] == codes
