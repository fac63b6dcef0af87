"""The table of what controllers can do."""

import pytest

from moorings import StickyPolicy
from moorings.kubernetes.ingress.capabilities import (
    CAPABILITIES,
    CONTROLLERS,
    FIELDS,
    MODES,
    who_closes,
    who_has,
    who_sets,
)
from moorings.kubernetes.ingress.renderers import RENDERERS
from moorings.kubernetes.ingress.services import ANNOTATIONS

MECHANISMS = [(name, mode) for name, each in CAPABILITIES.items() for mode in each.mechanisms]


def test_every_controller_has_its_row():
    assert tuple(CAPABILITIES) == CONTROLLERS


def test_every_controller_has_its_renderer_or_is_a_service():
    services = {name for name, each in CAPABILITIES.items() if each.attached == "service"}
    assert RENDERERS.keys() | services == set(CONTROLLERS)
    assert not RENDERERS.keys() & services


def test_every_controller_that_reads_the_service_has_annotations_for_it():
    assert {name for name, each in CAPABILITIES.items() if each.annotates_service} == ANNOTATIONS.keys()


def test_every_controller_keeps_a_session_in_one_way_at_least():
    assert all({"strong", "soft"} & each.mechanisms.keys() for each in CAPABILITIES.values())


def test_every_fact_has_a_page_of_its_vendor():
    assert all(each.source.startswith("https://") for each in CAPABILITIES.values())


def test_a_controller_with_a_class_says_which():
    assert all((each.attached == "class") == bool(each.class_name) for each in CAPABILITIES.values())


@pytest.mark.parametrize(("controller", "mode"), MECHANISMS)
def test_a_mechanism_speaks_of_fields_of_the_policy(controller, mode):
    how = CAPABILITIES[controller].mechanisms[mode]
    assert mode in MODES
    assert how.sets | how.fixed.keys() <= set(FIELDS) <= StickyPolicy.model_fields.keys()
    assert not how.sets & how.fixed.keys()


@pytest.mark.parametrize(("controller", "mode"), MECHANISMS)
def test_only_a_cookie_that_names_the_pod_loses_nothing(controller, mode):
    how = CAPABILITIES[controller].mechanisms[mode]
    if mode == "strong":
        assert not how.loses
    if mode == "soft":
        assert how.loses


def test_who_can_is_told_with_the_way_if_it_is_not_the_best():
    assert who_sets("secure") == [
        "ingress-nginx",
        "traefik-ingress",
        "traefik-crd",
        "traefik-gateway",
        "haproxy-ingress",
        "nginx-ingress",
        "nginx-virtualserver",
        "envoy-gateway (soft)",
        "kgateway (soft)",
        "istio",
    ]
    assert who_has("application") == [
        "ingress-nginx",
        "aws-ingress",
        "aws-gateway",
        "nginx-ingress",
        "nginx-virtualserver",
        "nginx-gateway-fabric",
        "envoy-gateway",
        "kgateway",
        "istio",
    ]


def test_who_closes_paths_is_told():
    assert who_closes() == [name for name, each in CAPABILITIES.items() if each.closes]
    assert "aws-ingress" in who_closes()
