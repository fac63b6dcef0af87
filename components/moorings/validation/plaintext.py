"""Settings that look like secrets and stand where everybody reads them.

Sources: https://kubernetes.io/docs/concepts/security/secrets-good-practices/ and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-secrets-management-best-practices.html
"""

import re

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[.\-/]")
"""Where a name goes on with another word: ``dbPassword``, ``sasl.password``."""

_NAME = re.compile(
    r"(?:passwords?|passwd|passphrase|secrets?|(?:^|_|access|auth|bearer|refresh)token|credentials?|(?<!proxy)_pass|^pass|_pwd"
    r"|(?:access|account|api|app|auth|encryption|hmac|jwt|master|private|secret|shared|signing)_?key"
    r"|api_?keys|secret_key_base|license_(?:code|signature))"
    r"(?:_?[0-9]|_(?:base64|b64|current|dev|new|old|previous|primary|prod|production|secondary|staging|test|value))*$"
)
"""What the name of a secret ends with: what comes after it says that something else is meant, as a file or a time."""

_JAAS = re.compile(r"jaas(?:_config)?$")
"""Login modules, whose options may hold a password or refer to one."""

_HOLDS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "an access key of AWS": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a URL with a password": re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]*:(?![$<{%*])[^\s/@]+@", re.IGNORECASE),
}

_ASSIGNED = re.compile(
    r"""(?<![\w.-])-*(?P<name>[A-Za-z][\w.-]*)["']?[ \t]*(?:=>|[=:])"""
    r"""(?=[ \t]*(?P<value>"[^"\n]{0,999}"?|'[^'\n]{0,999}'?|[^\s"',;&)\]}]{0,999}))"""
)
"""A name and the beginning of its value, in a file of settings or a command."""

_COMMENT = re.compile(r"^[ \t]*(?:#|//|;|--[ \t]).*$", re.MULTILINE)

_NO_SECRET = re.compile(
    r"|true|false|yes|no|on|off|null|nil|none|~|\*+"
    r"|[$%][\w({].*|<.*>|\{.*|!(?:env|getatt|ref|secret|sub|vault)\b.*|ENC\(.*"
    r"|(?:env|process\.env|os\.environ|(?:os\.)?getenv)[\[.(].*"
    r"|(?:arn|file|vault|classpath|env|secretsmanager|ssm):.*|[a-z][a-z0-9+.-]*://.*"
    r"|/[\w.@-]+(?:/[\w.@-]+)+|\.{1,2}/.*",
    re.IGNORECASE | re.DOTALL,
)
"""What stands in the place of a secret: nothing, a switch, a reference, or where it is. What a URL holds is looked at
by itself."""


def held(text: str) -> str | None:
    """What kind of secret stands in a text, in words that do not tell it; None for a text without one."""
    for what, form in _HOLDS.items():
        if form.search(text):
            return what
    settings = _ASSIGNED.finditer(_COMMENT.sub("", text))
    return "a password" if any(named_secret(each["name"], each["value"].strip("\"'")) for each in settings) else None


def looks_secret(name: str, value: object) -> bool:
    """Whether a setting must be a secret, by its name, or by its value where that is known."""
    return named_secret(name, value) or (isinstance(value, str) and held(value) is not None)


def named_secret(name: str, value: object) -> bool:
    """Whether the name of a setting is a secret's, and its value, where that is known, stands for no other thing."""
    if isinstance(value, str):
        return bool(_NAME.search(_words(name))) and not _NO_SECRET.fullmatch(value)
    return bool(_NAME.search(_words(name)) or _JAAS.search(_words(name)))


def _words(name: str) -> str:
    return _WORDS.sub("_", name).lower()
