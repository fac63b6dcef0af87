"""Detects secrets in settings that are stored in plain text, such as environment variables, commands and ConfigMaps.

Sources: https://kubernetes.io/docs/concepts/security/secrets-good-practices/ and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-secrets-management-best-practices.html
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, cast

import pulumi

from moorings.validation.errors import is_output

_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[.\-/]")
"""Boundaries between the words of a name, as in ``dbPassword`` and ``sasl.password``."""

_SECRET_NAME = re.compile(
    r"(?:passwords?|passwd|passphrase|secrets?|(?:^|_|access|auth|bearer|refresh)token|credentials?|(?<!proxy)_pass|^pass|_pwd"
    r"|(?:access|account|api|app|auth|encryption|hmac|jwt|master|private|secret|shared|signing)_?key"
    r"|api_?keys|secret_key_base|license_(?:code|signature))"
    r"(?:_?[0-9]|_(?:base64|b64|current|dev|new|old|previous|primary|prod|production|secondary|staging|test|value))*$"
)
"""End of a secret's name. A name with another word after it is that of something else, such as a file or a duration."""

_JAAS = re.compile(r"jaas(?:_config)?$")
"""Login modules, whose options contain a password or a reference to one."""

_SECRET_VALUES = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a URL with a password": re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]*:(?![$<{%*])[^\s/@]+@", re.IGNORECASE),
}

_ASSIGNMENT = re.compile(
    r"""(?<![\w.-])-*(?P<name>[A-Za-z][\w.-]*)["']?[ \t]*(?:=>|[=:])"""
    r"""(?=[ \t]*(?P<value>"[^"\n]{0,999}"?|'[^'\n]{0,999}'?|[^\s"',;&)\]}]{0,999}))"""
)
"""A name and the beginning of its value, in a configuration file or a command."""

_COMMENT = re.compile(r"^[ \t]*(?:#|//|;|--[ \t]).*$", re.MULTILINE)

_NOT_A_SECRET = re.compile(
    r"|true|false|yes|no|on|off|null|nil|none|~|\*+"
    r"|[$%][\w({].*|<.*>|\{.*|!(?:env|getatt|ref|secret|sub|vault)\b.*|ENC\(.*"
    r"|(?:env|process\.env|os\.environ|(?:os\.)?getenv)[\[.(].*"
    r"|(?:arn|file|vault|classpath|env|secretsmanager|ssm):.*|[a-z][a-z0-9+.-]*://.*"
    r"|/[\w.@-]+(?:/[\w.@-]+)+|\.{1,2}/.*",
    re.IGNORECASE | re.DOTALL,
)
"""Values that are not secrets: empty ones, booleans, references and paths. Passwords in URLs are found separately."""


MARKED_SECRET: Final = object()
"""Stands for a value that Pulumi treats as a secret. See ``unless_secret``."""


def unless_secret(value: Any, name: str = "") -> Any:
    """Return a value for a rule about plain text.

    A late value that is marked as a secret, or has the name of one, is replaced by ``MARKED_SECRET``, which is known in
    a preview and not secret itself.

    Args:
        value: the value, plain or late.
        name: name of the setting.

    """
    if not is_output(value):
        return value
    if is_secret_name(name, value):
        return MARKED_SECRET
    if not isinstance(value, pulumi.Output):
        return value
    output = cast("pulumi.Output[Any]", value)  # type: ignore[redundant-cast]
    secret = pulumi.Output[bool].from_input(cast("Any", output.is_secret()))
    return secret.apply(lambda secret: MARKED_SECRET if secret else output)


def find_secret(value: object, name: str = "") -> str | None:
    """Return the kind of secret that a setting contains, or None. The result does not quote the secret.

    Args:
        value: the value, or a whole configuration file. Of a late value only the name is checked.
        name: name of the setting, which can show that the value is a secret.

    """
    if value is MARKED_SECRET or is_secret_name(name, value):
        return "a secret"
    if not isinstance(value, str):
        return None
    for kind, pattern in _SECRET_VALUES.items():
        if pattern.search(value):
            return kind
    assignments = _ASSIGNMENT.finditer(_COMMENT.sub("", value))
    secret = any(is_secret_name(match["name"], match["value"].strip("\"'")) for match in assignments)
    return "a password" if secret else None


def find_secret_in_command(words: Sequence[str]) -> str | None:
    """Return the kind of secret that a command contains, in a word or as the value of an option, or None."""
    options = [f"{option}={value}" for option, value in pairwise(words) if option.startswith("-") and "=" not in option]
    return next(filter(None, map(find_secret, [*words, *options])), None)


def is_secret_name(name: str, value: object) -> bool:
    """Whether the name of a setting is that of a secret, unless its value is known and is a reference or a path."""
    words = _WORD_BOUNDARY.sub("_", name).lower()
    if isinstance(value, str):
        return bool(_SECRET_NAME.search(words)) and not _NOT_A_SECRET.fullmatch(value)
    return bool(_SECRET_NAME.search(words) or _JAAS.search(words))
