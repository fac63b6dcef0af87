"""Impacts of the steps of a plan."""

import pytest
from plans import ALIAS, KEY, resource

from moorings.preview.checks import installed_impacts
from moorings.preview.differences import PropertyChange
from moorings.preview.impacts import add_impacts
from moorings.preview.plan import Plan, Step
from moorings.validation.impacts import Impact, ImpactLevel, ImpactRule

CHANGE = [PropertyChange("x", 1, 2)]
ALIAS_IMPACT = ImpactRule(frozenset({ALIAS.type}), lambda change: Impact(ImpactLevel.NOTICE, change.operation))


def impact_of(step):
    (found,) = add_impacts(Plan("dev", [step], offline=False), [ALIAS_IMPACT]).steps
    return found.impact and (found.impact.level, found.impact.text)


@pytest.mark.parametrize(
    ("op", "text"),
    [
        ("replace", "is replaced by an empty resource, and its data is lost"),
        ("delete", "is deleted, and its data is lost"),
    ],
)
def test_deleted_resources_lose_their_data(op, text):
    assert impact_of(Step(op, KEY)) == (ImpactLevel.DATA_LOSS, text)


def test_retained_resources_keep_their_data():
    retained = resource("key", KEY.type, retain_on_delete=True)
    assert impact_of(Step("delete", KEY, retained)) == (
        ImpactLevel.NOTICE,
        "is deleted in the stack; the old resource is retained",
    )


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step("update", ALIAS, ALIAS, CHANGE), "update"),
        (Step("delete", ALIAS), "delete"),
        (Step("update", ALIAS, ALIAS), None),
        (Step("create", ALIAS), None),
        (Step("odd", ALIAS, ALIAS, CHANGE), None),
        (Step("update", resource("x", "a:b:C"), None, CHANGE), None),
    ],
)
def test_packages_describe_the_changes_of_their_resources(step, text):
    found = impact_of(step)
    assert (found and found[1]) == text


def test_installed_packages_describe_clusters_services_and_workloads():
    types = {type_ for impact in installed_impacts() for type_ in impact.types}
    assert types >= {"aws:msk/cluster:Cluster", "aws:ecs/service:Service", "kubernetes:apps/v1:Deployment"}
