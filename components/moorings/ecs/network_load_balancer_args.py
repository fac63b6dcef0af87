"""Arguments of the Network Load Balancer: protocol, port, health check, clients, static addresses."""

from typing import Annotated, Literal

from pydantic import Field

from moorings.aws.resource_ids import BucketName, ElasticIpAllocationId, SubnetId
from moorings.aws.security_groups import Protocol
from moorings.ecs.created_load_balancer import CreatedLoadBalancer
from moorings.ecs.http_target import Matcher
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import HealthCheckPath, Port, Unique

NETWORK_PROTOCOLS: dict[str, tuple[Protocol, ...]] = {
    "TCP": ("tcp",),
    "TLS": ("tcp",),
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
}
"""Transport protocols of each listener protocol."""

_NEW_TARGET_GROUP = Change("replacement", "Replaces the target group, and starts a new task.")


class NetworkLoadBalancer(CreatedLoadBalancer):
    """Network Load Balancer of a singleton, for protocols other than HTTP. Internal by default.

    Cross-zone load balancing forwards connections from all Availability Zones to the single task.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
    """

    protocol: Annotated[Literal["TCP", "TLS", "UDP", "TCP_UDP"], _NEW_TARGET_GROUP] = "TCP"
    """Protocol between the clients and the load balancer. ``TLS`` requires a certificate. ``UDP`` requires an
    ``application_port`` with the protocol ``udp``, ``TCP_UDP`` one with both protocols.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """

    listener_port: Port | None = None
    """Port on which the load balancer accepts connections. Defaults to the port of the application."""

    application_port: Annotated[Port | None, _NEW_TARGET_GROUP] = None
    """Port of the application: ``port`` or one of ``additional_ports`` of the service. Defaults to ``port``."""

    target_protocol: Annotated[Literal["TCP", "TLS"], _NEW_TARGET_GROUP] = "TCP"
    """Protocol between the load balancer and the task if ``protocol`` is ``TLS``. With ``TLS``, the application needs a
    certificate, which may be self-signed."""

    health_check_protocol: Literal["TCP", "HTTP", "HTTPS"] = "TCP"
    """Protocol of the health check. ``TCP`` checks that the application accepts connections.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """

    health_check_path: Input[HealthCheckPath] | None = None
    """Path of the health check, which must not require a login. Required with ``HTTP`` and ``HTTPS``."""

    health_check_matcher: Input[Matcher] | None = None
    """Status codes of a successful health check with ``HTTP`` and ``HTTPS``, 200 to 599. Defaults to 200 to 399."""

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=1), Unique]] | None = None
    """Subnets of the load balancer, at most one per Availability Zone. Defaults to the subnets of the task. An
    internet-facing load balancer requires public subnets."""

    elastic_ip_allocation_ids: Annotated[
        list[Input[ElasticIpAllocationId]],
        Unique,
        Change("replacement", "Replaces the load balancer, whose DNS name changes."),
    ] = []
    """Elastic IP addresses of an internet-facing load balancer, one for each of ``subnet_ids``, in the same order. AWS
    assigns addresses by default.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html
    """

    preserve_client_ip: bool | None = None
    """Keep the IP address of the client as the source address of connections to the task. Always on with ``UDP`` and
    ``TCP_UDP``, otherwise off by default.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """

    proxy_protocol_v2: bool = False
    """Send a Proxy Protocol v2 header with the address of the client at the start of each connection to the task. The
    application must support it."""

    idle_timeout_seconds: Annotated[int, Field(ge=60, le=6000)] | None = None
    """Seconds after which an idle connection is closed, 60 to 6000, with ``protocol="TCP"``. Defaults to 350.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html
    """

    access_log_bucket: Input[BucketName] | None = None
    """Existing S3 bucket for access logs, which Network Load Balancers write for TLS connections only. The bucket
    policy must allow log delivery. None by default.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
    """

    @property
    def requires_certificate(self) -> bool:
        """Whether the listener encrypts connections."""
        return self.protocol == "TLS"

    @property
    def target_group_protocol(self) -> str:
        """Protocol of the target group."""
        return self.target_protocol if self.protocol == "TLS" else self.protocol

    @property
    def transports(self) -> tuple[Protocol, ...]:
        """Transport protocols of the listener."""
        return NETWORK_PROTOCOLS[self.protocol]

    @property
    def ineffective_arguments(self) -> dict[str, str]:
        """Arguments that are ignored because of another one, each with the reason and the fix."""
        reasons = super().ineffective_arguments
        if self.health_check_protocol == "TCP":
            for name in ("health_check_path", "health_check_matcher"):
                if getattr(self, name) is not None:
                    reasons[name] = f"with health_check_protocol='TCP'; set that to 'HTTP', or remove {name}"
        if self.target_protocol != "TCP" and self.protocol != "TLS":
            reasons["target_protocol"] = f"with protocol={self.protocol!r}; set protocol='TLS', or remove it"
        if self.idle_timeout_seconds is not None and self.protocol != "TCP":
            reasons["idle_timeout_seconds"] = f"with protocol={self.protocol!r}; remove it"
        if self.access_log_bucket is not None and self.protocol != "TLS":
            reasons["access_log_bucket"] = f"with protocol={self.protocol!r}; set protocol='TLS', or remove it"
        return reasons

    def port_of_application(self, port: int | None) -> int | None:
        """Return the port of the application, given the ``port`` of the service."""
        return port if self.application_port is None else self.application_port
