"""What the benchmarks import from the package exists. They run with ``make benchmarks`` only."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
IMPORTS = [
    (path.name, node.module, alias.name)
    for path in sorted(BENCHMARKS.glob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("moorings")
    for alias in node.names
]


def test_benchmarks_use_the_package():
    assert IMPORTS


@pytest.mark.parametrize(("file", "module", "name"), IMPORTS)
def test_imported_name_exists(file, module, name):
    assert hasattr(import_module(module), name)
