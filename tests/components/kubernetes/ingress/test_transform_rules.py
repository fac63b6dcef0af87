"""Settings that keep a session at its pod are found in the objects of every controller."""

from pathlib import Path

import pytest
import yaml

from moorings.kubernetes.ingress.controllers import get_controller
from moorings.kubernetes.ingress.transform_rules import session_settings, transformed_session
from moorings.preview.secret_masking import UNKNOWN
from moorings.validation.resource_changes import Properties

GOLDEN = Path(__file__).parents[3] / "golden/ingress"


@pytest.mark.parametrize("controller", sorted(path.stem for path in GOLDEN.glob("*.yaml")))
def test_the_session_settings_of_every_controller_are_found(controller):
    objects = [each for each in yaml.safe_load_all((GOLDEN / f"{controller}.yaml").read_text("utf-8")) if each]
    reserved = get_controller(controller).reserved_annotations
    assert any(dict(session_settings(Properties(each), reserved)) for each in objects)


def test_unknown_fields_are_skipped():
    reserved = get_controller("haproxy-ingress").reserved_annotations
    fields = Properties({"metadata": {"annotations": UNKNOWN}, "spec": {"rules": UNKNOWN}})
    assert dict(session_settings(fields, reserved)) == {}


def test_other_attributes_of_a_target_group_are_no_session_settings():
    attributes = [{"key": "stickiness.enabled", "value": "true"}, {"key": "slow_start.duration_seconds", "value": "30"}]
    fields = Properties({"spec": {"targetGroupAttributes": attributes}})
    assert list(session_settings(fields, get_controller("aws-gateway").reserved_annotations)) == [
        (("spec", "targetGroupAttributes", "stickiness.enabled"), "true")
    ]


def test_nothing_is_found_while_the_object_is_unknown():
    reserved = get_controller("haproxy-ingress").reserved_annotations
    rendered = Properties({"metadata": {"annotations": {"haproxy-ingress.github.io/affinity": "cookie"}}, "spec": {}})
    final = Properties({"metadata": UNKNOWN, "spec": {}})
    assert list(transformed_session.function(final, "ingress", rendered, reserved)) == []
