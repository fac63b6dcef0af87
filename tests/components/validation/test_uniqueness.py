"""Lists in which nothing is named twice."""

import pytest

from moorings.validation.uniqueness import check_unique, once


def test_what_is_named_once_passes():
    check_unique(["a", "b"], "each zone")


def test_what_is_late_is_not_looked_at():
    late = object()
    check_unique([late, late, "a"], "each zone")


def test_what_is_named_twice_is_refused():
    with pytest.raises(ValueError, match=r"^a, b is named twice; name each zone once$"):
        check_unique(["b", "a", "b", "a", "c"], "each zone")


def test_as_a_check_it_hands_the_list_on():
    assert once("each zone")(["a", "b"]) == ["a", "b"]
    with pytest.raises(ValueError, match=r"^a is named twice; name each zone once$"):
        once("each zone")(["a", "a"])
