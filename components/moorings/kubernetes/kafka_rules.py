"""Rules of Kafka clients: consumer groups, consumer lag, declared topics and permissions."""

from collections.abc import Iterator

from moorings.kafka.client_rules import CONNECTION_RULES
from moorings.kafka.listeners import LISTENERS, is_msk_host
from moorings.kafka.permissions import KafkaPermissions
from moorings.kubernetes.annotations import ROLE_ANNOTATION
from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag
from moorings.kubernetes.consumer_group import (
    MAX_SESSION_TIMEOUT_SECONDS,
    MIN_SESSION_TIMEOUT_SECONDS,
    KafkaConsumer,
)
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.keda_kafka import unsupported_reason
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.rollout import Rollout
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.kubernetes.workload_args import Kind, KubernetesWorkloadArgs
from moorings.validation.errors import suggestion
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_LAG_RULES = RuleSet(KafkaLag)
POD_KAFKA_RULES = RuleSet(PodArgs, CONNECTION_RULES)
KAFKA_RULES = RuleSet(KubernetesWorkloadArgs, _LAG_RULES, POD_KAFKA_RULES)

_STATIC_MEMBERSHIP = "https://kafka.apache.org/documentation/#static_membership"
_SESSION_TIMEOUT = "https://kafka.apache.org/documentation/#brokerconfigs_group.max.session.timeout.ms"
_SCALER = "https://keda.sh/docs/latest/scalers/apache-kafka/"


@_LAG_RULES.rule(
    "k8s-keda-authentication",
    Severity.UNSAFE,
    source=_SCALER,
    invalid="consumer_group='orders', topic='orders', partitions=12, "
    "bootstrap_servers='b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096'",
    valid="consumer_group='orders', topic='orders', partitions=12, authentication_ref='keda-orders', "
    "bootstrap_servers='b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096'",
)
def _keda_authentication(bootstrap_servers: str | None, has_authentication: bool) -> Findings:
    """This MSK listener rejects unauthenticated clients: KEDA cannot read the lag, and never scales the workload."""
    if bootstrap_servers is None or has_authentication:
        return
    ports = {port: kind for kind, listener in LISTENERS.items() for port in (listener.port, listener.public_port)}
    for server in bootstrap_servers.split(","):
        host, _, port = server.rpartition(":")
        if is_msk_host(host) and int(port) in ports:
            problem = f"port {port} is the {ports[int(port)]} listener, which requires authentication"
            yield f"{problem}; set authentication_ref to the name of a TriggerAuthentication"
            return


@KAFKA_RULES.rule(
    "k8s-keda-connection",
    Severity.ERROR,
    source=_SCALER,
    invalid="autoscaling=Autoscaling(max_replicas=12, kafka_lag=KafkaLag(consumer_group='orders', topic='orders', "
    "partitions=12))",
    valid="autoscaling=Autoscaling(max_replicas=12, kafka_lag=KafkaLag(consumer_group='orders', topic='orders', "
    "partitions=12, bootstrap_servers='kafka.example:9092'))",
)
def _keda_connection(autoscaling: Autoscaling | None, container: PodContainer) -> Findings:
    """To measure the lag, KEDA needs the bootstrap servers, and an authentication method that it supports."""
    lag, kafka = autoscaling.kafka_lag if autoscaling else None, container.kafka
    if lag is None or lag.bootstrap_servers is not None:
        return
    path = ("autoscaling", "kafka_lag")
    if kafka is None:
        yield (*path, "bootstrap_servers"), "required without container.kafka; set one of them"
    elif lag.authentication_ref is None and (reason := unsupported_reason(kafka)):
        yield (
            (*path, "authentication_ref"),
            (
                f"required, because KEDA cannot authenticate with container.kafka: {reason}; set the name of a "
                "TriggerAuthentication"
            ),
        )


@KAFKA_RULES.rule(
    "k8s-idle-consumers",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#intro_consumers",
    invalid="consumer=KafkaConsumer(membership='kip-848', partitions=1), availability=Availability(replicas=2)",
    valid="consumer=KafkaConsumer(membership='kip-848', partitions=2), availability=Availability(replicas=2)",
)
def _idle_consumers(consumer: KafkaConsumer | None, autoscaling: Autoscaling | None, max_replicas: int) -> Findings:
    """Each partition is consumed by one member of the group. Additional consumers are idle."""
    lag = autoscaling.kafka_lag if autoscaling else None
    if lag is not None:
        yield from _too_many(("autoscaling", "kafka_lag"), ("autoscaling", "max_replicas"), lag, max_replicas)
    if consumer is not None and consumer.partitions is not None and (lag is None or lag.max_pods != consumer.max_pods):
        yield from _too_many(("consumer",), ("consumer", "partitions"), consumer, max_replicas)


