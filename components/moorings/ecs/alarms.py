"""What rings when the one task is not there, not well, or short of memory."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

MINUTE = 60


class SingletonAlarms:
    """Alarms of a service of one task, which stay silent while an ordinary deployment goes on.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
    """

    def __init__(
        self,
        name: str,
        *,
        cluster: pulumi.Output[str],
        service: pulumi.Output[str],
        minutes: int,
        paused: bool,
        memory_percent: int,
        topic_arns: Sequence[pulumi.Input[str]],
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Make the alarms of the service.

        Args:
            name: logical name that the children's names begin with.
            cluster: name of the ECS cluster.
            service: name of the service.
            minutes: for how long a deployment may leave the service away.
            paused: whether the service is meant to be away; nothing is told then.
            memory_percent: use of memory from which on the alarm rings.
            topic_arns: SNS topics that are told.
            tags: tags of the alarms.
            opts: options of each of them.

        """
        self._name, self._minutes, self._tags, self._opts = name, minutes, tags, opts
        self._enabled = not paused
        self._actions = list(topic_arns)
        self._cluster, self._service = cluster, service
        # Each running task sends one sample a minute, also without Container Insights.
        self._ecs(
            "none-running",
            f"No task of {name} has run for {minutes} minutes",
            statistic="SampleCount",
            comparison_operator="LessThanThreshold",
            threshold=1,
            evaluation_periods=minutes,
            treat_missing_data="breaching",
        )
        self._ecs(
            "memory",
            f"{name} uses more than {memory_percent} % of its memory; the kernel ends it at 100",
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=memory_percent,
            evaluation_periods=5,
            treat_missing_data="notBreaching",
        )

    def _ecs(
        self,
        role: str,
        description: str,
        *,
        statistic: str,
        comparison_operator: str,
        threshold: int,
        evaluation_periods: int,
        treat_missing_data: str,
    ) -> None:
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{role}",
            alarm_description=description,
            namespace="AWS/ECS",
            metric_name="MemoryUtilization",
            dimensions={"ClusterName": self._cluster, "ServiceName": self._service},
            statistic=statistic,
            comparison_operator=comparison_operator,
            threshold=threshold,
            period=MINUTE,
            evaluation_periods=evaluation_periods,
            treat_missing_data=treat_missing_data,
            actions_enabled=self._enabled,
            alarm_actions=self._actions,
            ok_actions=self._actions,
            tags=self._tags,
            opts=self._opts,
        )

    def unhealthy(self, load_balancer: pulumi.Output[str], target_group: pulumi.Output[str]) -> None:
        """Ring when the load balancer has found no healthy task for longer than a deployment takes.

        Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
        """
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-unhealthy",
            alarm_description=f"The load balancer has found {self._name} unhealthy for {self._minutes} minutes",
            namespace="AWS/ApplicationELB",
            metric_name="HealthyHostCount",
            dimensions={"LoadBalancer": load_balancer, "TargetGroup": target_group},
            statistic="Maximum",
            comparison_operator="LessThanThreshold",
            threshold=1,
            period=MINUTE,
            evaluation_periods=self._minutes,
            treat_missing_data="breaching",
            actions_enabled=self._enabled,
            alarm_actions=self._actions,
            ok_actions=self._actions,
            tags=self._tags,
            opts=self._opts,
        )

    def deployment_failed(self, service_arn: pulumi.Output[str]) -> None:
        """Tell the topic of deployments that ECS gave up."""
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-deployment-failed",
            description=f"ECS gave up a deployment of {self._name}",
            event_pattern=service_arn.apply(failed_deployments),
            tags=self._tags,
            opts=self._opts,
        )
        for number, topic_arn in enumerate(self._actions, 1):
            suffix = f"-{number}" if number > 1 else ""
            aws.cloudwatch.EventTarget(
                f"{self._name}-deployment-failed{suffix}", rule=rule.name, arn=topic_arn, opts=self._opts
            )


def failed_deployments(service_arn: str) -> str:
    """The events that tell of deployments of a service that ECS gave up.

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
