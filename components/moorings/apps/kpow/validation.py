"""Checks of kPow's settings on every platform, and warnings about valid but risky settings."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

import pulumi

from moorings.apps.kpow.clusters import PRIMARY
from moorings.apps.kpow.settings import LIVENESS_PATH, PORT, KpowSettings, StreamsErrorStrategy
from moorings.apps.kpow.sizing import size_warning
from moorings.validation.errors import InvalidInput
from moorings.validation.plaintext import check_variable_names, find_secret, plaintext_problem

DEFAULT_REPLICATION_FACTOR = 3
"""Source: https://docs.kpow.io/installation/minimum-acl-permissions"""

ARGUMENT_OF_VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        r"BOOTSTRAP|SECURITY_PROTOCOL|SASL_(?:MECHANISM|JAAS_CONFIG|CLIENT_CALLBACK_HANDLER_CLASS)": "kafka",
        r"ENVIRONMENT_NAME": "environment_name",
        r"SCHEMA_REGISTRY_(?:URL|NAME|AUTH|USER|PASSWORD)": "schema_registry",
        r"CONNECT_(?:REST_URL|NAME|AUTH|BASIC_AUTH_USER|BASIC_AUTH_PASS)": "kafka_connect",
        r"LICENSE(?:E|_ID|_CODE|_EXPIRY|_SIGNATURE|_CREDITS)": "license or license_secret",
        r"ALLOW_(?!UI_ANALYTICS).*": "allow",
        r"REPLICATION_FACTOR": "replication_factor",
        r"NUM_PARTITIONS": "num_partitions",
        r"STREAMS_ERROR_STRATEGY": "streams_error_strategy",
        r"AUTH_PROVIDER_TYPE": "auth_provider",
        r"RBAC_CONFIGURATION_FILE": "rbac_configuration_file",
        r"DATA_POLICY_CONFIGURATION_FILE": "data_policy_configuration_file",
        r"PROMETHEUS_EGRESS": "prometheus",
        r"JAVA_TOOL_OPTIONS": "java_options",
        r"ENABLE_HTTPS": "https",
    }
)
"""Argument that sets an environment variable, by a pattern of the variable's name without the cluster suffix."""

RESERVED_VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "PORT": f"kPow listens on {PORT}, which the health checks and network rules use",
        "JVM_OPTS": "the image sets the heap and the temporary directory with it; use java_options",
    }
)
"""Environment variables that cannot be set, with the reason."""


def raise_problems(component: str, problems: Iterable[str]) -> None:
    """Raise `InvalidInput` with a line for each problem of a component, if there are any."""
    lines = [f"{component}: {problem}" for problem in problems]
    if lines:
        raise InvalidInput("\n".join(lines))


def settings_problems(settings: KpowSettings, secret_names: Iterable[str]) -> Iterator[str]:
    """Yield the problems of arguments that depend on each other.

    Args:
        settings: the arguments.
        secret_names: environment variables that the platform reads from secrets.

    """
    if PRIMARY in settings.additional_clusters:
        yield f"additional_clusters: {PRIMARY} is the name of the primary cluster; rename the additional cluster"
    yield from _check_reserved_variables([*settings.environment, *settings.secret_environment, *secret_names])
    yield from _check_plaintext(settings)
    duplicates = sorted({action for action in settings.allow if settings.allow.count(action) > 1})
    if duplicates:
        yield f"allow: {', '.join(duplicates)} is listed more than once; remove the duplicates"
    yield from _check_authorization(settings)


