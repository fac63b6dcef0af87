"""``moorings rules`` and the page with all rules."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moorings.preview import rule_catalog
from moorings.preview.cli import app
from moorings.validation.rule_index import all_rules

PAGE = Path(__file__).parents[2] / "docs/rules.md"


def rules(*arguments):
    return CliRunner().invoke(app, ["rules", *arguments])


def test_each_rule_is_listed_with_its_severity():
    lines = rules().stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.id, rule.severity] for rule in all_rules().values()]


def test_a_rule_is_explained():
    text = rules("acknowledge-unused").stdout
    assert text.startswith("acknowledge-unused (warning: logged unless it is acknowledged)\n")
    assert all_rules()["acknowledge-unused"].source in text
    assert "the reason" not in text
    assert rules("msk-single-replica").stdout.endswith('acknowledge={"msk-single-replica": "the reason"}\n')


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("acknowledge-unsued", "moorings: no rule acknowledge-unsued; did you mean acknowledge-unused?\n"),
        ("zebra", "moorings: no rule zebra; moorings rules lists them\n"),
    ],
)
def test_an_unknown_rule_is_rejected(rule, message):
    result = rules(rule)
    assert (result.exit_code, result.stderr) == (2, message)


def test_rules_are_printed_as_json():
    (entry,) = json.loads(rules("argument-range", "--json").stdout)
    assert (entry["id"], entry["severity"], entry["checked"]) == ("argument-range", "error", None)
    assert len(json.loads(rules("--json").stdout)) == len(all_rules())


def test_a_rule_is_printed_as_markdown():
    text = rules("argument-range", "--markdown").stdout
    assert text.startswith("### argument-range\n")
    assert text.count("###") == 1


def test_json_and_markdown_exclude_each_other():
    result = rules("--json", "--markdown")
    assert (result.exit_code, result.stderr) == (
        2,
        "moorings: --json and --markdown cannot be used together; choose one\n",
    )


def test_the_page_is_current(request):
    text = rules("--markdown").stdout
    if request.config.getoption("--update-golden"):
        PAGE.write_text(text, "utf-8")
    assert text == PAGE.read_text("utf-8"), "docs/rules.md is outdated: run pytest --update-golden"


def test_each_prefix_has_a_title():
    assert {rule.partition("-")[0] for rule in all_rules()} <= rule_catalog.AREAS.keys()


def test_a_rule_about_a_change_is_explained():
    text = rules("msk-fewer-brokers").stdout
    assert "reported by: MskCluster, moorings report\n" in text
    assert "violates it: MskCluster(brokers_per_zone=2) is updated to MskCluster(brokers_per_zone=1)\n" in text
    text = rules("aws-log-group-deleted").stdout
    assert "reported by: moorings report\n" in text
    assert "does not:    aws:cloudwatch/logGroup:LogGroup(skipDestroy=True) is deleted\n" in text
    assert text.endswith("moorings report FILE --acknowledge 'aws-log-group-deleted=the reason'\n")
    assert "acknowledge" not in rules("kafka-fewer-partitions").stdout.replace("unless it is acknowledged", "").replace(
        "cannot be acknowledged", ""
    )
