"""``Pulumi.yaml`` says what the programs read: no key, type or description of its own."""

from pathlib import Path

import pytest
import yaml

from settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text("utf-8"))
PROGRAMS = Settings.__subclasses__()

TYPES = {str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"}}


def test_it_names_the_program_and_where_the_stacks_are():
    assert (ROOT / PROJECT["main"] / "__main__.py").is_file()
    assert list((ROOT / PROJECT["stackConfigDir"]).glob("Pulumi.*.yaml"))
    assert PROJECT["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}


def test_it_declares_what_all_programs_share():
    """Pulumi refuses a stack without a declared key, so one that a single program needs would refuse all others."""
    assert PROJECT["config"] == {
        field.alias: {**TYPES[field.annotation], "description": field.description, "default": field.default}
        for field in Settings.model_fields.values()
    }


@pytest.mark.parametrize("key", PROJECT["template"]["config"])
def test_a_new_project_is_asked_for_keys_that_a_program_reads(key):
    known = {f"{PROJECT['name']}:{field.alias}" for model in PROGRAMS for field in model.model_fields.values()}
    assert key in known | {"aws:region"}
    assert PROJECT["template"]["config"][key]["description"]
