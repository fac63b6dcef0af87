"""How an application in a container is told of its Kafka cluster."""

from dataclasses import dataclass
from typing import Literal

import pulumi

from moorings.ecs.secrets import EcsSecretReference
from moorings.kafka.connection import KafkaConnection

KafkaSettings = Literal["environment", "spring", "none"]

PASSWORD = "KAFKA_SASL_PASSWORD"  # noqa: S105 - a name
JAAS = "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"


@dataclass(frozen=True)
class KafkaClient:
    """Variables of a client."""

    plain: pulumi.Input[dict[str, str]]
    """Those that anybody may read."""

    composed: dict[str, pulumi.Input[str]]
    """Those that the component keeps in a secret of its own, so that a changed password is a deployment."""

    references: dict[str, EcsSecretReference]
    """Those that are read from the cluster's secret."""

    @classmethod
    def of(cls, kafka: KafkaConnection | None, settings: KafkaSettings) -> "KafkaClient":
        """The variables for a connection, in the words of the client."""
        if kafka is None or settings == "none":
            return cls({}, {}, {})
        if settings == "spring":
            composed: dict[str, pulumi.Input[str]] = {}
            if kafka.listener == "scram":
                composed[JAAS] = kafka.spring_environment().apply(lambda settings: settings[JAAS])
            return cls(kafka.spring_environment(credentials=False), composed, {})
        return cls(
            kafka.environment(credentials=False),
            {PASSWORD: kafka.password} if kafka.password is not None else {},
            cls.references_of(kafka, settings),
        )

    @staticmethod
    def references_of(kafka: KafkaConnection | None, settings: KafkaSettings) -> dict[str, EcsSecretReference]:
        """The password, where only the cluster's secret holds it."""
        if kafka is None or settings != "environment" or kafka.secret_arn is None or kafka.password is not None:
            return {}
        return {
            PASSWORD: EcsSecretReference(
                secret_arn=kafka.secret_arn, json_key="password", kms_key_arn=kafka.kms_key_arn
            )
        }


def broker_port(bootstrap_servers: str) -> int:
    """Return the port of the brokers.

    Raises:
        ValueError: for brokers on several ports, which one security group rule cannot name.

    """
    ports = sorted({int(server.rpartition(":")[2]) for server in bootstrap_servers.split(",")})
    if len(ports) > 1:
        raise ValueError(
            f"bootstrap_servers have the ports {', '.join(map(str, ports))}; list the brokers of one listener, which "
            "has one port"
        )
    return ports[0]
