"""Finds two services of one program that claim the same priority, or the same host and path, of a listener."""

from collections.abc import Iterable
from typing import Any

import pulumi

from moorings.sdk.internals import is_pulumi_output, resources_of
from moorings.validation.declarations import declarations

_LISTENER_TYPE = "/listener:Listener"
"""Suffix of the resource types of listeners: ``aws:lb/listener:Listener`` and its older names."""


def identify_listener(listener_arn: Any) -> Any:
    """Return what identifies a listener: its ARN, or the resource of the program that has it while it is unknown.

    None for an unknown ARN from elsewhere, such as another stack.
    """
    if not is_pulumi_output(listener_arn):
        return listener_arn

    async def identify() -> Any:
        resources = [
            each for each in await resources_of(listener_arn) if each.pulumi_resource_type.endswith(_LISTENER_TYPE)
        ]
        if len(resources) == 1:
            return f"{resources[0].pulumi_resource_type} {resources[0].pulumi_resource_name} {id(resources[0])}"
        return await listener_arn.future() if await listener_arn.is_known() else None

    return pulumi.Output.from_input(identify())


def claim(owner: str, claims: Iterable[tuple[Any, ...]], listener: str | None) -> dict[tuple[Any, ...], str]:
    """Claim parts of a listener, and return the other service that has claimed each of them before.

    Args:
        owner: the service, for messages.
        claims: priorities, and pairs of a host and a path.
        listener: result of `identify_listener`.

    """
    declared = declarations()
    if declared is None or listener is None:
        return {}
    owners = {part: declared.setdefault(("listener", listener, *part), owner) for part in claims}
    return {part: other for part, other in owners.items() if other != owner}
