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
"""Positions of the fields of a cron expression of which one must be ``?``."""

MAX_EVENT_AGE_SECONDS = 3600
"""Time during which a failed call is repeated. A later one could pause a service that has been resumed."""

SCHEDULE_EXPRESSION = Rule(
    id="ecs-schedule-expression",
    rationale="EventBridge Scheduler rejects other expressions. Those with a rate would not pause at a certain time.",
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
        problem = (
            f"exactly one of day of month and day of week must be ?, got {expression!r}; correct the third or fifth"
        )
        raise Violation(SCHEDULE_EXPRESSION, f"{problem} field")
    return expression


CronExpression = Annotated[str, AfterValidator(_check_expression)]
"""Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based"""


class PauseSchedule(Args):
    """Times at which the task is stopped and started again, for example to stop it at night.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """

    pause: CronExpression
    """Cron expression with six fields of the times at which the task is stopped: ``cron(0 20 ? * MON-FRI *)``."""

    resume: CronExpression
    """Cron expression with six fields of the times at which the task is started: ``cron(0 7 ? * MON-FRI *)``."""

    time_zone: Annotated[
        str, matches("a time zone of the IANA database", "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", "Europe/Dublin")
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
    """Create the two schedules and their role, which may only update the service.

    The calls set nothing but the number of tasks, to 0 or 1, so that they never start a second task.

    Args:
        name: prefix of the logical names.
        schedule: times of the pause.
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
    for role_name, expression, count in (("pause", schedule.pause, 0), ("resume", schedule.resume, 1)):
        target: Any = {
            "arn": context.apply(lambda known: f"arn:{known.partition}:scheduler:::aws-sdk:ecs:updateService"),
            "role_arn": role.arn,
            "input": gather(cluster_arn, service_arn).apply(_parameters(count)),
            "retry_policy": {"maximum_event_age_in_seconds": MAX_EVENT_AGE_SECONDS},
        }
        aws.scheduler.Schedule(
            child_name(name, role_name, MAX_SCHEDULE_NAME),
            description=f"Sets the number of tasks of {name} to {count}",
            schedule_expression=expression,
            schedule_expression_timezone=schedule.time_zone,
            flexible_time_window=window,
            target=target,
            opts=opts,
        )


def _parameters(count: int) -> Any:
    """Return a function that returns the parameters of the call."""

    def render(arns: list[str]) -> str:
        cluster_arn, service_arn = arns
        return json.dumps({"Cluster": cluster_arn, "DesiredCount": count, "Service": service_arn})

    return render


def schedule_trust_policy(context: AwsContext) -> str:
    """Return a trust policy that allows schedules of the default group to assume the role.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    condition = {
        "ArnEquals": {"aws:SourceArn": context.arn("scheduler", "schedule-group/default")},
        "StringEquals": {"aws:SourceAccount": context.account},
    }
    return trust_policy("scheduler.amazonaws.com", condition)
