"""Traefik and NGINX route the paths of a ``WorkloadIngress`` without session affinity as Kubernetes documents it.

Traefik reads the objects from an API server. NGINX has the directives that the templates of its controllers derive from
the objects (``controller_configuration.py``).
"""

import pytest
from applications import HOST, deploy, render
from controller_configuration import NGINX_CONFIGURATIONS
from engine import wait_until
from http_clients import Client
from proxies import run_nginx
from traefik import GATEWAY_NAME, GATEWAY_NAMESPACE

from moorings import StickyPolicy
from moorings.kubernetes.ingress.controllers import get_controller

WITHOUT_AFFINITY = StickyPolicy(strength="none")
PATHS = {"paths": ["/orders"], "exact_paths": ["/status", "/orders/exact"]}
ROUTED = ["/orders", "/orders/", "/orders/1", "/status", "/orders/exact"]
NOT_ROUTED = ["/", "/ordersx", "/orders.json", "/status/", "/status/x", "/statusx"]
REWRITTEN = {
    "/v1": "/",
    "/v1/a": "/a",
    "/v1/a?b=c": "/a?b=c",
    "/v2": "/orders/2",
    "/v2/a": "/orders/2/a",
    "/old": "/new",
}
GATEWAY = {"gateway_name": GATEWAY_NAME, "gateway_namespace": GATEWAY_NAMESPACE}


def routes(controller):
    """Rewrites and a redirect, if the controller supports them."""
    if "rewrite_prefix" not in get_controller(controller).arguments:
        return {}
    return {
        "v1": {"paths": ["/v1"], "rewrite_prefix": "/"},
        "v2": {"paths": ["/v2"], "rewrite_prefix": "/orders/2"},
        "old": {"exact_paths": ["/old"], "rewrite_prefix": "/new"},
        "moved": {"paths": ["/moved"], "redirect": {"scheme": "https", "host": "example.com", "status_code": 301}},
    }


def assert_routes(controller, client):
    """Every path is answered as declared, without a cookie."""
    assert {path: client.get(path).status for path in ROUTED} == dict.fromkeys(ROUTED, 200)
    assert {path: client.get(path).status for path in NOT_ROUTED} == dict.fromkeys(NOT_ROUTED, 404)
    assert client.get("/orders").cookie is None
    if routes(controller):
        assert {path: client.get(path).path for path in REWRITTEN} == REWRITTEN
        assert client.get("/v1x").status == 404
        redirected = client.get("/moved/a?b=c")
        assert (redirected.status, redirected.location) == (301, "https://example.com/moved/a?b=c")


@pytest.mark.parametrize("controller", ["traefik-ingress", "traefik-crd", "traefik-gateway"])
def test_traefik_routes_paths_to_all_pods(cluster, traefik, controller):
    options = {**PATHS, "routes": routes(controller), **(GATEWAY if controller == "traefik-gateway" else {})}
    application = deploy(cluster, controller, {"default": WITHOUT_AFFINITY}, **options)
    client = Client(traefik.web, application.hosts["default"])
    wait_until(lambda: _responding_pods(client) == application.pods, 60)
    assert_routes(controller, client)


def _responding_pods(client):
    responses = [client.get("/orders") for _ in range(12)]
    return {response.pod for response in responses if response.status == 200}


@pytest.mark.parametrize("controller", ["nginx-ingress", "nginx-virtualserver"])
def test_nginx_routes_paths_to_all_pods(nginx_binary, addresses, controller):
    objects = render(controller, WITHOUT_AFFINITY, **PATHS, routes=routes(controller))
    with run_nginx(nginx_binary, lambda port: NGINX_CONFIGURATIONS[controller](objects, addresses, port)) as port:
        client = Client(port, HOST)
        assert_routes(controller, client)
        assert {client.get("/orders").pod for _ in range(12)} == set(addresses)
