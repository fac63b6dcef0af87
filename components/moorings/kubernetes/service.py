"""The Services of a workload.

Source: https://kubernetes.io/docs/concepts/services-networking/service/
"""

from collections.abc import Mapping
from typing import Any

HEADLESS = "service.kubernetes.io/headless"
"""Label of a Service that has no address of its own, by which monitors pass it over: it leads to the same pods.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#servicekubernetesioheadless
"""


def service_spec(selector: dict[str, str], ports: Mapping[str, int], affinity_seconds: int | None) -> dict[str, Any]:
    """The spec of a Service.

    Args:
        selector: labels of the pods.
        ports: numbers, by the name of the container's port that they lead to.
        affinity_seconds: for how long an address is sent to the same pod, if it is.

    """
    spec: dict[str, Any] = {
        "type": "ClusterIP",
        "selector": selector,
        "ports": [
            {"name": name, "port": number, "targetPort": name, "protocol": "TCP"} for name, number in ports.items()
        ],
    }
    if affinity_seconds:
        spec["sessionAffinity"] = "ClientIP"
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": affinity_seconds}}
    return spec


def headless_spec(selector: dict[str, str], ports: Mapping[str, int]) -> dict[str, Any]:
    """The spec of the Service through which the pods of a StatefulSet find each other, also while they start."""
    spec: dict[str, Any] = {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": selector}
    if ports:
        spec["ports"] = [{"name": name, "port": number, "targetPort": name} for name, number in ports.items()]
    return spec


def main_port(ports: Mapping[str, int]) -> int | None:
    """The port that an ingress sends to: ``http``, or else the first."""
    return ports.get("http", next(iter(ports.values()), None))
