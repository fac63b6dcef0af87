"""The committed stacks have no findings, except waived ones."""

from waivers import evaluate, read_waivers


def test_every_finding_is_fixed_or_waived(findings):
    assert evaluate(findings, read_waivers()) == []


def test_every_waiver_has_a_reason():
    assert [waiver for waiver in read_waivers() if len(waiver.reason.split()) < 8] == []
