"""Simulated cloud: outputs of resources and results of functions."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from pulumi_random import RandomString

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret
from moorings.preview.simulated_aws import SimulatedRegion

MSK = "arn:aws:kafka:eu-west-1:123456789012"


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
    ],
)
def test_partition_and_dns_suffix_of_a_region(region, partition, suffix):
    simulated = SimulatedRegion(region)
    assert (simulated.partition, simulated.dns_suffix) == (partition, suffix)


@pytest.mark.parametrize(
    ("zone", "id_"), [("eu-west-1a", "euw1-az1"), ("us-east-1c", "use1-az3"), ("ap-southeast-2b", "apse2-az2")]
)
def test_id_of_an_availability_zone(zone, id_):
    assert SimulatedRegion(zone[:-1]).zone_id(zone) == id_


def export(deploy, output, **options):
    plan = deploy(lambda: pulumi.export("value", output()), **options)
    return plan.outputs.get("value", UNKNOWN)


def test_functions_use_the_region_of_the_stack(deploy):
    def outputs():
        return {
            "account": aws.get_caller_identity_output().account_id,
            "region": aws.get_region_output().region,
            "zones": aws.get_availability_zones_output().names,
        }

    assert export(deploy, outputs, config={"aws:region": "us-east-1"}) == {
        "account": "123456789012",
        "region": "us-east-1",
        "zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
    }


def test_functions_and_resources_use_the_region_of_their_provider(deploy):
    def outputs():
        provider = aws.Provider("us", region="us-gov-west-1")
        key = aws.kms.Key("key", opts=pulumi.ResourceOptions(provider=provider))
        return {
            "region": aws.get_region_output(opts=pulumi.InvokeOptions(provider=provider)).region,
            "key": key.arn.apply(lambda arn: arn.partition(":key/")[0]),
        }

    assert export(deploy, outputs) == {
        "region": "us-gov-west-1",
        "key": "arn:aws-us-gov:kms:us-gov-west-1:123456789012",
    }


def test_unlisted_function_is_unknown(deploy):
    plan = deploy(lambda: pulumi.export("value", aws.sns.get_topic_output(name="t").arn))
    assert plan.outputs.get("value", UNKNOWN) is UNKNOWN
    assert plan.notes == ["the result of getTopic"]


def test_unlisted_type_has_unknown_outputs(deploy):
    assert export(deploy, lambda: aws.sns.Topic("t").arn) is UNKNOWN


@pytest.mark.parametrize(
    ("output", "prefix"),
    [
        (lambda: aws.kms.Key("k").arn, "arn:aws:kms:eu-west-1:123456789012:key/"),
        (lambda: aws.kms.Key("k").id, ""),
        (
            lambda: aws.secretsmanager.Secret("s", name="orders").arn,
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-",
        ),
        (lambda: aws.secretsmanager.Secret("s").name, "s-"),
        (
            lambda: aws.kms.Alias("a", name="alias/a", target_key_id="k").arn,
            "arn:aws:kms:eu-west-1:123456789012:alias/a",
        ),
        (
            lambda: aws.acm.Certificate("c", domain_name="a.example").domain_validation_options[0].resource_record_name,
            "_",
        ),
        (lambda: aws.secretsmanager.Secret("s", name_prefix="begins-").name, "begins-"),
        (lambda: aws.ec2.Vpc("v", cidr_block="10.0.0.0/16").id, "vpc-"),
        (lambda: aws.iam.Role("r", assume_role_policy="{}").arn, "arn:aws:iam::123456789012:role/r-"),
        (lambda: aws.cloudwatch.LogGroup("l").arn, "arn:aws:logs:eu-west-1:123456789012:log-group:l-"),
        (
            lambda: aws.msk.Topic("t", cluster_arn=f"{MSK}:cluster/x/y", partition_count=1, replication_factor=3).arn,
            "arn:aws:kafka:eu-west-1:123456789012:topic/x/y/t-",
        ),
        (lambda: RandomString("s", length=100).result.apply(lambda text: str(len(text))), "100"),
    ],
)
def test_outputs_have_the_format_of_aws(deploy, output, prefix):
    assert export(deploy, output).startswith(prefix)


def test_outputs_are_unknown_in_a_preview(deploy):
    assert export(deploy, lambda: aws.kms.Key("k").arn, preview=True) is UNKNOWN


def test_outputs_that_depend_on_unknown_inputs_are_unknown(deploy):
    def version():
        topic = aws.sns.Topic("t")
        return aws.secretsmanager.SecretVersion("v", secret_id=topic.arn, secret_string="x").version_id

    assert export(deploy, version) is UNKNOWN


def test_get_subnet_finds_subnets_of_the_program(deploy):
    def zone():
        subnet = aws.ec2.Subnet(
            "s", vpc_id="vpc-0d1c7a52e8b94f360", cidr_block="10.0.0.0/24", availability_zone="eu-west-1b"
        )
        return aws.ec2.get_subnet_output(id=subnet.id).availability_zone_id

    assert export(deploy, zone) == "euw1-az2"


def test_subnet_without_a_zone_is_unknown(deploy):
    def zone():
        subnet = aws.ec2.Subnet("s", vpc_id="vpc-0d1c7a52e8b94f360", cidr_block="10.0.0.0/24")
        return aws.ec2.get_subnet_output(id=subnet.id).availability_zone_id

    assert export(deploy, zone) is UNKNOWN


def test_brokers_of_another_cluster_are_unknown(deploy):
    arn = f"{MSK}:cluster/x/y"
    assert export(deploy, lambda: aws.msk.get_broker_nodes_output(cluster_arn=arn).node_info_lists) is UNKNOWN


@pytest.mark.parametrize("preview", [True, False])
def test_generated_metadata_is_added_to_given_metadata(deploy, preview):
    def program():
        config_map = kubernetes.core.v1.ConfigMap("c", metadata={"namespace": "space", "labels": {"a": "b"}})
        for key in ("name", "namespace", "labels"):
            pulumi.export(key, config_map.metadata[key])

    outputs = deploy(program, preview=preview).outputs
    assert (outputs["namespace"], outputs["labels"]) == ("space", {"a": "b"})
    assert outputs["name"] is UNKNOWN if preview else outputs["name"].startswith("c-")


def test_secret_metadata_is_not_changed(deploy):
    def program():
        metadata = pulumi.Output.secret({"namespace": "space"})
        pulumi.export("value", kubernetes.core.v1.ConfigMap("c", metadata=metadata).metadata["namespace"])

    assert deploy(program).outputs["value"] == RevealedSecret("space")


def test_kubernetes_object_has_a_name_and_a_namespace(deploy):
    def names():
        named = kubernetes.core.v1.ConfigMap("c", metadata={"name": "named", "namespace": "space"})
        generated = kubernetes.core.v1.ConfigMap("d")
        return [named.id, generated.metadata.namespace, generated.metadata.name]

    id_, namespace, name = export(deploy, names)
    assert (id_, namespace) == ("space/named", "default")
    assert name.startswith("d-")


def test_provider_has_an_id(deploy):
    assert export(deploy, lambda: aws.Provider("own", region="eu-west-1").id)


def test_existing_resource_is_unknown(deploy):
    assert export(deploy, lambda: aws.kms.Key.get("k", "some-id").arn) in (UNKNOWN, None)


def test_outputs_of_a_stack_in_another_project_are_unknown(deploy):
    assert export(deploy, lambda: pulumi.StackReference("org/other/stack").get_output("x")) is UNKNOWN
