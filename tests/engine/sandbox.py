"""Deploys a stack with a real engine and emulated providers, without an AWS account.

The state and the emulated cloud are kept between runs, so that a later run shows the diff of a changed program.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from binaries import BinariesMissingError, fetch
from emulated_providers.kubernetes_field_managers import MANAGER
from emulated_providers.kubernetes_provider import as_sent
from engine import ROOT, Engine, FailedError, Stack, decrypted, with_referenced_stacks
from kubernetes_api import KubernetesApi
from servers import API_SERVER, api_server

from moorings.preview.project import Project

INTRODUCTION = """\
The engine is real, and the providers are emulated: all resources are files in {folder}.
Nothing is deployed to AWS, no credentials are used, and there are no costs. The emulation does not check
quotas and permissions of an account, and does not show durations and whether the deployed software works.
"""


def main(arguments: list[str] | None = None) -> int:
    """Deploy a stack, or run another operation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("stack", nargs="?", metavar="STACK", help="stack of the project")
    parser.add_argument("--preview", action="store_true", help="show the changes without deploying them")
    parser.add_argument("--destroy", action="store_true", help="remove the protection of all resources and delete them")
    parser.add_argument("--unlock", action="store_true", help="remove the lock of a killed run")
    parser.add_argument("--project", type=Path, default=ROOT, metavar="DIR", help="folder of another project")
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="folder of the state and the emulated cloud (default: .sandbox)"
    )
    options = parser.parse_args(arguments)
    project = Project(options.project)
    if options.stack not in project.stacks:
        parser.error(f"expected one of the stacks {', '.join(project.stacks)}")
    folder = options.state or project.root / ".sandbox"
    _print(INTRODUCTION.format(folder=folder))
    try:
        # --destroy does not run the program, so it works with a broken one.
        names = [options.stack] if options.destroy else with_referenced_stacks(options.stack, project=project)
    except Exception as error:  # noqa: BLE001 - the program may raise any exception
        _print(f"{type(error).__name__}: {error}")
        _print(f"\nFailed. Run moorings preview {options.stack} --debug for the traceback.")
        return 1
    try:
        with _engine(project, names, folder, with_plans=not options.destroy) as engine:
            return _run(engine, project, names, options)
    except BinariesMissingError as error:
        _print(str(error))
        return 1


def _run(engine: Engine, project: Project, names: list[str], options: argparse.Namespace) -> int:
    stacks = [engine.stack(name, project=project.root) for name in names]
    *others, stack = stacks
    try:
        for locked in stacks if options.unlock else []:
            locked.unlock()
        for other in others:
            if not options.preview:
                changes = other.up().changes
                summary = (
                    ", ".join(f"{len(urns)} to {operation}" for operation, urns in changes.items()) or "no changes"
                )
                _print(f"referenced stack {other.name}: {summary}")
            elif not other.deployment.get("resources"):
                _print(f"{stack.name} refers to {other.name}, which is not deployed; deploy it first.\n\nFailed.")
                return 1
        stack.on_output = _print
        _run_operation(stack, options)
    except FailedError as error:
        _print("\nFailed." if error.run.errors else str(error))
        if "locked" in error.run.output:
            _print("An earlier run was killed; run again with --unlock.")
        return 1
    return 0


def _run_operation(stack: Stack, options: argparse.Namespace) -> None:
    color = "always" if sys.stdout.isatty() else "never"
    if options.destroy:
        stack.unprotect()
        stack.destroy(color=color)
        return
    # The first deployment omits property values, so that the diffs of later ones stand out.
    arguments = {"diff": bool(stack.resources), "color": color, "suppress_outputs": True}
    (stack.preview if options.preview else stack.up)(**arguments)


@contextmanager
def _engine(project: Project, names: list[str], folder: Path, *, with_plans: bool) -> Iterator[Engine]:
    """The engine, with an API server if a stack has or will have Kubernetes objects."""
    cli = fetch(["pulumi"], log=_print)["pulumi"].path
    engine = Engine(cli, folder)
    states = [engine.stack(name, project=project.root).resources.values() for name in names]
    objects = [resource for state in states for resource in state if _on_kubernetes(resource["type"])]
    planned = [resource for name in names for resource in project.preview(name).plan.resources] if with_plans else []
    if not objects and not any(_on_kubernetes(resource.type) for resource in planned):
        yield engine
        return
    paths = {name: program.path for name, program in fetch(API_SERVER, log=_print).items()}
    with tempfile.TemporaryDirectory() as logs, api_server(paths, Path(logs)) as cluster:
        _restore(objects, cluster.api)
        yield Engine(cli, folder, kubeconfig=cluster.kubeconfig)


def _on_kubernetes(type_: str) -> bool:
    return type_.startswith("kubernetes:")


def _restore(objects: list[dict[str, Any]], api: KubernetesApi) -> None:
    """Restore the objects of earlier runs on a new API server, which does not keep them."""
    prerequisites = (":Namespace", ":CustomResourceDefinition")
    for resource in sorted(objects, key=lambda resource: not resource["type"].endswith(prerequisites)):
        api.apply(as_sent(decrypted(resource["inputs"])), manager=MANAGER)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
