"""Upgrades: previews the current program with the resources of earlier releases.

No resource with data is replaced or deleted, no resource is deleted and created under another name, and all other
changes are documented in ``CHANGELOG.md``.

``releases/<version>.json`` contains the resources of the committed stacks of a release, recorded by that release:
``pytest tests/engine/test_upgrade.py --update-golden`` writes the file of the version in pyproject.toml.
"""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from engine import ROOT, STACK, Stack, with_referenced_stacks

from moorings.preview.plan import HOLDS_DATA
from moorings.preview.project import Project

RELEASES = Path(__file__).parent / "releases"
RECORDED = {file.stem: json.loads(file.read_text()) for file in sorted(RELEASES.glob("*.json"))}
LOSES = {"delete", "replace", "create-replacement", "delete-replaced", "discard", "discard-replaced"}


def test_the_current_version_is_recorded(engine, request):
    if request.config.getoption("--update-golden"):
        RELEASES.mkdir(exist_ok=True)
        (RELEASES / f"{version('moorings')}.json").write_text(written(recorded(engine)))
    assert version("moorings") in RECORDED or request.config.getoption("--update-golden"), (
        "run pytest tests/engine/test_upgrade.py --update-golden, and commit the release's state with the release"
    )


def test_all_stacks_of_the_current_version_are_recorded():
    assert set(RECORDED[version("moorings")]) == set(Project(ROOT).stacks)


@pytest.fixture(scope="module")
def left_by(engine_in, tmp_path_factory):
    """All stacks as a release left them, each in its own cloud."""

    @cache
    def find(release: str) -> dict[str, Stack]:
        engine = engine_in(tmp_path_factory.mktemp("release"))
        return {name: restored(engine, name, record) for name, record in RECORDED[release].items()}

    return find


@pytest.mark.parametrize(
    ("release", "name"), [(release, name) for release, stacks in RECORDED.items() for name in stacks]
)
def test_an_upgrade_loses_no_data(left_by, release, name):
    run = left_by(release)[name].preview()
    assert not run.errors
    changed = {op: {type_of(urn) for urn in urns} for op, urns in run.changes.items()}
    assert not [urn for op in LOSES for urn in run.changes.get(op, ()) if type_of(urn) in HOLDS_DATA]
    # Under another name, both would exist for a while: two tasks of a singleton.
    renamed = changed.get("create", set()) & changed.get("delete", set())
    assert not renamed, "give what was renamed or moved an alias to its old name"
    assert not changed or "### Seen in preview" in changes_since(release)


def restored(engine, name: str, record: dict) -> Stack:
    """A stack as the release left it, with its settings."""
    stack = engine.stack(name, settings=record["config"])
    resources = [whole(each) for each in record["resources"]]
    engine.adopt(resources, record["seeds"])
    stack.deployment = {**record["deployment"], "resources": resources}
    return stack


def changes_since(release: str) -> str:
    """The changelog since a release, including an unreleased current version."""
    above, _, below = (ROOT / "CHANGELOG.md").read_text().partition(f"\n## [{release}]")
    own = below.split("\n## [")[0]
    return above + (own if own.partition("\n")[0].endswith("unreleased") else "")


def type_of(urn: str) -> str:
    """The type of the resource without its parents."""
    return urn.split("::")[2].rpartition("$")[2]


def recorded(engine) -> dict[str, dict]:
    """The resources of the committed stacks, reduced to what an engine can restore."""
    project = Project(ROOT)
    found = {}
    for name in with_referenced_stacks(*project.stacks, project=project):
        stack = engine.stack(name)
        stack.up()
        deployment = stack.deployment
        resources = [short(each) for each in deployment.pop("resources")]
        ids = {each.get("id") for each in resources}
        found[name] = {
            "config": project.config(name)[0],
            "seeds": {thing.id: thing.seed for thing in engine.cloud if thing.seed and thing.id in ids},
            "deployment": {key: deployment[key] for key in ("manifest", "secrets_providers")},
            "resources": resources,
        }
    text = json.dumps(found)
    for number, password in enumerate(sorted(made_passwords(found))):  # obviously not real passwords
        text = text.replace(password, f"password-{number}".ljust(len(password), "-"))
    return json.loads(text)


def made_passwords(stacks: dict[str, dict]) -> set[str]:
    """The generated passwords of the stacks, decrypted."""
    made = [
        each for record in stacks.values() for each in record["resources"] if each["type"].endswith(":RandomPassword")
    ]
    return {json.loads(each["outputs"]["result"]["plaintext"]) for each in made}


def short(resource: dict) -> dict:
    """A resource of a state, without redundant properties and those that a preview does not need."""
    kept = {key: value for key, value in resource.items() if key not in _LEFT_OUT}
    inputs, outputs = resource.get("inputs", {}), resource.get("outputs", {})
    if resource["type"] == STACK:  # another stack may refer to it
        return {**kept, "outputs": outputs}
    if not resource["custom"] or resource["type"].startswith("kubernetes:"):  # the program sets it again
        return kept
    unread = {"region", "tagsAll"}
    own = {key: value for key, value in outputs.items() if key not in unread and inputs.get(key) != value}
    return {**kept, **({"outputs": own} if own else {})}


def whole(resource: dict) -> dict:
    """The complete resource of the state."""
    inputs = {key: value for key, value in resource.get("inputs", {}).items() if key != "__defaults"}
    return {**resource, "outputs": {**inputs, **resource.get("outputs", {})}} if "id" in resource else resource


def written(stacks: dict[str, dict]) -> str:
    """JSON with one line for each resource."""
    parts = []
    for name, record in stacks.items():
        lines = ",\n".join(json.dumps(each) for each in record["resources"])
        head = json.dumps({key: value for key, value in record.items() if key != "resources"})
        parts.append(f'{json.dumps(name)}: {head[:-1]}, "resources": [\n{lines}\n]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


_LEFT_OUT = {"created", "modified", "sourcePosition", "stackTrace", "propertyDependencies", "dependencies", "outputs"}
