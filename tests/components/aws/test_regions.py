"""ARNs in the Region of the component that uses them."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import FargateSingleton, InvalidInput, MskCluster, MskVpcConnection
from moorings.aws.context import AwsContext
from moorings.aws.regions import check_arn_regions
from moorings.sdk import internals
from moorings.validation.findings import Finding
from moorings.validation.rules import Violation

KEY = "arn:aws:kms:{}:210987654321:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
TOPIC = "arn:aws:sns:{}:210987654321:operations"


CONTEXT = AwsContext("aws", "amazonaws.com", "eu-west-1", "123456789012")


@pytest.mark.parametrize(
    "arn",
    [KEY.format("us-east-1"), "arn:aws-cn:kms:eu-west-1:210987654321:key/a", "arn:aws-cn:iam::210987654321:role/a"],
)
def test_an_arn_of_another_region_or_partition_is_rejected(arn):
    with pytest.raises(Violation, match=r"expected an ARN in eu-west-1 \(arn:aws:\.\.\.\), got arn:aws") as error:
        check_arn_regions(CONTEXT, topics=[TOPIC.format("eu-west-1"), arn], none=None)
    assert error.value.path == ("topics", 1)


def test_arns_of_the_region_are_accepted():
    check_arn_regions(CONTEXT, key=KEY.format("eu-west-1"), topics=[TOPIC.format("eu-west-1")], none=None)
    check_arn_regions(CONTEXT, certificate="arn:aws:iam::123456789012:server-certificate/tools")


def test_the_mocks_of_a_unit_test_return_no_region():
    check_arn_regions(AwsContext(None, None, None, None), key=KEY.format("eu-west-1"))


PLACEMENT = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
}
UUID = "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
LOAD_BALANCER = {
    "health_check_path": "/healthy",
    "certificate_arn": f"arn:aws:acm:eu-west-1:123456789012:certificate/{UUID}",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}
SINGLETON = PLACEMENT | {
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "acknowledge": {"ecs-no-health-check": "a test"},
    "port": 3000,
    "secret_environment": {"A": "x"},
    "load_balancer": LOAD_BALANCER,
}


def cluster(argument, arn):
    value = [arn] if argument.endswith("s") else arn
    MskCluster("kafka", {**PLACEMENT, "kafka_version": "3.9.x.kraft", argument: value})


def connection(argument, arn):
    MskVpcConnection("kafka", {**PLACEMENT, argument: arn})


def service(argument, arn):
    FargateSingleton("orders", SINGLETON | {argument: [arn] if argument.endswith("s") else arn})


def service_connect(argument, arn):
    service("service_connect", {"dns_name": "orders", argument: arn})


def load_balancer(argument, arn):
    service("load_balancer", LOAD_BALANCER | {argument: arn})


COMPONENTS = [
    (cluster, "kms_key_arn", KEY),
    (cluster, "secrets_kms_key_arn", KEY),
    (cluster, "log_kms_key_arn", KEY),
    (cluster, "alarm_topic_arns", TOPIC),
    (connection, "cluster_arn", f"arn:aws:kafka:{{}}:123456789012:cluster/orders/{UUID}-2"),
    (service, "cluster_arn", "arn:aws:ecs:{}:123456789012:cluster/tools"),
    (service, "alarm_topic_arns", TOPIC),
    (service, "log_kms_key_arn", KEY),
    (service, "kms_key_arn", KEY),
    (
        service_connect,
        "service_connect.namespace_arn",
        "arn:aws:servicediscovery:{}:123456789012:namespace/ns-b92d7f4a1e63",
    ),
    (load_balancer, "load_balancer.certificate_arn", f"arn:aws:acm:{{}}:123456789012:certificate/{UUID}"),
    (load_balancer, "load_balancer.web_acl_arn", f"arn:aws:wafv2:{{}}:123456789012:regional/webacl/tools/{UUID}"),
]


@pytest.fixture
def region_rejected():
    """Returns a function that checks that a program is rejected because of an ARN's Region, with the argument."""

    def check(argument, program):
        with pytest.raises(InvalidInput) as error:
            program()
        (finding,) = map(Finding.parse, str(error.value).splitlines())
        assert (finding.rule, finding.path.partition("[")[0]) == ("aws-arn-region", argument)

    return check


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("case", COMPONENTS)
def test_a_component_rejects_an_arn_of_another_region(deploy, region_rejected, case, late, preview):
    create, argument, arn = case
    other = arn.format("us-east-1")
    value = lambda: pulumi.Output.from_input(other) if late else other  # noqa: E731 - an Output belongs to a program
    region_rejected(argument, lambda: deploy(lambda: create(argument.rpartition(".")[2], value()), preview=preview))


@pytest.mark.parametrize("case", COMPONENTS)
def test_a_component_accepts_an_arn_of_its_region(deploy, case):
    create, argument, arn = case
    assert deploy(lambda: create(argument.rpartition(".")[2], arn.format("eu-west-1")))


def certificate(region=None, provider=None):
    provider = aws.Provider("other", region=provider) if provider else None
    options = pulumi.ResourceOptions(provider=provider)
    return aws.acm.Certificate("tools", domain_name="tools.example.com", region=region, opts=options).arn


OTHER_REGIONS = {
    "provider": lambda: certificate(provider="us-east-1"),
    "region": lambda: certificate(region="us-east-1"),
    "apply": lambda: certificate(provider="us-east-1").apply(str),
    "region of a resource before that of its provider": lambda: certificate(region="us-east-1", provider="eu-west-1"),
}
SAME_REGION = {
    "default provider": certificate,
    "provider": lambda: certificate(provider="eu-west-1"),
    "region": lambda: certificate(region="eu-west-1", provider="us-east-1"),
    "late region": lambda: certificate(region=aws.get_region_output().region.apply(lambda _: "eu-west-1")),
    "another program": lambda: pulumi.StackReference("acme/tools/dev").get_output("certificate").apply(str),
}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("arn", OTHER_REGIONS.values(), ids=OTHER_REGIONS)
def test_a_certificate_of_another_region_of_the_same_program_is_rejected(deploy, region_rejected, arn, preview):
    region_rejected(
        "load_balancer.certificate_arn",
        lambda: deploy(lambda: load_balancer("certificate_arn", arn()), preview=preview),
    )


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("arn", SAME_REGION.values(), ids=SAME_REGION)
def test_a_certificate_of_the_region_is_accepted(deploy, arn, preview):
    assert deploy(lambda: load_balancer("certificate_arn", arn()), preview=preview)


def test_without_private_names_only_known_arns_are_checked(deploy, monkeypatch):
    monkeypatch.setattr(internals, "find_private_name", lambda _: None)
    assert deploy(lambda: load_balancer("certificate_arn", certificate(region="us-east-1")), preview=True)


@pytest.mark.parametrize("create", [cluster, service])
def test_an_unknown_topic_of_another_region_of_the_same_program_is_rejected(deploy, region_rejected, create):
    def program():
        create("alarm_topic_arns", aws.sns.Topic("alarms", region="us-east-1").arn)

    region_rejected("alarm_topic_arns", lambda: deploy(program, preview=True))
