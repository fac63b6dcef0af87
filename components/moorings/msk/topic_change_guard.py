"""Resource hooks that reject changes of a topic which delete records or which Kafka and MSK do not support."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.msk.change_guard import create_hook
from moorings.msk.rejected_changes import is_known_number
from moorings.validation.errors import InvalidInput

_ENABLED = "remote.storage.enable"
_DISABLE_POLICIES = ("remote.log.msk.disable.policy", "remote.log.delete.on.disable")
"""Settings that determine what happens to the records in tiered storage when it is disabled."""


def topic_change_guard(name: str) -> pulumi.ResourceHookBinding:
    """Create the hooks of all topics, which also run in a preview.

    Args:
        name: logical name of the cluster, which is the prefix of the hooks' names.

    """

    def reject(topic: str, problem: str | None) -> None:
        if problem:
            label = topic.removeprefix(f"{name}-").removesuffix("-topic")
            raise InvalidInput.at(f"MskCluster {name!r}", f"topics: {label}: {problem}")

    def check_partitions(args: pulumi.ResourceHookArgs) -> None:
        old, new = ((inputs or {}).get("partitionCount") for inputs in (args.old_inputs, args.new_inputs))
        reject(args.name, removed_partitions_problem(old, new))

    def check_tiered_storage(args: pulumi.ResourceHookArgs) -> None:
        reject(args.name, tiered_storage_problem(_known_config(args.old_inputs), _known_config(args.new_inputs)))

    return pulumi.ResourceHookBinding(
        before_update=[
            create_hook(f"{name}-partition-guard", check_partitions),
            create_hook(f"{name}-tier-guard", check_tiered_storage),
        ]
    )


def removed_partitions_problem(old: Any, new: Any) -> str | None:
    """Return why a new partition count is rejected, or None."""
    if is_known_number(old) and is_known_number(new) and new < old:
        return (
            f"partitions must be at least {old:g}, because Kafka cannot remove partitions, got {new:g}; create a topic "
            "with another name for fewer"
        )
    return None


def tiered_storage_problem(before: Mapping[str, str], after: Mapping[str, str]) -> str | None:
    """Return why a change of a topic's config is rejected, or None.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-enable-disable-topic-tiered-storage-cli.html
    """
    was_enabled, is_enabled = (config.get(_ENABLED) == "true" for config in (before, after))
    if was_enabled and not is_enabled and not any(setting in after for setting in _DISABLE_POLICIES):
        return (
            f"disabling tiered storage deletes the records in it; keep {_ENABLED}=true, or set {_ENABLED}=false and "
            f"{_DISABLE_POLICIES[0]} in config"
        )
    if is_enabled and not was_enabled and any(setting in before for setting in _DISABLE_POLICIES):
        return "MSK cannot re-enable tiered storage on a topic; create a topic with another name"
    return None


def _known_config(inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Return the config of a topic. Empty if it is unknown."""
    configs = (inputs or {}).get("configs")
    known: Mapping[str, str] = json.loads(configs) if isinstance(configs, str) and configs.startswith("{") else {}
    return known