def _too_many(
    path: Path, limited: Path, group: KafkaLag | KafkaConsumer, max_replicas: int
) -> Iterator[tuple[Path, str]]:
    """Yield that the pods have more consumers than partitions."""
    if not group.max_pods:
        yield (
            (*path, "consumers_per_pod"),
            (
                f"must be at most the number of partitions {group.partitions}, because more consumers would be idle, "
                f"got {group.consumers_per_pod}; lower it"
            ),
        )
    elif max_replicas > group.max_pods:
        consumers = max_replicas * group.consumers_per_pod
        yield (
            limited,
            (
                f"{consumers} consumers in {max_replicas} pods exceed the number of partitions {group.partitions}, so "
                f"some are idle; lower the number of pods to {group.max_pods}"
            ),
        )


@KAFKA_RULES.rule(
    "k8s-kafka-partitions",
    Severity.UNSAFE,
    source=_SCALER,
    invalid="consumer=KafkaConsumer(membership='kip-848', partitions=24), autoscaling=Autoscaling(max_replicas=12, "
    "kafka_lag=KafkaLag(consumer_group='orders', topic='orders', partitions=12, bootstrap_servers='b.example:9092'))",
    valid="consumer=KafkaConsumer(membership='kip-848', partitions=12), autoscaling=Autoscaling(max_replicas=12, "
    "kafka_lag=KafkaLag(consumer_group='orders', topic='orders', partitions=12, bootstrap_servers='b.example:9092'))",
)
def _kafka_partitions(
    consumer: KafkaConsumer | None, autoscaling: Autoscaling | None, container: PodContainer
) -> Findings:
    """The number differs from the partitions of the topics, so there would be too few or too many consumers."""
    lag = autoscaling.kafka_lag if autoscaling else None
    for argument in ("partitions", "consumers_per_pod") if lag and consumer else ():
        value, expected = getattr(consumer, argument), getattr(lag, argument)
        if value not in {None, expected}:
            yield (
                ("consumer", argument),
                f"must equal autoscaling.kafka_lag.{argument} {expected}, got {value}; correct one of them",
            )
    topics = container.kafka.topic_partitions if container.kafka else {}
    if lag is not None and topics.get(lag.topic, lag.partitions) != lag.partitions:
        yield (
            ("autoscaling", "kafka_lag", "partitions"),
            f"topic {lag.topic} has {topics[lag.topic]} partitions, got {lag.partitions}; correct it",
        )
    total = sum(topics.values())
    if topics and consumer is not None and (consumer.partitions or 0) > total:
        yield (
            ("consumer", "partitions"),
            f"the topics of the cluster have {total} partitions in total, got {consumer.partitions}; correct it",
        )


@KAFKA_RULES.rule(
    "k8s-unknown-topic",
    Severity.WARNING,
    source=_SCALER,
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "kafka=KafkaConnection(listener='tls', bootstrap_servers='b:9094', "
    "topic_partitions={'orders': 12})), autoscaling=Autoscaling(max_replicas=12, kafka_lag=KafkaLag("
    "consumer_group='orders', topic='order', partitions=12, authentication_ref='keda-orders'))",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "kafka=KafkaConnection(listener='tls', bootstrap_servers='b:9094', "
    "topic_partitions={'orders': 12})), autoscaling=Autoscaling(max_replicas=12, kafka_lag=KafkaLag("
    "consumer_group='orders', topic='orders', partitions=12, authentication_ref='keda-orders'))",
)
def _unknown_topic(autoscaling: Autoscaling | None, container: PodContainer) -> Findings:
    """The program declares topics of the cluster, but not this one. KEDA does not scale for a missing topic."""
    topics = container.kafka.topic_partitions if container.kafka else {}
    lag = autoscaling.kafka_lag if autoscaling else None
    if lag is not None and topics and lag.topic not in topics:
        similar = suggestion(lag.topic, topics)
        fix = f"did you mean {similar}?" if similar else "declare it, or correct the name"
        yield ("autoscaling", "kafka_lag", "topic"), f"this program declares no topic {lag.topic} on the cluster; {fix}"


@KAFKA_RULES.rule(
    "k8s-consumer-membership",
    Severity.UNSAFE,
    source=_STATIC_MEMBERSHIP,
    invalid="consumer=KafkaConsumer(membership='static')",
    valid="consumer=KafkaConsumer(membership='static'), kind='StatefulSet'",
)
def _consumer_membership(consumer: KafkaConsumer | None, kind: Kind | None) -> Findings:
    """Static members need the stable pod names of a StatefulSet, from which dynamic members do not benefit."""
    membership, path = consumer.membership if consumer else None, ("consumer", "membership")
    if membership == "static" and kind != "StatefulSet":
        yield (
            path,
            "static requires kind StatefulSet, because pods of a Deployment get new names; set kind, or use dynamic",
        )
    if membership == "dynamic" and kind == "StatefulSet":
        yield (
            path,
            (
                "with dynamic, each restart of a pod of the StatefulSet causes two rebalances; use static, or kind "
                "Deployment"
            ),
        )


