"""The settings of librdkafka, judged by librdkafka."""

import logging

import confluent_kafka
import confluent_kafka.admin
import pytest

from moorings.kafka.client_settings import Login

# Nobody listens there: what is judged is said before the first connection.
LOGINS = {
    "scram": Login("127.0.0.1:1", "scram", "orders", 'p"a\\s s='),
    "scram with a rack": Login("127.0.0.1:1", "scram", "orders", "pass", "euw1-az1"),
    "tls": Login("127.0.0.1:1", "tls"),
}


class Warnings(logging.Handler):
    """What librdkafka says of its configuration."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.said = []

    def emit(self, record):
        if "CONF" in record.getMessage():
            self.said.append(record.getMessage())


@pytest.fixture
def judge():
    """Make a client of the settings, and tell what librdkafka says of them."""
    warnings = Warnings()
    logger = logging.Logger("librdkafka", logging.DEBUG)
    logger.addHandler(warnings)

    def judged(client, settings):
        made = client({**settings, "log_level": 7}, logger=logger)
        made.poll(0)
        if hasattr(made, "close"):
            made.close()
        return warnings.said

    return judged


def consumer(settings, **more):
    return confluent_kafka.Consumer({**settings, "group.id": "orders"}, **more)


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
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
def test_a_client_takes_the_settings_of_its_role_without_a_warning(judge, login, role, client):
    assert judge(client, login.librdkafka(role)) == []


def test_it_warns_of_the_settings_of_the_other_role(judge):
    said = judge(consumer, LOGINS["tls"].librdkafka("producer"))
    assert any("enable.idempotence" in line and "will be ignored" in line for line in said)


def test_it_refuses_what_it_does_not_know(judge):
    with pytest.raises(confluent_kafka.KafkaException, match="No such configuration property"):
        judge(consumer, {**LOGINS["tls"].librdkafka(None), "sasl.module": "x"})


def test_a_consumer_may_choose_the_new_protocol(judge):
    assert judge(consumer, {**LOGINS["tls"].librdkafka("consumer"), "group.protocol": "consumer"}) == []
