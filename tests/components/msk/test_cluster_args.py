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


def effect_in_description(name):
    description = " ".join(str(MskClusterArgs.model_fields[name].description).split())
    return {effect for effect, phrase in PHRASES.items() if phrase in description}


@pytest.mark.parametrize(("name", "change"), CHANGES.items())
def test_the_description_states_the_effect_of_a_disruptive_change(name, change):
    assert effect_in_description(name) == ({change.effect} & PHRASES.keys())


def test_notes_are_sentences():
    assert all(re.fullmatch(r"([A-Z].*\.)?", change.note) for change in CHANGES.values())


def test_the_documentation_lists_the_effect_of_each_argument(check_changes_table):
    check_changes_table("changing-a-cluster.md", MskClusterArgs)
