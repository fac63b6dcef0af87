"""Settings that look like secrets and stand where everybody reads them.

Source: https://kubernetes.io/docs/concepts/security/secrets-good-practices/
"""

import re

_NAME = re.compile(
    r"(^|[_.-])(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEYS?|PRIVATE_?KEY|CREDENTIALS?|ACCESS_?KEY)$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(AKIA|ASIA)[0-9A-Z]{16}\b|://[^/\s:@]+:[^/\s@]+@|\bpassword\s*=\s*[\"'][^\"'$]"
)


def looks_secret(name: str, value: object) -> bool:
    """Whether a setting must be a secret, by its name, or by its value where that is known."""
    if isinstance(value, str):
        return bool(value) and bool(_NAME.search(name) or _VALUE.search(value))
    return bool(_NAME.search(name))
