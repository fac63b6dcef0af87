"""Names and recommended labels of a workload.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from collections.abc import Iterator

from moorings.kubernetes.names import (
    AUTONAME_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_STATEFUL_SET_NAME_LENGTH,
    check_service_name,
)
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs

MAX_NAME_LENGTH = MAX_LABEL_LENGTH - AUTONAME_LENGTH - len("-deployment")


def selector_labels(name: str, args: KubernetesWorkloadArgs) -> dict[str, str]:
    """Return the labels that select the pods. They can never change, and therefore contain no version."""
    labels = {"app.kubernetes.io/name": args.app or name, "app.kubernetes.io/instance": name}
    return labels | ({"app.kubernetes.io/component": args.component} if args.component else {})


def object_labels(selector: dict[str, str], args: KubernetesWorkloadArgs) -> dict[str, str]:
    """Return the labels of every object of the workload."""
    labels = {**args.labels, **selector, "app.kubernetes.io/managed-by": "pulumi"}
    for label, value in (("part-of", args.part_of), ("version", args.version)):
        if value is not None:
            labels[f"app.kubernetes.io/{label}"] = value
    return labels


def name_problems(name: str, args: KubernetesWorkloadArgs) -> Iterator[str]:
    """Yield the problems of the names of the component, its objects and its containers."""
    try:
        check_service_name(name)
    except ValueError as error:
        yield f"name: {error}"
    else:
        if len(name) > MAX_NAME_LENGTH:
            yield (
                f"name: must have at most {MAX_NAME_LENGTH} characters, so that the name of the Deployment, with "
                f"-deployment and {AUTONAME_LENGTH} characters of Pulumi, has at most {MAX_LABEL_LENGTH}, got "
                f"{len(name)}"
            )
    object_name = args.object_name or ""
    if args.kind == "StatefulSet" and len(object_name) > MAX_STATEFUL_SET_NAME_LENGTH:
        yield (
            f"object_name: a StatefulSet must have at most {MAX_STATEFUL_SET_NAME_LENGTH} characters, since its "
            f"revisions are label values, got {len(object_name)} in {object_name!r}"
        )
    for argument in ("init_containers", "sidecars"):
        if name in getattr(args, argument):
            yield f"{argument}: {name} is the name of the main container; rename it"
