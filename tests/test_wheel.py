"""Wheel: its files and metadata, and imports from outside the repository."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Builds the wheel with the installed build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    (built,) = folder.iterdir()
    return built


def test_wheel_supports_every_platform(wheel):
    assert wheel.name == f"moorings-{version('moorings')}-py3-none-any.whl"


def test_wheel_contains_the_package_only(wheel):
    with zipfile.ZipFile(wheel) as archive:
        files = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = {name.split("/", 1)[1] for name in archive.namelist() if ".dist-info/" in name}
    package = ROOT / "components"
    sources = {
        str(path.relative_to(package)) for path in (package / "moorings").rglob("*.py*") if path.suffix != ".pyc"
    }
    assert files == sources | {"moorings/py.typed", "moorings/preview/page.html"}
    assert {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"} <= metadata


@pytest.mark.parametrize(
    ("program", "path"),
    [
        ("import moorings; print(moorings.__file__)", "moorings/__init__.py"),
        ("from moorings import MskCluster; print(MskCluster.__module__)", "moorings.msk.cluster"),
        ("from moorings.preview import cli; print(cli.__file__)", "moorings/preview/cli.py"),
    ],
)
def test_wheel_is_imported_outside_the_repository(wheel, tmp_path, program, path):
    """Without the .pth files of the site packages, the checkout cannot be imported."""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    add_paths = f"import sys; sys.path[:0] = [{str(wheel)!r}]; sys.path.append({site!r}); "
    imported = subprocess.run(
        [sys.executable, "-S", "-I", "-c", add_paths + program],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert imported.endswith(path)
    if path.endswith(".py"):
        assert imported == f"{wheel}/{path}"


def test_wheel_declares_the_command_and_its_extra(wheel):
    with zipfile.ZipFile(wheel) as archive:
        dist_info = f"moorings-{version('moorings')}.dist-info"
        metadata = archive.read(f"{dist_info}/METADATA").decode().splitlines()
        entry_points = archive.read(f"{dist_info}/entry_points.txt").decode().splitlines()
    assert "moorings = moorings.preview.__main__:main" in entry_points
    required = {re.match(r"Requires-Dist: ([\w-]+)", line)[1] for line in metadata if "Requires-Dist" in line}
    optional = {line for line in metadata if line.startswith("Requires-Dist: ") and line.endswith("; extra == 'cli'")}
    assert {"typer", "rich"} <= required
    assert {line.removeprefix("Requires-Dist: ").partition("<")[0] for line in optional} == {"typer", "rich"}


def test_package_is_not_found_without_the_wheel(tmp_path):
    site = next(path for path in sys.path if path.endswith("site-packages"))
    program = f"import sys; sys.path.append({site!r}); import moorings"
    result = subprocess.run(
        [sys.executable, "-S", "-I", "-c", program], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert "No module named 'moorings'" in result.stderr
