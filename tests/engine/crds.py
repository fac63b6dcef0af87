"""Reduces custom resource definitions to the fields that ``WorkloadIngress`` and ``KubernetesWorkload`` set.

``python tests/engine/crds.py`` downloads the Go modules of the projects and writes ``tests/golden/crds/``. The API
server rejects the removed fields, so the reduced definitions are stricter than the originals.
"""

import json
import subprocess
import sys
from pathlib import Path

import yaml

RULES = ("x-kubernetes-validations", "oneOf", "anyOf", "allOf", "not")

FOLDER = Path(__file__).parent.parent / "golden" / "crds"

ROUTE = {
    "parentRefs": ...,
    "hostnames": ...,
    "rules": {
        "matches": {"path": ...},
        "filters": {"type": ..., "extensionRef": ..., "requestRedirect": ..., "urlRewrite": ...},
        "backendRefs": {"group": ..., "kind": ..., "name": ..., "port": ..., "weight": ...},
        "sessionPersistence": ...,
    },
}
TRAEFIK_SERVICE = {"name": ..., "kind": ..., "port": ..., "scheme": ..., "weight": ..., "sticky": {"cookie": ...}}
HTTP_ROUTE = "config/crd/experimental/gateway.networking.k8s.io_httproutes.yaml"
TRAEFIK = ("github.com/traefik/traefik/v3@v3.7.13", "docs/content/reference/dynamic-configuration/traefik.io_{}.yaml")
KEDA = ("github.com/kedacore/keda/v2@v2.21.0", "config/crd/bases/keda.sh_{}.yaml")
ISTIO = ("istio.io/api@v1.31.1", "kubernetes/customresourcedefinitions.gen.yaml")
ENVOY = "charts/gateway-helm/charts/crds/crds/generated/gateway.envoyproxy.io_backendtrafficpolicies.yaml"

SOURCES = {
    "httproute-1.5": ("sigs.k8s.io/gateway-api@v1.5.1", HTTP_ROUTE, "HTTPRoute", "v1", ROUTE),
    "httproute-1.6": ("sigs.k8s.io/gateway-api@v1.6.1", HTTP_ROUTE, "HTTPRoute", "v1", ROUTE),
    "httproute-1.7": ("sigs.k8s.io/gateway-api@v1.7.0", HTTP_ROUTE, "HTTPRoute", "v1", ROUTE),
    "ingressroute": (
        TRAEFIK[0],
        TRAEFIK[1].format("ingressroutes"),
        "IngressRoute",
        "v1alpha1",
        {
            "entryPoints": ...,
            "routes": {
                "kind": ...,
                "match": ...,
                "priority": ...,
                "middlewares": {"name": ...},
                "services": TRAEFIK_SERVICE,
            },
            "tls": {"secretName": ...},
        },
    ),
    "middleware": (
        TRAEFIK[0],
        TRAEFIK[1].format("middlewares"),
        "Middleware",
        "v1alpha1",
        {"replacePathRegex": ..., "redirectRegex": ...},
    ),
    "traefikservice": (
        TRAEFIK[0],
        TRAEFIK[1].format("traefikservices"),
        "TraefikService",
        "v1alpha1",
        {"weighted": {"services": TRAEFIK_SERVICE}},
    ),
    "backendtrafficpolicy": (
        "github.com/envoyproxy/gateway@v1.9.1",
        ENVOY,
        "BackendTrafficPolicy",
        "v1alpha1",
        {"targetRefs": ..., "loadBalancer": {"type": ..., "consistentHash": ...}, "timeout": {"http": ...}},
    ),
    "backendtrafficpolicy-1.5": (
        "github.com/envoyproxy/gateway@v1.5.0",
        ENVOY.replace("charts/crds/crds/", "crds/"),
        "BackendTrafficPolicy",
        "v1alpha1",
        {"targetRefs": ..., "loadBalancer": {"type": ..., "consistentHash": ...}, "timeout": {"http": ...}},
    ),
    "ingressroute-3.2": (
        "github.com/traefik/traefik/v3@v3.2.0",
        TRAEFIK[1].format("ingressroutes"),
        "IngressRoute",
        "v1alpha1",
        {
            "entryPoints": ...,
            "routes": {"kind": ..., "match": ..., "services": TRAEFIK_SERVICE},
            "tls": {"secretName": ...},
        },
    ),
    "destinationrule-1.27": (
        "istio.io/api@v1.27.0",
        ISTIO[1],
        "DestinationRule",
        "v1",
        {"host": ..., "trafficPolicy": {"loadBalancer": {"consistentHash": ...}}},
    ),
    "certificate": (
        "github.com/cert-manager/cert-manager@v1.18.2",
        "deploy/crds/crd-certificates.yaml",
        "Certificate",
        "v1",
        {"secretName": ..., "dnsNames": ..., "issuerRef": ...},
    ),
    "virtualserver": (
        "github.com/nginx/kubernetes-ingress@v1.12.5",  # the newest release that is a Go module
        "deployments/common/crds/k8s.nginx.org_virtualservers.yaml",
        "VirtualServer",
        "v1",
        {
            "host": ...,
            "ingressClassName": ...,
            "tls": ...,
            "upstreams": {
                "name": ...,
                "service": ...,
                "port": ...,
                "lb-method": ...,
                "read-timeout": ...,
                "send-timeout": ...,
                "tls": ...,
            },
            "routes": {"path": ..., "action": ..., "splits": ...},
        },
    ),
    "virtualservice": (
        *ISTIO,
        "VirtualService",
        "v1",
        {
            "hosts": ...,
            "gateways": ...,
            "http": {
                "match": {"uri": ...},
                "route": {"destination": ..., "weight": ...},
                "rewrite": {"uri": ...},
                "redirect": ...,
            },
        },
    ),
    "scaledobject": (
        KEDA[0],
        KEDA[1].format("scaledobjects"),
        "ScaledObject",
        "v1alpha1",
        {
            "scaleTargetRef": ...,
            "minReplicaCount": ...,
            "maxReplicaCount": ...,
            "idleReplicaCount": ...,
            "pollingInterval": ...,
            "cooldownPeriod": ...,
            "initialCooldownPeriod": ...,
            "fallback": ...,
            "triggers": ...,
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": ...}},
        },
    ),
    "triggerauthentication": (
        KEDA[0],
        KEDA[1].format("triggerauthentications"),
        "TriggerAuthentication",
        "v1alpha1",
        {"secretTargetRef": ...},
    ),
    "destinationrule": (
        *ISTIO,
        "DestinationRule",
        "v1",
        {"host": ..., "trafficPolicy": {"loadBalancer": {"consistentHash": ...}}},
    ),
}
"""Module and release, file, kind, version, and the fields to keep; ``...`` keeps everything below."""


