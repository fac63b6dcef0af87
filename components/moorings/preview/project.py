"""A Pulumi project on disk: its stacks and their settings, and how its program is run."""

import contextlib
import io
import json
import os
import re
import runpy
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TextIO

import pulumi
import yaml

from moorings.preview.plan import Plan
from moorings.preview.program import DEFAULT_REGION, StackContext, preview
from moorings.preview.secret_masking import is_array, is_object


class ProjectError(Exception):
    """The project or a stack's settings cannot be read."""


@dataclass(frozen=True)
class StackPreview:
    """What a stack would make: with unknown outputs, as a first preview shows it, and with known ones."""

    plan: Plan
    known: Plan


class Project:
    """A folder with a ``Pulumi.yaml``.

    Source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/
    """

    def __init__(self, root: Path, given: Mapping[str, str] | None = None) -> None:
        """Read the project.

        Args:
            root: the folder.
            given: settings of every stack that go before those in its file, by key.

        Raises:
            ProjectError: where ``Pulumi.yaml`` is missing or cannot be read.

        """
        self.root = root.resolve()
        settings = _read(self.root / "Pulumi.yaml")
        self.name = str(settings.get("name", ""))
        if not self.name:
            raise ProjectError(f"{self.root / 'Pulumi.yaml'} names no project; begin it with 'name:'")
        self._config = _settings(self.root / "Pulumi.yaml", settings)
        self.given: Mapping[str, str] = given or {}
        self.main = (self.root / str(settings.get("main") or ".")).resolve()
        self._stacks = self.root / str(settings.get("stackConfigDir") or ".")
        self._previewed: dict[str, StackPreview] = {}
        self._references: dict[str, set[str]] = {}
        self._wanted: set[str] = set()  # by the stack that runs
        self._prints: TextIO = sys.stderr

    @classmethod
    def find(cls, folder: Path) -> "Project":
        """The project that a folder belongs to.

        Raises:
            ProjectError: where there is none.

        """
        for each in (folder.resolve(), *folder.resolve().parents):
            if (each / "Pulumi.yaml").is_file():
                return cls(each)
        raise ProjectError(
            f"there is no Pulumi.yaml in {folder.resolve()} or above it; go to a project or name --project"
        )

    @property
    def stacks(self) -> list[str]:
        """The stacks that have settings, sorted."""
        found = (re.fullmatch(r"Pulumi\.(.+)\.yaml", path.name) for path in self._stacks.glob("Pulumi.*.yaml"))
        return sorted(match[1] for match in found if match)

    @property
    def in_order(self) -> list[str]:
        """The stacks, each after those that it refers to.

        Raises:
            Exception: whatever a program raises, and ``graphlib.CycleError`` for stacks that refer to each other.

        """
        for stack in self.stacks:
            self.preview(stack)
        return list(TopologicalSorter({stack: sorted(self._references[stack]) for stack in self.stacks}).static_order())

    def preview(self, stack: str) -> StackPreview:
        """What a stack would make.

        Raises:
            ProjectError: where its settings cannot be read.
            Exception: whatever its program raises.

        """
        return self._preview(stack, ())

    def _preview(self, stack: str, referrers: tuple[str, ...]) -> StackPreview:
        """Preview a stack; where it refers to others, those before the run that knows their outputs."""
        if stack in self._previewed:
            return self._previewed[stack]
        config, secret_keys = self.config(stack)
        # Where neither settings nor variables name a region, the provider would ask for one.
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
        setting = StackContext(
            self.name, stack, config=config, secret_keys=secret_keys, references=self._outputs, region=region
        )
        self._references[stack] = self._wanted = set()
        self._prints = sys.stderr

        def others() -> None:
            for each in sorted(self._references[stack] - {stack, *referrers}):
                self._preview(each, (*referrers, stack))
            self._wanted = self._references[stack]
            self._prints = io.StringIO()  # the second run says it all again

        plan, known = preview(self._program, setting, others)
        if environments := self.environments(stack):
            plan = replace(plan, notes=[*plan.notes, f"the settings of {', '.join(environments)}"])
        self._previewed[stack] = StackPreview(plan, known)
        return self._previewed[stack]

    def environments(self, stack: str) -> list[str]:
        """The environments of Pulumi ESC that a stack takes settings from; they are not read here."""
        named: Any = _read(self._stacks / f"Pulumi.{stack}.yaml").get("environment") or []
        listed = named.get("imports") or ["an environment of its own"] if is_object(named) else named
        return [str(each) for each in listed] if is_array(listed) else [str(listed)]

    def config(self, stack: str) -> tuple[dict[str, str], list[str]]:
        """A stack's settings as a program gets them, and the keys of those that are secret.

        What is encrypted cannot be read here: a stand-in takes its place.
        """
        path = self._stacks / f"Pulumi.{stack}.yaml"
        given: dict[str, Any] = {}
        for key, declared in self._config.items():
            value = declared if is_object(declared) else {"value": declared}
            found = value.get("value", value.get("default"))
            if found is not None:
                given[self._full(key)] = found
        given |= {self._full(key): value for key, value in _settings(path, _read(path)).items()}
        secret = sorted(key for key, value in given.items() if _encrypted(value))
        given |= {self._full(key): value for key, value in self.given.items()}
        return {key: _spell(given[key]) for key in sorted(given)}, secret

    def _full(self, key: str) -> str:
        return key if ":" in key else f"{self.name}:{key}"

    def _outputs(self, reference: str) -> Mapping[str, Any] | None:
        """Outputs of another stack of this project; one that has not been run is asked for, and unknown."""
        parts = reference.split("/")
        stack = parts[-1]
        if stack not in self.stacks or (len(parts) > 1 and parts[-2] != self.name):
            return None
        self._wanted.add(stack)
        return self._previewed[stack].known.outputs if stack in self._previewed else None

    def _program(self) -> None:
        """Run the program. What it prints is for people, and not part of what is asked for here."""
        with _as_the_engine_does(self.main), contextlib.redirect_stdout(self._prints):
            main = self.main / "__main__.py" if self.main.is_dir() else self.main
            try:
                runpy.run_path(str(main), run_name="__main__")
            except SystemExit as end:
                if end.code:
                    raise pulumi.RunError(f"the program ended itself: {end.code}") from None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        found = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a loader of the safe kind
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found or {}, Mapping):
        raise ProjectError(f"{path} holds no settings by name, but {type(found).__name__}")
    return found or {}


