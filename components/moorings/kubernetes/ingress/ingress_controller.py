"""``IngressController``: the arguments and session mechanisms that a controller supports, and its render functions.

Each file in ``controllers/`` creates one ``IngressController``. Validation, warnings, objects and the tables in
``docs/sticky-sessions.md`` are derived from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.route_settings import (
    AffinityMode,
    BackendProtocol,
    ObjectManifest,
    RouteSettings,
    SessionAffinity,
)

POLICY_FIELDS = (
    "cookie_name",
    "lifetime_seconds",
    "cookie_path",
    "secure",
    "http_only",
    "same_site",
    "websocket_idle_timeout_seconds",
)
"""Fields of ``StickyPolicy`` that not every mechanism can set."""

Prerequisite = Literal["nginx_plus", "experimental_channel"]
"""Arguments that confirm features of a cluster: NGINX Plus, the experimental channel of the Gateway API."""

TLS_ARGUMENTS = ("cluster_issuer", "issuer", "tls_secret_name", "default_certificate", "certificate_arn")
SECRET_ARGUMENTS = ("cluster_issuer", "issuer", "tls_secret_name", "default_certificate")
"""Arguments of controllers that read certificates from Secrets."""
ROUTE_ARGUMENTS = ("routes", "exact_paths", "implementation_specific_paths")
"""Arguments of the routes of an HTTP controller."""

ROUTE_FEATURES = ("weights", "rewrite_prefix", "redirect")
"""What ``IngressRoute`` can do, and not every HTTP controller supports."""

INGRESS_ARGUMENTS = frozenset({"ingress_class_name", *SECRET_ARGUMENTS, "route_tls", *ROUTE_ARGUMENTS})
GATEWAY_ARGUMENTS = frozenset(
    {"gateway_name", "gateway_namespace", "gateway_listener", "closed_paths", *ROUTE_ARGUMENTS, *ROUTE_FEATURES}
)

MAX_DURATION = 99999 * 3600
"""Longest duration of the Gateway API in seconds, whose numbers have at most five digits.

Source: https://gateway-api.sigs.k8s.io/geps/gep-2257/
"""

LIFETIME = frozenset({"lifetime_seconds"})
NAME_AND_LIFETIME = LIFETIME | {"cookie_name"}
COOKIE_FLAGS = frozenset({"secure", "http_only", "same_site"})
COOKIE = NAME_AND_LIFETIME | {"cookie_path"} | COOKIE_FLAGS
IDLE_TIMEOUT = frozenset({"websocket_idle_timeout_seconds"})
NO_FLAGS: Mapping[str, Any] = {"secure": False, "http_only": False, "same_site": ""}

COOKIE_HASH = "the pod is selected by a hash of the cookie, so a change in the number of pods moves some sessions"
ALL_PROTOCOLS: tuple[BackendProtocol, ...] = ("HTTP", "HTTPS", "GRPC")
CLEAR_TEXT: tuple[BackendProtocol, ...] = ("HTTP", "GRPC")

CLIENT_IP = (
    "the pod is selected by the IP address of the client, so all clients behind one NAT or proxy share a pod, and a "
    "client that changes networks loses its session"
)
MODULO_HASH = "the header is hashed without hash-type consistent, so a change in the number of pods moves most sessions"
"""Drawbacks of mechanisms, completing the sentence "with this controller ..."."""


@dataclass(frozen=True)
class AffinityMechanism:
    """Session mechanism: how a controller routes the requests of a session to one pod."""

    setting: str
    """Objects and fields that configure it."""

    settable: frozenset[str] = frozenset()
    """Fields of the policy that it can set."""

    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Fields of the policy that always have one value."""

    drawback: str = ""
    """Disadvantage compared with a cookie that identifies the pod. Empty if there is none."""

    lifetime_range: tuple[int, int] = (0, MAX_DURATION)
    idle_timeout_range: tuple[int, int] = (1, MAX_DURATION)
    """Smallest and largest value in seconds."""

    key_pattern: str = ".*"
    """Pattern of the names of headers and application cookies that it can hash."""

    key_characters: str = ""
    """The characters that ``key_pattern`` allows."""

    prerequisites: frozenset[Prerequisite] = frozenset()
    """Features that the cluster must have."""

    release: str = ""
    """First release of the controller that supports the rendered objects, if older releases are still in use."""

    release_unless: Prerequisite | None = None
    """Feature of the cluster with which ``release`` is not required."""

    keeps_weighted_sessions: bool = False
    """Whether requests of a session reach the same Service of a route with weights."""

    field_releases: Mapping[str, tuple[str, Any]] = field(default_factory=dict[str, tuple[str, Any]])
    """First release of the controller that supports a field of the policy, and the value that older releases use, by
    field. For older releases the field is left out; any other value is rejected."""

    gateway_api_releases: Mapping[str, str] = field(default_factory=dict[str, str])
    """First release of the Gateway API that supports a field of the policy, by field."""


