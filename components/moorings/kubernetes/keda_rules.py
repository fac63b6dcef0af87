"""Rules of KEDA: scalers, their settings, credentials and fallback."""

from collections.abc import Mapping
from typing import Any

from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag
from moorings.kubernetes.keda import KedaScaling, KedaTrigger
from moorings.validation.errors import suggestion
from moorings.validation.findings import Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_TRIGGER_RULES = RuleSet(KedaTrigger)
_SCALING_RULES = RuleSet(KedaScaling, _TRIGGER_RULES)
KEDA_RULES = RuleSet(Autoscaling, _SCALING_RULES)

SCALERS_CHECKED = "2026-11-22"
SCALERS = (
    "activemq", "apache-kafka", "arangodb", "artemis-queue", "aws-cloudwatch", "aws-dynamodb", "aws-dynamodb-streams",
    "aws-kinesis-stream", "aws-sqs-queue", "azure-app-insights", "azure-blob", "azure-cosmosdb", "azure-data-explorer",
    "azure-eventhub", "azure-log-analytics", "azure-monitor", "azure-pipelines", "azure-queue", "azure-servicebus",
    "beanstalkd", "cassandra", "clickhouse", "couchdb", "cpu", "cron", "datadog", "dynatrace", "elastic-forecast",
    "elasticsearch", "etcd", "external", "external-push", "forgejo-runner", "gcp-cloudtasks", "gcp-pubsub",
    "gcp-spanner", "gcp-stackdriver", "gcp-storage", "github-runner", "graphite", "huawei-cloudeye", "ibmmq",
    "influxdb", "kafka", "kubernetes-resource", "kubernetes-workload", "liiklus", "loki", "memory", "metrics-api",
    "mongodb", "mssql", "mysql", "nats-jetstream", "new-relic", "nsq", "opensearch", "openstack-metric",
    "openstack-swift", "postgresql", "predictkube", "prometheus", "pulsar", "rabbitmq", "redis", "redis-cluster",
    "redis-cluster-streams", "redis-sentinel", "redis-sentinel-streams", "redis-streams", "selenium-grid",
    "solace-direct-messaging", "solace-event-queue", "solarwinds", "solr", "splunk", "splunk-observability", "stan",
    "sumologic", "temporal",
)  # fmt: skip
"""Types of the scalers of KEDA 2.21."""

REQUIRED_SETTINGS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "cron": (("timezone",), ("start",), ("end",), ("desiredReplicas",)),
    "prometheus": (("serverAddress",), ("query",), ("threshold",)),
    "aws-sqs-queue": (("queueURL", "queueURLFromEnv"),),
}
"""Settings without which KEDA rejects a trigger of a common scaler. One of each group is required."""

RESOURCE_SCALERS = {"cpu", "memory"}
"""Scalers that measure running pods, so that they neither scale up from zero nor have a fallback."""

_SCALERS = "https://keda.sh/docs/latest/scalers/"
_SPEC = "https://keda.sh/docs/latest/reference/scaledobject-spec/"
_ADMISSION = "https://keda.sh/docs/latest/concepts/admission-webhooks/"
_CPU_TRIGGER = "KedaTrigger(type='cpu', metric_type='Utilization', metadata={'value': '70'})"
_QUEUE = (
    "KedaTrigger.sqs('https://sqs.eu-west-1.amazonaws.com/123456789012/orders', 'eu-west-1', "
    "authentication_ref='keda-aws')"
)


@_TRIGGER_RULES.rule(
    "k8s-keda-scaler",
    Severity.UNVERIFIED,
    source=_SCALERS,
    invalid="type='rabitmq', metadata={'queueName': 'orders'}",
    valid="type='rabbitmq', metadata={'queueName': 'orders'}",
    checked=SCALERS_CHECKED,
)
def _scaler(type: str) -> Findings:  # noqa: A002 - an argument
    """KEDA does not document a scaler of this type."""
    if type not in SCALERS:
        similar = suggestion(type, SCALERS)
        fix = f"did you mean {similar!r}?" if similar else "correct the type"
        yield f"{type!r} is not a scaler type of KEDA 2.21; {fix}"


