"""Deploys the program that the stack's name begins with: ``<program>-<environment>``."""

from collections.abc import Mapping
from importlib import import_module

import pulumi

from settings import ConstellationSettings, KafkaSettings, KpowSettings, NetworkSettings, Settings

PROGRAMS: Mapping[str, type[Settings]] = {
    "constellation": ConstellationSettings,
    "kafka": KafkaSettings,
    "kpow": KpowSettings,
    "network": NetworkSettings,
}
"""Modules with a function ``deploy``, and what it takes. A stack loads its own alone."""


def deploy(stack: str) -> None:
    """Deploy a stack, and export what its program returns.

    Raises:
        RunError: for a stack whose name begins with no program.

    """
    program = stack.rpartition("-")[0]
    if program not in PROGRAMS:
        raise pulumi.RunError(
            f"stack {stack!r} names no program: call it <program>-<environment>, where program is "
            f"{' or '.join(PROGRAMS)} (kafka-development)"
        )
    for name, value in import_module(program).deploy(PROGRAMS[program].read()).items():
        pulumi.export(name, value)


deploy(pulumi.get_stack())
