"""Keys and topics of a cluster, which stand in its Region."""

import pulumi
import pytest

from moorings import InvalidInput, MskCluster

NEEDED = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
    "kafka_version": "3.9.x.kraft",
}
KEY = "arn:aws:kms:{}:210987654321:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
TOPIC = "arn:aws:sns:{}:210987654321:operations"
GIVEN = [
    ("kms_key_arn", KEY),
    ("secrets_kms_key_arn", KEY),
    ("log_kms_key_arn", KEY),
    ("alarm_topic_arns", TOPIC),
]


def cluster(argument, arn, *, late=False):
    given = pulumi.Output.from_input(arn) if late else arn
    MskCluster("kafka", NEEDED | {argument: [given] if argument.endswith("s") else given})


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("argument", "arn"), GIVEN)
def test_one_of_another_region_is_refused(deploy, argument, arn, late, preview):
    elsewhere = arn.format("us-east-1")
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: cluster(argument, elsewhere, late=late), preview=preview)
    assert str(refused.value) == (
        f"MskCluster 'kafka': {argument} {elsewhere} is of us-east-1 and used in eu-west-1; name one of eu-west-1"
    )


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
@pytest.mark.parametrize(("argument", "arn"), GIVEN)
def test_one_of_the_region_is_taken_also_from_another_account(deploy, argument, arn, region):
    assert deploy(lambda: cluster(argument, arn.format(region)), config={"aws:region": region})
