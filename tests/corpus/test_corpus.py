"""Public configurations are expressed with moorings: the deployed resources have the facts of the originals."""

from pathlib import Path

import pytest
from corpus import AREAS, Original, count_lines, originals, programs
from facts import find_missing, matches
from public_configurations import render_page

PAGE = Path(__file__).parents[2] / "docs/public-configurations.md"


@pytest.fixture(params=originals(), ids=lambda original: f"{original.area}-{original.id}")
def original(request) -> Original:
    """Each original."""
    return request.param


def test_the_program_deploys_what_the_original_declares(original, deploy):
    resources = deploy(original.program).resources
    assert find_missing(original.facts, resources) == []
    deployed_instead = [difference["here"] for difference in original.differences if "here" in difference]
    assert find_missing(deployed_instead, resources) == []


def test_the_original_is_identified_and_has_facts(original):
    assert original.source.startswith("https://")
    assert original.lines is None or original.lines > 0
    assert original.facts
    assert all(item["original"] and item["reason"] for item in [*original.differences, *original.missing])


@pytest.mark.parametrize("area", AREAS)
def test_each_program_has_an_original(area):
    assert set(programs(area)) == {original.id for original in originals() if original.area == area}


@pytest.mark.parametrize("area", AREAS)
def test_enough_originals_are_expressed_completely(area):
    _, target = AREAS[area]
    verdicts = [original.verdict != "partly" for original in originals() if original.area == area]
    assert 100 * sum(verdicts) / len(verdicts) >= target


def test_the_page_is_up_to_date(request):
    page = render_page(originals())
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, "utf-8")
    assert page == PAGE.read_text("utf-8"), "docs/public-configurations.md is outdated: run pytest --update-golden"


def test_a_fact_that_is_not_deployed_is_found(deploy):
    original = next(one for one in originals() if one.id == "provider-test-basic")
    wrong = {"type": "aws:msk/cluster:Cluster", "inputs": {"numberOfBrokerNodes": 4}}
    absent = {"type": "aws:msk/vpcConnection:VpcConnection"}
    assert find_missing([wrong, *original.facts, absent], deploy(original.program).resources) == [wrong, absent]


@pytest.mark.parametrize(
    ("expected", "actual", "is_match"),
    [
        ({"a": 1}, {"a": 1.0, "b": 2}, True),
        ({"a": 1}, {"b": 1}, False),
        ([{"name": "app"}], [{"name": "log"}, {"name": "app", "image": "x"}], True),
        ([{"name": "app"}], [{"name": "log"}], False),
        ({"Effect": "Allow"}, '{"Effect": "Allow", "Sid": "x"}', True),
        ({"num.partitions": 6}, "min.insync.replicas=2\nnum.partitions=6\n", True),
        ([1], "[1, 2]", True),
        (True, "True", False),
        ("1", 1, True),
        ({"a": 1}, None, False),
        ([1], 1, False),
    ],
)
def test_values_are_compared_by_what_is_expected(expected, actual, is_match):
    assert matches(expected, actual) is is_match


def test_lines_are_counted_without_blank_lines_and_comments():
    source = "X = 1\nY = {\n    'x': X,\n}\nZ: int = 2\n\n\ndef f() -> None:\n    g(Y)\n\n    h(\n        # why\n        1\n    )\n"
    assert count_lines(source, "f") == 8
