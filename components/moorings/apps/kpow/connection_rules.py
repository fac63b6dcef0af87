"""Rules of the connections of kPow: Kafka clusters, schema registries and Kafka Connect clusters."""

import re
from collections.abc import Collection

from moorings.apps.kpow.clusters import PRIMARY, KpowCluster, KpowEndpoint
from moorings.apps.kpow.settings import KpowSettings
from moorings.kafka.connection import KafkaConnection
from moorings.validation.findings import Path, Severity
from moorings.validation.plaintext import MARKED_SECRET
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

DEFAULT_REPLICATION_FACTOR = 3
"""Source: https://docs.kpow.io/installation/minimum-acl-permissions"""

KEY_STORE_VARIABLES = ("SSL_KEYSTORE_LOCATION", "SSL_KEYSTORE_KEY")
"""Variables with the client certificate: a key store, or a PEM key.

Source: https://docs.kpow.io/config/kafka-cluster
"""

_SERVERLESS = ".kafka-serverless."
_REGION = re.compile(r"\.kafka(?:-serverless)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.")
_CREDENTIALS = re.compile(r"https?://[^/]*@")

_IAM = "KafkaConnection(listener='iam', bootstrap_servers='b-1:9098', cluster_arn=CLUSTER_ARN)"

ENDPOINT_RULES = RuleSet(KpowEndpoint)
CONNECTION_RULES = RuleSet(KpowSettings, RuleSet(KpowCluster, ENDPOINT_RULES))


def variable_suffixes(clusters: Collection[str]) -> dict[str, str]:
    """Return the suffix of the environment variables of each cluster by name, in kPow's order."""
    return {name: f"_{number}" if number > 1 else "" for number, name in enumerate(clusters, 1)}


def cluster_path(name: str, *path: str) -> Path:
    """Return the path of an argument of a cluster."""
    return path if name == PRIMARY else ("additional_clusters", name, *path)


@ENDPOINT_RULES.rule(
    "kpow-endpoint-credentials",
    Severity.ERROR,
    source="https://docs.kpow.io/config/schema-registry",
    invalid="url='https://registry.example', username='kpow'",
    valid="url='https://registry.example', username='kpow', password='hidden'",
)
def _endpoint_credentials(credentials: dict[str, bool]) -> Findings:
    """Basic authentication requires a user name and a password."""
    missing = [name for name, is_set in credentials.items() if not is_set]
    if len(missing) == 1:
        yield missing[0], "is required for basic authentication; set username and password, or remove both"


@ENDPOINT_RULES.rule(
    "kpow-url-credentials",
    Severity.UNSAFE,
    source="https://docs.kpow.io/config/schema-registry",
    invalid="url='https://kpow:hidden@registry.example'",
    valid="url='https://registry.example', username='kpow', password='hidden'",
)
def _url_credentials(plaintext_url: object) -> Findings:
    """URLs are stored in plain text, together with the credentials that they contain."""
    if plaintext_url is MARKED_SECRET:
        yield "url", "is a secret and would be stored in plain text; use username and password for credentials"
    elif _CREDENTIALS.match(str(plaintext_url)):
        yield "url", "contains credentials and is stored in plain text; use username and password"


@CONNECTION_RULES.rule(
    "kpow-cluster-name-reserved",
    Severity.ERROR,
    source="https://docs.kpow.io/config/multi-cluster",
    invalid=f"additional_clusters={{'kafka': KpowCluster(kafka={_IAM})}}",
    valid=f"additional_clusters={{'payments': KpowCluster(kafka={_IAM})}}",
)
def _cluster_name_reserved(additional_clusters: dict[str, KpowCluster]) -> Findings:
    """The cluster in the argument kafka has this name in outputs and methods."""
    if PRIMARY in additional_clusters:
        yield ("additional_clusters", PRIMARY), "is the name of the primary cluster; rename the additional cluster"