@KAFKA_RULES.rule(
    "k8s-session-timeout",
    Severity.UNSAFE,
    source=_SESSION_TIMEOUT,
    invalid="consumer=KafkaConsumer(membership='static', session_timeout_seconds=60), kind='StatefulSet'",
    valid="consumer=KafkaConsumer(membership='static', session_timeout_seconds=300), kind='StatefulSet'",
)
def _session_timeout(
    consumer: KafkaConsumer | None, restart_seconds: int, rollout: Rollout, shutdown_budget: ShutdownBudget
) -> Findings:
    """The group rebalances if a static member takes longer to restart. Brokers reject timeouts outside their range."""
    if consumer is None or consumer.membership != "static":
        return
    stop, start = shutdown_budget.termination_grace_period_seconds, rollout.startup_seconds
    timeout, path = consumer.session_timeout(restart_seconds), ("consumer", "session_timeout_seconds")
    if timeout < restart_seconds:
        yield (
            path,
            (
                f"must be at least {restart_seconds}, the duration of a restart ({stop} s to stop and {start} s to "
                f"start), got {timeout}; raise it"
            ),
        )
    if timeout > MAX_SESSION_TIMEOUT_SECONDS:
        yield (
            path,
            (
                f"brokers allow at most {MAX_SESSION_TIMEOUT_SECONDS} s unless group.max.session.timeout.ms is set, "
                f"and a restart takes up to {restart_seconds} s ({stop} s to stop and {start} s to start), got "
                f"{timeout}; lower it, shutdown.drain_seconds or probes.startup_seconds"
            ),
        )
    elif timeout < MIN_SESSION_TIMEOUT_SECONDS:
        yield (
            path,
            (
                f"brokers require at least {MIN_SESSION_TIMEOUT_SECONDS} s unless group.min.session.timeout.ms is "
                f"set, got {timeout}; raise it"
            ),
        )


@KAFKA_RULES.rule(
    "k8s-consumer-variable",
    Severity.ERROR,
    source=_STATIC_MEMBERSHIP,
    invalid="consumer=KafkaConsumer(membership='kip-848'), "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "environment={'KAFKA_GROUP_PROTOCOL': 'classic'})",
    valid="consumer=KafkaConsumer(membership='kip-848')",
)
def _consumer_variable(consumer: KafkaConsumer | None, container: PodContainer, restart_seconds: int) -> Findings:
    """The argument consumer sets this environment variable, and two values would contradict each other."""
    if consumer is None:
        return
    names = {variable["name"] for variable in consumer.environment(container.kafka_settings, restart_seconds)}
    for argument, name in container.variables:
        if name in names:
            yield ("container", argument, name), "is also set by consumer; remove it"


@POD_KAFKA_RULES.rule(
    "k8s-kafka-iam-permissions",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html",
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "kafka=KafkaConnection(listener='iam', bootstrap_servers='b:9098', cluster_arn=CLUSTER_ARN))",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "kafka=KafkaConnection(listener='iam', bootstrap_servers='b:9098', cluster_arn=CLUSTER_ARN)), "
    "service_account_annotations={'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/orders'}",
)
def _kafka_iam_permissions(
    containers: dict[Path, PodContainer],
    kafka_lag: KafkaLag | None,
    has_service_account: bool,
    service_account_annotation_names: list[str],
) -> Findings:
    """The new service account has no IAM role with the permissions of the Kafka client.

    The role needs the statements of ``KafkaPermissions.iam_statements``. Acknowledge the finding if a Pod Identity
    association sets the role.
    """
    has_role = has_service_account or ROLE_ANNOTATION in service_account_annotation_names
    for path, container in containers.items():
        kafka = container.kafka
        if kafka is not None and kafka.uses_iam and not has_role:
            yield (
                (*path, "kafka"),
                (
                    "the connection uses IAM, but the new service account has no role; set "
                    f"service_account_annotations={{'{ROLE_ANNOTATION}': role.arn}} with a role that allows access to "
                    "the topics, or acknowledge this rule if an EKS Pod Identity association provides the role"
                ),
            )
        if path == ("container",) and kafka is not None and kafka.permissions is not None and kafka_lag is not None:
            yield from _missing_permissions(kafka.permissions, kafka_lag)


def _missing_permissions(permissions: KafkaPermissions, lag: KafkaLag) -> Iterator[tuple[Path, str]]:
    """Yield the topic and the consumer group of a scaler that the permissions of the client do not contain."""
    for argument, name, allowed in (
        ("topic", lag.topic, permissions.read_topics),
        ("consumer_group", lag.consumer_group, permissions.consumer_groups),
    ):
        if not any(name == pattern or (pattern[-1:] == "*" and name.startswith(pattern[:-1])) for pattern in allowed):
            fix = "add it there, or correct the name"
            yield ("autoscaling", "kafka_lag", argument), f"{name} is not in the permissions of container.kafka; {fix}"
