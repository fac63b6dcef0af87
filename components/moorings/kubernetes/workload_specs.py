"""Specs of Deployments, StatefulSets and Services.

Sources: https://kubernetes.io/docs/concepts/workloads/controllers/ and
https://kubernetes.io/docs/concepts/services-networking/service/
"""

from collections.abc import Mapping
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


def stateful_set_spec(args: KubernetesWorkloadArgs, headless_service: str) -> dict[str, Any]:
    """Return the fields of a StatefulSetSpec that control updates and volumes, which are retained on deletion."""
    spec: dict[str, Any] = {
        "serviceName": headless_service,
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


def service_spec(
    selector: dict[str, str], ports: Mapping[str, int], session_affinity_timeout_seconds: int | None
) -> dict[str, Any]:
    """Return the spec of a Service.

    Args:
        selector: labels of the pods.
        ports: ports of the Service by the name of their container port.
        session_affinity_timeout_seconds: timeout of the ``ClientIP`` session affinity. None for no affinity.

    """
    spec: dict[str, Any] = {
        "type": "ClusterIP",
        "selector": selector,
        "ports": [{"name": name, "port": port, "targetPort": name, "protocol": "TCP"} for name, port in ports.items()],
    }
    if session_affinity_timeout_seconds:
        spec["sessionAffinity"] = "ClientIP"
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": session_affinity_timeout_seconds}}
    return spec


def headless_service_spec(selector: dict[str, str], ports: Mapping[str, int]) -> dict[str, Any]:
    """Return the spec of the Service that gives the pods of a StatefulSet DNS names, also before they are ready."""
    spec: dict[str, Any] = {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": selector}
    if ports:
        spec["ports"] = [{"name": name, "port": port, "targetPort": name} for name, port in ports.items()]
    return spec


def main_port(ports: Mapping[str, int]) -> int | None:
    """Return the port to which an ingress routes: ``http``, or else the first. None without ports."""
    return ports.get("http", next(iter(ports.values()), None))
