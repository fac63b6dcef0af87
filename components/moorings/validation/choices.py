"""Words of which one is meant."""

from difflib import get_close_matches
from typing import Any, get_args

from moorings.validation.inputs import NEAR, InvalidInput


def check_choice(where: str, what: str, given: Any, words: Any) -> None:
    """Refuse what is none of the words.

    Args:
        where: whose argument it is, as messages name it.
        what: what the word says, as in ``route``.
        given: the word, or what was given for one.
        words: the ``Literal`` that holds them.

    Raises:
        InvalidInput: for any other, with those that there are.

    """
    if given in get_args(words):
        return
    near = get_close_matches(str(given), get_args(words), 1, NEAR)
    meant = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(get_args(words))}"
    raise InvalidInput.at(where, f"there is no {what} {given!r}{meant}")