@CONNECTION_RULES.rule(
    "kpow-no-password",
    Severity.ERROR,
    source="https://docs.kpow.io/config/kafka-cluster",
    invalid=(
        "kafka=KafkaConnection(listener='scram', bootstrap_servers='b-1:9096', username='kpow', "
        "secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_kpow-a1B2c3')"
    ),
    valid="kafka=KafkaConnection(listener='scram', bootstrap_servers='b-1:9096', username='kpow', password='hidden')",
)
def _no_password(connections: dict[str, KafkaConnection], variable_names: list[str]) -> Findings:
    """The password of the SCRAM user is part of the JAAS configuration, which the program renders."""
    for name, suffix in variable_suffixes(connections).items():
        kafka, variable = connections[name], f"SASL_JAAS_CONFIG{suffix}"
        if kafka.uses_password and kafka.password is None and variable not in variable_names:
            yield (
                cluster_path(name, "kafka", "password"),
                (
                    f"is required for the JAAS configuration; use a connection with the password, or set {variable} in "
                    "secrets"
                ),
            )


@CONNECTION_RULES.rule(
    "kpow-no-key-store",
    Severity.UNSAFE,
    source="https://docs.kpow.io/config/kafka-cluster",
    invalid="kafka=KafkaConnection(listener='tls', bootstrap_servers='b-1:9094')",
    valid=(
        "kafka=KafkaConnection(listener='tls', bootstrap_servers='b-1:9094'), "
        "environment={'SSL_KEYSTORE_LOCATION': '/etc/kpow/client.jks'}"
    ),
)
def _no_key_store(connections: dict[str, KafkaConnection], variable_names: list[str]) -> Findings:
    """Brokers reject clients without a certificate on the tls listener, which kPow reads from a key store."""
    for name, suffix in variable_suffixes(connections).items():
        variables = [f"{variable}{suffix}" for variable in KEY_STORE_VARIABLES]
        tls = connections[name].tls
        has_certificate = tls is not None and tls.authenticates_client
        if connections[name].listener == "tls" and not has_certificate and not set(variables) & set(variable_names):
            yield (
                cluster_path(name, "kafka"),
                (
                    f"the tls listener requires a client certificate; set tls of the connection, or {variables[0]} and "
                    "its password, or connect with scram or iam"
                ),
            )


@CONNECTION_RULES.rule(
    "kpow-no-cluster-arn",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/create-iam-access-control-policies.html",
    invalid="kafka=KafkaConnection(listener='iam', bootstrap_servers='b-1:9098')",
    valid=f"kafka={_IAM}",
)
def _no_cluster_arn(connections: dict[str, KafkaConnection]) -> Findings:
    """Without the ARN, the IAM policy of kPow contains no permissions for the cluster, so that it cannot connect."""
    for name, kafka in connections.items():
        if kafka.uses_iam and kafka.cluster_arn is None:
            yield (
                cluster_path(name, "kafka", "cluster_arn"),
                (
                    "is required for the IAM policy, which otherwise grants no access to the cluster; use a connection "
                    "with cluster_arn"
                ),
            )


@CONNECTION_RULES.rule(
    "kpow-serverless-settings",
    Severity.UNSAFE,
    source="https://docs.kpow.io/config/kafka-cluster",
    invalid=(
        "kafka=KafkaConnection(listener='iam', cluster_arn=CLUSTER_ARN, "
        f"bootstrap_servers='boot-a1b2c3.c1{_SERVERLESS}eu-west-1.amazonaws.com:9098')"
    ),
    valid=f"kafka={_IAM}",
)
def _serverless_settings(bootstrap_servers: dict[str, str], variable_names: list[str], num_partitions: int) -> Findings:
    """The vendor requires these settings for MSK Serverless, which differs from other clusters."""
    for name, suffix in variable_suffixes(bootstrap_servers).items():
        if _SERVERLESS not in bootstrap_servers[name]:
            continue
        required = {f"KAFKA_VARIANT{suffix}": "=MSK_SERVERLESS", f"CLUSTER_ID{suffix}": ""}
        missing = [f"{variable}{value}" for variable, value in required.items() if variable not in variable_names]
        partitions = ["num_partitions=1"] if name == PRIMARY and num_partitions != 1 else []
        if missing or partitions:
            settings = [f"{' and '.join(missing)} in environment"] if missing else []
            yield (
                cluster_path(name, "kafka"),
                f"MSK Serverless requires further settings; set {', and '.join([*settings, *partitions])}",
            )


