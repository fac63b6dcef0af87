"""Conditions and priorities of listener rules: which requests a rule matches, and which rule is applied first."""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

MAX_CONDITION_VALUES = 5
"""Maximum number of condition values of a listener rule. Also the maximum of closed paths.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

MAX_WILDCARDS = 6
"""Maximum number of wildcards in the conditions of a listener rule.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

MAX_PRIORITY = 50_000
"""Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""

FIRST_DERIVED_PRIORITY = 10_001
"""Lowest derived priority, which leaves lower ones for rules with a chosen priority."""

_WILDCARDS = re.compile(r"[*?]")
_MAX_PREFIX_LENGTH = 31
"""Longer literal prefixes of paths are not compared."""

_SLOTS = {"exact": (200, 5000), "wildcard": (100, 500), "none": (150, 150)}
"""Number of priorities by kind of hosts: for each length of a path, and for rules without a path.

Most services of a shared load balancer have a host of their own, so most priorities are for them.
"""


def count_wildcards(patterns: Sequence[str]) -> int:
    """Return the number of wildcards in all patterns."""
    return sum(len(_WILDCARDS.findall(pattern)) for pattern in patterns)


def derive_priority(name: str, hosts: Sequence[str], paths: Sequence[str]) -> int:
    """Return the priority of a listener rule: an even number, so that the one before it is free for closed paths.

    Of the rules that match a request, the one with the lowest number is applied, so rules are sorted from specific to
    general: hosts without wildcards, hosts with wildcards, all hosts, and within each of them long paths before short
    ones. A hash of the name, the hosts and the paths selects one of the priorities for rules of the same kind. The
    result does not depend on other rules and on the order of deployment, so that it is the same in every preview.

    Args:
        name: name of the component.
        hosts: hosts of the rule.
        paths: paths of the rule.

    """
    kind = "none" if not hosts else "wildcard" if count_wildcards(hosts) else "exact"
    length = min(map(_prefix_length, paths), default=0)
    kinds = list(_SLOTS)
    preceding = [_SLOTS[each] for each in kinds[: kinds.index(kind)]]
    start = sum(_MAX_PREFIX_LENGTH * slots + slots_without_path for slots, slots_without_path in preceding)
    start += (_MAX_PREFIX_LENGTH - length) * _SLOTS[kind][0]
    count = _SLOTS[kind][0 if length else 1]
    seed = "\n".join([name, *sorted(map(str.lower, hosts)), "", *sorted(paths)])
    slot = int(sha256(seed.encode()).hexdigest(), 16) % count
    return FIRST_DERIVED_PRIORITY + 1 + 2 * (start + slot)


def _prefix_length(path: str) -> int:
    """Return the number of characters before the first wildcard. A path without wildcards is more specific."""
    found = _WILDCARDS.search(path)
    return min(_MAX_PREFIX_LENGTH, found.start() if found else len(path) + 1)


@cache
def overlap(one: str, other: str) -> bool:
    """Return whether two path patterns match a common path."""
    if one[:1] == "*":
        return overlap(one[1:], other) or (other != "" and overlap(one, other[1:]))
    if other[:1] == "*":
        return overlap(other, one)
    if not one or not other:
        return one == other
    return (one[0] == other[0] or "?" in {one[0], other[0]}) and overlap(one[1:], other[1:])


def contains(outer: str, inner: str) -> bool:
    """Return whether a path pattern matches every path that another one matches."""
    expression = "".join({"*": ".*", "?": "[^*]"}.get(character, re.escape(character)) for character in outer)
    return re.fullmatch(expression, inner) is not None


def reachable_paths(closed_paths: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Return the closed paths that requests for some of the paths could reach. No paths are all paths."""
    return [closed for closed in closed_paths if not paths or any(overlap(closed, path) for path in paths)]
