"""The ``Ingress`` that several controllers share; only the annotations differ.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.ingress.manifests import Manifest, Route

CERT_MANAGER = "cert-manager.io/cluster-issuer"
"""Source: https://cert-manager.io/docs/usage/ingress/"""


def ingress(
    route: Route, annotations: Mapping[str, pulumi.Input[str]], closed: Mapping[str, Any] | None = None
) -> Manifest:
    """An Ingress for all hosts and paths, with TLS for all hosts if there is a secret.

    Args:
        route: the way; without hosts, for whatever comes.
        annotations: what its controller reads.
        closed: the backend of closed paths, where the controller has one that forbids.

    """
    service = {"service": {"name": route.service_name, "port": {"number": route.service_port}}}
    backends: list[tuple[str, Mapping[str, Any] | None]] = [
        *((path, service) for path in route.paths),
        *((path, closed) for path in route.closed_paths),
    ]
    paths = [{"path": path, "pathType": "Prefix", "backend": backend} for path, backend in backends]
    spec: dict[str, Any] = {
        "ingressClassName": route.class_name,
        "rules": [{"host": host, "http": {"paths": paths}} for host in route.hosts] or [{"http": {"paths": paths}}],
    }
    if route.tls_secret_name is not None:
        spec["tls"] = [{"hosts": list(route.hosts), "secretName": route.tls_secret_name}]
    if route.cluster_issuer is not None:
        annotations = {CERT_MANAGER: route.cluster_issuer, **annotations}
    return Manifest("ingress", "networking.k8s.io/v1", "Ingress", spec, annotations)
