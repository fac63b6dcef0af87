"""Entry point of the command ``moorings``, with and without the extra ``cli``."""

import runpy
import subprocess
import sys

import pytest

from moorings import preview
from moorings.preview.__main__ import main

NOT_INSTALLED = "moorings: the command line is not installed; run: pip install 'moorings[cli]'\n"


def test_module_runs_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["moorings", "--version"])
    monkeypatch.delitem(sys.modules, "moorings.preview.__main__")
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("moorings.preview", run_name="__main__")
    assert capsys.readouterr().out == "0.1.0\n"


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_command_without_its_extra_explains_how_to_install_it(package):
    program = (
        f"import sys; sys.modules[{package!r}] = None; from moorings.preview.__main__ import main; sys.exit(main())"
    )
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", NOT_INSTALLED)


def test_other_missing_modules_are_errors(monkeypatch):
    monkeypatch.delattr(preview, "cli", raising=False)
    monkeypatch.setitem(sys.modules, "moorings.preview.cli", None)
    with pytest.raises(ModuleNotFoundError):
        main()


def test_components_and_previews_do_not_require_the_extra():
    program = (
        "import sys; sys.modules.update(typer=None, rich=None); import moorings; import moorings.preview.project; "
        "[getattr(moorings, name) for name in moorings.__all__]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
