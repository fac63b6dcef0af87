"""The ``HTTPRoute`` that the controllers of the Gateway API share.

Source: https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from collections.abc import Sequence
from typing import Any

from moorings.kubernetes.ingress.manifests import Manifest, Route, without_none

API_VERSION = "gateway.networking.k8s.io/v1"
GROUP = "gateway.networking.k8s.io"


def http_route(
    route: Route,
    persistence: dict[str, Any] | None = None,
    backend: dict[str, Any] | None = None,
    forbidding: dict[str, Any] | None = None,
) -> Manifest:
    """An HTTPRoute for all hosts and paths: one rule to the service, so that it has one kind of stickiness.

    Closed paths have a rule that leads nowhere, which is answered with an error; the longer path counts.

    Args:
        route: the way.
        persistence: its ``sessionPersistence``, which the experimental channel of the API knows alone.
        backend: what stands behind it, if that is not the service itself.
        forbidding: what the implementation has to answer closed paths, if it does not do so by itself.

    """
    parent = {"name": route.gateway_name, "namespace": route.gateway_namespace, "sectionName": route.gateway_listener}
    rules: list[dict[str, Any]] = [
        {
            "matches": _prefixes(route.paths),
            "backendRefs": [backend or {"name": route.service_name, "port": route.service_port}],
            "sessionPersistence": persistence,
        }
    ]
    if route.closed_paths:
        filters = [{"type": "ExtensionRef", "extensionRef": forbidding}] if forbidding else None
        rules.append({"matches": _prefixes(route.closed_paths), "filters": filters})
    spec = {
        "parentRefs": [without_none(parent)],
        "hostnames": list(route.hosts) or None,
        "rules": [without_none(rule) for rule in rules],
    }
    return Manifest("route", API_VERSION, "HTTPRoute", without_none(spec), referred=True)


def _prefixes(paths: Sequence[str]) -> list[dict[str, Any]]:
    return [{"path": {"type": "PathPrefix", "value": path}} for path in paths]
