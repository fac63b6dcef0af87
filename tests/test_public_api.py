"""What ``import moorings`` offers at run time, to type checkers and to editors."""

import subprocess
import sys
from pathlib import Path

import pytest

import moorings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "components" / "moorings"
NAMESPACES = ("apps", "aws", "ecs", "kafka", "kubernetes", "msk", "overrides", "validation")


@pytest.mark.parametrize("name", moorings.__all__)
def test_public_name_is_loaded(name):
    assert getattr(moorings, name).__name__ == name or name in {"Input", "SecretInput"}


def test_names_are_listed_in_alphabetical_order():
    assert moorings.__all__ == sorted(moorings.__all__)
    assert dir(moorings) == sorted([*moorings.__all__, *NAMESPACES])


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_namespace_offers_the_same_objects(namespace):
    module = getattr(moorings, namespace)
    assert module.__all__
    for name in module.__all__:
        assert getattr(module, name) is getattr(moorings, name)


def test_every_name_belongs_to_one_namespace():
    names = [name for namespace in NAMESPACES for name in getattr(moorings, namespace).__all__]
    assert sorted(names) == moorings.__all__


def test_version():
    assert moorings.__version__ == "0.1.0"


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'moorings' has no attribute 'MskClutser'"):
        moorings.MskClutser  # noqa: B018


VALID = """
import moorings
from moorings import MskCluster, msk
moorings.kubernetes.KubernetesWorkload
moorings.msk.MskCluster
msk.MskClusterArgs
"""
INVALID = {
    "from moorings import MskClutser": "MskClutser",
    "import moorings\nmoorings.msk.MskClutser": "MskClutser",
    "from moorings import mks": "mks",
}


def mypy(program, tmp_path):
    """Check a program against the lists of public names alone: what they refer to is checked by ``make types``."""
    (tmp_path / "program.py").write_text(program)
    lists = sorted(PACKAGE.rglob("__init__.pyi"))
    options = ["--follow-imports=skip", "--ignore-missing-imports", f"--cache-dir={tmp_path}", "--config-file="]
    command = [sys.executable, "-m", "mypy", *options, "--explicit-package-bases", tmp_path / "program.py", *lists]
    return subprocess.run(command, cwd=PACKAGE.parent, check=False, capture_output=True, text=True).stdout


def pyright(program, tmp_path):
    (tmp_path / "program.py").write_text(program)
    (tmp_path / "pyrightconfig.json").write_text(f'{{"extraPaths": ["{PACKAGE.parent}"]}}')
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", tmp_path]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_type_checkers_know_names_and_namespaces(checker, tmp_path):
    assert "error" not in checker(VALID, tmp_path).replace("0 errors", "")


@pytest.mark.parametrize("checker", [mypy, pyright])
@pytest.mark.parametrize("program", INVALID)
def test_type_checkers_reject_a_misspelt_name(checker, program, tmp_path):
    output = checker(program, tmp_path)
    assert "error" in output
    assert INVALID[program] in output
