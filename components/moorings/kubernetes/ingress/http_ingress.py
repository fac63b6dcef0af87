"""The ``Ingress`` that several controllers share; only the annotations differ.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.ingress.manifests import Manifest, Route

CERT_MANAGER = "cert-manager.io/cluster-issuer"
"""Source: https://cert-manager.io/docs/usage/ingress/"""


def ingress(route: Route, annotations: Mapping[str, pulumi.Input[str]]) -> Manifest:
    """An Ingress for all hosts and paths, with TLS for all hosts if there is a secret."""
    service = {"name": route.service_name, "port": {"number": route.service_port}}
    paths = [{"path": path, "pathType": "Prefix", "backend": {"service": service}} for path in route.paths]
    spec: dict[str, Any] = {
        "ingressClassName": route.class_name,
        "rules": [{"host": host, "http": {"paths": paths}} for host in route.hosts],
    }
    if route.tls_secret_name is not None:
        spec["tls"] = [{"hosts": list(route.hosts), "secretName": route.tls_secret_name}]
    if route.cluster_issuer is not None:
        annotations = {CERT_MANAGER: route.cluster_issuer, **annotations}
    return Manifest("ingress", "networking.k8s.io/v1", "Ingress", spec, annotations)