@CONNECTION_RULES.rule(
    "kpow-cluster-in-other-region",
    Severity.WARNING,
    source="https://docs.kpow.io/config/multi-cluster",
    invalid=(
        "additional_clusters={'payments': KpowCluster(kafka=KafkaConnection(listener='scram', "
        "bootstrap_servers='b-1.payments.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9096', username='kpow', "
        "password='hidden'))}"
    ),
    valid=f"additional_clusters={{'payments': KpowCluster(kafka={_IAM})}}",
)
def _cluster_in_other_region(bootstrap_servers: dict[str, str]) -> Findings:
    """The vendor supports clusters in the same Region only, because kPow requests data of all clusters every minute."""
    regions = {
        name: match["region"] for name, servers in bootstrap_servers.items() if (match := _REGION.search(servers))
    }
    primary = regions.get(PRIMARY)
    for name, region in regions.items():
        if primary is not None and region != primary:
            yield (
                cluster_path(name, "kafka"),
                f"the cluster is in {region} and the primary cluster in {primary}; run another kPow in {region}",
            )


@CONNECTION_RULES.rule(
    "kpow-replication-factor",
    Severity.ERROR,
    source="https://docs.kpow.io/installation/minimum-acl-permissions",
    invalid="broker_count=3, replication_factor=4",
    valid="broker_count=3, replication_factor=3",
)
def _replication_factor(replication_factor: int | None, primary_servers: str, broker_count: int | None) -> Findings:
    """Kafka does not create topics with more replicas than there are brokers, and kPow does not start without them."""
    brokers = known_brokers(primary_servers, broker_count)
    if replication_factor is not None and brokers is not None and replication_factor > brokers:
        fix = "reduce it" if broker_count is not None else "reduce it, or set broker_count if there are more brokers"
        yield f"{replication_factor} replicas require as many brokers, got {brokers}; {fix}"


@CONNECTION_RULES.rule(
    "kpow-broker-count",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#adminclientconfigs_bootstrap.servers",
    invalid="broker_count=2",
    valid="broker_count=3",
)
def _broker_count(broker_count: int | None, primary_servers: str) -> Findings:
    """Each bootstrap server is usually a broker, so that the cluster has at least as many brokers."""
    servers = len(primary_servers.split(","))
    if broker_count is not None and broker_count < servers:
        yield f"{broker_count} is less than the {servers} bootstrap servers; count all brokers"


@CONNECTION_RULES.rule(
    "kpow-single-replica",
    Severity.WARNING,
    source="https://docs.kpow.io/installation/minimum-acl-permissions",
    invalid="broker_count=3, replication_factor=1",
    valid="broker_count=3, replication_factor=2",
)
def _single_replica(replication_factor: int | None, primary_servers: str, broker_count: int | None) -> Findings:
    """With one replica, a broker restart stops kPow's streams, and the loss of a volume loses the audit log."""
    if replication_factor == 1 and known_brokers(primary_servers, broker_count) != 1:
        yield "one replica of kPow's topics is unavailable while its broker restarts; use 3"


def known_brokers(bootstrap_servers: str, broker_count: int | None) -> int | None:
    """Return the number of brokers, or None if it is unknown: a single name can stand for any number of brokers."""
    servers = len(bootstrap_servers.split(","))
    return broker_count if broker_count is not None else (servers if servers > 1 else None)


def select_replication_factor(
    *, bootstrap_servers: str, broker_count: int | None, replication_factor: int | None
) -> str:
    """Return the replication factor of kPow's internal topics, as an environment variable."""
    if replication_factor is not None:
        return str(replication_factor)
    brokers = known_brokers(bootstrap_servers, broker_count)
    return str(min(DEFAULT_REPLICATION_FACTOR, brokers or DEFAULT_REPLICATION_FACTOR))
