"""Rules of kPow's environment variables and Java options."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from moorings.apps.kpow.clusters import KpowCluster
from moorings.apps.kpow.settings import PORT, KpowSettings
from moorings.apps.kpow.sizing import HEAP_PERCENTAGE_OPTION
from moorings.validation.findings import Path, Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

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
        "PORT": f"health checks, Services and network rules use port {PORT}; remove it",
        "JVM_OPTS": "replaces the options of the image, including the heap size; use java_options",
    }
)
"""Environment variables on which the component relies, with the problem and the fix."""

_NUMBERED = re.compile(
    r"(?:BOOTSTRAP|CLUSTER_ID|CONNECT_\w+|ENVIRONMENT_NAME|KAFKA_VARIANT|KSQLDB_\w+|SASL_\w+|SCHEMA_REGISTRY_\w+"
    r"|SECURITY_PROTOCOL|SSL_\w+)_(?P<number>[0-9]+)"
)

_KEY_STORE = {"HTTPS_KEYSTORE_LOCATION", "HTTPS_KEYSTORE"}

ENVIRONMENT_RULES = RuleSet(KpowSettings)


def _argument_of(name: str) -> str | None:
    """Return the argument that sets a variable, if any."""
    patterns = ARGUMENT_OF_VARIABLES.items()
    return next((argument for pattern, argument in patterns if re.fullmatch(f"(?:{pattern})(?:_[0-9]+)?", name)), None)


def _paths(variables: Mapping[str, list[str]]) -> Iterator[tuple[Path, str]]:
    """Yield the path and the name of each variable."""
    for argument, names in variables.items():
        for name in names:
            yield (argument, name), name


@ENVIRONMENT_RULES.rule(
    "kpow-variable-of-argument",
    Severity.UNSAFE,
    source="https://docs.kpow.io/config/environment-variables",
    invalid="environment={'ALLOW_TOPIC_INSPECT': 'true'}",
    valid="allow=['TOPIC_INSPECT']",
)
def _variable_of_argument(variables: dict[str, list[str]]) -> Findings:
    """The variable overrides an argument, while permissions, network rules and checks still follow the argument."""
    for path, name in _paths(variables):
        argument = _argument_of(name)
        if argument is not None:
            yield path, f"overrides the argument {argument}, which sets this variable; use the argument instead"


@ENVIRONMENT_RULES.rule(
    "kpow-reserved-variable",
    Severity.UNSAFE,
    source="https://docs.kpow.io/config/environment-variables",
    invalid="environment={'PORT': '8080'}",
    valid="environment={'SNAPSHOT_PARALLELISM': '4'}",
)
def _reserved_variable(variables: dict[str, list[str]]) -> Findings:
    """The component relies on the default value of the variable."""
    for path, name in _paths(variables):
        if name in RESERVED_VARIABLES:
            yield path, RESERVED_VARIABLES[name]


@ENVIRONMENT_RULES.rule(
    "kpow-api-port",
    Severity.ERROR,
    source="https://github.com/factorhouse/helm-charts",
    invalid=f"api_port={PORT}",
    valid="api_port=3001",
)
def _api_port(api_port: int | None) -> Findings:
    """The API and the user interface listen on different ports."""
    if api_port == PORT:
        yield f"{PORT} is the port of the user interface; use 3001"


@ENVIRONMENT_RULES.rule(
    "kpow-variable-without-cluster",
    Severity.WARNING,
    source="https://docs.kpow.io/config/multi-cluster",
    invalid="environment={'SSL_TRUSTSTORE_LOCATION_2': '/etc/kpow/truststore.jks'}",
    valid="environment={'SSL_TRUSTSTORE_LOCATION': '/etc/kpow/truststore.jks'}",
)
def _variable_without_cluster(variables: dict[str, list[str]], additional_clusters: dict[str, KpowCluster]) -> Findings:
    """The number at the end of a variable is that of a cluster. Variables of other clusters have no effect."""
    names = [name for names in variables.values() for name in names]
    clusters = 1 + len(additional_clusters)
    for path, name in _paths(variables):
        match = _NUMBERED.fullmatch(name)
        if not match or _argument_of(name) is not None or f"BOOTSTRAP_{match['number']}" in names:
            continue
        number = int(match["number"])
        if number <= 1:
            yield path, "variables of the primary cluster have no number; remove it"
        elif number > clusters:
            count = f"there are {clusters} clusters" if clusters > 1 else "there is one cluster"
            yield path, f"belongs to cluster {number}, but {count}; correct the number"


@ENVIRONMENT_RULES.rule(
    "kpow-https-settings",
    Severity.UNSAFE,
    source="https://docs.kpow.io/features/https-connections",
    invalid="https=True",
    valid=(
        "https=True, environment={'HTTPS_KEYSTORE_LOCATION': '/etc/kpow/kpow.jks'}, "
        "secret_environment={'HTTPS_KEYSTORE_PASSWORD': 'hidden'}"
    ),
)
def _https_settings(https: bool, variable_names: list[str]) -> Findings:
    """HTTPS requires a key store with the certificate, and kPow ignores the key store as long as https is off."""
    has_key_store = bool(_KEY_STORE & set(variable_names))
    if https and not has_key_store:
        yield "requires a key store; set HTTPS_KEYSTORE_LOCATION and HTTPS_KEYSTORE_PASSWORD"
    elif has_key_store and not https and "ENABLE_HTTPS" not in variable_names:
        yield "kPow serves HTTP although a key store is configured; set https=True, or remove the key store"


@ENVIRONMENT_RULES.rule(
    "kpow-secret-in-java-options",
    Severity.UNSAFE,
    source="https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html",
    invalid="java_options=['-Djavax.net.ssl.trustStorePassword=hidden']",
    valid="java_options=['-Djavax.net.ssl.trustStore=/etc/kpow/truststore.jks']",
    each="java_options",
)
def _secret_in_java_options(_index: int, option: str) -> Findings:
    """Java options are stored in plain text."""
    kind = find_secret(option)
    if kind:
        yield (
            f"contains {kind} and is stored in plain text; move it to JDK_JAVA_OPTIONS in secret_environment, which "
            "Java also reads"
        )


@ENVIRONMENT_RULES.rule(
    "kpow-heap-percentage",
    Severity.ERROR,
    source="https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html",
    invalid="java_options=['-XX:MaxRAMPercentage=80']",
    valid="java_options=['-Xmx1400m']",
    each="java_options",
)
def _heap_percentage(_index: int, option: str, variable_names: list[str]) -> Findings:
    """The command line of the image sets the percentages and overrides those in JAVA_TOOL_OPTIONS."""
    if HEAP_PERCENTAGE_OPTION.fullmatch(option) and "JVM_OPTS" not in variable_names:
        yield f"{option} has no effect, because the image sets the same option; change memory_mib, or set -Xmx"
