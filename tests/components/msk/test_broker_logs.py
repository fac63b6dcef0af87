"""Destinations of broker logs."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings.msk.broker_logs import logging_info


@pytest.fixture
def broker_logs(deploy):
    """Returns a function that deploys a cluster and returns its ``brokerLogs`` block."""

    def deploy_cluster(broker_type="standard", **destinations):
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
                logging_info=logging_info(broker_type, **{"log_group": None} | destinations),
            )

        info = deploy(program)["kafka"].inputs.get("loggingInfo")
        return info and info["brokerLogs"]

    return deploy_cluster


OFF = {"cloudwatchLogs": {"enabled": False}, "s3": {"enabled": False}, "firehose": {"enabled": False}}
GROUP = {"enabled": True, "logGroup": "/aws/msk/kafka"}
BUCKET = {"enabled": True, "bucket": "acme-logs", "prefix": "kafka"}
STREAM = {"enabled": True, "deliveryStream": "kafka-logs"}


@pytest.mark.parametrize("broker_type", ["standard", "express"])
@pytest.mark.parametrize(
    ("destinations", "enabled"),
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
def test_disabled_destinations_are_stated_explicitly(broker_logs, broker_type, destinations, enabled):
    assert broker_logs(broker_type, **destinations) == OFF | enabled


def test_standard_brokers_without_destinations(broker_logs):
    assert broker_logs("standard") == OFF


def test_express_brokers_without_destinations_have_no_block(broker_logs):
    assert broker_logs("express") is None


def test_late_destinations_are_accepted(deploy):
    def program():
        info = logging_info("express", log_group=pulumi.Output.from_input("later"))
        pulumi.export("log_group", info.broker_logs.cloudwatch_logs.log_group)

    assert deploy(program).outputs == {"log_group": "later"}
