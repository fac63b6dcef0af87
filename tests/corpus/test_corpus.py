"""Public configurations are expressed with moorings: the deployed resources have the facts of the originals."""

import importlib
import inspect
from pathlib import Path

import pytest
from corpus import AREAS, Original, count_lines, originals
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
    assert original.lines > 0
    assert original.facts
    assert all(item["original"] and item["reason"] for item in [*original.differences, *original.missing])


@pytest.mark.parametrize("area", AREAS)
def test_each_program_has_an_original(area):
    module = importlib.import_module(f"corpus_{area}")
    programs = {
        name.replace("_", "-")
        for name, member in vars(module).items()
        if inspect.isfunction(member) and member.__module__ == module.__name__ and not name.startswith("_")
    }
    assert programs == {original.id for original in originals() if original.area == area}


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


@pytest.mark.parametrize(
    ("expected", "actual", "is_match"),
    [
        ({"a": 1}, {"a": 1.0, "b": 2}, True),
        ({"a": 1}, {"b": 1}, False),
        ([{"name": "app"}], [{"name": "log"}, {"name": "app", "image": "x"}], True),
        ([{"name": "app"}], [{"name": "log"}], False),
        ({"Effect": "Allow"}, '{"Effect": "Allow", "Sid": "x"}', True),
        ({"num.partitions": 6}, "min.insync.replicas=2\nnum.partitions=6\n", True),
        ([1], '[1, 2]', True),
        (True, "True", False),
        ("1", 1, True),
        ({"a": 1}, None, False),
        ([1], 1, False),
    ],
)
def test_values_are_compared_by_what_is_expected(expected, actual, is_match):
    assert matches(expected, actual) is is_match


def test_lines_are_counted_without_blank_lines_and_comments():
    assert count_lines("def f() -> None:\n    # why\n    g()\n\n    h(\n        1\n    )\n") == 4
