"""Server properties that an MSK configuration can set."""

import pytest

from moorings.msk.server_properties import ARGUMENTS, SERVER_PROPERTIES, name_problem, value_problem


@pytest.mark.parametrize(
    ("name", "broker_types"),
    [
        ("message.max.bytes", ("standard", "express")),
        ("num.io.threads", ("standard",)),
        ("max.connections.per.ip", ("express",)),
    ],
)
def test_properties_can_be_set_on_their_broker_types(name, broker_types):
    supported = (broker_type for broker_type in ("standard", "express") if name_problem(name, broker_type) is None)
    assert tuple(supported) == broker_types


@pytest.mark.parametrize(
    ("name", "broker_type", "message"),
    [
        ("super.users", "standard", "is not supported by MSK configurations; remove it"),
        ("num.io.threads", "express", "cannot be changed on Express brokers; remove it"),
        ("max.connections.per.ip", "standard", "cannot be changed on Standard brokers; remove it"),
        *((name, "standard", f"has its own argument; use {ARGUMENTS[name]}") for name in ARGUMENTS),
    ],
)
def test_other_properties_are_rejected(name, broker_type, message):
    assert name_problem(name, broker_type) == f"{name} {message}"


def test_arguments_set_known_properties():
    assert ARGUMENTS.keys() <= SERVER_PROPERTIES.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("compression.type", "zstd"),
        ("log.cleaner.min.cleanable.ratio", "0.5"),
        ("log.cleanup.policy", "compact,delete"),
        ("delete.topic.enable", "true"),
        ("replica.lag.time.max.ms", "30000"),
        ("log.retention.ms", "-1"),
        ("log.retention.minutes", "1"),
        ("replica.selector.class", "org.example.Selector"),
    ],
)
def test_valid_values_are_accepted(name, value):
    assert value_problem(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "compression.type",
            "brotli",
            "compression.type must be one of gzip, snappy, lz4, zstd, uncompressed, producer, got 'brotli'",
        ),
        (
            "log.cleaner.min.cleanable.ratio",
            "1.5",
            "log.cleaner.min.cleanable.ratio must be a number between 0 and 1, got '1.5'",
        ),
        (
            "log.cleaner.min.cleanable.ratio",
            "half",
            "log.cleaner.min.cleanable.ratio must be a number between 0 and 1, got 'half'",
        ),
        (
            "log.cleanup.policy",
            "shred",
            "log.cleanup.policy must be compact, delete, or both separated by a comma, got 'shred'",
        ),
        ("delete.topic.enable", "yes", "delete.topic.enable must be one of true, false, got 'yes'"),
        (
            "log.retention.ms",
            "0",
            "log.retention.ms must be -1 (unlimited) or an integer between 1 and 9223372036854775807, got '0'",
        ),
        (
            "log.retention.hours",
            "-2",
            "log.retention.hours must be -1 (unlimited) or an integer between 1 and 2147483647, got '-2'",
        ),
        (
            "replica.lag.time.max.ms",
            "30001",
            "replica.lag.time.max.ms must be an integer between 10000 and 30000, got '30001'",
        ),
        ("num.io.threads", "many", "num.io.threads must be an integer between 1 and 2147483647, got 'many'"),
    ],
)
def test_invalid_values_are_rejected(name, value, message):
    assert value_problem(name, value) == message
