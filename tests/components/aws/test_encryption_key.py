"""EncryptionKey: resources, key policy and invalid arguments."""

import json

import pulumi
import pytest

from moorings import EncryptionKey, EncryptionKeyArgs

ACCOUNT = "123456789012"


@pytest.fixture
def deploy_key(deploy):
    """Deploy a key with arguments."""

    def deploy_with(preview=False, **args):
        return deploy(
            lambda: EncryptionKey("orders", args),
            preview=preview,
        )

    return deploy_with


@pytest.fixture
def policy(deploy_key):
    """The statements of a key's policy, by their Sid."""

    def statements(**args):
        document = json.loads(deploy_key(description="Orders", **args)["orders-key"].inputs["policy"])
        assert document["Version"] == "2012-10-17"
        return {statement.pop("Sid"): statement for statement in document["Statement"]}

    return statements


def test_resources_of_a_key(deploy_key):
    plan = deploy_key(description="Orders")
    assert plan.urns == [
        "urn:pulumi:test::moorings::moorings:index:EncryptionKey$aws:kms/alias:Alias::orders-alias",
        "urn:pulumi:test::moorings::moorings:index:EncryptionKey$aws:kms/key:Key::orders-key",
        "urn:pulumi:test::moorings::moorings:index:EncryptionKey::orders",
    ]


def test_defaults_of_the_key(deploy_key):
    key = deploy_key(description="Orders")["orders-key"]
    assert key.protect
    assert {name: key.inputs[name] for name in key.inputs if name != "policy"} == {
        "description": "Orders",
        "enableKeyRotation": True,
        "rotationPeriodInDays": 365,
        "deletionWindowInDays": 30,
        "tags": {},
    }


def test_arguments_of_the_key(deploy_key):
    key = deploy_key(description="x", rotation_period_days=90, deletion_window_days=7, protect=False, tags={"a": "b"})[
        "orders-key"
    ]
    assert not key.protect
    assert key.inputs["rotationPeriodInDays"] == 90
    assert key.inputs["deletionWindowInDays"] == 7
    assert key.inputs["tags"] == {"a": "b"}


def test_the_alias_refers_to_the_key(deploy_key):
    plan = deploy_key(description="Orders")
    assert plan["orders-alias"].inputs["namePrefix"] == "alias/orders-"
    assert plan["orders-alias"].property_dependencies["targetKeyId"] == [plan["orders-key"].urn]


def test_outputs(deploy):
    def program():
        key = EncryptionKey("orders", EncryptionKeyArgs(description="Orders"))
        pulumi.export("arn", key.arn)
        pulumi.export("alias", key.alias)

    outputs = deploy(program).outputs
    assert outputs["arn"].startswith(f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/")
    assert outputs["alias"].startswith("alias/orders-")


def test_a_preview_shows_the_policy(deploy):
    def program():
        pulumi.export("arn", EncryptionKey("orders", EncryptionKeyArgs(description="Orders")).arn)

    plan = deploy(program, preview=True)
    assert ACCOUNT in plan["orders-key"].inputs["policy"]
    assert plan.outputs.get("arn") != plan.outputs.get("alias", "none")
    assert "arn:aws:kms" not in str(plan.outputs)


def test_by_default_the_account_only_administers_the_key(policy):
    statements = policy()
    assert list(statements) == ["Administer"]
    assert statements["Administer"]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    use_actions = {"kms:Decrypt", "kms:Encrypt", "kms:CreateGrant", "kms:*"}
    assert not use_actions.intersection(statements["Administer"]["Action"])


def test_the_account_uses_the_key_only_through_services(policy):
    statement = policy(services=["secretsmanager"])["UseThroughServices"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": ["secretsmanager.eu-west-1.amazonaws.com"]}}
    assert statement["Action"] == [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ]


def test_services_create_grants_for_aws_resources(policy):
    statement = policy(services=["kafka"], log_groups=["/a"])["GrantToServices"]
    assert statement["Action"] == ["kms:CreateGrant"]
    assert statement["Condition"] == {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringEquals": {"kms:ViaService": ["kafka.eu-west-1.amazonaws.com"]},
    }


def test_cloudwatch_logs_encrypts_only_the_log_groups(policy):
    statements = policy(log_groups=["/aws/msk/orders-*"])
    assert list(statements) == ["Administer", "UseThroughServices", "EncryptLogGroups"]
    assert statements["EncryptLogGroups"]["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert statements["EncryptLogGroups"]["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": [f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/msk/orders-*"]
        }
    }
    services = statements["UseThroughServices"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert services == ["logs.eu-west-1.amazonaws.com"]


def test_no_statement_allows_every_principal(policy):
    for statement in policy(services=["kafka", "secretsmanager"], log_groups=["/a"]).values():
        assert "*" not in statement["Principal"].values()
        assert "kms:*" not in statement["Action"]


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({}, "argument-required", "description"),
        ({"description": ""}, "argument-length", "description"),
        ({"description": "x" * 8193}, "argument-length", "description"),
        ({"description": 3}, "argument-type", "description"),
        ({"description": "x", "rotation_period_days": 89}, "argument-range", "rotation_period_days"),
        ({"description": "x", "rotation_period_days": 2561}, "argument-range", "rotation_period_days"),
        ({"description": "x", "deletion_window_days": 6}, "argument-range", "deletion_window_days"),
        ({"description": "x", "deletion_window_days": 31}, "argument-range", "deletion_window_days"),
        ({"description": "x", "services": ["kms:*"]}, "argument-format", "services[0]"),
        ({"description": "x", "log_groups": ["a b"]}, "argument-format", "log_groups[0]"),
        ({"description": "x", "rotate": 1}, "argument-unknown", "rotate"),
        ({"description": "x", "tags": {"a": 1}}, "argument-type", "tags.a"),
    ],
)
def test_invalid_arguments_are_rejected(deploy_key, rejected, args, rule, path):
    with rejected(rule, path):
        deploy_key(**args)


