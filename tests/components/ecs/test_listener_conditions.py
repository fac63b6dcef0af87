"""Conditions and priorities of listener rules."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.listener_conditions import (
    FIRST_DERIVED_PRIORITY,
    MAX_PRIORITY,
    contains,
    count_wildcards,
    derive_priority,
    overlap,
    reachable_paths,
)

PATTERNS = st.text("ab*?", max_size=6)
PATHS = ["".join(path) for length in range(8) for path in product("ab", repeat=length)]
HOSTS = st.lists(st.sampled_from(["orders.example.com", "*.example.com", "shop.example.com"]), max_size=3)
ROUTES = st.lists(st.text("/ab*?", max_size=40), max_size=3)


def matching(pattern):
    """Return the paths that a pattern matches."""
    expression = "".join({"*": ".*", "?": "."}.get(character, character) for character in pattern)
    return {path for path in PATHS if re.fullmatch(expression, path)}


@given(PATTERNS, PATTERNS)
def test_patterns_overlap_if_a_path_matches_both(one, other):
    assert overlap(one, other) == overlap(other, one)
    if matching(one) & matching(other):
        assert overlap(one, other)


@given(PATTERNS.filter(lambda pattern: len(pattern) < 4), PATTERNS.filter(lambda pattern: len(pattern) < 4))
def test_overlapping_patterns_match_a_common_path(one, other):
    assert overlap(one, other) == bool(matching(one) & matching(other))


@given(PATTERNS, PATTERNS)
def test_a_contained_pattern_matches_no_other_paths(outer, inner):
    if contains(outer, inner):
        assert matching(inner) <= matching(outer)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("/orders/*", "/orders/metrics/*", True),
        ("/orders/*", "/*/metrics", False),
        ("/orders/?", "/orders/*", False),
        ("/a.b", "/axb", False),
    ],
)
def test_contains(outer, inner, expected):
    assert contains(outer, inner) == expected


def test_closed_paths_that_no_request_of_the_service_reaches_are_left_out():
    closed = ["/metrics", "/metrics/*"]
    assert reachable_paths(closed, []) == closed
    assert reachable_paths(closed, ["/*"]) == closed
    assert reachable_paths(closed, ["/metrics"]) == ["/metrics"]
    assert not reachable_paths(closed, ["/orders/*"])


def test_wildcards_are_counted():
    assert count_wildcards(["*.example.com", "/a?/*"]) == 3


@given(st.text(max_size=10), HOSTS, ROUTES)
def test_derived_priorities_are_even_and_leave_low_numbers_free(name, hosts, paths):
    priority = derive_priority(name, hosts, paths)
    assert FIRST_DERIVED_PRIORITY < priority <= MAX_PRIORITY
    assert priority % 2 == 0
    assert derive_priority(name, hosts[::-1], paths[::-1]) == priority


SPECIFIC_TO_GENERAL = [
    (["orders.example.com"], ["/orders/" + "a" * 40]),
    (["orders.example.com"], ["/orders/admin"]),
    (["orders.example.com"], ["/orders/*"]),
    (["orders.example.com"], ["/orders/*", "/*"]),
    (["orders.example.com"], []),
    (["*.example.com"], ["/orders/*"]),
    (["*.example.com"], []),
    ([], ["/orders/*"]),
    ([], ["/*"]),
    ([], ["*"]),
]


@given(st.lists(st.text(max_size=5), min_size=10, max_size=10))
def test_specific_rules_precede_general_ones(names):
    priorities = [derive_priority(name, *rule) for name, rule in zip(names, SPECIFIC_TO_GENERAL, strict=True)]
    assert priorities == sorted(priorities)


def test_a_path_without_wildcards_precedes_one_with_the_same_prefix():
    assert derive_priority("a", [], ["/orders"]) < derive_priority("a", [], ["/orders*"])


def test_priorities_of_twenty_services_with_their_own_hosts_differ():
    priorities = {derive_priority("kpow", [f"{name}.example.com"], []) for name in range(20)}
    assert len(priorities) == 20


def test_derived_priorities_are_stable():
    """A changed number would change the rules of deployed services."""
    assert derive_priority("orders", ["orders.example.com"], []) == 24666
    assert derive_priority("orders", ["Orders.example.com"], ["/orders/*"]) == 19362
