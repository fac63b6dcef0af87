"""Plans as an HTML page."""

import re
from html.parser import HTMLParser

import pytest
from plans import ALIAS, COMPONENT, KEY, OUTER, plan, resource

from moorings.preview.differences import PropertyChange
from moorings.preview.html_page import render_page
from moorings.preview.plan import ChangeFinding, Plan, Step
from moorings.preview.svg_graph import MAX_NODES, render_svg
from moorings.validation.findings import Finding, Severity
from moorings.validation.impacts import Impact, ImpactLevel

HOSTILE = "</script><img src=x onerror=alert(1)>\" onload='x' {{ title }} {{ sections }} \x1b[2J"


class Elements(HTMLParser):
    """Collects the elements of a page, and checks that they are closed."""

    VOID = frozenset({"meta", "input"})

    def __init__(self):
        super().__init__()
        self.open, self.elements = [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parse(page):
    parser = Elements()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser.elements


def changed_plan():
    changes = [PropertyChange("a", 1, 2, replaces=True), PropertyChange("text", "x\ny", "x\nz")]
    steps = [
        Step("same", COMPONENT),
        Step("replace", KEY, KEY, changes, impact=Impact(ImpactLevel.DATA_LOSS, "is replaced")),
        Step("same", ALIAS),
        Step("create", OUTER),
    ]
    findings = [
        ChangeFinding(Finding("x-y", "kms.Key 'key'", "", reason or "text"), severity, reason)
        for severity, reason in [(Severity.UNSAFE, None), (Severity.UNSAFE, "moved"), (Severity.WARNING, None)]
    ]
    log = [("warning", "careful", "")]
    return Plan("dev", steps, "demo", offline=False, findings=findings, log=log, output_changes=changes[:1])


def test_page_contains_everything_that_changes():
    page = render_page([changed_plan()])
    text = re.sub(r"<[^>]*>", "", page.partition("<main>")[2])
    for part in (
        "dev: 1 replacement, 1 creation, 1 holds data, 2 unchanged: rejected",
        "kms.Key 'key'".replace("'", "&#x27;") + ": is replaced",
        "+- kms.Key key holds data protected",
        "a: 1 -&gt; 2 (forces replacement)",
        "-y\n+z",
        "warning: careful",
        "acknowledged: kms.Key",
        "ecs-run-as-root: the image *requires* it",
    ):
        assert part in text
    assert "alias" not in text


def test_links_refer_to_elements_of_the_page():
    elements = parse(render_page([changed_plan(), plan(KEY, notes=["the result of x"])]))
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    links = [attributes["href"] for tag, attributes in elements if tag == "a"]
    assert len(set(ids)) == len(ids)
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_page_requests_nothing():
    elements = parse(render_page([changed_plan()]))
    assert not [attributes for _, attributes in elements if {"src", "action", "srcset"} & set(attributes)]
    (policy,) = (attributes["content"] for _, attributes in elements if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")


def test_texts_of_a_plan_are_not_interpreted():
    hostile = resource(HOSTILE, f"aws:x/y:{HOSTILE}", dependencies=[KEY.urn])
    step = Step(HOSTILE, hostile, hostile, [PropertyChange(HOSTILE, HOSTILE, f"{HOSTILE}\n")])
    hostile_plan = Plan(HOSTILE, [step, Step("create", KEY)], offline=False, log=[(HOSTILE, HOSTILE, HOSTILE)])
    page = render_page([hostile_plan])
    assert "\x1b" not in page
    elements = parse(page)
    assert [tag for tag, _ in elements].count("script") == 1
    assert "img" not in {tag for tag, _ in elements}
    assert not any(name.startswith("on") for _, attributes in elements for name in attributes)


@pytest.mark.parametrize("count", [1, MAX_NODES + 1])
def test_too_few_or_too_many_components_have_no_graph(count):
    assert "<svg" not in render_page([plan(*[resource(f"r{index}") for index in range(count)])])


def test_components_that_depend_on_each_other_have_a_graph():
    urns = [resource(name).urn for name in "ab"]
    first, second = resource("a", dependencies=[urns[1]]), resource("b", dependencies=[urns[0]])
    assert render_page([plan(first, second)]).count("<path ") == 2


def test_empty_graph():
    assert render_svg({}, {}) == ""
