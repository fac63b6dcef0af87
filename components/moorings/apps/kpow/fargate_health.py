"""Health checks and closed paths of kPow on ECS/Fargate."""

from moorings.apps.kpow.settings import LIVENESS_PATH
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.http_target import HttpTarget

OFFSETS_PATHS = ("/offsets", "/offsets/*")
"""Paths of the consumer offsets, which kPow serves without a login like ``/metrics``.

Source: https://docs.kpow.io/features/prometheus
"""


def container_checks_liveness(health_check: ContainerHealthCheck | None, *, has_load_balancer: bool) -> bool:
    """Return whether the container health check requests ``/healthy``. Without a load balancer it does by default."""
    if health_check is None:
        return not has_load_balancer
    return any(LIVENESS_PATH in word for word in health_check.command)


def paths_to_close(target: HttpTarget) -> list[str]:
    """Return the paths that the load balancer closes: consumer offsets are closed together with metrics."""
    paths = list(target.closed_paths)
    if any(path.startswith("/metrics") for path in paths):
        paths += [path for path in OFFSETS_PATHS if path not in paths]
    return paths
