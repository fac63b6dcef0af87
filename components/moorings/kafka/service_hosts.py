"""Host names of Kafka services, and what is known about their brokers."""

import re
from dataclasses import dataclass

from moorings.kafka.connection_rules import IAM_OUTSIDE_AWS, SERVICE_PORT
from moorings.kafka.security_protocols import SaslMechanism
from moorings.validation.rules import Violation


@dataclass(frozen=True)
class KafkaService:
    """A Kafka service other than MSK."""

    title: str
    host: re.Pattern[str]

    port: int | None
    """Port of all brokers. None if it varies."""


SERVICES = (
    # https://docs.confluent.io/cloud/current/client-apps/config-client.html
    KafkaService("Confluent Cloud", re.compile(r".+\.confluent\.cloud"), 9092),
    # https://learn.microsoft.com/azure/event-hubs/azure-event-hubs-apache-kafka-overview
    KafkaService("Azure Event Hubs", re.compile(r".+\.servicebus\.windows\.net"), 9093),
    # https://docs.redpanda.com/redpanda-cloud/
    KafkaService("Redpanda Cloud", re.compile(r".+\.cloud\.redpanda\.com"), None),
    # https://aiven.io/docs/products/kafka
    KafkaService("Aiven", re.compile(r".+\.aivencloud\.com"), None),
)


def check_service(mechanism: SaslMechanism | None, servers: str) -> str:
    """Return the bootstrap servers if none of them is a broker of a service with another port, or without IAM.

    Raises:
        Violation: for such a broker.

    """
    for server in servers.split(","):
        host, _, port = server.rpartition(":")
        service = next((service for service in SERVICES if service.host.fullmatch(host)), None)
        if service is None:
            continue
        if mechanism == "AWS_MSK_IAM":
            problem = f"{host!r} is a broker of {service.title}, but only MSK supports IAM"
            raise Violation(IAM_OUTSIDE_AWS, f"{problem}; set sasl_mechanism to one that the service supports")
        if service.port is not None and int(port) != service.port:
            raise Violation(SERVICE_PORT, f"{server!r} has another port than {service.title}; use {service.port}")
    return servers


def heroku_servers(url: str) -> str:
    """Return the bootstrap servers in a value of ``KAFKA_URL``, whose URLs are separated by commas.

    Raises:
        Violation: for a URL without TLS, or something else. The message does not contain it.

    """
    servers = [re.fullmatch(r"kafka\+ssl://([^\s/]+:[0-9]+)/?", part.strip()) for part in url.split(",")]
    if not all(servers):
        problem = "expected URLs that begin with kafka+ssl://, separated by commas; pass the value of KAFKA_URL"
        raise Violation(SERVICE_PORT, problem)
    return ",".join(server[1] for server in servers if server)
