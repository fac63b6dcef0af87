"""When a container has started, may be sent requests, and must be restarted.

Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import ceil
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from moorings.kubernetes.names import PortName
from moorings.kubernetes.quantities import Number, PositiveNumber
from moorings.validation.args import Args

Role = Literal["startup", "readiness", "liveness"]

DEFAULTS: Mapping[Role, tuple[int, int, int]] = {
    "startup": (5, 3, 30),
    "readiness": (5, 3, 2),
    "liveness": (10, 5, 3),
}
"""Period, timeout and failures of each probe. The API's own timeout of a second is too short for a JVM or Ruby."""

HANDLERS = ("http_get", "tcp_socket", "grpc", "exec")
HTTP_PATH = r"^/[^\s]*$"


class Probe(Args):
    """How a container is asked, and how often: exactly one of ``http_get``, ``tcp_socket``, ``grpc`` and ``exec``."""

    http_get: Annotated[str, Field(pattern=HTTP_PATH)] | None = None
    """Path that answers 200 to 399 when all is well."""

    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    """Ask the path by HTTPS, without looking at the certificate. HTTP by default."""

    tcp_socket: bool = False
    """The port only has to accept a connection, which a program that hangs still does."""

    grpc: bool = False
    """The port answers gRPC's health protocol."""

    grpc_service: str | None = None
    """Service that gRPC's health protocol is asked for; the whole server by default."""

    exec: list[str] = []
    """Program in the container that exits with 0 when all is well."""

    port: PortName | None = None
    """Name of the port, one of the container's; by default the only one, or ``http``."""

    period_seconds: PositiveNumber | None = None
    """Seconds from one question to the next: 10 for liveness, else 5."""

    timeout_seconds: PositiveNumber | None = None
    """Seconds until an answer must be there: 5 for liveness, else 3."""

    failure_threshold: PositiveNumber | None = None
    """Questions in a row without a good answer until it counts: 30 for startup, 2 for readiness, 3 for liveness."""

    success_threshold: PositiveNumber = 1
    """Good answers in a row until a container is ready again; for readiness alone."""

    initial_delay_seconds: Number = 0
    """Seconds before the first question. A startup probe makes this needless."""

    @model_validator(mode="after")
    def _one_handler(self) -> Self:
        names = "http_get, tcp_socket, grpc and exec"
        given = [way for way in HANDLERS if getattr(self, way)]
        if not given:
            raise ValueError(f"none of {names} is given; give exactly one")
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are given; give exactly one of {names}")
        if self.scheme == "HTTPS" and not self.http_get:
            raise ValueError(f"scheme HTTPS is for http_get, not for {given[0]}; give http_get or leave scheme out")
        if self.grpc_service is not None and not self.grpc:
            raise ValueError(f"grpc_service is asked by grpc, not by {given[0]}; give grpc=True or leave it out")
        if self.port and self.exec:
            raise ValueError(f"exec asks no port, and port is {self.port!r}; leave it out")
        return self

    @property
    def target(self) -> tuple[Any, ...]:
        """What the probe asks for; at one port, equal targets give equal answers."""
        return (self.http_get, self.tcp_socket, self.grpc, self.grpc_service, tuple(self.exec))

    def times(self, role: Role) -> tuple[int, int, int]:
        """Period, timeout and failures, with the defaults of the role."""
        period, timeout, failures = DEFAULTS[role]
        return self.period_seconds or period, self.timeout_seconds or timeout, self.failure_threshold or failures

    def window(self, role: Role) -> int:
        """Seconds of bad answers until they count, from the first question that may be asked."""
        period, _, failures = self.times(role)
        return self.initial_delay_seconds + period * failures


class Probes(Args):
    """The probes of a container.

    Raises:
        InvalidInput: for times that contradict each other.

    """

    readiness: Probe | None = None
    """Whether the container may be sent requests; it is also what a rollout waits for."""

    liveness: Probe | None = None
    """Whether the container must be restarted. It asks something that does not fail while the application drains or
    waits for a database: a restart mends neither."""

    startup: Probe | None = None
    """Whether the container has started; until then neither of the others is asked. By default it asks what readiness
    asks, every 5 seconds for as long as ``startup_seconds``."""

    startup_seconds: PositiveNumber = 150
    """Seconds that the application may take to start."""

    same_endpoint: bool = False
    """Say that liveness and readiness ask one endpoint, because the application has no other and keeps it up while it
    drains."""

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = [*self._successes(), *self._boot()]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _successes(self) -> Iterator[str]:
        for role, probe in (("startup", self.startup), ("liveness", self.liveness)):
            if probe and probe.success_threshold != 1:
                yield f"{role}.success_threshold is {probe.success_threshold}; the API takes no other than 1 there"

    def _boot(self) -> Iterator[str]:
        if self.startup and (self.startup.period_seconds or self.startup.failure_threshold):
            window = self.startup.window("startup")
            if window < self.startup_seconds:
                yield (
                    f"startup gives up after {window} s, and startup_seconds is {self.startup_seconds}; raise "
                    "startup.failure_threshold or lower startup_seconds"
                )

    @cached_property
    def start(self) -> Probe | None:
        """The startup probe: the one that is given, or the question of readiness or liveness, for ``startup_seconds``."""
        given = self.startup or self.readiness or self.liveness
        if given is None:
            return None
        times = self.startup
        period = (times.period_seconds if times else None) or DEFAULTS["startup"][0]
        return Probe(
            **{name: getattr(given, name) for name in (*HANDLERS, "scheme", "grpc_service", "port")},
            period_seconds=period,
            timeout_seconds=(times or given).timeout_seconds,
            failure_threshold=(times.failure_threshold if times else None) or ceil(self.startup_seconds / period),
            initial_delay_seconds=times.initial_delay_seconds if times else 0,
        )

    @property
    def asked(self) -> dict[Role, Probe]:
        """The probes that the arguments hold, by their role."""
        held: dict[Role, Probe | None] = {
            "startup": self.startup,
            "readiness": self.readiness,
            "liveness": self.liveness,
        }
        return {role: probe for role, probe in held.items() if probe}

    @cached_property
    def given(self) -> dict[Role, Probe]:
        """The probes that are there, by their role."""
        if self.start is None:
            return {}
        return {"startup": self.start, **{role: probe for role, probe in self.asked.items() if role != "startup"}}

    @property
    def startup_budget(self) -> int:
        """Seconds after which a container that has not started is given up."""
        return self.start.window("startup") if self.start else 0