def _check_reserved_variables(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name in RESERVED_VARIABLES:
            yield f"{name}: cannot be set, because {RESERVED_VARIABLES[name]}"
        for pattern, argument in ARGUMENT_OF_VARIABLES.items():
            if re.fullmatch(f"(?:{pattern})(?:_[0-9]+)?", name):
                yield f"{name}: set by the argument {argument}; use that instead"


def _check_plaintext(settings: KpowSettings) -> Iterator[str]:
    """Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html."""
    yield from check_variable_names(settings.environment, settings.not_secret)
    for index, option in enumerate(settings.java_options):
        secret = find_secret(option)
        if secret:
            fix = "move it to JDK_JAVA_OPTIONS in secret_environment, which Java also reads"
            yield plaintext_problem(f"java_options[{index}]", secret, fix)


def _check_authorization(settings: KpowSettings) -> Iterator[str]:
    """Source: https://docs.kpow.io/authorization/role-based-access-control."""
    if settings.without_login and settings.auth_provider is not None:
        yield f"without_login: contradicts auth_provider {settings.auth_provider!r}; remove one of them"
    if settings.rbac_configuration_file is None:
        return
    if settings.auth_provider is None:
        yield "rbac_configuration_file: requires auth_provider, which provides the roles of users"
    if settings.allow:
        yield (
            f"allow: {', '.join(settings.allow)} has no effect with rbac_configuration_file; grant the actions in that "
            "file"
        )


def select_replication_factor(bootstrap_servers: str, broker_count: int | None, replication_factor: int | None) -> str:
    """Return the replication factor of kPow's internal topics, as an environment variable.

    Args:
        bootstrap_servers: bootstrap servers of the primary cluster. A list is a lower bound for the number of brokers;
            a single name can stand for any number of brokers.
        broker_count: number of brokers, None if it is not set.
        replication_factor: replication factor, None if it is not set.

    Raises:
        ValueError: if the replication factor is greater than the number of brokers. Kafka rejects such topics, and kPow
            does not start.

    """
    servers = len(bootstrap_servers.split(","))
    brokers = broker_count if broker_count is not None else (servers if servers > 1 else None)
    if broker_count is not None and broker_count < servers:
        raise ValueError(
            f"broker_count: must be at least {servers}, the number of bootstrap servers, got {broker_count}"
        )
    if replication_factor is None:
        return str(min(DEFAULT_REPLICATION_FACTOR, brokers or DEFAULT_REPLICATION_FACTOR))
    if brokers is not None and replication_factor > brokers:
        fix = "" if broker_count is not None else "; set broker_count if there are more brokers than bootstrap servers"
        raise ValueError(
            f"replication_factor: must be at most {brokers}, the number of brokers, got {replication_factor}{fix}"
        )
    return str(replication_factor)


def check_serverless(
    bootstrap_servers: str, *, suffix: str, variables: Collection[str], num_partitions: int | None
) -> str:
    """Return the bootstrap servers if they do not belong to MSK Serverless, or if kPow is configured for it.

    Args:
        bootstrap_servers: bootstrap servers of the cluster.
        suffix: suffix of the cluster's environment variables.
        variables: names of the variables in ``environment``.
        num_partitions: partitions of kPow's internal topics, None unless this is the primary cluster.

    Raises:
        ValueError: if settings for MSK Serverless are missing.

    Source: https://docs.kpow.io/config/kafka-cluster
    """
    if ".kafka-serverless." not in bootstrap_servers:
        return bootstrap_servers
    missing = [
        f"environment[{name + suffix!r}]{value}"
        for name, value in (("KAFKA_VARIANT", " (MSK_SERVERLESS)"), ("CLUSTER_ID", ""))
        if f"{name}{suffix}" not in variables
    ]
    if num_partitions not in {None, 1}:
        missing.append("num_partitions=1")
    if missing:
        raise ValueError(f"{bootstrap_servers} is MSK Serverless; set {', '.join(missing)}")
    return bootstrap_servers


def check_liveness(strategy: StreamsErrorStrategy, *, checked: bool) -> None:
    """Check that the platform restarts kPow after its streams have failed, which requires a restart.

    Args:
        strategy: kPow's reaction to failed streams.
        checked: whether a health check requests ``/healthy``.

    Raises:
        ValueError: if no health check does.

    Source: https://docs.kpow.io/installation/deployment-notes
    """
    if not checked:
        consequence = {
            "LOG_EXCEPTION": "kPow stays without a user interface once its streams have failed",
            "LOG_AND_EXIT": "kPow exits once its streams have failed, but no other failure is detected",
        }[strategy]
        raise ValueError(
            f"health_check: no health check requests {LIVENESS_PATH}, and with streams_error_strategy {strategy} "
            f"{consequence}; request {LIVENESS_PATH}"
        )


def check_scheme(argument: str, scheme: str, *, https: bool) -> Iterator[str]:
    """Yield a problem if a health check uses another scheme than kPow, and would therefore always fail.

    Source: https://docs.kpow.io/features/https-connections
    """
    served = "HTTPS" if https else "HTTP"
    if scheme != served:
        yield f"{argument}: must use {served}, because https is {https}, got {scheme}"


def log_warnings(
    resource: pulumi.Resource,
    settings: KpowSettings,
    *,
    login_hint: str | None,
    cpu: pulumi.Input[int],
    memory_mib: pulumi.Input[int],
) -> None:
    """Log a warning for a kPow without a login and for a small one, unless they are confirmed.

    Args:
        resource: the component.
        settings: its arguments.
        login_hint: how the platform can require a login, None if it already does.
        cpu: CPU units, of which 1024 are one vCPU.
        memory_mib: memory in MiB.

    """
    if settings.auth_provider is None and not settings.without_login and login_hint is not None:
        pulumi.log.warn(
            f"kPow requires no login from its users; set auth_provider, {login_hint}, or set without_login=True",
            resource=resource,
        )
    if settings.smaller_than_advised:
        return

    def warn_of_size(size: list[int]) -> None:
        warning = size_warning(len(settings.clusters), *size)
        if warning:
            pulumi.log.warn(warning, resource=resource)

    pulumi.Output.all(cpu, memory_mib).apply(warn_of_size)