@_TRIGGER_RULES.rule(
    "k8s-keda-setting",
    Severity.ERROR,
    source=_SCALERS,
    invalid="type='cron', metadata={'timezone': 'Europe/Berlin', 'start': '0 8 * * *', 'end': '0 18 * * *'}",
    valid="type='cron', metadata={'timezone': 'Europe/Berlin', 'start': '0 8 * * *', 'end': '0 18 * * *', "
    "'desiredReplicas': '4'}",
)
def _setting(metadata: dict[str, Any], type: str) -> Findings:  # noqa: A002 - an argument
    """KEDA rejects a trigger without the required settings of its scaler, and does not scale the workload."""
    for names in REQUIRED_SETTINGS.get(type, ()):
        if not any(name in metadata for name in names):
            yield f"a trigger of type {type} requires {' or '.join(names)}; set it"


@_TRIGGER_RULES.rule(
    "k8s-keda-secret",
    Severity.UNSAFE,
    source="https://keda.sh/docs/latest/concepts/authentication/",
    invalid="type='rabbitmq', metadata={'host': 'amqp://orders:hunter2@rabbitmq.example:5672/'}",
    valid="type='rabbitmq', metadata={'queueName': 'orders'}, authentication_ref='rabbitmq'",
    each="settings",
)
def _secret(name: str, value: Any) -> Findings:
    """Anyone with read access to the ScaledObject can read the settings of its triggers."""
    secret = find_secret(value, name)
    if secret:
        fix = "move it to a TriggerAuthentication, and set authentication_ref"
        yield ("metadata", name), f"contains {secret} and would be stored in plain text; {fix}"


@_SCALING_RULES.rule(
    "k8s-keda-trigger-name",
    Severity.ERROR,
    source=_ADMISSION,
    invalid=f"triggers=[{_QUEUE}, KedaTrigger(type='kafka', metadata={{}}, name='a'), "
    "KedaTrigger(type='kafka', metadata={}, name='a')]",
    valid=f"triggers=[{_QUEUE}, KedaTrigger(type='kafka', metadata={{}}, name='a'), "
    "KedaTrigger(type='kafka', metadata={}, name='b')]",
)
def _trigger_name(triggers: list[KedaTrigger]) -> Findings:
    """KEDA rejects two triggers with the same name."""
    names = [trigger.name for trigger in triggers]
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            yield ("triggers", index, "name"), f"{name!r} is also the name of another trigger; rename one of them"


@KEDA_RULES.rule(
    "k8s-keda-triggers",
    Severity.ERROR,
    source=_SPEC,
    invalid="keda=KedaScaling()",
    valid=f"keda=KedaScaling(triggers=[{_QUEUE}])",
)
def _triggers(
    keda: KedaScaling | None, kafka_lag: KafkaLag | None, min_replicas: int | None, max_replicas: int
) -> Findings:
    """KEDA rejects a ScaledObject without a trigger, and settings that contradict its triggers."""
    if keda is None:
        return
    types = {trigger.type for trigger in keda.triggers}
    if kafka_lag is not None:
        types.add("kafka")
    if not types:
        yield ("keda", "triggers"), "at least one trigger is required unless kafka_lag is set; add one"
    elif types <= RESOURCE_SCALERS:
        if keda.fallback is not None:
            problem = f"triggers of type {' and '.join(sorted(types))} do not support a fallback"
            yield ("keda", "fallback"), f"{problem}; add a trigger of another type, or remove it"
        if min_replicas == 0 or keda.idle_at_zero:
            argument = ("min_replicas",) if min_replicas == 0 else ("keda", "idle_at_zero")
            problem = f"triggers of type {' and '.join(sorted(types))} cannot scale up from zero"
            yield argument, f"{problem}; add a trigger of another type, or keep at least 1 pod"
    if keda.idle_at_zero and min_replicas == 0:
        yield ("keda", "idle_at_zero"), "has no effect with min_replicas 0; remove one of them"
    if keda.fallback is not None and keda.fallback.replicas > max_replicas:
        problem = f"must be at most max_replicas {max_replicas}, got {keda.fallback.replicas}"
        yield ("keda", "fallback", "replicas"), f"{problem}; lower it, or raise max_replicas"
