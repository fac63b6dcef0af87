"""A new task whenever a secret has changed."""

import json

import pytest

from moorings import InvalidInput
from moorings.ecs.secret_rotation import allowing, new_versions, redeployment

FIRST = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"
SECOND = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:audit-d4E5f6"
VERSION = "0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
CLUSTER = "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/tools"
SERVICE = "arn:aws-cn:ecs:cn-north-1:123456789012:service/tools/orders"


def test_nothing_listens_unless_asked(made):
    assert not made(secrets={"A": {"secret_arn": FIRST}}).all("aws:sfn/stateMachine:StateMachine")


def test_secrets_without_a_version_are_listened_to(made):
    plan = made(
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
    assert [each.name for each in plan.all("aws:iam/role:Role")] == [
        "orders-execution-role", "orders-rotation-event-role", "orders-rotation-role", "orders-task-role",
    ]  # fmt: skip


def test_so_is_the_secret_of_a_kafka_user(made):
    kafka = {
        "listener": "scram",
        "bootstrap_servers": "k.example.com:9096",
        "username": "orders",
        "secret_arn": FIRST,
        "security_group_id": "sg-0b92d7f4a1e63c508",
    }
    (rule,) = made(kafka=kafka, redeploy_on_secret_rotation=True).all("aws:cloudwatch/eventRule:EventRule")
    assert json.loads(rule.inputs["eventPattern"])["resources"] == [FIRST]


@pytest.mark.parametrize(("role", "service"), [("rotation-role", "states"), ("rotation-event-role", "events")])
def test_only_the_service_of_this_account_takes_a_role(made, role, service):
    plan = made(secrets={"A": {"secret_arn": FIRST}}, redeploy_on_secret_rotation=True)
    (statement,) = json.loads(plan[f"orders-{role}"].inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_each_secret_is_named_once():
    assert json.loads(new_versions([FIRST, SECOND, FIRST]))["resources"] == [SECOND, FIRST]


def test_the_machine_starts_a_deployment():
    state = json.loads(redeployment(CLUSTER, SERVICE))["States"]["Redeploy"]
    assert state["Resource"] == "arn:aws-cn:states:::aws-sdk:ecs:updateService"
    assert state["Parameters"] == {"Cluster": CLUSTER, "Service": SERVICE, "ForceNewDeployment": True}


def test_each_may_do_one_thing():
    assert json.loads(allowing("ecs:UpdateService", SERVICE))["Statement"] == [
        {"Effect": "Allow", "Action": "ecs:UpdateService", "Resource": SERVICE}
    ]


@pytest.mark.parametrize("secrets", [{}, {"A": {"secret_arn": FIRST, "version_id": VERSION}}])
def test_there_must_be_something_to_listen_to(made, secrets):
    with pytest.raises(InvalidInput) as refused:
        made(secrets=secrets, redeploy_on_secret_rotation=True)
    assert str(refused.value) == (
        "FargateSingleton 'orders': redeploy_on_secret_rotation: has no effect, because no secret is read without a "
        "version_id; turn it off. A new version_id starts a new task by itself"
    )
