"""What changing an argument of a cluster does."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import MskClusterArgs
from moorings.msk.change_impact import IMPACTS, restarts, rolling_minutes, several_at_once

WORDS = {"replacement": r"replace", "rolling restart": r"restarts\s+the\s+brokers", "two updates": r"two\s+updates"}


def test_every_argument_has_an_impact():
    assert IMPACTS.keys() == MskClusterArgs.model_fields.keys()


@pytest.mark.parametrize("name", [name for name, impact in IMPACTS.items() if impact.effect in WORDS])
def test_what_hurts_is_told_where_the_argument_is_described(name):
    assert re.search(WORDS[IMPACTS[name].effect], str(MskClusterArgs.model_fields[name].description))


@pytest.mark.parametrize("name", [name for name, impact in IMPACTS.items() if impact.effect == "in place"])
def test_what_does_not_hurt_is_not_told_to(name):
    assert not re.search(
        r"replaces the cluster|restarts the brokers", str(MskClusterArgs.model_fields[name].description)
    )


def test_a_note_is_a_sentence():
    assert all(re.fullmatch(r"([A-Z].*\.)?", impact.note) for impact in IMPACTS.values())


@given(st.integers(1, 90), st.integers(1, 90))
def test_more_brokers_take_longer(few, more):
    assert rolling_minutes(few + more) == tuple(
        a + b for a, b in zip(rolling_minutes(few), rolling_minutes(more), strict=True)
    )


BEFORE = {
    "numberOfBrokerNodes": 3,
    "kafkaVersion": "3.8.x.kraft",
    "configurationInfo": {"revision": 1},
    "brokerNodeGroupInfo": {"instanceType": "kafka.m7g.large"},
    "enhancedMonitoring": "DEFAULT",
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, None),
        ({"enhancedMonitoring": "PER_BROKER", "numberOfBrokerNodes": 6}, None),
        (
            {"kafkaVersion": "3.9.x.kraft"},
            "a change of the Kafka version restarts the 3 brokers one by one, 5 to 15 minutes for each: 15 to 45 minutes "
            "in all",
        ),
        (
            {"kafkaVersion": "3.9.x.kraft", "configurationInfo": {"revision": 2}},
            "a change of the Kafka version with the configuration restarts the 3 brokers one by one, 5 to 15 minutes for "
            "each: 15 to 45 minutes in all",
        ),
        (
            {"configurationInfo": {"revision": 2}, "brokerNodeGroupInfo": {"instanceType": "kafka.m7g.xlarge"}},
            "a change of the size of the brokers and of the configuration restarts the 3 brokers one by one, each time 5 "
            "to 15 minutes for each: 30 to 90 minutes in all",
        ),
        ({"kafkaVersion": "3.9.x.kraft", "numberOfBrokerNodes": None}, None),
        (
            {"brokerNodeGroupInfo": None, "numberOfBrokerNodes": 3.0},
            "a change of the size of the brokers restarts the 3 brokers one by one, 5 to 15 minutes for each: 15 to 45 "
            "minutes in all",
        ),
    ],
)
def test_a_restart_is_told_with_its_time(changed, told):
    assert restarts(BEFORE, BEFORE | changed) == told


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, None),
        ({"storageMode": "TIERED"}, None),
        ({"kafkaVersion": "3.9.x.kraft", "configurationInfo": {"revision": 2}}, None),
        ({"storageMode": "TIERED", "enhancedMonitoring": "PER_BROKER"}, None),
        ({"storageMode": "TIERED", "numberOfBrokerNodes": 6}, "the disks and the number of brokers"),
        (
            {
                "clientAuthentication": {"sasl": {"iam": True}},
                "kafkaVersion": "3.9.x.kraft",
                "configurationInfo": {"revision": 2},
                "brokerNodeGroupInfo": {"instanceType": "kafka.m7g.xlarge"},
            },
            "the size of the brokers, the Kafka version with the configuration and the logins",
        ),
    ],
)
def test_several_changes_of_one_update_are_told_in_their_order(changed, what):
    told = several_at_once(BEFORE, BEFORE | changed)
    assert told == (
        what
        and f"this update changes {what}, one after the other, each when MSK is through with the one before, and where "
        "one fails those after it are not made; make them in updates of their own, or say "
        "acknowledged_changes=['several-at-once']"
    )


DOCUMENTED = re.compile(r"^\| `(\w+)` \| ([a-z ]+) \| ?(.*?) ?\|$", re.MULTILINE)


def test_the_documentation_tells_the_same():
    page = Path(__file__).parents[3].joinpath("docs", "changing-a-cluster.md").read_text("utf-8")
    assert DOCUMENTED.findall(page) == [(name, impact.effect, impact.note) for name, impact in IMPACTS.items()]
