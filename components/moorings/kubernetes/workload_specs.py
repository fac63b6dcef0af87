"""Specs of Deployments and StatefulSets.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/
"""

from typing import Any

from moorings.kubernetes.quantities import render_int_or_percent
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs


def deployment_spec(args: KubernetesWorkloadArgs) -> dict[str, Any]:
    """Return the fields of a DeploymentSpec that control updates."""
    strategy: dict[str, Any] = {"type": "Recreate"}
    if not args.recreate:
        rolling_update = {
            "maxSurge": render_int_or_percent(args.max_surge),
            "maxUnavailable": render_int_or_percent(args.max_unavailable),
        }
        strategy = {"type": "RollingUpdate", "rollingUpdate": rolling_update}
    return {
        "strategy": strategy,
        "progressDeadlineSeconds": args.progress_deadline,
        "revisionHistoryLimit": args.revision_history_limit,
    }


def stateful_set_spec(args: KubernetesWorkloadArgs, governing_service: str) -> dict[str, Any]:
    """Return the fields of a StatefulSetSpec that control updates and volumes, which are retained on deletion."""
    spec: dict[str, Any] = {
        "serviceName": governing_service,
        "podManagementPolicy": args.pod_management_policy,
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }
    if "revision_history_limit" in args.model_fields_set:
        spec["revisionHistoryLimit"] = args.revision_history_limit
    new_volumes = {name: volume for name, volume in args.volumes.items() if volume.size is not None}
    if new_volumes:
        spec["volumeClaimTemplates"] = [
            {"metadata": {"name": name}, "spec": volume.claim_spec} for name, volume in new_volumes.items()
        ]
    return spec
