"""Application Load Balancer of a singleton."""

import pulumi
import pytest

from moorings import FargateSingleton
from moorings.ecs.created_load_balancer import CreatedLoadBalancer

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
PUBLIC = {"internet_facing": True, "subnet_ids": PUBLIC_SUBNETS, "oidc": OIDC}


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
    assert not create_load_balancer(internet_facing=True, oidc=OIDC, args={"assign_public_ip": True})[
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


def listeners(plan):
    """Return protocol, port and type of the last action of each listener, by name."""
    return {
        listener.name: (
            listener.inputs["protocol"],
            listener.inputs["port"],
            listener.inputs["defaultActions"][-1]["type"],
        )
        for listener in plan.all("aws:lb/listener:Listener")
    }


def client_rules(plan):
    """Return the port of each rule for clients of the load balancer, by name."""
    return {
        rule.name: rule.inputs["fromPort"]
        for rule in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == plan["orders-alb-security-group"].id
    }


PLAIN = {
    "listener_protocol": "HTTP",
    "certificate_arn": None,
    "acknowledge": {"ecs-plain-http": "the VPN encrypts all connections"},
}


def test_plain_http_listener(create_load_balancer):
    plan = create_load_balancer(**PLAIN)
    assert listeners(plan) == {"orders-http": ("HTTP", 80, "forward")}
    assert client_rules(plan) == {"orders-alb-redirects-vpn": 80}
    assert plan["orders-http"].urn in plan["orders-closed"].property_dependencies["listenerArn"]
    assert not {"sslPolicy", "certificateArn"} & plan["orders-http"].inputs.keys()


def test_plain_http_listener_on_another_port(create_load_balancer):
    plan = create_load_balancer(**PLAIN, listener_port=8080)
    assert listeners(plan) == {"orders-http": ("HTTP", 8080, "forward")}
    assert client_rules(plan) == {"orders-alb-from-vpn": 8080}


def test_https_listener_on_another_port(create_load_balancer):
    plan = create_load_balancer(listener_port=8443)
    assert listeners(plan) == {"orders-https": ("HTTPS", 8443, "forward"), "orders-http": ("HTTP", 80, "redirect")}
    assert plan["orders-http"].inputs["defaultActions"][0]["redirect"]["port"] == "8443"
    assert client_rules(plan) == {"orders-alb-from-vpn": 8443, "orders-alb-redirects-vpn": 80}


def test_redirect_can_be_turned_off(create_load_balancer):
    plan = create_load_balancer(redirect_http=False)
    assert listeners(plan) == {"orders-https": ("HTTPS", 443, "forward")}
    assert client_rules(plan) == {"orders-alb-from-vpn": 443}


def test_additional_certificates(create_load_balancer):
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    plan = create_load_balancer(additional_certificate_arns={"partners": arn})
    (certificate,) = plan.all("aws:lb/listenerCertificate:ListenerCertificate")
    assert (certificate.name, certificate.inputs["certificateArn"]) == ("orders-certificate-partners", arn)
    assert plan["orders-https"].urn in certificate.property_dependencies["listenerArn"]


@pytest.mark.parametrize(
    ("settings", "rule_id", "path"),
    [
        ({"cognito": COGNITO}, "ecs-https-listener-required", "load_balancer.listener_protocol"),
        ({"protocol_version": "HTTP2"}, "ecs-https-listener-required", "load_balancer.protocol_version"),
        (
            {"additional_certificate_arns": {"a": "arn:aws:iam::123456789012:server-certificate/a"}},
            "ecs-load-balancer-argument-without-effect",
            "load_balancer.additional_certificate_arns",
        ),
    ],
)
def test_plain_http_listener_rejects_what_requires_https(create_load_balancer, rejected, settings, rule_id, path):
    with rejected(rule_id, path):
        create_load_balancer(**PLAIN, **settings)


def test_everyone_may_use_a_public_load_balancer_with_a_login_or_web_acl(create_load_balancer):
    everyone = {"client_cidrs": {"internet": "0.0.0.0/0", "internet-v6": "::/0"}, "ip_address_type": "dualstack"}
    web_acl = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/orders/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
    public = {"internet_facing": True, "subnet_ids": PUBLIC_SUBNETS, **everyone}
    for guard in ({"oidc": OIDC}, {"cognito": COGNITO}, {"web_acl_arn": web_acl}):
        plan = create_load_balancer(**public, **guard)
        assert plan["orders-alb-from-internet"].inputs["cidrIpv4"] == "0.0.0.0/0"
        assert plan["orders-alb-from-internet-v6"].inputs["cidrIpv6"] == "::/0"


def test_everyone_may_use_a_public_load_balancer_without_a_login_if_acknowledged(create_load_balancer, rejected):
    public = {"internet_facing": True, "subnet_ids": PUBLIC_SUBNETS, "client_cidrs": {"internet": "0.0.0.0/0"}}
    with rejected("ecs-public-without-login", "load_balancer.internet_facing"):
        create_load_balancer(**public)
    plan = create_load_balancer(**public, acknowledge={"ecs-public-without-login": "a public status page"})
    assert plan["orders-alb-from-internet"].inputs["cidrIpv4"] == "0.0.0.0/0"


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://orders.example.com"),
        ({"listener_port": 8443}, "https://orders.example.com:8443"),
        (PLAIN, "http://orders.example.com"),
        ({**PLAIN, "listener_port": 8080}, "http://orders.example.com:8080"),
    ],
)
def test_url(deploy, required_args, load_balancer, settings, url):
    values = {**load_balancer, "domain_name": "orders.example.com", **settings}
    acknowledge = required_args["acknowledge"] | values.pop("acknowledge", {})
    balancer = {key: value for key, value in values.items() if value is not None}
    args = {**required_args, "port": 3000, "load_balancer": balancer, "acknowledge": acknowledge}
    plan = deploy(lambda: pulumi.export("url", FargateSingleton("orders", args).url))
    assert plan.outputs["url"] == url


