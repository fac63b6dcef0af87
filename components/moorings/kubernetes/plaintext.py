"""Late values that stand where everybody who sees the object can read them, and must be no secrets.

What is plain is looked at with the arguments. Whether a late value is secret is known in a preview, where the value
itself may not be.
"""

from functools import partial

import pulumi

from moorings.validation.inputs import InvalidInput
from moorings.validation.plaintext import looks_secret


def refuse_secret(where: str, name: str, value: pulumi.Input[str], what: str) -> None:
    """Refuse a late value that is a secret, or looks like one, as soon as that is known.

    Args:
        where: whose it is, as messages name it.
        name: name of the setting, which may look like a secret by itself.
        value: the value.
        what: what is wrong with a secret there.

    Raises:
        InvalidInput: when it is one.

    """
    late = pulumi.Output.from_input(value)
    marked: pulumi.Input[bool] = late.is_secret()
    pulumi.Output.from_input(marked).apply(partial(_refuse, where, what))
    late.apply(partial(looks_secret, name)).apply(partial(_refuse, where, what))


def _refuse(where: str, what: str, secret: bool) -> None:  # noqa: FBT001 - what an Output resolves to
    if secret:
        raise InvalidInput.at(where, what)
