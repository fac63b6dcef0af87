"""Roles of children: the part of their name after that of the component."""

import pytest

from moorings.ecs.child_names import MAX_LOAD_BALANCER_NAME, MAX_ROLE_NAME, child_name
from moorings.overrides.child_roles import kind_of, role_of


@pytest.mark.parametrize(
    ("child", "role"),
    [
        ("orders-deployment", "deployment"),
        ("orders-api-service", "api-service"),
        ("orders", None),
        ("ordersx-service", None),
        ("payments-service", None),
    ],
)
def test_the_role_follows_the_name_of_the_component(child, role):
    assert role_of("orders", child) == role


@pytest.mark.parametrize("length", [10, 17, 40, 100])
@pytest.mark.parametrize(
    ("role", "maximum"), [("alb", MAX_LOAD_BALANCER_NAME), ("tg", MAX_LOAD_BALANCER_NAME), ("task-role", MAX_ROLE_NAME)]
)
def test_shortened_names_have_the_same_role(length, role, maximum):
    name = "orders-and-payments-" * 5
    assert role_of(name[:length].rstrip("-"), child_name(name[:length].rstrip("-"), role, maximum)) == role


def test_a_shortened_name_of_another_component_has_no_role():
    assert role_of("payments" * 8, child_name("orders" * 8, "alb", MAX_LOAD_BALANCER_NAME)) is None


def test_the_kind_is_the_last_part_of_the_type():
    assert kind_of("kubernetes:apps/v1:Deployment") == "Deployment"
