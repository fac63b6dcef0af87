"""What the components of a program say of things that they share, so that the second finds what the first has said."""

from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

T = TypeVar("T")

KUBERNETES = "kubernetes:core/v1:Service"
"""Any type of the provider: which one a component's children get is asked by type."""


class Said(Generic[T]):
    """Keeps what was said first of each thing, for as long as the program runs."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._of_program: WeakKeyDictionary[pulumi.Resource, dict[tuple[str | None, ...], T]] = WeakKeyDictionary()

    def first(self, who: pulumi.Resource, thing: tuple[str | None, ...], said: T) -> T:
        """What was first said of a thing in the cluster of who says it; this, if nothing was.

        Outside of a program nothing is kept.
        """
        program = get_root_resource()
        if program is None:
            return said
        cluster = str(id(who.get_provider(KUBERNETES)))
        return self._of_program.setdefault(program, {}).setdefault((cluster, *thing), said)
