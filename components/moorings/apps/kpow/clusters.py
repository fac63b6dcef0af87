"""Clusters as kPow takes them, on whatever platform it runs."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.inputs import Input, SecretInput

_URL = re.compile(r"https?://[^\s/:@]+(?::[0-9]{1,5})?(?:/\S*)?")


def _without_login(url: str) -> str:
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise ValueError("the address holds a user or a password; give username and password instead")
    if not _URL.fullmatch(url):
        raise ValueError(f"{url!r} is no address, such as https://registry.example:8081")
    return url


HttpUrl = Annotated[str, AfterValidator(_without_login)]
"""An address without a user or a password in it."""


class KpowEndpoint(Args):
    """A schema registry, or a Kafka Connect cluster, that belongs to a Kafka cluster.

    Sources: https://docs.kpow.io/config/schema-registry and https://docs.kpow.io/config/kafka-connect
    """

    url: Input[HttpUrl]
    """Where its API is. Port 443 is always reached; another one wants a rule in ``egress``."""

    display_name: Input[str] | None = None
    """What users see it called."""

    username: Input[Annotated[str, Field(min_length=1)]] | None = None
    """User of basic authentication. None by default."""

    password: SecretInput[Annotated[str, Field(min_length=1)]] | None = None
    """Password of the user."""

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together; give both or none")
        return self


class KpowCluster(Args):
    """A further Kafka cluster that kPow shows, and what belongs to it."""

    kafka: KafkaConnection
    """Way into the cluster: as a SCRAM user, or with IAM."""

    environment_name: Input[Annotated[str, Field(min_length=1)]] | None = None
    """What users see it called. Its name in ``additional_clusters`` by default."""

    schema_registry: KpowEndpoint | None = None
    """Schema registry of the cluster. None by default."""

    connect: KpowEndpoint | None = None
    """Kafka Connect cluster of the cluster. None by default."""

    @model_validator(mode="after")
    def _kpow_can_log_in(self) -> Self:
        can_log_in(self.kafka)
        return self


def can_log_in(kafka: KafkaConnection) -> None:
    """Check that kPow has what it logs in with.

    Raises:
        ValueError: if not.

    """
    if kafka.listener == "tls":
        raise ValueError("kPow would need a key store for the tls listener; connect as a SCRAM user, or with iam")
    if kafka.listener == "scram" and kafka.password is None:
        raise ValueError(
            "kPow logs in with a JAAS line made of the password, which no platform composes from secret_arn; give "
            "a connection with the password"
        )
    if kafka.listener == "iam" and kafka.cluster_arn is None:
        raise ValueError("kPow's IAM policy names the cluster; give a connection with the cluster_arn")
