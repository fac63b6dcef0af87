"""Plans as Markdown for a pull request."""

import re

import pytest
from plans import ALIAS, COMPONENT, INNER, KEY, OUTER, WITHOUT_COMPONENT, plan, resource

from moorings.preview import markdown
from moorings.preview.differences import PropertyChange
from moorings.preview.markdown import render
from moorings.preview.plan import ChangeFinding, Plan, Resource, Step
from moorings.validation.findings import Finding, Severity

LARGE = resource("large", "aws:kms/key:Key", inputs={"policy": "x" * 25_000})


def test_resources_that_hold_data_come_first():
    log = [("warning", "mind *this*", COMPONENT.urn)]
    text = render([plan(COMPONENT, KEY, ALIAS, WITHOUT_COMPONENT, log=log, notes=["the result of x"])])
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "## dev: 4 resources",
        "### Resources that hold data or are protected",
        "### EncryptionKey box",
        "### Resources without a component",
    ]
    assert "- **warning**: mind \\*this\\* (`box`)" in text
    assert "| `+` | kms.Key | `key` | holds data, protected |" in text
    assert "| `+` | kms.Alias | `a\\|b'c` | retained on delete |" in text
    assert text.rstrip().endswith("Unknown without an engine: the result of x.")


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({}, "Resources that the program registers, without an engine"),
        ({"offline": False}, "Preview of the Pulumi engine"),
        ({"compared": True}, "Differences between two previews"),
    ],
)
def test_source_of_the_plan_is_stated(fields, source):
    assert source in render([plan(KEY, **fields)])


def test_unchanged_resources_are_omitted():
    text = render([Plan("dev", [Step("same", KEY), Step("same", ALIAS)], offline=False)])
    assert text.startswith("## dev: no changes, 2 unchanged\n")
    assert "`key`" not in text


def test_fence_of_inputs_is_longer_than_fences_in_them():
    text = render([plan(KEY)])
    assert "````json" in text
    assert text.count("````") == 2


def test_long_report_omits_whole_sections():
    keys = [resource(f"key{index}", "aws:kms/key:Key", inputs={"policy": "x" * 25_000}) for index in range(4)]
    boxes = [resource(f"box{index}", "moorings:index:EncryptionKey", custom=False) for index in range(4)]
    children = [Resource(**{**vars(key), "parent": box.urn}) for key, box in zip(keys, boxes, strict=True)]
    text = render([plan(*boxes, *children)])
    assert len(text.encode()) <= 60_000
    assert text.count("<summary>Inputs") == 2
    assert text.count("<details>") == text.count("</details>")
    assert text.count("| `key") == 8  # all keys are in the table of their component, and among those that hold data
    assert re.search(
        r"_\d+ more sections do not fit into a comment; run `moorings preview` to see all\._$", text.strip()
    )


def test_summaries_of_all_stacks_precede_inputs():
    text = render([Plan(f"s{index}", [Step("create", key) for key in (KEY, LARGE)]) for index in range(6)])
    assert re.findall("^## (s.):", text, re.MULTILINE) == [f"s{index}" for index in range(6)]
    assert 0 < text.count("<summary>Inputs") < 6


def test_inputs_of_omitted_tables_are_omitted():
    keys = [resource(f"key{index}", "aws:kms/key:Key", parent=f"urn:{index}") for index in range(1_200)]
    text = render([plan(*keys), plan(LARGE)])
    assert "<details>" not in text
    assert "more sections do not fit" in text


def test_sections_that_exactly_fit_are_included(monkeypatch):
    text = render([plan(KEY)])
    size = len(text.encode()) + 1 + len(markdown._omitted(1))
    monkeypatch.setattr(markdown, "MAX_BYTES", size)
    assert render([plan(KEY)]) == text
    monkeypatch.setattr(markdown, "MAX_BYTES", size - 1)
    assert "more sections do not fit" in render([plan(KEY)])


def test_findings_about_changes_are_listed_by_their_effect():
    finding = Finding("msk-fewer-brokers", "msk.Cluster 'a|b'", "brokers_per_zone", "3 *brokers*; keep them")
    findings = [
        ChangeFinding(finding, Severity.UNSAFE),
        ChangeFinding(finding, Severity.UNSAFE, "moved\n[away](x)"),
        ChangeFinding(Finding("x-y", "report", "", "unused"), Severity.WARNING),
    ]
    text = render([plan(KEY, findings=findings)])
    line = "- msk.Cluster 'a\\|b': `brokers_per_zone`: 3 \\*brokers\\*; keep them (`msk-fewer-brokers`)"
    assert f"### Rejected changes\n\n{line}\n" in text
    assert f"### Acknowledged changes\n\n{line} **Reason**: moved \\[away\\](x)\n" in text
    assert "### Warnings about changes\n\n- report: unused (`x-y`)\n" in text


def test_acknowledgements_of_the_program_are_listed_with_their_reasons():
    text = render([plan(OUTER, INNER, KEY)])
    line = "- KpowOnFargate 'kpow': `ecs-run-as-root`: the image \\*requires\\* it\n"
    assert f"### Acknowledged in the program\n\n{line}- FargateSingleton 'inner': `aws-x`: y\n" in text


@pytest.mark.parametrize("op", ["same", "delete"])
def test_acknowledgements_of_other_components_are_not_listed(op):
    assert "Acknowledged" not in render([Plan("dev", [Step(op, OUTER), Step("create", KEY)])])


def test_names_of_stacks_and_types_and_severities_are_escaped():
    resource = Resource("urn:x", "x:y:<b>Type</b>", "name")
    text = render([Plan("a|<img>\n# b", [Step("create", resource)], log=[("<i>", "text", "")])])
    assert text.startswith("## a\\|\\<img\\> \\# b: 1 resource\n")
    assert "- **\\<i\\>**: text\n" in text
    assert "| `+` | \\<b\\>Type\\</b\\> | `name` |" in text


def changed(*changes):
    return render([Plan("dev", [Step("update", ALIAS, ALIAS, changes)], offline=False)])


def test_changed_properties_are_in_a_block_that_highlights_them():
    text = changed(PropertyChange("name", "```", "b"), PropertyChange("text", "one\ntwo", "one\nthree"))
    block = [
        "````diff",
        "  kms.Alias alias",
        '! name: "```" -> "b"',
        "! text:",
        "@@ -1,2 +1,2 @@",
        " one",
        "-two",
        "+three",
        "````",
    ]
    assert "\n".join(block) in text


def test_many_changed_properties_are_shortened():
    text = changed(*(PropertyChange(f"p{index}", 1, 2) for index in range(markdown.MAX_CHANGES + 9)))
    assert "  … 10 more lines\n" in text
    assert text.count("1 -> 2") == markdown.MAX_CHANGES - 1


def test_nothing_in_a_text_is_a_mention_a_link_or_an_image():
    text = render(
        [Plan("dev", [], offline=False, log=[("warning", "@me #12 https://x.y www.x.y ![a](b) $x$ &lt;", "")])]
    )
    assert all(part not in text for part in ("@me", "#12", "://x", "www.x", "![", "[a]", "$x$ ", " &lt;"))
