"""Changes of a topic that lose records or cannot be taken back, refused before anything happens."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.msk.change_guard import partition_guard
from moorings.validation.inputs import InvalidInput

_ENABLED = "remote.storage.enable"
_MEANT = ("remote.log.msk.disable.policy", "remote.log.delete.on.disable")
"""Settings that say what becomes of the records in the second tier; who turns it off says one of them."""


def topic_guard(name: str) -> pulumi.ResourceHookBinding:
    """Hooks of every topic, called in a preview as well: partitions never go, and a second tier not unless it is meant.

    Args:
        name: logical name of the component, after which the hooks are called.

    """

    def check(args: pulumi.ResourceHookArgs) -> None:
        wrong = changed_tier(_configs(args.old_inputs), _configs(args.new_inputs))
        if wrong:
            topic = args.name.removeprefix(f"{name}-").removesuffix("-topic")
            raise InvalidInput.at(f"MskCluster {name!r}", f"topics: {topic} {wrong}")

    partitions = partition_guard(name).before_update or []
    hook = pulumi.ResourceHook(f"{name}-tier-guard", check, pulumi.ResourceHookOptions(on_dry_run=True))
    return pulumi.ResourceHookBinding(before_update=[*partitions, hook])


def changed_tier(before: Mapping[str, str], after: Mapping[str, str]) -> str | None:
    """What is refused of a change of a topic's settings, as a sentence that follows the topic's name.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-enable-disable-topic-tiered-storage-cli.html
    """
    was, will_be = (settings.get(_ENABLED) == "true" for settings in (before, after))
    if was and not will_be and not any(name in after for name in _MEANT):
        return (
            f"would lose its second tier and what is in it, for good; keep {_ENABLED}, or say {_ENABLED}=false with "
            f"{_MEANT[0]} in its config if it is meant"
        )
    if will_be and not was and any(name in before for name in _MEANT):
        return "had its second tier turned off, which MSK never turns on again; make a topic of another name"
    return None


def _configs(inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    """The settings of a topic; none where they are not known."""
    configs = (inputs or {}).get("configs")
    known: Mapping[str, str] = json.loads(configs) if isinstance(configs, str) and configs.startswith("{") else {}
    return known
