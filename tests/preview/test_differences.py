"""Changes of properties between two states of a resource."""

import json

import pytest

from moorings.preview.differences import MISSING, PropertyChange, add_reported, find_changes, mark_replacements
from moorings.preview.secret_masking import MASK, UNKNOWN


def changes(before, after):
    return [(change.path, change.before, change.after) for change in find_changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"x": 1}, {"x": 2}, [("x", 1, 2)]),
        ({"x": 1}, {"x": 1.0}, []),
        (1, True, [("", 1, True)]),
        ({"x": None}, {}, [("x", None, MISSING)]),
        ({"x": {"y": 1, "z": 1}}, {"x": {"y": 2, "z": 1}}, [("x.y", 1, 2)]),
        ({"x": {"a.b/c": 1}}, {"x": {"a.b/c": 2}}, [('x["a.b/c"]', 1, 2)]),
        ({"x": [1, 2]}, {"x": [1, 3]}, [("x[1]", 2, 3)]),
        ({"x": [1, 2]}, {"x": [2, 1]}, [("x", [1, 2], [2, 1])]),
        ({"x": [1, 2]}, {"x": [2, 3, 4]}, [("x[]", 1, MISSING), ("x[]", MISSING, 3), ("x[]", MISSING, 4)]),
        ({"x": [[1]]}, {"x": [[1], [2]]}, [("x", [[1]], [[1], [2]])]),
        ({"x": UNKNOWN}, {"x": UNKNOWN}, []),
        ({"x": 1, "__defaults": ["x"]}, {"x": 1, "__defaults": []}, []),
    ],
)
def test_values_are_compared_by_path(before, after, expected):
    assert changes(before, after) == expected


@pytest.mark.parametrize("key", ["name", "Sid", "mountPath", "containerPort"])
def test_items_of_lists_are_matched_by_their_key(key):
    before, after = [{key: "a", "v": 1}, {key: "b", "v": 2}], [{key: "c", "v": 5}, {key: "b", "v": 3}]
    assert changes({"x": before}, {"x": after}) == [
        ('x["a"]', {key: "a", "v": 1}, MISSING),
        ('x["b"].v', 2, 3),
        ('x["c"]', MISSING, {key: "c", "v": 5}),
    ]


@pytest.mark.parametrize(
    "items", [[{"name": "a"}, {"name": "a"}], [{"name": MASK}, {"name": MASK}], [{"name": 1.5}, {}]]
)
def test_items_without_unique_keys_are_matched_by_position(items):
    changed = [items[0], {"name": "z", "value": 1}]
    assert all(path.startswith("x[1]") for path, _, _ in changes({"x": items}, {"x": changed}))


def test_json_documents_are_compared_by_their_content():
    before, after = (json.dumps({"Statement": [{"Sid": "Read", "Action": action}]}) for action in ("a", "b"))
    assert changes({"policy": before}, {"policy": after}) == [('policy.Statement["Read"].Action', "a", "b")]


@pytest.mark.parametrize("text", ["{x", "[1] 2", "{}x"])
def test_texts_that_only_begin_like_json_are_compared_as_texts(text):
    assert changes({"x": text}, {"x": "{}"}) == [("x", text, "{}")]


def test_json_documents_that_differ_only_in_their_format_are_compared_as_texts():
    assert changes({"x": '{"a":1}'}, {"x": '{"a": 1}'}) == [("x", '{"a":1}', '{"a": 1}')]


def test_deeply_nested_documents_are_compared_as_texts():
    before, after = ("[" * 100_000 + end for end in ("1", "2"))
    assert changes({"x": before}, {"x": after}) == [("x", before, after)]


def test_deeply_nested_values_are_compared_as_a_whole():
    before, after = 1, 2
    for _ in range(200):
        before, after = {"x": before}, {"x": after}
    (change,) = find_changes(before, after)
    assert change.path.count(".") == 99


def test_reasons_of_a_replacement_are_marked():
    found = find_changes({"a": {"b": 1, "c": 1}, "d": 1, "ab": 1}, {"a": {"b": 2, "c": 2}, "d": 2, "ab": 2})
    marked = mark_replacements(found, ["a.b", "d"])
    assert {change.path: change.replaces for change in marked} == {"a.b": True, "a.c": False, "ab": False, "d": True}


def test_reasons_contain_the_position_of_an_item():
    found = find_changes({"x": [{"name": "a", "v": 1}]}, {"x": [{"name": "a", "v": 2}]})
    assert [change.replaces for change in mark_replacements(found, ["x[0].v"])] == [True]


def test_reason_without_a_visible_change_is_a_change():
    assert mark_replacements([], ["secretString"]) == [
        PropertyChange("secretString", replaces=True, engine_path="secretString")
    ]


def test_changes_that_only_the_engine_sees_are_added():
    found = find_changes({"a": 1}, {"a": 2})
    added = add_reported(found, ["a", "drift"])
    assert [(change.path, change.is_reported) for change in added] == [("a", True), ("drift", False)]


def test_a_change_of_a_secret_is_secret():
    assert PropertyChange("x", MASK, "y").is_secret
    assert PropertyChange("x", MISSING, MASK).is_secret
    assert not PropertyChange("x", 1, 2).is_secret


def test_missing_values_are_readable_in_failures():
    assert repr(MISSING) == "[missing]"
