"""Every component accepts overrides, and the guide lists the roles of its children."""

import json
import re
import sys
from pathlib import Path

import pulumi
import pytest

from moorings import override
from moorings.overrides.child_roles import kind_of, role_of

sys.path.insert(0, str(Path(__file__).parents[1] / "programs"))

from component_programs import MINIMAL, NAME

ROOT = Path(__file__).parents[3]
GOLDEN_FILES = sorted((ROOT / "tests/golden/components").glob("*.json"))
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


def roles():
    """Return the kinds of each role in the golden files, by component."""
    found = {}
    for path in GOLDEN_FILES:
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


def list_roles(found):
    return ", ".join(f"`{role}` ({', '.join(sorted(kinds))})" for role, kinds in sorted(found.items()))


def test_the_guide_lists_the_roles_of_every_component(request):
    rows = [f"| `{component}` | {list_roles(found)} |" for component, found in sorted(roles().items())]
    table = "\n".join(["| component | roles |", "| --- | --- |", *rows])
    before, _, rest = PAGE.read_text("utf-8").partition(START)
    current, _, after = rest.partition(END)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(f"{before}{START}\n\n{table}\n\n{END}{after}", "utf-8")
    else:
        assert current.strip() == table, "docs/overrides.md is outdated: run pytest --update-golden"


def test_the_golden_files_contain_every_component():
    assert roles().keys() == {component.__name__ for component in MINIMAL}


@pytest.mark.parametrize("component", MINIMAL, ids=lambda component: component.__name__)
def test_every_component_checks_the_roles_of_its_overrides(deploy, rejected, component):
    opts = pulumi.ResourceOptions(transforms=[override("no-such-role", {"metadata": None})])
    with rejected("override-unknown-role", "transforms['no-such-role']"):
        deploy(lambda: component(NAME, MINIMAL[component], opts))
