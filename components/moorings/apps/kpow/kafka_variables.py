"""Environment variables with which kPow connects to a Kafka cluster, and the files that they refer to.

kPow passes each variable to Kafka's Java client as the setting of this name.

Source: https://docs.kpow.io/config/kafka-cluster
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import pulumi

from moorings.kafka.connection import KafkaConnection
from moorings.kafka.connection_files import FILES_DIRECTORY
from moorings.kafka.oauth_settings import ALLOWED_URLS
from moorings.validation.inputs import as_output, gather

_BOOTSTRAP = "bootstrap.servers"
"""The only setting whose variable has another name."""


def files_directory(suffix: str) -> str:
    """Return the directory with the certificates of a cluster, from the suffix of its variables."""
    return f"{FILES_DIRECTORY}{suffix.replace('_', '-')}"


def certificate_files(connections: Mapping[str, KafkaConnection]) -> dict[str, pulumi.Output[str]]:
    """Return the content of the certificates by path, from the connections by suffix."""
    return {
        path: content
        for suffix, kafka in connections.items()
        for path, content in kafka.files(files_directory(suffix)).items()
    }


def kafka_variables(
    kafka: KafkaConnection, bootstrap_servers: Any, suffix: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the plain and the secret variables of a connection, without suffix.

    Args:
        kafka: the connection. Without its password, the JAAS configuration is omitted.
        bootstrap_servers: its bootstrap servers.
        suffix: suffix of the variables, which is part of the paths of files.

    """
    files = files_directory(suffix)
    # With files, settings without credentials are known before the values of the connection, except for URLs.
    public = kafka.placeholders(credentials=False).java(None, files)
    plain: dict[str, Any] = {_variable(name): value for name, value in public.items() if name != _BOOTSTRAP}
    plain["BOOTSTRAP"] = bootstrap_servers
    if kafka.oauth is not None:
        plain["SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL"] = kafka.oauth.token_endpoint_url
    secret = [name for name in kafka.placeholders(credentials=True).java(None, files) if name not in public]
    if not secret or (kafka.uses_password and kafka.password is None):
        return plain, {}
    settings = kafka.java(files=files)
    return plain, {_variable(name): settings.apply(itemgetter(name)) for name in secret}


def java_options(options: Iterable[str], connections: Iterable[KafkaConnection]) -> pulumi.Input[str] | None:
    """Return the Java options, also those that allow the token endpoints of connections. None if there are none."""
    given = list(options)
    urls = [as_output(kafka.oauth.token_endpoint_url) for kafka in connections if kafka.oauth is not None]
    if not urls or any(option.startswith(f"-D{ALLOWED_URLS}=") for option in given):
        return " ".join(given) or None

    def render(known: list[str]) -> str:
        return " ".join([*given, f"-D{ALLOWED_URLS}={','.join(dict.fromkeys(known))}"])

    return gather(*urls).apply(render)


def _variable(name: str) -> str:
    return name.upper().replace(".", "_")
