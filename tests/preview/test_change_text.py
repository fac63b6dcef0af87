"""Changes of properties as text."""

import pytest

from moorings.preview.change_text import MAX_DIFF_LINES, describe_change, diff_lines
from moorings.preview.differences import MISSING, PropertyChange
from moorings.preview.secret_masking import MASK, UNKNOWN, UNKNOWN_TEXT


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (3, 5, "3 -> 5"),
        ("a", MISSING, '"a" -> (none)'),
        (MISSING, True, "(none) -> true"),
        (None, [1], "null -> [1]"),
        ("x", UNKNOWN, '"x" -> known after deployment'),
        ("x", UNKNOWN_TEXT, '"x" -> known after deployment'),
        (1, {"a": [UNKNOWN]}, '1 -> {"a": ["known after deployment"]}'),
        (MASK, "x", "secret, changes"),
        (MISSING, MISSING, "changes"),
        ("a" * 200, 1, f'"{"a" * 59}… -> 1'),
    ],
)
def test_old_and_new_value_are_on_one_line(before, after, text):
    assert describe_change(PropertyChange("x", before, after)) == text


def test_reason_of_a_replacement_is_stated():
    assert describe_change(PropertyChange("x", 1, 2, replaces=True)) == "1 -> 2 (forces replacement)"


def test_long_texts_are_a_unified_diff():
    change = PropertyChange("x", "a\nb\nc", "a\nB\nc")
    assert diff_lines(change) == ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"]


def test_added_text_is_a_unified_diff():
    assert diff_lines(PropertyChange("x", MISSING, "a\nb")) == ["@@ -0,0 +1,2 @@", "+a", "+b"]


def test_long_diffs_are_shortened():
    lines = diff_lines(PropertyChange("x", "", "\n".join(map(str, range(100)))))
    assert (len(lines), lines[-1]) == (MAX_DIFF_LINES + 1, "… 41 more lines")


@pytest.mark.parametrize(("before", "after"), [("a", "b"), (1, "a\nb"), (UNKNOWN, "a\nb")])
def test_other_values_have_no_diff(before, after):
    assert diff_lines(PropertyChange("x", before, after)) == []
