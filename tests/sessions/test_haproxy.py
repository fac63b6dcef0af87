"""HAProxy keeps sessions with the directives that its controllers derive from the objects of ``WorkloadIngress``.

Tested with HAProxy of the distribution: the cookie with its flags and lifetime, the idle timeout of WebSockets, and
that new pods move no session with a cookie but most sessions with a header.

Not tested: that the controllers derive these directives (``controller_configuration.py`` follows their sources), and
how they change the servers of a running HAProxy.
"""

import pytest
from applications import HOST, render
from controller_configuration import HAPROXY_CONFIGURATIONS
from http_clients import Client
from proxies import run_haproxy
from session_shares import move_share, pods_by_session
from verified_mechanisms import HAPROXY, VERIFIED_CONTROLLERS
from websocket_frames import ClosedError

from moorings import StickyPolicy

HEADER = StickyPolicy(header_name="Execution-ID")


@pytest.fixture
def start(haproxy_binary, addresses):
    """Returns a function that runs HAProxy for a controller and some of the pods."""

    def run(controller, policy=None, pods=slice(3), change=lambda _: None):
        objects = render(controller, policy or StickyPolicy())
        change(objects)
        some = dict(list(addresses.items())[pods])
        return run_haproxy(haproxy_binary, lambda port: HAPROXY_CONFIGURATIONS[controller](objects, some, port))

    return run


@pytest.mark.parametrize("controller", VERIFIED_CONTROLLERS[HAPROXY, "strong"])
def test_new_pods_move_no_session_of_a_cookie(start, addresses, controller):
    with start(controller) as port:
        clients = [Client(port, HOST) for _ in range(30)]
        before = [client.pod() for client in clients]
        assert [client.pod() for client in clients] == before
    *old, new = addresses
    assert set(before) == set(old)
    with start(controller, pods=slice(4)) as port:
        moved = [Client(port, HOST, cookies=client.cookies) for client in clients]
        assert [client.pod() for client in moved] == before
        assert new in {Client(port, HOST).pod() for _ in range(8)}


@pytest.mark.parametrize("controller", VERIFIED_CONTROLLERS[HAPROXY, "strong"])
def test_a_pod_that_ends_moves_only_its_own_sessions(start, addresses, controller):
    with start(controller) as port:
        clients = [Client(port, HOST) for _ in range(12)]
        before = [client.pod() for client in clients]
    ended, *_ = addresses
    with start(controller, pods=slice(1, 3)) as port:
        after = [Client(port, HOST, cookies=client.cookies).pod() for client in clients]
    assert ended in before
    assert all(pod in {ended, moved} for pod, moved in zip(before, after, strict=True))


@pytest.mark.parametrize("controller", VERIFIED_CONTROLLERS[HAPROXY, "header"])
def test_a_new_pod_moves_most_sessions_of_a_header(start, controller):
    def connect(port):
        return lambda session: Client(port, HOST, headers={"Execution-ID": session})

    with start(controller, HEADER) as port:
        before = pods_by_session(connect(port))
        assert pods_by_session(connect(port)) == before
        assert len(set(before.values())) == 3
    with start(controller, HEADER, pods=slice(4)) as port:
        assert move_share(before, pods_by_session(connect(port))) > 0.5


POLICIES = [
    StickyPolicy(),
    StickyPolicy(cookie_name="SESSION", lifetime_seconds=600, same_site="Strict"),
    StickyPolicy(lifetime_seconds=0, same_site="None"),
    StickyPolicy(secure=False, http_only=False),
]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: ",".join(policy.set_cookie_fields))
def test_the_cookie_has_the_attributes_of_the_policy(start, policy):
    with start("haproxy-ingress", policy) as port:
        client = Client(port, HOST)
        cookie = client.get().cookie
        assert client.get().cookie is None  # it is sent once
    assert cookie.key == (policy.cookie_name or "AFFINITY")
    assert cookie["path"] == "/"
    lifetime = 10800 if policy.lifetime_seconds is None else policy.lifetime_seconds
    assert cookie["max-age"] == (str(lifetime) if lifetime else "")
    assert bool(cookie["secure"]) is (policy.secure is not False)
    assert bool(cookie["httponly"]) is (policy.http_only is not False)
    assert cookie["samesite"] == (policy.same_site or "Lax")


def test_the_cookie_of_haproxy_technologies_has_no_flags(start):
    with start("haproxy", StickyPolicy(cookie_name="SESSION")) as port:
        cookie = Client(port, HOST).get().cookie
    assert cookie.key == "SESSION"
    assert {name for name, value in cookie.items() if value} == {"path"}
    assert cookie["path"] == "/"


def without_timeout(objects):
    for object_ in objects:
        object_["metadata"].get("annotations", {}).pop("haproxy-ingress.github.io/timeout-tunnel", None)


def test_a_websocket_is_open_for_the_idle_timeout_of_the_policy(start, idle):
    policy = StickyPolicy(websocket_idle_timeout_seconds=30)
    with start("haproxy-ingress", policy) as port, Client(port, HOST).websocket() as websocket:
        pod = websocket.pod()
        idle()
        assert websocket.pod() == pod


def test_without_the_setting_the_default_closes_an_idle_websocket(start, idle):
    policy = StickyPolicy(websocket_idle_timeout_seconds=30)
    with (
        start("haproxy-ingress", policy, change=without_timeout) as port,
        Client(port, HOST).websocket() as websocket,
    ):
        websocket.pod()
        idle()
        with pytest.raises(ClosedError):
            websocket.pod()
