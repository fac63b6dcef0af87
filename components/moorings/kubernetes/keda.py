"""Autoscaling with KEDA: triggers of any scaler, fallback and cooldown.

Source: https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pulumi

from moorings.kubernetes.names import Subdomain
from moorings.kubernetes.quantities import Number, PositiveNumber
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import matches

DEFAULT_POLLING_INTERVAL_SECONDS = 30

ScalerType = Annotated[str, matches("the type of a KEDA scaler", "[a-z0-9]+(?:-[a-z0-9]+)*", "aws-sqs-queue")]
TriggerName = Annotated[str, matches("the name of a trigger", "[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*", "queue")]


class KedaTrigger(Args):
    """A trigger of any KEDA scaler. ``prometheus``, ``cron`` and ``sqs`` return triggers of the most common ones.

    Source: https://keda.sh/docs/latest/scalers/
    """

    type: ScalerType
    """Type of the scaler, as in its documentation: ``prometheus``, ``cron``, ``aws-sqs-queue``, ``rabbitmq``."""

    metadata: dict[str, Input[str]]
    """Settings of the scaler, with the names in its documentation and all values as text
    (``{"queueURL": queue.url, "queueLength": "20", "awsRegion": "eu-west-1"}``). They are stored in plain text:
    credentials belong in a TriggerAuthentication."""

    name: TriggerName | None = None
    """Unique name of the trigger. Defaults to none."""

    authentication_ref: Input[Subdomain] | None = None
    """Name of an existing TriggerAuthentication with the credentials for the scaler. Defaults to none.

    Source: https://keda.sh/docs/latest/concepts/authentication/
    """

    authentication_kind: Literal["TriggerAuthentication", "ClusterTriggerAuthentication"] = "TriggerAuthentication"
    """Kind of ``authentication_ref``. A ``ClusterTriggerAuthentication`` is shared by all namespaces. Defaults to
    ``TriggerAuthentication``."""

    metric_type: Literal["AverageValue", "Value", "Utilization"] | None = None
    """How the metric is compared with its target: per pod (``AverageValue``), in total (``Value``), or as a percentage
    of the resource requests (``Utilization``, for the scalers ``cpu`` and ``memory``). Defaults to ``AverageValue``."""

    use_cached_metrics: bool = False
    """Query the source once per polling interval instead of each time the autoscaler reads the metric. Defaults to
    False."""

    @classmethod
    def prometheus(cls, server_address: Input[str], query: str, threshold: float, **values: Any) -> "KedaTrigger":
        """Return a trigger for the result of a Prometheus query.

        Args:
            server_address: URL of Prometheus.
            query: PromQL query that returns a single number.
            threshold: target value of the result per pod.
            values: other arguments of the trigger. ``metadata`` adds settings.

        """
        settings = {"serverAddress": server_address, "query": query, "threshold": str(threshold)}
        return cls(**_with_metadata("prometheus", settings, values))

    @classmethod
    def cron(cls, timezone: str, start: str, end: str, desired_replicas: int, **values: Any) -> "KedaTrigger":
        """Return a trigger that raises the minimum number of pods in a recurring period.

        Args:
            timezone: IANA time zone of ``start`` and ``end``.
            start: cron expression for the start of the period (``0 8 * * 1-5``).
            end: cron expression for its end.
            desired_replicas: minimum number of pods in the period.
            values: other arguments of the trigger.

        """
        settings = {"timezone": timezone, "start": start, "end": end, "desiredReplicas": str(desired_replicas)}
        return cls(**_with_metadata("cron", settings, values))

    @classmethod
    def sqs(cls, queue_url: Input[str], aws_region: str, messages_per_pod: int = 5, **values: Any) -> "KedaTrigger":
        """Return a trigger for the length of an Amazon SQS queue. KEDA needs ``sqs:GetQueueAttributes`` on it.

        Args:
            queue_url: URL of the queue.
            aws_region: Region of the queue.
            messages_per_pod: target number of messages per pod, including those in flight.
            values: other arguments of the trigger. ``metadata`` adds settings.

        """
        settings = {"queueURL": queue_url, "queueLength": str(messages_per_pod), "awsRegion": aws_region}
        return cls(**_with_metadata("aws-sqs-queue", settings, values))

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of the scaler. Late values that are secret are replaced by ``MARKED_SECRET``."""
        return {name: unless_secret(value, name) for name, value in self.metadata.items()}

    @property
    def rendered(self) -> dict[str, Any]:
        """The trigger in the fields of a ScaledObject."""
        trigger: dict[str, Any] = {"type": self.type, "metadata": self.metadata}
        if self.name is not None:
            trigger["name"] = self.name
        if self.authentication_ref is not None:
            trigger["authenticationRef"] = {"name": self.authentication_ref, "kind": self.authentication_kind}
        if self.metric_type is not None:
            trigger["metricType"] = self.metric_type
        if self.use_cached_metrics:
            trigger["useCachedMetrics"] = True
        return trigger


def _with_metadata(type_: str, settings: Mapping[str, pulumi.Input[str]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "type": type_, "metadata": {**settings, **values.get("metadata", {})}}


class KedaFallback(Args):
    """Number of pods while KEDA cannot read a metric.

    Source: https://keda.sh/docs/latest/reference/scaledobject-spec/#fallback
    """

    replicas: Number
    """Number of pods."""

    failure_threshold: PositiveNumber = 3
    """Number of consecutive failures after which the fallback applies. Defaults to 3."""

    behavior: Literal["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"] = "static"
    """``static`` sets ``replicas``, ``currentReplicas`` keeps the current number, and the others use the higher or the
    lower of the two. Defaults to ``static``; the others require KEDA 2.17."""

    @property
    def rendered(self) -> dict[str, Any]:
        """The fallback in the fields of a ScaledObject."""
        behavior = {} if self.behavior == "static" else {"behavior": self.behavior}
        return {"failureThreshold": self.failure_threshold, "replicas": self.replicas, **behavior}


class KedaScaling(Args):
    """Triggers by which KEDA scales a workload. The cluster must run KEDA.

    Source: https://keda.sh/docs/latest/concepts/scaling-deployments/
    """

    triggers: list[KedaTrigger] = []
    """Triggers, in addition to that of ``kafka_lag``. The one that requires the most pods applies."""

    polling_interval_seconds: PositiveNumber | None = None
    """Seconds between the checks that activate the workload, and between queries with ``use_cached_metrics``. Defaults
    to that of ``kafka_lag``, or to 30."""

    cooldown_seconds: PositiveNumber = 300
    """Seconds without an active trigger after which the last pods are removed, if the minimum is 0 or with
    ``idle_at_zero``. Defaults to 300."""

    initial_cooldown_seconds: Number = 0
    """Seconds after the creation of the ScaledObject before the last pods can be removed. Defaults to 0."""

    idle_at_zero: bool = False
    """Run no pods while no trigger is active, and at least ``min_replicas`` as soon as one is. Defaults to False."""

    fallback: KedaFallback | None = None
    """Number of pods while KEDA cannot read a metric. Defaults to none: the number of pods does not change."""

    @property
    def rendered(self) -> dict[str, Any]:
        """The settings in the fields of a ScaledObject, without its triggers."""
        fields: dict[str, Any] = {"cooldownPeriod": self.cooldown_seconds}
        if self.initial_cooldown_seconds:
            fields["initialCooldownPeriod"] = self.initial_cooldown_seconds
        if self.idle_at_zero:
            fields["idleReplicaCount"] = 0
        if self.fallback is not None:
            fields["fallback"] = self.fallback.rendered
        return fields
