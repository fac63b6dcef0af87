"""Lines with which Java's Kafka client logs in."""

import re

SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
"""Source: https://kafka.apache.org/documentation/#security_sasl_scram"""

IAM = "software.amazon.msk.auth.iam.IAMLoginModule required;"
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/configure-clients-for-iam-access-control.html"""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def scram(username: str, password: str) -> str:
    """The line of a SCRAM user, whatever is in the name and the password."""
    return f"{SCRAM} required username={_quoted(username)} password={_quoted(password)};"


def _quoted(value: str) -> str:
    """A value between quotes, as Kafka's tokenizer reads it back: a bare line break would end it.

    Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/io/StreamTokenizer.html
    """
    return '"' + re.sub(r'[\\"\n\r\t]', lambda found: _ESCAPES[found[0]], value) + '"'
