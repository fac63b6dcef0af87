"""Fixtures that deploy a singleton with its required arguments."""

import json

import pytest

from moorings import FargateSingleton

REQUIRED_ARGS = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "acknowledge": {"ecs-no-health-check": "a test"},
}
LOAD_BALANCER = {
    "health_check_path": "/healthy",
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}


@pytest.fixture
def required_args():
    """Required arguments of a singleton."""
    return dict(REQUIRED_ARGS)


@pytest.fixture
def load_balancer():
    """Arguments of a load balancer for clients of a VPN."""
    return dict(LOAD_BALANCER)


@pytest.fixture
def create(deploy):
    """Deploy a singleton with the required arguments and those of the call.

    Arguments that are None are removed. Functions are called within the program, for values that need one.
    """

    def create_singleton(*, preview=False, name="orders", **args):
        def program():
            values = {key: value() if callable(value) else value for key, value in (REQUIRED_ARGS | args).items()}
            FargateSingleton(name, {key: value for key, value in values.items() if value is not None})

        return deploy(program, preview=preview)

    return create_singleton


@pytest.fixture
def create_load_balancer(create, load_balancer):
    """Deploy a singleton with a load balancer. Settings that are None are removed."""

    def make(*, args=None, acknowledge=None, **settings):
        values = {key: value for key, value in (load_balancer | settings).items() if value is not None}
        return create(port=3000, acknowledge=acknowledge, load_balancer=values, **(args or {}))

    return make


@pytest.fixture
def container(create):
    """Return the container definition of a singleton with the given arguments."""

    def container_definition(**args):
        (definition,) = json.loads(create(**args)["orders-task"].inputs["containerDefinitions"])
        return definition

    return container_definition


@pytest.fixture
def statements(create):
    """Return the statements of a policy by Sid, for a singleton with the given arguments."""

    def policy_statements(role, **args):
        policy = json.loads(create(**args)[f"orders-{role}"].inputs["policy"])
        return {statement.get("Sid"): statement for statement in policy["Statement"]}

    return policy_statements
