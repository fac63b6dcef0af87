"""Misconfigurations of IAM policies that parliament finds."""

import json

import pulumi_aws as aws
import pytest
from conftest import write_policies
from scanners import parliament, rules

from moorings.preview.program import StackContext, run

CONTEXT = StackContext("moorings", "example")


def lint(tmp_path, **statement):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    plan = run(lambda: aws.iam.Policy("p", policy=json.dumps(document)), CONTEXT, known=True)
    return parliament(write_policies({"example": plan}, tmp_path))


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
def test_misconfigurations_are_found(tmp_path, statement, rule):
    findings = lint(tmp_path, **statement)
    assert rule in rules(findings)
    assert {finding.location for finding in findings} == {"example aws_iam_policy.p.policy"}


def test_a_valid_policy_has_no_findings(tmp_path):
    assert lint(tmp_path, Action="kafka-cluster:ReadData", Resource=TOPIC) == []


@pytest.mark.parametrize(
    ("action", "violated"), [("sts:AssumeRole", {"CREDENTIALS_EXPOSURE"}), ("sts:AssumeRoll", {"UNKNOWN_ACTION"})]
)
def test_trust_policies_are_linted(tmp_path, action, violated):
    statement = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": action}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    plan = run(lambda: aws.iam.Role("r", assume_role_policy=json.dumps(document)), CONTEXT, known=True)
    assert rules(parliament(write_policies({"example": plan}, tmp_path))) == violated


def test_the_policies_of_all_keys_are_linted(plans, tmp_path):
    folder = write_policies(plans, tmp_path)
    for stack, plan in plans.items():
        keys = {key.name.replace("-", "_") for key in plan.all("aws:kms/key:Key")}
        assert keys <= {path.stem.split(".")[1] for path in (folder / stack).glob("aws_kms_key.*")}
