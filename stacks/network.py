"""A VPC for stacks that have none: its outputs are what their settings ask for."""

from typing import Any

from moorings import Network, NetworkArgs
from settings import NetworkSettings


def deploy(settings: NetworkSettings) -> dict[str, Any]:
    """Make the network, and export what stacks in it need."""
    network = Network("network", NetworkArgs(**settings.model_dump()))
    return {
        "vpc_id": network.vpc_id,
        "private_subnet_ids": network.private_subnet_ids,
        "public_subnet_ids": network.public_subnet_ids,
        "nat_addresses": network.nat_addresses,
    }
