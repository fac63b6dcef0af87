"""Alarms of a cluster."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from moorings.msk.alarm_definitions import Alarm

NAMESPACE = "AWS/Kafka"


class ClusterAlarms:
    """CloudWatch alarms of a cluster: one for the cluster, or one for each broker where AWS counts by broker.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/cloudwatch-metrics.html
    """

    arns: Mapping[str, pulumi.Output[str]]
    """ARNs of the alarms by their logical names."""

    def __init__(
        self,
        name: str,
        alarms: Sequence[Alarm],
        *,
        cluster_name: pulumi.Input[str],
        brokers: int,
        partitions: pulumi.Input[int],
        topic_arns: Sequence[pulumi.Input[str]],
        silent: bool,
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Make the alarms.

        Args:
            name: logical name that the children's names begin with.
            alarms: what ``alarm_set`` gives.
            cluster_name: name of the cluster, by which CloudWatch knows it.
            brokers: how many brokers there are; MSK numbers them from 1.
            partitions: partitions that AWS recommends at most for a broker, where no other threshold was given.
            topic_arns: SNS topics that hear of an alarm, and of its end.
            silent: that nobody hears of the alarms is meant; otherwise it is a warning.
            tags: tags of the alarms.
            opts: options of each of them.

        """
        if alarms and not topic_arns and not silent:
            pulumi.log.warn(
                "nobody hears of the alarms; name SNS topics in alarm_topic_arns, or say silent_alarms=True if they "
                "are only looked at",
                resource=opts.parent,
            )
        self._name, self._cluster_name, self._partitions = name, cluster_name, partitions
        self._topics, self._tags, self._opts = list(topic_arns), tags, opts
        made: dict[str, aws.cloudwatch.MetricAlarm] = {}
        for alarm in alarms:
            ids = [None] if alarm.per == "cluster" else [str(number) for number in range(1, brokers + 1)]
            for broker in ids:
                role = f"{name}-alarm-{alarm.role}" + (f"-{broker}" if broker else "")
                made[role] = self._alarm(role, alarm, broker)
        self.arns = {role: each.arn for role, each in made.items()}

    def _alarm(self, role: str, alarm: Alarm, broker: str | None) -> aws.cloudwatch.MetricAlarm:
        """An alarm on one metric names it itself; one on a sum or a band does so in queries, and never both."""
        band = alarm.comparison == "GreaterThanUpperThreshold"
        metric, *others = alarm.metrics
        queries = self._queries(alarm, broker) if band or others else None
        threshold = pulumi.Output.from_input(self._partitions if alarm.threshold is None else alarm.threshold)
        return aws.cloudwatch.MetricAlarm(
            role,
            alarm_description=f"{'Critical' if alarm.critical else 'Warning'}: {alarm.why} {alarm.source}",
            comparison_operator=alarm.comparison,
            threshold=None if band else threshold.apply(float),
            threshold_metric_id="rule" if band else None,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.periods,
            treat_missing_data=alarm.missing,
            namespace=None if queries else NAMESPACE,
            metric_name=None if queries else metric,
            statistic=None if queries else alarm.statistic,
            period=None if queries else alarm.period,
            dimensions=None if queries else self._dimensions(broker),
            metric_queries=queries,
            alarm_actions=self._topics,
            ok_actions=self._topics,
            tags=self._tags,
            opts=self._opts,
        )

    def _queries(self, alarm: Alarm, broker: str | None) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
        band = alarm.comparison == "GreaterThanUpperThreshold"
        named = {f"m{at}": metric for at, metric in enumerate(alarm.metrics)}
        parts = [
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=each,
                metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=NAMESPACE,
                    metric_name=metric,
                    period=alarm.period,
                    stat=alarm.statistic,
                    dimensions=self._dimensions(broker),
                ),
                return_data=band,  # what lies within a band or not is the metric; a sum stands for its parts
            )
            for each, metric in named.items()
        ]
        rule = aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id="rule",
            expression=f"ANOMALY_DETECTION_BAND(m0, {alarm.threshold:g})" if band else " + ".join(named),
            label=" + ".join(alarm.metrics),
            return_data=True,
        )
        return [*parts, rule]

    def _dimensions(self, broker: str | None) -> dict[str, pulumi.Input[str]]:
        cluster: dict[str, pulumi.Input[str]] = {"Cluster Name": self._cluster_name}
        return cluster | ({"Broker ID": broker} if broker else {})
