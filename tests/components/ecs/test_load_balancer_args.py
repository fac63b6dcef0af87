"""Arguments of the load balancer."""

import pulumi
import pytest

from moorings import InvalidInput

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
PUBLIC = {"internet_facing": True, "subnet_ids": PUBLIC_SUBNETS, "login_by_application": True}
COMPONENT = "FargateSingleton 'orders'"
SETTINGS = ".load_balancer: "


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"certificate_arn": None},
            f"{SETTINGS}certificate_arn: required without domain_name and hosted_zone_id",
        ),
        (
            {"hosted_zone_id": "Z0721409Q2SZMZVJ3F7M"},
            f"{SETTINGS}domain_name: required with hosted_zone_id",
        ),
        (
            {"health_check_timeout_seconds": 15},
            f"{SETTINGS}health_check_timeout_seconds: must be less than health_check_interval_seconds (15), got 15",
        ),
        (
            {"client_security_group_ids": {"vpn": GROUP}},
            f"{SETTINGS}client_cidrs: vpn is also a name in client_security_group_ids; rename one of them",
        ),
        (
            {"oidc": OIDC | {"issuer": "http://login.example.com"}},
            ".load_balancer.oidc.issuer: expected an https URL, such as https://login.example.com/, got "
            "'http://login.example.com'",
        ),
        (
            {"oidc": OIDC, "cognito": COGNITO},
            f"{SETTINGS}oidc, cognito: only one of them can authenticate users; remove the other",
        ),
        (
            PUBLIC | {"client_cidrs": {}},
            f"{SETTINGS}client_cidrs: required with internet_facing=True; set it to the CIDR blocks of the clients",
        ),
        (
            PUBLIC | {"login_by_application": False},
            f"{SETTINGS}internet_facing: requires a login; set oidc or cognito, or set login_by_application=True if "
            "the application itself authenticates all users",
        ),
        (
            PUBLIC | {"subnet_ids": None},
            ": load_balancer.subnet_ids: required with internet_facing=True; set it to public subnets",
        ),
        (
            {"access_logs": False, "access_log_bucket": "all-our-logs"},
            f"{SETTINGS}access_log_bucket: has no effect with access_logs=False; turn access_logs on, or remove the "
            "bucket",
        ),
        *(
            (
                login | {"identity_provider_cidrs": {}},
                f"{SETTINGS}identity_provider_cidrs: required with oidc or cognito; set it to the CIDR blocks of the "
                "provider",
            )
            for login in ({"oidc": OIDC}, {"cognito": COGNITO})
        ),
        (
            {"client_cidrs": {"all": "0.0.0.0/0"}},
            ".load_balancer.client_cidrs.all: 0.0.0.0/0 allows the whole internet; list the networks of the clients",
        ),
        (
            {"idle_timeout_seconds": 4001},
            ".load_balancer.idle_timeout_seconds: must be at most 4000",
        ),
        (
            {"deregistration_delay_seconds": 3601},
            ".load_balancer.deregistration_delay_seconds: must be at most 3600",
        ),
        (
            {"health_check_interval_seconds": 301},
            ".load_balancer.health_check_interval_seconds: must be at most 300",
        ),
        (
            {"closed_paths": [f"/{number}" for number in range(6)]},
            ".load_balancer.closed_paths: must have at most 5 items, got 6",
        ),
        (
            {"closed_paths": ["metrics"]},
            ".load_balancer.closed_paths[0]: expected a path pattern of at most 128 characters, such as /metrics/*, "
            "got 'metrics'",
        ),
        (
            {"ssl_policy": "ELBSecurityPolicy-2016-08"},
            ".load_balancer.ssl_policy: expected 'ELBSecurityPolicy-TLS13-1-3-2021-06', "
            "'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09', 'ELBSecurityPolicy-TLS13-1-2-2021-06', "
            "'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' or 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'; did you mean "
            "ELBSecurityPolicy-TLS13-1-3-2021-06?",
        ),
    ],
)
def test_invalid_settings(create_load_balancer, settings, message):
    with pytest.raises(InvalidInput) as rejected:
        create_load_balancer(**settings)
    assert str(rejected.value) == COMPONENT + message


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            ("health_check_path", "healthy"),
            "expected a path of at most 1024 characters, such as /ready, got 'healthy'",
        ),
        *(
            (
                ("health_check_matcher", codes),
                f"must be status codes from 200 to 499, such as 200, 200,302 or 200-299, got {codes!r}",
            )
            for codes in ("300-200", "200-300-400", "503", "200,", "ok")
        ),
        (
            ("web_acl_arn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/tools/0d1c7a52"),
            "expected the ARN of a regional AWS WAF web ACL (not one for CloudFront), such as "
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got "
            "'arn:aws:wafv2:us-east-1:123456789012:global/webacl/tools/0d1c7a52'",
        ),
        (
            ("certificate_arn", "arn:aws:iam::123456789012:server-certificate/a"),
            "expected the ARN of an ACM certificate, such as "
            "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got "
            "'arn:aws:iam::123456789012:server-certificate/a'",
        ),
        (
            ("domain_name", "Orders.example.com."),
            "expected a domain name in lower case, such as kpow.example.com, got 'Orders.example.com.'",
        ),
        (
            ("access_log_bucket", "All our logs"),
            "expected an S3 bucket name (not an ARN), such as acme-logs, got 'All our logs'",
        ),
        (("subnet_ids", PUBLIC_SUBNETS[:1]), "must have at least 2 items, got 1"),
        (
            ("subnet_ids", PUBLIC_SUBNETS[:1] * 2),
            f"{PUBLIC_SUBNETS[0]} is listed more than once; remove the duplicate",
        ),
    ],
)
def test_invalid_settings_plain_or_late(create, load_balancer, setting, message, late):
    name, value = setting

    def settings():
        return load_balancer | {name: pulumi.Output.from_input(value) if late else value}

    with pytest.raises(InvalidInput) as rejected:
        create(port=3000, load_balancer=settings)
    assert str(rejected.value) == f"{COMPONENT}.load_balancer.{name}: {message}"


@pytest.mark.parametrize("codes", ["200", "200,302", "200-299", "200-204,301,400-499"])
def test_health_check_matchers(create_load_balancer, codes):
    assert create_load_balancer(health_check_matcher=codes)["orders-tg"].inputs["healthCheck"]["matcher"] == codes
