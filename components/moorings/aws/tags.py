"""Tags of AWS resources as an argument type, with the limits that all services share."""

from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import LENGTH
from moorings.validation.inputs import Input
from moorings.validation.rules import Rule, Violation

MAX_TAGS, MAX_KEY_LENGTH, MAX_VALUE_LENGTH = 50, 128, 256
"""Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""

RESERVED_TAG = Rule(
    id="aws-reserved-tag",
    rationale="Keys of tags that begin with aws: are reserved for AWS, and every service rejects them.",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    invalid="EncryptionKeyArgs(description='Orders', tags={'aws:team': 'streaming'})",
    valid="EncryptionKeyArgs(description='Orders', tags={'team': 'streaming'})",
)


def _check_tag_value(value: str) -> str:
    if len(value) > MAX_VALUE_LENGTH:
        raise Violation(LENGTH, f"a tag value must be at most {MAX_VALUE_LENGTH} characters long, got {len(value)}")
    return value


def _check_tag_keys(tags: dict[str, Input[str]]) -> dict[str, Input[str]]:
    if len(tags) > MAX_TAGS:
        raise Violation(LENGTH, f"a resource has at most {MAX_TAGS} tags, got {len(tags)}; remove some")
    for key in tags:
        if key.lower().startswith("aws:"):
            raise Violation(RESERVED_TAG, "the prefix aws: is reserved; use another key", key)
        if not 1 <= len(key) <= MAX_KEY_LENGTH:
            problem = f"a tag key must be 1 to {MAX_KEY_LENGTH} characters long, got {len(key)}"
            raise Violation(LENGTH, problem, key)
    return tags


TagValue = Annotated[str, AfterValidator(_check_tag_value)]
Tags = Annotated[dict[str, Input[TagValue]], AfterValidator(_check_tag_keys)]
"""Tags within the limits of every service. Which characters are allowed differs between services and is not checked.

Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""
