"""What kPow is told, and what it needs to run: the same on every platform. Plain functions and data.

A value may be anything, also one that is yet to be resolved: it is handed on and never looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from moorings.apps.kpow.acls import KpowAction
from moorings.kafka.java_client import IAM_CALLBACK_HANDLER, IAM_JAAS_CONFIG
from moorings.kafka.listeners import LISTENERS, ListenerKind

PORT = 3000
"""Port of the user interface, of its web sockets and of the health checks."""

USER = "1001:1001"
"""The user of the vendor's images, ``factorhouse``."""

LIVE, UP = "/healthy", "/up"
"""Paths that need no login. The first answers 200, or 503 once the streams have failed: whoever asks restarts kPow. The
second answers 200 as soon as there is an HTTP server: whoever asks sends users.

Source: https://docs.kpow.io/installation/deployment-notes
"""

OFFSETS = ("/offsets", "/offsets/*")
"""Where consumers' offsets are served without a login, beside ``/metrics``.

Source: https://docs.kpow.io/features/prometheus
"""

StreamsErrorStrategy = Literal["LOG_EXCEPTION", "LOG_AND_EXIT"]
Marketplace = Literal["hourly", "annual"]
LicenseKey = Literal["LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE", "LICENSE_CREDITS"]
LICENSE_KEYS: tuple[LicenseKey, ...] = (
    "LICENSE_ID",
    "LICENSE_CODE",
    "LICENSEE",
    "LICENSE_EXPIRY",
    "LICENSE_SIGNATURE",
)
"""What every license consists of; ``LICENSE_CREDITS`` is in some."""

REPLICATION_FACTOR, NUM_PARTITIONS = 3, 12
"""Of kPow's own topics, as the vendor sets them.

Source: https://docs.kpow.io/installation/minimum-acl-permissions
"""


@dataclass(frozen=True)
class Endpoint:
    """A schema registry or a Connect cluster."""

    url: Any
    name: Any = None
    username: Any = None
    password: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class Cluster:
    """A Kafka cluster, and what belongs to it."""

    bootstrap_servers: Any
    listener: ListenerKind
    jaas: Any = field(default=None, repr=False)
    environment_name: Any = None
    schema_registry: Endpoint | None = None
    connect: Endpoint | None = None


@dataclass(frozen=True)
class Application:
    """What kPow is told beside its clusters."""

    replication_factor: Any = str(REPLICATION_FACTOR)
    num_partitions: int = NUM_PARTITIONS
    streams_error_strategy: StreamsErrorStrategy = "LOG_EXCEPTION"
    allow: Sequence[KpowAction] = ()
    auth_provider: str | None = None
    rbac_configuration_file: str | None = None
    data_policy_configuration_file: str | None = None
    https: bool = False
    prometheus: bool = False
    behind_proxy: bool = False
    java_options: Sequence[str] = ()


@dataclass(frozen=True)
class Variables:
    """Environment variables: those that anybody may read, and those that nobody may."""

    plain: Mapping[str, Any]
    secret: Mapping[str, Any] = field(repr=False)


def variables(clusters: Sequence[Cluster], application: Application) -> Variables:
    """All of kPow's environment variables but its license, sorted by name.

    The first cluster's have no suffix, the second's end with ``_2``, and so on. The first one holds kPow's own topics.

    Sources: https://docs.kpow.io/config/multi-cluster and https://docs.kpow.io/config/environment-variables
    """
    plain, secret = _application(application), dict[str, Any]()
    for number, cluster in enumerate(clusters, 1):
        suffix = f"_{number}" if number > 1 else ""
        more, hidden = _cluster(cluster)
        plain |= {f"{name}{suffix}": value for name, value in more.items()}
        secret |= {f"{name}{suffix}": value for name, value in hidden.items()}
    return Variables(_sorted(plain), _sorted(secret))


def _application(application: Application) -> dict[str, Any]:
    return {
        "REPLICATION_FACTOR": application.replication_factor,
        "NUM_PARTITIONS": str(application.num_partitions),
        "STREAMS_ERROR_STRATEGY": application.streams_error_strategy,
        "AUTH_PROVIDER_TYPE": application.auth_provider,
        "RBAC_CONFIGURATION_FILE": application.rbac_configuration_file,
        "DATA_POLICY_CONFIGURATION_FILE": application.data_policy_configuration_file,
        "ENABLE_HTTPS": "true" if application.https else None,
        "PROMETHEUS_EGRESS": "true" if application.prometheus else None,
        "HTTP_FORWARDED": "true" if application.behind_proxy else None,
        "JAVA_TOOL_OPTIONS": " ".join(application.java_options) or None,
        "LOG_FORMAT": "json",
        "ALLOW_UI_ANALYTICS": "false",
        **{f"ALLOW_{action}": "true" for action in application.allow},
    }


def _cluster(cluster: Cluster) -> tuple[dict[str, Any], dict[str, Any]]:
    listener, iam = LISTENERS[cluster.listener], cluster.listener == "iam"
    registry, connect = cluster.schema_registry or Endpoint(None), cluster.connect or Endpoint(None)
    plain = {
        "ENVIRONMENT_NAME": cluster.environment_name,
        "BOOTSTRAP": cluster.bootstrap_servers,
        "SECURITY_PROTOCOL": listener.security_protocol,
        "SASL_MECHANISM": listener.sasl_mechanism,
        "SASL_JAAS_CONFIG": IAM_JAAS_CONFIG if iam else None,
        "SASL_CLIENT_CALLBACK_HANDLER_CLASS": IAM_CALLBACK_HANDLER if iam else None,
        "SCHEMA_REGISTRY_URL": registry.url,
        "SCHEMA_REGISTRY_NAME": registry.name,
        "SCHEMA_REGISTRY_AUTH": "USER_INFO" if registry.username is not None else None,
        "SCHEMA_REGISTRY_USER": registry.username,
        "CONNECT_REST_URL": connect.url,
        "CONNECT_NAME": connect.name,
        "CONNECT_AUTH": "BASIC" if connect.username is not None else None,
        "CONNECT_BASIC_AUTH_USER": connect.username,
    }
    secret = {
        "SASL_JAAS_CONFIG": cluster.jaas,
        "SCHEMA_REGISTRY_PASSWORD": registry.password,
        "CONNECT_BASIC_AUTH_PASS": connect.password,
    }
    return plain, {name: value for name, value in secret.items() if value is not None}


def _sorted(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in sorted(values) if values[name] is not None}
