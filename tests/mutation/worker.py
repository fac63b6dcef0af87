"""Runs the tests of each mutant in a forked process, which does not have to import the SDKs again.

A function is changed in a process that has collected the tests. Code that runs when a module is imported is changed
in a process that has not imported the package; it then collects the tests itself.
"""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from injection import find_functions, import_mutant, replace_code

MEMORY_BYTES = 8 * 2**30
OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:terminalreporter", "-x"]

KILLED, SURVIVED, TIMEOUT, NOT_REPLACED, ERROR = "killed", "survived", "timeout", "not replaced", "error"

Job = dict[str, Any]
"""``number``, ``path``, ``file``, ``source`` (changed), ``tests`` and ``seconds`` that the tests take unchanged."""

Outcome = tuple[str, str]
"""Status, and the test that killed the mutant."""

Heartbeat = Callable[[], object]
"""Called after each test."""

FIRST_TESTS = 20

SILENT_SECONDS = 90
"""Time without a heartbeat after which a process is killed. It includes the collection of the tests."""


def run_forked(run: Callable[[Heartbeat], Outcome], seconds: float) -> Outcome:
    """Run a function in a forked process, with limits of its CPU time and of the time without a heartbeat."""
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        os.close(reader)
        with contextlib.suppress(BaseException):
            _isolate(int(seconds))
            outcome = run(lambda: os.write(writer, b"\n"))
            os.write(writer, json.dumps(outcome).encode())
        os._exit(0)
    os.close(writer)
    text = b""
    while select.select([reader], [], [], SILENT_SECONDS)[0]:
        part = os.read(reader, 65536)
        if not part:
            break
        text += part
    else:
        os.kill(process, signal.SIGKILL)
    os.close(reader)
    status = os.waitpid(process, 0)[1]
    if text.strip():
        status_text, test = json.loads(text)
        return status_text, test
    return (TIMEOUT, "") if os.WIFSIGNALED(status) else (ERROR, "")


def _isolate(seconds: int) -> None:
    os.setpgrp()
    gc.disable()  # the process is short-lived
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


class FirstFailure:
    """Pytest plugin that runs the tests of one job, and remembers the first that fails."""

    def __init__(self, tests: list[str], heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._order = {test: number for number, test in enumerate(tests)}
        self.failure = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests of the job, in their order."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order), key=lambda item: self._order[item.nodeid]
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a file that can no longer be imported."""
        if report.failed and not self.failure:
            self.failure = report.nodeid or "collection"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test that fails."""
        self._heartbeat()
        if report.failed and not self.failure:
            self.failure = report.nodeid


def run_import_job(job: Job, heartbeat: Heartbeat) -> Outcome:
    """Import the changed module, collect the tests of the job and run them."""
    if job["source"] is not None:
        import_mutant(Path(job["path"]), job["file"], job["source"].encode())
    # The first tests kill most mutants, so that the files of the others need not be imported.
    for tests in filter(None, (job["tests"][:FIRST_TESTS], job["tests"][FIRST_TESTS:])):
        plugin = FirstFailure(tests, heartbeat)
        files = sorted({test.partition("::")[0] for test in tests})
        try:
            code = pytest.main([*OPTIONS, *files], plugins=[plugin])
        except BaseException as error:  # noqa: BLE001 - a conftest file that cannot be imported raises any error
            return KILLED, f"{type(error).__name__} during collection"
        if plugin.failure or code != 0:
            return KILLED, plugin.failure or f"exit status {code}"
    return SURVIVED, f"{len(job['tests'])} tests"


class Server:
    """Pytest plugin that runs the jobs instead of the collected tests."""

    def __init__(self, jobs: list[Job], report: Callable[[Job, Outcome], None]) -> None:
        self._jobs, self._report = jobs, report

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run each job in a forked process."""
        items = {item.nodeid: item for item in session.items}
        functions = find_functions()
        gc.collect()
        gc.freeze()  # so that garbage collection in the forked processes copies less memory
        for job in self._jobs:
            self._report(job, run_forked(partial(self._run, session, items, functions, job), job["seconds"]))
        return True

    @staticmethod
    def _run(
        session: pytest.Session,
        items: dict[str, pytest.Item],
        functions: dict[str, list[FunctionType]],
        job: Job,
        heartbeat: Heartbeat,
    ) -> Outcome:
        if job["source"] is not None:
            path = Path(job["path"])
            if not replace_code(functions.get(str(path), []), path, path.read_bytes(), job["source"].encode()):
                return NOT_REPLACED, ""
        plugin = FirstFailure([], heartbeat)
        session.config.pluginmanager.register(plugin)
        selected = [items[test] for test in job["tests"] if test in items]
        for number, item in enumerate(selected):
            following = selected[number + 1] if number + 1 < len(selected) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if plugin.failure:
                return KILLED, plugin.failure
        return SURVIVED, f"{len(selected)} tests"


def preload(modules: list[str]) -> None:
    """Import the modules of the SDKs that the tests use."""
    for name in modules:
        if name.startswith(("pulumi", "pydantic", "google", "grpc", "yaml", "rich")) and name.count(".") < 2:
            with contextlib.suppress(Exception):
                # pulumi-aws loads its modules when an attribute is first read.
                dir(importlib.import_module(name))


def _reports(path: Path) -> Iterator[Callable[[Job, Outcome], None]]:
    with path.open("a") as stream:

        def report(job: Job, outcome: Outcome) -> None:
            stream.write(json.dumps({"number": job["number"], "status": outcome[0], "test": outcome[1]}) + "\n")
            stream.flush()

        yield report


def main(mode: str, jobs_file: str, results_file: str) -> None:
    """Run the jobs of a file and append the results to another file."""
    document = json.loads(Path(jobs_file).read_text())
    jobs: list[Job] = document["jobs"]
    preload(document["modules"])
    for report in _reports(Path(results_file)):
        if mode == "import":
            for job in jobs:
                report(job, run_forked(partial(run_import_job, job), job["seconds"] + 60))
            continue
        package = importlib.import_module("moorings")
        for module in pkgutil.walk_packages(package.__path__, "moorings."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
        files = sorted({test.partition("::")[0] for job in jobs for test in job["tests"]})
        pytest.main([*OPTIONS, *files], plugins=[Server(jobs, report)])


if __name__ == "__main__":
    main(*sys.argv[1:])
