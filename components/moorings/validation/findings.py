"""``Finding``: a violated rule with its component, argument and location, as one line of text for users."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

Path = tuple[str | int, ...]
"""Path of an argument, as in ``("users", 0, "name")``."""

_MAX_QUOTED = 80
_MAX_WORD = 160
_MAX_MESSAGE = 1000

_QUOTED = re.compile(r"""(?<!\w)(?P<quote>['"])(?P<text>(?:[^'"\\]|\\.)*)(?P=quote)(?!\w)""")
_WORD = re.compile(rf"\S{{{_MAX_WORD + 1},}}")

_STRING = r"'(?:[^'\\]|\\.)*'"
_LINE = re.compile(
    r"(?:(?P<location>\S.*?:\d+): )?"
    rf"(?P<component>[A-Za-z_]\w*(?: {_STRING})?): "
    rf"(?:(?P<path>(?:[A-Za-z_]\w*|\[{_STRING}\])(?:\.[A-Za-z_]\w*|\[(?:\d+|{_STRING})\])*): )?"
    r"(?P<message>.*) \[(?P<rule>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\]"
)


class Severity(StrEnum):
    """Effect of a finding."""

    ERROR = "error"
    """Cannot work: the service rejects it, or it is contradictory. Always rejected."""

    UNSAFE = "unsafe"
    """Works, but is known to lose data, availability or confidentiality. Rejected unless it is acknowledged."""

    WARNING = "warning"
    """Works, but is rarely intended. Logged unless it is acknowledged."""

    UNVERIFIED = "unverified"
    """Not in the tables of this release. Logged with the date of the table unless it is acknowledged."""

    @property
    def rejects(self) -> bool:
        """Whether a finding that is not acknowledged stops the program."""
        return self in {Severity.ERROR, Severity.UNSAFE}


@dataclass(frozen=True)
class Finding:
    """A violated rule. ``str()`` returns one line without control characters."""

    rule: str
    """ID of the rule."""

    component: str
    """Component, as in ``MskCluster 'kafka'``."""

    path: str
    """Path of the argument, as in ``users[0].name``. Empty if the finding belongs to no argument."""

    message: str
    """The problem and the fix."""

    location: str = ""
    """File and line of the user's program, as in ``stacks/kafka.py:14``. Empty if they are unknown."""

    def __str__(self) -> str:
        """Return ``location: component: path: message [rule]``."""
        return f"{': '.join(filter(None, (self.location, self.text)))} [{self.rule}]"

    @property
    def text(self) -> str:
        """The message with component and path, without location and rule."""
        return ": ".join(filter(None, (self.component, escape(self.path), shorten(escape(self.message)))))

    @classmethod
    def parse(cls, line: str) -> Self | None:
        """Return the finding in a line that an engine or a preview has logged, or None for other text."""
        match = _LINE.fullmatch(line)
        return cls(**match.groupdict(default="")) if match else None

    @property
    def file(self) -> str:
        """File of the location."""
        return self.location.rpartition(":")[0]

    @property
    def line(self) -> int | None:
        """Line of the location."""
        number = self.location.rpartition(":")[2]
        return int(number) if number else None


def spell(path: Path) -> str:
    """Return a path as text: ``users[0].name``, ``server_properties['log.retention.ms']``."""
    text = ""
    for part in path:
        if isinstance(part, str) and part.isascii() and part.isidentifier():
            text += f".{part}" if text else part
        else:
            text += f"[{part}]" if isinstance(part, int) else f"[{quote(part)}]"
    return text


def escape(text: str) -> str:
    """Replace control characters, line breaks and invisible characters by escape sequences."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def quote(text: str) -> str:
    """Return a text in single quotes, on one line."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escape(escaped)}'"


def shorten(message: str) -> str:
    """Shorten long values that a message quotes, long words, and the message itself."""
    message = _QUOTED.sub(_shorten_quoted, message)
    message = _WORD.sub(lambda match: f"{match[0][:_MAX_WORD]}…", message)
    return message if len(message) <= _MAX_MESSAGE else f"{message[:_MAX_MESSAGE]}…"


def label(component: str, name: str) -> str:
    """Return a component for messages, as in ``MskCluster 'kafka'``."""
    return f"{component} {quote(name[:_MAX_QUOTED])}"


def _shorten_quoted(match: re.Match[str]) -> str:
    quote_mark, text = match["quote"], match["text"]
    return match[0] if len(text) <= _MAX_QUOTED else f"{quote_mark}{text[:_MAX_QUOTED]}…{quote_mark}"
