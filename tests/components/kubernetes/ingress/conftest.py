"""Fixtures of the ingress tests."""

import pytest

from moorings.kubernetes.ingress import controllers

REGISTRY = (
    "ingress-nginx", "aws-ingress", "aws-gateway", "aws-nlb", "traefik-ingress", "traefik-crd", "traefik-gateway",
    "haproxy", "haproxy-ingress", "nginx-ingress", "nginx-virtualserver", "nginx-gateway-fabric", "gateway-api",
    "envoy-gateway", "kgateway", "istio", "service",
)  # fmt: skip


@pytest.fixture
def fixed_registry(monkeypatch):
    """Fix the list of controllers in messages, so that a new controller does not change the expected ones."""
    monkeypatch.setattr(controllers, "CONTROLLERS", REGISTRY)
