"""Settings of the stacks."""

import json
import os
import re

import pytest

from moorings import InvalidInput
from settings import KafkaSettings, Settings


def text(error):
    """Return the message without locations and rules."""
    return "\n".join(re.sub(r"^\S+:\d+: | \[[a-z-]+\]$", "", line) for line in str(error.value).splitlines())


CONFIG = {
    "moorings:vpcId": "vpc-0d1c7a52e8b94f360",
    "moorings:subnetIds": '["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]',
    "moorings:kafkaVersion": "3.9",
    "moorings:users": '["orders"]',
}


@pytest.fixture
def read(deploy):
    """Returns a function that reads the settings of a stack with a given configuration."""

    def settings(**changed):
        results = []
        config = {key: value for key, value in (CONFIG | changed).items() if value is not None}
        deploy(lambda: results.append(KafkaSettings.read()), config={"aws:region": "eu-west-1", **config})
        return results[0]

    return settings


def test_strings_are_unchanged_and_other_values_are_json(read):
    settings = read(**{"moorings:brokersPerZone": "2", "moorings:protect": "false"})
    assert settings.kafka_version == "3.9"
    assert settings.subnet_ids == ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
    assert (settings.brokers_per_zone, settings.protect) == (2, False)


def test_optional_strings_are_unchanged(deploy):
    class NamedSettings(Settings):
        name: str | None = None

    names = []
    deploy(lambda: names.append(NamedSettings.read().name), config={"moorings:name": "2"})
    deploy(lambda: names.append(NamedSettings.read().name))
    assert names == ["2", None]


def test_configuration_of_a_real_engine_is_read(read, monkeypatch):
    monkeypatch.setitem(os.environ, "PULUMI_CONFIG", json.dumps({"moorings:brokersPerZone": "3"}))
    assert read().brokers_per_zone == 3


def messages(read, **changed):
    with pytest.raises(InvalidInput) as error:
        read(**changed)
    return text(error).splitlines()


def test_all_missing_keys_are_reported_at_once(read):
    assert messages(read, **dict.fromkeys(CONFIG)) == [
        "moorings: vpcId: this argument is required",
        "moorings: subnetIds: this argument is required",
        "moorings: kafkaVersion: this argument is required",
        "moorings: users: this argument is required",
    ]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("moorings:brokers", "3", "moorings: brokers: unknown argument; remove it"),
        (
            "moorings:volumeGib",
            "big",
            "moorings: volumeGib: must be a whole number",
        ),
        ("moorings:users", "orders", "moorings: users: must be a list"),
        (
            "moorings:users",
            '["iam", "orders"]',
            "moorings: users: iam: reserved for the connection of a listener; rename the user",
        ),
    ],
)
def test_invalid_values_are_rejected(read, key, value, message):
    assert messages(read, **{key: value}) == [message]
