"""Changes of properties as text: ``spec.replicas: 3 -> 5``."""

import json
from difflib import unified_diff
from typing import Any

from moorings.preview.differences import MISSING, PropertyChange, is_unknown
from moorings.preview.secret_masking import is_array, is_object

NONE = "(none)"
KNOWN_LATER = "known after deployment"
FORCES_REPLACEMENT = "forces replacement"

MAX_VALUE_LENGTH = 60
"""Number of characters after which a value is shortened."""

MAX_DIFF_LINES = 60
CONTEXT_LINES = 2


def describe_change(change: PropertyChange) -> str:
    """Return the old and the new value of a property on one line."""
    if not change.is_reported:
        text = "changes"
    elif change.is_secret:
        text = "secret, changes"
    else:
        text = f"{describe_value(change.before)} -> {describe_value(change.after)}"
    return f"{text} ({FORCES_REPLACEMENT})" if change.replaces else text


def describe_value(value: Any) -> str:
    """Return a value on one line, shortened if it is long."""
    if value is MISSING:
        return NONE
    if is_unknown(value):
        return KNOWN_LATER
    text = json.dumps(_readable(value), ensure_ascii=False)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]}…"


def diff_lines(change: PropertyChange) -> list[str]:
    """Return the unified diff of a multi-line text, or an empty list for other values."""
    before, after = ("" if value is MISSING else value for value in (change.before, change.after))
    if not (isinstance(before, str) and isinstance(after, str)) or not ("\n" in before or "\n" in after):
        return []
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=CONTEXT_LINES, lineterm=""))[2:]
    hidden = len(lines) - MAX_DIFF_LINES
    return lines if hidden <= 0 else [*lines[:MAX_DIFF_LINES], f"… {hidden} more lines"]


def _readable(value: Any) -> Any:
    """Return a value with a text in place of each unknown value in it."""
    if is_object(value):
        return {key: _readable(item) for key, item in value.items()}
    if is_array(value):
        return [_readable(item) for item in value]
    return KNOWN_LATER if is_unknown(value) else value
