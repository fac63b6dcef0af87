"""Waits for a Service: no pending endpoints for 10 s, and an address if its type is ``LoadBalancer``.

Since provider 4.17, a Service without any endpoints is also ready. The provider does not wait for the endpoints of a
Service that is headless, has no selector or is of type ``ExternalName``.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/service.go
"""

from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, field

SETTLING_SECONDS = 10


class ServiceAwaiter(Awaiter):
    """Waits until the endpoints of a Service have settled."""

    watched = (("v1", "Service"), ("v1", "Endpoints"))

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._has_address = self._has_endpoints = self._has_pending_endpoints = self._settled = False
        self.messages.info("[1/3] Finding Pods to direct traffic to")

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the Service or its endpoints."""
        if not self.is_awaited(object_):
            return
        if kind == "Service":
            self._has_address = type_ != DELETED and (self._type != "LoadBalancer" or bool(_addresses(object_)))
            if type_ != DELETED:
                self.object = object_
            return
        self._settled = False
        self.after(SETTLING_SECONDS, self.settle)
        subsets = [] if type_ == DELETED else object_.get("subsets") or []
        self._has_endpoints = any(subset.get("addresses") for subset in subsets)
        self._has_pending_endpoints = any(subset.get("notReadyAddresses") for subset in subsets)

    def settle(self) -> None:
        """Stop waiting for further endpoints. The provider does so 10 s after each event, even if others followed."""
        self._settled = True

    def is_ready(self) -> bool:
        """Whether the Service can receive traffic."""
        if not self._waits_for_pods():
            return self._has_address
        if self._has_address and self._settled and not self._has_pending_endpoints:
            self.messages.info("Service initialization complete")
            return True
        if self._settled and self._has_endpoints:
            self.messages.info("[2/3] Attempting to allocate IP address to Service")
        return False

    def is_ready_at_timeout(self) -> bool:
        """Whether the Service is ready, although its endpoints may not have settled."""
        return self._has_address and not self._has_pending_endpoints

    def problems(self) -> list[str]:
        """Return missing endpoints and a missing address."""
        if self._type == "ExternalName" or self._is_headless():
            return []
        problems = []
        if not self._has_endpoints:
            problems.append(
                "Service does not target any Pods. Selected Pods may not be ready, or "
                "field '.spec.selector' may not match labels on any Pods"
            )
        if self._type == "LoadBalancer" and not self._has_address:
            problems.append("Service was not allocated an IP address; does your cloud provider support this?")
        return problems

    @property
    def _type(self) -> str:
        return field(self.config.object, "spec", "type") or "ClusterIP"

    def _is_headless(self) -> bool:
        return bool(field(self.object, "spec", "clusterIP") == "None")

    def _waits_for_pods(self) -> bool:
        selects = bool(field(self.object, "spec", "selector"))
        return selects and self._type != "ExternalName" and not self._is_headless()


def _addresses(service: Object) -> object:
    return field(service, "status", "loadBalancer", "ingress")
