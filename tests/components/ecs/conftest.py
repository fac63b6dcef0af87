"""A singleton with what it needs, and nothing else."""

import json

import pytest

from moorings import FargateSingleton

NEEDED = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "unchecked": True,
}
LOAD_BALANCER = {
    "health_check_path": "/healthy",
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}


@pytest.fixture
def needed():
    """The arguments without which there is no singleton."""
    return dict(NEEDED)


@pytest.fixture
def balanced():
    """A load balancer that clients of the VPN reach."""
    return dict(LOAD_BALANCER)


@pytest.fixture
def made(deploy):
    """Deploy a singleton with the given arguments beside those that are needed.

    Those that are None are left out; a function is called by the program, for values that are made by a running one.
    """

    def make(*, preview=False, name="orders", **args):
        def program():
            given = {key: value() if callable(value) else value for key, value in (NEEDED | args).items()}
            FargateSingleton(name, {key: value for key, value in given.items() if value is not None})

        return deploy(program, preview=preview)

    return make


@pytest.fixture
def container(made):
    """The container that the given arguments make."""

    def make(**args):
        (found,) = json.loads(made(**args)["orders-task"].inputs["containerDefinitions"])
        return found

    return make


@pytest.fixture
def statements(made):
    """The statements of a policy that the given arguments make, by their names."""

    def make(role, **args):
        policy = json.loads(made(**args)[f"orders-{role}"].inputs["policy"])
        return {each.get("Sid"): each for each in policy["Statement"]}

    return make
