"""Finds or builds the programs of the engine tests: Pulumi CLI, Kubernetes control plane and kwok (simulated nodes).

A program of a suitable version is taken from ``KUBEBUILDER_ASSETS`` or ``PATH``. Otherwise it is built from the Go
modules that ``tools/`` pins with hashes, once, into a cache outside of the repository: ``MOORINGS_CACHE``, or
``moorings`` in the user's cache folder. As a script, it fetches the named programs, or all, and prints where each
one is.
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
# Seconds between two progress messages of a build.
PACE = 30

Version = tuple[int, ...]
Say = Callable[[str], None]


class BinariesMissingError(Exception):
    """A required program is missing and cannot be built. The message states the fix."""


@dataclass(frozen=True)
class Binary:
    """A program, how to build it, and which other versions are suitable."""

    name: str
    folder: str
    """Folder in ``tools/`` whose go.mod pins the module."""
    module: str
    package: str = ""
    """Folder of the program in its module."""
    stamps: tuple[tuple[str, str], ...] = ()
    """Linker variables that contain the version, which are empty in a build from a module."""
    ask: str = "--version"
    """Argument with which the program prints its version."""
    fits: tuple[Version, Version] | None = None
    """Lowest suitable version, and the version below which others are suitable. Defaults to the pinned minor
    version."""

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
        """The lowest Go version that can build it."""
        return re.findall(r"^go (\S+)", self._pins("go.mod").decode(), re.MULTILINE)[0]

    @property
    def flags(self) -> tuple[str, ...]:
        """Build flags: verified modules, no symbols, reproducible."""
        major, minor, _ = self.version.split(".", 2)
        words = {"version": f"v{self.version}", "major": major, "minor": minor}
        stamps = [f"-X {variable}={text.format(**words)}" for variable, text in self.stamps]
        return ("-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=" + " ".join(["-s -w", *stamps]))

    @property
    def folder_name(self) -> str:
        """Folder in the cache. Its name contains a hash of everything that affects the build."""
        made_of = (self._pins("go.mod"), self._pins("go.sum"), " ".join(self.flags).encode())
        digest = hashlib.sha256(b"\0".join(made_of)).hexdigest()[:12]
        return f"{self.name}-{self.version}-{platform.system().lower()}-{platform.machine().lower()}-{digest}"

    def does(self, version: str) -> bool:
        """Whether a version is suitable instead of the pinned one."""
        major, minor = numbers(self.version)[:2]
        since, below = self.fits or ((major, minor), (major, minor + 1))
        return since <= numbers(version) < below

    def _pins(self, file: str) -> bytes:
        return (TOOLS / self.folder / file).read_bytes()


@dataclass(frozen=True)
class Found:
    """A program that was found."""

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
        Binary("etcd", "kubernetes", "go.etcd.io/etcd/server/v3", fits=((3, 4), (4,))),
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
            ask="version",
            fits=((3, 225), (4,)),
        ),
    )
}


def numbers(version: str) -> Version:
    """The numbers of a version, without a suffix."""
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[-+]", version)[0]))


def cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Folder of the built programs."""
    if own := environ.get("MOORINGS_CACHE"):
        return Path(own)
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "moorings"


def find(name: str, environ: Mapping[str, str] = os.environ) -> Found | None:
    """Find a program without building it."""
    binary = BINARIES[name]
    places = [("KUBEBUILDER_ASSETS", environ.get("KUBEBUILDER_ASSETS", "")), ("PATH", environ.get("PATH", ""))]
    for source, folders in places:
        path = shutil.which(name, path=folders) if folders else None
        version = _version(binary, Path(path), environ) if path else None
        if path and version and binary.does(version):
            return Found(name, Path(path).absolute(), version, source)
    built = cache(environ) / binary.folder_name / name
    return Found(name, built, binary.version, "cache") if built.exists() else None


