"""Alarms of a cluster."""

import pulumi
import pytest

from moorings.msk.alarm_definitions import available_alarms, select_alarms
from moorings.msk.alarms import create_alarms

TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


class Owner(pulumi.ComponentResource):
    """Parent of the alarms."""

    def __init__(self):
        super().__init__("test:index:Owner", "kafka")


@pytest.fixture
def alarms(deploy):
    """Deploy the alarms of a cluster."""

    def deploy_alarms(broker_type="standard", *, preview=False, thresholds=None, late=(), **changes):
        arguments = {
            "cluster_name": "kafka-1a2b",
            "brokers": 3,
            "recommended_partitions": 1000,
            "topic_arns": [TOPIC],
            "tags": {"team": "streaming"},
        } | changes
        available = available_alarms(broker_type, "DEFAULT")
        definitions = select_alarms(available, thresholds=thresholds or {}, disabled=[])

        def program():
            late_values = {name: pulumi.Output.from_input(arguments[name]) for name in late}
            create_alarms("kafka", definitions, opts=pulumi.ResourceOptions(parent=Owner()), **arguments | late_values)

        return deploy(program, preview=preview)

    return deploy_alarms


def test_one_alarm_for_the_cluster_or_one_for_each_broker(alarms):
    broker_roles = ("cpu", "disk", "heap", "partitions", "under-min-isr", "under-replicated")
    assert [alarm.name for alarm in alarms().all(ALARM)] == sorted(
        ["kafka-alarm-controller", "kafka-alarm-offline-partitions"]
        + [f"kafka-alarm-{role}-{broker}" for role in broker_roles for broker in (1, 2, 3)]
    )


def test_alarm_on_one_metric(alarms):
    alarm = alarms()["kafka-alarm-disk-2"]
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
    assert alarm.inputs["alarmDescription"].startswith("Critical: Disk almost full: ")
    assert alarm.inputs["alarmDescription"].endswith("/bestpractices.html")


def test_other_alarms_are_warnings(alarms):
    assert alarms()["kafka-alarm-heap-1"].inputs["alarmDescription"].startswith("Warning: ")


def test_an_alarm_of_the_cluster_has_no_broker_dimension(alarms):
    assert alarms()["kafka-alarm-controller"].inputs["dimensions"] == {"Cluster Name": "kafka-1a2b"}


def test_alarm_on_a_sum_of_metrics(alarms):
    inputs = alarms()["kafka-alarm-cpu-3"].inputs
    assert inputs["threshold"] == 60
    assert {"metricName", "namespace", "period", "statistic", "dimensions"}.isdisjoint(inputs)
    *queries, rule = inputs["metricQueries"]
    assert [(query["id"], query["metric"]["metricName"], query["returnData"]) for query in queries] == [
        ("m0", "CpuUser", False),
        ("m1", "CpuSystem", False),
    ]
    assert queries[0]["metric"] == {
        "namespace": "AWS/Kafka",
        "metricName": "CpuUser",
        "period": 300,
        "stat": "Average",
        "dimensions": {"Cluster Name": "kafka-1a2b", "Broker ID": "3"},
    }
    assert rule == {"id": "rule", "expression": "m0 + m1", "label": "CpuUser + CpuSystem", "returnData": True}


def test_anomaly_detection_has_a_band_instead_of_a_threshold(alarms):
    inputs = alarms("express")["kafka-alarm-storage"].inputs
    assert "threshold" not in inputs
    assert inputs["thresholdMetricId"] == "rule"
    assert inputs["comparisonOperator"] == "GreaterThanUpperThreshold"
    query, rule = inputs["metricQueries"]
    assert query["returnData"]
    assert query["metric"]["dimensions"] == {"Cluster Name": "kafka-1a2b"}
    assert rule["expression"] == "ANOMALY_DETECTION_BAND(m0, 2)"


def test_the_partition_threshold_is_the_recommended_maximum(alarms):
    assert alarms()["kafka-alarm-partitions-1"].inputs["threshold"] == 1000


def test_late_values_are_accepted(alarms):
    alarm = alarms(recommended_partitions=300, late=["recommended_partitions", "cluster_name"])[
        "kafka-alarm-partitions-1"
    ].inputs
    assert alarm["threshold"] == 300
    assert alarm["dimensions"]["Cluster Name"] == "kafka-1a2b"


def test_a_partition_threshold_can_be_set(alarms):
    assert alarms(thresholds={"partitions": 800})["kafka-alarm-partitions-1"].inputs["threshold"] == 800


def test_a_preview_contains_every_alarm(alarms):
    assert alarms(preview=True).urns == alarms().urns
