"""Patterns of the closed paths of Traefik. ``tests/sessions`` shows them with a real Traefik."""

import re

import pytest

from moorings import StickyPolicy
from moorings.kubernetes.ingress.controllers import get_controller
from moorings.kubernetes.ingress.route_settings import RouteSettings
from moorings.kubernetes.ingress.session_affinity import resolve_policy
from moorings.kubernetes.ingress.traefik_paths import closed_path_patterns

PARAMETERS = "(?:;|%3B)[^/]*"


def route(*closed_paths):
    affinity = resolve_policy(get_controller("traefik-crd"), StickyPolicy())
    return RouteSettings("orders", affinity, "orders", 8080, closed_paths=closed_paths)


def test_a_route_without_closed_paths_has_no_patterns():
    assert closed_path_patterns(route()) == []


def test_each_closed_path_has_a_pattern():
    assert closed_path_patterns(route("/metrics", "/health/live")) == [
        f"^(?:/|%2F|{PARAMETERS})+metrics(?:/|%2F|;|%3B|$)",
        f"^(?:/|%2F|{PARAMETERS})+health(?:/|%2F|{PARAMETERS})+live(?:/|%2F|;|%3B|$)",
        r"(?:/|%2F)\.\.?(?:%2F|;|%3B)",
    ]


@pytest.mark.parametrize(
    ("closed_path", "path", "is_closed"),
    [
        ("/metrics", "/metrics", True),
        ("/metrics", "/metrics/a", True),
        ("/metrics", "/metrics%2Fa", True),
        ("/metrics", "/%2Fmetrics", True),
        ("/metrics", "/metrics;a=b", True),
        ("/metrics", "/;a/metrics", True),
        ("/metrics", "/orders/..;/metrics", True),
        ("/metrics", "/orders/..%2Fmetrics", True),
        ("/metrics", "/metricsx", False),
        ("/metrics", "/orders/metrics", False),
        ("/metrics", "/", False),
        ("/health/live", "/health;a/live", True),
        ("/health/live", "/health", False),
        ("/a.b", "/a.b", True),
        ("/a.b", "/axb", False),
        ("/a:b", "/a:b", True),
        ("/a:b", "/a%3Ab", True),
    ],
)
def test_a_pattern_matches_all_forms_of_a_path(closed_path, path, is_closed):
    patterns = closed_path_patterns(route(closed_path))
    assert any(re.search(pattern, path) for pattern in patterns) is is_closed
