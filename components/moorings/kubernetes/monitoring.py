"""Prometheus monitoring: ServiceMonitor or PodMonitor of the Prometheus operator.

Source: https://prometheus-operator.dev/docs/api-reference/api/
"""

from typing import Any, Literal

from moorings.kubernetes.names import LabelKey, LabelValue, PortName
from moorings.kubernetes.probes import HttpPath
from moorings.kubernetes.quantities import PositiveNumber
from moorings.validation.args import Args

HEADLESS_LABEL = "service.kubernetes.io/headless"
"""Label of headless Services, by which monitors exclude them: their endpoints are those of the other Service.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#servicekubernetesioheadless
"""

ADDITIONAL_SERVICE_LABEL = "additional-service"
"""Label of the Services in ``services``, by which monitors exclude them: Prometheus would scrape each pod twice."""


class Monitoring(Args):
    """Endpoint from which Prometheus scrapes metrics. The cluster must run the Prometheus operator."""

    kind: Literal["ServiceMonitor", "PodMonitor"] = "ServiceMonitor"
    """Whether the operator finds the pods through their Service or directly."""

    port: PortName | None = None
    """Name of the port. Defaults to the only port, or to ``http``."""

    path: HttpPath = "/metrics"
    """Path of the metrics."""

    interval_seconds: PositiveNumber = 30
    """Seconds between scrapes."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the monitor by which the cluster's Prometheus selects it (``{"release": "prometheus"}``)."""

    def spec(self, selector: dict[str, str], port: str | None, excluded: list[str]) -> dict[str, Any]:
        """Return the spec of the monitor.

        Args:
            selector: labels of the pods and Services.
            port: name of the port.
            excluded: labels of the Services that are excluded.

        """
        endpoint = {"port": port, "path": self.path, "interval": f"{self.interval_seconds}s"}
        endpoints = "endpoints" if self.kind == "ServiceMonitor" else "podMetricsEndpoints"
        label_selector: dict[str, Any] = {"matchLabels": selector}
        if excluded and self.kind == "ServiceMonitor":
            label_selector["matchExpressions"] = [{"key": label, "operator": "DoesNotExist"} for label in excluded]
        return {"selector": label_selector, endpoints: [endpoint]}
