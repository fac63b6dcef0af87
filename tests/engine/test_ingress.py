"""An API server accepts the objects that ``WorkloadIngress`` renders, including custom resources.

The custom resource definitions are reduced copies (``crds.py``) from Gateway API, Istio and Envoy Gateway, under the
Apache License 2.0 (as are those of cert-manager and of the F5 NGINX Ingress Controller), and from Traefik, under the
MIT License.
"""

import json
import time
from pathlib import Path

import pytest
import yaml
from engine import wait_until
from kubernetes_api import RejectedError

from moorings import StickyPolicy
from moorings.kubernetes.ingress.controllers import get_controller
from moorings.kubernetes.ingress.route_settings import RouteSettings
from moorings.kubernetes.ingress.session_affinity import resolve_policy

GOLDEN = Path(__file__).parent.parent / "golden"


def read_definition(name):
    return json.loads((GOLDEN / "crds" / f"{name}.json").read_text())


def golden_objects(controller):
    """The objects in the golden file of a controller."""
    text = (GOLDEN / "ingress" / f"{controller}.yaml").read_text()
    return [document for document in yaml.safe_load_all(text) if document]


CONTROLLERS = sorted(path.stem for path in (GOLDEN / "ingress").glob("*.yaml"))
DEFINITIONS = sorted(path.stem for path in (GOLDEN / "crds").glob("*.json"))
KINDS = {"Ingress", "Service", *(read_definition(name)["spec"]["names"]["kind"] for name in DEFINITIONS)}


def wait_until_accepted(api, object_, seconds=60):
    """Wait until an object is accepted. A new or changed definition takes effect with a delay."""
    end = time.monotonic() + seconds
    while True:
        try:
            return api.create(object_, dry_run=True)
        except RejectedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def create_definition(api, definition):
    """Create a custom resource definition, and wait until the API server serves its kind."""
    api.apply(definition)

    def served(observed):
        conditions = observed.get("status", {}).get("conditions") or []
        return any(condition["type"] == "Established" and condition["status"] == "True" for condition in conditions)

    api.wait(definition, served)
    group, version = definition["spec"]["group"], definition["spec"]["versions"][0]["name"]
    wait_until(lambda: is_listed(api, f"/apis/{group}/{version}", definition["spec"]["names"]["kind"]), 60)


def is_listed(api, group, kind):
    """Whether the API server lists a kind. A new group returns 404 for a short time."""
    try:
        return any(resource["kind"] == kind for resource in api.request("GET", group)["resources"])
    except RejectedError as error:
        if error.code != 404:
            raise
        return False


@pytest.fixture(scope="module")
def api_with_definitions(api_server):
    """The API server with the newest custom resource definitions. Those of the Gateway API are of the default release."""
    for name in DEFINITIONS:
        if "-" not in name or name == "httproute-1.6":
            create_definition(api_server.api, read_definition(name))
    return api_server.api


@pytest.fixture(scope="module")
def namespace(api_server):
    return api_server.namespace()


def in_namespace(object_, namespace):
    return {**object_, "metadata": {**object_["metadata"], "namespace": namespace}}


def has_newer_fields(object_):
    """Whether a VirtualServer has fields that are newer than its definition, which is of release 1.12."""
    upstreams = object_["spec"].get("upstreams", []) if object_["kind"] == "VirtualServer" else []
    return any({"type", "sessionCookie"} & upstream.keys() for upstream in upstreams)


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_rendered_objects_are_accepted(api_with_definitions, namespace, controller):
    validated = [
        object_ for object_ in golden_objects(controller) if object_["kind"] in KINDS and not has_newer_fields(object_)
    ]
    assert validated
    for object_ in validated:
        wait_until_accepted(api_with_definitions, in_namespace(object_, namespace))


def route(release, namespace):
    """The HTTPRoute for a release of the Gateway API."""
    controller = get_controller("gateway-api")
    affinity = resolve_policy(controller, StickyPolicy(), prerequisites=["experimental_channel"])
    hosts, gateway = ["orders.example.com"], {"gateway_name": "public", "gateway_api_release": release}
    (manifest,) = controller.render(RouteSettings("orders", affinity, "orders", 8080, hosts, **gateway))
    metadata = {"name": "orders-route", "namespace": namespace}
    return {"apiVersion": manifest.api_version, "kind": manifest.kind, "metadata": metadata, "spec": manifest.spec}


