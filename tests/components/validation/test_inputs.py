"""Input and SecretInput: validation of plain and late values."""

import re
from typing import Annotated, Any

import pulumi
import pulumi_random as random
import pytest
from pydantic import AfterValidator, Field

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret
from moorings.validation.args import Args
from moorings.validation.argument_rules import RANGE
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input, SecretInput, check_together, gather
from moorings.validation.rules import Violation


def text(error):
    """Return the message without locations and rules."""
    return "\n".join(re.sub(r"^\S+:\d+: | \[[a-z-]+\]$", "", line) for line in str(error.value).splitlines())


class DiskArgs(Args):
    """Arguments of a disk."""

    size_gib: Input[Annotated[int, Field(ge=1)]]
    password: SecretInput[Annotated[str, Field(min_length=8)]] | None = None
    names: Input[list[Input[Annotated[str, Field(min_length=2)]]]] = []


TOO_SMALL = "Disk 'd': size_gib: must be at least 1, got 0"


def test_a_plain_value_is_validated_immediately():
    with pytest.raises(InvalidInput) as error:
        DiskArgs.from_input("Disk 'd'", {"size_gib": 0})
    assert text(error) == TOO_SMALL


def test_a_late_value_is_validated_when_it_resolves(deploy):
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: pulumi.export(
                "size", DiskArgs.from_input("Disk 'd'", {"size_gib": pulumi.Output.from_input(0)}).size_gib
            )
        )
    assert text(error) == TOO_SMALL


def test_an_awaitable_is_a_late_value(deploy):
    async def size() -> int:
        return 0

    with pytest.raises(InvalidInput) as error:
        deploy(lambda: pulumi.export("size", DiskArgs.from_input("Disk 'd'", {"size_gib": size()}).size_gib))
    assert text(error) == TOO_SMALL


def test_a_valid_late_value_resolves(deploy):
    plan = deploy(lambda: pulumi.export("size", DiskArgs(size_gib=pulumi.Output.from_input(7)).size_gib))
    assert plan.outputs["size"] == 7


def test_outside_of_a_component_the_path_begins_with_the_class(deploy):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: pulumi.export("size", DiskArgs(size_gib=pulumi.Output.from_input(0)).size_gib))
    assert text(error) == "DiskArgs: size_gib: must be at least 1, got 0"


def test_the_path_of_a_list_item_contains_its_index():
    with pytest.raises(InvalidInput) as error:
        DiskArgs.from_input("Disk 'd'", {"size_gib": 1, "names": ["ok", "x"]})
    assert text(error) == "Disk 'd': names[1]: must be at least 2 characters long"


def test_a_late_list_item_is_validated(deploy):
    def program():
        args = DiskArgs.from_input("Disk 'd'", {"size_gib": 1, "names": ["ok", pulumi.Output.from_input("x")]})
        pulumi.export("names", args.names)

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert text(error) == "Disk 'd': names[1]: must be at least 2 characters long"


def test_all_problems_are_reported():
    with pytest.raises(InvalidInput) as error:
        DiskArgs.from_input("Disk 'd'", {"size_gib": "many", "nmaes": []})
    assert text(error).splitlines() == [
        "Disk 'd': size_gib: must be a number, got text",
        "Disk 'd': nmaes: unknown argument; did you mean names?",
    ]


def test_a_plain_value_of_a_secret_input_becomes_secret(deploy):
    def program():
        pulumi.export("password", DiskArgs(size_gib=1, password="correct horse").password)

    plan = deploy(program, reveal_secrets=False)
    assert plan.outputs["password"] == "[secret]"


@pytest.mark.parametrize("late", [False, True])
def test_a_message_does_not_quote_a_secret(deploy, late):
    password = "hunter2"

    def program():
        value = pulumi.Output.secret(password) if late else password
        pulumi.export("password", DiskArgs.from_input("Disk 'd'", {"size_gib": 1, "password": value}).password)

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert text(error) == "Disk 'd': password: must be at least 8 characters long"
    assert password not in repr(error.value)


class ShelfArgs(Args):
    """Arguments with a validator that quotes the value."""

    label: Input[Annotated[Any, AfterValidator(lambda value: _reject(value))]] = None


def _reject(value):
    if value is not None:
        raise ValueError(f"{value!r} is not the label; remove {value}")
    return value


