"""Words of which one is meant."""

from typing import Literal

import pytest

from moorings import InvalidInput
from moorings.validation.choices import check_choice

Size = Literal["small", "large"]


@pytest.mark.parametrize("given", ["small", "large"])
def test_a_word_that_there_is(given):
    check_choice("Shirt 'a'", "size", given, Size)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("larg", "there is no size 'larg'; did you mean 'large'?"),
        ("XL", "there is no size 'XL'; there are small, large"),
        (5, "there is no size 5; there are small, large"),
    ],
)
def test_another(given, message):
    with pytest.raises(InvalidInput) as refused:
        check_choice("Shirt 'a'", "size", given, Size)
    assert str(refused.value) == f"Shirt 'a': {message}"
