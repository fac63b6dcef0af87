"""The specs of autoscalers.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag


def autoscaler_spec(
    scaled: Autoscaling, fewest: int, kind: str, name: pulumi.Input[str], container: str
) -> dict[str, Any]:
    """The spec of a HorizontalPodAutoscaler.

    Args:
        scaled: settings of the autoscaler.
        fewest: pods when there are no others.
        kind: kind of the workload.
        name: name of the workload.
        container: name of its main container.

    """
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
        "minReplicas": fewest,
        "maxReplicas": scaled.max_replicas,
        "metrics": [metric.rendered(container) for metric in scaled.measured],
        "behavior": scaled.behavior,
    }


def scaled_object_spec(
    scaled: Autoscaling,
    lag: KafkaLag,
    fewest: int,
    kind: str,
    name: pulumi.Input[str],
    *,
    servers: pulumi.Input[str] | None,
    login: pulumi.Input[str] | None,
) -> dict[str, Any]:
    """The spec of a ScaledObject, from which KEDA makes a HorizontalPodAutoscaler.

    Args:
        scaled: settings of the autoscaler.
        lag: what is measured.
        fewest: pods when there are no others.
        kind: kind of the workload.
        name: name of the workload.
        servers: the brokers.
        login: name of the TriggerAuthentication by which KEDA logs in, if it does.

    """
    trigger: dict[str, Any] = {
        "type": "kafka",
        "metadata": {
            "bootstrapServers": servers,
            "consumerGroup": lag.consumer_group,
            "topic": lag.topic,
            "lagThreshold": str(lag.lag_threshold),
        },
    }
    if login is not None:
        trigger["authenticationRef"] = {"name": login}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
        "minReplicaCount": fewest,
        "maxReplicaCount": scaled.max_replicas,
        "pollingInterval": lag.polling_interval_seconds,
        "triggers": [trigger],
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": scaled.behavior}},
    }


def login(kafka: KafkaConnection) -> dict[str, Any]:
    """What KEDA must know to log in with a password.

    Source: https://keda.sh/docs/latest/scalers/apache-kafka/
    """
    return {"sasl": "scram_sha512", "tls": "enable", "username": kafka.username, "password": kafka.password}


def login_spec(told: Mapping[str, Any], secret: pulumi.Input[str]) -> dict[str, Any]:
    """The spec of a TriggerAuthentication that reads a Secret with these keys.

    Source: https://keda.sh/docs/latest/concepts/authentication/
    """
    return {"secretTargetRef": [{"parameter": key, "name": secret, "key": key} for key in told]}
