"""Formats of the Java client: ``sasl.jaas.config`` and ``.properties`` files."""

import re
from collections.abc import Mapping

IAM_JAAS_CONFIG = "software.amazon.msk.auth.iam.IAMLoginModule required;"
IAM_CALLBACK_HANDLER = "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/configure-clients-for-iam-access-control.html"""

SCRAM_LOGIN_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule"
"""Source: https://kafka.apache.org/documentation/#security_sasl_scram"""

PLAIN_LOGIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule"
"""Source: https://kafka.apache.org/documentation/#security_sasl_plain"""

OAUTH_LOGIN_MODULE = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
"""Source: https://kafka.apache.org/documentation/#security_sasl_oauthbearer"""

_JAAS_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PROPERTIES_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
_PROPERTIES_SPECIAL = re.compile(r"[\\=:#!]|[^ -~]")


def jaas_config(login_module: str, options: Mapping[str, str | None]) -> str:
    """Return ``sasl.jaas.config`` with the options that are not None. Their values may contain any character."""
    values = {name: _jaas_string(value) for name, value in options.items() if value is not None}
    return " ".join([login_module, "required", *(f"{name}={value}" for name, value in values.items())]) + ";"


def _jaas_string(value: str) -> str:
    """Quote a value for Kafka's tokenizer, for which an unescaped line break ends the string.

    Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/io/StreamTokenizer.html
    """
    return '"' + re.sub(r'[\\"\n\r\t]', lambda match: _JAAS_ESCAPES[match[0]], value) + '"'


def properties_file(settings: Mapping[str, str]) -> str:
    """Return the text of a ``.properties`` file in ASCII, sorted by name.

    Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
    """
    return "".join(f"{_property_name(name)}={_property_value(settings[name])}\n" for name in sorted(settings))


def _property_name(name: str) -> str:
    return _PROPERTIES_SPECIAL.sub(_escape_property, name).replace(" ", "\\ ")


def _property_value(value: str) -> str:
    """Escape a value. Only leading spaces are escaped, because Java drops only those."""
    text = value.lstrip(" ")
    return "\\ " * (len(value) - len(text)) + _PROPERTIES_SPECIAL.sub(_escape_property, text)


def _escape_property(match: re.Match[str]) -> str:
    character = match[0]
    if character in _PROPERTIES_ESCAPES:
        return _PROPERTIES_ESCAPES[character]
    if character.isascii() and character.isprintable():
        return f"\\{character}"
    utf16 = character.encode("utf-16-be").hex()
    return "".join(f"\\u{utf16[index : index + 4]}" for index in range(0, len(utf16), 4))