@pytest.mark.parametrize(
    ("release", "other"), [("1.7", "1.6"), ("1.5", "1.7"), ("1.6", "1.7")], ids=lambda release: release
)
def test_gateway_api_releases_accept_only_their_own_fields(api_with_definitions, namespace, release, other):
    api_with_definitions.apply(read_definition(f"httproute-{release}"))
    wait_until_accepted(api_with_definitions, route(release, namespace))
    with pytest.raises(RejectedError, match="unknown field|field not declared"):
        api_with_definitions.create(route(other, namespace), dry_run=True)


OLDER_RELEASES = {
    "backendtrafficpolicy-1.5": ("envoy-gateway", "1.5", {"header_name": "Execution-ID"}),
    "ingressroute-3.2": ("traefik-crd", "3.2", {}),
    "destinationrule-1.27": ("istio", "1.27", {"header_name": "Execution-ID"}),
}


def rendered_for(controller_name, release, policy, kind):
    """The object of a kind for a release of the controller."""
    controller = get_controller(controller_name)
    affinity = resolve_policy(controller, StickyPolicy(**policy), release=release)
    settings = {"gateway_name": "public", "ingress_class_name": "example", "controller_release": release}
    manifests = controller.render(RouteSettings("orders", affinity, "orders", 8080, ["orders.example.com"], **settings))
    manifest = next(manifest for manifest in manifests if manifest.kind == kind)
    return {
        "apiVersion": manifest.api_version,
        "kind": kind,
        "metadata": {"name": "orders-release"},
        "spec": manifest.spec,
    }


@pytest.mark.parametrize("name", OLDER_RELEASES)
def test_the_definitions_of_an_older_release_accept_only_what_is_rendered_for_it(api_with_definitions, namespace, name):
    (controller, release, policy), older = OLDER_RELEASES[name], read_definition(name)
    kind, newest = older["spec"]["names"]["kind"], read_definition(name.partition("-")[0])
    api_with_definitions.apply(older)
    try:
        for_newest = rendered_for(controller, None, {"strength": "soft"} if controller == "istio" else policy, kind)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                api_with_definitions.create(in_namespace(for_newest, namespace), dry_run=True)
            except RejectedError:
                break
        else:
            raise AssertionError(f"release {release} accepts the objects of the newest one")
        wait_until_accepted(
            api_with_definitions, in_namespace(rendered_for(controller, release, policy, kind), namespace)
        )
    finally:
        api_with_definitions.apply(newest)


INVALID = {
    "unknown field of an IngressRoute": (
        "traefik-crd",
        ("spec", "routes", 0, "services", 0, "sticky", "cookie", "maxage"),
        3,
        "maxage",
    ),
    "unknown SameSite of a TraefikService": (
        "traefik-gateway",
        ("spec", "weighted", "services", 0, "sticky", "cookie", "sameSite"),
        "loose",
        "Unsupported value",
    ),
    "unknown field of a DestinationRule": (
        "istio",
        ("spec", "trafficPolicy", "loadBalancer", "consistentHash", "cookie"),
        {},
        "cookie",
    ),
    "unknown hash type of a BackendTrafficPolicy": (
        "envoy-gateway",
        ("spec", "loadBalancer", "consistentHash", "type"),
        "IP",
        "Unsupported",
    ),
    "invalid duration": (
        "envoy-gateway",
        ("spec", "timeout", "http", "streamIdleTimeout"),
        "3600 seconds",
        "should match",
    ),
    "cookie without an absolute timeout": (
        "gateway-api",
        ("spec", "rules", 0, "sessionPersistence", "absoluteTimeout"),
        None,
        "AbsoluteTimeout must be specified",
    ),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_objects_are_rejected(api_with_definitions, namespace, name):
    controller, path, value, reason = INVALID[name]
    for object_ in golden_objects(controller):
        parent = object_
        try:
            for key in path[:-1]:
                parent = parent[key]
        except KeyError:
            continue
        if value is None:
            del parent[path[-1]]
        else:
            parent[path[-1]] = value
        with pytest.raises(RejectedError, match=f"(?is){reason}"):
            api_with_definitions.create(in_namespace(object_, namespace), dry_run=True)
        return
    raise AssertionError(f"{controller} has no {path}")
