"""The contract of all components: parents, providers, names and outputs, and every input and option of their children."""

import json
import sys
from functools import cache
from inspect import get_annotations
from pathlib import Path

import pulumi
import pytest
from pydantic.alias_generators import to_camel

import moorings
from moorings import Args
from moorings.preview.program import StackContext, run

sys.path.insert(0, str(Path(__file__).parent / "programs"))

from children_table import END, PAGE, START, roles, table
from component_programs import MINIMAL, NAME, PROGRAMS, RICH, Program

EXCLUDED = {"acknowledge"}
"""Arguments that change nothing that is deployed."""

STANDALONE = {moorings.KafkaAcl, moorings.KafkaQuota, moorings.MskClientPolicy}
"""Arguments of functions, not of components."""

COMPONENTS = {
    member
    for member in (getattr(moorings, name) for name in moorings.__all__)
    if isinstance(member, type) and issubclass(member, pulumi.ComponentResource)
}


def camel_case(value):
    """Return a value with the names that other languages see."""
    if isinstance(value, dict):
        return {to_camel(key): camel_case(item) for key, item in value.items()}
    return list(map(camel_case, value)) if isinstance(value, list) else value


@cache
def run_program(name, *, known=True):
    """Return what a program sends to the engine."""
    return Program(*PROGRAMS[name], known=known)


@pytest.fixture(params=PROGRAMS)
def program(request):
    """Each program."""
    return run_program(request.param)


def test_every_component_has_a_minimal_and_a_rich_program():
    assert set(MINIMAL) == COMPONENTS
    assert {component for component, _ in RICH.values()} == COMPONENTS


def given_arguments(value, given):
    """Add the arguments that are set, at any depth, each with the class that declares it."""
    if isinstance(value, Args):
        for name in value.model_fields_set:
            given.add((declaring_class(type(value), name), name))
            given_arguments(getattr(value, name), given)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        given_arguments(item, given)


def declaring_class(args_class, name):
    """Return the class that declares an argument. What several components inherit is passed on in one place."""
    return next(base for base in reversed(args_class.__mro__) if name in getattr(base, "model_fields", ()))


@pytest.fixture(scope="module")
def given():
    """The arguments that the rich programs set."""
    found = set()

    def program():
        for component, args in RICH.values():
            given_arguments(getattr(moorings, f"{component.__name__}Args")(**args), found)

    run(program, StackContext("moorings", "test"), known=True)
    return found


ARGUMENTS = {
    member
    for member in (getattr(moorings, name) for name in moorings.__all__)
    if isinstance(member, type) and issubclass(member, Args) and member is not Args and member not in STANDALONE
}


@pytest.mark.parametrize("args_class", sorted(ARGUMENTS, key=lambda args_class: args_class.__name__))
def test_the_rich_programs_set_every_argument(args_class, given):
    missing = {name for name in args_class.model_fields if (declaring_class(args_class, name), name) not in given}
    assert missing <= EXCLUDED, "set them in tests/components/programs, and review the golden file"


def test_every_child_belongs_to_the_component(program):
    assert program.children
    for child in program.children:
        assert program.component.urn in program.ancestors(child), f"{child.urn} has another parent"


def test_every_child_uses_the_providers_of_the_component(program):
    for child in program.children:
        if child.custom:
            urn = program.providers[child.type.partition(":")[0]]
            assert child.provider.rpartition("::")[0] == urn, f"{child.urn} uses {child.provider or 'the default'}"
        else:
            providers = {package: reference.rpartition("::")[0] for package, reference in child.providers.items()}
            assert providers == program.providers, child.urn


def test_every_function_uses_the_provider_of_the_component(program):
    for invoke in program.invokes:
        urn = program.providers[invoke["function"].partition(":")[0]]
        assert invoke["provider"] == urn, f"{invoke['function']} uses {invoke['provider'] or 'the default'}"


def test_hooks_are_registered_and_run_in_previews(program):
    options = [program.options[resource.urn] for resource in (program.component, *program.children)]
    used = {name for option in options for names in option["hooks"].values() for name in names}
    assert program.hooks == dict.fromkeys(used, True)


def test_children_are_named_after_their_component(program):
    names = {resource.urn: resource.name for resource in [program.component, *program.children]}
    for child in program.children:
        # The component that a preset creates has its name.
        assert (
            child.name.startswith(f"{NAME}-")
            if child.custom
            else child.name == NAME or child.name.startswith(f"{NAME}-")
        )
        assert child.name.startswith(names[child.parent]), child.urn


def test_the_types_are_those_of_the_package_and_the_providers(program):
    (component,) = {
        component for component, _ in PROGRAMS.values() if program.component.type.endswith(f":{component.__name__}")
    }
    assert program.component.type == f"moorings:index:{component.__name__}"
    nested = {f"moorings:index:{component.__name__}" for component in COMPONENTS}
    for child in program.children:
        if child.custom:
            assert child.type.partition(":")[0] in program.providers
        else:
            assert child.type in nested


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_registered_outputs_are_the_declared_attributes(name, known):
    program, component = run_program(name, known=known), PROGRAMS[name][0]
    registered = program.registered[program.component.urn]
    declared = {to_camel(output) for output in get_annotations(component)}
    assert registered.keys() == declared - program.unset
    assert camel_case(registered) == camel_case(program.plan.outputs), "other values than those of the attributes"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_inputs_and_options_of_all_children_match_the_golden_file(name, golden):
    text = json.dumps(run_program(name).to_json(), indent=1, sort_keys=True)
    golden(f"components/{name}.json", text + "\n")


def test_the_guide_to_overrides_lists_the_children_of_every_component(request):
    """It runs after the golden files have been updated."""
    before, _, rest = PAGE.read_text("utf-8").partition(START)
    current, _, after = rest.partition(END)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(f"{before}{START}\n\n{table()}\n\n{END}{after}", "utf-8")
    else:
        assert current.strip() == table(), "docs/overrides.md is outdated: run pytest --update-golden"
    assert roles().keys() == {component.__name__ for component in COMPONENTS}
