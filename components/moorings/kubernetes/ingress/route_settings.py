"""Input and output of every ingress controller: the settings of a route, and the objects rendered from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

from moorings.aws.tls_policies import TLS_1_3
from moorings.kubernetes.backend import BackendHealthCheck
from moorings.validation.inputs import as_output, gather, is_late

AffinityMode = Literal["strong", "soft", "header", "application"]
"""How a controller selects the pod of a session: by a cookie that identifies the pod, by a hash of a cookie or of the
client IP address, by a hash of a request header, or by a cookie that the application sets."""


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


@dataclass(frozen=True)
class RouteSettings:
    """Settings of a route to a Service, with the session policy resolved for the controller."""

    name: str
    affinity: SessionAffinity
    service_name: pulumi.Input[str]
    service_port: pulumi.Input[int]
    hosts: Sequence[pulumi.Input[str]] = ()
    paths: Sequence[str] = ("/",)
    ingress_class_name: pulumi.Input[str] = ""
    tls_secret_name: pulumi.Input[str] | None = None
    cluster_issuer: pulumi.Input[str] | None = None
    certificate_arn: pulumi.Input[str] | None = None
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

    @property
    def terminates_tls(self) -> bool:
        """Whether TLS is terminated at this route."""
        return self.tls_secret_name is not None or self.certificate_arn is not None


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
