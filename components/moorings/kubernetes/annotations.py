"""Annotations of Kubernetes objects: checks for secrets and size.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.validation.inputs import check_together, is_late
from moorings.validation.plaintext import check_plaintext, find_secret, plaintext_problem

MAX_BYTES = 256 * 1024
"""Source: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go"""

CLUSTER_ISSUER_ANNOTATION = "cert-manager.io/cluster-issuer"
"""Source: https://cert-manager.io/docs/usage/ingress/"""

SKIP_AWAIT_ANNOTATION = "pulumi.com/skipAwait"
"""Source: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumicomskipawait"""


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
