"""Server properties that can be set, by type of broker."""

import pytest

from moorings.msk.server_properties import ARGUMENTS, SERVER_PROPERTIES, name_problem, value_problem


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("message.max.bytes", ("standard", "express")),
        ("num.io.threads", ("standard",)),
        ("max.connections.per.ip", ("express",)),
    ],
)
def test_a_property_can_be_set_on_its_types(name, types):
    assert tuple(kind for kind in ("standard", "express") if name_problem(name, kind) is None) == types


@pytest.mark.parametrize(
    ("name", "broker_type", "message"),
    [
        ("super.users", "standard", "is none of the properties that MSK lets a configuration set; remove it"),
        ("num.io.threads", "express", "is fixed by MSK on express brokers; remove it"),
        ("max.connections.per.ip", "standard", "is fixed by MSK on standard brokers; remove it"),
        *((name, "standard", f"has an argument of its own; say {ARGUMENTS[name]} instead") for name in ARGUMENTS),
    ],
)
def test_what_cannot_be_set(name, broker_type, message):
    assert name_problem(name, broker_type) == message


def test_every_argument_is_a_property():
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
def test_a_value_of_its_kind_fits(name, value):
    assert value_problem(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "compression.type",
            "brotli",
            "compression.type takes one of gzip, snappy, lz4, zstd, uncompressed, producer, not 'brotli'",
        ),
        (
            "log.cleaner.min.cleanable.ratio",
            "1.5",
            "log.cleaner.min.cleanable.ratio takes a number from 0 to 1, not '1.5'",
        ),
        (
            "log.cleaner.min.cleanable.ratio",
            "half",
            "log.cleaner.min.cleanable.ratio takes a number from 0 to 1, not 'half'",
        ),
        (
            "log.cleanup.policy",
            "shred",
            "log.cleanup.policy takes compact, delete, or both with a comma between, not 'shred'",
        ),
        ("delete.topic.enable", "yes", "delete.topic.enable takes one of true, false, not 'yes'"),
        (
            "log.retention.ms",
            "0",
            "log.retention.ms takes -1 for ever, or a whole number from 1 to 9223372036854775807, not '0'",
        ),
        (
            "log.retention.hours",
            "-2",
            "log.retention.hours takes -1 for ever, or a whole number from 1 to 2147483647, not '-2'",
        ),
        (
            "replica.lag.time.max.ms",
            "30001",
            "replica.lag.time.max.ms takes a whole number from 10000 to 30000, not '30001'",
        ),
        ("num.io.threads", "many", "num.io.threads takes a whole number from 1 to 2147483647, not 'many'"),
    ],
)
def test_another_value_does_not(name, value, message):
    assert value_problem(name, value) == message
