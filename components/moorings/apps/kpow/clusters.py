"""Kafka clusters of kPow, each with its schema registry and Kafka Connect cluster."""

from typing import Annotated, Any

from pydantic import Field

from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import matches

PRIMARY = "kafka"
"""Name of the primary cluster, which stores kPow's internal topics."""

RESTART = Change("new task", "On Kubernetes the pod is recreated.")

HttpUrl = Annotated[
    str,
    matches("a URL", r"https?://(?:[^\s/@]+@)?[^\s/:@]+(?::[0-9]{1,5})?(?:/\S*)?", "https://registry.example:8081"),
]
"""A URL with the scheme ``http`` or ``https``."""


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

    @property
    def plaintext_url(self) -> Any:
        """The URL, or ``MARKED_SECRET`` for one that is marked as a secret."""
        return unless_secret(self.url)

    @property
    def credentials(self) -> dict[str, bool]:
        """Whether each part of the credentials is set."""
        return {"username": self.username is not None, "password": self.password is not None}


class KpowCluster(Args):
    """Kafka cluster in kPow."""

    kafka: Annotated[KafkaConnection, RESTART]
    """Connection to the cluster, with any authentication method. ``KpowOnKubernetes`` mounts its certificates. On
    Fargate, and on the ``tls`` listener without certificates in the connection, set ``SSL_KEYSTORE_LOCATION`` and the
    related variables in ``environment`` and ``secret_environment``."""

    environment_name: Annotated[Input[Annotated[str, Field(min_length=1)]] | None, RESTART] = None
    """Name of the cluster in kPow's user interface. Defaults to its name in ``additional_clusters``, and for the
    primary cluster to the name of the component."""

    schema_registry: Annotated[KpowEndpoint | None, RESTART] = None
    """Schema registry of the cluster. None by default."""

    kafka_connect: Annotated[KpowEndpoint | None, RESTART] = None
    """Kafka Connect cluster that belongs to the cluster. None by default."""
