"""Backend: what an ingress needs to know about the workload that it routes to."""

from collections.abc import Callable
from typing import Any, Literal

import pulumi

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, PortName, ServiceName
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.validation.args import Args
from moorings.validation.inputs import Input, as_output
from moorings.validation.outputs import StructuredOutput
from moorings.validation.types import Port


class BackendHealthCheck(StructuredOutput, Args):
    """Health check that an AWS load balancer sends to the pods of a backend."""

    path: str = "/"
    """Path of an HTTP or HTTPS health check."""

    port: str = "traffic-port"
    """Port number of the pods. Defaults to ``traffic-port``, the port that receives requests."""

    protocol: Literal["HTTP", "HTTPS", "TCP"] = "HTTP"
    """Protocol of the health check."""


class Backend(StructuredOutput, Args):
    """Workload that an ingress routes to.

    ``KubernetesWorkload.backend`` and ``KpowOnKubernetes.backend`` return it for ``WorkloadIngressArgs(backend=...)``,
    so that the ingress uses the health check and the shutdown times of the workload and is checked against them. A
    program can also create one for a workload that it does not deploy.
    """

    service_name: Input[ServiceName] | None = None
    """Name of the Service. None for a workload without one."""

    namespace: Input[DnsLabel]
    """Namespace of the pods and the Service."""

    ports: dict[PortName, Port] = {}
    """Ports of the Service, by the name of the container port that each of them targets."""

    selector: dict[LabelKey, Input[LabelValue]]
    """Labels that select the pods."""

    health_check: BackendHealthCheck | None = None
    """Health check that matches the readiness probe. None if the probe sends no HTTP requests."""

    shutdown: ShutdownBudget | None = None
    """Shutdown times of the pods. None if they are not known."""

    service_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the Service."""

    scales_down_quickly: bool = False
    """Whether the autoscaler removes many pods at a time, and their sessions with them."""

    own_namespace_only: bool = False
    """Whether the network policy allows connections from pods of ``namespace`` only."""


def read_backend(backend: Any, read: Callable[[Backend], Any]) -> Any:
    """Return a value of a backend, which is late if the backend is. None without a backend."""
    if backend is None or isinstance(backend, Backend):
        return None if backend is None else read(backend)
    return as_output(backend).apply(lambda resolved: pulumi.Output[Any].from_input(read(resolved)))


def readiness_health_check(container: PodContainer) -> BackendHealthCheck | None:
    """Return the health check that matches the readiness probe of a container, None if it sends no HTTP requests."""
    probe = container.probes.readiness
    if probe is None or probe.http_get is None:
        return None
    port = container.ports[str(port_name(probe.port, container.ports))]
    return BackendHealthCheck(path=probe.http_get, port=str(port), protocol=probe.scheme)
