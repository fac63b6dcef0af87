"""Traefik keeps sessions as ``StickyIngress`` states, configured by each of its three Kubernetes providers.

Everything is shown end to end: the objects are those that the library renders, Traefik reads them from a Kubernetes API
server and connects to the pods in its EndpointSlices.
"""

import pytest
from applications import deploy
from http_clients import Client
from demonstrated import DEMONSTRATED, TRAEFIK
from engine import wait_until
from traefik import GATEWAY_NAME, GATEWAY_NAMESPACE

from moorings import StickyPolicy

CONTROLLERS = DEMONSTRATED[TRAEFIK, "strong"]
GATEWAY = {"gateway_name": GATEWAY_NAME, "gateway_namespace": GATEWAY_NAMESPACE}
POLICIES = {
    "default": StickyPolicy(),
    "other": StickyPolicy(cookie_name="SESSION", lifetime_seconds=600, cookie_path="/orders", same_site="Strict"),
    "session": StickyPolicy(lifetime_seconds=0, same_site="None"),
    "flagless": StickyPolicy(secure=False, http_only=False),
}
CLOSED = {"closed_paths": ["/metrics", "/health/live"]}


@pytest.fixture(scope="module")
def deployed(cluster, traefik):
    """Returns a function that deploys an application, and waits until Traefik routes to all of its pods."""

    def run(controller, policies=None, **options):
        options |= GATEWAY if controller == "traefik-gateway" else {}
        application = deploy(cluster, controller, policies, **options)
        for host in application.hosts.values():
            wait_until(lambda host=host: reachable(traefik, host) == application.pods, 15)
        return application

    return run


def reachable(traefik, host, requests=12):
    """The pods that requests without a cookie reach."""
    responses = [Client(traefik.web, host).get() for _ in range(requests)]
    return {response.pod for response in responses if response.status == 200}


@pytest.fixture(scope="module", params=CONTROLLERS)
def application(request, deployed):
    """An application with a route for each policy. Tests do not change it."""
    closed = {} if request.param == "traefik-ingress" else CLOSED
    return deployed(request.param, POLICIES, **closed)


@pytest.fixture
def connect(traefik):
    """Returns a function that connects a client to a route of an application."""
    return lambda application, route="default": Client(traefik.web, application.hosts[route])


def test_the_cookie_keeps_clients_on_their_pods(application, connect):
    clients = [connect(application) for _ in range(9)]
    pods = [client.pod() for client in clients]
    assert set(pods) == application.pods
    for _ in range(4):
        assert [client.pod() for client in clients] == pods


@pytest.mark.parametrize("route", POLICIES)
def test_the_cookie_has_the_attributes_of_the_policy(application, connect, route):
    policy, client = POLICIES[route], connect(application, route)
    cookie = client.get().cookie
    assert client.get().cookie is None  # it is sent once
    assert cookie.key == (policy.cookie_name or "AFFINITY")
    lifetime = 10800 if policy.lifetime_seconds is None else policy.lifetime_seconds
    assert {name: value for name, value in cookie.items() if value} == {
        "path": policy.cookie_path or "/",
        "samesite": policy.same_site or "Lax",
        **({"max-age": str(lifetime)} if lifetime else {}),
        **({"secure": True} if policy.secure is not False else {}),
        **({"httponly": True} if policy.http_only is not False else {}),
    }


def test_a_websocket_survives_the_idle_timeouts_of_the_entry_point(application, connect, idle):
    """They are short in these tests, and apply to HTTP requests and idle connections only."""
    client = connect(application)
    pod = client.pod()
    with client.websocket() as websocket:
        assert websocket.pod() == pod
        idle()
        assert websocket.pod() == pod


VARIANTS = [
    "/metrics", "/metrics/", "/metrics/a", "//metrics", "/metrics//", "/metrics%2f", "/metrics%2Fa", "/%6detrics",
    "/x/../metrics", "/./metrics", "/x/%2e%2e/metrics", "/metrics?a=b", "/metrics/.", "/health/live", "/health%2Flive",
    "/health%2flive/a", "/health//live", "%2Fmetrics", "/%2Fmetrics", "/metrics;a=b", "/metrics%3Ba", "/health;a/live",
]  # fmt: skip


def test_closed_paths_are_closed(request, application, connect):
    if "traefik-ingress" in request.node.name:
        pytest.skip()
    for path in VARIANTS:
        r = connect(application).get(path)
        print(path, r.status, r.body)
    raise AssertionError


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_new_pods_move_no_session(deployed, connect, traefik, controller):
    application = deployed(controller)
    clients = [connect(application) for _ in range(12)]
    pods = [client.pod() for client in clients]
    before = application.pods
    assert set(pods) == before
    after = application.scale(6)
    assert before < after
    wait_until(lambda: reachable(traefik, application.hosts["default"], 24) == after, 60)
    assert [client.pod() for client in clients] == pods


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_session_stays_on_its_pod_during_a_rollout(deployed, connect, traefik, controller):
    """New pods become ready one by one, and each replaces a pod. The sessions of the last old pod notice nothing."""
    application = deployed(controller)
    old = application.pods
    sessions = {}
    while sessions.keys() != old:
        client = connect(application)
        sessions.setdefault(client.pod(), client)
    seen = {pod: [] for pod in old}

    def responses():
        for pod, client in sessions.items():
            # The pod has ended, or its session has moved.
            response = client.get()
            seen[pod].append(response.pod if response.status == 200 else None)

    application.start_rollout()
    ready = set()
    for remaining in (2, 1):
        wait_until(lambda: (responses(), application.pods - old - ready)[1], 60)
        (new,) = application.pods - old - ready
        application.make_ready(new)
        ready.add(new)
        wait_until(lambda count=remaining: (responses(), len(application.pods & old) == count)[1], 60)
        kept = application.pods & old | ready
        wait_until(lambda kept=kept: (responses(), reachable(traefik, application.hosts["default"]) == kept)[1], 60)
    (survivor,) = application.pods & old
    assert set(seen[survivor]) == {survivor}
    assert all(seen[pod][-1] not in {pod, None} for pod in old - {survivor})


def without_stickiness(objects):
    """Removes the cookie from the rendered objects."""
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
def test_without_the_cookie_sessions_move(deployed, connect, controller):
    """The tests above would fail if the library did not render the policy."""
    application = deployed(controller, change=without_stickiness)
    client = connect(application)
    assert {client.pod() for _ in range(12)} == application.pods
    assert not client.cookies