API = {"listener_port": 8443, "application_port": 9090, "health_check_path": "/ready"}
API_PORT = {"additional_ports": {"api": {"port": 9090}}}


def test_additional_listener_forwards_to_another_port(create_load_balancer):
    plan = create_load_balancer(additional_listeners={"api": API}, args=API_PORT)
    assert listeners(plan) == {
        "orders-https": ("HTTPS", 443, "forward"),
        "orders-http": ("HTTP", 80, "redirect"),
        "orders-alb-api": ("HTTPS", 8443, "forward"),
    }
    assert plan["orders-alb-api"].inputs["defaultActions"] == [
        {"type": "forward", "targetGroupArn": plan["orders-alb-api-tg"].id}
    ]
    group = plan["orders-alb-api-tg"].inputs
    assert (group["port"], group["healthCheck"]["path"]) == (9090, "/ready")
    assert plan["orders-alb-api-closed"].inputs["conditions"] == [
        {"pathPattern": {"values": ["/metrics", "/metrics/*"]}}
    ]
    service = plan["orders-service"]
    assert [target["containerPort"] for target in service.inputs["loadBalancers"]] == [3000, 9090]
    assert plan["orders-alb-api"].urn in service.dependencies
    assert plan["orders-unhealthy-alb-api"].inputs["dimensions"] != plan["orders-unhealthy"].inputs["dimensions"]


def test_additional_listener_has_the_clients_of_the_load_balancer(create_load_balancer):
    plan = create_load_balancer(
        additional_listeners={"api": API, "admin": API | {"listener_port": 9443}}, args=API_PORT
    )
    assert client_rules(plan) == {
        "orders-alb-from-vpn": 443,
        "orders-alb-redirects-vpn": 80,
        "orders-alb-api-from-vpn": 8443,
        "orders-alb-admin-from-vpn": 9443,
    }
    own = plan["orders-alb-security-group"].id
    behind = {
        rule.name: rule.inputs["fromPort"]
        for rule in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs.get("referencedSecurityGroupId") == own
    }
    assert behind == {"orders-behind-alb-task": 3000, "orders-behind-alb-port-9090": 9090}


def test_additional_listener_has_the_certificates_of_the_load_balancer(create_load_balancer):
    plan = create_load_balancer(
        certificate_arn=None,
        domain_name="orders.example.com",
        hosted_zone_id="Z0721409Q2SZMZVJ3F7M",
        additional_certificate_arns={"partners": "arn:aws:iam::123456789012:server-certificate/partners"},
        additional_listeners={"api": API | {"closed_paths": []}},
        args=API_PORT,
    )
    (validation,) = plan.all("aws:acm/certificateValidation:CertificateValidation")
    for listener in ("orders-https", "orders-alb-api"):
        assert validation.urn in plan[listener].property_dependencies["certificateArn"]
    certificates = {item.name for item in plan.all("aws:lb/listenerCertificate:ListenerCertificate")}
    assert certificates == {"orders-certificate-partners", "orders-alb-api-certificate-partners"}
    assert "orders-alb-api-closed" not in [resource.name for resource in plan.resources]


def test_login_of_an_additional_listener(create_load_balancer, rejected):
    plan = create_load_balancer(additional_listeners={"api": API | {"oidc": OIDC}}, args=API_PORT)
    assert plan["orders-alb-api"].inputs["defaultActions"][0]["type"] == "authenticate-oidc"
    assert plan["orders-alb-logs-in-at-provider"]
    with rejected("ecs-public-without-login", "load_balancer.internet_facing"):
        create_load_balancer(**PUBLIC, additional_listeners={"api": API}, args=API_PORT)


def test_drain_of_an_additional_listener_counts_for_the_downtime(create_load_balancer):
    plan = create_load_balancer(additional_listeners={"api": API | {"deregistration_delay_seconds": 40}}, args=API_PORT)
    assert any("40 s deregistration" in message for _, message, _ in plan.log)


@pytest.mark.parametrize(
    ("settings", "rule_id", "path"),
    [
        ({"application_port": 9091}, "ecs-balanced-port-unknown", "application_port"),
        ({"listener_port": 443}, "ecs-listener-port-conflict", "listener_port"),
        ({"listener_port": 80}, "ecs-listener-port-conflict", "listener_port"),
    ],
)
def test_rejected_additional_listeners(create_load_balancer, rejected, settings, rule_id, path):
    with rejected(rule_id, f"load_balancer.additional_listeners.api.{path}"):
        create_load_balancer(additional_listeners={"api": API | settings}, args=API_PORT)


@pytest.mark.parametrize("settings", [{"cognito": COGNITO}, {"protocol_version": "HTTP2"}])
def test_plain_http_listener_rejects_additional_listeners_that_require_https(create_load_balancer, rejected, settings):
    with rejected("ecs-https-listener-required", "load_balancer.additional_listeners.api"):
        create_load_balancer(**PLAIN, additional_listeners={"api": API | settings}, args=API_PORT)


def test_additional_plain_http_listener(create_load_balancer):
    plan = create_load_balancer(**PLAIN, additional_listeners={"api": API}, args=API_PORT)
    assert listeners(plan) == {"orders-http": ("HTTP", 80, "forward"), "orders-alb-api": ("HTTP", 8443, "forward")}


def test_load_balancers_require_no_certificate_unless_their_listener_encrypts_connections():
    assert not CreatedLoadBalancer().requires_certificate
