"""What a release has deployed, previewed with the program as it is now: nothing that holds data is replaced or deleted.

``releases/<version>.json`` is what the committed stacks of a release left behind, made by that release's own tree:
``pytest tests/engine/test_upgrade.py --update-golden`` writes the file of the version that stands in pyproject.toml.
"""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from engine import ROOT, Stack, with_references

from moorings.preview.plan import HOLDS_DATA
from moorings.preview.project import Project

RELEASES = Path(__file__).parent / "releases"
RECORDED = {file.stem: json.loads(file.read_text()) for file in sorted(RELEASES.glob("*.json"))}
LOSES = {"delete", "replace", "create-replacement", "delete-replaced", "discard", "discard-replaced"}


def test_this_version_is_recorded(engine, request):
    if request.config.getoption("--update-golden"):
        RELEASES.mkdir(exist_ok=True)
        (RELEASES / f"{version('moorings')}.json").write_text(written(recorded(engine)))
    assert version("moorings") in RECORDED or request.config.getoption("--update-golden"), (
        "run pytest tests/engine/test_upgrade.py --update-golden, and commit the release's state with the release"
    )


@pytest.mark.parametrize(
    ("release", "name"), [(release, name) for release, stacks in RECORDED.items() for name in stacks]
)
def test_an_upgrade_loses_no_data(engine, release, name):
    stacks = {each: restored(engine, each, RECORDED[release][each]) for each in RECORDED[release]}
    run = stacks[name].preview()
    lost = {(op, urn) for op in LOSES for urn in run.changes.get(op, ()) if type_of(urn) in HOLDS_DATA}
    assert not lost
    assert not run.errors


def restored(engine, name: str, record: dict) -> Stack:
    """A stack as the release left it, with the settings that it had."""
    stack = engine.stack(name, settings=record["config"])
    resources = [whole(each) for each in record["resources"]]
    engine.adopt(resources, record["seeds"])
    stack.deployment = {**record["deployment"], "resources": resources}
    return stack


def type_of(urn: str) -> str:
    """The resource's own type."""
    return urn.split("::")[2].rpartition("$")[2]


def recorded(engine) -> dict[str, dict]:
    """What the committed stacks of this tree leave behind, as small as an engine takes it back."""
    project = Project(ROOT)
    found = {}
    for name in with_references(*project.stacks, project=project):
        stack = engine.stack(name)
        stack.up()
        deployment = stack.deployment
        resources = [short(each) for each in deployment.pop("resources")]
        ids = {each.get("id") for each in resources}
        record = {
            "config": project.config(name)[0],
            "seeds": {thing.id: thing.seed for thing in engine.cloud if thing.seed and thing.id in ids},
            "deployment": {key: deployment[key] for key in ("manifest", "secrets_providers")},
            "resources": resources,
        }
        text = json.dumps(record)
        for number, password in enumerate(sorted(engine.passwords())):  # no one takes these for real ones
            text = text.replace(password, f"password-{number}".ljust(len(password), "-"))
        found[name] = json.loads(text)
    return found


def short(resource: dict) -> dict:
    """A resource of a state, without what a preview does not need and what stands in it twice."""
    kept = {key: value for key, value in resource.items() if key not in _LEFT_OUT}
    if not resource["custom"]:  # what a component or the stack exports is told anew by the program
        return kept
    inputs, outputs = resource.get("inputs", {}), resource.get("outputs", {})
    own = {key: value for key, value in outputs.items() if key not in inputs or inputs[key] != value}
    return {**kept, **({"outputs": own} if own else {})}


def whole(resource: dict) -> dict:
    """The resource again as it stood in the state."""
    inputs = {key: value for key, value in resource.get("inputs", {}).items() if key != "__defaults"}
    return {**resource, "outputs": {**inputs, **resource.get("outputs", {})}} if "id" in resource else resource


def written(stacks: dict[str, dict]) -> str:
    """JSON with a line for each resource."""
    parts = []
    for name, record in stacks.items():
        lines = ",\n".join(json.dumps(each) for each in record["resources"])
        head = json.dumps({key: value for key, value in record.items() if key != "resources"})
        parts.append(f'{json.dumps(name)}: {head[:-1]}, "resources": [\n{lines}\n]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


_LEFT_OUT = {"created", "modified", "sourcePosition", "stackTrace", "propertyDependencies", "dependencies", "outputs"}
