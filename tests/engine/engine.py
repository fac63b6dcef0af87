"""Runs stacks of this repository and small test programs with a real engine and the emulated providers.

Uses the Automation API. State, settings and ``PULUMI_HOME`` are in one folder; nothing outside of it is touched.
"""

import gzip
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation
from pulumi.automation._stack import StackInitMode
from pulumi.runtime import _grpc_settings

sys.path.insert(0, str(Path(__file__).parent))

from emulated_providers import pause_points
from emulated_providers.__main__ import PROVIDERS
from emulated_providers.aws_provider import CLOUD
from emulated_providers.aws_rules import SECRET_VERSION
from emulated_providers.cloud import Cloud, CloudResource
from emulated_providers.install import install
from emulated_providers.kubernetes_await import clock
from emulated_providers.kubernetes_provider import KUBECONFIG
from engine_run import FailedError, Run, is_program_resource, released_afterwards, wait_until

from moorings.preview.project import Project
from moorings.preview.secret_masking import SECRET_SIGNATURE, SIGNATURE, RevealedSecret

Program = Callable[[], Any]

ROOT = Path(__file__).parents[2]
PASSPHRASE = "moorings"

# gRPC shares connections of a process to the same port, including their backoff. A new engine on the port of an old one
# would be considered unavailable: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md
_grpc_settings._GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))


class _Stack(automation.Stack):
    """A stack that does not read outputs and history after each operation, which would double the duration."""

    def outputs(self) -> automation.OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:
        return automation.UpdateSummary("", datetime.now(tz=UTC), "", {}, {}, "")

    def exported(self) -> automation.OutputMap:
        """The outputs of the stack."""
        return super().outputs()


class Stack:
    """A stack with its program and settings."""

    def __init__(self, stack: "_Stack") -> None:
        self._stack = stack
        self.name = stack.name
        self.on_output: Callable[[str], object] = lambda line: None
        """Callback for the output of the engine, line by line."""

    def preview(self, program: Program | None = None, **options: Any) -> Run:
        """Preview an update.

        Raises:
            FailedError: the engine or the program reports an error.
        """
        return self._run(self._stack.preview, program=program, **options)

    def preview_json(self, program: Program | None = None) -> Run:
        """Preview an update with the output of ``pulumi preview --json``.

        Raises:
            FailedError: the engine or the program reports an error.
        """
        return self.preview(program, json=True)

    def up(self, program: Program | None = None, **options: Any) -> Run:
        """Deploy the program of the stack, or another one.

        Raises:
            FailedError: a resource could not be created, updated or deleted.
        """
        return self._run(self._stack.up, program=program, **options)

    def refresh(self, **options: Any) -> Run:
        """Refresh the state.

        Raises:
            FailedError: a resource could not be read.
        """
        return self._run(self._stack.refresh, **options)

    def destroy(self, **options: Any) -> Run:
        """Delete all resources.

        Raises:
            FailedError: a resource could not be deleted.
        """
        return self._run(self._stack.destroy, **options)

    def preview_destroy(self) -> Run:
        """Preview a deletion.

        Raises:
            FailedError: a resource is protected.
        """
        return self._run(self._stack.preview_destroy)

    def unprotect(self) -> None:
        """Remove the protection of all resources, as ``pulumi state unprotect --all`` does."""
        deployment = self._stack.export_stack()
        for resource in deployment.deployment.get("resources", []):
            resource.pop("protect", None)
        self._stack.import_stack(deployment)

    def unlock(self) -> None:
        """Remove the lock of a killed engine, as ``pulumi cancel`` does."""
        self._stack.cancel()

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs of the stack."""
        return {name: output.value for name, output in self._stack.exported().items()}

    @property
    def secret_outputs(self) -> set[str]:
        """Names of the secret outputs."""
        return {name for name, output in self._stack.exported().items() if output.secret}

    @property
    def deployment(self) -> dict[str, Any]:
        """The state, with decrypted secrets."""
        return dict(self._stack.export_stack().deployment)

    @deployment.setter
    def deployment(self, deployment: Mapping[str, Any]) -> None:
        self._stack.import_stack(automation.Deployment(version=3, deployment=dict(deployment)))

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources of the state by URN, without the stack and the providers."""
        resources = self.deployment.get("resources", [])
        return {resource["urn"]: resource for resource in resources if is_program_resource(resource["type"])}

    def set_secret(self, key: str, value: str) -> None:
        """Set a secret setting."""
        self._stack.set_config(key, automation.ConfigValue(value, secret=True))

    def _run(self, operation: Callable[..., Any], **options: Any) -> Run:
        run = Run()

        def on_output(line: str) -> None:
            run.lines.append(line)
            self.on_output(line)

        arguments = {"color": "never", **{key: value for key, value in options.items() if value is not None}}
        with released_afterwards():
            try:
                operation(on_output=on_output, on_error=on_output, on_event=run.events.append, **arguments)
            except automation.CommandError as error:
                run.failed = True
                run.lines.append(str(error))
        if run.failed:  # not above: the traceback of an active error refers to the objects to release
            raise FailedError(run)
        return run


