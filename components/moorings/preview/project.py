"""A Pulumi project on disk: its stacks, their config files, and how its program is run."""

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

from moorings.preview.documents import DocumentError, read_document
from moorings.preview.plan import Plan
from moorings.preview.program import DEFAULT_REGION, StackContext, preview
from moorings.preview.secret_masking import is_array, is_object


@dataclass(frozen=True)
class StackPreview:
    """The plan of a stack with unknown outputs, as in its first preview, and with known outputs."""

    plan: Plan
    known: Plan


class Project:
    """A folder with a ``Pulumi.yaml``.

    Source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/
    """

    def __init__(self, root: Path, config_overrides: Mapping[str, str] | None = None, digest_key: str = "") -> None:
        """Read the project.

        Args:
            root: folder with ``Pulumi.yaml``.
            config_overrides: config values by key that replace those of every stack.
            digest_key: see ``StackContext.digest_key``.

        Raises:
            DocumentError: ``Pulumi.yaml`` is missing or invalid.

        """
        self.root = root.resolve()
        path = self.root / "Pulumi.yaml"
        document = _read_yaml(path)
        self.name = str(document.get("name", ""))
        if not self.name:
            raise DocumentError(f"{path}: the project has no name; add 'name:'")
        self._project_config = _config_section(path, document)
        self.config_overrides: Mapping[str, str] = config_overrides or {}
        self.digest_key = digest_key
        self.main = (self.root / str(document.get("main") or ".")).resolve()
        self._config_folder = self.root / str(document.get("stackConfigDir") or ".")
        self._previews: dict[str, StackPreview] = {}
        self._references: dict[str, set[str]] = {}
        self._running_references: set[str] = set()
        self._program_output: TextIO = sys.stderr

    @classmethod
    def find(cls, folder: Path) -> "Project":
        """Return the project in a folder or in one of its parents.

        Raises:
            DocumentError: No folder contains a ``Pulumi.yaml``, or the first one is invalid.

        """
        for parent in (folder.resolve(), *folder.resolve().parents):
            if (parent / "Pulumi.yaml").is_file():
                return cls(parent)
        raise DocumentError(
            f"no Pulumi.yaml in {folder.resolve()} or its parents; change to the folder of a project or set --project"
        )

    @property
    def stacks(self) -> list[str]:
        """The stacks that have a config file, sorted."""
        matches = (re.fullmatch(r"Pulumi\.(.+)\.yaml", path.name) for path in self._config_folder.glob("Pulumi.*.yaml"))
        return sorted(match[1] for match in matches if match)

    @property
    def stacks_in_order(self) -> list[str]:
        """The stacks, each after those that it refers to.

        Raises:
            Exception: the error of a program, or ``graphlib.CycleError`` if stacks refer to each other.

        """
        for stack in self.stacks:
            self.preview(stack)
        return list(TopologicalSorter({stack: sorted(self._references[stack]) for stack in self.stacks}).static_order())

    def preview(self, stack: str) -> StackPreview:
        """Return the plans of a stack; the program runs once.

        Raises:
            DocumentError: The config file of the stack is missing or invalid.
            Exception: the error of the program.

        """
        return self._preview(stack, ())

    def _preview(self, stack: str, referrers: tuple[str, ...]) -> StackPreview:
        """Preview a stack; the stacks that it refers to are previewed before the run with known outputs."""
        if stack in self._previews:
            return self._previews[stack]
        config, secret_keys = self.config(stack)
        # The AWS provider requires a Region; a preview does not.
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
        context = StackContext(
            self.name,
            stack,
            config=config,
            secret_keys=secret_keys,
            references=self._stack_outputs,
            folder=str(self.root),
            digest_key=self.digest_key,
            region=region,
        )
        self._references[stack] = self._running_references = set()
        self._program_output = sys.stderr

        def preview_references() -> None:
            for reference in sorted(self._references[stack] - {stack, *referrers}):
                self._preview(reference, (*referrers, stack))
            self._running_references = self._references[stack]
            self._program_output = io.StringIO()  # the second run prints the same

        plan, known = preview(self._program, context, preview_references)
        if environments := self.environments(stack):
            plan = replace(plan, notes=[*plan.notes, f"the values of environment {', '.join(environments)}"])
        self._previews[stack] = StackPreview(plan, known)
        return self._previews[stack]

    def environments(self, stack: str) -> list[str]:
        """Return the Pulumi ESC environments that a stack imports; their values are not read."""
        environment: Any = _read_yaml(self._config_folder / f"Pulumi.{stack}.yaml").get("environment") or []
        imports = environment.get("imports") or ["(inline)"] if is_object(environment) else environment
        return [str(name) for name in imports] if is_array(imports) else [str(imports)]

    def config(self, stack: str) -> tuple[dict[str, str], list[str]]:
        """Return the config of a stack as its program reads it, and the keys of secret values.

        An encrypted value is replaced by a placeholder, because only an engine can decrypt it.
        """
        path = self._config_folder / f"Pulumi.{stack}.yaml"
        config: dict[str, Any] = {}
        for key, declaration in self._project_config.items():
            declared = declaration if is_object(declaration) else {"value": declaration}
            value = declared.get("value", declared.get("default"))
            if value is not None:
                config[self._full_key(key)] = value
        config |= {self._full_key(key): value for key, value in _config_section(path, _read_yaml(path)).items()}
        secret_keys = sorted(key for key, value in config.items() if _is_encrypted(value))
        config |= {self._full_key(key): value for key, value in self.config_overrides.items()}
        return {key: _config_text(config[key]) for key in sorted(config)}, secret_keys

    def _full_key(self, key: str) -> str:
        return key if ":" in key else f"{self.name}:{key}"

    def _stack_outputs(self, reference: str) -> Mapping[str, Any] | None:
        """Return the outputs of another stack of this project, or None if it has not been previewed yet."""
        parts = reference.split("/")
        stack = parts[-1]
        if stack not in self.stacks or (len(parts) > 1 and parts[-2] != self.name):
            return None
        self._running_references.add(stack)
        return self._previews[stack].known.outputs if stack in self._previews else None

    def _program(self) -> None:
        """Run the program. Its output goes to stderr, so that stdout contains the plan only."""
        with _program_environment(self.main), contextlib.redirect_stdout(self._program_output):
            main = self.main / "__main__.py" if self.main.is_dir() else self.main
            try:
                runpy.run_path(str(main), run_name="__main__")
            except SystemExit as exit_:
                if exit_.code:
                    raise pulumi.RunError(f"the program exited with: {exit_.code}") from None


