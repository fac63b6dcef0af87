"""IAM policies: grammar, size and statements that allow too much."""

import json

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Args
from moorings.aws.iam_policy_rules import (
    ROLE_INLINE_POLICIES_SIZE,
    IdentityPolicy,
    check_identity_policy,
    check_policy_partition,
    check_policy_size,
    find_broad_statements,
    identity_policy_problems,
)
from moorings.validation.inputs import Input
from moorings.validation.rules import Violation

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}


class RoleArgs(Args):
    """An argument with a policy."""

    policy: Input[IdentityPolicy] | None = None


def policy(*statements, **elements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **elements})


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("text", "rule", "path"),
    [
        ("{", "aws-iam-policy-elements", "policy"),
        ("[]", "aws-iam-policy-elements", "policy"),
        ("{}", "aws-iam-policy-elements", "policy.Statement"),
        (policy(), "aws-iam-policy-elements", "policy.Statement"),
        (policy("x"), "aws-iam-policy-elements", "policy.Statement[0]"),
        (policy(READ, Statement="x"), "aws-iam-policy-elements", "policy.Statement"),
        (policy(READ, Version="2012-10-18"), "aws-iam-policy-elements", "policy.Version"),
        (policy(READ, statement=READ), "aws-iam-policy-elements", "policy.statement"),
        (policy({**READ, "Sid": "läuft"}), "aws-iam-policy-elements", "policy.Statement[0].Sid"),
        (policy({**READ, "Sid": "日"}).encode().decode("unicode_escape"), "aws-iam-policy-elements", "policy"),
        (policy({**READ, "Sid": "A"}, {**READ, "Sid": "A"}), "aws-iam-policy-elements", "policy.Statement[0].Sid"),
        (policy(Statement={**READ, "Effect": "allow"}), "aws-iam-policy-elements", "policy.Statement.Effect"),
        (policy({"Action": "s3:*", "Resource": "*"}), "aws-iam-policy-elements", "policy.Statement[0]"),
        (policy({**READ, "NotAction": "s3:*"}), "aws-iam-policy-elements", "policy.Statement[0]"),
        (policy({"Effect": "Deny", "Action": "s3:*"}), "aws-iam-policy-elements", "policy.Statement[0]"),
        (policy({**READ, "Action": []}), "aws-iam-policy-elements", "policy.Statement[0].Action"),
        (policy({**READ, "Conditions": {}}), "aws-iam-policy-elements", "policy.Statement[0].Conditions"),
        (policy({**READ, "Condition": {"Bool": "x"}}), "aws-iam-policy-elements", "policy.Statement[0].Condition"),
        (
            policy({**READ, "Condition": {"StringEqual": {}}}),
            "aws-iam-policy-elements",
            "policy.Statement[0].Condition.StringEqual",
        ),
        (policy({**READ, "Principal": "*"}), "aws-iam-policy-principal", "policy.Statement[0].Principal"),
        (policy({**READ, "NotPrincipal": "*"}), "aws-iam-policy-principal", "policy.Statement[0].NotPrincipal"),
        (policy({**READ, "Action": "GetObject"}), "aws-iam-policy-action", "policy.Statement[0].Action"),
        (policy(READ, {**READ, "Action": ["s3:*", "s3: *"]}), "aws-iam-policy-action", "policy.Statement[1].Action[1]"),
        (policy({**READ, "Action": 3}), "aws-iam-policy-action", "policy.Statement[0].Action"),
        (policy({**READ, "Resource": "orders/*"}), "aws-iam-policy-resource", "policy.Statement[0].Resource"),
        (
            policy({**READ, "Resource": ["*", "arn:s3:::a"]}),
            "aws-iam-policy-resource",
            "policy.Statement[0].Resource[1]",
        ),
    ],
)
def test_policies_that_iam_rejects(deploy, rejected, text, rule, path, late):  # noqa: PLR0917
    with rejected(rule, path):
        deploy(lambda: RoleArgs(policy=pulumi.Output.from_input(text) if late else text))


