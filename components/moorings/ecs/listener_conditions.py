"""Conditions and priorities of listener rules: which requests a rule matches, and which rule is applied first."""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

MAX_CONDITION_VALUES = 5
"""Maximum number of condition values of a listener rule, and therefore of closed paths.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

MAX_WILDCARDS = 6
"""Maximum number of wildcards in the conditions of a listener rule.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

MAX_PRIORITY = 50_000
"""Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""

FIRST_DERIVED_PRIORITY = 10_001
"""Lowest derived priority. Lower numbers are left for explicit priorities."""

_WILDCARDS = re.compile(r"[*?]")
_MAX_PREFIX_LENGTH = 31
"""Longer literal prefixes of paths have the same priority range."""

_SLOTS = {"exact": (200, 5000), "wildcard": (100, 500), "none": (150, 150)}
"""Number of priorities for each kind of host condition: per length of the path prefix, and without a path prefix.

Most services on a shared load balancer have a host name of their own, so they get most of the priorities.
"""


def count_wildcards(patterns: Sequence[str]) -> int:
    """Return the total number of wildcards in the patterns."""
    return sum(len(_WILDCARDS.findall(pattern)) for pattern in patterns)


def derive_priority(name: str, hosts: Sequence[str], paths: Sequence[str]) -> int:
    """Return the priority of a listener rule: an even number, which leaves the preceding one for closed paths.

    The load balancer applies the matching rule with the lowest number, so specific rules precede general ones: hosts
    without wildcards, hosts with wildcards, all hosts, and within each of them long path prefixes before short ones. A
    hash of the name, the hosts and the paths selects one of the priorities for rules of the same kind. The result does
    not depend on other rules or on the order of deployment, so that it is the same in every preview.

    Args:
        name: name of the component.
        hosts: hosts of the rule.
        paths: paths of the rule.

    """
    kind = "none" if not hosts else "wildcard" if count_wildcards(hosts) else "exact"
    length = min(map(_prefix_length, paths), default=0)
    kinds = list(_SLOTS)
    preceding = [_SLOTS[other] for other in kinds[: kinds.index(kind)]]
    start = sum(_MAX_PREFIX_LENGTH * slots + slots_without_prefix for slots, slots_without_prefix in preceding)
    start += (_MAX_PREFIX_LENGTH - length) * _SLOTS[kind][0]
    count = _SLOTS[kind][0 if length else 1]
    seed = "\n".join([name, *sorted(map(str.lower, hosts)), "", *sorted(paths)])
    slot = int(sha256(seed.encode()).hexdigest(), 16) % count
    return FIRST_DERIVED_PRIORITY + 1 + 2 * (start + slot)


def _prefix_length(path: str) -> int:
    """Return the number of characters before the first wildcard, or one more than the length without wildcards."""
    wildcard = _WILDCARDS.search(path)
    return min(_MAX_PREFIX_LENGTH, wildcard.start() if wildcard else len(path) + 1)


@cache
def overlap(one: str, other: str) -> bool:
    """Return whether a path can match both path patterns."""
    if one[:1] == "*":
        return overlap(one[1:], other) or (other != "" and overlap(one, other[1:]))
    if other[:1] == "*":
        return overlap(other, one)
    if not one or not other:
        return one == other
    return (one[0] == other[0] or "?" in {one[0], other[0]}) and overlap(one[1:], other[1:])


def contains(outer: str, inner: str) -> bool:
    """Return whether every path that matches ``inner`` also matches ``outer``."""
    expression = "".join({"*": ".*", "?": "[^*]"}.get(character, re.escape(character)) for character in outer)
    return re.fullmatch(expression, inner) is not None


def reachable_paths(closed_paths: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Return the closed paths that overlap with any of the paths. Without paths, return all of them."""
    return [closed for closed in closed_paths if not paths or any(overlap(closed, path) for path in paths)]