class Engine:
    """The engine, with its state in a folder."""

    def __init__(
        self, cli: Path, folder: Path, *, kubeconfig: Path | None = None, provider_second: float | None = None
    ) -> None:
        """Set up the engine in a folder, which may contain the state of earlier runs.

        ``provider_second`` is the duration of a second of the Kubernetes provider, which waits until objects are
        ready. None: it does not wait, as required without controllers.
        """
        self.folder = folder
        self.home = folder / "home"
        self.state = folder / "state"
        self.cloud = Cloud(folder / "cloud")
        for subfolder in (self.home / "bin", self.state):
            subfolder.mkdir(parents=True, exist_ok=True)
        link = self.home / "bin" / "pulumi"
        link.unlink(missing_ok=True)
        link.symlink_to(cli)
        install(self.home, {package: version(f"pulumi_{package}") for package in PROVIDERS})
        self._command = automation.PulumiCommand(str(self.home))
        self._environ = {
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            CLOUD: str(folder / "cloud"),
            **({KUBECONFIG: str(kubeconfig)} if kubeconfig else {}),
            **({clock.VARIABLE: str(provider_second)} if provider_second is not None else {}),
        }

    def stack(self, name: str, *, project: Path = ROOT, settings: Mapping[str, str] | None = None) -> Stack:
        """A stack of a project with its program. The settings default to those in ``Pulumi.<stack>.yaml``.

        Encrypted settings cannot be decrypted: each is replaced by a placeholder.
        """
        source = Project(project)
        committed, secret = source.config(name)
        config = committed if settings is None else settings
        self.cloud.add_existing(config)
        work = self.folder / "work" / name
        work.mkdir(parents=True, exist_ok=True)
        _write_settings(project, name, work, {key: config[key] for key in config if key not in secret})
        stack = self._open(name, source._program, work)
        for key in secret:
            stack.set_secret(key, config[key])
        return stack

    def program(self, name: str, program: Program, settings: Mapping[str, str] | None = None) -> Stack:
        """A stack with a program of a test, in the project ``moorings``."""
        work = self.folder / "work" / name
        work.mkdir(parents=True, exist_ok=True)
        self.cloud.add_existing(settings or {})
        (work / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "moorings", "runtime": "python"}))
        stack = self._open(name, program, work)
        for key, value in (settings or {}).items():
            stack._stack.set_config(key, automation.ConfigValue(value))
        return stack

    def passwords(self) -> set[str]:
        """All secret values in the emulated cloud."""
        secrets: set[str] = set()
        for stored in self.cloud.all(SECRET_VERSION):
            text = str(stored.get("secretString"))
            values = json.loads(text) if text.startswith("{") else {"": text}
            secrets |= {str(value) for key, value in values.items() if key != "username"}
        return secrets

    def files(self) -> str:
        """All files of the engine: state, backups, history, settings and ``PULUMI_HOME``."""
        folders = (self.state, self.folder / "work", self.home)
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
        return "\n".join(_text(file) for file in sorted(files))

    def adopt(self, resources: Sequence[Mapping[str, Any]], seeds: Mapping[str, str]) -> None:
        """Restore the emulated cloud from a recorded state, and install the providers in the versions of the state."""
        for resource in resources:
            if resource["type"].startswith("pulumi:providers:") and "version" in resource.get("inputs", {}):
                install(self.home, {resource["type"].rpartition(":")[2]: resource["inputs"]["version"]})
            if resource["type"].startswith("aws:"):
                seed = seeds.get(resource["id"], "")
                parts = {key: decrypted(resource.get(key, {})) for key in ("inputs", "outputs")}
                self.cloud.put(CloudResource(resource["type"], resource["id"], resource["urn"], seed, **parts))

    def pausing(self, moment: str, name: str) -> "PausingEngine":
        """The same engine, with a provider that pauses at one of the ``pause_points.MOMENTS`` of a resource."""
        return PausingEngine(self, moment, name)

    def _open(self, name: str, program: Program, work: Path) -> Stack:
        workspace = automation.LocalWorkspace(
            work_dir=str(work),
            pulumi_home=str(self.home),
            program=program,
            env_vars=self._environ,
            pulumi_command=self._command,
        )
        return Stack(_Stack(name, workspace, StackInitMode.CREATE_OR_SELECT))


