"""Comparison of two plans of the same stack."""

import pytest

from moorings.preview.compare import compare
from moorings.preview.differences import MISSING
from moorings.preview.plan import Plan, Resource, Step


def resource(name, **fields):
    return Resource(f"urn:{name}", "t", name, **fields)


def plan(*resources):
    return Plan("test", [Step("create", resource) for resource in resources])


def steps(before, after):
    return [(step.op, step.resource.name, list(step.changed)) for step in compare(plan(*before), plan(*after)).steps]


def test_added_and_removed_resources_are_steps():
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
        ({"x": [1]}, {"x": [1, 2]}, ["x[]"]),
        ({"x": 1}, {}, ["x"]),
        ({}, {"x": {"y": 1}}, ["x"]),
        ({"x": "1"}, {"x": 1}, ["x"]),
    ],
)
def test_changed_inputs_are_listed_by_path(before, after, paths):
    assert steps([resource("a", inputs=before)], [resource("a", inputs=after)]) == [("update", "a", paths)]


def test_removed_protection_is_a_change():
    assert steps([resource("a", protect=True)], [resource("a")]) == [("update", "a", ["protect"])]


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({"provider": "urn:a::1"}, {"provider": "urn:b::2"}, ["provider"]),
        ({"retain_on_delete": True}, {"delete_before_replace": True}, ["delete_before_replace", "retain_on_delete"]),
        ({"ignore_changes": ["x"]}, {"replace_on_changes": ["x"]}, ["ignore_changes", "replace_on_changes"]),
        ({"custom_timeouts": {"create": "1h"}}, {}, ["custom_timeouts"]),
    ],
)
def test_options_are_compared(before, after, names):
    assert steps([resource("a", **before)], [resource("a", **after)]) == [("update", "a", names)]


def test_stack_outputs_are_compared():
    before, after = (
        Plan("test", [], outputs={"a": 1, "b": 1, "c": 1}),
        Plan("test", [], outputs={"b": 2, "c": 1, "d": 1}),
    )
    compared = compare(before, after)
    assert compared.log == [("warning", "output a is removed; stacks that refer to it will fail", "")]
    assert [(change.path, change.before, change.after) for change in compared.output_changes] == [
        ("a", 1, MISSING),
        ("b", 1, 2),
        ("d", MISSING, 1),
    ]


def test_renamed_resource_with_an_alias_is_unchanged():
    assert steps([resource("a", inputs={"x": 1})], [resource("b", inputs={"x": 1}, aliases=["urn:a"])]) == [
        ("same", "b", [])
    ]


def test_only_new_messages_are_listed():
    def warnings(*texts):
        return Plan("test", [], log=[("warning", text, "urn") for text in texts])

    moved = "a.py:{}: MskCluster 'kafka': users: too many; remove some [msk-users]"
    compared = compare(warnings(moved.format(1), "careful"), warnings(moved.format(9), "careful", "new"))
    assert compared.log == [("warning", "new", "urn")]
