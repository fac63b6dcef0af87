"""Runs a real ``pulumi up`` of a stack without an account: the engine is real, the cloud is a double.

State, cloud and settings stay in a folder. Change a line, run it again, and read the real diff.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from binaries import BinariesMissingError, fetch
from doubles.kubernetes_provider import MANAGER, as_sent
from engine import ROOT, Engine, FailedError, Stack, with_references
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
    stacks = Project(ROOT).stacks
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("stack", nargs="?", metavar="STACK", help=f"one of {', '.join(stacks)}")
    parser.add_argument("--preview", action="store_true", help="only show what would change")
    parser.add_argument(
        "--destroy", action="store_true", help="delete what the stack has made; lift its protection before"
    )
    parser.add_argument("--unlock", action="store_true", help="take away the lock that a killed run left")
    parser.add_argument(
        "--state", type=Path, default=ROOT / ".sandbox", metavar="DIR", help="where state and cloud are kept"
    )
    options = parser.parse_args(arguments)
    if options.stack not in stacks:
        parser.error(f"name one of the stacks: {', '.join(stacks)}")
    _say(PLAINLY.format(folder=options.state))
    try:
        with _engine(options.stack, options.state) as engine:
            return _run(engine, options)
    except BinariesMissingError as error:
        _say(str(error))
        return 1


def _run(engine: Engine, options: argparse.Namespace) -> int:
    *others, name = with_references(options.stack)
    try:
        for other in others:
            made = engine.stack(other).up().changes
            changed = ", ".join(f"{len(urns)} to {op}" for op, urns in made.items()) or "as it was"
            _say(f"{other}, which it refers to: {changed}")
        stack = engine.stack(name)
        if options.unlock:
            stack.unlock()
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
def _engine(stack: str, folder: Path) -> Iterator[Engine]:
    """The engine, with an API server beside it where a stack has Kubernetes objects."""
    cli = fetch(["pulumi"], say=_say)["pulumi"].path
    project, names = Project(ROOT), with_references(stack)
    plans = [project.preview(name).plan for name in names]
    if not any(resource.type.startswith("kubernetes:") for plan in plans for resource in plan.resources):
        yield Engine(cli, folder)
        return
    paths = {name: found.path for name, found in fetch(API_SERVER, say=_say).items()}
    with tempfile.TemporaryDirectory() as logs, api_server(paths, Path(logs)) as cluster:
        engine = Engine(cli, folder, kubeconfig=cluster.kubeconfig)
        for name in names:
            _restore(engine.stack(name), cluster.api)
        yield engine


def _restore(stack: Stack, api: KubernetesApi) -> None:
    """Give a fresh API server the objects that an earlier run made: it forgets them when it ends."""
    made = [each for each in stack.resources.values() if each["type"].startswith("kubernetes:")]
    for each in sorted(made, key=lambda each: not each["type"].endswith((":Namespace", ":CustomResourceDefinition"))):
        api.apply(as_sent(each["inputs"]), manager=MANAGER)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
