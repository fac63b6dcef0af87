"""By what a workload is known: its name, and the labels by which its pods are selected.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from moorings.kubernetes.names import AUTONAME, MOST_LABEL, MOST_STATEFUL_SET, service_label
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.errors import InvalidInput

MOST_NAME = MOST_LABEL - AUTONAME - len("-deployment")


def selector(name: str, args: KubernetesWorkloadArgs) -> dict[str, str]:
    """Labels that select the pods. None of them tells a version, for they can never change."""
    found = {"app.kubernetes.io/name": args.app or name, "app.kubernetes.io/instance": name}
    return found | ({"app.kubernetes.io/component": args.component} if args.component else {})


def labels(selected_by: dict[str, str], args: KubernetesWorkloadArgs) -> dict[str, str]:
    """Labels of everything."""
    found = {**args.labels, **selected_by, "app.kubernetes.io/managed-by": "pulumi"}
    for label, value in (("part-of", args.part_of), ("version", args.version)):
        if value is not None:
            found[f"app.kubernetes.io/{label}"] = value
    return found


def check_names(where: str, name: str, args: KubernetesWorkloadArgs) -> None:
    """Refuse names that are too long with what is appended to them, or are given twice.

    Raises:
        InvalidInput: for such a name.

    """
    try:
        service_label(name)
    except ValueError as error:
        raise InvalidInput.at(where, f"the name {error}") from None
    if len(name) > MOST_NAME:
        raise InvalidInput.at(
            where,
            f"the name has {len(name)} characters, and {MOST_NAME} are the most: -deployment and {AUTONAME} characters "
            f"of Pulumi are added, and {MOST_LABEL} fit the names of pods; shorten it",
        )
    object_name = args.object_name or ""
    if args.kind == "StatefulSet" and len(object_name) > MOST_STATEFUL_SET:
        raise InvalidInput.at(
            f"{where}.object_name",
            f"{object_name!r} has {len(object_name)} characters, and a StatefulSet {MOST_STATEFUL_SET} at most, since "
            "its revisions are labels; shorten it",
        )
    for group in ("init_containers", "sidecars"):
        if name in getattr(args, group):
            raise InvalidInput.at(f"{where}.{group}", f"{name} is how the main container is called; rename it")
