"""CloudWatch alarms of a cluster."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from moorings.msk.alarm_definitions import AlarmDefinition
from moorings.validation.inputs import as_output

NAMESPACE = "AWS/Kafka"
"""CloudWatch namespace of MSK's metrics."""


def create_alarms(
    name: str,
    alarms: Sequence[AlarmDefinition],
    *,
    cluster_name: pulumi.Input[str],
    brokers: int,
    recommended_partitions: pulumi.Input[int],
    topic_arns: Sequence[pulumi.Input[str]],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the alarms: one for the cluster, or one for each broker if MSK publishes the metric by broker.

    Args:
        name: logical name of the cluster; alarms are named ``{name}-alarm-{role}`` or ``{name}-alarm-{role}-{broker}``.
        alarms: definitions, as returned by ``select_alarms``.
        cluster_name: name of the cluster, which is a dimension of its metrics.
        brokers: number of brokers; MSK numbers them from 1.
        recommended_partitions: recommended maximum of partitions per broker, the threshold of the partitions alarm.
        topic_arns: SNS topics that are notified when an alarm changes its state to ALARM or OK.
        tags: tags of the alarms.
        opts: options of each alarm.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/cloudwatch-metrics.html

    """
    for alarm in alarms:
        metric, *other_metrics = alarm.metrics
        # CloudWatch accepts either one metric or queries, never both.
        uses_queries = alarm.detects_anomalies or bool(other_metrics)
        broker_ids = [None] if alarm.scope == "cluster" else [str(number) for number in range(1, brokers + 1)]
        threshold = as_output(recommended_partitions if alarm.threshold is None else alarm.threshold)
        for broker_id in broker_ids:
            dimensions = {"Cluster Name": cluster_name} | ({"Broker ID": broker_id} if broker_id else {})
            aws.cloudwatch.MetricAlarm(
                f"{name}-alarm-{alarm.role}" + (f"-{broker_id}" if broker_id else ""),
                alarm_description=f"{alarm.severity}: {alarm.description} {alarm.source}",
                comparison_operator=alarm.comparison,
                threshold=None if alarm.detects_anomalies else threshold.apply(float),
                threshold_metric_id="rule" if alarm.detects_anomalies else None,
                evaluation_periods=alarm.evaluation_periods,
                datapoints_to_alarm=alarm.evaluation_periods,
                treat_missing_data=alarm.treat_missing_data,
                namespace=None if uses_queries else NAMESPACE,
                metric_name=None if uses_queries else metric,
                statistic=None if uses_queries else alarm.statistic,
                period=None if uses_queries else alarm.period_seconds,
                dimensions=None if uses_queries else dimensions,
                metric_queries=_metric_queries(alarm, dimensions) if uses_queries else None,
                alarm_actions=topic_arns,
                ok_actions=topic_arns,
                tags=tags,
                opts=opts,
            )


def _metric_queries(
    alarm: AlarmDefinition, dimensions: Mapping[str, pulumi.Input[str]]
) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    metric_ids = {f"m{index}": metric for index, metric in enumerate(alarm.metrics)}
    queries = [
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=metric_id,
            metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace=NAMESPACE,
                metric_name=metric,
                period=alarm.period_seconds,
                stat=alarm.statistic,
                dimensions=dimensions,
            ),
            # An anomaly detection alarm evaluates this metric and the band, other alarms evaluate only the sum.
            return_data=alarm.detects_anomalies,
        )
        for metric_id, metric in metric_ids.items()
    ]
    rule = aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id="rule",
        expression=(
            f"ANOMALY_DETECTION_BAND(m0, {alarm.threshold:g})" if alarm.detects_anomalies else " + ".join(metric_ids)
        ),
        label=" + ".join(alarm.metrics),
        return_data=True,
    )
    return [*queries, rule]