class PausingEngine:
    """An engine whose provider pauses, so that the engine or the provider can be killed."""

    def __init__(self, engine: Engine, moment: str, name: str) -> None:
        self._file = engine.folder / "paused.json"
        self._file.unlink(missing_ok=True)
        self.engine = copy(engine)
        self.engine._environ = {**engine._environ, pause_points.VARIABLE: f"{self._file} {moment} {name}"}

    def kill(self, process_name: str, operation: Callable[[], Run], seconds: float = 120) -> Run:
        """Start an operation, and kill the ``engine`` or the ``provider`` at the pause point.

        Raises:
            TimeoutError: the operation did not reach the pause point.
        """
        with ThreadPoolExecutor(1) as thread:
            running = thread.submit(operation)
            wait_until(lambda: running.done() or self._file.exists(), seconds)
            if not self._file.exists():
                raise TimeoutError(f"the operation ended before the pause point: {running.result().changes}")
            self._wait_for_checkpoint(seconds)
            processes = json.loads(self._file.read_text())
            os.kill(processes[process_name], signal.SIGKILL)
            try:
                run = running.result()
            except FailedError as error:
                run = error.run
            wait_until(lambda: all(map(_has_ended, processes.values())), seconds)
            return run

    def _wait_for_checkpoint(self, seconds: float) -> None:
        """Wait until the state has not changed for a second.

        The file backend does not write the attributes of a checkpoint atomically: after a kill during the write,
        ``pulumi cancel`` fails with "failed to load checkpoint: EOF".
        """
        end = time.monotonic() + seconds
        previous = None
        while time.monotonic() < end:
            current = {file: file.stat().st_mtime_ns for file in self.engine.state.rglob("*.json")}
            if current == previous:
                return
            previous = current
            time.sleep(1)
        raise TimeoutError(f"the state was still changing after {seconds:.0f} s")


def _has_ended(process: int) -> bool:
    """Whether a process has ended. A zombie counts as ended."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def decrypted(value: Any) -> Any:
    """A value of an exported state, with its JSON-encoded secrets converted to ``RevealedSecret``."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET_SIGNATURE and "plaintext" in value:
            return RevealedSecret(decrypted(json.loads(value["plaintext"])))
        return {key: decrypted(element) for key, element in value.items()}
    return [decrypted(element) for element in value] if isinstance(value, list) else value


def with_referenced_stacks(*names: str, project: Project | None = None) -> list[str]:
    """The stacks and those that they refer to, in the order of deployment."""
    project = project or Project(ROOT)
    ordered: list[str] = []

    def add(name: str) -> None:
        references = project.preview(name).plan.all("pulumi:pulumi:StackReference")
        for other in sorted({reference.id.rpartition("/")[2] for reference in references}.intersection(project.stacks)):
            add(other)
        if name not in ordered:
            ordered.append(name)

    for name in names:
        add(name)
    return ordered


def _write_settings(project: Path, name: str, work: Path, config_values: Mapping[str, str]) -> None:
    """Write the project and stack files, without the settings of the language host."""
    settings = yaml.safe_load((project / "Pulumi.yaml").read_text())
    project_settings = {key: settings[key] for key in ("name", "description", "config") if key in settings}
    (work / "Pulumi.yaml").write_text(yaml.safe_dump({**project_settings, "runtime": "python"}))
    file = work / f"Pulumi.{name}.yaml"
    existing = yaml.safe_load(file.read_text()) if file.exists() else {}
    salt = {key: existing[key] for key in ("encryptionsalt",) if key in existing}
    config = {key: json.loads(value) if value[:1] in {"[", "{"} else value for key, value in config_values.items()}
    file.write_text(yaml.safe_dump({"config": config, **salt}))


def _text(file: Path) -> str:
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode(errors="replace")
