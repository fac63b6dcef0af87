"""Produces a record with kafka-python: reads the topic and the settings as JSON, and prints ``allowed`` or the errors.

It runs in a process of its own because ``stacks/kafka.py`` hides the library's module in the tests.
"""

import json
import logging
import os
import re
import sys

from kafka import KafkaProducer
from kafka.errors import KafkaError
from kafka.net.sasl.oauth import AbstractTokenProvider

REASONS = re.compile(
    "SaslAuthenticationFailedError.*|.*CERTIFICATE_VERIFY_FAILED.*|KafkaConnectionError: socket disconnected"
)
"""kafka-python loses the broker's answer when the broker closes the connection at the same moment."""


class Reasons(logging.Handler):
    """Ends the program with the reason of a refused connection, which kafka-python logs, and then tries again."""

    def emit(self, record):
        if reasons := REASONS.findall(record.getMessage()):
            sys.stdout.write(reasons[0])
            sys.stdout.flush()
            os._exit(0)


logging.getLogger("kafka").addHandler(Reasons(logging.INFO))
logging.getLogger("kafka").setLevel(logging.INFO)
topic, settings = json.load(sys.stdin)


class TokenProvider(AbstractTokenProvider):
    """Returns the token in the environment, as an application registers a provider."""

    def token(self):
        """Return the token."""
        return os.environ["TOKEN"]


if settings.get("sasl_mechanism") == "OAUTHBEARER":
    settings["sasl_oauth_token_provider"] = TokenProvider()
try:
    producer = KafkaProducer(**settings)
    producer.send(topic, b"kafka-python").get(timeout=20)
except KafkaError as error:
    sys.stdout.write(str(error))
else:
    sys.stdout.write("allowed")
