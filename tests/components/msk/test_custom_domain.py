"""Custom domain names: the load balancer, its listeners, the DNS records and the addresses that brokers advertise."""

from types import SimpleNamespace

import pulumi
import pytest

from moorings.msk import custom_domain_resources
from moorings.msk.custom_domain_resources import broker_address

DOMAIN = {
    "name": "kafka.example.com",
    "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    "listener": "scram",
    "step": "prepare",
}
ENABLED = {**DOMAIN, "step": "enable"}


def properties(plan):
    text = plan["kafka-configuration"].inputs["serverProperties"]
    return dict(line.split("=", 1) for line in text.splitlines())


def test_each_broker_has_a_listener_and_a_name(create):
    plan = create(custom_domain=DOMAIN)
    listeners = plan.all("aws:lb/listener:Listener")
    assert [listener.inputs["port"] for listener in listeners] == [9001, 9002, 9003]
    assert {listener.inputs["certificateArn"] for listener in listeners} == {DOMAIN["certificate_arn"]}
    records = plan.all("aws:route53/record:Record")
    assert [record.inputs["name"] for record in records] == [f"b-{number}.kafka.example.com" for number in (1, 2, 3)]


@pytest.mark.parametrize(("listener", "port"), [("scram", 9096), ("iam", 9098)])
def test_each_listener_forwards_to_its_broker(create, listener, port):
    plan = create(custom_domain={**DOMAIN, "listener": listener})
    groups = plan.all("aws:lb/targetGroup:TargetGroup")
    assert {(group.inputs["protocol"], group.inputs["port"]) for group in groups} == {("TLS", port)}
    targets = plan.all("aws:lb/targetGroupAttachment:TargetGroupAttachment")
    assert [target.inputs["targetId"] for target in targets] == ["10.0.0.10", "10.0.1.11", "10.0.2.12"]


def test_the_load_balancer_is_internal_and_serves_all_zones(create):
    inputs = create(custom_domain=DOMAIN)["kafka-domain-load-balancer"].inputs
    assert inputs["internal"] is True
    assert inputs["enableCrossZoneLoadBalancing"] is True
    assert inputs["enableDeletionProtection"] is True


def test_clients_may_connect_to_the_load_balancer_and_the_load_balancer_to_the_brokers(create):
    plan = create(
        custom_domain=DOMAIN,
        client_security_group_ids={"kubernetes": "sg-00000002"},
        client_cidrs={"vpn": "10.80.0.0/16"},
        client_prefix_list_ids={"offices": "pl-00000001"},
    )
    rules = {
        rule.name: (rule.inputs["fromPort"], rule.inputs["toPort"])
        for rule in plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if "domain" in rule.name
    }
    assert rules == {
        "kafka-domain-kubernetes": (9001, 9003),
        "kafka-domain-offices": (9001, 9003),
        "kafka-domain-vpn": (9001, 9003),
        "kafka-domain-at-brokers": (9096, 9096),
    }


def test_brokers_advertise_the_names_in_the_second_step(create):
    assert "custom.advertised.listeners" not in properties(create(custom_domain=DOMAIN))
    expected = "CLIENT_SASL_SCRAM://b-{broker_id}.kafka.example.com:9000+{broker_id}"
    assert properties(create(custom_domain=ENABLED))["custom.advertised.listeners"] == expected


def test_the_steps_differ_only_in_the_configuration(create):
    before, after = (create(custom_domain=domain) for domain in (DOMAIN, ENABLED))
    assert before.urns == after.urns
    changed = [
        one.name for one, other in zip(before.resources, after.resources, strict=True) if one.inputs != other.inputs
    ]
    assert changed == ["kafka-configuration"]


def test_a_connection_lists_all_brokers_with_the_group_of_the_load_balancer(kafka):
    def select(cluster):
        connection = cluster.connection("orders", route="custom-domain")
        return {
            "servers": connection.bootstrap_servers,
            "is_broker_group": pulumi.Output.all(connection.security_group_id, cluster.security_group_id).apply(
                lambda groups: groups[0] == groups[1]
            ),
        }

    domain = {**DOMAIN, "first_port": 9501}
    connection = kafka(select, users=["orders"], custom_domain=domain, brokers_per_zone=2)
    assert connection["servers"].split(",") == [f"b-{n}.kafka.example.com:{9500 + n}" for n in range(1, 7)]
    assert not connection["is_broker_group"]


def test_a_connection_of_another_listener_is_rejected(kafka, rejected):
    with rejected("msk-listener-disabled", "listener"):
        kafka(lambda cluster: cluster.connection(route="custom-domain").bootstrap_servers, custom_domain=DOMAIN)


def test_a_certificate_of_another_region_is_rejected(create, rejected):
    arn = DOMAIN["certificate_arn"].replace("eu-west-1", "us-east-1")
    with rejected("aws-arn-region", "custom_domain.certificate_arn"):
        create(custom_domain={**DOMAIN, "certificate_arn": arn})


def test_the_number_of_brokers_must_be_known(create, rejected):
    subnets = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
    with rejected("msk-unknown-broker-count", "subnet_ids"):
        create(custom_domain=DOMAIN, subnet_ids=lambda: pulumi.Output.from_input(subnets))


BROKER = SimpleNamespace(broker_id=1.0, client_vpc_ip_address="10.0.0.10")


def test_the_address_of_a_broker_that_an_update_adds_is_unknown_in_the_preview(deploy):
    addresses = []
    deploy(lambda: addresses.extend(broker_address(number, [BROKER]) for number in (1, 2)), preview=True)
    assert addresses == ["10.0.0.10", pulumi.UNKNOWN]


def test_a_broker_without_an_address_fails_the_update(monkeypatch):
    monkeypatch.setattr(custom_domain_resources, "is_dry_run", lambda: False)
    with pytest.raises(KeyError):
        broker_address(2, [BROKER])
