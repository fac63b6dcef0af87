"""Redeployment when a secret is rotated: an EventBridge rule starts a state machine that updates the service."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document, trust_policy
from moorings.ecs.child_names import (
    MAX_EVENT_RULE_NAME,
    MAX_POLICY_NAME,
    MAX_ROLE_NAME,
    MAX_STATE_MACHINE_NAME,
    child_name,
)
from moorings.validation.inputs import gather


def redeploy_on_secret_rotation(
    name: str,
    *,
    context: pulumi.Output[AwsContext],
    secret_arns: pulumi.Output[list[str]],
    cluster_arn: pulumi.Output[str],
    service_arn: pulumi.Output[str],
    permissions_boundary: pulumi.Input[str] | None,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the rule and the state machine. EventBridge cannot call ``ecs:UpdateService`` itself.

    Args:
        name: prefix of the logical names.
        context: account and Region of the service.
        secret_arns: secrets of which the task reads the current version.
        cluster_arn: ECS cluster of the service.
        service_arn: service that is redeployed.
        permissions_boundary: managed policy that limits the permissions of the created roles, if any.
        tags: tags of all resources that support tags.
        opts: options of each resource.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html

    """

    def create_role(
        kind: str, description: str, trust: pulumi.Output[str], action: str, target_arn: pulumi.Output[str]
    ) -> pulumi.Output[str]:
        role = aws.iam.Role(
            child_name(name, f"{kind}-role", MAX_ROLE_NAME),
            description=description,
            assume_role_policy=trust,
            permissions_boundary=permissions_boundary,
            tags=tags,
            opts=opts,
        )
        aws.iam.RolePolicy(
            child_name(name, f"{kind}-policy", MAX_POLICY_NAME),
            role=role.id,
            policy=target_arn.apply(lambda arn: single_action_policy(action, arn)),
            opts=opts,
        )
        return role.arn

    role_arn = create_role(
        "rotation", f"Redeploys {name}", context.apply(state_machine_trust_policy), "ecs:UpdateService", service_arn
    )
    state_machine = aws.sfn.StateMachine(
        child_name(name, "rotation", MAX_STATE_MACHINE_NAME),
        role_arn=role_arn,
        definition=gather(cluster_arn, service_arn).apply(lambda arns: redeployment_definition(*arns)),
        tags=tags,
        opts=opts,
    )
    rule = aws.cloudwatch.EventRule(
        child_name(name, "rotation", MAX_EVENT_RULE_NAME),
        description=f"A secret of {name} was rotated",
        event_pattern=secret_arns.apply(rotation_events),
        tags=tags,
        opts=opts,
    )
    event_role_arn = create_role(
        "rotation-event",
        f"Starts the redeployment of {name}",
        pulumi.Output.all(context, rule.arn).apply(lambda known: event_rule_trust_policy(*known)),
        "states:StartExecution",
        state_machine.arn,
    )
    aws.cloudwatch.EventTarget(
        f"{name}-rotation", rule=rule.name, arn=state_machine.arn, role_arn=event_role_arn, opts=opts
    )


def rotation_events(secret_arns: Sequence[str]) -> str:
    """Return the event pattern for a new current version of any of the secrets.

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


def redeployment_definition(cluster_arn: str, service_arn: str) -> str:
    """Return a state machine that forces a new deployment, with retries while another deployment is running.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """
    state = {
        "Type": "Task",
        "Resource": f"arn:{cluster_arn.split(':')[1]}:states:::aws-sdk:ecs:updateService",
        "Parameters": {"Cluster": cluster_arn, "Service": service_arn, "ForceNewDeployment": True},
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 10, "MaxAttempts": 5, "BackoffRate": 2}],
        "End": True,
    }
    return json.dumps({"Comment": "A secret was rotated", "StartAt": "Redeploy", "States": {"Redeploy": state}})


def single_action_policy(action: str, arn: str) -> str:
    """Return a policy that allows one action on one resource."""
    return policy_document([{"Effect": "Allow", "Action": action, "Resource": arn}])


def state_machine_trust_policy(context: AwsContext) -> str:
    """Return a trust policy that allows state machines of this account and Region to assume the role.

    The state machine needs its role when it is created, so that its ARN is not known before.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    """
    condition = {
        "ArnLike": {"aws:SourceArn": context.arn("states", "stateMachine:*")},
        "StringEquals": {"aws:SourceAccount": context.account},
    }
    return trust_policy("states.amazonaws.com", condition)


def event_rule_trust_policy(context: AwsContext, rule_arn: str) -> str:
    """Return a trust policy that allows one EventBridge rule to assume the role.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-iam-roles.html
    """
    condition = {
        "ArnEquals": {"aws:SourceArn": rule_arn},
        "StringEquals": {"aws:SourceAccount": context.account},
    }
    return trust_policy("events.amazonaws.com", condition)
