"""Which changes replace a Kubernetes object, and in which order.

Not emulated: fields of pods and of persistent volumes.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
"""

from emulated_providers.property_encoding import Properties, plain

AUTONAMED = "pulumi.com/autonamed"
"""Annotation with which the provider marks generated names."""

REPLACED_BY = {
    "ConfigMap": ("data", "binaryData"),
    "Secret": ("data", "stringData", "type"),
    "Deployment": ("spec.selector",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "PersistentVolumeClaim": ("spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "Service": ("spec.clusterIP",),
    "StorageClass": ("parameters", "provisioner"),
}
REPLACED_BY_FOR_ALL_KINDS = ("apiVersion", "kind", "metadata.name", "metadata.namespace")


def replaces(kind: str, path: str) -> bool:
    """Whether a change of this field replaces an object. Most of these fields are immutable."""
    dotted_path = path.replace("[", ".[")
    return any(
        dotted_path == key or dotted_path.startswith(f"{key}.")
        for key in (*REPLACED_BY_FOR_ALL_KINDS, *REPLACED_BY.get(kind, ()))
    )


def has_same_name(old: Properties, new: Properties) -> bool:
    """Whether both objects have the same name, which the program sets. The old one is then deleted first."""
    names = [
        (plain(properties)["metadata"].get("name"), plain(properties)["metadata"].get("namespace"))
        for properties in (old, new)
    ]
    return names[0] == names[1] and AUTONAMED not in (plain(new)["metadata"].get("annotations") or {})
