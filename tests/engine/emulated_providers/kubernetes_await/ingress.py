"""Waits for an Ingress: endpoints of the Service of each path, and an address in ``status.loadBalancer``.

The name of a Service can be a reference that only the Ingress controller resolves, such as an action of the AWS Load
Balancer Controller. A Service without endpoints therefore only delays the Ingress: until 10 s after an event of any
Endpoints in the namespace, or for 60 s if there is no such event. The provider then logs a warning.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/ingress.go
"""

from collections.abc import Iterator
from typing import Any

from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, field, name_of

SETTLING_SECONDS = 10
SETTLING_SECONDS_WITHOUT_EVENTS = 60


class IngressAwaiter(Awaiter):
    """Waits until an Ingress has backends and an address."""

    watched = (("networking.k8s.io/v1", "Ingress"), ("v1", "Endpoints"), ("v1", "Service"))

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._has_address = self._settled = self._has_seen_endpoints = False
        self._endpoints: set[str] = set()
        self._external_names: set[str] = set()
        self.after(SETTLING_SECONDS_WITHOUT_EVENTS, self._settle_without_events)
        self.messages.info("[1/3] Finding a matching service for each Ingress path")

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the Ingress, or of a Service or Endpoints in the namespace."""
        match kind:
            case "Ingress" if self.is_awaited(object_):
                self._has_address = type_ != DELETED and bool(field(object_, "status", "loadBalancer", "ingress"))
                if type_ != DELETED:
                    self.object = object_
            case "Service" if type_ == DELETED:
                self._external_names.discard(name_of(object_))
            case "Service" if field(object_, "spec", "type") == "ExternalName":
                self._external_names.add(name_of(object_))
            case "Endpoints":
                (self._endpoints.discard if type_ == DELETED else self._endpoints.add)(name_of(object_))
                self._has_seen_endpoints, self._settled = True, False
                self.after(SETTLING_SECONDS, self.settle)

    def settle(self) -> None:
        """Stop waiting for further endpoints. The provider does so 10 s after each event, even if others followed."""
        self._settled = True

    def is_ready(self) -> bool:
        """Whether the Ingress can route requests."""
        if not self._has_backends():
            return False
        if self._has_address:
            self.messages.info("Ingress initialization complete")
            return True
        self.messages.info("[2/3] Waiting for update of .status.loadBalancer with hostname/IP")
        return False

    def is_ready_at_timeout(self) -> bool:
        """Whether the Ingress has backends and an address."""
        return self._has_backends() and self._has_address

    def problems(self) -> list[str]:
        """Return missing endpoints and a missing address."""
        problems = []
        if not self._has_backends():
            problems.append("Ingress has at least one rule with an unavailable target endpoint.")
        if not self._has_address:
            problems.append(
                "Ingress .status.loadBalancer field was not updated with a hostname/IP address. "
                "\n    for more information about this error, see https://pulumi.io/xdv72s"
            )
        return problems

    def _settle_without_events(self) -> None:
        if not self._has_seen_endpoints:
            self.settle()

    def _has_backends(self) -> bool:
        """Whether all Services have endpoints, or the wait for endpoints has ended."""
        for host, path, service in self._paths():
            if service in self._external_names or service in self._endpoints:
                continue
            if not self._settled:
                return False
            route = f'"{host}{path}"' if host or path else '"" (default path)'
            self.messages.warning(f'No matching service found for ingress rule: {route} -> "{service}"')
        return True

    def _paths(self) -> Iterator[tuple[str, str, str]]:
        """Yield host, path and Service of each path with a Service. The default backend is not checked."""
        for rule in field(self.object, "spec", "rules") or []:
            paths: list[dict[str, Any]] = field(rule, "http", "paths") or []
            for path in paths:
                if service := field(path, "backend", "service", "name"):
                    yield rule.get("host", ""), path.get("path", ""), service