def _read_yaml(path: Path) -> Mapping[str, Any]:
    document = read_document(path, "YAML", _parse_yaml)
    if not is_object(document or {}):
        raise DocumentError(f"{path}: expected a mapping, got {type(document).__name__}")
    return document or {}


def _parse_yaml(text: str) -> Any:
    try:
        return yaml.load(text, _ConfigLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _config_section(path: Path, document: Mapping[str, Any]) -> Mapping[str, Any]:
    config: Any = document.get("config") or {}
    if not is_object(config):
        raise DocumentError(f"{path}: 'config' must be a mapping, got {type(config).__name__}")
    return config


class _ConfigLoader(yaml.SafeLoader):
    """YAML as the engine reads it: ``yes``, ``12:30`` and ``2026-01-01`` are text."""


_loader: Any = _ConfigLoader
_loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first_characters in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9_]*|0x[0-9a-fA-F]+|0o?[0-7]+|0b[01]+)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", "<<", "<"),
):
    _loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first_characters)
    )


ENCRYPTED_PLACEHOLDER = "encrypted-config-value"


def _is_encrypted(value: Any) -> bool:
    if is_object(value):
        return set(value) == {"secure"} or any(map(_is_encrypted, value.values()))
    return is_array(value) and any(map(_is_encrypted, value))


def _replace_encrypted(value: Any) -> Any:
    if is_object(value):
        if set(value) == {"secure"}:
            return ENCRYPTED_PLACEHOLDER
        return {key: _replace_encrypted(item) for key, item in value.items()}
    return [_replace_encrypted(item) for item in value] if is_array(value) else value


def _config_text(value: Any) -> str:
    plain = _replace_encrypted(value)
    return plain if isinstance(plain, str) else json.dumps(plain)


@contextlib.contextmanager
def _program_environment(main: Path) -> Generator[None]:
    """Run in the folder of the program and import from it first, as an engine does; unload its modules afterwards."""
    folder = main if main.is_dir() else main.parent
    working_directory, path, modules = Path.cwd(), list(sys.path), set(sys.modules)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(working_directory)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).resolve().is_relative_to(folder):
                del sys.modules[name]
