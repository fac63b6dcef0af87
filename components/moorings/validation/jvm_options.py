"""Heap size in the options of a JVM: ``-Xmx512m``, ``-XX:MaxRAMPercentage=70``.

Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_SIZE = r"(?P<size>[0-9]{1,18})(?P<unit>[kKmMgGtT]?)"
_END = r"(?![\w.])"
_MAX_SIZE = re.compile(rf"(?<![\w-])-(?:Xmx|XX:MaxHeapSize=){_SIZE}{_END}")
_INITIAL_SIZE = re.compile(rf"(?<![\w-])-(?:Xms|XX:InitialHeapSize=){_SIZE}{_END}")
_MAX_PERCENT = re.compile(rf"(?<![\w-])-XX:MaxRAMPercentage=(?P<percent>[0-9]{{1,9}}(?:\.[0-9]{{0,9}})?){_END}")

MIN_HEAP_BYTES = 2 * 2**20
"""Smallest heap with which a JVM starts."""

NEAR_PERCENT = 85
"""Percentage of the memory limit above which threads, metaspace, code cache and buffers have too little memory."""

_FIX = "lower the heap to about 70% of it, or raise the limit"


class Heap(NamedTuple):
    """Maximum heap size of a JVM."""

    option: str
    """Option that sets it."""

    size: float
    """Bytes."""


def max_heap(options: str, memory: int) -> Heap | None:
    """Return the maximum heap size, or None if no option sets it. The last option applies.

    Args:
        options: options of the JVM, separated by spaces.
        memory: memory of the container in bytes, of which percentages are taken.

    """
    size = _last(_MAX_SIZE, options)
    if size is not None:
        return Heap(size[0], _bytes(size))
    percent = _last(_MAX_PERCENT, options)
    return Heap(percent[0], memory * float(percent["percent"]) / 100) if percent is not None else None


def heap_problems(options: str, memory: int, limit: str) -> Iterator[str]:
    """Yield the reasons why a JVM would not start with the options, or would exceed the memory of its container.

    Args:
        options: options of the JVM, separated by spaces.
        memory: memory of the container in bytes.
        limit: the memory as the user wrote it, for messages.

    """
    heap, percent, initial = max_heap(options, memory), _last(_MAX_PERCENT, options), _last(_INITIAL_SIZE, options)
    if percent is not None and float(percent["percent"]) > 100:  # noqa: PLR2004
        yield f"{percent[0]} is above 100, so that the JVM does not start; set a percentage of about 70"
        return
    if percent is not None and heap is not None and heap.option == percent[0] and float(percent["percent"]) <= 1:
        yield f"{percent[0]} is {percent['percent']}% of the memory; set a percentage of about 70"
        return
    if heap is not None and heap.size < MIN_HEAP_BYTES:
        yield f"{heap.option} is less than 2 MiB, so that the JVM does not start; add the unit, as in -Xmx512m"
    elif heap is not None and heap.size >= memory:
        yield f"{heap.option} and the other memory of the JVM exceed the memory limit {limit}; {_FIX}"
    if initial is not None and heap is not None and _bytes(initial) > heap.size:
        yield f"{initial[0]} is larger than {heap.option}, so that the JVM does not start; lower it"


def heap_near_limit(options: str, memory: int) -> Heap | None:
    """Return the maximum heap size if it leaves too little of the memory for the rest of the JVM."""
    heap = max_heap(options, memory)
    return heap if heap is not None and memory * NEAR_PERCENT / 100 < heap.size < memory else None


def _last(pattern: re.Pattern[str], options: str) -> re.Match[str] | None:
    return next(iter(reversed(list(pattern.finditer(options)))), None)


def _bytes(match: re.Match[str]) -> int:
    return int(match["size"]) * _UNITS[match["unit"].lower()]
