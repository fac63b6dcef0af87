"""Scheduled pause and resume: EventBridge Scheduler sets the number of tasks of the service to 0 and to 1."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator

from moorings.aws.context import AwsContext
from moorings.aws.iam import trust_policy
from moorings.ecs.child_names import MAX_POLICY_NAME, MAX_ROLE_NAME, MAX_SCHEDULE_NAME, child_name
from moorings.ecs.secret_rotation import single_action_policy
from moorings.validation.args import Args
from moorings.validation.inputs import gather
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import matches

_CRON = re.compile(r"cron\(([0-9A-Za-z*?,/#-]+(?: [0-9A-Za-z*?,/#-]+){5})\)")
_DAY_OF_MONTH, _DAY_OF_WEEK = 2, 4
"""Indexes of the two fields of a cron expression of which exactly one must be ``?``."""

MAX_EVENT_AGE_SECONDS = 3600
"""Time during which a failed call is retried. A later retry could pause a service that has been resumed."""

SCHEDULE_EXPRESSION = Rule(
    id="ecs-schedule-expression",
    rationale="Cron expressions of EventBridge Scheduler have six fields. Rate expressions have no time of day.",
    source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    invalid="PauseSchedule(pause='0 20 * * *', resume='cron(0 7 ? * MON-FRI *)')",
    valid="PauseSchedule(pause='cron(0 20 ? * MON-FRI *)', resume='cron(0 7 ? * MON-FRI *)')",
)


def _check_expression(expression: str) -> str:
    match = _CRON.fullmatch(expression)
    if match is None:
        example = "cron(0 20 ? * MON-FRI *)"
        problem = f"expected a cron expression with six fields, such as {example}, got {expression!r}"
        raise Violation(SCHEDULE_EXPRESSION, problem)
    fields = match[1].split(" ")
    if [fields[_DAY_OF_MONTH], fields[_DAY_OF_WEEK]].count("?") != 1:
        problem = "exactly one of the third field (day of month) and the fifth field (day of week) must be ?"
        raise Violation(SCHEDULE_EXPRESSION, f"{problem}, got {expression!r}; correct one of them")
    return expression


CronExpression = Annotated[str, AfterValidator(_check_expression)]
"""Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based"""


class PauseSchedule(Args):
    """Schedules that stop the task and start it again, for example to stop it at night.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """

    pause: CronExpression
    """Times at which the task stops, as a cron expression with six fields: ``cron(0 20 ? * MON-FRI *)``."""

    resume: CronExpression
    """Times at which the task starts, as a cron expression with six fields: ``cron(0 7 ? * MON-FRI *)``."""

    time_zone: Annotated[
        str, matches("an IANA time zone", "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", "Europe/Dublin")
    ] = "UTC"
    """Time zone of both expressions, such as ``Europe/Dublin``. Defaults to UTC."""


def create_pause_schedule(
    name: str,
    schedule: PauseSchedule,
    *,
    context: pulumi.Output[AwsContext],
    cluster_arn: pulumi.Output[str],
    service_arn: pulumi.Output[str],
    permissions_boundary: pulumi.Input[str] | None,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the two schedules, and an IAM role that may only update the service.

    The schedules change only the desired count, to 0 or 1, so that they never start a second task.

    Args:
        name: prefix of the logical names.
        schedule: arguments of the schedules.
        context: account and Region of the service.
        cluster_arn: ECS cluster of the service.
        service_arn: the service.
        permissions_boundary: managed policy that limits the permissions of the role, if any.
        tags: tags of the role.
        opts: options of each resource.

    """
    role = aws.iam.Role(
        child_name(name, "schedule-role", MAX_ROLE_NAME),
        description=f"Pauses and resumes {name}",
        assume_role_policy=context.apply(schedule_trust_policy),
        permissions_boundary=permissions_boundary,
        tags=tags,
        opts=opts,
    )
    policy = aws.iam.RolePolicy(
        child_name(name, "schedule-policy", MAX_POLICY_NAME),
        role=role.id,
        policy=service_arn.apply(lambda arn: single_action_policy("ecs:UpdateService", arn)),
        opts=opts,
    )
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[policy]))
    window: Any = {"mode": "OFF"}
    for action, expression, desired_count in (("pause", schedule.pause, 0), ("resume", schedule.resume, 1)):
        target: Any = {
            "arn": context.apply(_update_service_target),
            "role_arn": role.arn,
            "input": gather(cluster_arn, service_arn).apply(_update_service_input(desired_count)),
            "retry_policy": {"maximum_event_age_in_seconds": MAX_EVENT_AGE_SECONDS},
        }
        aws.scheduler.Schedule(
            child_name(name, action, MAX_SCHEDULE_NAME),
            description=f"Sets the number of tasks of {name} to {desired_count}",
            schedule_expression=expression,
            schedule_expression_timezone=schedule.time_zone,
            flexible_time_window=window,
            target=target,
            opts=opts,
        )


def _update_service_input(desired_count: int) -> Any:
    """Return a function that renders the parameters of ``UpdateService`` from the ARNs of cluster and service."""

    def render(arns: list[str]) -> str:
        cluster_arn, service_arn = arns
        return json.dumps({"Cluster": cluster_arn, "DesiredCount": desired_count, "Service": service_arn})

    return render


def _update_service_target(context: AwsContext) -> str:
    return f"arn:{context.partition}:scheduler:::aws-sdk:ecs:updateService"


def schedule_trust_policy(context: AwsContext) -> str:
    """Return a trust policy that allows schedules of the default schedule group to assume the role.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    condition = {
        "ArnEquals": {"aws:SourceArn": context.arn("scheduler", "schedule-group/default")},
        "StringEquals": {"aws:SourceAccount": context.account},
    }
    return trust_policy("scheduler.amazonaws.com", condition)
