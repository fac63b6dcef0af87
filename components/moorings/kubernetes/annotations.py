"""What may stand in annotations, which everybody reads who sees the object.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.validation.inputs import check_together, is_late
from moorings.validation.plaintext import check_plaintext, find_secret, plaintext_problem

MOST_BYTES = 256 * 1024
"""Source: https://kubernetes.io/docs/reference/using-api/api-concepts/ and the API server's own check"""


def findings(argument: str, annotations: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the annotations that are known. A name tells no secret: ``checksum/secret`` is none."""
    for key, value in annotations.items():
        secret = find_secret(value)
        if secret:
            yield plaintext_problem(f"{argument}.{key}", secret, "remove it")
    yield from _too_large(argument, annotations)


def _too_large(argument: str, annotations: Mapping[str, Any]) -> Iterator[str]:
    size = sum(len(text.encode()) for pair in annotations.items() for text in pair if isinstance(text, str))
    if size > MOST_BYTES:
        yield f"{argument} holds {size} bytes, and annotations {MOST_BYTES} at most; put less into it"


def check_late(where: str, argument: str, annotations: Mapping[str, pulumi.Input[str]]) -> None:
    """Hold late annotations to the same rules, and refuse those that Pulumi knows as secrets.

    Raises:
        InvalidInput: when one breaks a rule, for which its value is told in no message.

    """
    late = {key: value for key, value in annotations.items() if is_late(value)}
    for key, value in late.items():
        fix = "remove it, or use pulumi.Output.unsecret if it is not a secret"
        check_plaintext(where, f"{argument}.{key}", value, fix=fix)
    if late:
        check_together(where, partial(_check, argument, list(annotations)), texts=list(annotations.values()))


def _check(argument: str, keys: list[str], texts: list[str]) -> None:
    # What they hold is looked at one by one, above.
    broken = list(_too_large(argument, dict(zip(keys, texts, strict=True))))
    if broken:
        raise ValueError("; ".join(broken))
