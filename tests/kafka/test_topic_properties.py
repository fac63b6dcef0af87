"""Compares the table of topic properties with brokers of the versions in `VERSION_PARAMETERS`."""

import pytest
from confluent_kafka.admin import ConfigResource, NewTopic
from property_validation import VERSION_PARAMETERS

from moorings import KafkaTopic
from moorings.kafka.topic_properties import MSK_PROPERTIES, TOPIC_PROPERTIES, invalid_value, unsupported_property

VALUES = [
    *("-9223372036854775809", "-9223372036854775808", "-9223372036854775807", "-2147483649", "-2147483648"),
    *("-131073", "-131072", "-3", "-2", "-1", "0", "1", "3", "4", "9", "10", "13", "14", "17", "18", "22", "23"),
    *("1048575", "1048576", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808"),
    *("0.0", "0.5", "1.0", "1.01", "-0.1", ".5", "5.", "1e0", "1e-3", "0x10", "1_000", "+1", "01", "1d", "0.5f"),
    *("", " ", " 1", "1 ", "true", "false", "TRUE", "True ", "yes", "none", "gzip", "snappy", "lz4", "zstd", "ZSTD"),
    *("uncompressed", "producer", " producer", "compact", "delete", "compact,delete", "delete, compact", "delete,"),
    *("compact,compact", "Delete", "CreateTime", "LogAppendTime", "createtime", "text", "*", "1:1", "1:1,2:2", "1:"),
    *("1:1, 2:2", ":1", "a:b", "1:1,", "0.10.2", "0.12.0", "1.1.1", "2.8-IV1", "3.5", "3.6.1", "5.0"),
]
"""Values around the limits of the properties, and other spellings of valid ones."""

NAMES = sorted(TOPIC_PROPERTIES.keys() - MSK_PROPERTIES)
CASES = [(name, value) for name in NAMES for value in VALUES]
TIERED = {("remote.storage.enable", value) for value in ("true", "TRUE", "True ")}
"""Cases that require tiered storage, which is disabled in these brokers."""

for_all_versions = pytest.mark.parametrize("broker", VERSION_PARAMETERS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def errors(broker):
    """The error of the broker for each case, or None if it accepts a topic with the property."""
    topics = [NewTopic(f"case-{number}", 1, 1, config=dict([case])) for number, case in enumerate(CASES)]
    futures = broker.admin.create_topics(topics, validate_only=True, request_timeout=60)
    exceptions = [futures[topic.topic].exception() for topic in topics]
    return {case: error and error.args[0].str() for case, error in zip(CASES, exceptions, strict=True)}


@pytest.fixture(scope="module")
def defaults(broker):
    """The default value of each topic property on the broker."""
    broker.admin.create_topics([NewTopic("defaults", 1, 1)])["defaults"].result()
    (future,) = broker.admin.describe_configs([ConfigResource("topic", "defaults")]).values()
    return {name: entry.value for name, entry in future.result().items()}


def minor_version(broker):
    return tuple(int(number) for number in broker.version.split(".")[:2])


def problem(broker, name, value):
    return unsupported_property(name, minor_version(broker)) or invalid_value(name, value, minor_version(broker))


@for_all_versions
@pytest.mark.parametrize("name", NAMES)
def test_the_table_accepts_the_values_that_brokers_accept(name, broker, errors):
    accepted = {value for value in VALUES if problem(broker, name, value) is None}
    valid = {value for value in VALUES if errors[name, value] is None or (name, value) in TIERED}
    assert accepted == valid


@for_all_versions
def test_tiered_storage_is_rejected_because_it_is_disabled(broker, errors):
    assert all("Tiered Storage functionality is disabled in the broker" in errors[case] for case in TIERED)


@for_all_versions
def test_the_table_has_the_properties_of_the_broker(broker, defaults):
    supported = {name for name in NAMES if unsupported_property(name, minor_version(broker)) is None}
    assert defaults.keys() == supported


@for_all_versions
def test_kafka_does_not_have_the_properties_of_msk(broker, defaults):
    assert not MSK_PROPERTIES & defaults.keys()


@for_all_versions
def test_defaults_are_valid(broker, defaults):
    assert [problem(broker, name, value) for name, value in defaults.items()] == [None] * len(defaults)


@for_all_versions
def test_stated_defaults_are_those_of_the_broker(broker, defaults):
    (policy,) = KafkaTopic(name="orders", partitions=3).cleanup_policies
    assert defaults["cleanup.policy"] == policy
