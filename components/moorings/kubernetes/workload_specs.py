"""The specs of Deployments and StatefulSets, beside their pods.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/
"""

from typing import Any

from moorings.kubernetes.quantities import int_or_percent
from moorings.kubernetes.volumes import PodVolume
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs


def deployment_spec(args: KubernetesWorkloadArgs) -> dict[str, Any]:
    """How a Deployment is updated."""
    strategy: dict[str, Any] = {"type": "Recreate"}
    if not args.recreates:
        update = {"maxSurge": int_or_percent(args.max_surge), "maxUnavailable": int_or_percent(args.max_unavailable)}
        strategy = {"type": "RollingUpdate", "rollingUpdate": update}
    return {
        "strategy": strategy,
        "progressDeadlineSeconds": args.deadline,
        "revisionHistoryLimit": args.revision_history_limit,
    }


def stateful_set_spec(args: KubernetesWorkloadArgs, service: str) -> dict[str, Any]:
    """How a StatefulSet is updated, and the volumes of its pods, which stay when it goes.

    Args:
        args: settings of the workload.
        service: name of the headless Service.

    """
    kept = {"revisionHistoryLimit": args.revision_history_limit}
    spec: dict[str, Any] = {
        "serviceName": service,
        "podManagementPolicy": args.pod_management_policy,
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        **(kept if "revision_history_limit" in args.model_fields_set else {}),
    }
    templates = [
        {"metadata": {"name": name}, "spec": claim_spec(volume)}
        for name, volume in args.volumes.items()
        if volume.size is not None
    ]
    return spec | ({"volumeClaimTemplates": templates} if templates else {})


def claim_spec(volume: PodVolume) -> dict[str, Any]:
    """The spec of a claim."""
    storage_class_name = {"storageClassName": volume.storage_class_name} if volume.storage_class_name else {}
    return {
        "accessModes": [volume.access_mode],
        "resources": {"requests": {"storage": volume.size}},
        **storage_class_name,
    }
