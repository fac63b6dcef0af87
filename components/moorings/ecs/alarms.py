"""CloudWatch alarms of a singleton, and notifications of its failed deployments."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.ecs.child_names import MAX_EVENT_RULE_NAME, child_name


@dataclass(frozen=True, kw_only=True)
class SingletonAlarms:
    """Creates the alarms of a service with one task.

    The alarms for a missing or unhealthy task wait longer than a deployment takes.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
    """

    name: str
    """Prefix of the logical names."""

    alarm_minutes: int
    """Minutes after which a missing task triggers an alarm."""

    enabled: bool
    """Whether the alarms notify the topics: False while the service is paused."""

    cluster_name: pulumi.Input[str]
    """Name of the ECS cluster."""

    service_name: pulumi.Input[str]
    """Name of the service."""

    paused_by_schedule: bool
    """Whether a schedule pauses the service. Alarms for a missing task then read from Container Insights whether the
    service should run one."""

    topic_arns: Sequence[pulumi.Input[str]]
    """SNS topics that are notified."""

    tags: Mapping[str, pulumi.Input[str]]
    """Tags of the alarms."""

    opts: pulumi.ResourceOptions
    """Options of each alarm."""

    @property
    def _service_dimensions(self) -> dict[str, pulumi.Input[str]]:
        return {"ClusterName": self.cluster_name, "ServiceName": self.service_name}

    def create_service_alarms(self, memory_threshold_percent: int) -> None:
        """Create the alarms for a missing task and for high memory utilization."""
        metric = {
            "namespace": "AWS/ECS",
            "metric_name": "MemoryUtilization",
            "dimensions": self._service_dimensions,
        }
        # Each running task reports one sample per minute, with or without Container Insights.
        self._create_alarm(
            "none-running",
            f"No task of {self.name} has run for {self.alarm_minutes} minutes",
            **self._unless_paused(**metric, statistic="SampleCount"),
            comparison_operator="LessThanThreshold",
            threshold=1,
            evaluation_periods=self.alarm_minutes,
            treat_missing_data="breaching",
        )
        self._create_alarm(
            "memory",
            f"{self.name} uses more than {memory_threshold_percent} % of its memory; at 100 % it is killed",
            **metric,
            statistic="Maximum",
            period=60,
            comparison_operator="GreaterThanThreshold",
            threshold=memory_threshold_percent,
            evaluation_periods=5,
            treat_missing_data="notBreaching",
        )

    def create_target_alarm(
        self, load_balancer: pulumi.Input[str], target_group: pulumi.Input[str], *, role: str, namespace: str
    ) -> None:
        """Create the alarm for a task that fails the health check of the load balancer.

        Args:
            load_balancer: ARN suffix of the load balancer.
            target_group: ARN suffix of the target group.
            role: suffix of the logical name.
            namespace: namespace of the metrics.

        Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html

        """
        self._create_alarm(
            role,
            f"The load balancer has found no healthy task of {self.name} for {self.alarm_minutes} minutes",
            **self._unless_paused(
                namespace=namespace,
                metric_name="HealthyHostCount",
                dimensions={"LoadBalancer": load_balancer, "TargetGroup": target_group},
                statistic="Maximum",
            ),
            comparison_operator="LessThanThreshold",
            threshold=1,
            evaluation_periods=self.alarm_minutes,
            treat_missing_data="breaching",
        )

    def _unless_paused(self, *, statistic: str, **metric: Any) -> dict[str, Any]:
        """Return the settings of a metric, which is 1 while a schedule pauses the service.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
        """
        if not self.paused_by_schedule:
            return {**metric, "statistic": statistic, "period": 60}
        desired = {
            "namespace": "ECS/ContainerInsights",
            "metric_name": "DesiredTaskCount",
            "dimensions": self._service_dimensions,
        }
        return {
            "metric_queries": [
                {"id": "desired", "metric": {**desired, "stat": "Maximum", "period": 60}},
                {"id": "actual", "metric": {**metric, "stat": statistic, "period": 60}},
                {
                    "id": "running",
                    "expression": "IF(desired > 0, FILL(actual, 0), 1)",
                    "label": "Running, or paused",
                    "return_data": True,
                },
            ]
        }

    def _create_alarm(self, role: str, description: str, **settings: Any) -> None:
        aws.cloudwatch.MetricAlarm(
            f"{self.name}-{role}",
            alarm_description=description,
            **settings,
            actions_enabled=self.enabled,
            alarm_actions=list(self.topic_arns),
            ok_actions=list(self.topic_arns),
            tags=self.tags,
            opts=self.opts,
        )

    def notify_failed_deployments(self, service_arn: pulumi.Output[str]) -> None:
        """Notify the topics when a deployment fails."""
        if not self.topic_arns:
            return
        rule = aws.cloudwatch.EventRule(
            child_name(self.name, "deployment-failed", MAX_EVENT_RULE_NAME),
            description=f"A deployment of {self.name} failed",
            event_pattern=service_arn.apply(failed_deployment_events),
            tags=self.tags,
            opts=self.opts,
        )
        for number, topic_arn in enumerate(self.topic_arns, 1):
            suffix = f"-{number}" if number > 1 else ""
            aws.cloudwatch.EventTarget(
                f"{self.name}-deployment-failed{suffix}", rule=rule.name, arn=topic_arn, opts=self.opts
            )


def failed_deployment_events(service_arn: str) -> str:
    """Return the event pattern of a service's failed deployments.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    return json.dumps(
        {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change"],
            "resources": [service_arn],
            "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
        }
    )
