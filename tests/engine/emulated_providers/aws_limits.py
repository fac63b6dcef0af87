"""Values that AWS accepts, as of 2026-11-21.

Sources: the quota pages of the developer guides, and the API references of the services.
"""

from collections.abc import Mapping
from typing import Any

RETENTION_DAYS = {
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
}  # fmt: skip
"""Retention periods of CloudWatch Logs. 0 never expires."""

FARGATE_MEMORY: Mapping[int, Any] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
    32768: (61440, 122880, 249856),
}
"""Memory sizes of a Fargate task in MiB, by CPU units."""

_LARGE = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
BROKER_SIZES = {
    "kafka.t3.small",
    *(f"kafka.m5.{size}" for size in (*_LARGE, "24xlarge")),
    *(f"{kind}.m7g.{size}" for kind in ("kafka", "express") for size in _LARGE),
}
WITH_THROUGHPUT = {f"kafka.m5.{size}" for size in (*_LARGE[3:], "24xlarge")} | {
    f"kafka.m7g.{size}" for size in _LARGE[2:]
}
"""Broker sizes that support provisioned throughput."""

THROUGHPUT = range(250, 2375 + 1)
"""Provisioned throughput of a volume in MiB/s."""

KAFKA_VERSIONS = frozenset(
    [
        "1.1.1",
        "2.1.0",
        "2.2.1",
        "2.3.1",
        "2.4.1",
        "2.4.1.1",
        "2.5.1",
        "2.6.0",
        "2.6.1",
        "2.6.2",
        "2.6.3",
        "2.7.0",
        "2.7.1",
        "2.7.2",
        "2.8.0",
        "2.8.1",
        "2.8.2.tiered",
        "3.1.1",
        "3.2.0",
        "3.3.1",
        "3.3.2",
        "3.4.0",
        "3.5.1",
        "3.6.0",
        "3.6.0.1",
        "3.7.x",
        "3.7.x.kraft",
        "3.8.x",
        "3.8.x.kraft",
        "3.9.x",
        "3.9.x.kraft",
        "4.0.x.kraft",
        "4.1.x.kraft",
        "4.2.x.kraft",
    ]
)

_OPERATORS = ("Greater{}OrEqualToThreshold", "Greater{}Threshold", "Less{}Threshold", "Less{}OrEqualToThreshold")
ENUMS: Mapping[str, Mapping[str, set[Any]]] = {
    "aws:cloudwatch/logGroup:LogGroup": {"retentionInDays": RETENTION_DAYS},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "comparisonOperator": {
            *(operator.format("Than") for operator in _OPERATORS),
            *("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"),
        },
        "statistic": {"SampleCount", "Average", "Sum", "Minimum", "Maximum"},
        "treatMissingData": {"missing", "ignore", "breaching", "notBreaching"},
    },
    "aws:ecs/service:Service": {"availabilityZoneRebalancing": {"ENABLED", "DISABLED"}},
    "aws:lb/listener:Listener": {"protocol": {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"}},
    "aws:lb/loadBalancer:LoadBalancer": {
        "desyncMitigationMode": {"monitor", "defensive", "strictest"},
        "ipAddressType": {"ipv4", "dualstack", "dualstack-without-public-ipv4"},
        "loadBalancerType": {"application", "network", "gateway"},
    },
    "aws:lb/targetGroup:TargetGroup": {
        "protocol": {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"},
        "targetType": {"instance", "ip", "lambda", "alb"},
    },
    "aws:msk/cluster:Cluster": {
        "enhancedMonitoring": {"DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"},
        "encryptionInfo.encryptionInTransit.clientBroker": {"TLS", "TLS_PLAINTEXT", "PLAINTEXT"},
        "storageMode": {"LOCAL", "TIERED"},
    },
    "aws:secretsmanager/secret:Secret": {"recoveryWindowInDays": {0, *range(7, 31)}},
}
"""Accepted values of an input, by its path."""

RANGES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"evaluationPeriods": (1, 100000), "datapointsToAlarm": (1, 100000)},
    "aws:ecs/service:Service": {"healthCheckGracePeriodSeconds": (0, 2147483647)},
    "aws:kms/key:Key": {"deletionWindowInDays": (7, 30), "rotationPeriodInDays": (90, 2560)},
    "aws:lb/listener:Listener": {"port": (1, 65535)},
    "aws:lb/listenerRule:ListenerRule": {"priority": (1, 50000)},
    "aws:lb/targetGroup:TargetGroup": {
        "deregistrationDelay": (0, 3600),
        "healthCheck.healthyThreshold": (2, 10),
        "healthCheck.interval": (5, 300),
        "healthCheck.timeout": (2, 120),
        "healthCheck.unhealthyThreshold": (2, 10),
        "port": (1, 65535),
    },
}
"""Minimum and maximum of an input, by its path."""

DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "aws:ecs/taskDefinition:TaskDefinition": ("containerDefinitions",),
    "aws:iam/policy:Policy": ("policy",),
    "aws:iam/role:Role": ("assumeRolePolicy",),
    "aws:iam/rolePolicy:RolePolicy": ("policy",),
    "aws:kms/key:Key": ("policy",),
    "aws:msk/clusterPolicy:ClusterPolicy": ("policy",),
    "aws:secretsmanager/secretPolicy:SecretPolicy": ("policy",),
}
"""Inputs that contain JSON."""
