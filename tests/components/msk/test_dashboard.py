"""CloudWatch dashboard of a cluster."""

import json

import pulumi
import pytest

from moorings.msk.alarm_definitions import available_alarms, select_alarms
from moorings.msk.dashboard import GRAPHS, create_dashboard, render_dashboard


def graphs(broker_type="standard", level="PER_BROKER", alarms=()):
    body = json.loads(render_dashboard("kafka-1a2b", "eu-west-1", broker_type, level, alarms))
    return {widget["properties"]["title"]: widget for widget in body["widgets"]}


def expression(widget):
    ((line,),) = widget["properties"]["metrics"]
    return line["expression"]


def test_a_graph_has_a_line_for_each_broker():
    widget = graphs()["Disk usage (%)"]
    assert widget["properties"]["metrics"] == [
        [
            {
                "id": "lines",
                "expression": 'SEARCH(\'{AWS/Kafka,"Broker ID","Cluster Name"} "Cluster Name"="kafka-1a2b" '
                "MetricName=\"KafkaDataLogsDiskUsed\"', 'Maximum', 300)",
                "label": "broker ${PROP('Dim.Broker ID')}",
            }
        ]
    ]
    assert widget["properties"]["region"] == "eu-west-1"


def test_cpu_usage_is_calculated_from_the_idle_time():
    assert expression(graphs()["CPU usage (%)"]).startswith("100 - SEARCH(")


def test_consumer_lag_has_a_line_for_each_consumer_group_and_topic():
    assert '{AWS/Kafka,"Cluster Name","Consumer Group",Topic}' in expression(graphs()["Consumer lag (records)"])


@pytest.mark.parametrize(
    ("broker_type", "level", "missing"),
    [
        (
            "standard",
            "PER_BROKER",
            {"Storage usage (bytes)", "Produce throttle time (ms)", "Fetch throttle time (ms)"},
        ),
        (
            "express",
            "DEFAULT",
            {
                "Offline partitions",
                "Partitions below min.insync.replicas",
                "Under-replicated partitions",
                "Disk usage (%)",
                "Heap usage after GC (%)",
                "Produce throttle time (ms)",
                "Fetch throttle time (ms)",
                "Mean produce latency (ms)",
                "Request handler idle ratio",
            },
        ),
    ],
)
def test_graphs_of_unpublished_metrics_are_left_out(broker_type, level, missing):
    assert {graph.title for graph in GRAPHS} - graphs(broker_type, level).keys() == missing


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Disk usage (%)", [{"label": "alarm: disk", "value": 70}]),
        ("CPU usage (%)", [{"label": "alarm: cpu", "value": 60}]),
        ("Partitions, including replicas", None),
        ("Bytes in per second", None),
    ],
)
def test_graphs_show_the_thresholds_of_the_alarms(title, lines):
    alarms = select_alarms(available_alarms("standard", "PER_BROKER"), thresholds={"disk": 70}, disabled=[])
    annotations = graphs(alarms=alarms)[title]["properties"].get("annotations")
    assert annotations == (lines and {"horizontal": lines})


def test_an_anomaly_detection_band_is_not_shown_as_a_threshold():
    alarms = available_alarms("express", "PER_BROKER")
    assert "annotations" not in graphs("express", alarms=alarms)["Storage usage (bytes)"]["properties"]


def test_graphs_are_arranged_in_two_columns():
    positions = [(widget["x"], widget["y"], widget["width"], widget["height"]) for widget in graphs().values()]
    assert positions == [(index % 2 * 12, index // 2 * 6, 12, 6) for index in range(len(positions))]
    assert len(graphs()) <= 500  # the maximum of a dashboard


def test_the_body_is_canonical_json():
    body = render_dashboard("kafka-1a2b", "eu-west-1", "standard", "PER_BROKER")
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))


def test_the_dashboard_has_the_name_of_the_cluster(deploy):
    def program():
        create_dashboard(
            "kafka",
            cluster_name=pulumi.Output.from_input("kafka-1a2b"),
            region="eu-west-1",
            broker_type="express",
            level="DEFAULT",
            alarms=(),
            opts=pulumi.ResourceOptions(protect=True),
        )

    dashboard = deploy(program)["kafka-dashboard"]
    assert dashboard.type == "aws:cloudwatch/dashboard:Dashboard"
    assert dashboard.protect
    assert dashboard.inputs == {
        "dashboardName": "kafka-1a2b",
        "dashboardBody": render_dashboard("kafka-1a2b", "eu-west-1", "express", "DEFAULT"),
    }
