"""Finds or builds the programs of the tests: Pulumi CLI, Kubernetes control plane, kwok (simulated nodes) and Traefik.

Programs of a suitable version in ``KUBEBUILDER_ASSETS`` or on ``PATH`` are used. Others are built once, from the Go
modules that ``tools/`` pins with hashes, into a cache outside of the repository: ``MOORINGS_CACHE``, or ``moorings`` in
the cache folder of the user. The script fetches the named programs, those of a target of the Makefile, or all, and
prints their locations.
"""

import argparse
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parent / "tools"
PROGRESS_SECONDS = 30
"""Seconds between two progress messages of a build."""

Version = tuple[int, ...]
Log = Callable[[str], None]


class BinariesMissingError(Exception):
    """A required program is missing and cannot be built. The message states the fix."""


@dataclass(frozen=True)
class Binary:
    """How to find and build a program."""

    name: str
    folder: str
    """Folder in ``tools/`` whose go.mod pins the module."""
    module: str
    package: str = ""
    """Folder of the program in its module."""
    stamps: tuple[tuple[str, str], ...] = ()
    """Linker variables for the version, which a build from a module does not set."""
    version_argument: str = "--version"
    """Argument with which the program prints its version."""
    suitable: tuple[Version, Version] | None = None
    """Range of suitable versions: minimum, and exclusive maximum. Defaults to the pinned minor version."""

    @property
    def version(self) -> str:
        """The version that go.mod pins."""
        pinned = re.search(
            rf"^(?:require)?\s+{re.escape(self.module)} v(\S+)", self._pins("go.mod").decode(), re.MULTILINE
        )
        if pinned is None:
            raise LookupError(f"tools/{self.folder}/go.mod does not require {self.module}")
        return str(pinned[1])

    @property
    def go(self) -> str:
        """The minimum Go version to build it."""
        return re.findall(r"^go (\S+)", self._pins("go.mod").decode(), re.MULTILINE)[0]

    @property
    def flags(self) -> tuple[str, ...]:
        """Build flags: verified modules, no symbols, reproducible."""
        major, minor, _ = self.version.split(".", 2)
        values = {"version": f"v{self.version}", "major": major, "minor": minor}
        stamps = [f"-X {variable}={text.format(**values)}" for variable, text in self.stamps]
        return ("-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=" + " ".join(["-s -w", *stamps]))

    @property
    def folder_name(self) -> str:
        """Folder in the cache. Its name contains a hash of everything that affects the build."""
        build_inputs = (self._pins("go.mod"), self._pins("go.sum"), " ".join(self.flags).encode())
        digest = hashlib.sha256(b"\0".join(build_inputs)).hexdigest()[:12]
        return f"{self.name}-{self.version}-{platform.system().lower()}-{platform.machine().lower()}-{digest}"

    def is_suitable(self, version: str) -> bool:
        """Whether a version is suitable instead of the pinned one."""
        major, minor = numbers(self.version)[:2]
        minimum, below = self.suitable or ((major, minor), (major, minor + 1))
        return minimum <= numbers(version) < below

    def _pins(self, file: str) -> bytes:
        return (TOOLS / self.folder / file).read_bytes()


@dataclass(frozen=True)
class Program:
    """An available program."""

    name: str
    path: Path
    version: str
    source: str


_KUBERNETES = tuple(
    (f"k8s.io/component-base/version.{variable}", text)
    for variable, text in (("gitVersion", "{version}"), ("gitMajor", "{major}"), ("gitMinor", "{minor}"))
)
BINARIES = {
    binary.name: binary
    for binary in (
        Binary("etcd", "kubernetes", "go.etcd.io/etcd/server/v3", suitable=((3, 4), (4,))),
        *(
            Binary(name, "kubernetes", "k8s.io/kubernetes", f"cmd/{name}", _KUBERNETES)
            for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
        ),
        Binary(
            "kwok",
            "kubernetes",
            "sigs.k8s.io/kwok",
            "cmd/kwok",
            (("sigs.k8s.io/kwok/pkg/consts.Version", "{version}"),),
        ),
        Binary(
            "pulumi",
            "pulumi",
            "github.com/pulumi/pulumi/pkg/v3",
            "cmd/pulumi",
            (("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", "{version}"),),
            version_argument="version",
            suitable=((3, 225), (4,)),
        ),
        Binary(
            "traefik",
            "traefik",
            "github.com/traefik/traefik/v3",
            "cmd/traefik",
            (("github.com/traefik/traefik/v3/pkg/version.Version", "{version}"),),
            version_argument="version",
        ),
    )
}
TARGETS = {
    "test-engine": (tuple(name for name in BINARIES if name != "traefik"), 12),
    "test-sessions": (tuple(name for name in BINARIES if name != "pulumi"), 15),
}
"""Targets of the Makefile: the programs that each builds, and about how many minutes that takes on two cores."""


def numbers(version: str) -> Version:
    """The numbers of a version, without a suffix."""
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[-+]", version)[0]))


def cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Folder of the built programs."""
    if own := environ.get("MOORINGS_CACHE"):
        return Path(own)
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "moorings"


def find(name: str, environ: Mapping[str, str] = os.environ) -> Program | None:
    """Find a program without building it."""
    binary = BINARIES[name]
    sources = [("KUBEBUILDER_ASSETS", environ.get("KUBEBUILDER_ASSETS", "")), ("PATH", environ.get("PATH", ""))]
    for source, folders in sources:
        path = shutil.which(name, path=folders) if folders else None
        version = _version(binary, Path(path), environ) if path else None
        if path and version and binary.is_suitable(version):
            return Program(name, Path(path).absolute(), version, source)
    built = cache(environ) / binary.folder_name / name
    return Program(name, built, binary.version, "cache") if built.exists() else None


def missing(names: Iterable[str], environ: Mapping[str, str] = os.environ) -> list[str]:
    """The programs that cannot be found."""
    return [name for name in names if find(name, environ) is None]


def missing_message(names: Iterable[str]) -> str:
    """One line with the missing programs and the fix."""
    names = list(names)
    go = max((BINARIES[name].go for name in names), key=numbers)
    targets = ((target, minutes) for target, (programs, minutes) in TARGETS.items() if {*names} <= {*programs})
    commands = [
        f"`make {target}`, which builds them once (Go {go} or newer, about {minutes} minutes)"
        for target, minutes in targets
    ]
    fix = (
        commands[0] if commands else " and ".join(f"`make {target}`" for target in TARGETS) + ", which build them once"
    )
    return f"{', '.join(names)} not found: put them on PATH or into KUBEBUILDER_ASSETS, or run {fix}"


def fetch(
    names: Iterable[str], environ: Mapping[str, str] = os.environ, log: Log = lambda line: None
) -> dict[str, Program]:
    """Find programs, and build missing ones.

    Raises:
        BinariesMissingError: a program is missing and cannot be built.
    """
    names = list(names)
    if missing_names := missing(names, environ):
        go = _go(missing_names, environ)
        with locked(cache(environ) / "lock", log):
            # Another process may have built them in the meantime.
            missing_names = missing(missing_names, environ)
            for number, name in enumerate(missing_names, 1):
                _build(go, BINARIES[name], f"[{number}/{len(missing_names)}] ", environ, log)
    return {name: program for name in names if (program := find(name, environ))}


def _version(binary: Binary, path: Path, environ: Mapping[str, str]) -> str | None:
    try:
        result = subprocess.run(
            [path, binary.version_argument],
            env={**environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\bv?(\d+\.\d+\.\d+\S*)", result.stdout)
    return version[1] if version else None


def _go(names: list[str], environ: Mapping[str, str]) -> Path:
    """The path of a Go that can build the programs.

    Its version is read in the folder of each module, because Go may switch to the toolchain that go.mod requires.
    """
    go = shutil.which("go", path=environ.get("PATH", ""))
    if go is None:
        raise BinariesMissingError(missing_message(names))
    for binary in {BINARIES[name].folder: BINARIES[name] for name in names}.values():
        command = [go, "env", "GOVERSION"]
        result = subprocess.run(
            command, cwd=TOOLS / binary.folder, env=environ, capture_output=True, text=True, check=False
        )
        version = result.stdout.strip().removeprefix("go")
        if result.returncode or numbers(version) < numbers(binary.go):
            reason = f"{go} is Go {version}" if version else result.stderr.strip().splitlines()[-1]
            raise BinariesMissingError(
                f"Building {', '.join(names)} requires Go {binary.go} or newer: {reason}; "
                "install it, or set GOTOOLCHAIN=auto"
            )
    return Path(go)


def _build(go: Path, binary: Binary, prefix: str, environ: Mapping[str, str], log: Log) -> None:
    folder = cache(environ) / binary.folder_name
    package = "/".join(filter(None, (binary.module, binary.package)))
    title = f"{prefix}{binary.name} {binary.version}"
    start = time.monotonic()
    log(f"{title}: building")
    # Moved to the cache only when complete, so that an interrupted build is never used.
    with (
        tempfile.TemporaryDirectory(dir=cache(environ), prefix="building-") as temporary,
        tempfile.TemporaryFile("w+") as output,
    ):
        build = subprocess.Popen(
            [go, "build", *binary.flags, "-o", Path(temporary, binary.name), package],
            cwd=TOOLS / binary.folder,
            env={**environ, "CGO_ENABLED": "0", "GOWORK": "off"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while _is_running(build):
                log(f"{title}: {time.monotonic() - start:.0f} s")
        finally:
            if build.poll() is None:
                build.terminate()
                build.wait()
        output.seek(0)
        if build.returncode:
            raise BinariesMissingError(
                f"{binary.name} {binary.version} could not be built:\n{output.read()[-2000:].strip()}"
            )
        folder.mkdir(parents=True, exist_ok=True)
        built = Path(temporary, binary.name).replace(folder / binary.name)
    size = built.stat().st_size / 1e6
    log(f"{title}: built in {time.monotonic() - start:.0f} s, {size:.0f} MB")


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(PROGRESS_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


@contextmanager
def locked(file: Path, log: Log) -> Iterator[None]:
    """Hold a lock that the operating system releases when the process ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log(f"Waiting for another build, which holds {file}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    """Fetch programs and print their locations."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    choices = f"{', '.join(BINARIES)}; or those of {' or '.join(TARGETS)}"
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"programs to fetch: {choices} (default: all)")
    parser.add_argument("--check", action="store_true", help="list the programs without building any")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BINARIES and name not in TARGETS]:
        parser.error(f"unknown program {unknown[0]}; use {choices}")
    named = (TARGETS[name][0] if name in TARGETS else (name,) for name in options.names or BINARIES)
    names = list(dict.fromkeys(program for programs in named for program in programs))

    def log(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    try:
        if not options.check:
            fetch(names, log=log)
    except BinariesMissingError as error:
        log(str(error))
        return 1
    for name in names:
        program = find(name)
        columns = (
            (program.name, program.version, program.source, program.path) if program else (name, "-", "not found", "")
        )
        sys.stdout.write("{:<24} {:<10} {:<19} {}\n".format(*map(str, columns)).rstrip() + "\n")
    if missing_names := missing(names):
        log(missing_message(missing_names))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
