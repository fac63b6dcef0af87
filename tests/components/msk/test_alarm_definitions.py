"""Definitions of the recommended alarms."""

import re

import pulumi
import pytest

from moorings.msk.alarm_definitions import ALARMS, available_alarms, select_alarms

ALL_TYPES = {"controller", "cpu", "partitions"}
STANDARD = ALL_TYPES | {"offline-partitions", "under-min-isr", "disk", "under-replicated", "heap"}
THREADS = {"request-handlers", "network-processors", "iam-connections"}


@pytest.mark.parametrize(
    ("broker_type", "level", "options", "roles"),
    [
        ("standard", "DEFAULT", {}, STANDARD),
        ("standard", "PER_BROKER", {}, STANDARD | THREADS),
        ("standard", "PER_TOPIC_PER_PARTITION", {}, STANDARD | THREADS),
        ("standard", "PER_BROKER", {"iam": False}, STANDARD | THREADS - {"iam-connections"}),
        ("standard", "DEFAULT", {"burstable": True}, STANDARD | {"cpu-credits"}),
        ("express", "DEFAULT", {}, ALL_TYPES | {"storage"}),
        ("express", "PER_BROKER", {}, ALL_TYPES | {"storage", "produce-throttle", "fetch-throttle"} | THREADS),
    ],
)
def test_only_alarms_whose_metrics_the_cluster_publishes_are_available(broker_type, level, options, roles):
    assert {alarm.role for alarm in available_alarms(broker_type, level, **options)} == roles


def test_critical_alarms_come_first():
    assert [alarm.severity for alarm in ALARMS] == sorted(alarm.severity for alarm in ALARMS)
    assert {alarm.role for alarm in ALARMS if alarm.severity == "Critical"} == {
        "offline-partitions",
        "under-min-isr",
        "controller",
        "disk",
    }


def test_roles_are_unique_and_valid_in_resource_names():
    roles = [alarm.role for alarm in ALARMS]
    assert len(set(roles)) == len(roles)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", role) for role in roles)


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.role)
def test_descriptions_state_the_problem_the_remedy_and_the_source(alarm):
    assert re.fullmatch(r"[A-Z].+\. [A-Z].+\.", alarm.description)
    assert alarm.source.startswith("https://docs.aws.amazon.com/msk/latest/developerguide/")
    # CloudWatch accepts descriptions of at most 1,024 characters.
    assert len(f"Critical: {alarm.description} {alarm.source}") <= 1024


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.role)
def test_cloudwatch_accepts_the_evaluation_interval(alarm):
    assert alarm.period_seconds % 60 == 0
    assert alarm.period_seconds * alarm.evaluation_periods <= 86400


def test_recommended_thresholds():
    """Holds the published thresholds, so that none changes unnoticed."""
    assert {
        alarm.role: (
            alarm.statistic,
            alarm.comparison,
            alarm.threshold,
            alarm.period_seconds * alarm.evaluation_periods // 60,
        )
        for alarm in ALARMS
    } == {
        "offline-partitions": ("Maximum", "GreaterThanThreshold", 0, 1),
        "under-min-isr": ("Average", "GreaterThanOrEqualToThreshold", 1, 1),
        "controller": ("Maximum", "LessThanThreshold", 1, 5),
        "disk": ("Maximum", "GreaterThanOrEqualToThreshold", 85, 5),
        "under-replicated": ("Maximum", "GreaterThanThreshold", 0, 15),
        "cpu": ("Average", "GreaterThanThreshold", 60, 15),
        "heap": ("Average", "GreaterThanThreshold", 60, 15),
        "partitions": ("Maximum", "GreaterThanThreshold", None, 15),
        "cpu-credits": ("Average", "LessThanOrEqualToThreshold", 100, 15),
        "request-handlers": ("Average", "LessThanThreshold", 0.3, 15),
        "network-processors": ("Average", "LessThanThreshold", 0.3, 15),
        "iam-connections": ("Sum", "GreaterThanThreshold", 0, 5),
        "produce-throttle": ("Average", "GreaterThanThreshold", 0, 5),
        "fetch-throttle": ("Average", "GreaterThanThreshold", 0, 5),
        "storage": ("Maximum", "GreaterThanUpperThreshold", 2, 15),
    }


def test_thresholds_can_be_replaced_and_alarms_disabled():
    available = available_alarms("standard", "DEFAULT")
    alarms = select_alarms(available, thresholds={"disk": 70}, disabled=["heap"])
    thresholds = {alarm.role: alarm.threshold for alarm in alarms}
    assert thresholds.keys() == STANDARD - {"heap"}
    assert thresholds["disk"] == 70
    assert thresholds["cpu"] == 60


ALARM_TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"alarm_thresholds": {"burst": 1}}, "msk-alarm-unknown", "alarm_thresholds.burst"),
        ({"disabled_alarms": ["disk", "storage"]}, "msk-alarm-unknown", "disabled_alarms[1]"),
        (
            {"disabled_alarms": ["request-handlers"], "enhanced_monitoring": "DEFAULT"},
            "msk-alarm-unknown",
            "disabled_alarms[0]",
        ),
        ({"alarm_thresholds": {"disk": 0.85}}, "msk-alarm-threshold", "alarm_thresholds.disk"),
        ({"alarm_thresholds": {"disk": 101}}, "msk-alarm-threshold", "alarm_thresholds.disk"),
        ({"alarm_thresholds": {"request-handlers": 30}}, "msk-alarm-threshold", "alarm_thresholds['request-handlers']"),
        ({"alarm_thresholds": {"partitions": -1}}, "msk-alarm-threshold", "alarm_thresholds.partitions"),
        ({"alarm_thresholds": {"partitions": float("nan")}}, "msk-alarm-threshold", "alarm_thresholds.partitions"),
    ],
)
def test_alarms_without_effect_are_rejected(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(alarm_topic_arns=[ALARM_TOPIC], **args)


def test_the_alarms_of_a_late_broker_size(create, rejected):
    size = {"instance_type": lambda: pulumi.Output.from_input("kafka.m7g.large")}
    with rejected("msk-alarm-unknown", "disabled_alarms[0]"):
        create(alarm_topic_arns=[ALARM_TOPIC], disabled_alarms=["cpu-credits"], **size)
