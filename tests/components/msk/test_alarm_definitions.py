"""What is worth an alarm."""

import re

import pytest

from moorings.msk.alarm_definitions import ALARMS, LEVELS, alarm_set, includes


def roles(*args, **more):
    return {alarm.role for alarm in alarm_set(*args, **more)}


EVERYWHERE = {"controller", "cpu", "partitions"}
STANDARD = EVERYWHERE | {"offline-partitions", "under-min-isr", "disk", "under-replicated", "heap"}
THREADS = {"request-handlers", "network-processors", "iam-connections"}


@pytest.mark.parametrize(
    ("kind", "level", "more", "expected"),
    [
        ("standard", "DEFAULT", {}, STANDARD),
        ("standard", "PER_BROKER", {}, STANDARD | THREADS),
        ("standard", "PER_TOPIC_PER_PARTITION", {}, STANDARD | THREADS),
        ("standard", "PER_BROKER", {"iam": False}, STANDARD | THREADS - {"iam-connections"}),
        ("standard", "DEFAULT", {"burstable": True}, STANDARD | {"cpu-credits"}),
        ("standard", "DEFAULT", {"without": ["heap"]}, STANDARD - {"heap"}),
        ("express", "DEFAULT", {}, EVERYWHERE | {"storage"}),
        ("express", "PER_BROKER", {}, EVERYWHERE | {"storage", "produce-throttle", "fetch-throttle"} | THREADS),
    ],
)
def test_a_cluster_gets_the_alarms_whose_metrics_it_has(kind, level, more, expected):
    assert roles(kind, level, **more) == expected


def test_what_cannot_wait_comes_first():
    assert [alarm.critical for alarm in ALARMS] == sorted((alarm.critical for alarm in ALARMS), reverse=True)
    assert {alarm.role for alarm in ALARMS if alarm.critical} == {
        "offline-partitions",
        "under-min-isr",
        "controller",
        "disk",
    }


def test_roles_are_unique_and_fit_into_names():
    named = [alarm.role for alarm in ALARMS]
    assert len(set(named)) == len(named)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", role) for role in named)


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.role)
def test_each_says_what_to_do_and_who_says_so(alarm):
    assert re.fullmatch(r"[A-Z].+[:,] .+\. [A-Z].+\.|[A-Z].+\. [A-Z].+\.", alarm.why)
    assert alarm.source.startswith("https://docs.aws.amazon.com/msk/latest/developerguide/")
    # CloudWatch takes 1,024 characters of a description.
    assert len(f"Critical: {alarm.why} {alarm.source}") <= 1024


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.role)
def test_cloudwatch_takes_the_period(alarm):
    assert alarm.period % 60 == 0
    assert alarm.period * alarm.periods <= 86400


def test_what_aws_advises():
    """Thresholds of the vendor's pages, so that none changes unseen."""
    assert {
        alarm.role: (alarm.statistic, alarm.comparison, alarm.threshold, alarm.period * alarm.periods // 60)
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


def test_a_threshold_of_ones_own_takes_its_place():
    changed = {alarm.role: alarm.threshold for alarm in alarm_set("standard", "DEFAULT", thresholds={"disk": 70})}
    assert changed["disk"] == 70
    assert changed["cpu"] == 60


THERE = "controller, cpu, disk, heap, offline-partitions, partitions, under-min-isr, under-replicated"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"thresholds": {"disc": 70, "burst": 1}},
            f"alarm_thresholds names burst, disc, which is no alarm of this cluster; there are {THERE}",
        ),
        (
            {"without": ["storage"]},
            f"disabled_alarms names storage, which is no alarm of this cluster; there are {THERE}",
        ),
        (
            {"thresholds": {"disk": 70}, "without": ["disk"]},
            "alarm_thresholds and disabled_alarms both name disk; drop it from one of them",
        ),
    ],
)
def test_a_role_that_does_nothing_is_refused(more, message):
    with pytest.raises(ValueError) as caught:
        alarm_set("standard", "DEFAULT", **more)
    assert str(caught.value) == message


def test_levels_hold_those_before_them():
    assert [includes("PER_BROKER", each) for each in LEVELS] == [True, True, False, False]
