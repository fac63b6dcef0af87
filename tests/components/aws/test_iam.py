"""IAM policy documents."""

from moorings.aws.iam import policy_document, trust_policy


def test_statements_keep_their_order():
    assert policy_document(({"Sid": "B"}, {"Sid": "A"})) == (
        '{"Version": "2012-10-17", "Statement": [{"Sid": "B"}, {"Sid": "A"}]}'
    )


def test_a_trust_policy_has_a_condition():
    assert trust_policy("ecs-tasks.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "123456789012"}}) == (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, '
        '"Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}'
    )
