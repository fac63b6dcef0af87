"""Things that a service names by ARN, and whether they stand in its Region."""

import pulumi
import pytest

from moorings import FargateSingleton, InvalidInput

ID = "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
ARNS = {
    "cluster_arn": "ecs:{}:123456789012:cluster/tools",
    "alarm_topic_arns": "sns:{}:123456789012:operations",
    "log_kms_key_arn": f"kms:{{}}:123456789012:key/{ID}",
    "kms_key_arn": f"kms:{{}}:123456789012:key/{ID}",
    "service_connect.namespace_arn": "servicediscovery:{}:123456789012:namespace/ns-b92d7f4a1e63c508",
    "load_balancer.certificate_arn": f"acm:{{}}:123456789012:certificate/{ID}",
    "load_balancer.web_acl_arn": f"wafv2:{{}}:123456789012:regional/webacl/tools/{ID}",
}


@pytest.fixture
def named(deploy, needed, balanced):
    """Deploy a singleton with one of its ARNs."""

    def program(argument, arn, late):
        value = pulumi.Output.from_input(arn) if late else arn
        value = [value] if argument == "alarm_topic_arns" else value
        outer, _, inner = argument.rpartition(".")
        own = {"load_balancer": balanced} | ({inner: value} if not outer else {})
        if outer:
            own[outer] = (balanced if outer == "load_balancer" else {"dns_name": "orders"}) | {inner: value}
        FargateSingleton("orders", needed | {"port": 3000, "secret_environment": {"A": "x"}} | own)

    return lambda *given: deploy(lambda: program(*given))


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("argument", ARNS)
def test_what_is_of_another_region_is_refused(named, argument, late):
    arn = f"arn:aws:{ARNS[argument].format('us-east-1')}"
    with pytest.raises(InvalidInput) as refused:
        named(argument, arn, late)
    said = f"{argument} {arn} is of us-east-1 and used in eu-west-1; name one of eu-west-1"
    inside = argument.removeprefix("load_balancer.")
    where = ".load_balancer" if inside != argument else ""
    assert str(refused.value) == f"FargateSingleton 'orders'{where}: {said.replace(argument, inside)}"


@pytest.mark.parametrize("argument", ARNS)
def test_what_is_of_the_same_region_is_taken(named, argument):
    assert named(argument, f"arn:aws:{ARNS[argument].format('eu-west-1')}", True)["orders-service"]
