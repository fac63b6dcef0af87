"""Tags and their limits."""

import pulumi
import pytest

from moorings import Args
from moorings.aws.tags import Tags


class TaggedArgs(Args):
    """A resource with tags."""

    tags: Tags = {}


@pytest.mark.parametrize(
    ("tags", "rule", "path"),
    [
        ({"aws:foo": "x"}, "aws-reserved-tag", "tags['aws:foo']"),
        ({"AWS:foo": "x"}, "aws-reserved-tag", "tags['AWS:foo']"),
        ({"": "x"}, "argument-length", "tags['']"),
        ({"k" * 129: "x"}, "argument-length", f"tags.{'k' * 129}"),
        ({f"k{number}": "x" for number in range(51)}, "argument-length", "tags"),
        ({"a": "x" * 257}, "argument-length", "tags.a"),
    ],
)
def test_invalid_tags_are_rejected(rejected, tags, rule, path):
    with rejected(rule, path):
        TaggedArgs(tags=tags)


def test_a_long_late_value_is_rejected(deploy, rejected):
    with rejected("argument-length", "tags.a"):
        deploy(lambda: TaggedArgs(tags={"a": pulumi.Output.from_input("x" * 257)}))


def test_tags_at_the_limits_are_accepted():
    tags = {"k" * 128: "v" * 256, "awsome": "", **{f"k{number}": "x" for number in range(48)}}
    assert TaggedArgs(tags=tags).tags == tags
