"""Values known now or later: one rule, one sentence."""

from typing import Annotated, Any

import pulumi
import pytest
from pydantic import AfterValidator, Field

from moorings.validation.args import Args
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input, SecretInput, check_together


class DiskArgs(Args):
    """Settings of a disk."""

    size_gib: Input[Annotated[int, Field(ge=1)]]
    password: SecretInput[Annotated[str, Field(min_length=8)]] | None = None
    names: Input[list[Input[Annotated[str, Field(min_length=2)]]]] = []


TOO_SMALL = "Disk 'd'.size_gib: must be at least 1"


def test_a_plain_value_is_checked_at_once():
    with pytest.raises(InvalidInput) as refused:
        DiskArgs.from_input("Disk 'd'", {"size_gib": 0})
    assert str(refused.value) == TOO_SMALL


def test_a_late_value_is_checked_in_the_same_words(deploy):
    with pytest.raises(InvalidInput) as refused:
        deploy(
            lambda: pulumi.export(
                "size", DiskArgs.from_input("Disk 'd'", {"size_gib": pulumi.Output.from_input(0)}).size_gib
            )
        )
    assert str(refused.value) == TOO_SMALL


def test_an_awaitable_is_a_late_value(deploy):
    async def size() -> int:
        return 0

    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: pulumi.export("size", DiskArgs.from_input("Disk 'd'", {"size_gib": size()}).size_gib))
    assert str(refused.value) == TOO_SMALL


def test_a_good_late_value_passes(deploy):
    plan = deploy(lambda: pulumi.export("size", DiskArgs(size_gib=pulumi.Output.from_input(7)).size_gib))
    assert plan.outputs["size"] == 7


def test_made_by_hand_the_path_of_a_late_value_begins_with_the_class(deploy):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: pulumi.export("size", DiskArgs(size_gib=pulumi.Output.from_input(0)).size_gib))
    assert str(refused.value) == "DiskArgs.size_gib: must be at least 1"


def test_an_item_of_a_list_is_named_by_its_number():
    with pytest.raises(InvalidInput) as refused:
        DiskArgs.from_input("Disk 'd'", {"size_gib": 1, "names": ["ok", "x"]})
    assert str(refused.value) == "Disk 'd'.names[1]: must be at least 2 characters long"


def test_a_late_item_of_a_list_is_checked(deploy):
    def program():
        args = DiskArgs.from_input("Disk 'd'", {"size_gib": 1, "names": ["ok", pulumi.Output.from_input("x")]})
        pulumi.export("names", args.names)

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == "Disk 'd'.names: must be at least 2 characters long"


def test_several_findings_are_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        DiskArgs.from_input("Disk 'd'", {"size_gib": "many", "nmaes": []})
    assert str(refused.value).splitlines() == [
        "Disk 'd'.size_gib: must be a number, got text",
        "Disk 'd'.nmaes: unknown argument; did you mean names?",
    ]


def test_a_plain_secret_leaves_as_a_secret(deploy):
    def program():
        pulumi.export("password", DiskArgs(size_gib=1, password="correct horse").password)

    plan = deploy(program, reveal_secrets=False)
    assert plan.outputs["password"] == "[secret]"


@pytest.mark.parametrize("late", [False, True])
def test_a_refused_secret_is_not_told(deploy, late):
    password = "hunter2"

    def program():
        given = pulumi.Output.secret(password) if late else password
        pulumi.export("password", DiskArgs.from_input("Disk 'd'", {"size_gib": 1, "password": given}).password)

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == "Disk 'd'.password: must be at least 8 characters long"
    assert password not in repr(refused.value)


class ShelfArgs(Args):
    """Settings of a shelf, whose rules repeat what they refuse."""

    label: Input[Annotated[Any, AfterValidator(lambda value: _refuse(value))]] = None


def _refuse(value):
    if value is not None:
        raise ValueError(f"{value!r} is no label; leave {value} out")
    return value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("hunter2", "[secret] is no label; leave [secret] out"),
        (["hunter2", "hunter22"], "[[secret], [secret]] is no label; leave [[secret], [secret]] out"),
        ("", "'' is no label; leave  out"),
        ("a", "[secret] is no label; leave [secret] out"),
        ({"key": 7}, "{[secret]: [secret]} is no label; leave {[secret]: [secret]} out"),
    ],
)
def test_a_secret_that_an_ordinary_argument_refuses_is_not_told(deploy, value, told):
    with pytest.raises(InvalidInput) as refused:
        deploy(
            lambda: pulumi.export("l", ShelfArgs.from_input("Shelf 's'", {"label": pulumi.Output.secret(value)}).label)
        )
    assert str(refused.value) == f"Shelf 's'.label: {told}"
    with pytest.raises(InvalidInput, match="is no label"):
        deploy(
            lambda: pulumi.export(
                "l", ShelfArgs.from_input("Shelf 's'", {"label": pulumi.Output.from_input(value)}).label
            )
        )


def test_a_secret_is_not_shown_by_repr(deploy):
    shown = []
    deploy(lambda: shown.append(repr(DiskArgs(size_gib=1, password="correct horse"))))
    assert "correct" not in shown[0]


def test_a_refusal_hides_a_secret():
    with pytest.raises(InvalidInput) as refused:
        DiskArgs(size_gib=1, password="hunter2")
    assert "hunter2" not in str(refused.value)


def _fits(used: int, size: int) -> int:
    if used > size:
        raise ValueError(f"{used} GiB do not fit in {size}; use {size} at most")
    return size - used


DOES_NOT_FIT = "Disk 'd': 3 GiB do not fit in 2; use 2 at most"


def test_a_rule_between_plain_values_speaks_at_once():
    with pytest.raises(InvalidInput) as refused:
        check_together("Disk 'd'", _fits, used=3, size=2)
    assert str(refused.value) == DOES_NOT_FIT


def test_a_rule_between_plain_values_returns_plainly():
    assert check_together("Disk 'd'", _fits, used=1, size=2) == 1


def test_a_rule_with_a_late_value_speaks_when_it_resolves(deploy):
    with pytest.raises(InvalidInput) as refused:
        deploy(
            lambda: pulumi.export("free", check_together("Disk 'd'", _fits, used=3, size=pulumi.Output.from_input(2)))
        )
    assert str(refused.value) == DOES_NOT_FIT


def test_a_rule_waits_for_a_late_item_of_a_list(deploy):
    plan = deploy(
        lambda: pulumi.export(
            "sum", check_together("Disk 'd'", lambda sizes: sum(sizes), sizes=[1, pulumi.Output.from_input(2)])
        )
    )
    assert plan.outputs["sum"] == 3
