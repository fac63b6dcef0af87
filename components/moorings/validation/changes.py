"""Effect of changing an argument after deployment, declared at the argument."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

Effect = Literal["in place", "rolling restart", "rolling update", "new task", "two updates", "replacement", "none"]
"""Effect of a changed argument on the deployed resource.

- ``in place``: the resource is updated without interruption, unless the note says otherwise.
- ``rolling restart``: the brokers restart one at a time.
- ``rolling update``: the pods are replaced according to the update strategy of their workload.
- ``new task``: ECS stops the task and starts a new one.
- ``two updates``: a first update prepares the change, a second one completes it.
- ``replacement``: a new, empty resource takes the place of the old one.
- ``none``: no request is sent to AWS or to Kubernetes.
"""


@dataclass(frozen=True)
class Change:
    """Effect of changing an argument, as metadata of its annotation.

    ``volume_gib: Annotated[Input[Gib] | None, Change("in place", "Volumes never shrink.")] = None``
    """

    effect: Effect

    note: str = ""
    """Additional information about the change, in one or two sentences."""


IN_PLACE = Change("in place")
"""Default effect of an argument."""


def changes(args_class: type[BaseModel]) -> dict[str, Change]:
    """Return the effect of each argument of a class by name, in the order of declaration."""
    return {
        name: next((item for item in field.metadata if isinstance(item, Change)), IN_PLACE)
        for name, field in args_class.model_fields.items()
    }
