"""Services behind an existing listener: rules, connections, certificates, records, conflicts."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import FargateSingleton
from moorings.preview.simulated_cloud import SimulatedCloud

PREFIX = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
LISTENER_ARN = f"{PREFIX}:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2"
VPC = "vpc-0d1c7a52e8b94f360"
GROUP, OTHER_GROUP = "sg-0b92d7f4a1e63c508", "sg-05b8d3916ef27ac41"
LISTENER = {"listener_arn": LISTENER_ARN, "health_check_path": "/healthy", "hosts": ["orders.example.com"]}
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
COGNITO = {
    "user_pool_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
    "user_pool_client_id": "1a2b3c",
    "user_pool_domain": "orders",
}


@pytest.fixture
def described(monkeypatch):
    """What Elastic Load Balancing returns about the listener and its load balancer; tests may change it."""
    results = {
        "aws:lb/getListener:getListener": {"protocol": "HTTPS", "port": 443},
        "aws:lb/getLoadBalancer:getLoadBalancer": {
            "dnsName": "edge-1.eu-west-1.elb.amazonaws.com",
            "zoneId": "Z32O12XQLNTSW2",
            "vpcId": VPC,
            "securityGroups": [GROUP, OTHER_GROUP],
            "internal": True,
        },
    }
    invoke = SimulatedCloud.invoke

    def answer(self, token, args, provider):
        return results.get(token) or invoke(self, token, args, provider)

    monkeypatch.setattr(SimulatedCloud, "invoke", answer)
    return results


@pytest.fixture
def describe(described):
    """Change what is returned about the listener or the load balancer."""

    def change(**changed):
        for result in described.values():
            result.update({key: value for key, value in changed.items() if key in result})

    return change


@pytest.fixture
def create_behind(described, create):
    """Deploy a singleton behind the listener. Settings that are None are removed."""

    def make(*, args=None, **settings):
        values = {key: value for key, value in (LISTENER | settings).items() if value is not None}
        return create(port=3000, existing_listener=values, acknowledge={}, **(args or {}))

    return make


def rules(plan):
    """Return the priority and the conditions of each rule, by name."""
    return {
        rule.name: (rule.inputs["priority"], rule.inputs["conditions"])
        for rule in plan.all("aws:lb/listenerRule:ListenerRule")
    }


def test_created_resources(create_behind, create):
    added = {urn.rpartition("$")[2] for urn in create_behind().urns} - {
        urn.rpartition("$")[2] for urn in create(port=3000).urns
    }
    assert sorted(added) == [
        "aws:cloudwatch/metricAlarm:MetricAlarm::orders-unhealthy-listener",
        "aws:lb/listenerRule:ListenerRule::orders-listener-closed",
        "aws:lb/listenerRule:ListenerRule::orders-listener-rule",
        "aws:lb/targetGroup:TargetGroup::orders-listener-tg",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::orders-listener-to-task",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::orders-behind-listener-task",
    ]


def test_rules_have_a_derived_priority_and_close_metrics_first(create_behind):
    plan = create_behind()
    host = {"hostHeader": {"values": ["orders.example.com"]}}
    closed, priority = rules(plan)["orders-listener-closed"], rules(plan)["orders-listener-rule"][0]
    assert rules(plan)["orders-listener-rule"] == (priority, [host])
    assert closed == (priority - 1, [host, {"pathPattern": {"values": ["/metrics", "/metrics/*"]}}])
    rule = plan["orders-listener-rule"].inputs
    assert rule["listenerArn"] == LISTENER_ARN
    assert rule["actions"] == [{"type": "forward", "targetGroupArn": plan["orders-listener-tg"].id}]
    assert plan["orders-listener-closed"].inputs["actions"][0]["fixedResponse"]["statusCode"] == "403"


def test_chosen_priority_hosts_and_paths(create_behind):
    plan = create_behind(hosts=["*.example.com"], paths=["/*"], priority=120, closed_paths=["/internal/*"])
    host = {"hostHeader": {"values": ["*.example.com"]}}
    assert rules(plan) == {
        "orders-listener-rule": (120, [host, {"pathPattern": {"values": ["/*"]}}]),
        "orders-listener-closed": (119, [host, {"pathPattern": {"values": ["/internal/*"]}}]),
    }


def test_paths_without_hosts(create_behind):
    plan = create_behind(hosts=None, paths=["/orders", "/orders/*"], priority=1)
    assert rules(plan) == {"orders-listener-rule": (1, [{"pathPattern": {"values": ["/orders", "/orders/*"]}}])}


def test_only_the_load_balancer_may_connect_to_the_task(create_behind):
    plan = create_behind(health_check_port=3001)
    task = plan["orders-security-group"].id
    assert {
        rule.name: (rule.inputs["securityGroupId"], rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for kind in ("Ingress", "Egress")
        for rule in plan.all(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
        if "referencedSecurityGroupId" in rule.inputs
    } == {
        "orders-listener-to-task": (GROUP, task, 3000),
        "orders-listener-to-health": (GROUP, task, 3001),
        "orders-behind-listener-task": (task, GROUP, 3000),
        "orders-behind-listener-health": (task, GROUP, 3001),
    }


def test_security_group_can_be_chosen_and_left_unchanged(create_behind):
    plan = create_behind(security_group_id=OTHER_GROUP, add_egress_rules=False)
    assert plan["orders-behind-listener-task"].inputs["referencedSecurityGroupId"] == OTHER_GROUP
    assert "orders-listener-to-task" not in [resource.name for resource in plan.resources]


def test_security_group_of_the_load_balancer_is_no_client(create_behind, rejected):
    with rejected("aws-duplicate-security-group-rule", "existing_listener.security_group_id"):
        create_behind(security_group_id=GROUP, args={"client_security_group_ids": {"edge": GROUP}})


def test_service_is_registered_after_the_rules_exist(create_behind):
    plan = create_behind(deregistration_delay_seconds=20)
    service = plan["orders-service"]
    assert [target["containerPort"] for target in service.inputs["loadBalancers"]] == [3000]
    assert service.inputs["healthCheckGracePeriodSeconds"] == 120
    created_before = {plan[f"orders-{role}"].urn for role in ("listener-rule", "listener-closed", "listener-to-task")}
    assert created_before <= set(service.dependencies)
    assert plan["orders-listener-tg"].inputs["deregistrationDelay"] == 20
    assert any("20 s deregistration" in message for _, message, _ in plan.log)


def test_rules_are_deleted_before_they_move_to_another_listener(create_behind):
    for rule in create_behind().all("aws:lb/listenerRule:ListenerRule"):
        assert rule.delete_before_replace


def test_login_precedes_forwarding(create_behind):
    actions = create_behind(cognito=COGNITO)["orders-listener-rule"].inputs["actions"]
    assert [action["type"] for action in actions] == ["authenticate-cognito", "forward"]


def test_records_and_certificates_of_the_hosts(create_behind):
    hosts = ["orders.example.com", "*.orders.example.com"]
    plan = create_behind(hosts=hosts, hosted_zone_id="Z0123456789ABCDEFGHIJ", create_certificates=True)
    record = plan["orders-any.orders.example.com-record"].inputs
    assert (record["name"], record["type"]) == ("*.orders.example.com", "A")
    assert record["aliases"] == [
        {"name": "edge-1.eu-west-1.elb.amazonaws.com", "zoneId": "Z32O12XQLNTSW2", "evaluateTargetHealth": False}
    ]
    assert {item.inputs["domainName"] for item in plan.all("aws:acm/certificate:Certificate")} == set(hosts)
    assert len(plan.all("aws:lb/listenerCertificate:ListenerCertificate")) == 2


def test_records_without_certificates(create_behind):
    plan = create_behind(hosted_zone_id="Z0123456789ABCDEFGHIJ", ip_address_type="dualstack")
    assert [record.inputs["type"] for record in plan.all("aws:route53/record:Record")] == ["A", "AAAA"]
    assert not plan.all("aws:lb/listenerCertificate:ListenerCertificate")


def test_existing_certificates_are_added_to_the_listener(create_behind):
    (certificate,) = create_behind(certificate_arns={"partners": CERTIFICATE}).all(
        "aws:lb/listenerCertificate:ListenerCertificate"
    )
    assert certificate.name == "orders-listener-certificate-partners"
    assert certificate.inputs == {"certificateArn": CERTIFICATE, "listenerArn": LISTENER_ARN}


@pytest.mark.parametrize(
    ("hosts", "url"),
    [
        (["orders.example.com"], "https://orders.example.com:8443"),
        (["*.example.com", "orders.example.com"], "https://orders.example.com:8443"),
        (["*.example.com"], "https://edge-1.eu-west-1.elb.amazonaws.com:8443"),
    ],
)
def test_url_and_arn(deploy, describe, required_args, hosts, url):
    describe(port=8443)

    def program():
        listener = LISTENER | {"hosts": hosts}
        service = FargateSingleton(
            "orders", {**required_args, "port": 3000, "existing_listener": listener, "acknowledge": {}}
        )
        pulumi.export("url", service.url)
        pulumi.export("arn", service.load_balancer_arn)

    outputs = deploy(program).outputs
    assert outputs["url"] == url
    assert outputs["arn"] == f"{PREFIX}:loadbalancer/app/edge/50dc6c495c0c9188"


def test_alarm_has_the_metrics_of_the_load_balancer(create_behind):
    alarm = create_behind()["orders-unhealthy-listener"].inputs
    assert alarm["dimensions"]["LoadBalancer"] == "app/edge/50dc6c495c0c9188"
    assert alarm["namespace"] == "AWS/ApplicationELB"


def test_public_load_balancer_requires_a_login(create_behind, describe, create, rejected):
    describe(internal=False)
    with rejected("ecs-public-without-login", "existing_listener.listener_arn"):
        create_behind()
    assert create_behind(cognito=COGNITO)["orders-listener-rule"]
    acknowledge = {"ecs-public-without-login": "the application authenticates all users"}
    assert create(port=3000, existing_listener=LISTENER, acknowledge=acknowledge)["orders-listener-rule"]


def test_http_listener_is_unsafe(create_behind, describe, create, rejected):
    describe(protocol="HTTP", port=80)
    with rejected("ecs-plain-http", "existing_listener.listener_arn"):
        create_behind()
    acknowledge = {"ecs-plain-http": "the VPN encrypts all connections"}
    assert create(port=3000, existing_listener=LISTENER, acknowledge=acknowledge)["orders-listener-rule"]


@pytest.mark.parametrize(
    ("settings", "requirement"),
    [({"cognito": COGNITO}, "a login"), ({"protocol_version": "HTTP2"}, "HTTP2")],
)
def test_http_listener_rejects_what_requires_https(create_behind, describe, rejected, settings, requirement):
    describe(protocol="HTTP", port=80)
    with rejected("ecs-listener-without-tls", "existing_listener.listener_arn"):
        create_behind(**settings)


def test_listener_of_a_network_load_balancer_is_rejected(create_behind, rejected):
    with rejected("argument-format", "existing_listener.listener_arn"):
        create_behind(listener_arn=LISTENER_ARN.replace("app/", "net/"))


@pytest.mark.parametrize(
    ("settings", "rule_id", "path"),
    [
        ({"hosts": ["a.*.example.com", "*.b.example.com"], "paths": ["/*/?/?", "/*/*"]},
         "ecs-listener-rule-values", "paths"),
        ({"closed_paths": ["/a", "/b", "/c", "/d", "/e"]}, "ecs-listener-rule-values", "closed_paths"),
        ({"hosts": None, "paths": ["/*"], "hosted_zone_id": "Z0123456789ABCDEFGHIJ"},
         "ecs-listener-dns-records", "hosted_zone_id"),
        ({"create_certificates": True}, "ecs-listener-dns-records", "create_certificates"),
    ],
)  # fmt: skip
def test_rejected_arguments(create_behind, rejected, settings, rule_id, path):
    with rejected(rule_id, f"existing_listener.{path}"):
        create_behind(**settings)


def test_closed_paths_of_all_services_may_be_closed_with_hosts(create_behind):
    assert "orders-listener-closed" in rules(create_behind(paths=["/orders/*"], closed_paths=["/*/metrics"]))


def test_service_with_two_load_balancers(create_behind, load_balancer):
    plan = create_behind(args={"load_balancer": load_balancer})
    assert len(plan["orders-service"].inputs["loadBalancers"]) == 2
    assert plan["orders-unhealthy"].inputs["dimensions"] != plan["orders-unhealthy-listener"].inputs["dimensions"]


def test_unit_tests_need_no_responses(create):
    """Mocks describe neither the listener nor its load balancer."""
    assert create(port=3000, existing_listener=LISTENER, acknowledge={}, preview=True)["orders-listener-rule"]


@pytest.fixture
def deploy_two(deploy, described, required_args):
    """Deploy two singletons with these listeners. Functions are called within the program."""

    def make(first, second, acknowledge=None, *, preview=False):
        def program():
            for name, settings in (("orders", first), ("billing", second)):
                listener = {key: value() if callable(value) else value for key, value in (LISTENER | settings).items()}
                FargateSingleton(
                    name,
                    {
                        **required_args,
                        "port": 3000,
                        "existing_listener": listener,
                        "acknowledge": acknowledge if acknowledge and name == "billing" else {},
                    },
                )

        return deploy(program, preview=preview)

    return make


OTHER_HOST = {"hosts": ["billing.example.com"]}


def late(value):
    """Return a function that returns a value as an Output."""
    return lambda: pulumi.Output.from_input(value).apply(lambda resolved: resolved)


@pytest.mark.parametrize("listener_arn", [LISTENER_ARN, late(LISTENER_ARN)])
@pytest.mark.parametrize("priority", [700, 701, 699])
def test_two_services_cannot_have_the_same_priority(deploy_two, rejected, listener_arn, priority):
    first = {"priority": 700}
    second = {**OTHER_HOST, "priority": priority, "listener_arn": listener_arn}
    with rejected("ecs-listener-priority-conflict", "existing_listener.priority"):
        deploy_two(first, second)
    assert deploy_two(first, second | {"priority": 702})
    assert deploy_two(first, second | {"listener_arn": f"{LISTENER_ARN[:-1]}f"})


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ({}, {"hosts": ["Orders.example.com"]}, "hosts"),
        ({"hosts": [], "paths": ["/a", "/b"]}, {"hosts": [], "paths": ["/b", "/c"]}, "paths"),
    ],
)
def test_two_services_with_the_same_host_and_path(deploy_two, rejected, first, second, path):
    second = {**second, "priority": 500}
    with rejected("ecs-duplicate-route", f"existing_listener.{path}"):
        deploy_two(first, second)
    assert deploy_two(first, second, {"ecs-duplicate-route": "billing replaces orders"})


def test_conflicts_at_a_listener_of_the_program_are_found_in_a_first_preview(
    deploy, described, required_args, rejected
):
    def program():
        shared = aws.lb.Listener(
            "shared",
            load_balancer_arn=f"{PREFIX}:loadbalancer/app/edge/50dc6c495c0c9188",
            default_actions=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}],
        )
        for name in ("orders", "billing"):
            listener = LISTENER | {"listener_arn": shared.arn}
            FargateSingleton(name, {**required_args, "port": 3000, "existing_listener": listener, "acknowledge": {}})

    with rejected("ecs-duplicate-route"):
        deploy(program, preview=True)


def test_unknown_listeners_of_other_stacks_are_not_compared(deploy, described, required_args):
    def program():
        other = pulumi.StackReference("organization/network/production")
        for name in ("orders", "billing"):
            listener = LISTENER | {"listener_arn": other.get_output("listenerArn")}
            FargateSingleton(name, {**required_args, "port": 3000, "existing_listener": listener, "acknowledge": {}})

    assert deploy(program, preview=True)["billing-listener-rule"]