def _settings(path: Path, document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = document.get("config") or {}
    if not is_object(found):
        raise ProjectError(f"{path} holds no settings below 'config:', but {type(found).__name__}")
    return found


class _Loader(yaml.SafeLoader):
    """YAML as the engine's library reads it, to which ``yes``, ``12:30`` and ``2026-01-01`` are text."""


_loader: Any = _Loader
_loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9_]*|0x[0-9a-fA-F]+|0o?[0-7]+|0b[01]+)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", "<<", "<"),
):
    _loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first))


STAND_IN = "stand-in-for-a-secret"


def _encrypted(value: Any) -> bool:
    if is_object(value):
        return set(value) == {"secure"} or any(map(_encrypted, value.values()))
    return is_array(value) and any(map(_encrypted, value))


def _decrypted(value: Any) -> Any:
    if is_object(value):
        return STAND_IN if set(value) == {"secure"} else {key: _decrypted(each) for key, each in value.items()}
    return [_decrypted(each) for each in value] if is_array(value) else value


def _spell(value: Any) -> str:
    plain = _decrypted(value)
    return plain if isinstance(plain, str) else json.dumps(plain)


@contextlib.contextmanager
def _as_the_engine_does(main: Path) -> Generator[None]:
    """The program's folder is where it runs and what it imports from first; its modules are gone afterwards."""
    folder = main if main.is_dir() else main.parent
    before, path, modules = Path.cwd(), list(sys.path), set(sys.modules)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).resolve().is_relative_to(folder):
                del sys.modules[name]
