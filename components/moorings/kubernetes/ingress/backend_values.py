"""Values that an ingress gets from its backend, unless its own arguments set them."""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.objects import KubernetesObject
from moorings.kubernetes.services import main_port
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.sdk.internals import resources_of

DEFAULT_DEREGISTRATION_DELAY = 60
"""Seconds, for pods whose shutdown times are not known."""


def service_port(ports: Mapping[str, int]) -> int:
    """Return the main port of the backend, the default port of the Service. 0 without ports, which is rejected."""
    return main_port(ports) or 0


def target_port(ports: Mapping[str, int], port: int) -> int | str:
    """Return the default target port of a dedicated Service: that of the backend's Service, or else the same port."""
    return next((name for name, number in ports.items() if number == port), port)


def deregistration_delay(shutdown: ShutdownBudget | None) -> int:
    """Return the default deregistration delay of the target group: that of the backend, or else a minute."""
    if shutdown is None or not shutdown.pod_targets:
        return DEFAULT_DEREGISTRATION_DELAY
    return shutdown.deregistration_delay_seconds


def health_check(readiness: BackendHealthCheck | None, path: str | None) -> BackendHealthCheck | None:
    """Return the health check of an AWS load balancer: ``path``, or else the readiness probe of the backend.

    Returns:
        None for the default of the load balancer.

    """
    return readiness if path is None else (readiness or BackendHealthCheck()).model_copy(update={"path": path})


def declared_services(service_name: pulumi.Output[str]) -> pulumi.Output[list[dict[str, Any]]]:
    """Return the ports and namespaces of the Services of this program from which a name comes.

    They are known in a preview, where the name itself may be unknown. Names from elsewhere have none.
    """

    async def find() -> list[dict[str, Any]]:
        return [
            service.declared
            for service in await resources_of(service_name)
            if isinstance(service, KubernetesObject) and service.declared
        ]

    return pulumi.Output[list[dict[str, Any]]].from_input(find())
