"""Traefik applies the policy of a ``WorkloadIngress`` with each of its three Kubernetes providers.

The tests are end to end: Traefik reads the objects that the library renders from a Kubernetes API server, and connects
to the pods in the EndpointSlices.
"""

import ssl
import subprocess
from contextlib import ExitStack
from functools import cache

import pytest
from applications import deploy
from engine import wait_until
from http_clients import Client
from traefik import GATEWAY_NAME, GATEWAY_NAMESPACE
from verified_mechanisms import TRAEFIK, VERIFIED_CONTROLLERS
from websocket_frames import ClosedError

from moorings import StickyPolicy
from moorings.kubernetes.ingress.controllers import get_controller

CONTROLLERS = VERIFIED_CONTROLLERS[TRAEFIK, "strong"]
WITH_TLS = [name for name in CONTROLLERS if "tls_secret_name" in get_controller(name).arguments]
GATEWAY = {"gateway_name": GATEWAY_NAME, "gateway_namespace": GATEWAY_NAMESPACE}
POLICIES = {
    "default": StickyPolicy(),
    "other": StickyPolicy(cookie_name="SESSION", lifetime_seconds=600, cookie_path="/orders", same_site="Strict"),
    "session": StickyPolicy(lifetime_seconds=0, same_site="None"),
    "flagless": StickyPolicy(secure=False, http_only=False),
}
CLOSED_PATHS = ["/metrics", "/health/live"]


@pytest.fixture(scope="module")
def deploy_application(cluster, traefik):
    """Returns a function that deploys an application, and waits until Traefik routes to all of its pods."""

    def deploy_and_wait(controller, policies=None, **options):
        options |= GATEWAY if controller == "traefik-gateway" else {}
        application = deploy(cluster, controller, policies, **options)
        for host in application.hosts.values():
            wait_until(lambda host=host: responding_pods(traefik, host) == application.pods, 60)
        return application

    return deploy_and_wait


def responding_pods(traefik, host, requests=12):
    """The pods that respond to requests without a cookie."""
    responses = [Client(traefik.web, host).get() for _ in range(requests)]
    return {response.pod for response in responses if response.status == 200}


@pytest.fixture(scope="module")
def shared_application(deploy_application):
    """Returns a function that returns the application of a controller, with a route for each policy of `POLICIES`.

    Tests must not change it.
    """

    @cache
    def get(controller):
        closed = {"closed_paths": CLOSED_PATHS} if "closed_paths" in get_controller(controller).arguments else {}
        return deploy_application(controller, POLICIES, **closed)

    return get


@pytest.fixture
def connect(traefik):
    """Returns a function that connects a client to a route of an application."""
    return lambda application, route="default": Client(traefik.web, application.hosts[route])


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_the_cookie_keeps_clients_on_their_pods(shared_application, connect, controller):
    application = shared_application(controller)
    clients = [connect(application) for _ in range(9)]
    pods = [client.pod() for client in clients]
    assert set(pods) == application.pods
    for _ in range(4):
        assert [client.pod() for client in clients] == pods


@pytest.mark.parametrize("controller", CONTROLLERS)
@pytest.mark.parametrize("route", POLICIES)
def test_the_cookie_has_the_attributes_of_the_policy(shared_application, connect, controller, route):
    policy, client = POLICIES[route], connect(shared_application(controller), route)
    cookie = client.get().cookie
    assert client.get().cookie is None  # the cookie is sent only once
    assert cookie.key == (policy.cookie_name or "AFFINITY")
    lifetime = 10800 if policy.lifetime_seconds is None else policy.lifetime_seconds
    assert {name: value for name, value in cookie.items() if value} == {
        "path": policy.cookie_path or "/",
        "samesite": policy.same_site or "Lax",
        **({"max-age": str(lifetime)} if lifetime else {}),
        **({"secure": True} if policy.secure is not False else {}),
        **({"httponly": True} if policy.http_only is not False else {}),
    }


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_websocket_survives_the_idle_timeouts_of_the_entry_point(shared_application, connect, idle, controller):
    """The idle timeouts are short in these tests. They apply to HTTP requests and idle connections only."""
    client = connect(shared_application(controller))
    pod = client.pod()
    with client.websocket() as websocket:
        assert websocket.pod() == pod
        idle()
        assert websocket.pod() == pod


CLOSED_STATUS = {"traefik-crd": 404, "traefik-gateway": 503}
CLOSED = [
    "/metrics", "/metrics/", "/metrics/a", "/metrics?a=b", "/health/live", "/health/live/a",
    # Forms that Traefik normalizes.
    "//metrics", "/metrics//", "/./metrics", "/metrics/.", "/x/../metrics", "/x/%2e%2e/metrics", "/%6detrics", "/health//live",
    # Forms that Traefik forwards unchanged, and that many applications normalize.
    "/metrics%2f", "/metrics%2Fa", "/%2Fmetrics", "/health%2Flive", "/health%2flive/a", "/x%2F..%2Fmetrics", "/x/..%2fmetrics",
    # Path parameters, which Java servers ignore.
    "/metrics;a=b", "/metrics;", "/metrics%3Ba", "/health;a/live", "/;a/metrics", "/x/..;/metrics",
]  # fmt: skip
OPEN = [
    "/", "/metricsx", "/metrics-of-orders", "/orders/metrics", "/health", "/health/ready", "/health/lives", "/a;b", "/a%2Fb",
]  # fmt: skip


