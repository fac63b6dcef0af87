"""Changes that lose data: deletions, replacements, removed safeguards and shorter retention."""

import re
from functools import cache
from pathlib import Path

import pulumi_aws
import pulumi_kubernetes
import pytest
from pulumi.runtime import rpc

from moorings.validation.change_rules import evaluate_change
from moorings.validation.data_loss_rules import DATA_LOSS_RULES
from moorings.validation.resource_changes import SIGNATURE, Properties, ResourceChange
from moorings.validation.safeguards import RETENTIONS, SAFEGUARDS
from moorings.validation.stateful_resources import STATEFUL_RESOURCES, STATEFUL_TYPES

LOG_GROUP, BUCKET, QUEUE = "aws:cloudwatch/logGroup:LogGroup", "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue"
SECRET, STATEFUL_SET = "kubernetes:core/v1:Secret", "kubernetes:apps/v1:StatefulSet"
VOLUME = "kubernetes:core/v1:PersistentVolume"
PARAMETER = "aws:ssm/parameter:Parameter"
RULES = {rule.id: rule for rule in DATA_LOSS_RULES}


def judge(operation, type_, before=None, after=None, **options):
    """Return the rules that a change violates."""
    change = ResourceChange(operation, type_, Properties(before), Properties(after), **options)
    return [rule.id for rule, _, _ in evaluate_change(DATA_LOSS_RULES, change)]


@cache
def tokens_of_sdks():
    """Type tokens in the installed SDKs, with the names of the inputs of their module."""
    tokens = {}
    for package in (pulumi_aws, pulumi_kubernetes):
        for path in Path(package.__file__).parent.rglob("*.py"):
            source = path.read_text("utf-8")
            for token in re.findall(r"'((?:aws|kubernetes):[\w./]+:\w+)'", source):
                tokens.setdefault(token, "")
                tokens[token] += source
    return tokens


@pytest.mark.parametrize(
    "token", [*STATEFUL_TYPES, *(token for row in (*SAFEGUARDS, *RETENTIONS) for token in row.types)]
)
def test_types_exist_in_the_sdks(token):
    assert token in tokens_of_sdks() or token == "kafka:index/topic:Topic"


@pytest.mark.parametrize("row", [*SAFEGUARDS, *RETENTIONS], ids=lambda row: f"{row.types[0]} {row.path}")
def test_inputs_exist_in_the_sdks(row):
    name = row.path[0]
    for token in row.types:
        assert f'"{name}"' in tokens_of_sdks()[token] or f"def {name}(" in tokens_of_sdks()[token]


def test_every_type_is_listed_once():
    assert len(STATEFUL_TYPES) == sum(len(resource.types) for resource in STATEFUL_RESOURCES)


@pytest.mark.parametrize("token", sorted(STATEFUL_TYPES.keys() - {PARAMETER, STATEFUL_SET, VOLUME}))
@pytest.mark.parametrize(("operation", "suffix"), [("delete", "deleted"), ("replace", "replaced")])
def test_deletions_and_replacements_are_found_unless_the_resource_is_retained(token, operation, suffix):
    assert judge(operation, token) == [f"{STATEFUL_TYPES[token].rule_prefix}-{suffix}"]
    assert judge(operation, token, was_retained=True, is_retained=True) == []


