"""Downloads the jars of Kafka versions (broker and command line tools) and of Spring Boot with Maven, and caches them.

``jars/`` contains the pinned hash of each jar. The cache is that of the engine tests: ``MOORINGS_CACHE``, or
``moorings`` in the user's cache folder. By default, the script downloads the oldest and the newest version and
``spring``, and prints their locations. ``--pin`` replaces the pinned hashes of the given versions.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from binaries import Log, cache, locked

PINS = Path(__file__).parent / "jars"
SPRING = "spring"
"""Name of the jars of Spring Boot, used instead of a Kafka version."""


def pinned_versions() -> list[str]:
    """Return the Kafka versions with pinned hashes, oldest first: one for each minor version that MSK offers."""
    versions = (file.name.removesuffix(".sha256") for file in PINS.glob("[0-9]*.sha256"))
    return sorted(versions, key=lambda version: [int(number) for number in version.split(".")])


OLDEST, *_, NEWEST = pinned_versions()
JAVA = 17
"""Minimum Java version, which runs Kafka 3.6 to 4.2."""

MISSING_JAVA = f"install a JDK of version {JAVA} or newer and Maven"


class DistributionError(Exception):
    """The jars of a version cannot be downloaded or verified."""


def find(version: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder with the jars of a version, or None if they are not in the cache."""
    folder = cache(environ) / _folder_name(version)
    return folder if folder.exists() else None


def fetch(version: str, environ: Mapping[str, str] = os.environ, log: Log = lambda line: None) -> Path:
    """Return the folder with the jars of a version. Download and verify them if they are not in the cache.

    Raises:
        DistributionError: Maven is missing or fails, or the hash of a jar is not the pinned one.
    """
    if version not in (SPRING, *pinned_versions()):
        raise DistributionError(f"Kafka {version} is not pinned; use {', '.join(pinned_versions())}")
    if found := find(version, environ):
        return found
    with locked(cache(environ) / "kafka-lock", log):
        # Another process may have downloaded them in the meantime.
        if found := find(version, environ):
            return found
        with tempfile.TemporaryDirectory(dir=cache(environ), prefix="downloading-") as temporary:
            jars = _download(version, Path(temporary), environ, log)
            pinned = _pin_file(version).read_text("utf-8")
            differences = set(_checksums(jars).splitlines()) ^ set(pinned.splitlines())
            if differences:
                names = sorted({line.split()[1] for line in differences})
                raise DistributionError(f"{_title(version)}: jars differ from the pinned hashes: {', '.join(names)}")
            return jars.rename(cache(environ) / _folder_name(version))


def java(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of ``java``, in ``JAVA_HOME`` or on the path.

    Raises:
        DistributionError: it is missing or too old.
    """
    home = environ.get("JAVA_HOME")
    path = shutil.which("java", path=f"{home}/bin" if home else environ.get("PATH", ""))
    if path is None:
        raise DistributionError(f"java not found; {MISSING_JAVA}")
    output = subprocess.run([path, "-version"], env=environ, capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', output)
    if version is None or int(version[1]) < JAVA:
        raise DistributionError(f"{path} is too old ({output.splitlines()[0]}); {MISSING_JAVA}")
    return Path(path)


def write_pins(version: str, environ: Mapping[str, str] = os.environ, log: Log = lambda line: None) -> None:
    """Download a version and pin the hashes of its jars."""
    with tempfile.TemporaryDirectory() as temporary:
        _pin_file(version).write_text(_checksums(_download(version, Path(temporary), environ, log)), "utf-8")


def _download(version: str, folder: Path, environ: Mapping[str, str], log: Log) -> Path:
    maven = shutil.which("mvn", path=environ.get("PATH", ""))
    if maven is None:
        raise DistributionError(f"mvn not found; {MISSING_JAVA}")
    log(f"{_title(version)}: downloading")
    jars = folder / "jars"
    pom = PINS / (f"{SPRING}.xml" if version == SPRING else "kafka.xml")
    command = [maven, "-B", "-q", "-f", pom, "dependency:copy-dependencies"]
    options = [f"-Dkafka.version={version}", f"-DoutputDirectory={jars}"]
    result = subprocess.run([*command, *options], env=environ, capture_output=True, text=True, check=False)
    if result.returncode:
        raise DistributionError(f"{_title(version)}: Maven failed:\n{result.stdout[-2000:].strip()}")
    return jars


def _checksums(jars: Path) -> str:
    """Return the hash and the name of each jar, in the format of sha256sum."""
    files = sorted(jars.iterdir())
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def _pin_file(version: str) -> Path:
    return PINS / f"{version}.sha256"


def _folder_name(version: str) -> str:
    digest = hashlib.sha256(_pin_file(version).read_bytes()).hexdigest()[:12]
    return f"{version}-{digest}" if version == SPRING else f"kafka-{version}-{digest}"


def _title(version: str) -> str:
    return "Spring Boot" if version == SPRING else f"Kafka {version}"


def main(arguments: list[str] | None = None) -> int:
    """Download the jars of versions, and print their locations."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "versions",
        nargs="*",
        metavar="VERSION",
        help="Kafka versions or spring (default: the oldest, the newest and spring)",
    )
    parser.add_argument("--pin", action="store_true", help="replace the pinned hashes of the versions")
    options = parser.parse_args(arguments)

    def log(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    try:
        for version in options.versions or (OLDEST, NEWEST, SPRING):
            if options.pin:
                write_pins(version, log=log)
            sys.stdout.write(f"{version} {fetch(version, log=log)}\n")
        java()
    except DistributionError as error:
        log(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
