"""Alarms of a cluster."""

import pulumi
import pytest

from moorings.msk.alarm_definitions import alarm_set
from moorings.msk.alarms import ClusterAlarms

TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


class Owner(pulumi.ComponentResource):
    """What the alarms belong to."""

    def __init__(self):
        super().__init__("test:index:Owner", "kafka")


@pytest.fixture
def made(deploy):
    """Deploy the alarms of a kind of cluster."""

    def make(
        kind="standard", level="DEFAULT", *, preview=False, iam=True, burstable=False, thresholds=None, late=(), **more
    ):
        given = {
            "cluster_name": "kafka-1a2b",
            "brokers": 3,
            "partitions": 1000,
            "topic_arns": [TOPIC],
            "silent": False,
            "tags": {"team": "streaming"},
        } | more
        alarms = alarm_set(kind, level, iam=iam, burstable=burstable, thresholds=thresholds)

        def program():
            later = {name: pulumi.Output.from_input(given[name]) for name in late}
            made = ClusterAlarms("kafka", alarms, opts=pulumi.ResourceOptions(parent=Owner()), **given | later)
            pulumi.export("arns", dict(made.arns))

        return deploy(program, preview=preview)

    return make


def test_there_is_one_for_the_cluster_or_one_for_each_broker(made):
    per_broker = ("cpu", "disk", "heap", "partitions", "under-min-isr", "under-replicated")
    assert [alarm.name for alarm in made().all(ALARM)] == sorted(
        ["kafka-alarm-controller", "kafka-alarm-offline-partitions"]
        + [f"kafka-alarm-{role}-{broker}" for role in per_broker for broker in (1, 2, 3)]
    )


def test_an_alarm_on_one_metric(made):
    alarm = made()["kafka-alarm-disk-2"]
    assert alarm.parent == "urn:pulumi:test::moorings::test:index:Owner::kafka"
    assert alarm.inputs == {
        "alarmDescription": alarm.inputs["alarmDescription"],
        "namespace": "AWS/Kafka",
        "metricName": "KafkaDataLogsDiskUsed",
        "dimensions": {"Cluster Name": "kafka-1a2b", "Broker ID": "2"},
        "statistic": "Maximum",
        "period": 300,
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "threshold": 85,
        "evaluationPeriods": 1,
        "datapointsToAlarm": 1,
        "treatMissingData": "missing",
        "alarmActions": [TOPIC],
        "okActions": [TOPIC],
        "tags": {"team": "streaming"},
    }
    assert alarm.inputs["alarmDescription"].startswith("Critical: A broker's disk is nearly full")
    assert alarm.inputs["alarmDescription"].endswith("/bestpractices.html")


def test_what_can_wait_is_called_a_warning(made):
    assert made()["kafka-alarm-heap-1"].inputs["alarmDescription"].startswith("Warning: ")


def test_the_cluster_has_one_value_without_a_broker(made):
    assert made()["kafka-alarm-controller"].inputs["dimensions"] == {"Cluster Name": "kafka-1a2b"}


def test_an_alarm_on_a_sum_asks_for_both_parts_and_returns_one_value(made):
    inputs = made()["kafka-alarm-cpu-3"].inputs
    assert inputs["threshold"] == 60
    assert {"metricName", "namespace", "period", "statistic", "dimensions"}.isdisjoint(inputs)
    *parts, rule = inputs["metricQueries"]
    assert [(part["id"], part["metric"]["metricName"], part["returnData"]) for part in parts] == [
        ("m0", "CpuUser", False),
        ("m1", "CpuSystem", False),
    ]
    assert parts[0]["metric"] == {
        "namespace": "AWS/Kafka",
        "metricName": "CpuUser",
        "period": 300,
        "stat": "Average",
        "dimensions": {"Cluster Name": "kafka-1a2b", "Broker ID": "3"},
    }
    assert rule == {"id": "rule", "expression": "m0 + m1", "label": "CpuUser + CpuSystem", "returnData": True}


def test_growth_that_nobody_expected_has_a_band_instead_of_a_threshold(made):
    inputs = made("express")["kafka-alarm-storage"].inputs
    assert "threshold" not in inputs
    assert inputs["thresholdMetricId"] == "rule"
    assert inputs["comparisonOperator"] == "GreaterThanUpperThreshold"
    part, rule = inputs["metricQueries"]
    assert part["returnData"]
    assert part["metric"]["dimensions"] == {"Cluster Name": "kafka-1a2b"}
    assert rule["expression"] == "ANOMALY_DETECTION_BAND(m0, 2)"


def test_partitions_are_measured_by_the_size_of_the_brokers(made):
    assert made()["kafka-alarm-partitions-1"].inputs["threshold"] == 1000


def test_a_size_that_is_known_later_will_do(made):
    alarm = made(partitions=300, late=["partitions", "cluster_name"])["kafka-alarm-partitions-1"].inputs
    assert alarm["threshold"] == 300
    assert alarm["dimensions"]["Cluster Name"] == "kafka-1a2b"


def test_a_threshold_of_ones_own_goes_before_the_size(made):
    assert made(thresholds={"partitions": 800})["kafka-alarm-partitions-1"].inputs["threshold"] == 800


def test_the_arns_are_known_by_name(made):
    assert made(brokers=1).outputs["arns"].keys() == {alarm.name for alarm in made(brokers=1).all(ALARM)}


def test_a_preview_knows_every_alarm(made):
    assert made(preview=True).urns == made().urns


SILENT = (
    "warning",
    "nobody hears of the alarms; name SNS topics in alarm_topic_arns, or say silent_alarms=True if they are only "
    "looked at",
    "urn:pulumi:test::moorings::test:index:Owner::kafka",
)


@pytest.mark.parametrize(
    ("more", "log"),
    [
        ({"topic_arns": []}, [SILENT]),
        ({"topic_arns": [], "silent": True}, []),
        ({}, []),
    ],
)
def test_alarms_that_nobody_hears_are_a_warning_unless_they_are_meant(made, more, log):
    assert made(**more).log == log
