"""The wheel: what it holds, and that it works away from the repository."""

import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build it once, with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    (built,) = folder.iterdir()
    return built


def test_its_name_says_that_it_runs_everywhere(wheel):
    assert wheel.name == f"moorings-{version('moorings')}-py3-none-any.whl"


def test_it_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        meta = {name.split("/", 1)[1] for name in archive.namelist() if ".dist-info/" in name}
    package = ROOT / "components"
    sources = {
        str(path.relative_to(package)) for path in (package / "moorings").rglob("*.py*") if path.suffix != ".pyc"
    }
    assert held == sources | {"moorings/py.typed"}
    assert {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"} <= meta


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import moorings; print(moorings.__file__)", "moorings/__init__.py"),
        ("from moorings import MskCluster; print(MskCluster.__module__)", "moorings.msk.cluster"),
        ("from moorings.preview import cli; print(cli.__file__)", "moorings/preview/cli.py"),
    ],
)
def test_it_is_imported_from_outside_the_repository(wheel, tmp_path, program, said):
    """Without the site's .pth files the checkout is not found, so nothing but the wheel can answer."""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    ahead = f"import sys; sys.path[:0] = [{str(wheel)!r}]; sys.path.append({site!r}); "
    found = subprocess.run(
        [sys.executable, "-S", "-I", "-c", ahead + program], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert found.endswith(said)
    if said.endswith(".py"):
        assert found == f"{wheel}/{said}"


def test_without_the_wheel_the_package_is_not_found_there(tmp_path):
    site = next(path for path in sys.path if path.endswith("site-packages"))
    program = f"import sys; sys.path.append({site!r}); import moorings"
    found = subprocess.run(
        [sys.executable, "-S", "-I", "-c", program], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert "No module named 'moorings'" in found.stderr
