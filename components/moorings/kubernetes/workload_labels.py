"""Recommended labels of a workload.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from moorings.kubernetes.pod_args import PodArgs

INSTANCE_LABEL = "app.kubernetes.io/instance"
MANAGER_LABEL = "app.kubernetes.io/managed-by"
MANAGER = "pulumi"


def selector_labels(name: str) -> dict[str, str]:
    """Return the labels that select the pods of a component.

    Kubernetes cannot change the selector of a Deployment, so that another one would replace it. The selector therefore
    contains no argument. The second label excludes the pods of a Helm release with the same name.
    """
    return {INSTANCE_LABEL: name, MANAGER_LABEL: MANAGER}


def object_labels(name: str, args: PodArgs) -> dict[str, str]:
    """Return the labels of every object of the workload."""
    labels = {**args.labels, "app.kubernetes.io/name": args.app or name, **selector_labels(name)}
    for label, value in (("component", args.component), ("part-of", args.part_of), ("version", args.version)):
        if value is not None:
            labels[f"app.kubernetes.io/{label}"] = value
    return labels
