"""Verdict and order of a plan."""

import pytest
from plans import ALIAS, COMPONENT, KEY, WITHOUT_COMPONENT, resource

from moorings.preview.differences import PropertyChange
from moorings.preview.outline import acknowledgements, children, impacts, marks, verdict
from moorings.preview.plan import ChangeFinding, Plan, Step
from moorings.validation.findings import Finding, Severity
from moorings.validation.impacts import Impact, ImpactLevel

FINDING = Finding("msk-fewer-brokers", "msk.Cluster 'a'", "", "text")
CHANGE = [PropertyChange("x", 1, 2)]


def engine_plan(*steps, **fields):
    return Plan("dev", steps, "demo", offline=False, **fields)


@pytest.mark.parametrize(
    ("steps", "fields", "text"),
    [
        ([], {}, "no changes"),
        ([Step("same", KEY)], {"unchanged": 25}, "no changes, 25 unchanged"),
        ([Step("same", KEY), Step("same", ALIAS)], {"unchanged": 1}, "no changes, 2 unchanged"),
        ([Step("update", KEY, KEY, CHANGE)] * 3, {}, "safe: 3 in-place updates"),
        ([Step("create", KEY), Step("import", ALIAS)], {}, "safe: 1 creation, 1 import"),
        ([Step("replace", ALIAS)], {}, "1 replacement: review"),
        ([Step("replace", KEY), Step("delete", ALIAS)], {}, "1 replacement, 1 deletion, 1 holds data: review"),
        ([Step("delete", KEY)] * 2, {}, "2 deletions, 2 hold data: review"),
        ([Step("odd", ALIAS)], {}, "safe: 1 odd"),
        ([Step("update", KEY)], {"log": [("warning", "careful", "")]}, "1 in-place update: review"),
        ([Step("update", KEY)], {"log": [("error", "no", "")]}, "1 in-place update: failed"),
        (
            [Step("delete", KEY)],
            {"findings": [ChangeFinding(FINDING, Severity.UNSAFE)]},
            "1 deletion, 1 holds data: rejected",
        ),
        (
            [Step("delete", KEY)],
            {"findings": [ChangeFinding(FINDING, Severity.UNSAFE, "moved")]},
            "1 deletion, 1 holds data: acknowledged",
        ),
        ([Step("update", KEY)], {"findings": [ChangeFinding(FINDING, Severity.WARNING)]}, "1 in-place update: review"),
        ([Step("update", KEY, impact=Impact(ImpactLevel.DOWNTIME, "stops"))], {}, "1 in-place update: review"),
        ([Step("update", KEY, impact=Impact(ImpactLevel.NOTICE, "scales"))], {}, "safe: 1 in-place update"),
    ],
)
def test_verdict_of_an_engine_preview(steps, fields, text):
    assert verdict(engine_plan(*steps, **fields)) == text


def test_without_an_engine_an_update_may_be_a_replacement():
    assert verdict(Plan("dev", [Step("update", KEY)], compared=True)) == "1 update: review"
    assert verdict(Plan("dev", [Step("create", KEY)], compared=True)) == "safe: 1 creation"


def test_a_program_without_an_engine_has_no_verdict():
    assert verdict(Plan("dev", [Step("create", KEY)])) == "1 resource"
    rejected = [ChangeFinding(FINDING, Severity.UNSAFE)]
    assert verdict(Plan("dev", [Step("create", KEY)] * 2, findings=rejected)) == "2 resources: rejected"


def test_resources_that_change_and_hold_data_or_are_protected_come_first():
    protected = resource("z", protect=True)
    plan = engine_plan(Step("create", KEY), Step("update", ALIAS), Step("delete", protected), Step("same", COMPONENT))
    assert [step.resource.name for step in children(plan)[COMPONENT.urn]] == ["alias", "key"]
    assert [step.resource.name for step in children(plan)[""]] == ["z", "box"]


def test_renamed_resources_are_marked():
    assert marks(Step("same", ALIAS, KEY)) == ["holds data", "renamed from key"]


def test_only_new_acknowledgements_are_listed():
    before = resource("box", COMPONENT.type, custom=False, inputs={"acknowledge": {"a-b": "old", "c-d": "old"}})
    after = resource("box", COMPONENT.type, custom=False, inputs={"acknowledge": {"a-b": "old", "c-d": "new"}})
    plan = engine_plan(Step("update", after, before, CHANGE))
    assert list(acknowledgements(plan)) == [("EncryptionKey 'box'", "c-d", "new")]


def test_impacts_are_sorted_by_their_level():
    levels = [ImpactLevel.NOTICE, ImpactLevel.DATA_LOSS, ImpactLevel.DOWNTIME]
    steps = [Step("update", WITHOUT_COMPONENT, impact=Impact(level, level.name)) for level in levels]
    assert [impact.text for _, impact in impacts(engine_plan(*steps))] == ["DATA_LOSS", "DOWNTIME", "NOTICE"]
