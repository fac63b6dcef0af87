"""Arguments of a task behind any load balancer: health check and draining."""

from typing import Annotated

from pydantic import Field

from moorings.ecs.given_arguments import given_arguments
from moorings.validation.args import Args
from moorings.validation.types import Port


class BalancedTarget(Args):
    """Arguments that all kinds of load balancers share."""

    health_check_port: Port | None = None
    """Port of the health check. Defaults to the port of the application."""

    health_check_interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    """Seconds between health checks, 5 to 300."""

    health_check_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 5
    """Seconds after which a health check fails, 2 to 120. Must be less than ``health_check_interval_seconds``."""

    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    """Consecutive successful health checks after which the task is healthy, 2 to 10."""

    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 5
    """Consecutive failed health checks after which ECS replaces the task, 2 to 10."""

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 15
    """Seconds for which in-flight requests may complete before the old task stops, 0 to 3600. New requests fail during
    this time."""

    @property
    def given_arguments(self) -> frozenset[str]:
        """Names of the arguments that are neither None nor empty. Their values may be late."""
        return given_arguments(self)

    @property
    def healthy_after_seconds(self) -> int:
        """Longest time until the load balancer considers a started application healthy, in seconds."""
        return self.healthy_threshold * self.health_check_interval_seconds

    @property
    def unhealthy_after_seconds(self) -> int:
        """Longest time from a failure of the application until ECS replaces the task."""
        return self.unhealthy_threshold * self.health_check_interval_seconds + self.health_check_timeout_seconds

    def target_ports(self, application_port: int) -> dict[str, int]:
        """Return the ports to which the load balancer connects, by role: ``task``, and ``health`` if they differ."""
        ports = {"task": application_port, "health": self.health_check_port or application_port}
        return ports if ports["health"] != application_port else {"task": application_port}
