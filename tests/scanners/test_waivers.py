"""Matching of findings and waivers."""

import pytest
from scanners import Finding
from waivers import Waiver, evaluate

FINDING = Finding("checkov", "CKV_1", "kafka-development aws_kms_key.a", "rotate it")


def waiver(**changed):
    arguments = {"scanner": "checkov", "rule": "CKV_1", "location": "*-development aws_kms_key.*", "reason": "intended"}
    return Waiver(**{**arguments, **changed})


def test_a_waived_finding_is_not_reported():
    assert evaluate([FINDING], [waiver()]) == []


def test_a_finding_without_a_waiver_is_reported():
    assert evaluate([FINDING], []) == ["checkov CKV_1: kafka-development aws_kms_key.a: rotate it"]


@pytest.mark.parametrize(
    "other",
    [
        {"scanner": "parliament"},
        {"rule": "CKV_2"},
        {"location": "*-production aws_kms_key.*"},
        {"message": "keep it"},
    ],
)
def test_a_waiver_matches_all_of_its_fields(other):
    assert len(evaluate([FINDING], [waiver(**other)])) == 2


def test_an_unused_waiver_is_reported():
    assert evaluate([], [waiver()]) == ["unused waiver: checkov CKV_1: *-development aws_kms_key.*"]
