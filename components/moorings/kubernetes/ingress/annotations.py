"""Annotations of the objects of an ingress, from the user and from the controller."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from moorings.kubernetes.annotations import CLUSTER_ISSUER_ANNOTATION, ISSUER_ANNOTATION, SKIP_AWAIT_ANNOTATION
from moorings.kubernetes.ingress.route_settings import concat

COMMON_ARGUMENTS: Mapping[str, str] = {
    CLUSTER_ISSUER_ANNOTATION: "cluster_issuer",
    ISSUER_ANNOTATION: "issuer",
    SKIP_AWAIT_ANNOTATION: "wait_for_load_balancer",
}
"""Arguments that set annotations with every ingress controller."""


@dataclass(frozen=True)
class ReservedAnnotations:
    """Annotations of an ingress controller that users cannot set freely."""

    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arguments by the annotation or load balancer attribute that they set. ``policy`` sets all others."""

    argument_prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arguments by the prefix of annotations that contain a name chosen by the user."""

    attribute_lists: tuple[str, ...] = ()
    """Prefixes of annotations that contain a list of attributes, to which users can add attributes."""

    bypass_pods: frozenset[str] = frozenset()
    """Annotations that make the controller send requests to the IP address of the Service instead of to pods."""

    load_balancing: frozenset[str] = frozenset()
    """Annotations that select the load balancing method."""

    def is_attribute_list(self, key: str) -> bool:
        """Whether an annotation contains a list of attributes."""
        return key.startswith(self.attribute_lists) if self.attribute_lists else False

    def argument_of(self, name: str) -> str:
        """Return the argument that sets an annotation or an attribute."""
        arguments = {**COMMON_ARGUMENTS, **self.arguments}
        prefixes = (argument for prefix, argument in self.argument_prefixes.items() if name.startswith(prefix))
        return arguments.get(name) or next(prefixes, "policy")


def attribute_names(attributes: str) -> list[str]:
    """Return the names in a list of attributes, as in ``idle_timeout.timeout_seconds=60``."""
    return [attribute.partition("=")[0].strip() for attribute in attributes.split(",")]


def merge_annotations(
    user: Mapping[str, pulumi.Input[str]], own: Mapping[str, pulumi.Input[str]]
) -> dict[str, pulumi.Input[str]]:
    """Return the annotations of an object. Attributes of the user are added to those of the controller.

    An annotation that both set is a list of attributes: others are rejected.
    """
    merged: dict[str, pulumi.Input[str]] = {**user, **own}
    for key in user.keys() & own.keys():
        merged[key] = concat(own[key], ",", user[key])
    return merged
