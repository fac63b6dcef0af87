"""Input and output of every ingress controller: the settings of a route, and the objects rendered from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pulumi

from moorings.aws.cognito_login import CognitoLogin
from moorings.aws.tls_policies import TLS_1_3
from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress.alb_login import IngressOidcLogin
from moorings.validation.inputs import as_output, gather, is_late

AffinityMode = Literal["strong", "soft", "header", "application", "none"]
"""How a controller selects the pod of a session: by a cookie that identifies the pod, by a hash of a cookie or of the
client IP address, by a hash of a request header, by a cookie that the application sets, or not at all."""

BackendProtocol = Literal["HTTP", "HTTPS", "GRPC"]
"""Protocol between the controller and the pods: HTTP, HTTP over TLS, or gRPC over HTTP/2 without TLS."""

PathType = Literal["Prefix", "Exact", "ImplementationSpecific"]
"""How a path matches requests, with the terms of Kubernetes.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
"""


@dataclass(frozen=True)
class SessionAffinity:
    """Session policy, resolved for one controller. Fields that the controller cannot set are None."""

    mode: AffinityMode
    header_name: str | None = None
    cookie_name: str | None = None
    lifetime_seconds: int | None = None
    cookie_path: str | None = None
    secure: bool | None = None
    http_only: bool | None = None
    same_site: str | None = None
    websocket_idle_timeout_seconds: int | None = None

    @property
    def hash_key(self) -> str:
        """Name of the header or cookie that is hashed."""
        return str(self.header_name or self.cookie_name)

    @property
    def is_sticky(self) -> bool:
        """Whether requests of a session reach the same pod."""
        return self.mode != "none"


@dataclass(frozen=True)
class RoutePath:
    """Path of a request."""

    path: str
    type: PathType = "Prefix"

    @property
    def is_root(self) -> bool:
        """Whether all paths match."""
        return self.type == "Prefix" and self.path == "/"

    @property
    def string_prefixes(self) -> "list[RoutePath]":
        """Return equivalent paths for controllers that compare prefixes as strings: ``/a`` would match ``/ab`` too."""
        if self.type != "Prefix" or self.is_root:
            return [self]
        path = self.path.rstrip("/")
        return [RoutePath(path, "Exact"), RoutePath(f"{path}/")]


@dataclass(frozen=True)
class RouteService:
    """Service that receives requests."""

    name: pulumi.Input[str]
    port: pulumi.Input[int]
    weight: int = 1
    """Share of the requests, relative to the weights of the other Services of the route."""

    role: str = ""
    """Suffix of the role of objects that configure it: empty for the Service of the ingress, or ``-api-stable``."""

    health_check: pulumi.Input[BackendHealthCheck | None] = None
    deregistration_delay_seconds: pulumi.Input[int] = 60

    @property
    def identity(self) -> object:
        """Equal for two references to one Service. Late names are compared by identity."""
        return self.name if isinstance(self.name, str) else id(self.name)


@dataclass(frozen=True)
class RouteRedirect:
    """Redirect that answers requests. Fields that are None are those of the request."""

    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: str | None = None
    status_code: int = 302


@dataclass(frozen=True)
class RouteRule:
    """Paths of some hosts, and what happens to their requests."""

    key: str
    """Name of the route. Empty for the paths of the ingress itself."""

    paths: Sequence[RoutePath]
    hosts: Sequence[pulumi.Input[str]] = ()
    """Hosts of the route, if it has others than the ingress."""

    services: Sequence[RouteService] = ()
    """Services of the route, if it has others than the ingress."""

    rewrite_prefix: str | None = None
    """Path that replaces the matched prefix, or an exact path."""

    redirect: RouteRedirect | None = None
    tls_secret_name: pulumi.Input[str] | None = None
    """Secret of the hosts, if it is not that of the ingress."""


@dataclass(frozen=True)
class HostGroup:
    """Rules of the same hosts, for controllers that render an object for them."""

    role: str
    """Suffix of the role of the object: empty for the hosts of the ingress, or ``-api``."""

    hosts: Sequence[pulumi.Input[str]]
    rules: Sequence[RouteRule]


@dataclass(frozen=True)
class RouteSettings:
    """Settings of a route to a Service, with the session policy resolved for the controller."""

    name: str
    affinity: SessionAffinity
    service_name: pulumi.Input[str]
    service_port: pulumi.Input[int]
    hosts: Sequence[pulumi.Input[str]] = ()
    paths: Sequence[str] = ("/",)
    exact_paths: Sequence[str] = ()
    implementation_specific_paths: Sequence[str] = ()
    routes: Sequence[RouteRule] = ()
    ingress_class_name: pulumi.Input[str] = ""
    tls_secret_name: pulumi.Input[str] | None = None
    cluster_issuer: pulumi.Input[str] | None = None
    issuer: pulumi.Input[str] | None = None
    default_certificate: bool = False
    certificate_arn: pulumi.Input[str] | None = None
    additional_certificate_arns: Sequence[pulumi.Input[str]] = ()
    gateway_name: pulumi.Input[str] | None = None
    gateway_namespace: pulumi.Input[str] | None = None
    gateway_listener: pulumi.Input[str] | None = None
    deregistration_delay_seconds: pulumi.Input[int] = 60
    health_check: pulumi.Input[BackendHealthCheck | None] = None
    closed_paths: Sequence[str] = ()
    ssl_policy: str = TLS_1_3
    internet_facing: bool = False
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Additional annotations of the user, which can change the defaults of a controller."""

    nginx_plus: bool = False
    gateway_api_release: str = "1.6"
    controller_release: str | None = None
    backend_protocol: BackendProtocol = "HTTP"
    oidc: IngressOidcLogin | None = None
    cognito: CognitoLogin | None = None
    web_acl_arn: pulumi.Input[str] | None = None

    @property
    def terminates_tls(self) -> bool:
        """Whether TLS is terminated at this route."""
        return self.uses_secret or self.certificate_arn is not None

    @property
    def uses_secret(self) -> bool:
        """Whether TLS is terminated with the certificate of a Secret, or with the default one of the controller."""
        return self.tls_secret_name is not None or self.default_certificate

    @property
    def certificates(self) -> list[tuple[pulumi.Input[str] | None, list[pulumi.Input[str]]]]:
        """Secrets (None for the default certificate) with their hosts."""
        own: list[tuple[pulumi.Input[str] | None, list[pulumi.Input[str]]]] = [
            (rule.tls_secret_name, list(rule.hosts)) for rule in self.routes if rule.tls_secret_name is not None
        ]
        named = {_identity(host) for _, hosts in own for host in hosts}
        others = [host for host in self.all_hosts if _identity(host) not in named]
        return [(self.tls_secret_name, others), *own] if self.uses_secret else own

    @property
    def service(self) -> RouteService:
        """The Service of the ingress."""
        return RouteService(
            self.service_name,
            self.service_port,
            health_check=self.health_check,
            deregistration_delay_seconds=self.deregistration_delay_seconds,
        )

    @property
    def rules(self) -> list[RouteRule]:
        """Rules of the ingress itself and of its routes, with their Services."""
        paths = [
            *(RoutePath(path, "Exact") for path in self.exact_paths),
            *(RoutePath(path, "ImplementationSpecific") for path in self.implementation_specific_paths),
            *map(RoutePath, self.paths),
        ]
        own = [RouteRule("", paths)] if paths else []
        return [
            rule if rule.services or rule.redirect else replace(rule, services=[self.service])
            for rule in (*own, *self.routes)
        ]

    @property
    def services(self) -> list[RouteService]:
        """All Services, each once."""
        services = [service for rule in self.rules for service in rule.services]
        return list({service.identity: service for service in reversed(services)}.values())[::-1]

    @property
    def host_groups(self) -> list[HostGroup]:
        """Rules by their hosts: those of the hosts of the ingress, and each route with hosts of its own."""
        rules = self.rules
        shared = [rule for rule in rules if not rule.hosts]
        groups = [HostGroup("", self.hosts, shared)] if shared else []
        return [*groups, *(HostGroup(f"-{rule.key}", rule.hosts, [rule]) for rule in rules if rule.hosts)]

    @property
    def all_hosts(self) -> list[pulumi.Input[str]]:
        """Hosts of the ingress and of its routes, each once."""
        return [host for host, _ in self.host_rules if host is not None]

    @property
    def host_rules(self) -> list[tuple[pulumi.Input[str] | None, list[RouteRule]]]:
        """Rules by host, None for all hosts.

        With routes of several hosts, names come before wildcards: some controllers use the first host that matches.
        """
        groups = self.host_groups
        found: dict[object, tuple[pulumi.Input[str] | None, list[RouteRule]]] = {}
        for group in groups:
            for host in _hosts_or_all(group):
                key = None if host is None else _identity(host)
                found.setdefault(key, (host, []))[1].extend(group.rules)
        entries = list(found.values())
        return sorted(entries, key=lambda entry: _host_rank(entry[0])) if len(groups) > 1 else entries


@dataclass(frozen=True)
class ObjectManifest:
    """Kubernetes object to create."""

    role: str
    """Suffix of its logical name, ``{name}-{role}``."""

    api_version: str
    kind: str
    spec: Mapping[str, Any]
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    default_annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Annotations that users can override."""

    fixed_name: bool = False
    """Whether the object is named ``{name}-{role}``, because others refer to it. Otherwise Pulumi generates a name."""


def _identity(host: object) -> object:
    """Return a value that is equal for the same host. Late hosts are compared by identity."""
    return host if isinstance(host, str) else id(host)


def _hosts_or_all(group: HostGroup) -> Sequence[pulumi.Input[str] | None]:
    return group.hosts or [None]


def _host_rank(host: object) -> int:
    if host is None:
        return 2
    return 1 if isinstance(host, str) and host.startswith("*.") else 0


def concat(*parts: Any) -> pulumi.Input[str]:
    """Return the parts as one string, which is late if any of them is."""
    if any(map(is_late, parts)):
        return gather(*map(as_output, parts)).apply(_concat)
    return _concat(parts)


def _concat(parts: Iterable[Any]) -> str:
    return "".join(map(str, parts))


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are not None."""
    return {key: value for key, value in values.items() if value is not None}
