"""The engine for tests, and the life of every committed stack on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from engine import ROOT, Engine, FailedError, Run, with_references
from servers import Cluster

from moorings.preview.project import Project

STACKS = Project(ROOT).stacks


@pytest.fixture(scope="session")
def engine_in(pulumi_cli: Path, api_server: Cluster) -> Callable[[Path], Engine]:
    """Set the engine up in a folder."""
    return lambda folder: Engine(pulumi_cli, folder, kubeconfig=api_server.kubeconfig)


@pytest.fixture
def engine(engine_in: Callable[[Path], Engine], tmp_path: Path) -> Engine:
    """The engine with an empty state and an empty cloud."""
    return engine_in(tmp_path)


@dataclass
class Life:
    """What the engine told at each step of a stack's life, in this order, and what there was in between."""

    stack: str
    preview: Run
    up: Run
    again: Run
    refresh: Run
    outputs: dict[str, Any]
    resources: dict[str, dict[str, Any]]
    """The state after ``up``, by URN."""
    passwords: set[str]
    """What is secret in the cloud, in clear."""
    destroy: Run
    left: set[str]
    """The URNs that were left at the end."""
    left_in_cloud: list[str]
    """What was left of the stack's in the cloud at the end, beside what is meant to stay."""
    files: str = field(repr=False)
    """Whatever the engine wrote: the state, its backups, its history, the settings."""
    destroy_previewed: Run | None = None
    destroy_refused: Run | None = None
    """The same before protection was lifted, where anything is protected."""
    left_by_refused: set[str] = field(default_factory=set)
    """The URNs that were left by it."""

    @property
    def told(self) -> str:
        """Everything that left the engine."""
        runs = [each for each in vars(self).values() if isinstance(each, Run)]
        return "\n".join(run.told for run in runs)


@pytest.fixture(scope="session", params=STACKS)
def life(request: pytest.FixtureRequest, engine_in: Callable[[Path], Engine], tmp_path_factory: Any) -> Life:
    """The life of a committed stack, from its first preview to its end; what it refers to is there before."""
    name = request.param
    engine = engine_in(tmp_path_factory.mktemp(name))
    for other in with_references(name)[:-1]:
        engine.stack(other).up()
    stack = engine.stack(name)
    there_before = {thing.id for thing in engine.cloud}
    steps: dict[str, Any] = {"preview": attempted(stack.preview), "up": attempted(stack.up)}
    steps |= {"outputs": stack.outputs, "resources": stack.resources, "passwords": engine.passwords()}
    steps |= {"again": attempted(stack.up), "refresh": attempted(stack.refresh)}
    if any(each.get("protect") for each in steps["resources"].values()):
        steps |= {"destroy_previewed": attempted(stack.preview_destroy), "destroy_refused": attempted(stack.destroy)}
        steps |= {"left_by_refused": set(stack.resources)}
        stack.unprotect()
    steps |= {"destroy": attempted(stack.destroy), "left": set(stack.resources), "files": engine.files()}
    kept = {urn for urn, each in steps["resources"].items() if each.get("retainOnDelete")}
    left = [
        each.id for each in engine.cloud if not each.deleted and each.id not in there_before and each.urn not in kept
    ]
    return Life(stack=name, left_in_cloud=left, **steps)


def attempted(step: Callable[[], Run]) -> Run:
    """What the engine told, also where it failed."""
    try:
        return step()
    except FailedError as error:
        return error.run
