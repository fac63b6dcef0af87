"""Redeployment when a secret is rotated."""

import json
import re

import pytest

from moorings.aws.context import AwsContext
from moorings.ecs.secret_rotation import (
    redeployment_definition,
    rotation_events,
    single_action_policy,
    state_machine_trust_policy,
)

FIRST = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"
SECOND = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:audit-d4E5f6"
VERSION = "0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
CLUSTER = "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/tools"
SERVICE = "arn:aws-cn:ecs:cn-north-1:123456789012:service/tools/orders"


def test_no_redeployment_by_default(create):
    assert not create(secrets={"A": {"secret_arn": FIRST}}).all("aws:sfn/stateMachine:StateMachine")


def test_redeployment_when_the_current_version_changes(create):
    plan = create(
        secrets={"A": {"secret_arn": FIRST}, "B": {"secret_arn": SECOND, "version_id": VERSION}},
        redeploy_on_secret_rotation=True,
    )
    (rule,) = plan.all("aws:cloudwatch/eventRule:EventRule")
    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        "resources": [FIRST],
        "detail": {"labelUpdated": ["AWSCURRENT"]},
    }
    assert [role.name for role in plan.all("aws:iam/role:Role")] == [
        "orders-execution-role", "orders-rotation-event-role", "orders-rotation-role", "orders-task-role",
    ]  # fmt: skip


def test_redeployment_when_the_kafka_password_changes(create):
    kafka = {
        "listener": "scram",
        "bootstrap_servers": "k.example.com:9096",
        "username": "orders",
        "secret_arn": FIRST,
        "security_group_id": "sg-0b92d7f4a1e63c508",
    }
    (rule,) = create(kafka=kafka, redeploy_on_secret_rotation=True).all("aws:cloudwatch/eventRule:EventRule")
    assert json.loads(rule.inputs["eventPattern"])["resources"] == [FIRST]


def test_only_state_machines_of_the_account_and_region_can_redeploy(create):
    plan = create(secrets={"A": {"secret_arn": FIRST}}, redeploy_on_secret_rotation=True)
    (statement,) = json.loads(plan["orders-rotation-role"].inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:*"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


def test_only_the_rule_can_start_the_redeployment(create):
    plan = create(secrets={"A": {"secret_arn": FIRST}}, redeploy_on_secret_rotation=True)
    (statement,) = json.loads(plan["orders-rotation-event-role"].inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    (arn,) = statement["Condition"]["ArnEquals"].values()
    assert re.fullmatch(r"arn:aws:events:eu-west-1:123456789012:rule/orders-rotation-[0-9a-f]{7}", arn)
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": arn},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


def test_trust_policies_have_the_partition_of_the_provider():
    china = AwsContext("aws-cn", "amazonaws.com.cn", "cn-north-1", "123456789012")
    (statement,) = json.loads(state_machine_trust_policy(china))["Statement"]
    assert statement["Condition"]["ArnLike"] == {
        "aws:SourceArn": "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:*"
    }


def test_event_pattern_lists_each_secret_once():
    assert json.loads(rotation_events([FIRST, SECOND, FIRST]))["resources"] == [SECOND, FIRST]


def test_state_machine_forces_a_deployment():
    state = json.loads(redeployment_definition(CLUSTER, SERVICE))["States"]["Redeploy"]
    assert state["Resource"] == "arn:aws-cn:states:::aws-sdk:ecs:updateService"
    assert state["Parameters"] == {"Cluster": CLUSTER, "Service": SERVICE, "ForceNewDeployment": True}


def test_policy_allows_a_single_action():
    assert json.loads(single_action_policy("ecs:UpdateService", SERVICE))["Statement"] == [
        {"Effect": "Allow", "Action": "ecs:UpdateService", "Resource": SERVICE}
    ]


@pytest.mark.parametrize("secrets", [{}, {"A": {"secret_arn": FIRST, "version_id": VERSION}}])
def test_redeployment_requires_a_secret_without_version(create, rejected, secrets):
    with rejected("ecs-argument-without-effect", "redeploy_on_secret_rotation"):
        create(secrets=secrets, redeploy_on_secret_rotation=True)
