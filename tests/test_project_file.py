"""``Pulumi.yaml`` says what the programs read: no key, type or description of its own."""

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text("utf-8"))
PROGRAMS = Settings.__subclasses__()

TYPES = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    list[str]: {"type": "array", "items": {"type": "string"}},
}


def required(models):
    """Keys that each of the models needs, as Pulumi declares them."""
    each = [
        {
            field.alias: {**TYPES[field.annotation], "description": field.description}
            for field in model.model_fields.values()
            if field.is_required()
        }
        for model in models
    ]
    return {key: declared for key, declared in each[0].items() if all(key in other for other in each)}


def test_it_names_the_program_and_where_the_stacks_are():
    assert (ROOT / PROJECT["main"] / "__main__.py").is_file()
    assert list((ROOT / PROJECT["stackConfigDir"]).glob("Pulumi.*.yaml"))
    assert PROJECT["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}


def test_it_declares_exactly_what_every_program_requires():
    """Pulumi refuses a stack without a declared key, so one that a single program needs would refuse all others."""
    assert PROGRAMS
    assert PROJECT["config"] == required(PROGRAMS)


def test_a_key_that_one_program_does_not_need_would_be_found():
    class Other(BaseModel):
        model_config = Settings.model_config
        vpc_id: str
        users: list[str] = []

    assert set(required([*PROGRAMS, Other])) == {"vpcId"}


@pytest.mark.parametrize("key", PROJECT["template"]["config"])
def test_a_new_project_is_asked_for_keys_that_a_program_reads(key):
    known = {f"{PROJECT['name']}:{field.alias}" for model in PROGRAMS for field in model.model_fields.values()}
    assert key in known | {"aws:region"}
    assert PROJECT["template"]["config"][key]["description"]


@pytest.mark.parametrize("path", sorted((ROOT / PROJECT["stackConfigDir"]).glob("Pulumi.*.yaml")), ids=lambda p: p.name)
def test_every_committed_stack_gives_what_is_declared(path):
    given = yaml.safe_load(path.read_text("utf-8"))["config"]
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list}
    for key, declared in PROJECT["config"].items():
        value = given[f"{PROJECT['name']}:{key}"]
        assert isinstance(value, kinds[declared["type"]]), key
        assert all(isinstance(item, str) for item in value)
