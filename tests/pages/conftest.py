"""Runs a headless Chromium for the tests of pages.

``make test-pages`` sets ``MOORINGS_PAGES``. Without it the tests are deselected. With ``required``, a missing browser is
an error; otherwise the tests are skipped.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import Browser, run_browser

MODE = "MOORINGS_PAGES"


@pytest.hookimpl(trylast=True)  # after the selection by -k and -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    pages = [item for item in items if Path(__file__).parent in item.path.parents]
    if os.environ.get(MODE) or not pages or config.option.collectonly:
        return
    config.hook.pytest_deselected(items=pages)
    items[:] = [item for item in items if item not in pages]


def find_program(name: str) -> Path:
    """Find an installed program, and skip or fail the test if it is missing."""
    if path := shutil.which(name):
        return Path(path)
    message = f"{name} is not installed: run tests/pages/install-chromium as root"
    if os.environ[MODE] == "required":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with an empty profile."""
    programs = find_program("chromedriver"), find_program("chromium")
    with run_browser(*programs, tmp_path_factory.mktemp("profile")) as started:
        yield started
