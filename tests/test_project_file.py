"""``Pulumi.yaml`` agrees with the settings of the programs."""

from pathlib import Path

import pytest
import yaml

from settings import ComponentSettings, Settings

ROOT = Path(__file__).parent.parent
PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text("utf-8"))
PROGRAMS = [each for parent in (Settings, ComponentSettings) for each in parent.__subclasses__()]

TYPES = {str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"}}


def test_paths_and_runtime():
    assert (ROOT / PROJECT["main"] / "__main__.py").is_file()
    assert list((ROOT / PROJECT["stackConfigDir"]).glob("Pulumi.*.yaml"))
    assert PROJECT["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}


def test_settings_of_all_programs_are_declared(attribute_docstrings):
    """Settings of a single program are not declared: Pulumi would require them in all stacks."""
    descriptions = attribute_docstrings(Settings)
    assert PROJECT["config"] == {
        field.alias: {**TYPES[field.annotation], "description": descriptions[name], "default": field.default}
        for name, field in Settings.model_fields.items()
    }


@pytest.mark.parametrize("key", PROJECT["template"]["config"])
def test_the_template_asks_only_for_existing_settings(key):
    known = {f"{PROJECT['name']}:{field.alias}" for model in PROGRAMS for field in model.model_fields.values()}
    assert key in known | {"aws:region"}
    assert PROJECT["template"]["config"][key]["description"]
