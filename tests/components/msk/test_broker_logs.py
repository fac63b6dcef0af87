"""Where brokers' logs go."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import Args, InvalidInput
from moorings.msk.broker_logs import BucketName, ObjectPrefix, StreamName, logging_info


@pytest.fixture
def info(deploy):
    """The block that a cluster gets."""

    def block(broker_type="standard", **targets):
        def program():
            aws.msk.Cluster(
                "kafka",
                kafka_version="3.9.x",
                number_of_broker_nodes=3,
                broker_node_group_info={
                    "client_subnets": [],
                    "instance_type": "kafka.m7g.large",
                    "security_groups": [],
                },
                logging_info=logging_info(broker_type, **{"log_group": None} | targets),
            )

        found = deploy(program)["kafka"].inputs.get("loggingInfo")
        return found and found["brokerLogs"]

    return block


OFF = {"cloudwatchLogs": {"enabled": False}, "s3": {"enabled": False}, "firehose": {"enabled": False}}
GROUP = {"enabled": True, "logGroup": "/aws/msk/kafka"}
BUCKET = {"enabled": True, "bucket": "acme-logs", "prefix": "kafka"}
STREAM = {"enabled": True, "deliveryStream": "kafka-logs"}


@pytest.mark.parametrize("broker_type", ["standard", "express"])
@pytest.mark.parametrize(
    ("targets", "on"),
    [
        ({"log_group": "/aws/msk/kafka"}, {"cloudwatchLogs": GROUP}),
        ({"bucket": "acme-logs", "prefix": "kafka"}, {"s3": BUCKET}),
        ({"bucket": "acme-logs"}, {"s3": {"enabled": True, "bucket": "acme-logs"}}),
        ({"stream": "kafka-logs"}, {"firehose": STREAM}),
        (
            {"log_group": "/aws/msk/kafka", "bucket": "acme-logs", "prefix": "kafka", "stream": "kafka-logs"},
            {"cloudwatchLogs": GROUP, "s3": BUCKET, "firehose": STREAM},
        ),
    ],
)
def test_a_target_that_is_off_is_written_out(info, broker_type, targets, on):
    assert info(broker_type, **targets) == OFF | on


def test_without_any_target_standard_brokers_are_told_so(info):
    assert info("standard") == OFF


def test_without_any_target_express_brokers_are_told_nothing(info):
    assert info("express") is None


def test_a_prefix_needs_a_bucket():
    with pytest.raises(ValueError) as caught:
        logging_info("standard", log_group=None, prefix="kafka")
    assert str(caught.value) == "log_bucket_prefix has no bucket; name one in log_bucket, or leave the prefix out"


class TargetsArgs(Args):
    """One of each."""

    bucket: BucketName | None = None
    stream: StreamName | None = None
    prefix: ObjectPrefix | None = None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "bucket",
            "arn:aws:s3:::acme-logs",
            "'arn:aws:s3:::acme-logs' is not the name of a bucket (3 to 63 small letters, digits, dots and hyphens), "
            "such as acme-logs; its ARN is not taken",
        ),
        (
            "stream",
            "kafka logs",
            "'kafka logs' is not the name of a Firehose stream (1 to 64 letters, digits, dots, underscores and hyphens), "
            "such as kafka-logs; its ARN is not taken",
        ),
        ("prefix", "/kafka", "'/kafka' begins with a slash, which makes a folder without a name; leave the slash out"),
    ],
)
def test_a_name_that_is_none_is_refused(name, value, message):
    with pytest.raises(InvalidInput) as caught:
        TargetsArgs.from_input("MskCluster 'kafka'", {name: value})
    assert str(caught.value) == f"MskCluster 'kafka'.{name}: {message}"


def test_names_are_taken():
    assert TargetsArgs(bucket="acme-logs", stream="kafka.logs_1", prefix="kafka/production")


def test_a_target_that_is_known_later_will_do(info, deploy):
    def program():
        found = logging_info("express", log_group=pulumi.Output.from_input("later"))
        pulumi.export("found", found.broker_logs.cloudwatch_logs.log_group)

    assert deploy(program).outputs == {"found": "later"}
