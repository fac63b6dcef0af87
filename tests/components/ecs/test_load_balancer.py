"""Application Load Balancer of a singleton."""

import json

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


@pytest.fixture
def create_load_balancer(create, load_balancer):
    """Deploy a singleton with a load balancer. Settings that are None are removed."""

    def make(*, args=None, **settings):
        values = {key: value for key, value in (load_balancer | settings).items() if value is not None}
        return create(port=3000, unchecked=None, load_balancer=values, **(args or {}))

    return make


def test_created_resources(create_load_balancer, create):
    added = {urn.rpartition("$")[2] for urn in create_load_balancer().urns} - {
        urn.rpartition("$")[2] for urn in create().urns
    }
    assert sorted(added) == [
        "aws:cloudwatch/metricAlarm:MetricAlarm::orders-unhealthy",
        "aws:ec2/securityGroup:SecurityGroup::orders-alb-security-group",
        "aws:lb/listener:Listener::orders-http",
        "aws:lb/listener:Listener::orders-https",
        "aws:lb/listenerRule:ListenerRule::orders-closed",
        "aws:lb/loadBalancer:LoadBalancer::orders-alb",
        "aws:lb/targetGroup:TargetGroup::orders-tg",
        "aws:s3/bucket:Bucket::orders-access-logs",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::orders-access-logs",
        "aws:s3/bucketPolicy:BucketPolicy::orders-access-logs",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::orders-access-logs",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration::orders-access-logs",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::orders-alb-to-task",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::orders-alb-from-vpn",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::orders-alb-redirects-vpn",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::orders-behind-alb-task",
    ]


def test_default_load_balancer_and_health_check(create_load_balancer):
    plan = create_load_balancer()
    balancer = plan["orders-alb"]
    assert balancer.protect
    assert balancer.inputs == {
        "loadBalancerType": "application",
        "internal": True,
        "securityGroups": [plan["orders-alb-security-group"].id],
        "subnets": balancer.inputs["subnets"],
        "accessLogs": balancer.inputs["accessLogs"],
        "desyncMitigationMode": "defensive",
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": True,
        "idleTimeout": 300,
        "tags": {},
    }
    assert balancer.inputs["accessLogs"]["enabled"]
    assert plan["orders-tg"].inputs == {
        "targetType": "ip",
        "vpcId": "vpc-0d1c7a52e8b94f360",
        "port": 3000,
        "protocol": "HTTP",
        "deregistrationDelay": 15,
        "healthCheck": {
            "enabled": True,
            "path": "/healthy",
            "port": "traffic-port",
            "protocol": "HTTP",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 5,
        },
        "tags": {},
    }


