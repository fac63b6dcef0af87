"""What a person sees of a plan."""

import io
import re

import pulumi
import pytest
import yaml
from rich.console import Console

from moorings.preview import kubernetes_yaml, markdown
from moorings.preview.plan import Plan, Resource, Step
from moorings.preview.terminal import print_plan

BASE = "urn:pulumi:dev::demo::"


def resource(name, type_="aws:kms/alias:Alias", **fields):
    return Resource(f"{BASE}{type_}::{name}", type_, name, **fields)


BOX = resource("box", "moorings:index:EncryptionKey", custom=False)
KEY = resource("key", "aws:kms/key:Key", parent=BOX.urn, protect=True, inputs={"policy": "a ``` b"})
BIG = resource("big", "aws:kms/key:Key", inputs={"policy": "x" * 25_000})
ALIAS = resource("alias", parent=BOX.urn)
LOOSE = resource("a|b`c", retain_on_delete=True)


def plan(*resources, **fields):
    return Plan("dev", [Step("create", each) for each in resources], "demo", **fields)


def shown(given, **options):
    console = Console(file=io.StringIO(), width=100, highlight=False, **options)
    print_plan(console, given)
    return console.file.getvalue()


def test_the_terminal_shows_a_tree_by_component():
    told = plan(
        BOX,
        KEY,
        ALIAS,
        LOOSE,
        log=[("warning", "careful", BOX.urn), ("info", "hm", ""), ("error", "no", "")],
        notes=["n"],
    )
    assert shown(told).splitlines() == [
        "dev",
        "├── + EncryptionKey box",
        "│   ├── + kms.Alias alias",
        "│   └── + kms.Key key  (holds data, protected)",
        "└── + kms.Alias a|b`c  (kept on delete)",
        "warning: box: careful",
        "error: no",
        "not known without an engine: n",
        "dev: 4 to create",
    ]


def test_the_terminal_has_colours_where_it_can():
    assert "\x1b[" in shown(plan(KEY), force_terminal=True)
    assert "\x1b[" not in shown(plan(KEY))


def test_what_changes_is_told():
    changed = Plan("dev", [Step("update", ALIAS, ALIAS, ["name"]), Step("same", KEY), Step("mystery", LOOSE)])
    text = shown(changed)
    assert "~ kms.Alias alias  (changes name)" in text
    assert "mystery kms.Alias" in text
    assert text.endswith("dev: 1 to mystery, 1 to update\n")


def test_nothing_to_do_is_told():
    assert shown(Plan("dev", [Step("same", KEY)])).endswith("dev: nothing to change\n")


def test_markdown_names_what_holds_data_first():
    text = markdown.render(
        [plan(BOX, KEY, ALIAS, LOOSE, log=[("warning", "mind *this*", BOX.urn)], notes=["what x answers"])]
    )
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "## dev: 4 to create",
        "### Holds data",
        "### EncryptionKey box",
        "### Outside of components",
    ]
    assert "- **warning**: mind \\*this\\* (`box`)" in text
    assert "| `+` | kms.Key | `key` | yes |" in text
    assert "| `+` | kms.Alias | `a\\|b'c` | kept on delete |" in text
    assert text.rstrip().endswith("Not known without an engine: what x answers.")


def test_markdown_says_where_it_comes_from():
    assert "told without an engine" in markdown.render([plan(KEY)])
    assert "the engine's own preview" in markdown.render([Plan("dev", [Step("create", KEY)], offline=False)])


def test_what_stays_the_same_is_no_news():
    text = markdown.render([Plan("dev", [Step("same", KEY), Step("same", ALIAS)])])
    assert text.startswith("## dev: nothing to change")
    assert "kms" not in text


def test_inputs_cannot_break_out_of_their_block():
    text = markdown.render([plan(KEY)])
    assert "````json" in text
    assert text.count("````") == 2


def test_a_long_report_is_cut_by_whole_sections():
    many = [resource(f"key{at}", "aws:kms/key:Key", inputs={"policy": "x" * 25_000}) for at in range(4)]
    boxes = [resource(f"box{at}", "moorings:index:EncryptionKey", custom=False) for at in range(4)]
    inside = [Resource(**{**vars(key), "parent": box.urn}) for key, box in zip(many, boxes, strict=True)]
    text = markdown.render([plan(*boxes, *inside)])
    assert len(text.encode()) <= 60_000
    assert text.count("<details>") == text.count("</details>") == 2
    assert text.count("| `key") == 8  # all are listed, and named among what holds data
    assert re.search(
        r"_\d+ more sections do not fit into a comment; run `moorings preview` to see all\._$", text.strip()
    )


def test_every_stack_is_told_of_before_the_inputs_of_any():
    text = markdown.render([Plan(f"s{at}", [Step("create", each) for each in (KEY, BIG)]) for at in range(6)])
    assert re.findall("^## (s.):", text, re.MULTILINE) == [f"s{at}" for at in range(6)]
    assert 0 < text.count("<details>") < 6


