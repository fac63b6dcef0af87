"""What a cloud would answer."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from pulumi_random import RandomString

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret
from moorings.preview.simulated_aws import SimulatedRegion


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_a_region_lies_in_its_partition(region, partition, suffix):
    place = SimulatedRegion(region)
    assert (place.partition, place.dns_suffix) == (partition, suffix)


@pytest.mark.parametrize(
    ("zone", "id_"), [("eu-west-1a", "euw1-az1"), ("us-east-1c", "use1-az3"), ("ap-southeast-2b", "apse2-az2")]
)
def test_a_zone_has_the_id_that_aws_gives(zone, id_):
    assert SimulatedRegion(zone[:-1]).zone_id(zone) == id_


def found(deploy, output, **options):
    plan = deploy(lambda: pulumi.export("found", output()), **options)
    return plan.outputs.get("found", UNKNOWN)


def test_functions_answer_for_the_region_of_the_stack(deploy):
    def look():
        return {
            "account": aws.get_caller_identity_output().account_id,
            "region": aws.get_region_output().region,
            "zones": aws.get_availability_zones_output().names,
        }

    assert found(deploy, look, config={"aws:region": "us-east-1"}) == {
        "account": "123456789012",
        "region": "us-east-1",
        "zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
    }


def test_functions_and_resources_are_where_their_provider_is(deploy):
    def look():
        american = aws.Provider("american", region="us-gov-west-1")
        key = aws.kms.Key("key", opts=pulumi.ResourceOptions(provider=american))
        return {
            "region": aws.get_region_output(opts=pulumi.InvokeOptions(provider=american)).region,
            "key": key.arn.apply(lambda arn: arn.partition(":key/")[0]),
        }

    assert found(deploy, look) == {"region": "us-gov-west-1", "key": "arn:aws-us-gov:kms:us-gov-west-1:123456789012"}


def test_a_function_that_is_not_known_is_unknown_and_noted(deploy):
    plan = deploy(lambda: pulumi.export("found", aws.sns.get_topic_output(name="t").arn))
    assert plan.outputs.get("found", UNKNOWN) is UNKNOWN
    assert plan.notes == ["the result of getTopic"]


def test_a_type_that_is_not_known_has_unknown_outputs(deploy):
    assert found(deploy, lambda: aws.sns.Topic("t").arn) is UNKNOWN


@pytest.mark.parametrize(
    ("make", "begins"),
    [
        (lambda: aws.kms.Key("k").arn, "arn:aws:kms:eu-west-1:123456789012:key/"),
        (lambda: aws.kms.Key("k").id, ""),
        (
            lambda: aws.secretsmanager.Secret("s", name="given").arn,
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:given-",
        ),
        (lambda: aws.secretsmanager.Secret("s").name, "s-"),
        (lambda: aws.secretsmanager.Secret("s", name_prefix="begins-").name, "begins-"),
        (lambda: aws.ec2.Vpc("v", cidr_block="10.0.0.0/16").id, "vpc-"),
        (lambda: aws.iam.Role("r", assume_role_policy="{}").arn, "arn:aws:iam::123456789012:role/r-"),
        (lambda: aws.cloudwatch.LogGroup("l").arn, "arn:aws:logs:eu-west-1:123456789012:log-group:l-"),
        (lambda: RandomString("s", length=100).result.apply(lambda text: str(len(text))), "100"),
    ],
)
def test_outputs_look_like_the_real_ones(deploy, make, begins):
    assert found(deploy, make).startswith(begins)


def test_in_a_preview_outputs_are_unknown(deploy):
    assert found(deploy, lambda: aws.kms.Key("k").arn, preview=True) is UNKNOWN


def test_what_hangs_on_an_unknown_input_is_unknown(deploy):
    def version():
        topic = aws.sns.Topic("t")
        return aws.secretsmanager.SecretVersion("v", secret_id=topic.arn, secret_string="x").version_id

    assert found(deploy, version) is UNKNOWN


def test_a_subnet_of_the_program_is_described(deploy):
    def zone():
        subnet = aws.ec2.Subnet(
            "s", vpc_id="vpc-0d1c7a52e8b94f360", cidr_block="10.0.0.0/24", availability_zone="eu-west-1b"
        )
        return aws.ec2.get_subnet_output(id=subnet.id).availability_zone_id

    assert found(deploy, zone) == "euw1-az2"


def test_a_subnet_whose_zone_is_not_said_is_unknown(deploy):
    def zone():
        subnet = aws.ec2.Subnet("s", vpc_id="vpc-0d1c7a52e8b94f360", cidr_block="10.0.0.0/24")
        return aws.ec2.get_subnet_output(id=subnet.id).availability_zone_id

    assert found(deploy, zone) is UNKNOWN


def test_brokers_of_a_cluster_that_is_not_there_are_unknown(deploy):
    arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/x/y"
    assert found(deploy, lambda: aws.msk.get_broker_nodes_output(cluster_arn=arn).node_info_lists) is UNKNOWN


@pytest.mark.parametrize("preview", [True, False])
def test_what_a_provider_adds_to_metadata_stands_beside_what_was_given(deploy, preview):
    def program():
        made = kubernetes.core.v1.ConfigMap("c", metadata={"namespace": "space", "labels": {"a": "b"}})
        for each in ("name", "namespace", "labels"):
            pulumi.export(each, made.metadata[each])

    outputs = deploy(program, preview=preview).outputs
    assert (outputs["namespace"], outputs["labels"]) == ("space", {"a": "b"})
    assert outputs["name"] is UNKNOWN if preview else outputs["name"].startswith("c-")


def test_secret_metadata_is_left_as_it_is(deploy):
    def program():
        hidden = pulumi.Output.secret({"namespace": "space"})
        pulumi.export("it", kubernetes.core.v1.ConfigMap("c", metadata=hidden).metadata["namespace"])

    assert deploy(program).outputs["it"] == RevealedSecret("space")


def test_an_object_of_kubernetes_has_a_name_and_a_namespace(deploy):
    def names():
        given = kubernetes.core.v1.ConfigMap("c", metadata={"name": "given", "namespace": "space"})
        made = kubernetes.core.v1.ConfigMap("d")
        return [given.id, made.metadata.namespace, made.metadata.name]

    given, space, made = found(deploy, names)
    assert (given, space) == ("space/given", "default")
    assert made.startswith("d-")


def test_a_provider_is_made(deploy):
    assert found(deploy, lambda: aws.Provider("own", region="eu-west-1").id)


def test_what_is_read_is_unknown(deploy):
    assert found(deploy, lambda: aws.kms.Key.get("k", "some-id").arn) in (UNKNOWN, None)


def test_the_outputs_of_an_unknown_stack_are_unknown(deploy):
    assert found(deploy, lambda: pulumi.StackReference("org/other/stack").get_output("x")) is UNKNOWN
