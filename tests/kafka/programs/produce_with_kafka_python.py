"""Produces a record with kafka-python: reads the topic and the settings as JSON, and prints ``allowed`` or the errors.

It runs in a process of its own because ``stacks/kafka.py`` hides the library's module in the tests.
"""

import json
import logging
import re
import sys

from kafka import KafkaProducer
from kafka.errors import KafkaError

REASONS = re.compile("SaslAuthenticationFailedError.*|.*CERTIFICATE_VERIFY_FAILED.*")
errors = []


class Errors(logging.Handler):
    """Collects the reasons of failed connections, which the raised error does not contain."""

    def emit(self, record):
        errors.extend(REASONS.findall(record.getMessage()))


logging.getLogger("kafka").addHandler(Errors(logging.INFO))
logging.getLogger("kafka").setLevel(logging.INFO)
topic, settings = json.load(sys.stdin)
try:
    producer = KafkaProducer(**settings)
    producer.send(topic, b"kafka-python").get(timeout=20)
except KafkaError as error:
    sys.stdout.write("; ".join([*dict.fromkeys(errors), str(error)]))
else:
    sys.stdout.write("allowed")
