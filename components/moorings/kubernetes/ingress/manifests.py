"""What a renderer is told, and the objects that it makes: plain data, apart from values that other resources make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from moorings.aws.tls_policies import TLS_1_3
from moorings.kubernetes.backend import HealthCheck
from moorings.kubernetes.ingress.stickiness import Stickiness
from moorings.validation.inputs import is_late


@dataclass(frozen=True)
class Route:
    """The way to a service, as every renderer takes it."""

    name: str
    stickiness: Stickiness
    service_name: pulumi.Input[str]
    service_port: pulumi.Input[int]
    hosts: Sequence[str] = ()
    paths: Sequence[str] = ("/",)
    class_name: pulumi.Input[str] = ""
    tls_secret_name: pulumi.Input[str] | None = None
    cluster_issuer: pulumi.Input[str] | None = None
    certificate_arn: pulumi.Input[str] | None = None
    gateway_name: pulumi.Input[str] | None = None
    gateway_namespace: pulumi.Input[str] | None = None
    gateway_listener: pulumi.Input[str] | None = None
    deregistration_delay_seconds: pulumi.Input[int] = 60
    health: pulumi.Input[HealthCheck | None] = None
    closed_paths: Sequence[str] = ()
    ssl_policy: str = TLS_1_3
    internet_facing: bool = False
    nginx_plus: bool = False
    gateway_api: str = "1.6"

    @property
    def https(self) -> bool:
        """Whether TLS ends at this route."""
        return self.tls_secret_name is not None or self.certificate_arn is not None


@dataclass(frozen=True)
class Manifest:
    """An object to be made."""

    role: str
    """What it is called behind the component's name."""

    api_version: str
    kind: str
    spec: Mapping[str, Any]
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    suggested: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Annotations that others may replace."""

    referred: bool = False
    """Others refer to it by its name, ``{name}-{role}``; for all else Pulumi chooses one."""


def joined(*parts: Any) -> pulumi.Input[str]:
    """A text of parts, late if one of them is."""
    if any(map(is_late, parts)):
        return pulumi.Output.all(*parts).apply(_text)
    return _text(parts)


def _text(parts: Iterable[Any]) -> str:
    return "".join(map(str, parts))


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are there."""
    return {key: value for key, value in values.items() if value is not None}
