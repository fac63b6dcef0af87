"""Base class of all arguments."""

import re
from collections.abc import Awaitable
from typing import Annotated, Literal, Optional, Union, get_type_hints

import pulumi
import pytest
from pydantic import Field

from moorings.validation.args import Args
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input


def text(error):
    """Return the message without locations and rules."""
    return "\n".join(re.sub(r"^\S+:\d+: | \[[a-z-]+\]$", "", line) for line in str(error.value).splitlines())


class VolumeArgs(Args):
    """Arguments of a volume."""

    size_gib: Input[Annotated[int, Field(ge=1)]] = 10
    """Size in GiB."""


class MachineArgs(Args):
    """Arguments of a machine."""

    kind: Literal["small", "large"]
    volumes: list[VolumeArgs] = []
    zone: str | None = None
    spare: bool = False
    load: Input[float] = 0.5


def test_a_dict_of_the_plugin_host_is_accepted():
    args = MachineArgs.from_input("Machine 'm'", {"kind": "small", "volumes": [{"size_gib": 3.0}]})
    assert args == MachineArgs(kind="small", volumes=[VolumeArgs(size_gib=3)])


def test_an_instance_is_returned_unchanged():
    args = MachineArgs(kind="small")
    assert MachineArgs.from_input("Machine 'm'", args) is args


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "Machine 'm': kind: this argument is required"),
        ({"kind": "tiny"}, "Machine 'm': kind: expected 'small' or 'large'"),
        ({"kind": "small", "king": 1}, "Machine 'm': king: unknown argument; did you mean kind?"),
        ({"kind": "small", "colour": 1}, "Machine 'm': colour: unknown argument; remove it"),
        (
            {"kind": "small", "volumes": [{"size": 1}]},
            "Machine 'm': volumes[0].size: unknown argument; did you mean size_gib?",
        ),
        (
            {"kind": "small", "volumes": [{}, {"size_gib": 0}]},
            "Machine 'm': volumes[1].size_gib: must be at least 1, got 0",
        ),
        ({"kind": "small", "volumes": 3}, "Machine 'm': volumes: must be a list"),
        (
            {"kind": "small", "volumes": [{"size_gib": True}]},
            "Machine 'm': volumes[0].size_gib: must be a number, got True",
        ),
        (
            {"kind": "small", "volumes": [{"size_gib": "3"}]},
            "Machine 'm': volumes[0].size_gib: must be a number, got text",
        ),
        ({"kind": "small", "load": False}, "Machine 'm': load: must be a number, got False"),
        ({"kind": "small", "spare": "no"}, "Machine 'm': spare: must be True or False"),
        ({"kind": "small", "spare": 1}, "Machine 'm': spare: must be True or False"),
    ],
)
def test_invalid_arguments_are_rejected(args, message):
    with pytest.raises(InvalidInput) as error:
        MachineArgs.from_input("Machine 'm'", args)
    assert text(error) == message


def test_a_constructor_reports_the_same_problems():
    with pytest.raises(InvalidInput) as error:
        MachineArgs(king="tiny", volumes=[{"size_gib": 0}])
    assert text(error) == (
        "MachineArgs: kind: this argument is required\n"
        "MachineArgs: volumes[0].size_gib: must be at least 1, got 0\n"
        "MachineArgs: king: unknown argument; did you mean kind?"
    )


def test_a_late_value_of_another_type_is_rejected(deploy):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: pulumi.export("l", MachineArgs(kind="small", load=pulumi.Output.from_input(True)).load))
    assert text(error) == "MachineArgs: load: must be a number, got True"


@pytest.mark.parametrize("name", ["kind", "volumes", "zone", "spare"])
def test_an_output_is_rejected_where_a_plain_value_is_required(deploy, name):
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: MachineArgs.from_input("Machine 'm'", {"kind": "small", name: pulumi.Output.from_input("small")})
        )
    plain = "must be a plain value, not an Output, because it decides which resources are created; pass its value"
    assert text(error) == f"Machine 'm': {name}: {plain}"


def test_other_types_than_arguments_are_rejected():
    with pytest.raises(InvalidInput, match="must be an instance of MachineArgs or a dictionary, got int"):
        MachineArgs.from_input("Machine 'm'", 3)


def test_arguments_are_immutable():
    args = MachineArgs(kind="small")
    with pytest.raises(
        InvalidInput, match=r"MachineArgs: kind: arguments cannot be changed .* \[argument-signature\]$"
    ):
        args.kind = "large"
    assert args.kind == "small"


def test_annotations_for_the_plugin_host():
    seen = get_type_hints(MachineArgs)
    assert seen == {
        "kind": str,
        "volumes": Optional[list[VolumeArgs]],
        "zone": Optional[str],
        "spare": Optional[bool],
        "load": Union[float, Awaitable[float], pulumi.Output[float], None],
    }
    assert get_type_hints(VolumeArgs) == {"size_gib": Union[int, Awaitable[int], pulumi.Output[int], None]}


def test_a_subclass_inherits_the_validation():
    class BigMachineArgs(MachineArgs):
        """Arguments of a big machine."""

        cores: int = 64

    BigMachineArgs.model_rebuild(force=True)
    with pytest.raises(InvalidInput, match="'m': kind: this argument is required"):
        BigMachineArgs.from_input("BigMachine 'm'", {})
    assert list(BigMachineArgs.__annotations__) == ["cores"]


class LimitsArgs(Args):
    """Arguments with constraints."""

    count: Annotated[int, Field(gt=0, lt=10)] = 1
    name: Annotated[str, Field(min_length=2, max_length=4, pattern="^[a-z]*$")] = "ab"
    items: Annotated[list[str], Field(min_length=2, max_length=3)] = ["a", "b"]
    tags: Annotated[dict[str, str], Field(min_length=1)] = {"a": "b"}
    load: float = 0.5
    mode: Literal["dynamic", "static"] = "static"


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("count", 0, "must be greater than 0, got 0"),
        ("count", 10, "must be less than 10, got 10"),
        ("count", 1.5, "must be a whole number"),
        ("count", None, "must be a whole number, got None"),
        ("name", "a", "must be at least 2 characters long"),
        ("name", "abcde", "must be at most 4 characters long"),
        ("name", "AB", "must match the pattern ^[a-z]*$"),
        ("name", 1, "must be a string"),
        ("items", ["a"], "must have at least 2 items, got 1"),
        ("items", ["a"] * 4, "must have at most 3 items, got 4"),
        ("tags", {}, "must not be empty"),
        ("tags", [], "must be a dictionary"),
        ("load", [], "must be a number"),
        ("mode", "Dynamic", "expected 'dynamic' or 'static'; did you mean dynamic?"),
        ("mode", "cooperative", "expected 'dynamic' or 'static'"),
        ("mode", ["a"], "expected 'dynamic' or 'static'"),
    ],
)
def test_each_constraint_has_a_message(argument, value, message):
    with pytest.raises(InvalidInput) as error:
        LimitsArgs(**{argument: value})
    assert text(error) == f"LimitsArgs: {argument}: {message}"
