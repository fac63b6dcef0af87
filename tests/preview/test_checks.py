"""Checks of a plan by installed packages."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from moorings.preview import checks
from moorings.preview.checks import GROUP, acknowledgeable_changes, rejected_changes
from moorings.preview.plan import Plan

CLUSTER = "aws:msk/cluster:Cluster"
URN = f"urn:pulumi:production::shop::{CLUSTER}::kafka"
PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]


def state(brokers):
    return {"urn": URN, "type": CLUSTER, "custom": True, "inputs": {"numberOfBrokerNodes": brokers}}


FEWER_BROKERS = {
    "op": "update",
    "urn": URN,
    "oldState": state(6),
    "newState": state(3),
    "diffReasons": ["numberOfBrokerNodes"],
}

OTHER_CHECK = SimpleNamespace(
    ACKNOWLEDGEABLE_CHANGES=["other"],
    rejected_steps=lambda steps, acknowledged: [f"{len(steps)} steps, {', '.join(acknowledged)} acknowledged"],
)
MSK = EntryPoint("msk", PROJECT["entry-points"][GROUP]["msk"], GROUP)
OTHER = SimpleNamespace(name="aaa", load=lambda: OTHER_CHECK)


def plan(step):
    return Plan.from_json({"steps": [step]})


@pytest.fixture
def install(monkeypatch):
    """Returns a function that installs checks as entry points."""
    return lambda *installed: monkeypatch.setattr(
        checks, "entry_points", lambda group: installed if group == GROUP else ()
    )


def test_checks_run_in_the_order_of_their_names(install):
    install(MSK, OTHER)
    first, second = rejected_changes(plan(FEWER_BROKERS), ["nothing"])
    assert first == "1 steps, nothing acknowledged"
    assert second.startswith("kafka: brokers_per_zone: 3 brokers instead of 6")


def test_acknowledged_changes_are_allowed(install):
    install(MSK)
    assert rejected_changes(plan(FEWER_BROKERS), ["fewer-brokers"]) == []


def test_acknowledgeable_changes_are_those_of_all_checks(install):
    install(MSK, OTHER)
    assert acknowledgeable_changes() > {"other", "fewer-brokers", "replacement"}


def test_message_about_a_replacement_names_its_cause(install):
    install(MSK)
    step = {"op": "replace", "urn": URN, "oldState": state(6), "newState": state(6), "diffReasons": ["clusterName"]}
    (message,) = rejected_changes(plan(step))
    assert message.startswith("kafka: a change of clusterName replaces the cluster")


def test_nothing_is_rejected_without_checks(install):
    install()
    assert rejected_changes(plan(FEWER_BROKERS)) == []
