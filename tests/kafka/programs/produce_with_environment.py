"""Produces a record to the topic in the argument, with the settings in the environment variables ``KAFKA_...``."""

import os
import sys

from confluent_kafka import Producer

VARIABLES = {
    "KAFKA_BOOTSTRAP_SERVERS": "bootstrap.servers",
    "KAFKA_SECURITY_PROTOCOL": "security.protocol",
    "KAFKA_SASL_MECHANISM": "sasl.mechanism",
    "KAFKA_SASL_USERNAME": "sasl.username",
    "KAFKA_SASL_PASSWORD": "sasl.password",
    "SSL_CERT_FILE": "ssl.ca.location",
}
results = []
producer = Producer({setting: os.environ[name] for name, setting in VARIABLES.items()})
producer.produce(sys.argv[1], b"environment", on_delivery=lambda error, _: results.append(str(error or "allowed")))
producer.flush(20)
sys.stdout.write("".join(results))
