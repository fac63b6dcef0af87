"""Runs a real ``pulumi up`` of a stack without an account: the engine is real, the cloud is a double.

State, cloud and settings stay in a folder. Change a line, run it again, and read the real diff.
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
from doubles.kubernetes_provider import MANAGER, as_sent
from engine import ROOT, Engine, FailedError, Stack, opened, with_references
from kubernetes_api import KubernetesApi
from servers import API_SERVER, api_server

from moorings.preview.project import Project

PLAINLY = """\
The engine is real; the cloud is a double that lives in {folder}.
Nothing is deployed, no account is asked, and nothing costs anything. What a double does not show: whether the account has
room and rights, how long things take, and whether anything works that was made.
"""


def main(arguments: list[str] | None = None) -> int:
    """Bring a stack up, or do with it what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("stack", nargs="?", metavar="STACK", help="a stack of the project")
    parser.add_argument("--preview", action="store_true", help="only show what would change: deploy nothing")
    parser.add_argument(
        "--destroy", action="store_true", help="delete what the stack has made; lift its protection before"
    )
    parser.add_argument("--unlock", action="store_true", help="take away the lock that a killed run left")
    parser.add_argument("--project", type=Path, default=ROOT, metavar="DIR", help="another project than this one")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where state and cloud are kept: .sandbox by default")
    options = parser.parse_args(arguments)
    project = Project(options.project)
    if options.stack not in project.stacks:
        parser.error(f"name one of the stacks: {', '.join(project.stacks)}")
    folder = options.state or project.root / ".sandbox"
    _say(PLAINLY.format(folder=folder))
    try:
        # What was made can be taken down also where the program is broken now.
        names = [options.stack] if options.destroy else with_references(options.stack, project=project)
    except Exception as error:  # noqa: BLE001 - whatever the program raises, its own words say it
        _say(f"{type(error).__name__}: {error}\n\nRefused; moorings preview {options.stack} --debug shows where.")
        return 1
    try:
        with _engine(project, names, folder, with_plans=not options.destroy) as engine:
            return _run(engine, project, names, options)
    except BinariesMissingError as error:
        _say(str(error))
        return 1


def _run(engine: Engine, project: Project, names: list[str], options: argparse.Namespace) -> int:
    stacks = [engine.stack(each, project=project.root) for each in names]
    *others, stack = stacks
    try:
        for each in stacks if options.unlock else []:
            each.unlock()
        for other in others:
            if not options.preview:
                made = other.up().changes
                changed = ", ".join(f"{len(urns)} to {op}" for op, urns in made.items()) or "as it was"
                _say(f"{other.name}, which it refers to: {changed}")
            elif not other.deployment.get("resources"):
                _say(f"{stack.name} refers to {other.name}, which is not here yet: bring that up before.\n\nRefused.")
                return 1
        stack.say = _say
        _do(stack, options)
    except FailedError as error:
        _say("\nRefused." if error.run.errors else str(error))
        if "locked" in error.run.output:
            _say("A run was killed before; go on with --unlock.")
        return 1
    return 0


def _do(stack: Stack, options: argparse.Namespace) -> None:
    color = "always" if sys.stdout.isatty() else "never"
    if options.destroy:
        stack.unprotect()
        stack.destroy(color=color)
        return
    # The whole of every property at the first time would hide what the later ones are read for.
    how = {"diff": bool(stack.resources), "color": color, "suppress_outputs": True}
    (stack.preview if options.preview else stack.up)(**how)


@contextmanager
def _engine(project: Project, names: list[str], folder: Path, *, with_plans: bool) -> Iterator[Engine]:
    """The engine, with an API server beside it where stacks have Kubernetes objects, or will have them."""
    cli = fetch(["pulumi"], say=_say)["pulumi"].path
    engine = Engine(cli, folder)
    there = [each for name in names for each in engine.stack(name, project=project.root).resources.values()]
    made = [each for each in there if _on_kubernetes(each["type"])]
    planned = [each for name in names for each in project.preview(name).plan.resources] if with_plans else []
    if not made and not any(_on_kubernetes(each.type) for each in planned):
        yield engine
        return
    paths = {name: found.path for name, found in fetch(API_SERVER, say=_say).items()}
    with tempfile.TemporaryDirectory() as logs, api_server(paths, Path(logs)) as cluster:
        _restore(made, cluster.api)
        yield Engine(cli, folder, kubeconfig=cluster.kubeconfig)


def _on_kubernetes(type_: str) -> bool:
    return type_.startswith("kubernetes:")


def _restore(made: list[dict[str, Any]], api: KubernetesApi) -> None:
    """Give a fresh API server the objects that an earlier run made: it forgets them when it ends."""
    for each in sorted(made, key=lambda each: not each["type"].endswith((":Namespace", ":CustomResourceDefinition"))):
        api.apply(as_sent(opened(each["inputs"])), manager=MANAGER)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
