"""Quantities, and numbers and percentages of pods."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from moorings.kubernetes.quantities import (
    Bytes,
    Cores,
    IntOrPercent,
    canonical_quantity,
    parse_quantity,
    render_int_or_percent,
    scaled_value,
)


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
        ("1E", "1000000000000000000"),
        ("1E3", "1000"),
        ("129e6", "129000000"),
        ("5e-1", "0.5"),
        ("100u", "0.0001"),
        ("1.", "1"),
    ],
)
def test_parse_quantity(quantity, number):
    assert parse_quantity(quantity) == Decimal(number)


@pytest.mark.parametrize("quantity", ["", "128 MB", "1K", "mi", "-1", "1e333", "1..", "1mi", "1" * 19])
def test_invalid_quantities_are_rejected(quantity):
    with pytest.raises(ValueError, match=r"^expected a quantity such as 250m or 512Mi, got "):
        parse_quantity(quantity)


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
        ("931322.575Gi", "931322.575Gi"),
    ],
)
def test_canonical_quantity(quantity, written):
    assert canonical_quantity(quantity) == written


@given(st.decimals("0.001", 10**6, places=3), st.sampled_from(["", "m", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_the_canonical_form_has_the_same_value(number, unit):
    quantity = f"{number}{unit}"
    assert parse_quantity(canonical_quantity(quantity)) == parse_quantity(quantity)
    assert canonical_quantity(canonical_quantity(quantity)) == canonical_quantity(quantity)


@given(st.integers(1, 10**6), st.sampled_from(["", "k", "M", "G", "Ki", "Mi", "Gi"]))
def test_parsing_is_linear(number, unit):
    assert parse_quantity(f"{2 * number}{unit}") == 2 * parse_quantity(f"{number}{unit}")


@pytest.mark.parametrize(
    ("kind", "quantity", "message"),
    [
        (Cores, "0", "must be above zero, such as 250m or 512Mi, got '0'"),
        (Bytes, "0Mi", "must be above zero, such as 250m or 512Mi, got '0Mi'"),
        (Bytes, "8Ei", "must be at most 9223372036854775807, got '8Ei'"),
        (Cores, "99e99", "must be at most 9223372036854775807, got '99e99'"),
        (Cores, "0.0005", "expected whole millicores, such as 250m or 0.5, got '0.0005'"),
        (
            Bytes,
            "500m",
            "expected a whole number of bytes, such as 512Mi or 2Gi, got '500m'; did you mean 500Mi?",
        ),
        (Bytes, "0.5", "expected a whole number of bytes, such as 512Mi or 2Gi, got '0.5'"),
        (Bytes, "1g", "expected a quantity such as 250m or 512Mi, got '1g'; did you mean 1Gi?"),
        (Bytes, "512MB", "expected a quantity such as 250m or 512Mi, got '512MB'; did you mean 512Mi?"),
        (Bytes, "512 MiB", "expected a quantity such as 250m or 512Mi, got '512 MiB'; did you mean 512Mi?"),
        (Bytes, "512x", "expected a quantity such as 250m or 512Mi, got '512x'"),
        (IntOrPercent, "half", "expected a number of pods or a percentage of them, such as 1 or 25%, got 'half'"),
        (IntOrPercent, "101%", "expected a number of pods or a percentage of them, such as 1 or 25%, got '101%'"),
        (IntOrPercent, "-1", "expected a number of pods or a percentage of them, such as 1 or 25%, got '-1'"),
    ],
)
def test_invalid_values_are_rejected(kind, quantity, message):
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(quantity)
    assert error.value.errors()[0]["msg"] == f"Value error, {message}"


def test_numbers_are_accepted_as_int_or_percent():
    assert TypeAdapter(IntOrPercent).validate_python(2) == "2"
    assert [render_int_or_percent("2"), render_int_or_percent("25%")] == [2, "25%"]


@given(st.integers(0, 100), st.integers(1, 1000))
def test_percentages_are_rounded(percent, whole):
    down, up = scaled_value(f"{percent}%", whole, round_up=False), scaled_value(f"{percent}%", whole, round_up=True)
    assert down <= percent * whole / 100 <= up <= down + 1


@given(st.integers(0, 1000), st.integers(1, 1000), st.booleans())
def test_numbers_are_not_scaled(number, whole, round_up):
    assert scaled_value(str(number), whole, round_up=round_up) == number