def missing(names: Iterable[str], environ: Mapping[str, str] = os.environ) -> list[str]:
    """The programs that cannot be found."""
    return [name for name in names if find(name, environ) is None]


def missing_message(names: Iterable[str]) -> str:
    """One line with the missing programs and the fix."""
    go = max((BINARIES[name].go for name in names), key=numbers)
    return (
        f"{', '.join(names)} not found: put them on PATH or into KUBEBUILDER_ASSETS, "
        f"or run `make test-engine`, which builds them once (Go {go} or newer, about 12 minutes)"
    )


def fetch(
    names: Iterable[str], environ: Mapping[str, str] = os.environ, say: Say = lambda line: None
) -> dict[str, Found]:
    """Find programs, and build missing ones.

    Raises:
        BinariesMissingError: One is not there and cannot be built.
    """
    names = list(names)
    if missing_names := missing(names, environ):
        go = _go(missing_names, environ)
        with _locked(cache(environ) / "lock", say):
            # Another process may have built them while this one waited.
            missing_names = missing(missing_names, environ)
            for number, name in enumerate(missing_names, 1):
                _build(go, BINARIES[name], f"[{number}/{len(missing_names)}] ", environ, say)
    return {name: found for name in names if (found := find(name, environ))}


def _version(binary: Binary, path: Path, environ: Mapping[str, str]) -> str | None:
    try:
        result = subprocess.run(
            [path, binary.ask],
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
    """Return a Go that can build the programs.

    It runs in the folders of the modules, because Go may replace itself with the version that go.mod requires.
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
                f"Building {', '.join(names)} requires Go {binary.go} or newer: {reason}; install it, or set GOTOOLCHAIN=auto"
            )
    return Path(go)


def _build(go: Path, binary: Binary, at: str, environ: Mapping[str, str], say: Say) -> None:
    folder = cache(environ) / binary.folder_name
    package = "/".join(filter(None, (binary.module, binary.package)))
    title = f"{at}{binary.name} {binary.version}"
    begin = time.monotonic()
    say(f"{title}: building")
    # Renamed only when complete, so that an interrupted build is never used.
    with (
        tempfile.TemporaryDirectory(dir=cache(environ), prefix="building-") as folder_,
        tempfile.TemporaryFile("w+") as output,
    ):
        build = subprocess.Popen(
            [go, "build", *binary.flags, "-o", Path(folder_, binary.name), package],
            cwd=TOOLS / binary.folder,
            env={**environ, "CGO_ENABLED": "0", "GOWORK": "off"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while _goes_on(build):
                say(f"{title}: {time.monotonic() - begin:.0f} s")
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
        built = Path(folder_, binary.name).replace(folder / binary.name)
    size = built.stat().st_size / 1e6
    say(f"{title}: built in {time.monotonic() - begin:.0f} s, {size:.0f} MB")


def _goes_on(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(PACE)
    except subprocess.TimeoutExpired:
        return True
    return False


@contextmanager
def _locked(file: Path, say: Say) -> Iterator[None]:
    """Hold a lock that the operating system releases when the process ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another build, which holds {file}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    """Fetch programs and print their locations."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"programs to fetch: {', '.join(BINARIES)} (default: all)"
    )
    parser.add_argument("--check", action="store_true", help="list the programs without building any")
    options = parser.parse_args(arguments)
    names = options.names or list(BINARIES)
    if unknown := [name for name in names if name not in BINARIES]:
        parser.error(f"unknown program {unknown[0]}; use {', '.join(BINARIES)}")

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    try:
        if not options.check:
            fetch(names, say=say)
    except BinariesMissingError as error:
        say(str(error))
        return 1
    for name in names:
        found = find(name)
        words = (found.name, found.version, found.source, found.path) if found else (name, "-", "not found", "")
        sys.stdout.write("{:<24} {:<10} {:<19} {}\n".format(*map(str, words)).rstrip() + "\n")
    if missing_names := missing(names):
        say(missing_message(missing_names))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
