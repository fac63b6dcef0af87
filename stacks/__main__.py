"""Entry point of all stacks. The stack ``<program>-<environment>`` runs the module ``<program>``."""

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
"""Settings class of each program. A program is a module with a function ``deploy``, and is imported on demand."""


def deploy(stack: str) -> None:
    """Run the program of a stack, and export the values that it returns.

    Raises:
        RunError: if there is no such program.

    """
    program = stack.rpartition("-")[0]
    if program not in PROGRAMS:
        raise pulumi.RunError(
            f"stack {stack!r}: expected the name <program>-<environment>, such as kafka-development, with one of the "
            f"programs {', '.join(PROGRAMS)}"
        )
    for name, value in import_module(program).deploy(PROGRAMS[program].read()).items():
        pulumi.export(name, value)


deploy(pulumi.get_stack())
