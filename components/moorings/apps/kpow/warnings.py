"""What kPow is warned of, on whatever platform it runs."""

from typing import Any

import pulumi

from moorings.apps.kpow.settings import KpowSpec
from moorings.apps.kpow.sizing import below_advice


def warn(
    resource: pulumi.Resource,
    spec: KpowSpec,
    *,
    logged_in: bool,
    cpu: pulumi.Input[int],
    memory_mib: pulumi.Input[int],
    instead: str,
) -> None:
    """Warn of a kPow for everybody, and of one that is small, unless they are meant.

    Args:
        resource: the component.
        spec: its settings.
        logged_in: whether something before kPow asks users who they are.
        cpu: its size, in units of which 1024 are a CPU.
        memory_mib: its memory.
        instead: where else users can log in.

    """
    if spec.auth_provider is None and not spec.without_login and not logged_in:
        pulumi.log.warn(
            f"whoever reaches kPow uses it, as nobody logs in; give auth_provider, {instead}, or say "
            "without_login=True if it is meant",
            resource=resource,
        )
    if spec.smaller_than_advised:
        return

    def advise(given: list[Any]) -> None:
        words = below_advice(len(spec.clusters), *given)
        if words:
            pulumi.log.warn(words, resource=resource)

    pulumi.Output.all(cpu, memory_mib).apply(advise)
