"""What parliament finds in policies."""

import json

import pulumi_aws as aws
import pytest
from conftest import write_policies
from judges import parliament, rules

from moorings.preview.program import StackContext, run

SETTING = StackContext("moorings", "planted")


def judged(tmp_path, **statement):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    plan = run(lambda: aws.iam.Policy("p", policy=json.dumps(document)), SETTING, known=True)
    return parliament(write_policies({"planted": plan}, tmp_path))


TOPIC = "arn:aws:kafka:eu-west-1:123456789012:topic/kafka/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2/orders"


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ({"Action": "kafka-cluster:ReadDate", "Resource": TOPIC}, "UNKNOWN_ACTION"),
        ({"Action": "kafka-clusters:ReadData", "Resource": TOPIC}, "UNKNOWN_PREFIX"),
        ({"Action": "kafka-cluster:ReadData", "Resource": "arn:aws:s3:::bucket"}, "RESOURCE_MISMATCH"),
        ({"Action": "kafka-cluster:ReadData", "Resource": "topic/orders"}, "INVALID_ARN"),
        ({"Action": "kms:Decrypt", "Resource": "*"}, "RESOURCE_STAR"),
        ({"Action": "secretsmanager:PutResourcePolicy", "Resource": "*"}, "PERMISSIONS_MANAGEMENT_ACTIONS"),
        ({"Actions": "kafka-cluster:ReadData", "Resource": TOPIC}, "MALFORMED"),
        (
            {"Action": "kms:Decrypt", "Resource": "*", "Condition": {"NumericEquals": {"kms:ViaService": "kafka"}}},
            "MISMATCHED_TYPE",
        ),
    ],
)
def test_planted_mistakes_are_found(tmp_path, statement, rule):
    found = judged(tmp_path, **statement)
    assert rule in rules(found)
    assert {each.where for each in found} == {"planted aws_iam_policy.p.policy"}


def test_a_good_neighbour_is_not(tmp_path):
    assert judged(tmp_path, Action="kafka-cluster:ReadData", Resource=TOPIC) == []


@pytest.mark.parametrize(
    ("action", "broken"), [("sts:AssumeRole", {"CREDENTIALS_EXPOSURE"}), ("sts:AssumeRoll", {"UNKNOWN_ACTION"})]
)
def test_a_trust_policy_is_judged_too(tmp_path, action, broken):
    statement = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": action}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    plan = run(lambda: aws.iam.Role("r", assume_role_policy=json.dumps(document)), SETTING, known=True)
    assert rules(parliament(write_policies({"planted": plan}, tmp_path))) == broken


def test_every_stack_that_has_keys_has_policies_to_judge(plans, tmp_path):
    folder = write_policies(plans, tmp_path)
    for stack, plan in plans.items():
        keys = {each.name.replace("-", "_") for each in plan.all("aws:kms/key:Key")}
        assert keys <= {path.stem.split(".")[1] for path in (folder / stack).glob("aws_kms_key.*")}
