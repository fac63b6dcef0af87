"""What the Prometheus operator reads.

Source: https://prometheus-operator.dev/docs/api-reference/api/
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from moorings.kubernetes.names import LabelKey, LabelValue, PortName
from moorings.kubernetes.probes import HTTP_PATH
from moorings.kubernetes.quantities import PositiveNumber
from moorings.kubernetes.service import HEADLESS
from moorings.validation.args import Args


class Monitoring(Args):
    """Where the metrics of a workload are read. The cluster must have the Prometheus operator."""

    kind: Literal["ServiceMonitor", "PodMonitor"] = "ServiceMonitor"
    """Whether pods are found through the Service, or by themselves."""

    port: PortName | None = None
    """Name of the port; by default the only one, or ``http``."""

    path: str = Field(default="/metrics", pattern=HTTP_PATH)
    """Path of the metrics."""

    interval_seconds: PositiveNumber = 30
    """Seconds from one reading to the next."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels by which the Prometheus of the cluster chooses its monitors (``{"release": "prometheus"}``)."""

    def port_of(self, ports: Mapping[str, int]) -> str | None:
        """Name of the port that is read, of those that are there."""
        if self.port is not None:
            return self.port if self.port in ports else None
        return next(iter(ports)) if len(ports) == 1 else ("http" if "http" in ports else None)

    def spec(self, selector: dict[str, str], port: str | None, *, stateful: bool) -> dict[str, Any]:
        """The spec of the monitor; of a StatefulSet it reads through one of the two Services."""
        endpoint = {"port": port, "path": self.path, "interval": f"{self.interval_seconds}s"}
        endpoints = "endpoints" if self.kind == "ServiceMonitor" else "podMetricsEndpoints"
        chosen: dict[str, Any] = {"matchLabels": selector}
        if stateful and self.kind == "ServiceMonitor":
            chosen["matchExpressions"] = [{"key": HEADLESS, "operator": "DoesNotExist"}]
        return {"selector": chosen, endpoints: [endpoint]}
