"""Two plans of one program."""

import pytest

from moorings.preview.compare import compare
from moorings.preview.plan import Plan, Resource, Step


def resource(name, **fields):
    return Resource(f"urn:{name}", "t", name, **fields)


def plan(*resources):
    return Plan("test", [Step("create", each) for each in resources])


def steps(before, after):
    return [(step.op, step.resource.name, list(step.changed)) for step in compare(plan(*before), plan(*after)).steps]


def test_what_came_and_went_is_told():
    assert steps([resource("a"), resource("b")], [resource("b"), resource("c")]) == [
        ("delete", "a", []),
        ("same", "b", []),
        ("create", "c", []),
    ]


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"x": 1}, {"x": 2}, ["x"]),
        ({"x": {"y": 1, "z": 1}}, {"x": {"y": 2, "z": 1}}, ["x.y"]),
        ({"x": [1, 2]}, {"x": [1, 3]}, ["x[1]"]),
        ({"x": [1]}, {"x": [1, 2]}, ["x"]),
        ({"x": 1}, {}, ["x"]),
        ({}, {"x": {"y": 1}}, ["x"]),
        ({"x": "1"}, {"x": 1}, ["x"]),
    ],
)
def test_what_changed_is_told_by_its_path(before, after, paths):
    assert steps([resource("a", inputs=before)], [resource("a", inputs=after)]) == [("update", "a", paths)]


def test_a_lost_protection_is_a_change():
    assert steps([resource("a", protect=True)], [resource("a")]) == [("update", "a", ["protect"])]


def test_a_renamed_resource_with_an_alias_is_the_same_one():
    assert steps([resource("a", inputs={"x": 1})], [resource("b", inputs={"x": 1}, aliases=["urn:a"])]) == [
        ("same", "b", [])
    ]
