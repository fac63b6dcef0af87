"""What packages refuse of a plan."""

from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from moorings.preview import checks
from moorings.preview.checks import GROUP, refusals
from moorings.preview.plan import Plan

CLUSTER = "aws:msk/cluster:Cluster"
URN = f"urn:pulumi:production::shop::{CLUSTER}::kafka"


def state(brokers):
    return {"urn": URN, "type": CLUSTER, "custom": True, "inputs": {"numberOfBrokerNodes": brokers}}


DOCUMENT = {
    "steps": [
        {
            "op": "update",
            "urn": URN,
            "oldState": state(6),
            "newState": state(3),
            "diffReasons": ["numberOfBrokerNodes"],
        },
    ]
}
FEWER = "kafka: the cluster would have 3 brokers instead of 6"


def other(steps, meant):
    return [f"{len(steps)} steps, {', '.join(meant)} meant"]


MSK = EntryPoint("msk", "moorings.msk.change_guard:refused_steps", GROUP)
OTHER = SimpleNamespace(name="aaa", load=lambda: other)


@pytest.fixture
def installed(monkeypatch):
    """Install packages with checks."""
    return lambda *found: monkeypatch.setattr(checks, "entry_points", lambda group: found if group == GROUP else ())


def test_each_package_is_asked_in_the_order_of_their_names(installed):
    installed(MSK, OTHER)
    first, second = refusals(Plan.from_json(DOCUMENT), ["nothing"])
    assert first == "1 steps, nothing meant"
    assert second.startswith(FEWER)


def test_what_is_meant_is_let_through(installed):
    installed(MSK)
    assert refusals(Plan.from_json(DOCUMENT), ["fewer-brokers"]) == []


def test_a_replacement_names_what_would_cause_it(installed):
    installed(MSK)
    step = {"op": "replace", "urn": URN, "oldState": state(6), "newState": state(6), "diffReasons": ["clusterName"]}
    assert refusals(Plan.from_json({"steps": [step]})) == [
        "kafka: clusterName would replace the cluster, and all its data would be lost; take the change back, or allow "
        "'replacement'"
    ]


def test_without_checks_nothing_is_refused(installed):
    installed()
    assert refusals(Plan.from_json(DOCUMENT)) == []
