"""Checks changes of a cluster and its topics in resource hooks. ``moorings report`` evaluates the same rules."""

from collections.abc import Sequence

import pulumi

from moorings.kafka.topic_change_rules import TOPIC_CHANGES
from moorings.msk.change_checks import CLUSTER_RULES
from moorings.msk.configuration_change_rules import CONFIGURATION_CHANGES
from moorings.msk.update_effects import restart_notice
from moorings.validation.change_hooks import change_hooks
from moorings.validation.findings import Path
from moorings.validation.reporter import Reporter

_TOPIC_ARGUMENTS = {"partitionCount": "partitions", "configs": "config"}
"""Arguments of ``KafkaTopic`` by the input of ``aws.msk.Topic``."""


def cluster_change_guard(name: str, reporter: Reporter) -> pulumi.ResourceHookBinding:
    """Create the hooks of a cluster, which also log rolling restarts with their duration.

    Args:
        name: logical name of the component, which is the prefix of the hooks' names.
        reporter: reporter of the component.

    """
    return change_hooks(f"{name}-cluster-guard", CLUSTER_RULES, reporter, notice=restart_notice)


def configuration_change_guard(name: str, reporter: Reporter) -> pulumi.ResourceHookBinding:
    """Create the hooks of the configuration of a cluster."""
    return change_hooks(f"{name}-configuration-guard", CONFIGURATION_CHANGES.rules, reporter)


def topic_change_guard(name: str, resource_names: Sequence[str], reporter: Reporter) -> pulumi.ResourceHookBinding:
    """Create the hooks of all topics.

    Args:
        name: logical name of the cluster, which is the prefix of the hooks' names.
        resource_names: logical names of the resources, in the order of the argument ``topics``.
        reporter: reporter of the cluster.

    """
    indexes = {resource_name: index for index, resource_name in enumerate(resource_names)}

    def argument_path(resource_name: str, path: Path) -> Path:
        return "topics", indexes[resource_name], _TOPIC_ARGUMENTS.get(str(path[0]), path[0]), *path[1:]

    return change_hooks(f"{name}-topic-guard", TOPIC_CHANGES.rules, reporter, argument_path=argument_path)
