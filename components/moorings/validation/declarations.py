"""What the components of one program have declared, to find two of them that configure the same object.

Components share no other state. Of two conflicting components, the one that is declared later is rejected; the order of
declarations has no other effect.
"""

from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

_declared: WeakKeyDictionary[pulumi.Resource, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def declarations() -> dict[tuple[Any, ...], Any] | None:
    """Return the declarations of the running program, None outside of a program."""
    program = get_root_resource()
    return None if program is None else _declared.setdefault(program, {})
