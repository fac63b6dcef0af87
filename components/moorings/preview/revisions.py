"""Previews a project at another git revision in a separate process, with the code and configuration of the revision."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moorings.preview.compare import compare
from moorings.preview.documents import DocumentError
from moorings.preview.plan import Plan
from moorings.preview.plan_json import plan_from_json

if TYPE_CHECKING:
    from moorings.preview.project import Project

DIGEST_KEY = "MOORINGS_DIGEST_KEY"
"""Environment variable with the random key of the digests with which the two processes compare secrets."""

PREVIEW_OPTIONS = ("--json", "--known")
WORKTREE_FOLDER = "worktree"


class Revision:
    """A preview of a project at a git revision, which runs in the background."""

    def __init__(self, name: str, project: "Project", stacks: Sequence[str] | None) -> None:
        """Check out the revision in a temporary worktree, and start the preview.

        Args:
            name: branch, tag or commit.
            project: the project in the working tree.
            stacks: stacks to preview. None for all stacks of the revision.

        Raises:
            DocumentError: The project is not in a git repository, or the revision does not exist.

        """
        self.name = name
        self._process: subprocess.Popen[str] | None = None
        self._toplevel = Path(_git(project.root, "rev-parse", "--show-toplevel"))
        commit = _git(project.root, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}", revision=name)
        self._temporary = tempfile.TemporaryDirectory(prefix="moorings-")
        self._worktree = Path(self._temporary.name).resolve() / WORKTREE_FOLDER
        try:
            _git(project.root, "worktree", "add", "--detach", "--quiet", str(self._worktree), commit)
            names = self._stacks(project, stacks)
            if names:
                self._process = self._start(project, names)
        except BaseException:
            self.close()
            raise

    def _folder(self, project: "Project") -> Path:
        return self._worktree / project.root.relative_to(self._toplevel)

    def _stacks(self, project: "Project", stacks: Sequence[str] | None) -> list[str]:
        """Return the stacks to preview. Empty if the revision does not contain the project."""
        folder = self._folder(project)
        existing = type(project)(folder).stacks if (folder / "Pulumi.yaml").is_file() else []
        return [name for name in existing if stacks is None or name in stacks]

    def _start(self, project: "Project", stacks: Sequence[str]) -> "subprocess.Popen[str]":
        overrides = [f"--config={key}={value}" for key, value in project.config_overrides.items()]
        folder = self._folder(project)
        command = [sys.executable, "-m", "moorings.preview", "preview", *PREVIEW_OPTIONS, *overrides, *stacks]
        paths = [*self._import_paths(), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "GITHUB_ACTIONS": "",  # only the preview of the working tree writes annotations
            DIGEST_KEY: project.digest_key,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        return subprocess.Popen(  # noqa: S603 - the program of the user
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def _import_paths(self) -> list[str]:
        """Return the import paths in the worktree of the revision, which precede those in the working tree."""
        paths = [Path(path).resolve() for path in sys.path if path]
        inside = [path.relative_to(self._toplevel) for path in paths if path.is_relative_to(self._toplevel)]
        # A virtual environment in the repository is not part of the revision.
        return [str(self._worktree / path) for path in inside if (self._worktree / path).is_dir()]

    def plans(self) -> dict[str, Plan]:
        """Wait for the preview, and return the plan of each stack.

        Raises:
            DocumentError: The preview of the revision fails.

        """
        if self._process is None:
            return {}
        output, errors = self._process.communicate()
        if self._process.returncode:
            lines = [line.removeprefix("moorings: ") for line in errors.splitlines() if line.strip()]
            problem = lines[-1] if lines else "no message"
            if "No such option" in problem:
                problem = "its version of moorings does not support comparisons; use a later revision"
            raise DocumentError(f"{self.name} cannot be previewed: {problem}")
        document: Mapping[str, Any] = json.loads(output)
        documents = [document] if "steps" in document else document.values()
        plans = [plan_from_json(each) for each in documents]
        return {plan.stack: plan for plan in plans}

    def close(self) -> None:
        """Stop the preview, and remove the worktree."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._temporary.cleanup()
        _git(self._toplevel, "worktree", "prune")


@contextmanager
def preview_revision(project: "Project", name: str, stacks: Sequence[str] | None) -> Generator[Revision]:
    """Preview a git revision in the background, while the ``with`` block previews the working tree.

    Args:
        project: the project in the working tree. Its ``digest_key`` is set to compare secrets.
        name: see ``Revision``.
        stacks: see ``Revision``.

    """
    project.digest_key = secrets.token_hex(32)
    revision = Revision(name, project, stacks)
    try:
        yield revision
    finally:
        revision.close()


def compare_with(revision: Revision, plans: Sequence[Plan]) -> list[Plan]:
    """Return the changes of each stack since a revision. Stacks can be new or deleted."""
    before, after = revision.plans(), {plan.stack: plan for plan in plans}
    return [
        compare(before.get(stack, Plan(stack, [])), after.get(stack, Plan(stack, [])))
        for stack in sorted(before.keys() | after.keys())
    ]


def _git(folder: Path, *arguments: str, revision: str = "") -> str:
    try:
        result = subprocess.run(  # noqa: S603 - git, which the user has installed
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise DocumentError("git is not installed; --against requires it") from None
    if result.returncode and revision:
        raise DocumentError(f"{revision} is not a revision of the git repository; fetch it, or use another revision")
    if result.returncode:
        problem = result.stderr.strip().splitlines()
        raise DocumentError(f"git {arguments[0]} failed: {problem[-1] if problem else 'no message'}")
    return result.stdout.strip()
