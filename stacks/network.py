"""A VPC for the other stacks. Its outputs are the values of their settings."""

from typing import Any

from moorings import Network, NetworkArgs
from settings import NetworkSettings


def deploy(settings: NetworkSettings) -> dict[str, Any]:
    """Create the network, and return the IDs that other stacks need."""
    network = Network("network", NetworkArgs(**settings.model_dump()))
    return {
        "vpc_id": network.vpc_id,
        "private_subnet_ids": network.private_subnet_ids,
        "public_subnet_ids": network.public_subnet_ids,
        "nat_public_ips": network.nat_public_ips,
    }
