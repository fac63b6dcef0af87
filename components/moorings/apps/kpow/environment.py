"""KpowEnvironment: the environment variables that configure kPow, rendered from its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from moorings.apps.kpow.clusters import PRIMARY, KpowCluster, KpowEndpoint
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.validation import check_serverless, select_replication_factor
from moorings.kafka.java_client import IAM_CALLBACK_HANDLER, IAM_JAAS_CONFIG
from moorings.kafka.listeners import LISTENERS
from moorings.validation.inputs import check_together

HTTP_PORT, HTTPS_PORT = 80, 443


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

    @property
    def not_secret(self) -> list[str]:
        """Plain variables whose name looks like that of a secret: the JAAS configuration of IAM has no credentials."""
        return [name for name in self.plain if name.startswith("SASL_JAAS_CONFIG")]

    @classmethod
    def from_settings(
        cls,
        component: str,
        name: str,
        settings: KpowSettings,
        *,
        behind_proxy: bool,
        egress_ports: frozenset[int] | None = None,
    ) -> "KpowEnvironment":
        """Render the environment variables.

        Args:
            component: label of the component in messages.
            name: logical name of the component, the default name of the primary cluster in the user interface.
            settings: the arguments.
            behind_proxy: whether a load balancer or ingress terminates TLS.
            egress_ports: ports that kPow may connect to. All if None.

        Raises:
            InvalidInput: for values that kPow does not support.

        """
        plain, secret = _application_variables(component, settings, behind_proxy=behind_proxy), dict[str, Any]()
        for number, (key, cluster) in enumerate(settings.clusters.items(), 1):
            suffix = "" if key == PRIMARY else f"_{number}"
            path = component if key == PRIMARY else f"{component}.additional_clusters.{key}"
            check = partial(
                check_serverless,
                suffix=suffix,
                variables=settings.environment.keys(),
                num_partitions=settings.num_partitions if key == PRIMARY else None,
            )
            servers = check_together(f"{path}.kafka", check, bootstrap_servers=cluster.kafka.bootstrap_servers)
            display_name = name if key == PRIMARY else key
            cluster_plain, cluster_secret = _cluster_variables(path, cluster, servers, display_name, egress_ports)
            plain |= {f"{variable}{suffix}": value for variable, value in cluster_plain.items()}
            secret |= {f"{variable}{suffix}": value for variable, value in cluster_secret.items()}
        license_lines: dict[str, Any] = {str(key): line for key, line in settings.license.items()}
        return cls(_sorted(plain) | settings.environment, _sorted(secret) | license_lines | settings.secret_environment)


def _application_variables(component: str, settings: KpowSettings, *, behind_proxy: bool) -> dict[str, Any]:
    return {
        "REPLICATION_FACTOR": check_together(
            component,
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
        "JAVA_TOOL_OPTIONS": " ".join(settings.java_options) or None,
        "LOG_FORMAT": "json",
        "ALLOW_UI_ANALYTICS": "false",
        **{f"ALLOW_{action}": "true" for action in settings.allow},
    }


def _cluster_variables(
    path: str, cluster: KpowCluster, bootstrap_servers: Any, display_name: str, egress_ports: frozenset[int] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the plain and the secret variables of a cluster, without suffix."""
    kafka, listener = cluster.kafka, LISTENERS[cluster.kafka.listener]
    iam = kafka.listener == "iam"
    registry, connect = cluster.schema_registry, cluster.kafka_connect
    plain: dict[str, Any] = {
        "ENVIRONMENT_NAME": display_name if cluster.environment_name is None else cluster.environment_name,
        "BOOTSTRAP": bootstrap_servers,
        "SECURITY_PROTOCOL": listener.security_protocol,
        "SASL_MECHANISM": listener.sasl_mechanism,
        "SASL_JAAS_CONFIG": IAM_JAAS_CONFIG if iam else None,
        "SASL_CLIENT_CALLBACK_HANDLER_CLASS": IAM_CALLBACK_HANDLER if iam else None,
    }
    secret: dict[str, Any] = {} if iam else {"SASL_JAAS_CONFIG": kafka.jaas_config()}
    if registry is not None:
        plain |= {
            "SCHEMA_REGISTRY_URL": _checked_url(f"{path}.schema_registry.url", registry, egress_ports),
            "SCHEMA_REGISTRY_NAME": registry.display_name,
            "SCHEMA_REGISTRY_AUTH": "USER_INFO" if registry.username is not None else None,
            "SCHEMA_REGISTRY_USER": registry.username,
        }
        secret["SCHEMA_REGISTRY_PASSWORD"] = registry.password
    if connect is not None:
        plain |= {
            "CONNECT_REST_URL": _checked_url(f"{path}.kafka_connect.url", connect, egress_ports),
            "CONNECT_NAME": connect.display_name,
            "CONNECT_AUTH": "BASIC" if connect.username is not None else None,
            "CONNECT_BASIC_AUTH_USER": connect.username,
        }
        secret["CONNECT_BASIC_AUTH_PASS"] = connect.password
    return plain, secret


def _checked_url(path: str, endpoint: KpowEndpoint, egress_ports: frozenset[int] | None) -> Any:
    return check_together(path, partial(_check_egress_port, egress_ports=egress_ports), url=endpoint.url)


def _check_egress_port(url: str, *, egress_ports: frozenset[int] | None) -> str:
    parts = urlsplit(url)
    port = parts.port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)
    if egress_ports is not None and port not in egress_ports:
        raise ValueError(f"{url} uses port {port}, which egress does not allow; add a rule to egress")
    return url


def _sorted(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in sorted(values) if values[name] is not None}
