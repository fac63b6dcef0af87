"""Purposes of the keys that a program declares."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import EncryptionKey, EncryptionKeyArgs
from moorings.aws.key_purposes import KeyPurposes, declared_purposes, find_missing_purposes
from moorings.sdk import internals

ARN = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"


@pytest.mark.parametrize(
    ("services", "log_group", "missing"),
    [
        (["kafka"], None, []),
        (["kafka", "logs"], "/aws/msk/orders", ["services=['logs']"]),
        ([], "/aws/msk/orders-*", []),
        ([], "/aws/ecs/orders", ["log_groups=['/aws/ecs/orders']"]),
        ([], "/exact", []),
        ([], "/exact-*", ["log_groups=['/exact-*']"]),
    ],
)
def test_missing_purposes(services, log_group, missing):
    key = KeyPurposes(frozenset(["kafka"]), ("/aws/msk/*", "/exact"))
    assert key.missing(services, log_group) == missing


def key(name, *services):
    return EncryptionKey(name, EncryptionKeyArgs(description="x", services=list(services))).arn


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("arn", "purposes"),
    [
        (lambda: key("a", "kafka"), [{"kafka"}]),
        (lambda: pulumi.Output.concat(key("a", "kafka"), "").apply(str), [{"kafka"}]),
        (lambda: pulumi.Output.secret(key("a", "kafka")), [{"kafka"}]),
        (
            lambda: pulumi.Output.all(key("a", "kafka"), key("b", "logs")).apply(lambda arns: arns[0]),
            [{"kafka"}, {"logs"}],
        ),
        (lambda: aws.kms.Key("other").arn, []),
        (lambda: pulumi.Output.from_input(ARN), []),
        (lambda: ARN, []),
        (lambda: None, []),
    ],
)
def test_purposes_are_found_from_the_arn(deploy, arn, purposes, preview):
    def program():
        found = pulumi.Output.from_input(declared_purposes(arn()))
        pulumi.export("purposes", found.apply(lambda keys: sorted(sorted(key.services) for key in keys)))

    assert deploy(program, preview=preview).outputs["purposes"] == [sorted(services) for services in purposes]


def test_without_the_private_name_nothing_is_found(deploy, monkeypatch):
    find = internals.find_private_name
    monkeypatch.setattr(internals, "find_private_name", lambda name: None if "resources" in name else find(name))
    found = []
    deploy(lambda: declared_purposes(key("a", "kafka")).apply(found.append))
    assert found == [[]]


def test_findings():
    kafka, logs = KeyPurposes(frozenset(["kafka"]), ()), KeyPurposes(frozenset(["logs"]), ())
    assert list(find_missing_purposes("kms_key_arn", [], ["kafka"], None)) == []
    assert list(find_missing_purposes("kms_key_arn", [kafka], ["kafka"], None)) == []
    assert list(find_missing_purposes("kms_key_arn", [logs, kafka], ["kafka"], None)) == []
    assert list(find_missing_purposes("kms_key_arn", [logs], ["kafka"], "/a")) == [
        (
            "kms_key_arn",
            "the policy of this EncryptionKey does not allow the service to use it; add services=['kafka'] and "
            "log_groups=['/a'] to its arguments",
        )
    ]
