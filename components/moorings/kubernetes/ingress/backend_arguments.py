"""Values of the workloads behind a ``WorkloadIngress``, which rules read like arguments."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from moorings.kubernetes.backend import Backend, read_backend
from moorings.kubernetes.ingress.ingress_route import IngressRoute
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.validation.inputs import Input

_BACKEND_FIELDS: Mapping[str, Callable[[Backend], Any]] = {
    "namespace": lambda backend: backend.namespace,
    "ports": lambda backend: backend.ports,
    "shutdown": lambda backend: backend.shutdown,
    "annotations": lambda backend: backend.service_annotations,
    "scales_down_quickly": lambda backend: backend.scales_down_quickly,
    "own_namespace_only": lambda backend: backend.own_namespace_only,
}
"""What the rules check of the workloads of routes."""


class BackendArguments:
    """Base of `WorkloadIngressArgs`: properties of its backend and of the backends of its routes."""

    if TYPE_CHECKING:
        backend: Input[Backend] | None
        namespace: Input[str] | None
        routes: dict[str, IngressRoute]
        selector: dict[str, Input[str]]

        @property
        def creates_service(self) -> bool: ...  # noqa: D102
        @property
        def required_service_annotations(self) -> dict[str, str]: ...  # noqa: D102

    @property
    def backend_service_name(self) -> Any:
        """Name of the Service of the backend, None without one."""
        return self._of_backend(lambda backend: backend.service_name)

    @property
    def backend_namespace(self) -> Any:
        """Namespace of the backend, None without one."""
        return self._of_backend(lambda backend: backend.namespace)

    @property
    def own_namespace(self) -> Any:
        """Namespace of the ingress, None if it is that of the provider."""
        return self.backend_namespace if self.namespace is None else self.namespace

    @property
    def backend_ports(self) -> "pulumi.Input[Mapping[str, int]]":
        """Ports of the Service of the backend, by name."""
        return self._of_backend(lambda backend: backend.ports) or {}

    @property
    def backend_selector(self) -> Any:
        """Labels that select the pods."""
        return self._of_backend(lambda backend: backend.selector) or self.selector

    @property
    def backend_shutdown(self) -> "pulumi.Input[ShutdownBudget | None]":
        """Shutdown times of the pods, None if they are not known."""
        shutdown: pulumi.Input[ShutdownBudget | None] = self._of_backend(lambda backend: backend.shutdown)
        return shutdown

    @property
    def backend_health_check(self) -> Any:
        """Health check of the backend, None if there is none."""
        return self._of_backend(lambda backend: backend.health_check)

    @property
    def backend_service_annotations(self) -> Any:
        """Annotations of the Service of the backend that contain the policy, None if none are required."""
        required = self.required_service_annotations
        if self.creates_service or not required:
            return None
        return self._of_backend(
            lambda backend: {key: value for key, value in backend.service_annotations.items() if key in required}
        )

    @property
    def backend_scales_down_quickly(self) -> Any:
        """Whether the autoscaler of the backend removes many pods at a time."""
        return self._of_backend(lambda backend: backend.scales_down_quickly)

    @property
    def backend_own_namespace_only(self) -> Any:
        """Whether the network policy of the backend allows connections from pods of its own namespace only."""
        return self._of_backend(lambda backend: backend.own_namespace_only)

    @property
    def route_backends(self) -> list[dict[str, Any]]:
        """Services of the routes: where they are declared, and what is known about their workloads."""
        return [
            {
                "path": ("routes", key, "services", name),
                "service_port": service.service_port,
                "service_name": service.name,
                **{field: read_backend(service.backend, read) for field, read in _BACKEND_FIELDS.items()},
            }
            for key, route in self.routes.items()
            for name, service in route.services.items()
        ]

    def _of_backend(self, read: Callable[[Backend], Any]) -> Any:
        return read_backend(self.backend, read)
