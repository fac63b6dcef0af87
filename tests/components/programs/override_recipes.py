"""Recipes of the guide to overrides."""

import re
from collections.abc import Callable
from pathlib import Path

_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_PAGE = (Path(__file__).parents[3] / "docs/overrides.md").read_text("utf-8")
_SETUP = _BLOCK.findall(_PAGE)[0].rpartition("\n\n")[0]

RECIPES: dict[str, str] = dict(
    re.findall(r"### ([^\n]+)\n(?:(?!```|###).)*```python\n(.*?)```", _PAGE, re.DOTALL),
)
"""Code of each recipe by its heading."""

KUBERNETES_RECIPES = [
    heading for heading, code in RECIPES.items() if "KubernetesWorkload(" in code or "WorkloadIngress(" in code
]


def recipe(heading: str) -> Callable[[], None]:
    """Return the program of a recipe."""
    return lambda: exec(f"{_SETUP}\n\n{RECIPES[heading]}", {})
