"""Fixtures: the engine, and the whole lifecycle of each committed stack."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from engine import ROOT, Engine, FailedError, Run, with_referenced_stacks
from servers import Cluster

from moorings.preview.project import Project

STACKS = Project(ROOT).stacks


@pytest.fixture(scope="session")
def engine_in(pulumi_cli: Path, api_server: Cluster) -> Callable[[Path], Engine]:
    """Returns a function that sets up the engine in a folder."""
    return lambda folder: Engine(pulumi_cli, folder, kubeconfig=api_server.kubeconfig)


@pytest.fixture
def engine(engine_in: Callable[[Path], Engine], tmp_path: Path) -> Engine:
    """The engine with an empty state and an empty cloud."""
    return engine_in(tmp_path)


@pytest.fixture
def cluster_engine(pulumi_cli: Path, control_plane: Cluster, tmp_path: Path) -> Engine:
    """The engine on a cluster with controllers. The Kubernetes provider waits, and its clock is ten times as fast."""
    return Engine(pulumi_cli, tmp_path, kubeconfig=control_plane.kubeconfig, provider_second=0.1)


@dataclass
class Lifecycle:
    """Output of each operation in the lifecycle of a stack, in the order of execution, and the state between them."""

    stack: str
    preview: Run
    up: Run
    second_up: Run
    refresh: Run
    outputs: dict[str, Any]
    resources: dict[str, dict[str, Any]]
    """The state after ``up``, by URN."""
    passwords: set[str]
    """Decrypted secrets in the emulated cloud."""
    destroy: Run
    remaining_in_state: set[str]
    """URNs in the state at the end."""
    remaining_in_cloud: list[str]
    """Resources of the stack that remain in the emulated cloud at the end, except retained ones."""
    files: str = field(repr=False)
    """All files of the engine: state, backups, history and settings."""
    preview_destroy: Run | None = None
    rejected_destroy: Run | None = None
    """``destroy`` before the protection was removed, if any resource is protected."""
    remaining_after_rejected: set[str] = field(default_factory=set)
    """URNs in the state after the rejected ``destroy``."""

    @property
    def all_output(self) -> str:
        """All output and events."""
        runs = [value for value in vars(self).values() if isinstance(value, Run)]
        return "\n".join(run.all_output for run in runs)


@pytest.fixture(scope="session", params=STACKS)
def lifecycle(request: pytest.FixtureRequest, engine_in: Callable[[Path], Engine], tmp_path_factory: Any) -> Lifecycle:
    """Run the lifecycle of a committed stack, after the stacks that it refers to."""
    name = request.param
    engine = engine_in(tmp_path_factory.mktemp(name))
    for other in with_referenced_stacks(name)[:-1]:
        engine.stack(other).up()
    stack = engine.stack(name)
    existing_ids = {resource.id for resource in engine.cloud}
    runs: dict[str, Any] = {"preview": run_step(stack.preview), "up": run_step(stack.up)}
    runs |= {"outputs": stack.outputs, "resources": stack.resources, "passwords": engine.passwords()}
    runs |= {"second_up": run_step(stack.up), "refresh": run_step(stack.refresh)}
    if any(resource.get("protect") for resource in runs["resources"].values()):
        runs |= {"preview_destroy": run_step(stack.preview_destroy), "rejected_destroy": run_step(stack.destroy)}
        runs |= {"remaining_after_rejected": set(stack.resources)}
        stack.unprotect()
    runs |= {"destroy": run_step(stack.destroy), "remaining_in_state": set(stack.resources), "files": engine.files()}
    retained = {urn for urn, resource in runs["resources"].items() if resource.get("retainOnDelete")}
    remaining = [
        resource.id
        for resource in engine.cloud
        if not resource.deleted and resource.id not in existing_ids and resource.urn not in retained
    ]
    return Lifecycle(stack=name, remaining_in_cloud=remaining, **runs)


def run_step(step: Callable[[], Run]) -> Run:
    """Run an operation, and return its output even if it fails."""
    try:
        return step()
    except FailedError as error:
        return error.run
