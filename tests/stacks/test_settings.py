"""What the stacks are told."""

import json
import os

import pytest

from moorings import InvalidInput
from settings import KafkaSettings, Settings

GIVEN = {
    "moorings:vpcId": "vpc-0d1c7a52e8b94f360",
    "moorings:subnetIds": '["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]',
    "moorings:kafkaVersion": "3.9",
    "moorings:users": '["orders"]',
}


@pytest.fixture
def read(deploy):
    """Read the settings of a stack with the given config."""

    def settings(**changed):
        found = []
        config = {key: value for key, value in (GIVEN | changed).items() if value is not None}
        deploy(lambda: found.append(KafkaSettings.read()), config={"aws:region": "eu-west-1", **config})
        return found[0]

    return settings


def test_text_is_text_and_the_rest_is_json(read):
    settings = read(**{"moorings:brokersPerZone": "2", "moorings:protect": "false"})
    assert settings.kafka_version == "3.9"
    assert settings.subnet_ids == ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
    assert (settings.brokers_per_zone, settings.protect) == (2, False)


def test_text_that_may_be_missing_is_text_too(deploy):
    class NamedSettings(Settings):
        name: str | None = None

    found = []
    deploy(lambda: found.append(NamedSettings.read().name), config={"moorings:name": "2"})
    deploy(lambda: found.append(NamedSettings.read().name))
    assert found == ["2", None]


def test_settings_of_the_real_engine_are_read(read, monkeypatch):
    monkeypatch.setitem(os.environ, "PULUMI_CONFIG", json.dumps({"moorings:brokersPerZone": "3"}))
    assert read().brokers_per_zone == 3


def refused(read, **changed):
    with pytest.raises(InvalidInput) as error:
        read(**changed)
    return str(error.value).splitlines()


def test_all_missing_keys_are_named_in_one_message(read):
    assert refused(read, **dict.fromkeys(GIVEN)) == [
        "moorings.vpcId: this argument is required",
        "moorings.subnetIds: this argument is required",
        "moorings.kafkaVersion: this argument is required",
        "moorings.users: this argument is required",
    ]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("moorings:brokers", "3", "moorings.brokers: there is no such argument"),
        (
            "moorings:volumeGib",
            "big",
            "moorings.volumeGib: Input should be a valid integer, unable to parse string as an integer",
        ),
        ("moorings:users", "orders", "moorings.users: Input should be a valid list"),
        (
            "moorings:users",
            '["iam", "orders"]',
            "moorings.users: iam stands for a listener among the exported connections; rename the user",
        ),
    ],
)
def test_what_is_refused_is_named(read, key, value, message):
    assert refused(read, **{key: value}) == [message]
