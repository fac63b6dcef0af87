"""Tags and their limits."""

import pulumi
import pytest

from moorings import Args, InvalidInput
from moorings.aws.tags import Tags


class TaggedArgs(Args):
    """A resource with tags."""

    tags: Tags = {}


TOO_LONG = "a tag value must be at most 256 characters long, got 257"


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"aws:foo": "x"}, "'aws:foo': the prefix aws: is reserved; use another key"),
        ({"AWS:foo": "x"}, "'AWS:foo': the prefix aws: is reserved; use another key"),
        ({"": "x"}, "'': a tag key must be 1 to 128 characters long, got 0"),
        ({"k" * 129: "x"}, f"'{'k' * 129}': a tag key must be 1 to 128 characters long, got 129"),
        ({f"k{number}": "x" for number in range(51)}, "a resource has at most 50 tags, got 51; remove some"),
    ],
)
def test_invalid_tags_are_rejected(tags, message):
    with pytest.raises(InvalidInput) as error:
        TaggedArgs(tags=tags)
    assert str(error.value) == f"TaggedArgs.tags: {message}"


def test_a_long_value_is_rejected():
    with pytest.raises(InvalidInput) as error:
        TaggedArgs(tags={"a": "x" * 257})
    assert str(error.value) == f"TaggedArgs.tags.a: {TOO_LONG}"


def test_a_long_late_value_is_rejected(deploy):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: TaggedArgs(tags={"a": pulumi.Output.from_input("x" * 257)}))
    assert str(error.value) == f"TaggedArgs.tags: {TOO_LONG}"


def test_tags_at_the_limits_are_accepted():
    tags = {"k" * 128: "v" * 256, "awsome": "", **{f"k{number}": "x" for number in range(48)}}
    assert TaggedArgs(tags=tags).tags == tags
