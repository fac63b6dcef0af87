"""Loads the public names of a package on first use."""

import ast
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def lazy_names(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package whose public names are listed in its stub.

    The stub ``__init__.pyi`` is the only list: type checkers and editors read it, and this function reads its imports.
    ``from moorings.msk.cluster import MskCluster as MskCluster`` makes ``MskCluster`` available,
    ``from moorings.msk import *`` all names of a subpackage. The latter also imports the subpackage, so that
    ``from moorings import msk as msk`` only tells type checkers about it.

    Args:
        package: name of the package (``__name__``).

    """
    stub = ast.parse(pkgutil.get_data(package, "__init__.pyi") or b"")
    modules: dict[str, str] = {}
    for statement in stub.body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            names = [alias.name for alias in statement.names]
            for name in import_module(statement.module).__all__ if names == ["*"] else names:
                modules[name] = statement.module
    subpackages = {name for name, module in modules.items() if module == package}

    def load(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        value = getattr(import_module(modules[name]), name)
        setattr(sys.modules[package], name, value)  # later accesses do not call this function
        return value

    return load, lambda: sorted(modules), sorted(modules.keys() - subpackages)
