"""``Ingress``, for controllers that are configured with annotations.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.annotations import CLUSTER_ISSUER_ANNOTATION
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings


def http_ingress(
    route: RouteSettings,
    annotations: Mapping[str, pulumi.Input[str]],
    closed_path_backend: Mapping[str, Any] | None = None,
) -> ObjectManifest:
    """Return an Ingress for all hosts and paths, with TLS for all hosts if there is a Secret.

    Args:
        route: the route. Without hosts it applies to all requests.
        annotations: the annotations of the controller.
        closed_path_backend: backend of closed paths, for controllers that have one.

    """
    service = {"service": {"name": route.service_name, "port": {"number": route.service_port}}}
    backends: list[tuple[str, Mapping[str, Any] | None]] = [
        *((path, service) for path in route.paths),
        *((path, closed_path_backend) for path in route.closed_paths),
    ]
    paths = [{"path": path, "pathType": "Prefix", "backend": backend} for path, backend in backends]
    spec: dict[str, Any] = {
        "ingressClassName": route.ingress_class_name,
        "rules": [{"host": host, "http": {"paths": paths}} for host in route.hosts] or [{"http": {"paths": paths}}],
    }
    if route.tls_secret_name is not None:
        spec["tls"] = [{"hosts": list(route.hosts), "secretName": route.tls_secret_name}]
    if route.cluster_issuer is not None:
        annotations = {CLUSTER_ISSUER_ANNOTATION: route.cluster_issuer, **annotations}
    return ObjectManifest("ingress", "networking.k8s.io/v1", "Ingress", spec, annotations)
