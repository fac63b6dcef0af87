"""Recommended labels of a workload.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from moorings.kubernetes.workload_args import KubernetesWorkloadArgs


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
