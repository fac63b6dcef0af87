"""Amounts, and shares of pods."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from moorings.kubernetes.quantities import Bytes, Cores, Share, amount, canonical, int_or_percent, portion


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        ("250m", "0.25"),
        ("2", "2"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("1k", "1000"),
        ("1Ki", "1024"),
        ("512Mi", "536870912"),
        ("1.5Gi", "1610612736"),
        ("1G", "1000000000"),
        ("1Ei", "1152921504606846976"),
    ],
)
def test_a_quantity_is_a_number(quantity, number):
    assert amount(quantity) == Decimal(number)


@pytest.mark.parametrize("quantity", ["", "128 MB", "1K", "mi", "-1", "1e3", "1.", "1mi"])
def test_what_is_no_quantity_is_refused(quantity):
    with pytest.raises(ValueError, match=r"is no quantity, such as 250m or 512Mi$"):
        amount(quantity)


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        ("1000m", "1"),
        ("1.5", "1500m"),
        ("250m", "250m"),
        ("2000", "2k"),
        ("2048Mi", "2Gi"),
        ("1.5Gi", "1536Mi"),
        ("1000Mi", "1000Mi"),
        ("1024", "1024"),
        ("1000M", "1G"),
        ("0.0001", "0.0001"),
    ],
)
def test_a_quantity_is_written_as_the_api_server_writes_it(quantity, written):
    assert canonical(quantity) == written


@given(st.decimals("0.001", 10**6, places=3), st.sampled_from(["", "m", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_the_canonical_form_is_the_same_number(number, unit):
    quantity = f"{number}{unit}"
    assert amount(canonical(quantity)) == amount(quantity)
    assert canonical(canonical(quantity)) == canonical(quantity)


@given(st.integers(1, 10**6), st.sampled_from(["", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_twice_as_much_is_twice_the_number(number, unit):
    assert amount(f"{2 * number}{unit}") == 2 * amount(f"{number}{unit}")


@pytest.mark.parametrize(
    ("kind", "quantity", "message"),
    [
        (Cores, "0", "'0' is nothing; give a positive quantity, such as 250m or 512Mi"),
        (Bytes, "0Mi", "'0Mi' is nothing; give a positive quantity, such as 250m or 512Mi"),
        (Bytes, "500m", "'500m' is a part of a byte; memory and disk are given as 512Mi or 2Gi"),
        (Share, "half", "'half' must be a number of pods or a percentage of them, such as 1 or 25%"),
        (Share, "101%", "'101%' must be a number of pods or a percentage of them, such as 1 or 25%"),
        (Share, "-1", "'-1' must be a number of pods or a percentage of them, such as 1 or 25%"),
    ],
)
def test_what_is_refused(kind, quantity, message):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(quantity)
    assert refused.value.errors()[0]["msg"] == f"Value error, {message}"


def test_a_number_may_be_given_as_one():
    assert TypeAdapter(Share).validate_python(2) == "2"
    assert [int_or_percent("2"), int_or_percent("25%")] == [2, "25%"]


@given(st.integers(0, 100), st.integers(1, 1000))
def test_a_percentage_is_rounded_as_is_asked_for(percent, whole):
    down, up = portion(f"{percent}%", whole, up=False), portion(f"{percent}%", whole, up=True)
    assert down <= percent * whole / 100 <= up <= down + 1


@given(st.integers(0, 1000), st.integers(1, 1000), st.booleans())
def test_a_number_is_itself(number, whole, up):
    assert portion(str(number), whole, up=up) == number
