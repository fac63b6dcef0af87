"""Arguments of the routes of a ``WorkloadIngress``: paths, Services, rewrites and redirects."""

from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.kubernetes.backend import Backend, read_backend
from moorings.kubernetes.ingress.hosts_and_paths import Host, Path, PathPattern
from moorings.kubernetes.ingress.route_settings import RoutePath
from moorings.kubernetes.names import ServiceName, Subdomain
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import Port, Unique, matches

_KEY = "[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?"

RouteKey = Annotated[str, matches("a name of at most 20 lower-case letters, digits and hyphens", _KEY, "api")]
"""Key of a route or of a Service in a route. It is part of the names of objects."""


class IngressService(Args):
    """Service to which a route sends requests. Exactly one of ``backend`` and ``service_name`` is required."""

    backend: Input[Backend] | None = None
    """Workload to route to: ``KubernetesWorkload.backend``. It must be in the namespace of the ingress."""

    service_name: Input[ServiceName] | None = None
    """Name of an existing Service in the namespace of the ingress. Its pods are not validated."""

    service_port: Input[Port] | None = None
    """Port of the Service. Required with ``service_name``. Defaults to the port ``http`` of the ``backend``, or to its
    first port if there is none."""

    weight: Annotated[int, Field(ge=0, le=999)] = 1
    """Share of the requests that this Service receives, relative to the weights of the others. Defaults to 1. 0 sends
    no requests."""

    @property
    def set_arguments(self) -> list[str]:
        """Names of the arguments that are set. Late values count as set."""
        return [name for name in type(self).model_fields if getattr(self, name) is not None]

    @property
    def name(self) -> Any:
        """Name of the Service, None if the backend has none."""
        return self.service_name or read_backend(self.backend, lambda backend: backend.service_name)


class IngressRedirect(Args):
    """Redirect to another URL. Parts that are not set are taken from the request."""

    scheme: Literal["http", "https"] | None = None
    """Scheme. Defaults to that of the request."""

    host: Host | None = None
    """Host. Defaults to that of the request."""

    port: Port | None = None
    """Port. Defaults to that of the request, or to the port of the ``scheme``, depending on the controller."""

    path: Path | None = None
    """Path, which replaces the whole path of the request. Defaults to the path of the request."""

    status_code: Literal[301, 302] = 302
    """301 for a permanent redirect, which browsers cache, or 302 for a temporary one. Defaults to 302."""

    @property
    def changed_parts(self) -> list[Any]:
        """Parts of the URL that are set."""
        return [part for part in (self.scheme, self.host, self.port, self.path) if part is not None]


class IngressRoute(Args):
    """Paths whose requests are sent to other Services, rewritten or redirected.

    The most specific path applies: exact paths first, and then the longest prefix.
    """

    hosts: Annotated[list[Input[Host]], Unique] = []
    """Hosts of the route. Defaults to ``hosts`` of the ingress."""

    tls_secret_name: Input[Subdomain] | None = None
    """Secret with the TLS certificate of ``hosts``. Defaults to that of the ingress."""

    paths: Annotated[list[Path], Unique] = []
    """Path prefixes. ``/orders`` matches ``/orders`` and ``/orders/1``, but not ``/orders1``. Defaults to all paths of
    the hosts, and to none with ``exact_paths`` or ``implementation_specific_paths``."""

    exact_paths: Annotated[list[Path], Unique] = []
    """Paths that must match exactly."""

    implementation_specific_paths: Annotated[list[PathPattern], Unique] = []
    """Paths in the syntax of the controller: with an Ingress as its documentation describes, and otherwise regular
    expressions."""

    services: dict[RouteKey, IngressService] = {}
    """Services that receive the requests, by a key of your choice. Defaults to the Service of the ingress."""

    rewrite_prefix: Path | None = None
    """Path that replaces the matched prefix or exact path before a request is sent to the pods: with ``/``, the prefix
    ``/api`` of ``/api/orders`` is removed. Defaults to the path of the request."""

    redirect: IngressRedirect | None = None
    """Redirect that is returned instead of sending the requests to a Service."""

    @property
    def set_arguments(self) -> list[str]:
        """Names of the arguments that are set. Late values count as set."""
        return [name for name in type(self).model_fields if getattr(self, name) not in (None, [], {})]

    @property
    def prefix_paths(self) -> list[str]:
        """Path prefixes, with the default."""
        return self.paths or ([] if self.exact_paths or self.implementation_specific_paths else ["/"])

    @property
    def route_paths(self) -> list[RoutePath]:
        """All paths with their types."""
        return [
            *(RoutePath(path, "Exact") for path in self.exact_paths),
            *(RoutePath(path, "ImplementationSpecific") for path in self.implementation_specific_paths),
            *map(RoutePath, self.prefix_paths),
        ]
