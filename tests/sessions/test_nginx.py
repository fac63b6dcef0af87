"""NGINX keeps sessions with the directives that its controllers derive from the objects of ``WorkloadIngress``.

Tested with NGINX of the distribution, whose version is older than that of the controllers: hashing by a header, by a
cookie of the application and by client IP address, idle timeouts of WebSockets, and closed paths.

Not tested: that the controllers derive these directives (``controller_configuration.py`` follows their templates), the
cookie of the F5 controller (``sticky cookie`` is newer than the NGINX of Debian), and the balancer of ingress-nginx,
which is written in Lua.
"""

import pytest
from applications import HOST, render
from controller_configuration import NGINX_CONFIGURATIONS
from http_clients import Client
from proxies import run_nginx
from session_shares import move_share, pods_by_session
from verified_mechanisms import NGINX, VERIFIED_CONTROLLERS
from websocket_frames import ClosedError

from moorings import StickyPolicy

GATEWAY = {"gateway_name": "public"}
HEADER = StickyPolicy(header_name="Execution-ID")
APPLICATION = StickyPolicy(application_cookie=True, cookie_name="shop_sid")
"""Policies without the cookie of the controller."""


@pytest.fixture
def start(nginx_binary, addresses):
    """Returns a function that runs NGINX for a controller and some of the pods."""

    def run(controller, policy, pods=slice(3), change=lambda _: None, **ingress):
        ingress |= GATEWAY if controller == "nginx-gateway-fabric" else {}
        objects = render(controller, policy, **ingress)
        change(objects)
        some = dict(list(addresses.items())[pods])
        return run_nginx(nginx_binary, lambda port: NGINX_CONFIGURATIONS[controller](objects, some, port))

    return run


def with_header(port):
    return lambda session: Client(port, HOST, headers={"Execution-ID": session})


def with_cookie(port):
    return lambda session: Client(port, HOST, cookies={"shop_sid": session})


@pytest.mark.parametrize(
    ("controller", "policy", "connect"),
    [
        *((name, HEADER, with_header) for name in VERIFIED_CONTROLLERS[NGINX, "header"]),
        *((name, APPLICATION, with_cookie) for name in VERIFIED_CONTROLLERS[NGINX, "application"]),
    ],
)
def test_a_new_pod_takes_over_its_share_of_hashed_sessions(start, addresses, controller, policy, connect):
    with start(controller, policy) as port:
        before = pods_by_session(connect(port))
        assert pods_by_session(connect(port)) == before
    with start(controller, policy, pods=slice(4)) as port:
        after = pods_by_session(connect(port))
    *old, new = addresses
    assert set(before.values()) == set(old)
    assert {after[session] for session in after if after[session] != before[session]} == {new}
    assert 0.1 < move_share(before, after) < 0.4


@pytest.mark.parametrize("controller", VERIFIED_CONTROLLERS[NGINX, "header"])
def test_a_pod_that_ends_moves_only_its_own_sessions(start, addresses, controller):
    ended, *_ = addresses
    with start(controller, HEADER) as port:
        before = pods_by_session(with_header(port))
    with start(controller, HEADER, pods=slice(1, 3)) as port:
        after = pods_by_session(with_header(port))
    assert {before[session] for session in before if after[session] != before[session]} == {ended}


def test_other_headers_do_not_select_the_pod(start):
    with start("nginx-ingress", HEADER) as port:
        clients = [Client(port, HOST, headers={"Execution-ID": "1", "Request-ID": str(number)}) for number in range(20)]
        assert len({client.pod() for client in clients}) == 1


@pytest.mark.parametrize("controller", VERIFIED_CONTROLLERS[NGINX, "soft"])
def test_clients_of_one_network_share_a_pod_and_a_new_pod_moves_most_of_them(start, controller):
    """The first three numbers of an IPv4 address are hashed."""

    def connect(port):
        return lambda session: Client(port, HOST, source=f"127.0.{int(session) % 250}.1")

    with start(controller, StickyPolicy(strength="soft")) as port:
        before = pods_by_session(connect(port))
        assert {Client(port, HOST, source=f"127.0.7.{number}").pod() for number in range(1, 20)} == {before["7"]}
    with start(controller, StickyPolicy(strength="soft"), pods=slice(4)) as port:
        after = pods_by_session(connect(port))
    assert move_share(before, after) > 0.5


def without(key):
    """Removes an annotation, or a field of the upstream of a VirtualServer."""

    def change(objects):
        for object_ in objects:
            object_["metadata"].get("annotations", {}).pop(key, None)
            for upstream in object_.get("spec", {}).get("upstreams", []):
                upstream.pop(key, None)

    return change


READ_TIMEOUTS = {
    "nginx-ingress": "nginx.org/proxy-read-timeout",
    "nginx-virtualserver": "read-timeout",
    "ingress-nginx": "nginx.ingress.kubernetes.io/proxy-read-timeout",
}


@pytest.mark.parametrize("controller", READ_TIMEOUTS)
def test_a_websocket_is_open_for_the_idle_timeout_of_the_policy(start, controller, idle):
    policy = StickyPolicy(header_name="Execution-ID", websocket_idle_timeout_seconds=30)
    with start(controller, policy) as port, Client(port, HOST).websocket() as websocket:
        pod = websocket.pod()
        idle()
        assert websocket.pod() == pod


@pytest.mark.parametrize("controller", READ_TIMEOUTS)
def test_without_the_setting_the_default_of_nginx_closes_an_idle_websocket(start, controller, idle):
    policy = StickyPolicy(header_name="Execution-ID", websocket_idle_timeout_seconds=30)
    with (
        start(controller, policy, change=without(READ_TIMEOUTS[controller])) as port,
        Client(port, HOST).websocket() as websocket,
    ):
        websocket.pod()
        idle()
        with pytest.raises(ClosedError):
            websocket.pod()


def test_websockets_of_the_f5_controller_require_the_annotation(start):
    with (
        start("nginx-ingress", HEADER, change=without("nginx.org/websocket-services")) as port,
        pytest.raises(AssertionError, match=r"HTTP/1\.1 200"),
        Client(port, HOST).websocket(),
    ):
        pass


@pytest.mark.parametrize(
    "path",
    [
        "/metrics", "/metrics/", "/metrics/a", "//metrics", "/metrics//", "/metrics%2f", "/metrics%2Fa", "/%6detrics",
        "/x/../metrics", "/./metrics", "/x/%2e%2e/metrics", "/metrics?a=b", "/metrics/.",
    ],
)  # fmt: skip
def test_closed_paths_are_closed(start, path):
    with start("nginx-virtualserver", HEADER, closed_paths=["/metrics"]) as port:
        assert Client(port, HOST).get(path).status == 403


@pytest.mark.parametrize("path", ["/", "/metricsx", "/orders/metrics", "/metrics-of-orders"])
def test_other_paths_are_open(start, path):
    with start("nginx-virtualserver", HEADER, closed_paths=["/metrics"]) as port:
        assert Client(port, HOST).get(path).path == path


@pytest.mark.parametrize("path", ["/metrics;a=b", "/metrics%3Ba", "/x/..;/metrics"])
def test_closed_paths_with_path_parameters_are_open(start, path):
    """The guide to sticky sessions states this limit."""
    with start("nginx-virtualserver", HEADER, closed_paths=["/metrics"]) as port:
        assert Client(port, HOST).get(path).path == path
