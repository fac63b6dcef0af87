"""KpowEnvironment: the environment variables that configure kPow, rendered from its settings."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from moorings.apps.kpow.clusters import PRIMARY, KpowCluster
from moorings.apps.kpow.connection_rules import select_replication_factor, variable_suffixes
from moorings.apps.kpow.kafka_variables import java_options, kafka_variables
from moorings.apps.kpow.settings import KpowSettings
from moorings.validation.reporter import Reporter

_NOT_SECRET = re.compile(
    r"JAVA_TOOL_OPTIONS"
    r"|(?:CONNECT_REST_URL|SASL_JAAS_CONFIG|SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL|SCHEMA_REGISTRY_URL)(?:_[0-9]+)?"
)


@dataclass(frozen=True)
class KpowEnvironment:
    """Environment variables of kPow, sorted by name. Variables that the platform reads from secrets are not included.

    Variables of the primary cluster have no suffix, those of the second cluster end with ``_2``, and so on.

    Sources: https://docs.kpow.io/config/multi-cluster and https://docs.kpow.io/config/environment-variables
    """

    plain: Mapping[str, Any]
    """Variables that are stored in plain text."""

    secret: Mapping[str, Any] = field(repr=False)
    """Variables that are stored as a secret."""

    not_secret: list[str]
    """Plain variables that are not checked for secrets again: the JAAS configuration of IAM, which has no credentials,
    and those with rules of their own."""

    @classmethod
    def from_settings(
        cls, name: str, settings: KpowSettings, reporter: Reporter, *, behind_proxy: bool
    ) -> "KpowEnvironment":
        """Render the environment variables. Those that the user sets override those of other arguments.

        Args:
            name: logical name of the component, the default name of the primary cluster in the user interface.
            settings: the arguments.
            reporter: findings of the component. The environment is known once all late arguments have passed.
            behind_proxy: whether a load balancer or ingress terminates TLS.

        """
        plain, secret = _application_variables(settings, reporter, behind_proxy=behind_proxy), dict[str, Any]()
        suffixes = variable_suffixes(settings.clusters)
        for key, cluster in settings.clusters.items():
            display_name = name if key == PRIMARY else key
            servers = reporter.passed(cluster.kafka.bootstrap_servers)
            cluster_plain, cluster_secret = _cluster_variables(cluster, servers, display_name, suffixes[key])
            plain |= {f"{variable}{suffixes[key]}": value for variable, value in cluster_plain.items()}
            secret |= {f"{variable}{suffixes[key]}": value for variable, value in cluster_secret.items()}
        license_lines: dict[str, Any] = {str(key): line for key, line in settings.license.items()}
        own = set(settings.variable_names)
        plain = _rendered(plain, own) | settings.environment
        return cls(
            plain,
            _rendered(secret | license_lines, own) | settings.secret_environment,
            [name for name in plain if _NOT_SECRET.fullmatch(name) and name not in own],
        )


def _application_variables(settings: KpowSettings, reporter: Reporter, *, behind_proxy: bool) -> dict[str, Any]:
    actions = settings.allow if settings.rbac_configuration_file is None else []
    return {
        "REPLICATION_FACTOR": reporter.derive(
            select_replication_factor,
            bootstrap_servers=settings.kafka.bootstrap_servers,
            broker_count=settings.broker_count,
            replication_factor=settings.replication_factor,
        ),
        "NUM_PARTITIONS": str(settings.num_partitions),
        "STREAMS_ERROR_STRATEGY": settings.streams_error_strategy,
        "AUTH_PROVIDER_TYPE": settings.auth_provider,
        "RBAC_CONFIGURATION_FILE": settings.rbac_configuration_file,
        "DATA_POLICY_CONFIGURATION_FILE": settings.data_policy_configuration_file,
        "ENABLE_HTTPS": "true" if settings.https else None,
        "PROMETHEUS_EGRESS": "true" if settings.prometheus else None,
        "HTTP_FORWARDED": "true" if behind_proxy else None,
        "JAVA_TOOL_OPTIONS": java_options(settings.java_options, settings.connections.values()),
        "LOG_FORMAT": "json",
        "ALLOW_UI_ANALYTICS": "false",
        **{f"ALLOW_{action}": "true" for action in actions},
    }


def _cluster_variables(
    cluster: KpowCluster, bootstrap_servers: Any, display_name: str, suffix: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the plain and the secret variables of a cluster, without suffix."""
    registry, connect = cluster.schema_registry, cluster.kafka_connect
    plain, secret = kafka_variables(cluster.kafka, bootstrap_servers, suffix)
    plain["ENVIRONMENT_NAME"] = display_name if cluster.environment_name is None else cluster.environment_name
    if registry is not None:
        plain |= {
            "SCHEMA_REGISTRY_URL": registry.url,
            "SCHEMA_REGISTRY_NAME": registry.display_name,
            "SCHEMA_REGISTRY_AUTH": "USER_INFO" if registry.username is not None else None,
            "SCHEMA_REGISTRY_USER": registry.username,
        }
        secret["SCHEMA_REGISTRY_PASSWORD"] = registry.password
    if connect is not None:
        plain |= {
            "CONNECT_REST_URL": connect.url,
            "CONNECT_NAME": connect.display_name,
            "CONNECT_AUTH": "BASIC" if connect.username is not None else None,
            "CONNECT_BASIC_AUTH_USER": connect.username,
        }
        secret["CONNECT_BASIC_AUTH_PASS"] = connect.password
    return plain, secret


def _rendered(values: Mapping[str, Any], own: Collection[str]) -> dict[str, Any]:
    """Return the variables that are set, sorted by name, without those that the user sets."""
    return {name: values[name] for name in sorted(values) if values[name] is not None and name not in own}
