"""Findings: the line that users read, and its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.validation.findings import Finding, escape, label, shorten, spell

FINDING = Finding(
    "msk-single-replica",
    "MskCluster 'kafka'",
    "topics['orders'].replication_factor",
    "1 replica; set it to 3",
    "stacks/kafka.py:14",
)
LINE = (
    "stacks/kafka.py:14: MskCluster 'kafka': topics['orders'].replication_factor: 1 replica; set it to 3 "
    "[msk-single-replica]"
)


def test_a_finding_is_one_line():
    assert str(FINDING) == LINE


def test_location_and_path_are_optional():
    finding = Finding("argument-signature", "MskClusterArgs", "", "takes keyword arguments only; name it")
    assert str(finding) == "MskClusterArgs: takes keyword arguments only; name it [argument-signature]"
    assert (finding.file, finding.line) == ("", None)


def test_a_location_has_a_file_and_a_line():
    assert (FINDING.file, FINDING.line) == ("stacks/kafka.py", 14)


def test_a_line_is_parsed():
    assert Finding.parse(LINE) == FINDING


@pytest.mark.parametrize("text", ["", "deployed", "error: update failed", "MskCluster 'kafka': no rule"])
def test_other_text_is_not_a_finding(text):
    assert Finding.parse(text) is None


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(
    path=st.lists(KEYS | st.integers(0, 99), max_size=3),
    name=KEYS,
    message=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
def test_each_finding_can_be_parsed(path, name, message):
    finding = Finding("msk-x", label("MskCluster", name), spell(("users", *path)), message, "a b/c.py:3")
    line = str(finding)
    assert line.isprintable()
    parsed = Finding.parse(line)
    assert parsed is not None
    assert (parsed.rule, parsed.component, parsed.location) == ("msk-x", finding.component, "a b/c.py:3")
    assert parsed.path == finding.path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("users", 0, "name"), "users[0].name"),
        (("server_properties", "log.retention.ms"), "server_properties['log.retention.ms']"),
        (("tags", "it's"), r"tags['it\'s']"),
        (("tags", "a\nb"), r"tags['a\nb']"),
        ((), ""),
    ],
)
def test_paths_are_spelled_as_in_python(path, text):
    assert spell(path) == text


def test_invisible_characters_are_escaped():
    assert escape("a\x1b[31m\u202e\n::error::") == r"a\x1b[31m\u202e\n::error::"


def test_long_values_are_shortened():
    assert shorten(f"got '{'x' * 500}'; use a short one") == f"got '{'x' * 80}…'; use a short one"
    between_two_values = f"'/' closes {'much ' * 30}'/orders'; remove one"
    assert shorten(between_two_values) == between_two_values
    assert shorten("x" * 500) == "x" * 160 + "…"
    assert len(shorten("word " * 500)) == 1001


def test_a_path_can_begin_with_a_quoted_name():
    finding = Finding("argument-unknown", "MskClusterArgs", spell(("kafka-version",)), "unknown argument; remove it")
    assert Finding.parse(str(finding)) == finding
