"""Network Load Balancer of a singleton."""

import pulumi
import pytest

from moorings import FargateSingleton

GROUP = "sg-0b92d7f4a1e63c508"
SUBNETS = ["subnet-08d5f1a74be2c6093", "subnet-01e7c4a9f36bd8255"]
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
CLIENTS = {"client_cidrs": {"vpn": "10.80.0.0/16"}}
TLS = {"protocol": "TLS", "certificate_arn": CERTIFICATE}
UDP = {"protocol": "UDP", "application_port": 514, "health_check_port": 3000}
SYSLOG = {"additional_ports": {"syslog": {"port": 514, "protocol": "udp"}}}


@pytest.fixture
def create_network(create):
    """Deploy a singleton with a Network Load Balancer for clients of a VPN."""

    def make(*, args=None, acknowledge=None, **settings):
        values = {"port": 3000, "acknowledge": acknowledge or {}} | (args or {})
        return create(network_load_balancer=CLIENTS | settings, **values)

    return make


def connections(plan):
    """Return group, peer, protocol and port of each security group rule, except HTTPS of the task."""
    names = {plan["orders-security-group"].id: "task", plan["orders-nlb-security-group"].id: "balancer"}
    found = set()
    for kind in ("Ingress", "Egress"):
        for rule in plan.all(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule"):
            inputs = rule.inputs
            peer = inputs.get("referencedSecurityGroupId") or inputs.get("cidrIpv4") or inputs.get("cidrIpv6")
            if rule.name != "orders-out-https":
                group = names[inputs["securityGroupId"]]
                found.add((kind, group, names.get(peer, peer), inputs["ipProtocol"], inputs["fromPort"]))
    return found


def test_default_load_balancer(create_network):
    plan = create_network()
    balancer = plan["orders-nlb"]
    assert balancer.protect
    assert balancer.inputs == {
        "loadBalancerType": "network",
        "internal": True,
        "securityGroups": [plan["orders-nlb-security-group"].id],
        "subnets": balancer.inputs["subnets"],
        "enableCrossZoneLoadBalancing": True,
        "enableDeletionProtection": True,
        "tags": {},
    }
    listener = plan["orders-nlb-listener"].inputs
    assert (listener["protocol"], listener["port"]) == ("TCP", 3000)
    group = plan["orders-nlb-tg"].inputs
    assert (group["protocol"], group["port"], group["targetType"]) == ("TCP", 3000, "ip")
    assert (group["connectionTermination"], group["deregistrationDelay"]) == (True, 15)
    assert group["healthCheck"] == {
        "enabled": True,
        "port": "traffic-port",
        "protocol": "TCP",
        "interval": 15,
        "timeout": 5,
        "healthyThreshold": 2,
        "unhealthyThreshold": 5,
    }


def test_only_the_load_balancer_may_connect_to_the_task(create_network):
    assert connections(create_network(listener_port=9000, health_check_port=3001)) == {
        ("Ingress", "balancer", "10.80.0.0/16", "tcp", 9000),
        ("Egress", "balancer", "task", "tcp", 3000),
        ("Egress", "balancer", "task", "tcp", 3001),
        ("Ingress", "task", "balancer", "tcp", 3000),
        ("Ingress", "task", "balancer", "tcp", 3001),
    }


def test_udp(create_network):
    plan = create_network(**UDP, args=SYSLOG)
    assert plan["orders-nlb-listener"].inputs["protocol"] == "UDP"
    assert plan["orders-nlb-tg"].inputs["protocol"] == "UDP"
    assert connections(plan) == {
        ("Ingress", "balancer", "10.80.0.0/16", "udp", 514),
        ("Egress", "balancer", "task", "udp", 514),
        ("Egress", "balancer", "task", "tcp", 3000),
        ("Ingress", "task", "balancer", "udp", 514),
        ("Ingress", "task", "balancer", "tcp", 3000),
    }
    (target,) = plan["orders-service"].inputs["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("orders", 514)


def test_tcp_and_udp_on_one_port_without_a_port_of_the_application(create_network):
    ports = {"dns": {"port": 53}, "dns-udp": {"port": 53, "protocol": "udp"}}
    plan = create_network(protocol="TCP_UDP", application_port=53, args={"port": None, "additional_ports": ports})
    assert plan["orders-nlb-tg"].inputs["protocol"] == "TCP_UDP"
    assert {(kind, group, protocol, port) for kind, group, _, protocol, port in connections(plan)} == {
        (kind, group, protocol, 53)
        for kind, group in (("Ingress", "balancer"), ("Egress", "balancer"), ("Ingress", "task"))
        for protocol in ("tcp", "udp")
    }


def test_udp_over_ipv6(create_network):
    plan = create_network(
        **UDP, args=SYSLOG, ip_address_type="dualstack", client_cidrs={"offices": "2001:db8:1234::/56"}
    )
    assert plan["orders-nlb"].inputs["ipAddressType"] == "dualstack"
    assert plan["orders-nlb"].inputs["enablePrefixForIpv6SourceNat"] == "on"
    assert plan["orders-nlb-from-offices-udp"].inputs["cidrIpv6"] == "2001:db8:1234::/56"
    tcp = create_network(ip_address_type="dualstack")
    assert "enablePrefixForIpv6SourceNat" not in tcp["orders-nlb"].inputs


@pytest.mark.parametrize("target_protocol", ["TCP", "TLS"])
def test_tls(create_network, target_protocol):
    plan = create_network(**TLS, listener_port=443, target_protocol=target_protocol)
    listener = plan["orders-nlb-listener"].inputs
    assert (listener["protocol"], listener["port"], listener["certificateArn"]) == ("TLS", 443, CERTIFICATE)
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert plan["orders-nlb-tg"].inputs["protocol"] == target_protocol


def test_certificate_and_record_are_created(create_network):
    plan = create_network(protocol="TLS", domain_name="orders.example.com", hosted_zone_id="Z0721409Q2SZMZVJ3F7M")
    assert plan["orders-nlb-certificate"].inputs["domainName"] == "orders.example.com"
    record = plan["orders-nlb-record"].inputs
    assert (record["name"], record["type"]) == ("orders.example.com", "A")


def test_additional_certificates(create_network):
    plan = create_network(**TLS, additional_certificate_arns={"partners": CERTIFICATE})
    (certificate,) = plan.all("aws:lb/listenerCertificate:ListenerCertificate")
    assert (certificate.name, certificate.inputs["certificateArn"]) == ("orders-nlb-certificate-partners", CERTIFICATE)


def test_health_check_over_http(create_network):
    plan = create_network(health_check_protocol="HTTP", health_check_path="/healthy", health_check_port=8080)
    check = plan["orders-nlb-tg"].inputs["healthCheck"]
    assert (check["protocol"], check["path"], check["port"], check["matcher"]) == (
        "HTTP",
        "/healthy",
        "8080",
        "200-399",
    )


def test_attributes_of_the_target_group_and_the_listener(create_network):
    plan = create_network(preserve_client_ip=False, proxy_protocol_v2=True, idle_timeout_seconds=600)
    assert plan["orders-nlb-tg"].inputs["preserveClientIp"] == "false"
    assert plan["orders-nlb-tg"].inputs["proxyProtocolV2"]
    assert plan["orders-nlb-listener"].inputs["tcpIdleTimeoutSeconds"] == 600


PUBLIC = {"internet_facing": True, "client_cidrs": {"internet": "0.0.0.0/0"}, "subnet_ids": SUBNETS}
INTENDED = {"ecs-public-without-login": "clients authenticate with certificates"}


def test_public_load_balancer_is_unsafe_because_it_authenticates_nobody(create_network, rejected):
    with rejected("ecs-public-without-login", "network_load_balancer.internet_facing"):
        create_network(**PUBLIC)
    plan = create_network(**PUBLIC, acknowledge=INTENDED)
    assert not plan["orders-nlb"].inputs["internal"]
    assert plan["orders-nlb-from-internet"].inputs["cidrIpv4"] == "0.0.0.0/0"


def test_public_load_balancer_requires_public_subnets(create_network, rejected):
    with rejected("ecs-no-public-subnets", "network_load_balancer.subnet_ids"):
        create_network(**PUBLIC | {"subnet_ids": None}, acknowledge=INTENDED)


def test_elastic_ip_addresses_belong_to_the_subnets_in_order(create_network, monkeypatch):
    monkeypatch.setattr(
        "moorings.ecs.service_load_balancers.check_load_balancer_subnets", lambda path, vpc_id, subnets: SUBNETS
    )
    addresses = ["eipalloc-0b92d7f4a1e63c508", "eipalloc-05b8d3916ef27ac41"]
    monkeypatch.setattr("moorings.ecs.service_load_balancers.get_subnets", lambda ids, parent: ids)
    balancer = create_network(**PUBLIC, acknowledge=INTENDED, elastic_ip_allocation_ids=addresses)["orders-nlb"]
    assert "subnets" not in balancer.inputs
    assert balancer.inputs["subnetMappings"] == [
        {"subnetId": subnet, "allocationId": address} for subnet, address in zip(SUBNETS, addresses, strict=True)
    ]


def test_access_logs(create_network):
    plan = create_network(**TLS, access_log_bucket="orders-logs")
    assert plan["orders-nlb"].inputs["accessLogs"] == {"bucket": "orders-logs", "enabled": True}


def test_alarm_and_timing(create_network):
    plan = create_network(deregistration_delay_seconds=25)
    alarm = plan["orders-unhealthy-nlb"].inputs
    assert alarm["namespace"] == "AWS/NetworkELB"
    assert alarm["dimensions"]["LoadBalancer"].startswith("net/orders-nlb")
    assert any("25 s deregistration" in message for _, message, _ in plan.log)
    assert plan["orders-service"].inputs["healthCheckGracePeriodSeconds"] == 120
    assert plan["orders-nlb-listener"].urn in plan["orders-service"].dependencies


def test_sidecar_that_listens_on_the_port_is_registered(create_network):
    sidecar = {"image": "registry.example/proxy:1.0.0", "user": "1000", "cpu": 128, "memory_mib": 128}
    plan = create_network(
        application_port=514,
        args={
            "sidecars": {"proxy": sidecar},
            "additional_ports": {"syslog": {"port": 514, "sidecar": "proxy"}},
        },
    )
    (target,) = plan["orders-service"].inputs["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("proxy", 514)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "tcp://orders.example.com:3000"),
        ({**TLS, "listener_port": 443}, "tls://orders.example.com:443"),
        (UDP, "udp://orders.example.com:514"),
    ],
)
def test_url(deploy, required_args, settings, url):
    network = CLIENTS | {"domain_name": "orders.example.com"} | settings
    args = {**required_args, "port": 3000, "network_load_balancer": network, "acknowledge": {}, **SYSLOG}
    outputs = deploy(lambda: pulumi.export("url", FargateSingleton("orders", args).url)).outputs
    assert outputs["url"] == url


@pytest.mark.parametrize(
    ("settings", "argument"),
    [
        ({"certificate_arn": CERTIFICATE}, "certificate_arn"),
        ({"health_check_path": "/healthy"}, "health_check_path"),
        ({"health_check_matcher": "200"}, "health_check_matcher"),
        ({"target_protocol": "TLS"}, "target_protocol"),
        ({**TLS, "idle_timeout_seconds": 600}, "idle_timeout_seconds"),
        ({"access_log_bucket": "orders-logs"}, "access_log_bucket"),
        ({"hosted_zone_id": "Z0721409Q2SZMZVJ3F7M"}, "hosted_zone_id"),
    ],
)
def test_arguments_that_the_protocol_does_not_support(create_network, rejected, settings, argument):
    with rejected("ecs-load-balancer-argument-without-effect", f"network_load_balancer.{argument}"):
        create_network(**settings)


@pytest.mark.parametrize(
    ("settings", "rule_id", "path"),
    [
        ({"protocol": "TLS"}, "ecs-no-certificate", "network_load_balancer.certificate_arn"),
        ({"application_port": 9000}, "ecs-balanced-port-unknown", "network_load_balancer.application_port"),
        ({"client_cidrs": {"offices": "2001:db8:1234::/56"}}, "ecs-ipv6-client",
         "network_load_balancer.client_cidrs.offices"),
        ({"client_security_group_ids": {"vpn": GROUP}}, "ecs-duplicate-peer-name",
         "network_load_balancer.client_cidrs.vpn"),
        ({"health_check_timeout_seconds": 15}, "ecs-load-balancer-health-check-timeout",
         "network_load_balancer.health_check_timeout_seconds"),
        ({**PUBLIC, "elastic_ip_allocation_ids": ["eipalloc-0b92d7f4a1e63c508"]}, "ecs-elastic-ip-addresses",
         "network_load_balancer.elastic_ip_allocation_ids"),
    ],
)  # fmt: skip
def test_rejected_arguments(create_network, rejected, settings, rule_id, path):
    with rejected(rule_id, path):
        create_network(**settings)


def test_port_is_required(create_network, rejected):
    with rejected("ecs-no-port", "port"):
        create_network(args={"port": None})


def test_reserved_name(create, rejected):
    with rejected("ecs-reserved-name"):
        create(name="internal-orders", port=3000, network_load_balancer=CLIENTS, acknowledge={})