@pytest.mark.parametrize(
    ("token", "before", "loses"),
    [
        (LOG_GROUP, {"skipDestroy": False}, True),
        (LOG_GROUP, {"skipDestroy": True}, False),
        (PARAMETER, {"type": "SecureString"}, True),
        (PARAMETER, {"type": "String"}, False),
        (VOLUME, {"spec": {"persistentVolumeReclaimPolicy": "Delete"}}, True),
        (VOLUME, {"spec": {}}, False),
        (STATEFUL_SET, {"spec": {"volumeClaimTemplates": [{}]}}, False),
        (STATEFUL_SET, {"spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}}, False),
        (
            STATEFUL_SET,
            {"spec": {"volumeClaimTemplates": [{}], "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}},
            True,
        ),
        (
            STATEFUL_SET,
            {
                "spec": {
                    "volumeClaimTemplates": rpc.UNKNOWN,
                    "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"},
                }
            },
            True,
        ),
        (BUCKET, "not an object", True),
    ],
)
def test_inputs_that_keep_the_data_are_considered(token, before, loses):
    for operation in ("delete", "replace"):
        assert bool(judge(operation, token, before, before)) is loses


@pytest.mark.parametrize("data", [{"data": {"a": "b"}}, {"stringData": {"a": "b"}}, {"stringData": "[secret]"}])
def test_a_replaced_secret_with_data_from_the_program_loses_nothing(data):
    assert judge("replace", SECRET, data, data) == []
    assert judge("delete", SECRET, data) == ["k8s-secret-deleted"]
    assert judge("replace", SECRET, data, {}) == ["k8s-secret-replaced"]


def test_removed_options_of_resources_with_data_are_found():
    for operation in ("update", "replace"):
        assert "data-protect-removed" in judge(operation, BUCKET, was_protected=True)
    assert judge("update", BUCKET, was_retained=True) == ["data-retain-on-delete-removed"]
    assert judge("update", BUCKET, was_protected=True, is_protected=True, was_retained=True, is_retained=True) == []
    assert judge("update", "aws:kms/alias:Alias", was_protected=True, was_retained=True) == []


@pytest.mark.parametrize(
    ("token", "before", "after"),
    [
        ("aws:rds/cluster:Cluster", {"deletionProtection": True}, {}),
        ("aws:dynamodb/table:Table", {"deletionProtectionEnabled": True}, {"deletionProtectionEnabled": False}),
        ("aws:dynamodb/table:Table", {"pointInTimeRecovery": {"enabled": True}}, {}),
        ("aws:cognito/userPool:UserPool", {"deletionProtection": "ACTIVE"}, {"deletionProtection": "INACTIVE"}),
        ("aws:lb/loadBalancer:LoadBalancer", {"enableDeletionProtection": True}, {}),
        (BUCKET, {}, {"forceDestroy": True}),
        ("aws:secretsmanager/secret:Secret", {}, {"recoveryWindowInDays": 0}),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            {"versioningConfiguration": {"status": "Enabled"}},
            {"versioningConfiguration": {"status": "Suspended"}},
        ),
        (LOG_GROUP, {"skipDestroy": True}, {}),
    ],
)
def test_removed_safeguards_are_found(token, before, after):
    assert judge("update", token, before, after) == ["aws-safeguard-removed"]
    assert judge("update", token, after, before) == judge("update", token, before, before) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"deletionProtection": True}, {"deletionProtection": rpc.UNKNOWN}),
        ({"deletionProtection": rpc.UNKNOWN}, {"deletionProtection": False}),
        ({"deletionProtection": True}, {"deletionProtection": {SIGNATURE: "secret", "value": False}}),
    ],
)
def test_unknown_safeguards_are_not_judged(before, after):
    assert judge("update", "aws:rds/cluster:Cluster", before, after) == []


def test_safeguards_of_kubernetes_objects():
    policies = [{"spec": {"persistentVolumeReclaimPolicy": policy}} for policy in ("Retain", "Delete")]
    assert judge("update", VOLUME, *policies) == ["k8s-safeguard-removed"]
    policies = [
        {"spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": kept}}} for kept in ("Retain", "Delete")
    ]
    assert judge("update", STATEFUL_SET, *policies) == ["k8s-safeguard-removed"]
    assert judge("update", STATEFUL_SET, *reversed(policies)) == []


@pytest.mark.parametrize(
    ("token", "before", "after", "shorter"),
    [
        (LOG_GROUP, {"retentionInDays": 30}, {"retentionInDays": 7}, True),
        (LOG_GROUP, {}, {"retentionInDays": 3653}, True),
        (LOG_GROUP, {"retentionInDays": 0}, {"retentionInDays": 7}, True),
        (LOG_GROUP, {"retentionInDays": 30}, {"retentionInDays": 90}, False),
        (LOG_GROUP, {"retentionInDays": 30}, {}, False),
        (LOG_GROUP, {"retentionInDays": 30}, {"retentionInDays": 0}, False),
        (LOG_GROUP, {"retentionInDays": 30}, {"retentionInDays": rpc.UNKNOWN}, False),
        (QUEUE, {}, {"messageRetentionSeconds": 60}, True),
        (QUEUE, {"messageRetentionSeconds": 60}, {}, False),
        ("aws:rds/cluster:Cluster", {}, {"backupRetentionPeriod": 1}, False),
        ("aws:rds/cluster:Cluster", {"backupRetentionPeriod": 30}, {"backupRetentionPeriod": 1}, True),
    ],
)
def test_shorter_retentions_are_found(token, before, after, shorter):
    assert judge("update", token, before, after) == ["aws-retention-shortened"] * shorter


@pytest.mark.parametrize(
    ("old", "new", "policy", "found"),
    [
        (3, 2, "Delete", True),
        (3, 2, "Retain", False),
        (2, 3, "Delete", False),
        (3, rpc.UNKNOWN, "Delete", False),
        (None, 3, "Delete", False),
    ],
)
def test_claims_of_removed_replicas(old, new, policy, found):
    before, after = (
        {"spec": {"replicas": replicas, "persistentVolumeClaimRetentionPolicy": {"whenScaled": policy}}}
        for replicas in (old, new)
    )
    assert judge("update", STATEFUL_SET, before, after) == ["k8s-stateful-set-scaled-down"] * found


def test_the_declaration_of_a_rule_has_its_docstring_as_rationale():
    assert RULES["k8s-namespace-deleted"].rationale == "If the Namespace is deleted, everything in it is deleted."
