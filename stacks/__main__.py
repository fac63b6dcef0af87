"""Deploys the program that the stack's name begins with: ``<program>-<environment>``."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

import kafka
from settings import KafkaSettings

PROGRAMS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "kafka": lambda: kafka.deploy(KafkaSettings.read()),
}


def deploy(stack: str) -> None:
    """Deploy a stack, and export what its program returns.

    Raises:
        RunError: for a stack whose name begins with no program.

    """
    program = PROGRAMS.get(stack.rpartition("-")[0])
    if program is None:
        raise pulumi.RunError(
            f"stack {stack!r} names no program: call it <program>-<environment>, where program is "
            f"{' or '.join(PROGRAMS)} (kafka-development)"
        )
    for name, value in program().items():
        pulumi.export(name, value)


deploy(pulumi.get_stack())
