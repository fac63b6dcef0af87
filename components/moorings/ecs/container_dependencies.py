"""Dependencies between the containers of a task: the order in which they start and stop.

ECS stops containers in the reverse order: a container is stopped before those that it depends on.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from moorings.validation.types import matches

APPLICATION = "application"
"""Name of the container of the application in dependencies. Its name in ECS is that of the component."""

DependencyCondition = Literal["START", "HEALTHY", "SUCCESS", "COMPLETE"]
"""State of a container in which those that depend on it start: started, healthy, or exited, for ``SUCCESS`` with 0."""

EXITED: frozenset[DependencyCondition] = frozenset({"SUCCESS", "COMPLETE"})
"""Conditions that wait until a container has exited, such as an init container."""

ContainerName = Annotated[
    str, matches("a name of at most 255 letters, digits, hyphens and underscores", "[A-Za-z0-9_-]{1,255}", "log-router")
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

Dependencies = Mapping[str, Mapping[str, DependencyCondition]]
"""Containers that each container depends on, with their conditions."""


def find_cycle(dependencies: Dependencies) -> list[str] | None:
    """Return the names of containers that depend on each other in a cycle, or None.

    The first name is repeated at the end.
    """
    finished: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str] | None:
        if name in path:
            return [*path[path.index(name) :], name]
        if name not in finished:
            for other in dependencies.get(name, {}):
                cycle = visit(other, [*path, name])
                if cycle:
                    return cycle
        finished.add(name)
        return None

    return next((cycle for cycle in (visit(name, []) for name in dependencies) if cycle), None)


def startup_delay(dependencies: Dependencies, waits: Mapping[str, Mapping[DependencyCondition, int]], name: str) -> int:
    """Return the longest time in seconds until a container starts, because it waits for others.

    Args:
        dependencies: dependencies of all containers, without cycles.
        waits: seconds until each container satisfies a condition. A missing condition takes no time.
        name: the container.

    """
    return max(
        (
            startup_delay(dependencies, waits, other) + waits[other].get(condition, 0)
            for other, condition in dependencies.get(name, {}).items()
        ),
        default=0,
    )


def stop_duration(dependencies: Dependencies, stop_timeouts: Mapping[str, int]) -> int:
    """Return the longest time in seconds until all containers have stopped, one after another where they depend.

    Args:
        dependencies: dependencies of all containers, without cycles.
        stop_timeouts: seconds between SIGTERM and SIGKILL of each container; 0 for one that has already exited.

    """

    def stop(name: str) -> int:
        return stop_timeouts[name] + max(map(stop, dependencies.get(name, {})), default=0)

    return max(map(stop, stop_timeouts))
