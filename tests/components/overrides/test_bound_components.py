"""Every component accepts overrides."""

import sys
from pathlib import Path

import pulumi
import pytest

from moorings import override

sys.path.insert(0, str(Path(__file__).parents[1] / "programs"))

from component_programs import MINIMAL, NAME


@pytest.mark.parametrize("component", MINIMAL, ids=lambda component: component.__name__)
def test_every_component_checks_the_roles_of_its_overrides(deploy, rejected, component):
    opts = pulumi.ResourceOptions(transforms=[override("no-such-role", {"metadata": None})])
    with rejected("override-unknown-role", "transforms['no-such-role']"):
        deploy(lambda: component(NAME, MINIMAL[component], opts))
