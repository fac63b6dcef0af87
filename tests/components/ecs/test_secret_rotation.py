"""Redeployment when a secret is rotated."""

import json

import pytest

from moorings.ecs.secret_rotation import redeployment_definition, rotation_events, single_action_policy

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


@pytest.mark.parametrize(("role", "service"), [("rotation-role", "states"), ("rotation-event-role", "events")])
def test_roles_are_restricted_to_the_account(create, role, service):
    plan = create(secrets={"A": {"secret_arn": FIRST}}, redeploy_on_secret_rotation=True)
    (statement,) = json.loads(plan[f"orders-{role}"].inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


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