@pytest.mark.parametrize("name", ["a b", "aws/x", "orders.v2", "Ä", "x" * 224])
def test_an_invalid_name_is_rejected(deploy, rejected, name):
    with rejected("aws-key-name", "name"):
        deploy(lambda: EncryptionKey(name, {"description": "x"}))


@pytest.mark.parametrize(
    ("args", "findings"),
    [
        ({}, [("aws-key-without-use", "services")]),
        ({"services": ["kafka"]}, []),
        ({"log_groups": ["/a"]}, []),
        ({"acknowledge": {"aws-key-without-use": "another policy is attached"}}, []),
    ],
)
def test_a_key_without_a_use_is_reported(deploy_key, logged, args, findings):
    assert logged(deploy_key(description="x", **args)) == findings


@pytest.mark.parametrize("preview", [False, True])
def test_a_policy_that_is_too_long_is_rejected(deploy_key, rejected, preview):
    groups = [f"/aws/msk/{number:0500}" for number in range(65)]
    with rejected("aws-iam-policy-size", "log_groups"):
        deploy_key(description="x", log_groups=groups, preview=preview)
    assert deploy_key(description="x", log_groups=groups[:50], preview=preview)


@pytest.mark.parametrize("name", ["x" * 223, "team/orders_v2", "aws"])
def test_a_valid_name_is_accepted(deploy, name):
    plan = deploy(lambda: EncryptionKey(name, {"description": "x"}))
    assert plan[f"{name}-alias"].inputs["namePrefix"] == f"alias/{name}-"


@pytest.mark.parametrize("days", [90, 2560])
def test_limits_of_rotation_are_accepted(deploy_key, days):
    assert deploy_key(description="x", rotation_period_days=days)["orders-key"].inputs["rotationPeriodInDays"] == days


@pytest.mark.parametrize("days", [7, 30])
def test_limits_of_deletion_are_accepted(deploy_key, days):
    assert deploy_key(description="x", deletion_window_days=days)["orders-key"].inputs["deletionWindowInDays"] == days


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"description": ""}, "argument-length", "description"),
        ({"tags": {"a": 1}}, "argument-type", "tags.a"),
    ],
)
def test_invalid_late_values_are_rejected(deploy, rejected, args, rule, path):
    def late(value):
        return (
            {key: late(item) for key, item in value.items()}
            if isinstance(value, dict)
            else pulumi.Output.from_input(value)
        )

    with rejected(rule, path):
        deploy(
            lambda: EncryptionKey("orders", {"description": "x"} | {name: late(value) for name, value in args.items()})
        )


def test_a_valid_late_value_is_accepted(deploy):
    plan = deploy(lambda: EncryptionKey("orders", {"description": pulumi.Output.from_input("Orders")}))
    assert plan["orders-key"].inputs["description"] == "Orders"


def test_services_in_china_have_another_suffix(deploy):
    plan = deploy(
        lambda: EncryptionKey("orders", EncryptionKeyArgs(description="x", services=["kafka"], log_groups=["/a"])),
        config={"aws:region": "cn-north-1"},
    )
    policy = plan["orders-key"].inputs["policy"]
    assert "arn:aws-cn:iam::" in policy
    assert "kafka.cn-north-1.amazonaws.com.cn" in policy
    assert "logs.cn-north-1.amazonaws.com.cn" in policy
