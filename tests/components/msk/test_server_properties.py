"""Tables of server properties."""

import pytest

from moorings.msk.server_properties import (
    ARGUMENTS,
    EXPRESS_READ_ONLY,
    MANAGED,
    SERVER_PROPERTIES,
    USUAL_MINIMUMS,
    describe_amount,
    is_known,
    number_in,
    similar_property,
)


def test_arguments_set_known_properties():
    assert ARGUMENTS.keys() <= SERVER_PROPERTIES.keys()


def test_known_properties_are_not_managed_by_msk():
    assert not SERVER_PROPERTIES.keys() & MANAGED
    assert not [name for name in EXPRESS_READ_ONLY if is_known(name, "express")]


@pytest.mark.parametrize("name", USUAL_MINIMUMS)
def test_usual_minimums_are_valid_values(name):
    minimum, unit, _ = USUAL_MINIMUMS[name]
    assert SERVER_PROPERTIES[name].is_valid(str(minimum))
    assert name.endswith((unit, "minutes"))


@pytest.mark.parametrize(
    ("name", "broker_type", "expected"),
    [
        ("message.max.bytes", "express", True),
        ("num.io.threads", "express", False),
        ("max.connections.per.ip", "standard", False),
        ("max.connections.per.ip", "express", True),
        ("group.share.max.size", "standard", False),
    ],
)
def test_known_properties_by_broker_type(name, broker_type, expected):
    assert is_known(name, broker_type) is expected


def test_similar_properties_are_those_of_the_broker_type():
    assert similar_property("num.io.thread", "standard") == "num.io.threads"
    assert similar_property("num.io.thread", "express") != "num.io.threads"
    assert similar_property("xyz", "standard") is None


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("compression.type", "zstd", True),
        ("compression.type", "brotli", False),
        ("log.cleaner.min.cleanable.ratio", "0.5", True),
        ("log.cleaner.min.cleanable.ratio", "1e-1", True),
        ("log.cleaner.min.cleanable.ratio", ".5", True),
        ("log.cleaner.min.cleanable.ratio", "1.5", False),
        ("log.cleaner.min.cleanable.ratio", "half", False),
        ("log.cleaner.min.cleanable.ratio", "nan", False),
        ("log.cleanup.policy", "compact,delete", True),
        ("log.cleanup.policy", "shred", False),
        ("delete.topic.enable", "true", True),
        ("delete.topic.enable", "yes", False),
        ("replica.lag.time.max.ms", "30000", True),
        ("replica.lag.time.max.ms", "30001", False),
        ("log.retention.ms", "-1", True),
        ("log.retention.ms", "0", False),
        ("log.retention.minutes", "1", True),
        ("log.retention.hours", "-2", True),  # Kafka reads all negative numbers as no limit
        ("log.retention.hours", "-2147483649", False),
        ("connections.max.idle.ms", "-1", True),
        ("connections.max.idle.ms", "101", True),
        ("connections.max.idle.ms", "100", False),
        ("max.connections.per.ip", "0", False),
        ("offsets.topic.replication.factor", "32768", False),
        ("delete.topic.enable", "TRUE", True),
        ("num.io.threads", "0", False),
        ("num.io.threads", "many", False),
        ("num.io.threads", "1_000", False),
        ("num.io.threads", " +8", True),
        ("replica.selector.class", "org.example.Selector", True),
        ("replica.selector.class", "org.example.Selector\nlisteners=x", False),
    ],
)
def test_values(name, value, valid):
    assert SERVER_PROPERTIES[name].is_valid(value) is valid


def test_numbers_of_properties_have_defaults():
    properties = {"num.io.threads": "16", "num.network.threads": "many"}
    assert number_in(properties, "num.io.threads", 8) == 16
    assert number_in(properties, "num.network.threads", 5) == 5
    assert number_in(properties, "num.replica.fetchers", 2) == 2


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (604_800, "ms", "604800 ms (10.1 min)"),
        (168, "ms", "168 ms"),
        (3_600_000, "ms", "3600000 ms (1 h)"),
        (1440, "minutes", "1440 minutes (1 d)"),
        (2048, "bytes", "2048 bytes (2 KiB)"),
    ],
)
def test_amounts_are_described_in_larger_units(value, unit, expected):
    assert describe_amount(value, unit) == expected
