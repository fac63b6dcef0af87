"""Runs Traefik with its three Kubernetes providers against the API server of the tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from kubernetes_api import KubernetesApi, Object
from servers import Cluster, Server, free_ports

DEFINITIONS = Path(__file__).parent.parent / "golden" / "crds"
CLASS, GATEWAY_NAMESPACE, GATEWAY_NAME = "traefik", "gateways", "public"

TRAEFIK_KINDS = (
    "IngressRouteTCP", "IngressRouteUDP", "MiddlewareTCP", "ServersTransport", "ServersTransportTCP",
    "TLSOption", "TLSStore",
)  # fmt: skip
GATEWAY_KINDS = (
    ("GatewayClass", "gatewayclasses", "v1", "Cluster"),
    ("Gateway", "gateways", "v1", "Namespaced"),
    ("GRPCRoute", "grpcroutes", "v1", "Namespaced"),
    ("BackendTLSPolicy", "backendtlspolicies", "v1", "Namespaced"),
    ("ReferenceGrant", "referencegrants", "v1beta1", "Namespaced"),
)
"""Kinds that Traefik watches, besides those that ``WorkloadIngress`` creates."""


@dataclass(frozen=True)
class Traefik:
    """A running Traefik."""

    web: int
    """Port of the entry point ``web``, and of the listener of the Gateway."""
    websecure: int


@contextmanager
def run_traefik(binary: Path, cluster: Cluster, logs: Path, **flags: str) -> Iterator[Traefik]:
    """Run Traefik with the defaults of its Helm chart, as far as they concern routes, and additional flags."""
    web, websecure, ping = free_ports(3)
    create_definitions(cluster.api)
    for object_ in chart_objects(web):
        cluster.api.apply(object_)
    connection = {"endpoint": cluster.api.url, "token": cluster.api.token, "certauthfilepath": cluster.api.ca}
    providers = {
        f"providers.{provider}.{key}": value
        for provider in ("kubernetesingress", "kubernetescrd", "kubernetesgateway")
        for key, value in connection.items()
    }
    server = Server(
        binary,
        {
            "entrypoints.web.address": f"127.0.0.1:{web}",
            "entrypoints.websecure.address": f"127.0.0.1:{websecure}",
            "entrypoints.websecure.http.tls": "true",
            "entrypoints.ping.address": f"127.0.0.1:{ping}",
            "ping.entrypoint": "ping",
            "providers.providersthrottleduration": "100ms",
            "global.checknewversion": "false",
            **providers,
            **flags,
        },
        logs,
    )
    try:
        server.wait(lambda: _answers(f"http://127.0.0.1:{ping}/ping"))
        yield Traefik(web, websecure)
    finally:
        server.stop()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except OSError:
        return False


def chart_objects(port: int) -> list[Object]:
    """Return the IngressClass and the GatewayClass of the Helm chart, and a Gateway for the routes of all namespaces."""
    metadata = {"name": GATEWAY_NAME, "namespace": GATEWAY_NAMESPACE}
    listener = {
        "name": "web",
        "port": port,
        "protocol": "HTTP",
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    api_version = "gateway.networking.k8s.io/v1"
    return [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": CLASS},
            "spec": {"controller": "traefik.io/ingress-controller"},
        },
        {
            "apiVersion": api_version,
            "kind": "GatewayClass",
            "metadata": {"name": CLASS},
            "spec": {"controllerName": "traefik.io/gateway-controller"},
        },
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": GATEWAY_NAMESPACE}},
        {
            "apiVersion": api_version,
            "kind": "Gateway",
            "metadata": metadata,
            "spec": {"gatewayClassName": CLASS, "listeners": [listener]},
        },
    ]


DEFINED_KINDS = ("ingressroute", "middleware", "traefikservice", "httproute-1.6")
"""Definitions of the kinds that ``WorkloadIngress`` creates."""


def create_definitions(api: KubernetesApi) -> None:
    """Create the custom resource definitions that Traefik requires.

    Those of the kinds that ``WorkloadIngress`` creates are the reduced copies of ``tests/engine/crds.py``: the API server
    rejects fields that the rendered objects should not have. The others accept everything.
    """
    definitions = [_with_status(_read(name)) for name in DEFINED_KINDS]
    definitions += [
        _definition("traefik.io", kind, f"{kind.lower()}s", "v1alpha1", "Namespaced") for kind in TRAEFIK_KINDS
    ]
    definitions += [_definition("gateway.networking.k8s.io", *kind) for kind in GATEWAY_KINDS]
    for definition in definitions:
        api.apply(definition)
    for definition in definitions:
        api.wait(definition, _is_established)


def _read(name: str) -> Object:
    definition: Object = json.loads((DEFINITIONS / f"{name}.json").read_text())
    return definition


def _with_status(definition: Object) -> Object:
    """Return a definition to which Traefik can write a status."""
    (version,) = definition["spec"]["versions"]
    version["subresources"] = {"status": {}}
    version["schema"]["openAPIV3Schema"]["properties"]["status"] = _ANYTHING
    return definition


def _definition(group: str, kind: str, plural: str, version: str, scope: str) -> Object:
    schema = {"type": "object", "properties": {"spec": _ANYTHING, "status": _ANYTHING}}
    approval = {"api-approved.kubernetes.io": "unapproved, for tests"} if group.endswith(".k8s.io") else {}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}", "annotations": approval},
        "spec": {
            "group": group,
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower()},
            "scope": scope,
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def _is_established(definition: Object) -> bool:
    conditions: list[dict[str, Any]] = definition.get("status", {}).get("conditions") or []
    return any(condition["type"] == "Established" and condition["status"] == "True" for condition in conditions)


_ANYTHING = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
