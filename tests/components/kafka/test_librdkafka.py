"""Settings of librdkafka, validated by librdkafka itself."""

import logging

import confluent_kafka
import confluent_kafka.admin
import pytest

from moorings.kafka.client_settings import ClientSettings

# No broker listens on this address: librdkafka validates the settings before it connects.
CONNECTIONS = {
    "scram": ClientSettings("127.0.0.1:1", "SASL_SSL", "SCRAM-SHA-512", "orders", 'p"a\\s s='),
    "scram with a rack": ClientSettings("127.0.0.1:1", "SASL_SSL", "SCRAM-SHA-512", "orders", "pass", "euw1-az1"),
    "tls": ClientSettings("127.0.0.1:1", "SSL"),
}


class Warnings(logging.Handler):
    """Collects librdkafka's warnings about its configuration."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.messages = []

    def emit(self, record):
        if "CONF" in record.getMessage():
            self.messages.append(record.getMessage())


@pytest.fixture
def configuration_warnings():
    """Create a client with the settings and return librdkafka's warnings."""
    warnings = Warnings()
    logger = logging.Logger("librdkafka", logging.DEBUG)
    logger.addHandler(warnings)

    def create(client_class, settings):
        client = client_class({**settings, "log_level": 7}, logger=logger)
        client.poll(0)
        if hasattr(client, "close"):
            client.close()
        return warnings.messages

    return create


def consumer(settings, **options):
    return confluent_kafka.Consumer({**settings, "group.id": "orders"}, **options)


@pytest.mark.parametrize("settings", CONNECTIONS.values(), ids=CONNECTIONS)
@pytest.mark.parametrize(
    ("role", "client"),
    [
        ("producer", confluent_kafka.Producer),
        ("consumer", consumer),
        (None, confluent_kafka.Producer),
        (None, consumer),
        (None, confluent_kafka.admin.AdminClient),
    ],
)
def test_settings_of_a_role_cause_no_warning(configuration_warnings, settings, role, client):
    assert configuration_warnings(client, settings.librdkafka(role)) == []


def test_settings_of_another_role_cause_a_warning(configuration_warnings):
    warnings = configuration_warnings(consumer, CONNECTIONS["tls"].librdkafka("producer"))
    assert any("enable.idempotence" in line and "will be ignored" in line for line in warnings)


def test_librdkafka_rejects_unknown_settings(configuration_warnings):
    with pytest.raises(confluent_kafka.KafkaException, match="No such configuration property"):
        configuration_warnings(consumer, {**CONNECTIONS["tls"].librdkafka(None), "sasl.module": "x"})


def test_settings_are_compatible_with_the_consumer_group_protocol(configuration_warnings):
    assert (
        configuration_warnings(consumer, {**CONNECTIONS["tls"].librdkafka("consumer"), "group.protocol": "consumer"})
        == []
    )
