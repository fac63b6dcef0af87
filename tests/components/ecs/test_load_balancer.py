"""The way in to a singleton."""

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
WHERE = "FargateSingleton 'orders'"


@pytest.fixture
def door(made, balanced):
    """Deploy a singleton with a load balancer of the given settings; those that are None are left out."""

    def make(*, args=None, **settings):
        given = {key: value for key, value in (balanced | settings).items() if value is not None}
        return made(port=3000, unchecked=None, load_balancer=given, **(args or {}))

    return make


def test_it_makes_exactly_what_is_needed(door, made):
    added = {urn.rpartition("$")[2] for urn in door().urns} - {urn.rpartition("$")[2] for urn in made().urns}
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


def test_it_is_what_a_careful_operator_deploys(door):
    plan = door()
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


def test_clients_speak_tls_1_3_and_others_are_redirected(door, balanced):
    plan = door()
    https, http = plan["orders-https"].inputs, plan["orders-http"].inputs
    assert (https["port"], https["protocol"]) == (443, "HTTPS")
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert https["certificateArn"] == balanced["certificate_arn"]
    assert [each["type"] for each in https["defaultActions"]] == ["forward"]
    assert http["defaultActions"] == [
        {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
    ]


def test_metrics_are_closed(door):
    rule = door()["orders-closed"].inputs
    assert rule["priority"] == 1
    assert rule["conditions"] == [{"pathPattern": {"values": ["/metrics", "/metrics/*"]}}]
    assert rule["actions"][0]["fixedResponse"]["statusCode"] == "403"
    assert not door(closed_paths=[]).all("aws:lb/listenerRule:ListenerRule")


def test_the_task_is_reached_through_the_load_balancer_alone(door):
    plan = door(health_check_port=3001, client_cidrs={}, client_security_group_ids={"vpn": GROUP})
    own, task = plan["orders-alb-security-group"].id, plan["orders-security-group"].id
    found = {
        rule.name: (rule.inputs["securityGroupId"], rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for kind in ("Ingress", "Egress")
        for rule in plan.all(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
        if "referencedSecurityGroupId" in rule.inputs
    }
    assert found == {
        "orders-alb-from-vpn": (own, GROUP, 443),
        "orders-alb-redirects-vpn": (own, GROUP, 80),
        "orders-alb-to-task": (own, task, 3000),
        "orders-alb-to-health": (own, task, 3001),
        "orders-behind-alb-task": (task, own, 3000),
        "orders-behind-alb-health": (task, own, 3001),
    }
    assert plan["orders-tg"].inputs["healthCheck"]["port"] == "3001"


def test_a_health_check_on_the_same_port_needs_no_other_rule(door):
    assert "orders-behind-alb-health" not in [each.name for each in door(health_check_port=3000).resources]


def test_the_service_is_registered_and_given_time(door):
    plan = door(args={"startup_seconds": 180})
    service = plan["orders-service"].inputs
    assert service["healthCheckGracePeriodSeconds"] == 180
    (target,) = service["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("orders", 3000)
    listeners = {plan["orders-https"].urn, plan["orders-http"].urn}
    assert listeners <= set(plan["orders-service"].dependencies)


def test_logs_go_to_a_closed_bucket(door):
    plan = door()
    bucket, policy, closed, _, expiry = (
        plan.all(f"aws:s3/bucket{kind}:Bucket{kind}")[0]
        for kind in ("", "Policy", "PublicAccessBlock", "ServerSideEncryptionConfiguration", "LifecycleConfiguration")
    )
    assert bucket.protect
    assert [value for key, value in closed.inputs.items() if key != "bucket"] == [True] * 4
    assert expiry.inputs["rules"][0]["expiration"] == {"days": 365}
    assert policy.urn in plan["orders-alb"].property_dependencies["accessLogs"]


def test_load_balancers_of_the_account_write_logs_and_everybody_speaks_tls():
    from moorings.aws.context import AwsContext
    from moorings.ecs.access_logs import bucket_policy

    found = json.loads(
        bucket_policy("arn:aws:s3:::logs", AwsContext("aws", "amazonaws.com", "eu-west-1", "123456789012"))
    )
    write, tls = found["Statement"]
    assert write["Resource"] == "arn:aws:s3:::logs/AWSLogs/123456789012/*"
    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*"}
    }
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_logs_may_go_elsewhere_or_nowhere(door):
    plan = door(access_log_bucket="all-our-logs")
    assert plan["orders-alb"].inputs["accessLogs"] == {"bucket": "all-our-logs", "enabled": True}
    assert not plan.all("aws:s3/bucket:Bucket")
    assert "accessLogs" not in door(access_logs=False)["orders-alb"].inputs


def test_a_name_gets_a_certificate_and_a_record(door):
    plan = door(certificate_arn=None, domain_name="orders.example.com", hosted_zone_id="Z0721409Q2SZMZVJ3F7M")
    assert plan["orders-certificate"].inputs == {
        "domainName": "orders.example.com", "validationMethod": "DNS", "tags": {},
    }  # fmt: skip
    record = plan["orders-record"].inputs
    assert (record["name"], record["type"], record["zoneId"]) == ("orders.example.com", "A", "Z0721409Q2SZMZVJ3F7M")
    proof, validated = (
        plan.all("aws:route53/record:Record")[1],
        plan.all("aws:acm/certificateValidation:CertificateValidation"),
    )
    assert (proof.name, proof.inputs["allowOverwrite"]) == ("orders-validation", True)
    assert [each.name for each in validated] == ["orders-validation"]
    assert validated[0].urn in plan["orders-https"].property_dependencies["certificateArn"]


def test_a_name_may_go_with_a_certificate_that_is_there(door):
    plan = door(domain_name="orders.example.com", hosted_zone_id="Z0721409Q2SZMZVJ3F7M")
    assert not plan.all("aws:acm/certificate:Certificate")
    assert plan["orders-record"]
    assert "orders-record" not in [each.name for each in door(domain_name="orders.example.com").resources]


@pytest.mark.parametrize(
    ("login", "kind", "given"),
    [
        ({"oidc": OIDC}, "authenticateOidc", {"issuer": "https://login.example.com", "scope": "openid"}),
        ({"cognito": COGNITO}, "authenticateCognito", {"userPoolDomain": "orders"}),
    ],
)
def test_users_log_in_before_anything_else(door, login, kind, given):
    plan = door(**login)
    first, second = plan["orders-https"].inputs["defaultActions"]
    assert (first["order"], second["order"], second["type"]) == (1, 2, "forward")
    assert first[kind].items() >= given.items()
    assert first[kind]["onUnauthenticatedRequest"] == "authenticate"
    assert plan["orders-alb-logs-in-at-provider"].inputs["cidrIpv4"] == "0.0.0.0/0"


def test_the_secret_of_the_login_stays_secret(door):
    action = door(oidc=OIDC)["orders-https"].inputs["defaultActions"][0]
    assert action["authenticateOidc"]["clientSecret"].value == "hunter2"


def test_a_firewall_may_stand_before_it(door):
    arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/orders/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
    assert door(web_acl_arn=arn)["orders-web-acl"].inputs["webAclArn"] == arn


def test_a_public_one_stands_in_public_subnets(door):
    plan = door(**PUBLIC)
    assert not plan["orders-alb"].inputs["internal"]
    assert not door(internet_facing=True, login_by_application=True, args={"assign_public_ip": True})[
        "orders-alb"
    ].inputs["internal"]


def test_protection_may_be_turned_off(door):
    plan = door(protect=False)
    assert not plan["orders-alb"].protect
    assert not plan["orders-alb"].inputs["enableDeletionProtection"]
    assert not plan.all("aws:s3/bucket:Bucket")[0].protect


def test_a_task_with_a_certificate_of_its_own_is_spoken_to_over_tls(door):
    group = door(target_protocol="HTTPS")["orders-tg"].inputs
    assert (group["protocol"], group["healthCheck"]["protocol"]) == ("HTTPS", "HTTPS")


SETTINGS = ".load_balancer: "


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"certificate_arn": None},
            f"{SETTINGS}HTTPS needs a certificate: give certificate_arn, or domain_name with the hosted_zone_id it lies in",
        ),
        (
            {"hosted_zone_id": "Z0721409Q2SZMZVJ3F7M"},
            f"{SETTINGS}hosted_zone_id is given without the domain_name whose record it shall hold; add it",
        ),
        (
            {"health_check_timeout_seconds": 15},
            f"{SETTINGS}health_check_timeout_seconds 15 must be less than health_check_interval_seconds 15; "
            "take a shorter timeout",
        ),
        (
            {"client_security_group_ids": {"vpn": GROUP}},
            f"{SETTINGS}client_cidrs and client_security_group_ids both have a vpn; rename one of them",
        ),
        (
            {"oidc": OIDC | {"issuer": "http://login.example.com"}},
            ".load_balancer.oidc.issuer: expected an https URL, such as https://login.example.com/, got 'http://login.example.com'",
        ),
        (
            {"oidc": OIDC, "cognito": COGNITO},
            f"{SETTINGS}oidc and cognito both log users in; give one of them",
        ),
        (
            PUBLIC | {"client_cidrs": {}},
            f"{SETTINGS}a public load balancer admits only the networks in client_cidrs; name them",
        ),
        (
            PUBLIC | {"login_by_application": False},
            f"{SETTINGS}a public load balancer wants a login: give oidc or cognito, or say login_by_application=True if "
            "the application lets nobody in without one",
        ),
        (
            PUBLIC | {"subnet_ids": None},
            ": load_balancer.subnet_ids: required with internet_facing=True; set it to public subnets",
        ),
        (
            {"access_logs": False, "access_log_bucket": "all-our-logs"},
            f"{SETTINGS}access_log_bucket is given and access_logs is off; turn it on or leave the bucket out",
        ),
        *(
            (
                login | {"identity_provider_cidrs": {}},
                f"{SETTINGS}identity_provider_cidrs is empty, so that the load balancer could not ask the provider who logs in; "
                "name the provider's networks",
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
            ".load_balancer.closed_paths[0]: 'metrics' is not a path of up to 128 characters, such as /metrics/*",
        ),
        (
            {"ssl_policy": "ELBSecurityPolicy-2016-08"},
            ".load_balancer.ssl_policy: Input should be 'ELBSecurityPolicy-TLS13-1-3-2021-06', "
            "'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09', 'ELBSecurityPolicy-TLS13-1-2-2021-06', "
            "'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' or 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'",
        ),
    ],
)
def test_what_is_refused(door, settings, message):
    with pytest.raises(InvalidInput) as refused:
        door(**settings)
    assert str(refused.value) == WHERE + message


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("health_check_path", "healthy"), "'healthy' is not a path, such as /healthy"),
        *(
            (
                ("health_check_matcher", codes),
                f"{codes!r} are not status codes from 200 to 499, such as 200, 200,302 or 200-299",
            )
            for codes in ("300-200", "200-300-400", "503", "200,", "ok")
        ),
        (
            ("web_acl_arn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/tools/0d1c7a52"),
            "expected the ARN of a regional AWS WAF web ACL (not one for CloudFront), such as arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/tools/0d1c7a52'",
        ),
        (
            ("certificate_arn", "arn:aws:iam::123456789012:server-certificate/a"),
            "expected the ARN of an ACM certificate, such as arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:iam::123456789012:server-certificate/a'",
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
            f"{PUBLIC_SUBNETS[0]} is named twice; name each subnet once",
        ),
    ],
)
def test_what_is_refused_late_as_well(made, balanced, wrong, message, late):
    name, value = wrong

    def settings():
        return balanced | {name: pulumi.Output.from_input(value) if late else value}

    with pytest.raises(InvalidInput) as refused:
        made(port=3000, load_balancer=settings)
    assert str(refused.value) == f"{WHERE}.load_balancer.{name}: {message}"


@pytest.mark.parametrize("codes", ["200", "200,302", "200-299", "200-204,301,400-499"])
def test_status_codes_are_taken(door, codes):
    assert door(health_check_matcher=codes)["orders-tg"].inputs["healthCheck"]["matcher"] == codes


def test_logs_go_with_the_bucket_where_nothing_is_protected(door):
    found = [door(protect=each).all("aws:s3/bucket:Bucket")[0].inputs["forceDestroy"] for each in (True, False)]
    assert found == [False, True]


def test_it_needs_a_port(made, balanced):
    with pytest.raises(InvalidInput) as refused:
        made(load_balancer=balanced)
    assert str(refused.value) == (
        f"{WHERE}: port: required with load_balancer; set it to the port that the application listens on"
    )
