"""Health checks of a container: startup, readiness and liveness probes.

Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from collections.abc import Mapping
from functools import cached_property
from math import ceil
from typing import Annotated, Any, Literal, NamedTuple

from moorings.kubernetes.names import PortName
from moorings.kubernetes.quantities import Number, PositiveNumber
from moorings.validation.args import Args
from moorings.validation.types import matches

ProbeType = Literal["startup", "readiness", "liveness"]


class ProbeTimes(NamedTuple):
    """Period and timeout in seconds, and failure threshold of a probe."""

    period: int
    timeout: int
    failure_threshold: int


DEFAULTS: Mapping[ProbeType, ProbeTimes] = {
    "startup": ProbeTimes(5, 3, 30),
    "readiness": ProbeTimes(5, 3, 2),
    "liveness": ProbeTimes(10, 5, 3),
}
"""The API's default timeout of one second is too short for a JVM or Ruby."""

HANDLERS = ("http_get", "tcp_socket", "grpc", "exec")
HttpPath = Annotated[str, matches("a path without spaces", r"/[^\s]*", "/ready")]
"""Path of an HTTP request, with an optional query string."""


class Probe(Args):
    """A probe with exactly one of the handlers ``http_get``, ``tcp_socket``, ``grpc`` and ``exec``."""

    http_get: HttpPath | None = None
    """Path that returns a status code from 200 to 399 if the container is healthy."""

    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    """Scheme of ``http_get``. The kubelet does not verify certificates."""

    tcp_socket: bool = False
    """The probe succeeds if the port accepts a connection. A process that hangs still accepts connections."""

    grpc: bool = False
    """The port implements the gRPC health checking protocol."""

    grpc_service: str | None = None
    """Service whose health is checked. Defaults to the whole server."""

    exec: list[str] = []
    """Command in the container that exits with 0 if the container is healthy."""

    port: PortName | None = None
    """Name of one of the container's ports. Defaults to the only port, or to ``http``."""

    period_seconds: PositiveNumber | None = None
    """Seconds between probes. Defaults to 10 for liveness, and to 5 otherwise."""

    timeout_seconds: PositiveNumber | None = None
    """Seconds after which a probe times out. Defaults to 5 for liveness, and to 3 otherwise."""

    failure_threshold: PositiveNumber | None = None
    """Consecutive failures after which the probe has failed. Defaults to 30 for startup, 2 for readiness and 3 for
    liveness."""

    success_threshold: PositiveNumber = 1
    """Consecutive successes after which a container is ready again. Only readiness probes allow more than 1."""

    initial_delay_seconds: Number = 0
    """Seconds before the first probe. A startup probe makes this unnecessary."""

    @property
    def handlers(self) -> list[str]:
        """Names of the handlers that are set."""
        return [name for name in HANDLERS if getattr(self, name)]

    @property
    def endpoint(self) -> tuple[Any, ...]:
        """Handler of the probe, to compare two probes of one port."""
        return (self.http_get, self.tcp_socket, self.grpc, self.grpc_service, tuple(self.exec))

    def times(self, probe_type: ProbeType) -> ProbeTimes:
        """Return period, timeout and failure threshold, with the defaults of the type of probe."""
        period, timeout, failure_threshold = DEFAULTS[probe_type]
        return ProbeTimes(
            self.period_seconds or period, self.timeout_seconds or timeout, self.failure_threshold or failure_threshold
        )

    def failure_seconds(self, probe_type: ProbeType) -> int:
        """Return the seconds of consecutive failures after which the probe has failed."""
        period, _, failure_threshold = self.times(probe_type)
        return self.initial_delay_seconds + period * failure_threshold

    def render(self, probe_type: ProbeType, ports: Mapping[str, int]) -> dict[str, Any]:
        """Return the probe in the fields of the API.

        Args:
            probe_type: type of the probe.
            ports: ports of the container by name.

        """
        port = port_name(self.port, ports)
        period, timeout, failure_threshold = self.times(probe_type)
        probe: dict[str, Any] = {
            "periodSeconds": period,
            "timeoutSeconds": timeout,
            "failureThreshold": failure_threshold,
        }
        if self.initial_delay_seconds:
            probe["initialDelaySeconds"] = self.initial_delay_seconds
        if self.success_threshold > 1:
            probe["successThreshold"] = self.success_threshold
        if self.http_get:
            scheme = {"scheme": self.scheme} if self.scheme == "HTTPS" else {}
            probe["httpGet"] = {"path": self.http_get, "port": port, **scheme}
        elif self.exec:
            probe["exec"] = {"command": self.exec}
        elif self.tcp_socket:
            probe["tcpSocket"] = {"port": port}
        else:
            service = {"service": self.grpc_service} if self.grpc_service else {}
            probe["grpc"] = {"port": ports[str(port)], **service}
        return probe


def port_name(name: str | None, ports: Mapping[str, int]) -> str | None:
    """Return the name of a port: the given one, the only one, or ``http``. None if none of these exists."""
    if name:
        return name if name in ports else None
    return next(iter(ports)) if len(ports) == 1 else ("http" if "http" in ports else None)


class Probes(Args):
    """The probes of a container."""

    readiness: Probe | None = None
    """Decides whether the container receives requests. Rolling updates wait until it succeeds."""

    liveness: Probe | None = None
    """Restarts the container when it fails. It must not fail while the application drains or waits for a database,
    since a restart helps with neither."""

    startup: Probe | None = None
    """Decides whether the container has started. The other probes begin after it has succeeded. Defaults to the handler
    of the readiness or liveness probe, every 5 seconds for up to ``startup_seconds``."""

    startup_seconds: PositiveNumber = 150
    """Longest time that the application needs to start."""

    @cached_property
    def effective_startup(self) -> Probe | None:
        """The startup probe, or one with the handler of readiness or liveness that fails after ``startup_seconds``."""
        handler = self.startup or self.readiness or self.liveness
        if handler is None:
            return None
        times = self.startup
        period = (times.period_seconds if times else None) or DEFAULTS["startup"].period
        return Probe(
            **{name: getattr(handler, name) for name in (*HANDLERS, "scheme", "grpc_service", "port")},
            period_seconds=period,
            timeout_seconds=(times or handler).timeout_seconds,
            failure_threshold=(times.failure_threshold if times else None) or ceil(self.startup_seconds / period),
            initial_delay_seconds=times.initial_delay_seconds if times else 0,
        )

    @property
    def declared(self) -> dict[ProbeType, Probe]:
        """The probes among the arguments, by type."""
        probes: dict[ProbeType, Probe | None] = {
            "startup": self.startup,
            "readiness": self.readiness,
            "liveness": self.liveness,
        }
        return {probe_type: probe for probe_type, probe in probes.items() if probe}

    @cached_property
    def effective(self) -> dict[ProbeType, Probe]:
        """The probes of the container, including the default startup probe, by type."""
        if self.effective_startup is None:
            return {}
        return {**self.declared, "startup": self.effective_startup}

    @property
    def max_startup_seconds(self) -> int:
        """Seconds after which the kubelet restarts a container that has not started."""
        return self.effective_startup.failure_seconds("startup") if self.effective_startup else 0
