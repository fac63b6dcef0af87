"""Declared effects of changing an argument of a cluster."""

import re

import pytest

from moorings import MskClusterArgs
from moorings.validation.changes import changes

CHANGES = changes(MskClusterArgs)
PHRASES = {
    "replacement": "replaces the cluster",
    "rolling restart": "restarts the brokers",
    "two updates": "two updates",
}


def effect_in_description(description):
    return {effect for effect, phrase in PHRASES.items() if phrase in description}


@pytest.mark.parametrize(("name", "change"), CHANGES.items())
def test_the_description_states_the_effect_of_a_disruptive_change(attribute_docstrings, name, change):
    description = attribute_docstrings(MskClusterArgs)[name]
    assert effect_in_description(description) == ({change.effect} & PHRASES.keys())


def test_notes_are_sentences():
    assert all(re.fullmatch(r"([A-Z].*\.)?", change.note) for change in CHANGES.values())


def test_the_documentation_lists_the_effect_of_each_argument(check_changes_table):
    check_changes_table("changing-a-cluster.md", MskClusterArgs)


@pytest.mark.parametrize(
    ("value", "iam", "expected"),
    [(None, True, False), (None, False, True), (True, True, True), (True, False, True), (False, True, False)],
)
def test_access_without_acls_is_denied_if_an_administrator_keeps_access(value, iam, expected):
    args = MskClusterArgs(
        vpc_id="vpc-0d1c7a52e8b94f360",
        subnet_ids=["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
        kafka_version="3.9.x.kraft",
        allow_everyone_if_no_acl_found=value,
        iam=iam,
    )
    assert args.allow_everyone_without_acls is expected
