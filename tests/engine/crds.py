"""Reduces custom resource definitions of ingress controllers to the fields that ``StickyIngress`` sets, as test data.

``python tests/engine/crds.py`` downloads the Go modules of the projects and writes ``tests/golden/crds/``. The API
server of the tests rejects fields that were removed, so the reduced definitions are stricter than the originals.
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
    "rules": {"matches": {"path": ...}, "backendRefs": {"group": ..., "kind": ..., "name": ..., "port": ...}, "sessionPersistence": ...},
}  # fmt: skip
TRAEFIK_SERVICE = {"name": ..., "port": ..., "sticky": {"cookie": ...}}
HTTP_ROUTE = "config/crd/experimental/gateway.networking.k8s.io_httproutes.yaml"
TRAEFIK = ("github.com/traefik/traefik/v3@v3.7.13", "docs/content/reference/dynamic-configuration/traefik.io_{}.yaml")
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
        {"entryPoints": ..., "routes": {"kind": ..., "match": ..., "services": TRAEFIK_SERVICE}, "tls": {"secretName": ...}},
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
    "virtualservice": (
        *ISTIO,
        "VirtualService",
        "v1",
        {"hosts": ..., "gateways": ..., "http": {"match": {"uri": ...}, "route": {"destination": ...}}},
    ),
    "destinationrule": (
        *ISTIO,
        "DestinationRule",
        "v1",
        {"host": ..., "trafficPolicy": {"loadBalancer": {"consistentHash": ...}}},
    ),
}  # fmt: skip
"""Module and release, file, kind, version, and the fields to keep; ``...`` keeps everything below."""


def cut(schema, keep):
    """The schema without descriptions, with only these fields and without validation rules for removed ones."""
    reduced = {key: value for key, value in schema.items() if key != "description"}
    if keep is not ...:
        for rules in RULES:
            reduced.pop(rules, None)
    if "items" in reduced:
        reduced["items"] = cut(reduced["items"], keep)
    if "properties" not in reduced:
        return reduced
    kept = reduced["properties"] if keep is ... else {name: reduced["properties"][name] for name in keep}
    reduced["properties"] = {name: cut(each, ... if keep is ... else keep[name]) for name, each in kept.items()}
    if "required" in reduced:
        reduced["required"] = [name for name in reduced["required"] if name in kept] or None
    return {key: value for key, value in reduced.items() if value is not None}


def definition(folder, file, kind, version, keep):
    """The reduced definition of one version of a kind."""
    found = [
        each
        for each in yaml.safe_load_all((folder / file).read_text())
        if each and each["spec"]["names"]["kind"] == kind
    ]
    (whole,) = found
    (served,) = (each for each in whole["spec"]["versions"] if each["name"] == version)
    properties = served["schema"]["openAPIV3Schema"]["properties"]
    approved = "api-approved.kubernetes.io"
    notes = whole["metadata"].get("annotations", {})
    return {
        "apiVersion": whole["apiVersion"],
        "kind": whole["kind"],
        "metadata": {
            "name": whole["metadata"]["name"],
            "annotations": {approved: notes[approved]} if approved in notes else {},
        },
        "spec": {
            "group": whole["spec"]["group"],
            "names": whole["spec"]["names"],
            "scope": whole["spec"]["scope"],
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {"type": "object", "properties": {"spec": cut(properties["spec"], keep)}}
                    },
                }
            ],
        },
    }


def module(name):
    """Folder of a module. Its Go release may differ from the installed one."""
    found = subprocess.run(["go", "mod", "download", "-json", name], capture_output=True, text=True, check=False).stdout
    info = json.loads(found)
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
