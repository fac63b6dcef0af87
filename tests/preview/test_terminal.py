"""Plans in a terminal."""

import io

from plans import ALIAS, COMPONENT, INNER, KEY, OUTER, WITHOUT_COMPONENT, plan
from rich.console import Console

from moorings.preview.differences import PropertyChange
from moorings.preview.plan import ChangeFinding, Plan, Resource, Step
from moorings.preview.terminal import print_plan
from moorings.validation.findings import Finding, Severity


def printed(printed_plan, **options):
    console = Console(file=io.StringIO(), width=160, highlight=False, **options)
    print_plan(console, printed_plan)
    return console.file.getvalue()


def test_resources_are_a_tree_below_their_components():
    log = [("warning", "careful", COMPONENT.urn), ("info", "hm", ""), ("error", "no", "")]
    assert printed(plan(COMPONENT, KEY, ALIAS, WITHOUT_COMPONENT, log=log, notes=["n"])).splitlines() == [
        "dev: 4 resources: failed",
        "warning: box: careful",
        "error: no",
        "dev",
        "├── + EncryptionKey box",
        "│   ├── + kms.Alias alias",
        "│   └── + kms.Key key  (holds data, protected)",
        "└── + kms.Alias a|b`c  (retained on delete)",
        "unknown without an engine: n",
    ]


def test_colors_are_used_in_a_terminal_only():
    assert "\x1b[" in printed(plan(KEY), force_terminal=True)
    assert "\x1b[" not in printed(plan(KEY))


def test_changed_properties_are_listed():
    changes = [
        PropertyChange("name", "a", "b", replaces=True),
        PropertyChange("description", "one\ntwo", "one\nthree"),
    ]
    steps = [Step("update", ALIAS, ALIAS, changes), Step("same", KEY), Step("mystery", WITHOUT_COMPONENT)]
    assert printed(Plan("dev", steps, offline=False)).splitlines() == [
        "dev: safe: 1 in-place update, 1 mystery, 1 unchanged",
        "dev",
        "├── ~ kms.Alias alias",
        '│         name: "a" -> "b" (forces replacement)',
        "│         description:",
        "│           @@ -1,2 +1,2 @@",
        "│            one",
        "│           -two",
        "│           +three",
        "└── mystery kms.Alias a|b`c  (retained on delete)",
    ]


def test_plan_without_changes():
    assert printed(Plan("dev", [Step("same", KEY)], offline=False)) == "dev: no changes, 1 unchanged\n"


def test_findings_that_are_not_rejected_are_printed():
    finding = Finding("msk-fewer-brokers", "msk.Cluster 'a'", "brokers_per_zone", "3 brokers; keep them")
    findings = [
        ChangeFinding(finding, Severity.UNSAFE),  # printed as an error
        ChangeFinding(finding, Severity.UNSAFE, "moved\x1b[2J away"),
        ChangeFinding(finding, Severity.WARNING),
    ]
    line = "msk.Cluster 'a': brokers_per_zone: 3 brokers; keep them [msk-fewer-brokers]"
    assert printed(plan(KEY, findings=findings)).splitlines()[1:3] == [
        f"acknowledged: {line}: moved\\x1b[2J away",
        f"warning: {line}",
    ]


def test_acknowledgements_of_the_program_are_printed():
    assert [line for line in printed(plan(OUTER, INNER)).splitlines() if line.startswith("acknowledged")] == [
        "acknowledged in the program: KpowOnFargate 'kpow': ecs-run-as-root: the image *requires* it",
        "acknowledged in the program: FargateSingleton 'inner': aws-x: y",
    ]


def test_names_and_messages_contain_nothing_that_a_terminal_or_a_runner_executes():
    resource = Resource("urn:x", "x:y:Type\x1b[2J", "a\nb\x07")
    log = [("warning", "first\n::error::second ##[error]\x1b[2J", "urn::c\x1b[2J")]
    text = printed(Plan(" ::error::dev", [Step("\x1b[2J", resource)], log=log, notes=["n\x1b[2J"]))
    assert text.splitlines() == [
        "\\ ::error::dev: 1 resource",
        "warning: c\\x1b[2J: first ::error::second ##\\[error]\\x1b[2J",
        "\\ ::error::dev",
        "└── \\x1b[2J Type\\x1b[2J a\\nb\\x07",
        "unknown without an engine: n\\x1b[2J",
    ]
