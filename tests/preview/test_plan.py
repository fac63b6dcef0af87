"""Plan model: lookup, JSON format, and reading an engine's preview."""

import pytest

from moorings.preview.differences import PropertyChange
from moorings.preview.plan import Plan, Resource, Step
from moorings.preview.plan_json import plan_from_json, plan_to_json
from moorings.preview.secret_masking import UNKNOWN, UNKNOWN_TEXT, RevealedSecret

BASE = "urn:pulumi:test::moorings::"


def resource(name, type_="random:index/randomId:RandomId", **fields):
    return Resource(f"{BASE}{type_}::{name}", type_, name, **fields)


def plan(*steps, **fields):
    return Plan("test", list(steps), "moorings", **fields)


def test_resource_is_found_by_its_name():
    assert plan(Step("create", resource("a")))["a"].name == "a"


def test_resources_are_found_by_their_type():
    buckets = [resource(name, "aws:s3/bucket:Bucket") for name in "ab"]
    steps = [Step("create", item) for item in (*buckets, resource("c"))]
    assert plan(*steps).all("aws:s3/bucket:Bucket") == buckets


@pytest.mark.parametrize("names", [[], ["a", "a"]])
def test_lookup_fails_without_exactly_one_resource(names):
    with pytest.raises(KeyError, match=f"{len(names)} resources are named 'a'; the plan contains"):
        plan(*[Step("create", resource(name)) for name in names])["a"]


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("aws:msk/cluster:Cluster", "msk.Cluster"),
        ("kubernetes:apps/v1:Deployment", "apps.Deployment"),
        ("random:index/randomPassword:RandomPassword", "RandomPassword"),
        ("moorings:index:MskCluster", "MskCluster"),
    ],
)
def test_kind_is_the_short_type(type_, kind):
    assert resource("a", type_).kind == kind


def test_types_that_hold_data():
    assert resource("a", "aws:msk/cluster:Cluster").holds_data
    assert not resource("a", "aws:kms/alias:Alias").holds_data


def test_counts_are_by_operation():
    steps = [Step(op, resource(f"r{index}")) for index, op in enumerate(["create", "same", "create", "delete"])]
    assert plan(*steps).counts() == {"create": 2, "delete": 1, "same": 1}


def test_json_has_the_format_of_an_engine_preview():
    child = resource(
        "a",
        parent=f"{BASE}test:index:Box::b",
        inputs={"unknown": UNKNOWN, "secret": RevealedSecret("hunter2"), "list": [1, None, True]},
        dependencies=["x"],
        property_dependencies={"list": ["x"]},
        protect=True,
        provider="p",
        aliases=["old"],
    )
    document = plan_to_json(
        plan(Step("create", child), config={"k": "v"}, log=[("warning", "careful", "urn")], notes=["n"])
    )
    assert document == {
        "config": {"k": "v"},
        "steps": [
            {
                "op": "create",
                "urn": STACK,
                "newState": {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack"},
            },
            {
                "op": "create",
                "urn": child.urn,
                "provider": "p",
                "newState": {
                    "urn": child.urn,
                    "custom": True,
                    "type": child.type,
                    "inputs": {"unknown": UNKNOWN_TEXT, "secret": "[secret]", "list": [1, None, True]},
                    "parent": child.parent,
                    "dependencies": ["x"],
                    "propertyDependencies": {"list": ["x"]},
                    "protect": True,
                    "provider": "p",
                    "aliases": ["old"],
                },
            },
        ],
        "outputs": {},
        "diagnostics": [{"urn": "urn", "message": "careful", "severity": "warning"}],
        "changeSummary": {"create": 1},
        "maybeCorrupt": False,
        "offline": True,
        "notes": ["n"],
    }


def test_json_is_read_without_changes():
    written = plan(
        Step("update", resource("a", inputs={"x": 2}), resource("a", inputs={"x": 1}), [PropertyChange("x", 1, 2)]),
        Step("delete", resource("b", protect=True)),
        log=[("info", "hello", "")],
        outputs={"o": 1},
    )
    read = plan_from_json(plan_to_json(written))
    assert plan_to_json(read) == plan_to_json(written)
    assert (read.stack, read.project, read.offline) == ("test", "moorings", True)


STACK = "urn:pulumi:test::moorings::pulumi:pulumi:Stack::moorings-test"

ENGINE = {
    "config": {"aws:region": "eu-west-1"},
    "steps": [
        {"op": "same", "urn": STACK, "newState": {"urn": STACK, "type": "pulumi:pulumi:Stack"}},
        {
            "op": "create-replacement",
            "urn": f"{BASE}t::c",
            "newState": {"urn": f"{BASE}t::c", "type": "t", "custom": True},
        },
        {
            "op": "replace",
            "urn": f"{BASE}t::c",
            "oldState": {"urn": f"{BASE}t::c", "type": "t", "custom": True, "inputs": {"x": 1}},
            "newState": {"urn": f"{BASE}t::c", "type": "t", "custom": True, "inputs": {"x": 2}},
            "detailedDiff": {"x": {"kind": "update-replace"}},
            "replaceReasons": ["x"],
        },
        {"op": "delete-replaced", "urn": f"{BASE}t::c", "oldState": {"urn": f"{BASE}t::c", "type": "t"}},
        {"op": "delete", "urn": f"{BASE}t::d", "oldState": {"urn": f"{BASE}t::d", "type": "t", "id": "i"}},
        {"op": "refresh", "urn": "without-state"},
    ],
    "duration": 5,
    "changeSummary": {"replace": 1},
    "somethingNew": {},
}


def test_preview_of_an_engine_is_read():
    read = plan_from_json(ENGINE)
    assert (read.stack, read.project, read.offline) == ("test", "moorings", False)
    assert [(step.op, step.resource.name, step.changed) for step in read.steps] == [
        ("replace", "c", ["x"]),
        ("delete", "d", []),
    ]
    assert read.steps[0].before.inputs == {"x": 1}
    assert "offline" not in plan_to_json(read)


def test_secrets_of_an_engine_preview_are_masked():
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    state = {"urn": f"{BASE}t::c", "type": "t", "inputs": {"x": secret, "y": [secret, {"z": secret}], "w": 1}}
    read = plan_from_json({"steps": [{"op": "create", "newState": state}], "outputs": {"o": secret}})
    assert read["c"].inputs == {"x": "[secret]", "y": ["[secret]", {"z": "[secret]"}], "w": 1}
    assert read.outputs == {"o": "[secret]"}


def test_preview_without_steps_is_invalid():
    with pytest.raises(ValueError, match="it has no steps; create it with"):
        plan_from_json({})


def test_preview_with_an_empty_list_of_steps_is_valid():
    assert plan_from_json({"steps": []}).stack == ""


def test_a_plan_without_a_stack_has_no_step_of_it():
    assert plan_to_json(Plan("", []))["steps"] == []
