"""The dashboard of a cluster."""

import json

import pulumi
import pytest

from moorings.msk.alarm_definitions import alarm_set
from moorings.msk.dashboard import GRAPHS, cluster_dashboard, dashboard_body


def graphs(broker_type="standard", level="PER_BROKER", alarms=()):
    body = json.loads(dashboard_body("kafka-1a2b", "eu-west-1", broker_type, level, alarms))
    return {widget["properties"]["title"]: widget for widget in body["widgets"]}


def expression(widget):
    ((line,),) = widget["properties"]["metrics"]
    return line["expression"]


def test_each_broker_has_a_line_that_is_found_by_a_search():
    widget = graphs()["Disk in use (%)"]
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


def test_the_cpu_in_use_is_what_is_not_idle():
    assert expression(graphs()["CPU in use (%)"]).startswith("100 - SEARCH(")


def test_each_group_of_consumers_has_a_line():
    found = expression(graphs()["Records that consumers lag behind"])
    assert '{AWS/Kafka,"Cluster Name","Consumer Group",Topic}' in found


@pytest.mark.parametrize(
    ("broker_type", "level", "without"),
    [
        (
            "standard",
            "PER_BROKER",
            {"Storage in use (bytes)", "Producers slowed down (ms)", "Consumers slowed down (ms)"},
        ),
        (
            "express",
            "DEFAULT",
            {
                "Partitions without a leader",
                "Partitions below min.insync.replicas",
                "Partitions with replicas that lag behind",
                "Disk in use (%)",
                "Heap after garbage collection (%)",
                "Producers slowed down (ms)",
                "Consumers slowed down (ms)",
                "Time to produce (ms)",
                "Idle request handlers",
            },
        ),
    ],
)
def test_a_graph_whose_metric_is_not_there_is_left_out(broker_type, level, without):
    assert {graph.title for graph in GRAPHS} - graphs(broker_type, level).keys() == without


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Disk in use (%)", [{"label": "alarm: disk", "value": 70}]),
        ("CPU in use (%)", [{"label": "alarm: cpu", "value": 60}]),
        ("Partitions, with replicas", None),
        ("Bytes in per second", None),
    ],
)
def test_thresholds_of_the_alarms_are_drawn_into_the_graphs(title, lines):
    alarms = alarm_set("standard", "PER_BROKER", thresholds={"disk": 70})
    annotations = graphs(alarms=alarms)[title]["properties"].get("annotations")
    assert annotations == (lines and {"horizontal": lines})


def test_a_band_is_no_line():
    alarms = alarm_set("express", "PER_BROKER")
    assert "annotations" not in graphs("express", alarms=alarms)["Storage in use (bytes)"]["properties"]


def test_graphs_lie_in_two_columns_and_do_not_overlap():
    places = [(widget["x"], widget["y"], widget["width"], widget["height"]) for widget in graphs().values()]
    assert places == [(at % 2 * 12, at // 2 * 6, 12, 6) for at in range(len(places))]
    assert len(graphs()) <= 500  # the most that a dashboard takes


def test_the_body_is_canonical():
    body = dashboard_body("kafka-1a2b", "eu-west-1", "standard", "PER_BROKER")
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))


def test_the_dashboard_bears_the_name_of_the_cluster(deploy):
    def program():
        cluster_dashboard(
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
        "dashboardBody": dashboard_body("kafka-1a2b", "eu-west-1", "express", "DEFAULT"),
    }