def test_https_listener_requires_tls_1_3_and_http_is_redirected(create_load_balancer, load_balancer):
    plan = create_load_balancer()
    https, http = plan["orders-https"].inputs, plan["orders-http"].inputs
    assert (https["port"], https["protocol"]) == (443, "HTTPS")
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert https["certificateArn"] == load_balancer["certificate_arn"]
    assert [action["type"] for action in https["defaultActions"]] == ["forward"]
    assert http["defaultActions"] == [
        {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
    ]


def test_metrics_are_closed_by_default(create_load_balancer):
    rule = create_load_balancer()["orders-closed"].inputs
    assert rule["priority"] == 1
    assert rule["conditions"] == [{"pathPattern": {"values": ["/metrics", "/metrics/*"]}}]
    assert rule["actions"][0]["fixedResponse"]["statusCode"] == "403"
    assert not create_load_balancer(closed_paths=[]).all("aws:lb/listenerRule:ListenerRule")


def test_security_group_rules(create_load_balancer):
    plan = create_load_balancer(health_check_port=3001, client_cidrs={}, client_security_group_ids={"vpn": GROUP})
    own, task = plan["orders-alb-security-group"].id, plan["orders-security-group"].id
    rules = {
        rule.name: (rule.inputs["securityGroupId"], rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for kind in ("Ingress", "Egress")
        for rule in plan.all(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
        if "referencedSecurityGroupId" in rule.inputs
    }
    assert rules == {
        "orders-alb-from-vpn": (own, GROUP, 443),
        "orders-alb-redirects-vpn": (own, GROUP, 80),
        "orders-alb-to-task": (own, task, 3000),
        "orders-alb-to-health": (own, task, 3001),
        "orders-behind-alb-task": (task, own, 3000),
        "orders-behind-alb-health": (task, own, 3001),
    }
    assert plan["orders-tg"].inputs["healthCheck"]["port"] == "3001"


def test_health_check_on_the_application_port_adds_no_rule(create_load_balancer):
    assert "orders-behind-alb-health" not in [
        resource.name for resource in create_load_balancer(health_check_port=3000).resources
    ]


def test_service_is_registered_with_a_grace_period(create_load_balancer):
    plan = create_load_balancer(args={"startup_seconds": 180})
    service = plan["orders-service"].inputs
    assert service["healthCheckGracePeriodSeconds"] == 180
    (target,) = service["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("orders", 3000)
    listeners = {plan["orders-https"].urn, plan["orders-http"].urn}
    assert listeners <= set(plan["orders-service"].dependencies)


def test_access_log_bucket_is_private(create_load_balancer):
    plan = create_load_balancer()
    bucket, policy, closed, _, expiry = (
        plan.all(f"aws:s3/bucket{kind}:Bucket{kind}")[0]
        for kind in ("", "Policy", "PublicAccessBlock", "ServerSideEncryptionConfiguration", "LifecycleConfiguration")
    )
    assert bucket.protect
    assert [value for key, value in closed.inputs.items() if key != "bucket"] == [True] * 4
    assert expiry.inputs["rules"][0]["expiration"] == {"days": 365}
    assert policy.urn in plan["orders-alb"].property_dependencies["accessLogs"]


def test_bucket_policy_allows_the_account_and_requires_tls():
    from moorings.aws.context import AwsContext
    from moorings.ecs.access_logs import bucket_policy

    policy = json.loads(
        bucket_policy("arn:aws:s3:::logs", AwsContext("aws", "amazonaws.com", "eu-west-1", "123456789012"))
    )
    write, tls = policy["Statement"]
    assert write["Resource"] == "arn:aws:s3:::logs/AWSLogs/123456789012/*"
    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*"}
    }
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_existing_bucket_and_no_access_logs(create_load_balancer):
    plan = create_load_balancer(access_log_bucket="all-our-logs")
    assert plan["orders-alb"].inputs["accessLogs"] == {"bucket": "all-our-logs", "enabled": True}
    assert not plan.all("aws:s3/bucket:Bucket")
    assert "accessLogs" not in create_load_balancer(access_logs=False)["orders-alb"].inputs


def test_certificate_and_dns_record_are_created(create_load_balancer):
    plan = create_load_balancer(
        certificate_arn=None, domain_name="orders.example.com", hosted_zone_id="Z0721409Q2SZMZVJ3F7M"
    )
    assert plan["orders-certificate"].inputs == {
        "domainName": "orders.example.com", "validationMethod": "DNS", "tags": {},
    }  # fmt: skip
    record = plan["orders-record"].inputs
    assert (record["name"], record["type"], record["zoneId"]) == ("orders.example.com", "A", "Z0721409Q2SZMZVJ3F7M")
    validation_record = plan.all("aws:route53/record:Record")[1]
    assert (validation_record.name, validation_record.inputs["allowOverwrite"]) == ("orders-validation", True)
    (validation,) = plan.all("aws:acm/certificateValidation:CertificateValidation")
    assert validation.name == "orders-validation"
    assert validation.urn in plan["orders-https"].property_dependencies["certificateArn"]


def test_existing_certificate_with_domain_name(create_load_balancer):
    plan = create_load_balancer(domain_name="orders.example.com", hosted_zone_id="Z0721409Q2SZMZVJ3F7M")
    assert not plan.all("aws:acm/certificate:Certificate")
    assert plan["orders-record"]
    assert "orders-record" not in [
        resource.name for resource in create_load_balancer(domain_name="orders.example.com").resources
    ]


@pytest.mark.parametrize(
    ("login", "kind", "settings"),
    [
        ({"oidc": OIDC}, "authenticateOidc", {"issuer": "https://login.example.com", "scope": "openid"}),
        ({"cognito": COGNITO}, "authenticateCognito", {"userPoolDomain": "orders"}),
    ],
)
def test_login_precedes_forwarding(create_load_balancer, login, kind, settings):
    plan = create_load_balancer(**login)
    first, second = plan["orders-https"].inputs["defaultActions"]
    assert (first["order"], second["order"], second["type"]) == (1, 2, "forward")
    assert first[kind].items() >= settings.items()
    assert first[kind]["onUnauthenticatedRequest"] == "authenticate"
    assert plan["orders-alb-logs-in-at-provider"].inputs["cidrIpv4"] == "0.0.0.0/0"


def test_client_secret_is_masked(create_load_balancer):
    action = create_load_balancer(oidc=OIDC)["orders-https"].inputs["defaultActions"][0]
    assert action["authenticateOidc"]["clientSecret"].value == "hunter2"


def test_web_acl(create_load_balancer):
    arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/orders/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
    assert create_load_balancer(web_acl_arn=arn)["orders-web-acl"].inputs["webAclArn"] == arn


def test_internet_facing_load_balancer(create_load_balancer):
    plan = create_load_balancer(**PUBLIC)
    assert not plan["orders-alb"].inputs["internal"]
    assert not create_load_balancer(internet_facing=True, login_by_application=True, args={"assign_public_ip": True})[
        "orders-alb"
    ].inputs["internal"]


def test_protection_can_be_turned_off(create_load_balancer):
    plan = create_load_balancer(protect=False)
    assert not plan["orders-alb"].protect
    assert not plan["orders-alb"].inputs["enableDeletionProtection"]
    assert not plan.all("aws:s3/bucket:Bucket")[0].protect


def test_https_to_the_task(create_load_balancer):
    group = create_load_balancer(target_protocol="HTTPS")["orders-tg"].inputs
    assert (group["protocol"], group["healthCheck"]["protocol"]) == ("HTTPS", "HTTPS")


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
            f"{SETTINGS}health_check_timeout_seconds: must be less than health_check_interval_seconds 15, got 15",
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
            "the application authenticates all users itself",
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
            ".load_balancer.idle_timeout_seconds: Input should be less than or equal to 4000",
        ),
        (
            {"deregistration_delay_seconds": 3601},
            ".load_balancer.deregistration_delay_seconds: Input should be less than or equal to 3600",
        ),
        (
            {"health_check_interval_seconds": 301},
            ".load_balancer.health_check_interval_seconds: Input should be less than or equal to 300",
        ),
        (
            {"closed_paths": [f"/{number}" for number in range(6)]},
            ".load_balancer.closed_paths: List should have at most 5 items after validation, not 6",
        ),
        (
            {"closed_paths": ["metrics"]},
            ".load_balancer.closed_paths[0]: expected a path pattern of at most 128 characters, such as /metrics/*, "
            "got 'metrics'",
        ),
        (
            {"ssl_policy": "ELBSecurityPolicy-2016-08"},
            ".load_balancer.ssl_policy: Input should be 'ELBSecurityPolicy-TLS13-1-3-2021-06', "
            "'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09', 'ELBSecurityPolicy-TLS13-1-2-2021-06', "
            "'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' or 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'",
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
            "expected a path of at most 1024 characters, such as /healthy, got 'healthy'",
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
        (("subnet_ids", PUBLIC_SUBNETS[:1]), "List should have at least 2 items after validation, not 1"),
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


def test_unprotected_bucket_is_deleted_with_its_logs(create_load_balancer):
    for protect in (True, False):
        (bucket,) = create_load_balancer(protect=protect).all("aws:s3/bucket:Bucket")
        assert bucket.inputs["forceDestroy"] == (not protect)


def test_port_is_required(create, load_balancer):
    with pytest.raises(InvalidInput) as rejected:
        create(load_balancer=load_balancer)
    assert str(rejected.value) == (
        f"{COMPONENT}: port: required with load_balancer; set it to the port that the application listens on"
    )
