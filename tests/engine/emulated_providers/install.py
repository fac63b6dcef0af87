"""Installs the emulated providers as plugins of the engine."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_COMPONENTS = _TESTS.parents[1] / "components"


def install(pulumi_home: Path, versions: Mapping[str, str]) -> None:
    """Write launch scripts into a ``PULUMI_HOME``, for the versions of the packages that the SDKs or a state require.

    The engine uses them like downloaded plugins, without a warning.
    """
    python_path = shlex.quote(f"{_TESTS}:{_COMPONENTS}")
    for package, version in versions.items():
        folder = pulumi_home / "plugins" / f"resource-{package}-v{version}"
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / f"pulumi-resource-{package}"
        script.write_text(
            f"#!/bin/sh\nPYTHONPATH={python_path} exec {shlex.quote(sys.executable)} -P -m emulated_providers {package} {version}"
            ' "$@"\n'
        )
        script.chmod(0o700)
