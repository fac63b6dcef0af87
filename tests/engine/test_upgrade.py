"""Upgrades: previews of the current program with the state of earlier releases.

The current program must not delete or replace a resource with data, nor delete a resource and create it under another
name. All other changes are documented in ``CHANGELOG.md``.

``releases/<version>.json`` contains the state of the committed stacks as of that release. ``pytest
tests/engine/test_upgrade.py --update-golden`` writes the file for the version in ``pyproject.toml``.
"""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from engine import ROOT, Stack, with_referenced_stacks
from engine_run import STACK

from moorings.preview.project import Project
from moorings.validation.stateful_resources import STATEFUL_TYPES

RELEASES = Path(__file__).parent / "releases"
RECORDS = {file.stem: json.loads(file.read_text()) for file in sorted(RELEASES.glob("*.json"))}
LOSSES = {"delete", "replace", "create-replacement", "delete-replaced", "discard", "discard-replaced"}


def test_the_current_version_is_recorded(engine, request):
    if request.config.getoption("--update-golden"):
        RELEASES.mkdir(exist_ok=True)
        text = to_json(record_stacks(engine))
        (RELEASES / f"{version('moorings')}.json").write_text(text)
        RECORDS[version("moorings")] = json.loads(text)
    assert version("moorings") in RECORDS, (
        "run pytest tests/engine/test_upgrade.py --update-golden, and commit the recorded state with the release"
    )


def test_all_stacks_of_the_current_version_are_recorded():
    assert set(RECORDS[version("moorings")]) == set(Project(ROOT).stacks)


@pytest.fixture(scope="module")
def deployed(engine_in, tmp_path_factory):
    """Returns a function that restores all stacks of a release."""

    @cache
    def restore(release: str) -> dict[str, Stack]:
        engine = engine_in(tmp_path_factory.mktemp("release"))
        return {name: restored(engine, name, record) for name, record in RECORDS[release].items()}

    return restore


@pytest.mark.parametrize(
    ("release", "name"), [(release, name) for release, stacks in RECORDS.items() for name in stacks]
)
def test_an_upgrade_loses_no_data(deployed, release, name):
    run = deployed(release)[name].preview()
    assert not run.errors
    changed = {op: {type_of(urn) for urn in urns} for op, urns in run.changes.items()}
    assert not [urn for op in LOSSES for urn in run.changes.get(op, ()) if type_of(urn) in STATEFUL_TYPES]
    # Two resources would exist at the same time, such as two services of a singleton.
    renamed = changed.get("create", set()) & changed.get("delete", set())
    assert not renamed, "add an alias to the old name to each renamed or moved resource"
    assert not changed or "### Seen in preview" in changes_since(release)


def restored(engine, name: str, record: dict) -> Stack:
    """A stack with the state and the settings of a record."""
    stack = engine.stack(name, settings=record["config"])
    resources = [completed(resource) for resource in record["resources"]]
    engine.adopt(resources, record["seeds"])
    stack.deployment = {**record["deployment"], "resources": resources}
    return stack


def changes_since(release: str) -> str:
    """The changelog since a release, with the section of the release itself if it is still unreleased."""
    newer, _, rest = (ROOT / "CHANGELOG.md").read_text().partition(f"\n## [{release}]")
    section = rest.split("\n## [")[0]
    return newer + (section if section.partition("\n")[0].endswith("unreleased") else "")


def type_of(urn: str) -> str:
    """The type of a resource, without the types of its parents."""
    return urn.split("::")[2].rpartition("$")[2]


def record_stacks(engine) -> dict[str, dict]:
    """Deploy the committed stacks and return their records."""
    project = Project(ROOT)
    stacks = {}
    for name in with_referenced_stacks(*project.stacks, project=project):
        stack = engine.stack(name)
        stack.up()
        deployment = stack.deployment
        resources = [reduced(resource) for resource in deployment.pop("resources")]
        ids = {resource.get("id") for resource in resources}
        stacks[name] = {
            "config": project.config(name)[0],
            "seeds": {stored.id: stored.seed for stored in engine.cloud if stored.seed and stored.id in ids},
            "deployment": {key: deployment[key] for key in ("manifest", "secrets_providers")},
            "resources": resources,
        }
    text = json.dumps(stacks)
    for number, password in enumerate(sorted(generated_passwords(stacks))):  # placeholders of the same length
        text = text.replace(password, f"password-{number}".ljust(len(password), "-"))
    return json.loads(text)


def generated_passwords(stacks: dict[str, dict]) -> set[str]:
    """The generated passwords of the stacks, decrypted."""
    return {
        json.loads(resource["outputs"]["result"]["plaintext"])
        for record in stacks.values()
        for resource in record["resources"]
        if resource["type"].endswith(":RandomPassword")
    }


def reduced(resource: dict) -> dict:
    """A resource without redundant properties, and without those that a preview does not require."""
    record = {key: value for key, value in resource.items() if key not in _OMITTED}
    inputs, outputs = resource.get("inputs", {}), resource.get("outputs", {})
    if resource["type"] == STACK:  # other stacks may refer to the outputs
        return {**record, "outputs": outputs}
    if not resource["custom"] or resource["type"].startswith("kubernetes:"):  # the program sets all properties
        return record
    unused = {"region", "tagsAll"}
    assigned = {key: value for key, value in outputs.items() if key not in unused and inputs.get(key) != value}
    return {**record, **({"outputs": assigned} if assigned else {})}


def completed(resource: dict) -> dict:
    """The resource with the omitted outputs."""
    inputs = {key: value for key, value in resource.get("inputs", {}).items() if key != "__defaults"}
    return {**resource, "outputs": {**inputs, **resource.get("outputs", {})}} if "id" in resource else resource


def to_json(stacks: dict[str, dict]) -> str:
    """JSON with one line for each resource."""
    parts = []
    for name, record in stacks.items():
        lines = ",\n".join(json.dumps(resource) for resource in record["resources"])
        head = json.dumps({key: value for key, value in record.items() if key != "resources"})
        parts.append(f'{json.dumps(name)}: {head[:-1]}, "resources": [\n{lines}\n]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


_OMITTED = {"created", "modified", "sourcePosition", "stackTrace", "propertyDependencies", "dependencies", "outputs"}