@pytest.mark.parametrize("value", ["hunter2", ["hunter2", "hunter22"], "", "a", {"key": 7}])
def test_the_message_of_a_secret_value_contains_no_part_of_it(deploy, value):
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: pulumi.export("l", ShelfArgs.from_input("Shelf 's'", {"label": pulumi.Output.secret(value)}).label)
        )
    assert (
        text(error)
        == "Shelf 's': label: The service accepts only strings in this format. (The value is secret and is not shown.)"
    )
    with pytest.raises(InvalidInput, match="is not the label"):
        deploy(
            lambda: pulumi.export(
                "l", ShelfArgs.from_input("Shelf 's'", {"label": pulumi.Output.from_input(value)}).label
            )
        )


def test_repr_does_not_show_a_secret(deploy):
    representations = []
    deploy(lambda: representations.append(repr(DiskArgs(size_gib=1, password="correct horse"))))
    assert "correct" not in representations[0]


def test_an_error_does_not_show_a_plain_secret():
    with pytest.raises(InvalidInput) as error:
        DiskArgs(size_gib=1, password="hunter2")
    assert "hunter2" not in str(error.value)


def _free_space(used: int, size: int) -> int:
    if used > size:
        raise Violation(RANGE, f"{used} GiB do not fit in {size}; use at most {size}")
    return size - used


DOES_NOT_FIT = "Disk 'd': 3 GiB do not fit in 2; use at most 2"


def test_plain_values_are_checked_together_immediately():
    with pytest.raises(InvalidInput) as error:
        check_together("Disk 'd'", _free_space, used=3, size=2)
    assert text(error) == DOES_NOT_FIT


def test_the_result_for_plain_values_is_plain():
    assert check_together("Disk 'd'", _free_space, used=1, size=2) == 1


def test_late_values_are_checked_together_when_they_resolve(deploy):
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: pulumi.export(
                "free", check_together("Disk 'd'", _free_space, used=3, size=pulumi.Output.from_input(2))
            )
        )
    assert text(error) == DOES_NOT_FIT


def test_late_list_items_are_checked_together(deploy):
    plan = deploy(
        lambda: pulumi.export(
            "sum", check_together("Disk 'd'", lambda sizes: sum(sizes), sizes=[1, pulumi.Output.from_input(2)])
        )
    )
    assert plan.outputs["sum"] == 3


class Volume(pulumi.CustomResource):
    """A resource with an output that is unknown in a preview."""

    arn: pulumi.Output[str]

    def __init__(self, name: str) -> None:
        """Register the resource."""
        super().__init__("aws:ebs/volume:Volume", name, {"arn": None})


@pytest.mark.parametrize("combine", [gather, pulumi.Output.all])
def test_gathered_values_are_those_of_the_sdk(deploy, combine):
    def program() -> None:
        values = pulumi.Output.from_input(1), pulumi.Output.from_input([2, None]), pulumi.Output.from_input("3")
        pulumi.export("values", combine(*values))
        pulumi.export("none", combine())

    assert deploy(program).outputs == {"values": [1, [2, None], "3"], "none": []}


@pytest.mark.parametrize("combine", [gather, pulumi.Output.all])
def test_gathered_values_are_secret_if_one_is(deploy, combine):
    def program() -> None:
        for position in range(2):
            values = [pulumi.Output.from_input(1), pulumi.Output.from_input(2)]
            values[position] = pulumi.Output.secret(values[position])
            pulumi.export(f"secret-{position}", combine(*values))

    assert deploy(program).outputs == {f"secret-{position}": RevealedSecret([1, 2]) for position in range(2)}


@pytest.mark.parametrize("combine", [gather, pulumi.Output.all])
def test_gathered_values_depend_on_all_resources_while_they_are_unknown(deploy, combine):
    def program() -> None:
        volumes = [Volume("a"), Volume("b")]
        arns = combine(*(volume.arn for volume in volumes)).apply(",".join)
        random.RandomPassword("late", length=8, keepers={"arns": arns})

    plan = deploy(program, preview=True)
    assert plan["late"].inputs["keepers"] == {"arns": UNKNOWN}
    assert plan["late"].dependencies == [plan["a"].urn, plan["b"].urn]
