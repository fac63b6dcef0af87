"""A new task whenever a secret has changed that it reads in its current version."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document, trust


def redeploy_on_secret_rotation(
    name: str,
    *,
    place: pulumi.Output[AwsContext],
    secret_arns: pulumi.Output[list[str]],
    cluster_arn: pulumi.Output[str],
    service_arn: pulumi.Output[str],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Let EventBridge tell a state machine of a new current version, and this one tell ECS.

    EventBridge does not call ``ecs:UpdateService`` itself.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html
    """
    role = aws.iam.Role(
        f"{name}-rotation-role",
        description=f"Redeploys {name}",
        assume_role_policy=place.apply(lambda at: _trust(at, "states.amazonaws.com")),
        tags=tags,
        opts=opts,
    )
    aws.iam.RolePolicy(
        f"{name}-rotation-policy",
        role=role.id,
        policy=service_arn.apply(lambda arn: allowing("ecs:UpdateService", arn)),
        opts=opts,
    )
    machine = aws.sfn.StateMachine(
        f"{name}-rotation",
        role_arn=role.arn,
        definition=pulumi.Output.all(cluster_arn, service_arn).apply(lambda arns: redeployment(*arns)),
        tags=tags,
        opts=opts,
    )
    caller = aws.iam.Role(
        f"{name}-rotation-event-role",
        description=f"Starts the redeployment of {name}",
        assume_role_policy=place.apply(lambda at: _trust(at, "events.amazonaws.com")),
        tags=tags,
        opts=opts,
    )
    aws.iam.RolePolicy(
        f"{name}-rotation-event-policy",
        role=caller.id,
        policy=machine.arn.apply(lambda arn: allowing("states:StartExecution", arn)),
        opts=opts,
    )
    rule = aws.cloudwatch.EventRule(
        f"{name}-rotation",
        description=f"A secret of {name} has changed",
        event_pattern=secret_arns.apply(new_versions),
        tags=tags,
        opts=opts,
    )
    aws.cloudwatch.EventTarget(f"{name}-rotation", rule=rule.name, arn=machine.arn, role_arn=caller.arn, opts=opts)


def new_versions(secret_arns: Sequence[str]) -> str:
    """The events that tell of another current version of these secrets.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
    """
    return json.dumps(
        {
            "source": ["aws.secretsmanager"],
            "detail-type": ["Secret Label Updated"],
            "resources": sorted(set(secret_arns)),
            "detail": {"labelUpdated": ["AWSCURRENT"]},
        }
    )


def redeployment(cluster_arn: str, service_arn: str) -> str:
    """A state machine that starts a deployment, and tries again while ECS is busy.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """
    state = {
        "Type": "Task",
        "Resource": f"arn:{cluster_arn.split(':')[1]}:states:::aws-sdk:ecs:updateService",
        "Parameters": {"Cluster": cluster_arn, "Service": service_arn, "ForceNewDeployment": True},
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 10, "MaxAttempts": 5, "BackoffRate": 2}],
        "End": True,
    }
    return json.dumps({"Comment": "A secret has changed", "StartAt": "Redeploy", "States": {"Redeploy": state}})


def _trust(place: AwsContext, service: str) -> str:
    return trust(service, {"StringEquals": {"aws:SourceAccount": place.account}})


def allowing(action: str, arn: str) -> str:
    """A policy that allows one action on one resource."""
    return policy_document([{"Effect": "Allow", "Action": action, "Resource": arn}])
