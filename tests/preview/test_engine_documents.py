"""Previews of an engine whose fields have other types than an engine writes."""

import copy
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from moorings.preview.checks import check_changes, installed_change_rules
from moorings.preview.compare import compare
from moorings.preview.engine_documents import check_preview
from moorings.preview.html_page import render_page
from moorings.preview.markdown import render
from moorings.preview.outline import children
from moorings.preview.plan_json import plan_from_json, plan_to_json
from moorings.preview.terminal import print_plan

BASE = "urn:pulumi:production::shop::"


def state(type_, name, **fields):
    return {"urn": f"{BASE}{type_}::{name}", "type": type_, "custom": True, **fields}


CLUSTER = {
    "clusterName": "orders",
    "kafkaVersion": "3.9.x.kraft",
    "numberOfBrokerNodes": 3,
    "brokerNodeGroupInfo": {"clientSubnets": ["subnet-1"], "instanceType": "kafka.m7g.large", "storageInfo": {}},
    "configurationInfo": {"arn": "arn", "revision": 2},
}
DOCUMENT = {
    "config": {"aws:region": "eu-west-1"},
    "steps": [
        {
            "op": op,
            "urn": f"{BASE}{type_}::{name}",
            "oldState": state(type_, name, inputs=inputs, parent=f"{BASE}moorings:index:MskCluster::orders"),
            "newState": state(
                type_, name, inputs=inputs, protect=True, dependencies=["a"], propertyDependencies={"name": None}
            ),
            "detailedDiff": {"name": {"kind": "update-replace"}},
            "replaceReasons": ["name"],
            "diffReasons": ["name"],
        }
        for op, type_, name, inputs in (
            ("update", "aws:msk/cluster:Cluster", "orders", CLUSTER),
            ("replace", "aws:msk/topic:Topic", "orders", {"partitionCount": 3, "configs": '{"retention.ms": "1"}'}),
            ("delete", "aws:kms/key:Key", "da\x1b[2Jta", {"description": "data"}),
            ("update", "aws:msk/configuration:Configuration", "c", {"serverProperties": "a=b\\nc=d"}),
            ("update", "moorings:index:MskCluster", "orders", {"acknowledge": {"msk-fewer-brokers": "tests"}}),
        )
    ],
    "outputs": {"arn": "arn"},
    "diagnostics": [{"urn": "", "message": "careful", "severity": "warning", "prefix": "warning: "}],
    "changeSummary": {"update": 1},
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["a=b", "\ud800", "\x1b[2J::error::"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
RULES = installed_change_rules()


def paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


PATHS = [path for path in paths(DOCUMENT) if path]


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return changed


def render_everything(document):
    """Read a document as the commands do, and render it in every format."""
    plan = check_changes(plan_from_json(document), RULES, {})
    for each in (plan, compare(plan, plan_from_json(DOCUMENT)), compare(plan_from_json(DOCUMENT), plan)):
        console = Console(file=io.StringIO(), width=200, highlight=False)
        print_plan(console, each)
        text = console.file.getvalue()
        assert "\x1b" not in text
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
        json.dumps(plan_to_json(each))
        render([each])
        render_page([each])


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.sampled_from(range(len(PATHS))), JSON)
def test_every_document_is_read_or_invalid(number, value):
    assert problem_of(with_value(DOCUMENT, PATHS[number], value)).startswith(
        ("it has no steps", "steps[", "config", "outputs", "diagnostics", "changeSummary", "notes", "valid")
    )


def problem_of(document):
    """Return the problem of a document, or "valid" after it has been rendered."""
    try:
        check_preview(document)
    except ValueError as error:
        return str(error)
    render_everything(document)
    return "valid"


def test_the_document_is_valid():
    check_preview(DOCUMENT)
    render_everything(DOCUMENT)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "it has no steps; create it with 'pulumi preview --json' or 'moorings preview STACK --json'"),
        ({"steps": {}}, "it has no steps; create it with 'pulumi preview --json' or 'moorings preview STACK --json'"),
        ({"steps": [1]}, "steps[0]: expected an object, got a number"),
        ({"steps": [None]}, "steps[0]: expected an object, got null"),
        ({"steps": [{"newState": []}]}, "steps[0].newState: expected an object, got an array"),
        (
            {"steps": [{"newState": {"urn": "u", "inputs": "x"}}]},
            "steps[0].newState.inputs: expected an object, got a string",
        ),
        ({"steps": [{"newState": {"urn": {}}}]}, "steps[0].newState.urn: expected a string, got an object"),
        (
            {"steps": [{"oldState": {"urn": "u", "protect": 1.5}}]},
            "steps[0].oldState.protect: expected true or false, got a num",
        ),
        ({"steps": [{"newState": {}}]}, "steps[0].newState.urn: expected the field urn, got an object"),
        ({"steps": [{"newState": {"urn": ""}}]}, "steps[0].newState.urn: expected a URN, got a string"),
        ({"steps": [{"replaceReasons": True}]}, "steps[0].replaceReasons: expected an array, got a boolean"),
        ({"steps": [], "diagnostics": [{"message": 1}]}, "diagnostics[0].message: expected a string, got a number"),
    ],
)
def test_the_message_contains_the_path(document, problem):
    with pytest.raises(ValueError) as raised:
        check_preview(document)
    assert str(raised.value).startswith(problem)


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {str(n): str(n + 1) for n in range(2000)}])
def test_every_resource_is_shown_once_if_parents_form_a_cycle(parents):
    steps = [{"op": "create", "newState": {"urn": f"u::{urn}", "type": "t:i:T", "parent": f"u::{parent}"}}
             for urn, parent in parents.items()]  # fmt: skip
    plan = plan_from_json({"steps": steps})
    assert len(plan.steps) == sum(map(len, children(plan).values()))
    console = Console(file=io.StringIO(), width=2000, highlight=False)
    print_plan(console, plan)
    assert console.file.getvalue().count("+ T ") == len(parents)
    assert render([plan])


def test_null_is_an_empty_field():
    document = {"steps": [{"op": "create", "newState": {"urn": f"{BASE}t::a", "type": "t", "parent": None}}]}
    assert plan_from_json({**document, "diagnostics": None, "outputs": None})["a"].parent == ""