def test_what_is_not_listed_has_no_details_either():
    many = [resource(f"key{at}", "aws:kms/key:Key", parent=f"urn:{at}") for at in range(1_200)]
    text = markdown.render([plan(*many), plan(BIG)])
    assert "<details>" not in text
    assert re.search("more sections do not fit", text)


def test_a_comparison_says_what_it_is():
    assert "two previews of the program" in markdown.render([Plan("dev", [Step("same", KEY)], compared=True)])


def manifest(kind, logical, **metadata):
    inputs = {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": {"a": "[secret]"}}
    return resource(logical, f"kubernetes:core/v1:{kind}", inputs=inputs)


def test_objects_of_kubernetes_are_written_to_files(tmp_path):
    files = kubernetes_yaml.write_yaml(
        plan(
            manifest("Secret", "s", name="given", namespace="space"),
            manifest("ConfigMap", "made"),
            resource(
                "crd", "kubernetes:x", inputs={"apiVersion": "v1", "kind": "CustomResourceDefinition", "metadata": None}
            ),
            resource("chart", "kubernetes:helm.sh/v4:Chart"),
            KEY,
        ),
        tmp_path,
    )
    assert sorted(str(path.relative_to(tmp_path)) for path in files) == [
        "0-crd/v1-customresourcedefinition-default-crd.yaml",
        "1-manifest/v1-configmap-default-made.yaml",
        "1-manifest/v1-secret-space-given.yaml",
    ]
    assert yaml.safe_load((tmp_path / "1-manifest/v1-configmap-default-made.yaml").read_text()) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "made"},
        "data": {"a": "[secret]"},
    }


def test_a_file_that_cannot_be_written_leaves_nothing_half(tmp_path, monkeypatch):
    monkeypatch.setattr(kubernetes_yaml.yaml, "emit", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        kubernetes_yaml.write_yaml(plan(manifest("ConfigMap", "c")), tmp_path)
    assert not list(tmp_path.rglob("*.yaml"))
    assert not list((tmp_path / "1-manifest").iterdir())


def test_the_file_of_an_object_that_is_gone_goes_and_others_stay(tmp_path):
    kubernetes_yaml.write_yaml(plan(manifest("ConfigMap", "old"), manifest("ConfigMap", "kept")), tmp_path)
    (tmp_path / "notes.yaml").write_text("mine: true\n")
    kubernetes_yaml.write_yaml(plan(manifest("ConfigMap", "kept")), tmp_path)
    left = sorted(path.name for path in tmp_path.rglob("*.yaml"))
    assert left == ["notes.yaml", "v1-configmap-default-kept.yaml"]


def test_objects_of_two_clusters_are_kept_apart(tmp_path):
    urn = "urn:pulumi:dev::demo::pulumi:providers:kubernetes::"
    here = Resource(**{**vars(manifest("ConfigMap", "here", name="c")), "provider": f"{urn}blue::1"})
    there = Resource(**{**vars(manifest("ConfigMap", "there", name="c")), "provider": f"{urn}green::2"})
    files = kubernetes_yaml.write_yaml(plan(here, there), tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in sorted(files)] == [
        "blue/1-manifest/v1-configmap-default-c.yaml",
        "green/1-manifest/v1-configmap-default-c.yaml",
    ]


def test_one_object_made_twice_is_refused(tmp_path):
    with pytest.raises(pulumi.RunError) as refused:
        kubernetes_yaml.write_yaml(
            plan(manifest("ConfigMap", "a", name="c"), manifest("ConfigMap", "b", name="c")), tmp_path
        )
    assert str(refused.value) == "a and b are one object to Kubernetes, v1-configmap-default-c; rename one"
    assert not list(tmp_path.iterdir())


TRICKY = {
    "text that reads like something else": [
        "yes",
        "on",
        "1",
        "0x1f",
        "1e3",
        "null",
        "~",
        "",
        "2026-01-01",
        "12:30:00",
        "=",
        "<<",
    ],
    "text with a form": [
        " led",
        "trail ",
        "a: b",
        "- a",
        "# no",
        "line\nline\n",
        "\ttab",
        "é ✓",
        "'q'",
        '"q"',
        "{a}",
        "%x",
    ],
    "others": [1, 1.5, 1e300, float("inf"), True, False, None, 0, 1, -7],
    "empty": [{}, [], {"a": {}, "b": []}],
    "nested": {"a": [{"b": [1, [2, {"c": "d"}]]}]},
}


@pytest.mark.parametrize("name", TRICKY)
def test_the_text_is_that_of_the_library(name):
    document = {"value": TRICKY[name]}  # keys are sorted there as well
    assert kubernetes_yaml._text(document) == yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
