"""Look-up of existing load balancers and their listeners."""

import pulumi
import pytest

from moorings.aws.load_balancers import LoadBalancerListener, get_listener, load_balancer_arn, load_balancer_arn_suffix
from moorings.preview.simulated_cloud import SimulatedCloud

PREFIX = "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012"
LISTENER_ARN = f"{PREFIX}:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2"
UNKNOWN = {"protocol": "", "port": 0, "dns_name": "", "zone_id": "", "vpc_id": "", "security_group_id": ""}


def test_arn_of_the_load_balancer():
    assert load_balancer_arn(LISTENER_ARN) == f"{PREFIX}:loadbalancer/app/edge/50dc6c495c0c9188"
    assert load_balancer_arn_suffix(LISTENER_ARN) == "app/edge/50dc6c495c0c9188"


@pytest.mark.parametrize(
    ("protocol", "port", "url"),
    [
        ("HTTPS", 443, "https://a.example.com"),
        ("HTTPS", 8443, "https://a.example.com:8443"),
        ("HTTP", 80, "http://a.example.com"),
        ("HTTP", 443, "http://a.example.com:443"),
    ],
)
def test_url(protocol, port, url):
    listener = LoadBalancerListener(
        **UNKNOWN | {"protocol": protocol, "port": port, "dns_name": "b"}, internet_facing=False
    )
    assert listener.url_of("a.example.com") == url
    assert listener.url == url.replace("a.example.com", "b")


@pytest.fixture
def look_up(deploy, monkeypatch):
    """Look the listener up with these responses of Elastic Load Balancing."""

    def make(listener, balancer):
        requests, found = {}, []

        def invoke(_, token, args, __):
            requests[token.rpartition(":")[2]] = args["arn"]
            return listener if token.endswith("getListener") else balancer

        def program():
            parent = pulumi.ComponentResource("test:index:Parent", "parent")
            get_listener(LISTENER_ARN, parent).apply(found.append)

        monkeypatch.setattr(SimulatedCloud, "invoke", invoke)
        deploy(program)
        assert requests == {"getListener": LISTENER_ARN, "getLoadBalancer": load_balancer_arn(LISTENER_ARN)}
        return found[0]

    return make


def test_listener_and_its_load_balancer(look_up):
    balancer = {
        "dnsName": "edge.elb.amazonaws.com",
        "zoneId": "Z1",
        "vpcId": "vpc-00000001",
        "securityGroups": ["sg-00000001", "sg-00000002"],
        "internal": False,
    }
    assert look_up({"protocol": "HTTPS", "port": 443.0}, balancer) == LoadBalancerListener(
        protocol="HTTPS",
        port=443,
        dns_name="edge.elb.amazonaws.com",
        zone_id="Z1",
        vpc_id="vpc-00000001",
        security_group_id="sg-00000001",
        internet_facing=True,
    )


def test_mocks_of_unit_tests_describe_nothing(look_up):
    assert look_up({}, {}) == LoadBalancerListener(**UNKNOWN, internet_facing=False)
