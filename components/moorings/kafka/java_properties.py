"""Java's ``.properties`` files."""

import re
from collections.abc import Mapping

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
_SPECIAL = re.compile(r"[\\=:#!]|[^ -~]")


def properties_file(settings: Mapping[str, str]) -> str:
    """The text of a ``.properties`` file, in ASCII, sorted by name.

    Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
    """
    return "".join(f"{_name(name)}={_value(settings[name])}\n" for name in sorted(settings))


def _name(text: str) -> str:
    return _SPECIAL.sub(_escaped, text).replace(" ", "\\ ")


def _value(text: str) -> str:
    """Of the blanks only those at the beginning would be lost."""
    rest = text.lstrip(" ")
    return "\\ " * (len(text) - len(rest)) + _SPECIAL.sub(_escaped, rest)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii() and character.isprintable():
        return f"\\{character}"
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