@dataclass(frozen=True)
class IngressController:
    """An ingress controller, or one of the APIs of a controller that has several."""

    title: str
    docs: str
    """Vendor documentation of the rendered objects."""

    mechanisms: Mapping[AffinityMode, AffinityMechanism]
    """Session mechanisms, the default first."""

    arguments: frozenset[str] = frozenset()
    """Arguments of ``WorkloadIngress`` and ``IngressRoute`` that not every controller supports."""

    render: Callable[[RouteSettings], list[ObjectManifest]] | None = None
    """Returns the objects of a route. None for a controller that reads only a Service."""

    render_service: Callable[[RouteSettings], tuple[dict[str, Any], dict[str, pulumi.Input[str]]]] | None = None
    """Returns the fields of the spec and the annotations of a Service that the ingress creates."""

    service_annotations: Callable[[SessionAffinity], dict[str, str]] | None = None
    """Returns the annotations of the Service, for a controller that reads the policy from them."""

    default_class: str = ""
    """Ingress class that the Helm chart of the vendor creates."""

    requires_hosts: bool = False
    """Whether routes without hosts are rejected. Other routes without hosts apply to all hosts."""

    owns_load_balancer: bool = False
    """Whether each Ingress has its own load balancer, so that its hosts do not conflict with those of others."""

    forbidden_path_characters: str = ""
    """Characters that paths cannot contain, although the Kubernetes API accepts them."""

    own_prefixes: tuple[str, ...] = ()
    """Prefixes of the annotations that the controller reads."""

    renders_http_route: bool = False
    """Whether the limits of an HTTPRoute apply."""

    one_policy_per_service: bool = False
    """Whether the policy belongs to the Service, so that several ingresses to it must have the same one."""

    one_configuration_per_service: str = ""
    """Kind of which the controller reads one object per Service, so that only one ingress can use the Service."""

    object_per_host: bool = False
    """Whether an object is created for each host and named after it."""

    one_object_per_host: str = ""
    """Product that accepts only one object per host, of whatever kind."""

    merge_annotation: str = ""
    """Annotation that merges Ingresses of one host, as an exception to ``one_object_per_host``."""

    group_annotation: str = ""
    """Annotation with which Ingresses share a load balancer. Without it their hosts do not conflict."""

    minimum_release: str = ""
    """First release that supports the rendered objects. Empty if it is not known."""

    feature_releases: Mapping[str, str] = field(default_factory=dict[str, str])
    """First release that supports an argument of ``IngressRoute``, if it is newer, by argument."""

    backend_protocols: tuple[BackendProtocol, ...] = ("HTTP",)
    """Protocols between the controller and the pods."""

    reads_app_protocol: bool = False
    """Whether the controller reads the protocol of the pods from ``appProtocol`` of the Service."""

    reserved_annotations: ReservedAnnotations = field(default_factory=ReservedAnnotations)

    targets_pods_as: Literal["alb", "nlb"] | None = None
    """Value of ``shutdown.load_balancer`` that workloads need, for load balancers that send requests to pods directly
    instead of through the endpoints of a Service."""

    requires_health_check_path: bool = False
    """Whether its load balancer sends no requests to pods that do not answer the health check path."""

    address_from: Literal["ingress", "service"] | None = None
    """Role of the object whose status contains the address of the load balancer."""

    always_publishes_address: bool = False
    """Whether the address is always published, so that a deployment can wait for it."""

    requires_known_port: bool = False
    """Whether the name of an annotation contains the port of the Service."""

    external_idle_timeout: tuple[int, str] | None = None
    """Default of the idle timeout of WebSockets that no object of the route can set, and where it is set."""

    retirement: str = ""
    """Warning about the end of support. Empty if the controller is supported."""

    name: str = ""
    """Value of ``controller``. The registry sets it."""

    def mechanism(self, mode: AffinityMode) -> AffinityMechanism | None:
        """Return the mechanism of a mode, None if there is none. All controllers can route without affinity."""
        if mode != "none":
            return self.mechanisms.get(mode)
        timeouts = [mechanism for mechanism in self.mechanisms.values() if mechanism.settable >= IDLE_TIMEOUT]
        if not timeouts:
            return AffinityMechanism("no session affinity")
        return AffinityMechanism(
            "no session affinity",
            IDLE_TIMEOUT,
            idle_timeout_range=timeouts[0].idle_timeout_range,
            field_releases=timeouts[0].field_releases,
        )

    @property
    def product(self) -> str:
        """Name of the product, which can have several APIs."""
        return self.title.partition(",")[0]

    @property
    def attachment(self) -> Literal["class", "gateway", "service"]:
        """What attaches a route to the controller: an ingress class, a Gateway, or the Service itself."""
        if "gateway_name" in self.arguments:
            return "gateway"
        return "class" if "ingress_class_name" in self.arguments else "service"

    @property
    def hosts(self) -> Literal["required", "optional", "unsupported"]:
        """Whether a route has hosts."""
        if self.attachment == "service":
            return "unsupported"
        return "required" if self.requires_hosts else "optional"

    @property
    def tls_arguments(self) -> list[str]:
        """Arguments with which the route terminates TLS. Empty where the Gateway or the pods terminate TLS."""
        return [argument for argument in TLS_ARGUMENTS if argument in self.arguments]


def release_number(release: str) -> tuple[int, ...]:
    """Return the major and minor version of a release, for comparisons."""
    return tuple(int(part) for part in release.removeprefix("v").split(".")[:2])


def is_older(release: str | None, first: str) -> bool:
    """Whether a release is older than another one. An unknown release or patch number is not older."""
    if release is None or not first:
        return False
    numbers = [
        [int(part) for part in text.removeprefix("v").split("-")[0].split("+")[0].split(".") if part.isdecimal()]
        for text in (release, first)
    ]
    length = min(map(len, numbers))
    return numbers[0][:length] < numbers[1][:length]
