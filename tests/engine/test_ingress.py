"""An API server validates what ``StickyIngress`` renders: built-in kinds, and those of vendors by their definitions.

The reduced definitions are from the projects (``crds.py``): Gateway API, Istio and Envoy Gateway under the Apache
License 2.0, Traefik under the MIT License.
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


def defined(name):
    return json.loads((GOLDEN / "crds" / f"{name}.json").read_text())


def documents(controller):
    """The objects in the golden file of a controller."""
    text = (GOLDEN / "ingress" / f"{controller}.yaml").read_text()
    return [each for each in yaml.safe_load_all(text) if each]


CONTROLLERS = sorted(path.stem for path in (GOLDEN / "ingress").glob("*.yaml"))
DEFINITIONS = sorted(path.stem for path in (GOLDEN / "crds").glob("*.json"))
KINDS = {"Ingress", "Service", *(defined(each)["spec"]["names"]["kind"] for each in DEFINITIONS)}


def admitted(api, thing, seconds=60):
    """Wait until an object is accepted: a new kind or definition is not served immediately."""
    end = time.monotonic() + seconds
    while True:
        try:
            return api.create(thing, dry_run=True)
        except RejectedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def establish(api, definition):
    """Create a definition, and wait until the API server serves and lists its kind."""
    api.apply(definition)

    def served(seen):
        conditions = seen.get("status", {}).get("conditions") or []
        return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)

    api.wait(definition, served)
    group, version = definition["spec"]["group"], definition["spec"]["versions"][0]["name"]
    wait_until(lambda: lists(api, f"/apis/{group}/{version}", definition["spec"]["names"]["kind"]), 60)


def lists(api, group, kind):
    """Whether the API server lists a kind. A new group may return 404 for a short time."""
    try:
        return any(each["kind"] == kind for each in api.request("GET", group)["resources"])
    except RejectedError as error:
        if error.code != 404:
            raise
        return False


@pytest.fixture(scope="module")
def vendors(api_server):
    """The API server with the kinds of the vendors, and the Gateway API in the default release."""
    for name in DEFINITIONS:
        if not name.startswith("httproute-") or name == "httproute-1.6":
            establish(api_server.api, defined(name))
    return api_server.api


@pytest.fixture(scope="module")
def namespace(api_server):
    return api_server.namespace()


def placed(thing, namespace):
    return {**thing, "metadata": {**thing["metadata"], "namespace": namespace}}


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_rendered_objects_are_accepted(vendors, namespace, controller):
    judged = [thing for thing in documents(controller) if thing["kind"] in KINDS]
    assert judged or controller == "nginx-virtualserver"
    for thing in judged:
        admitted(vendors, placed(thing, namespace))


def route(release, namespace):
    """The route as it is rendered for a release."""
    controller = get_controller("gateway-api")
    affinity = resolve_policy(controller, StickyPolicy(), prerequisites=["experimental_channel"])
    hosts, gateway = ["orders.example.com"], {"gateway_name": "public", "gateway_api_release": release}
    (manifest,) = controller.render(RouteSettings("orders", affinity, "orders", 8080, hosts, **gateway))
    metadata = {"name": "orders-route", "namespace": namespace}
    return {"apiVersion": manifest.api_version, "kind": manifest.kind, "metadata": metadata, "spec": manifest.spec}


@pytest.mark.parametrize(
    ("release", "other"), [("1.7", "1.6"), ("1.5", "1.7"), ("1.6", "1.7")], ids=lambda release: release
)
def test_gateway_api_releases_accept_only_their_own_fields(vendors, namespace, release, other):
    vendors.apply(defined(f"httproute-{release}"))
    admitted(vendors, route(release, namespace))
    with pytest.raises(RejectedError, match="unknown field|field not declared"):
        vendors.create(route(other, namespace), dry_run=True)


MISTAKES = {
    "a field of Traefik's": (
        "traefik-crd",
        ("spec", "routes", 0, "services", 0, "sticky", "cookie", "maxage"),
        3,
        "maxage",
    ),
    "Traefik's same site": (
        "traefik-gateway",
        ("spec", "weighted", "services", 0, "sticky", "cookie", "sameSite"),
        "loose",
        "Unsupported value",
    ),
    "a field of Istio's": (
        "istio",
        ("spec", "trafficPolicy", "loadBalancer", "consistentHash", "cookie"),
        {},
        "cookie",
    ),
    "Envoy's hash without its key": (
        "envoy-gateway",
        ("spec", "loadBalancer", "consistentHash", "type"),
        "IP",
        "Unsupported",
    ),
    "a duration": ("envoy-gateway", ("spec", "timeout", "http", "streamIdleTimeout"), "3600 seconds", "should match"),
    "a lifetime of no cookie": (
        "gateway-api",
        ("spec", "rules", 0, "sessionPersistence", "absoluteTimeout"),
        None,
        "AbsoluteTimeout must be specified",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_invalid_objects_are_rejected(vendors, namespace, name):
    controller, path, value, reason = MISTAKES[name]
    for thing in documents(controller):
        at = thing
        try:
            for step in path[:-1]:
                at = at[step]
        except KeyError:
            continue
        if value is None:
            del at[path[-1]]
        else:
            at[path[-1]] = value
        with pytest.raises(RejectedError, match=f"(?is){reason}"):
            vendors.create(placed(thing, namespace), dry_run=True)
        return
    raise AssertionError(f"{controller} has no {path}")
