"""Index of all rules of the package. Components are imported when they are used; the index imports all modules."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import moorings
from moorings.validation.rules import REGISTRY, Rule

_WITHOUT_RULES = "moorings.preview"
"""The command line, which is not imported because it requires optional packages."""


@cache
def _import_modules() -> None:
    for module in pkgutil.walk_packages(moorings.__path__, "moorings."):
        if not module.name.startswith(_WITHOUT_RULES):
            importlib.import_module(module.name)


def all_rules() -> Mapping[str, Rule]:
    """Return all rules of the package by ID, sorted."""
    _import_modules()
    return {rule_id: REGISTRY[rule_id] for rule_id in sorted(REGISTRY)}
