"""Kafka clusters of kPow, each with its schema registry and Kafka Connect cluster."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.inputs import Input, SecretInput

PRIMARY = "kafka"
"""Name of the primary cluster, which stores kPow's internal topics."""

RESTART = Change("new task", "On Kubernetes the pod is recreated.")

_URL = re.compile(r"https?://[^\s/:@]+(?::[0-9]{1,5})?(?:/\S*)?")


def _validate_url(url: str) -> str:
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise ValueError("must not contain a user name or password; use username and password")
    if not _URL.fullmatch(url):
        raise ValueError(f"must be a URL such as https://registry.example:8081, got {url!r}")
    return url


def _validate_authentication(kafka: KafkaConnection) -> KafkaConnection:
    if kafka.listener == "tls":
        raise ValueError("kPow needs a key store for the tls listener; connect with scram or iam")
    if kafka.listener == "scram" and kafka.password is None:
        raise ValueError("kPow needs the password for its JAAS configuration; use a connection with the password")
    if kafka.listener == "iam" and kafka.cluster_arn is None:
        raise ValueError("kPow's IAM policy needs the cluster ARN; use a connection with cluster_arn")
    return kafka


HttpUrl = Annotated[str, AfterValidator(_validate_url)]
"""URL without credentials."""


class KpowEndpoint(Args):
    """REST API of a schema registry or of a Kafka Connect cluster.

    Sources: https://docs.kpow.io/config/schema-registry and https://docs.kpow.io/config/kafka-connect
    """

    url: Input[HttpUrl]
    """URL of the REST API. On Fargate, ports other than 443 require a rule in ``egress``."""

    display_name: Input[str] | None = None
    """Name in kPow's user interface."""

    username: Input[Annotated[str, Field(min_length=1)]] | None = None
    """User name for basic authentication. None by default."""

    password: SecretInput[Annotated[str, Field(min_length=1)]] | None = None
    """Password for basic authentication."""

    @model_validator(mode="after")
    def _validate_credentials(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username, password: set both or none")
        return self


class KpowCluster(Args):
    """Kafka cluster in kPow."""

    kafka: Annotated[KafkaConnection, AfterValidator(_validate_authentication), RESTART]
    """Connection to the cluster, as a SCRAM user with its password or with IAM."""

    environment_name: Annotated[Input[Annotated[str, Field(min_length=1)]] | None, RESTART] = None
    """Name of the cluster in kPow's user interface. Defaults to its name in ``additional_clusters``, and for the
    primary cluster to the name of the component."""

    schema_registry: Annotated[KpowEndpoint | None, RESTART] = None
    """Schema registry of the cluster. None by default."""

    kafka_connect: Annotated[KpowEndpoint | None, RESTART] = None
    """Kafka Connect cluster that belongs to the cluster. None by default."""
