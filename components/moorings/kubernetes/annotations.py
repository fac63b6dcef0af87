"""Annotations of Kubernetes objects: checks for secrets and size, and merging with those that a component sets.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pulumi

from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import check_together, is_late
from moorings.validation.plaintext import check_plaintext, find_secret, plaintext_problem

MAX_BYTES = 256 * 1024
"""Source: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go"""

CLUSTER_ISSUER_ANNOTATION = "cert-manager.io/cluster-issuer"
"""Source: https://cert-manager.io/docs/usage/ingress/"""

SKIP_AWAIT_ANNOTATION = "pulumi.com/skipAwait"
"""Source: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumicomskipawait"""

COMMON_ARGUMENTS: Mapping[str, str] = {
    CLUSTER_ISSUER_ANNOTATION: "cluster_issuer",
    SKIP_AWAIT_ANNOTATION: "wait_for_load_balancer",
}
"""Arguments that set annotations with every ingress controller."""

SESSION_ANNOTATION = re.compile(r"sticky|stickiness|affinity|session-cookie|cookie-persistence|upstream-hash-by")
HASH_METHOD = re.compile(r"hash|source|hdr|uri|url_param")


@dataclass(frozen=True)
class AnnotationRules:
    """Annotations of an ingress controller that users cannot set freely."""

    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arguments by the annotation or load balancer attribute that they set. ``policy`` sets all others."""

    attribute_lists: tuple[str, ...] = ()
    """Prefixes of annotations that contain a list of attributes, to which users can add attributes."""

    bypass_pods: frozenset[str] = frozenset()
    """Annotations that make the controller send requests to the IP address of the Service instead of to pods."""

    load_balancing: frozenset[str] = frozenset()
    """Annotations that select the load balancing method."""


def check_annotations(argument: str, annotations: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems of plain annotations. A key such as ``checksum/secret`` does not make its value a secret."""
    for key, value in annotations.items():
        secret = find_secret(value)
        if secret:
            yield plaintext_problem(f"{argument}.{key}", secret, "remove it")
    yield from _check_size(argument, annotations)


def _check_size(argument: str, annotations: Mapping[str, Any]) -> Iterator[str]:
    size = sum(len(text.encode()) for pair in annotations.items() for text in pair if isinstance(text, str))
    if size > MAX_BYTES:
        yield f"{argument}: must be at most {MAX_BYTES} bytes, got {size}"


def check_late_annotations(component: str, argument: str, annotations: Mapping[str, pulumi.Input[str]]) -> None:
    """Apply the rules of ``check_annotations`` to late annotations, and reject secret Outputs.

    Raises:
        InvalidInput: if an annotation breaks a rule. The message does not contain its value.

    """
    late = {key: value for key, value in annotations.items() if is_late(value)}
    for key, value in late.items():
        fix = "remove it, or use pulumi.Output.unsecret if it is not a secret"
        check_plaintext(component, f"{argument}.{key}", value, fix=fix)
    if late:
        rule = partial(_check_late_size, argument, list(annotations))
        check_together(component, rule, values=list(annotations.values()))


def _check_late_size(argument: str, keys: list[str], values: list[str]) -> None:
    # check_late_annotations checks the values for secrets one by one.
    for problem in _check_size(argument, dict(zip(keys, values, strict=True))):
        raise ValueError(problem)


def check_ingress_annotations(annotations: Mapping[str, pulumi.Input[str]], rules: AnnotationRules) -> Iterator[str]:
    """Yield annotations of users that would override the session policy."""
    sessions = sorted(key for key in annotations if SESSION_ANNOTATION.search(key))
    if sessions:
        yield f"annotations: policy sets {', '.join(sessions)}; remove it"
    bypassing = sorted(rules.bypass_pods & annotations.keys())
    if bypassing:
        yield f"annotations: {', '.join(bypassing)} routes requests to the Service instead of to pods; remove it"


def merge_annotations(
    component: str, user: Mapping[str, pulumi.Input[str]], own: Mapping[str, pulumi.Input[str]], rules: AnnotationRules
) -> dict[str, pulumi.Input[str]]:
    """Return the annotations of an object, from the user and from the component.

    Args:
        component: the component, for messages.
        user: annotations from the user.
        own: annotations that the component sets.
        rules: rules of the ingress controller.

    Raises:
        InvalidInput: if the user sets an annotation or an attribute that an argument sets.

    """
    methods = {key: value for key, value in user.items() if key in rules.load_balancing - own.keys()}
    check_together(component, _check_load_balancing, **methods)
    merged = {**user, **own}
    for key in sorted(user.keys() & own.keys()):
        if not key.startswith(rules.attribute_lists or "\0"):
            raise InvalidInput.at(component, f"annotations: {_argument_of(key, rules)} sets {key}; remove it")
        merged[key] = check_together(component, partial(_merge_attributes, rules, key), user=user[key], own=own[key])
    return merged


def _check_load_balancing(**annotations: str) -> None:
    for key, value in annotations.items():
        if HASH_METHOD.search(value):
            raise ValueError(
                f"annotations: {key} {value!r} selects pods by a hash, which conflicts with policy; remove it"
            )


def _merge_attributes(rules: AnnotationRules, key: str, user: str, own: str) -> str:
    names, own_names = (
        [attribute.partition("=")[0].strip() for attribute in attributes.split(",")] for attributes in (user, own)
    )
    for name in names:
        if name in own_names or name.startswith("stickiness."):
            raise ValueError(f"annotations: {_argument_of(name, rules)} sets {name} in {key}; remove it")
    return f"{own},{user}"


def _argument_of(name: str, rules: AnnotationRules) -> str:
    return {**COMMON_ARGUMENTS, **rules.arguments}.get(name, "policy")