def reduce_schema(schema, keep):
    """The schema with only these fields, and without descriptions and validation rules of removed fields."""
    reduced = {key: value for key, value in schema.items() if key != "description"}
    if keep is not ...:
        for rules in RULES:
            reduced.pop(rules, None)
    if "items" in reduced:
        reduced["items"] = reduce_schema(reduced["items"], keep)
    if "properties" not in reduced:
        return reduced
    kept = reduced["properties"] if keep is ... else {name: reduced["properties"][name] for name in keep}
    reduced["properties"] = {
        name: reduce_schema(property_, ... if keep is ... else keep[name]) for name, property_ in kept.items()
    }
    if "required" in reduced:
        reduced["required"] = [name for name in reduced["required"] if name in kept] or None
    return {key: value for key, value in reduced.items() if value is not None}


def definition(folder, file, kind, version, keep):
    """The reduced definition of one version of a kind."""
    documents = yaml.safe_load_all((folder / file).read_text())
    (definition_,) = (document for document in documents if document and document["spec"]["names"]["kind"] == kind)
    (crd_version,) = (candidate for candidate in definition_["spec"]["versions"] if candidate["name"] == version)
    properties = crd_version["schema"]["openAPIV3Schema"]["properties"]
    approval = "api-approved.kubernetes.io"
    annotations = definition_["metadata"].get("annotations", {})
    return {
        "apiVersion": definition_["apiVersion"],
        "kind": definition_["kind"],
        "metadata": {
            "name": definition_["metadata"]["name"],
            "annotations": {approval: annotations[approval]} if approval in annotations else {},
        },
        "spec": {
            "group": definition_["spec"]["group"],
            "names": definition_["spec"]["names"],
            "scope": definition_["spec"]["scope"],
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {"spec": reduce_schema(properties["spec"], keep)},
                        }
                    },
                }
            ],
        },
    }


def module(name):
    """Folder of a downloaded module. ``go mod download`` reports an error if the module requires a newer Go."""
    output = subprocess.run(
        ["go", "mod", "download", "-json", name], capture_output=True, text=True, check=False
    ).stdout
    info = json.loads(output)
    cache = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=True).stdout.strip()
    return Path(info.get("Dir") or Path(cache) / name)


def main():
    """Write all definitions."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (source, file, kind, version, keep) in SOURCES.items():
        reduced = definition(module(source), file, kind, version, keep)
        reduced["metadata"]["annotations"]["moorings.example/cut-from"] = source
        (FOLDER / f"{name}.json").write_text(json.dumps(reduced, indent=1, sort_keys=True) + "\n")
        sys.stdout.write(f"{name}: {source}\n")


if __name__ == "__main__":
    main()
