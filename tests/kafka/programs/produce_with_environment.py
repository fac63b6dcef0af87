"""Produces a record to the topic in the argument, with the settings in the environment variables ``KAFKA_...``.

Their names are those of librdkafka's settings, except for the prefix of topics.
"""

import os
import sys

from confluent_kafka import Producer

PREFIX = "KAFKA_"
settings = {
    name.removeprefix(PREFIX).lower().replace("_", "."): value
    for name, value in os.environ.items()
    if name.startswith(PREFIX) and name != "KAFKA_PREFIX"
}
if "SSL_CERT_FILE" in os.environ:
    settings["ssl.ca.location"] = os.environ["SSL_CERT_FILE"]
results = []
producer = Producer({**settings, "log_level": 2})
producer.produce(sys.argv[1], b"environment", on_delivery=lambda error, _: results.append(str(error or "allowed")))
producer.flush(20)
sys.stdout.write("".join(results))