@pytest.mark.parametrize(
    "text",
    [
        policy(READ),
        policy(Statement=READ, Id="orders"),
        json.dumps({"Statement": READ}),
        policy(READ, Version="2008-10-17"),
        policy({**READ, "Sid": "A1"}, {**READ, "Sid": ""}, READ, {**READ, "Effect": "Deny"}),
        policy({"Effect": "Allow", "NotAction": ["iam:*"], "NotResource": "*"}),
        policy({**READ, "Action": ["*", "*:*", "s3:Get*", "kafka-cluster:*Topic?", "ec2:Describe*"]}),
        policy({**READ, "Resource": ["arn:aws-cn:s3:::a", "arn:aws-eusc:s3:::${aws:username}", "arn:*:s3:::a"]}),
        policy({**READ, "Condition": {"StringEquals": {"aws:ResourceAccount": ["123456789012"]}, "Bool": {}}}),
        policy({**READ, "Condition": {"ForAnyValue:StringLikeIfExists": {}, "stringequals": {}, "Newer": {}}}),
    ],
)
def test_policies_that_iam_accepts(text):
    assert list(identity_policy_problems(text)) == []
    assert check_identity_policy(text) == text


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["Statement", "Effect", "Action", "Resource", "Sid", "Condition"]), x)
        ),
    ).map(json.dumps)
)
def test_any_text_is_accepted_or_a_violation(text):
    problems = list(identity_policy_problems(text))
    assert all(rule.id.startswith("aws-iam-policy-") for rule, _, _ in problems)
    if not problems:
        list(find_broad_statements(text))


def test_size_does_not_count_white_space():
    overhead = len("".join(policy({**READ, "Resource": []}).split()))
    resources = "x" * (ROLE_INLINE_POLICIES_SIZE - overhead - 2)
    assert check_policy_size(text := policy({**READ, "Resource": [resources + " "]}), ROLE_INLINE_POLICIES_SIZE) == text
    with pytest.raises(Violation, match="has 10241 characters, and AWS allows at most 10240") as error:
        check_policy_size(policy({**READ, "Resource": [resources + "x"]}), ROLE_INLINE_POLICIES_SIZE, "task_policy")
    assert (error.value.rule.id, error.value.path) == ("aws-iam-policy-size", ("task_policy",))


@pytest.mark.parametrize(
    ("statement", "element"),
    [
        ({"Action": "*", "Resource": "arn:aws:s3:::orders"}, "Action"),
        ({"Action": ["s3:GetObject", "*:*"], "Resource": "*"}, "Action"),
        ({"Action": "s3:*", "Resource": ["*"]}, "Resource"),
        ({"Action": "iam:PassRole", "Resource": "*"}, "Resource"),
        ({"NotAction": "iam:*", "Resource": "*"}, "NotAction"),
        ({"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::orders"}, "NotResource"),
    ],
)
def test_broad_statements(statement, element):
    paths = [path for path, _ in find_broad_statements(policy(READ, {"Effect": "Allow", **statement}))]
    assert paths == [("Statement", 1, element)]
    ((path, _),) = find_broad_statements(policy(Statement={"Effect": "Allow", **statement}))
    assert path == ("Statement", 0, element)


@pytest.mark.parametrize(
    "statement",
    [
        READ,
        {**READ, "Resource": "*"},
        {**READ, "Action": "s3:*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"a": "b"}}},
    ],
)
def test_narrow_statements(statement):
    assert list(find_broad_statements(policy(statement))) == []


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_resources_of_another_partition(element):
    statement = {"Effect": "Deny", "Action": "*", element: ["*", "arn:*:s3:::a", "arn:aws-cn:s3:::b"]}
    text = policy(statement)
    assert check_policy_partition(text, "aws-cn") == text
    with pytest.raises(Violation, match="arn:aws-cn:s3:::b is not in the partition of the provider") as error:
        check_policy_partition(text, "aws", "task_policy")
    assert (error.value.rule.id, error.value.path) == (
        "aws-iam-policy-resource",
        ("task_policy",),
    )
