"""Which findings are waived, and which waivers are told of."""

import pytest
from judges import Finding
from waivers import Waiver, verdict

FOUND = Finding("checkov", "CKV_1", "kafka-development aws_kms_key.a", "rotate it")


def waiver(**changed):
    given = {"judge": "checkov", "rule": "CKV_1", "where": "*-development aws_kms_key.*", "reason": "it is meant"}
    return Waiver(**{**given, **changed})


def test_what_is_waived_is_not_told():
    assert verdict([FOUND], [waiver()]) == []


def test_what_is_not_waived_is_told_whole():
    assert verdict([FOUND], []) == ["checkov CKV_1: kafka-development aws_kms_key.a: rotate it"]


@pytest.mark.parametrize(
    "other",
    [{"judge": "parliament"}, {"rule": "CKV_2"}, {"where": "*-production aws_kms_key.*"}, {"says": "keep it"}],
)
def test_a_waiver_of_something_else_covers_nothing(other):
    assert len(verdict([FOUND], [waiver(**other)])) == 2


def test_a_waiver_that_covers_nothing_is_told():
    assert verdict([], [waiver()]) == ["a waiver covers nothing: checkov CKV_1: *-development aws_kms_key.*"]