@pytest.mark.parametrize("controller", CLOSED_STATUS)
@pytest.mark.parametrize("path", CLOSED)
def test_closed_paths_are_closed(shared_application, connect, controller, path):
    assert connect(shared_application(controller)).get(path).status == CLOSED_STATUS[controller]


@pytest.mark.parametrize("controller", CLOSED_STATUS)
@pytest.mark.parametrize("path", OPEN)
def test_other_paths_are_open(shared_application, connect, controller, path):
    assert connect(shared_application(controller)).get(path).path == path


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_new_pods_move_no_session(deploy_application, connect, traefik, controller):
    application = deploy_application(controller)
    clients = [connect(application) for _ in range(12)]
    pods = [client.pod() for client in clients]
    before = application.pods
    assert set(pods) == before
    after = application.scale(6)
    assert before < after
    wait_until(lambda: responding_pods(traefik, application.hosts["default"], 24) == after, 60)
    assert [client.pod() for client in clients] == pods


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_session_stays_on_its_pod_during_a_rollout(deploy_application, connect, traefik, controller):
    """New pods become ready and replace old pods one by one. Sessions on the remaining pod are not interrupted."""
    application = deploy_application(controller)
    old = application.pods
    sessions = {}
    while sessions.keys() != old:
        client = connect(application)
        sessions.setdefault(client.pod(), client)
    observed = {pod: [] for pod in old}

    def send_requests_until(condition):
        """Send requests in all sessions until a condition is true. Requests to a terminating pod can fail."""

        def check():
            for pod, client in sessions.items():
                response = client.get()
                observed[pod].append(response.pod if response.status == 200 else "error")
            return condition()

        wait_until(check, 60)

    with ExitStack() as open_websockets:
        websockets = {pod: open_websockets.enter_context(client.websocket()) for pod, client in sessions.items()}
        assert {pod: websocket.pod() for pod, websocket in websockets.items()} == {pod: pod for pod in old}
        application.start_rollout()
        ready = set()
        for _ in range(2):
            send_requests_until(lambda: application.pods - old - ready)
            (new,) = application.pods - old - ready
            kept = len(application.pods & old) - 1
            application.make_ready(new)
            ready.add(new)
            send_requests_until(lambda kept=kept: len(application.pods & old) == kept)
            send_requests_until(
                lambda: responding_pods(traefik, application.hosts["default"]) == application.pods & old | ready
            )
        (survivor,) = application.pods & old
        assert set(observed[survivor]) == {survivor}
        assert websockets.pop(survivor).pod() == survivor
        # The other sessions have moved to ready pods.
        assert {client.pod() for client in sessions.values()} <= ready | {survivor}
        for websocket in websockets.values():
            with pytest.raises(ClosedError):
                websocket.pod()


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_wildcard_host_matches_the_names_of_its_domain(cluster, traefik, controller):
    gateway = GATEWAY if controller == "traefik-gateway" else {}
    deploy(cluster, controller, hosts=[f"*.{controller}.example.com"], **gateway)
    client = Client(traefik.web, f"orders.{controller}.example.com")
    wait_until(lambda: client.get().status == 200, 60)
    assert len({client.pod() for _ in range(6)}) == 1
    assert Client(traefik.web, f"{controller}.example.com").get().status == 404
    assert Client(traefik.web, f"orders.{controller}-example.com").get().status == 404


def create_certificate(host, folder):
    """Return a certificate for a host and its key as the data of a TLS Secret."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -keyout key -out crt"
    names = ["-subj", "/CN=orders", "-addext", f"subjectAltName=DNS:{host}"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    return {f"tls.{name}": (folder / name).read_text() for name in ("crt", "key")}


@pytest.mark.parametrize("controller", WITH_TLS)
def test_a_route_with_a_certificate_is_served_over_tls_only(cluster, traefik, tmp_path, controller):
    certificate = {}

    def add_secret(objects):
        namespace = objects[0]["metadata"]["namespace"]
        certificate.update(create_certificate(f"*.{namespace}.example.com", tmp_path))
        metadata = {"name": "orders-tls", "namespace": namespace}
        secret = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": metadata}
        objects.insert(0, {**secret, "stringData": certificate})

    application = deploy(cluster, controller, change=add_secret, tls_secret_name="orders-tls")
    client = Client(traefik.websecure, application.hosts["default"], tls=True)
    expected = ssl.PEM_cert_to_DER_cert(certificate["tls.crt"])
    # Traefik serves its default certificate until it has read the Secret.
    wait_until(lambda: client.get().status == 200 and client.certificate == expected, 60)
    assert len({client.pod() for _ in range(6)}) == 1
    assert Client(traefik.web, client.host).get().status == 404


def without_stickiness(objects):
    """Remove the sticky cookie from the rendered objects."""
    for object_ in objects:
        annotations = object_["metadata"].get("annotations", {})
        for key in [key for key in annotations if ".sticky." in key]:
            del annotations[key]
        spec = object_.get("spec", {})
        for services in (route.get("services", []) for route in spec.get("routes", [])):
            for service in services:
                service.pop("sticky")
        for service in spec.get("weighted", {}).get("services", []):
            service.pop("sticky")


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_without_the_cookie_sessions_move(deploy_application, connect, controller):
    """Shows that the tests above fail if the library does not render the policy."""
    application = deploy_application(controller, change=without_stickiness)
    client = connect(application)
    assert {client.pod() for _ in range(12)} == application.pods
    assert not client.cookies
