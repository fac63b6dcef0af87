"""The table of the guide to overrides: roles of the children of all components, from the golden files."""

import json
import re
from pathlib import Path

from component_programs import NAME

from moorings.overrides.child_roles import kind_of, role_of

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/overrides.md"
START, END = "<!-- roles: generated -->", "<!-- end -->"

PLACEHOLDERS = {
    r"eu-west-1[a-c]": "{zone}",
    r"(?:[a-z]+\.)?(?:orders|www)\.example\.com": "{host}",
    r"-[0-9]+$": "-{number}",
    r"^(?:kpow|orders)-(?=association|password|policy|secret|version)": "{user}-",
    r"^(?:orders|results)-(?=topic)": "{topic}-",
}
"""Parts of roles that are names of the rich programs."""

NAMED_BY_ARGUMENTS = {"SecurityGroupEgressRule", "SecurityGroupIngressRule", "VpcEndpoint"}
"""Kinds whose roles are mostly names in arguments."""


def roles() -> dict[str, dict[str, set[str]]]:
    """Return the kinds of each role in the golden files, by component."""
    found: dict[str, dict[str, set[str]]] = {}
    for path in sorted((ROOT / "tests/golden/components").glob("*.json")):
        component = found.setdefault(path.stem.partition("-")[0], {})
        for urn in json.loads(path.read_text("utf-8"))["resources"]:
            types, _, name = urn.rpartition("::")
            kind = kind_of(types)
            if types.rpartition("$")[2].startswith("moorings:") or kind in NAMED_BY_ARGUMENTS:
                continue
            role = role_of(NAME, name)
            assert role is not None, urn
            for pattern, placeholder in PLACEHOLDERS.items():
                role = re.sub(pattern, placeholder, role)
            component.setdefault(role, set()).add(kind)
    return found


def list_roles(found: dict[str, set[str]]) -> str:
    """Return the roles of a component with their kinds, as text."""
    return ", ".join(f"`{role}` ({', '.join(sorted(kinds))})" for role, kinds in sorted(found.items()))


def table() -> str:
    """Return the table."""
    rows = [f"| `{component}` | {list_roles(found)} |" for component, found in sorted(roles().items())]
    return "\n".join(["| component | roles |", "| --- | --- |", *rows])
