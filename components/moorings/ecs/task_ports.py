"""Further ports of a task, besides ``port``, and the security group rules of their clients."""

from collections.abc import Iterator, Mapping
from typing import Any

from moorings.aws.cidrs import Cidr
from moorings.aws.resource_ids import SecurityGroupId
from moorings.aws.security_groups import Peer, Protocol, SecurityGroup
from moorings.ecs.container_dependencies import ContainerName
from moorings.validation.args import Args
from moorings.validation.findings import Path
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, Port


class TaskPort(Args):
    """A port on which a container of the task listens.

    All containers of a task share the network interface, and connect to each other on ``localhost``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
    """

    port: Port
    """Number of the port."""

    protocol: Protocol = "tcp"
    """Transport protocol: ``tcp`` or ``udp``."""

    sidecar: ContainerName | None = None
    """Sidecar that listens on the port. Defaults to the application."""

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect to the port, by a name of your choice."""

    client_cidrs: dict[ChildName, Input[Cidr]] = {}
    """IPv4 CIDR blocks that may connect to the port, by a name of your choice."""


def clients_of_ports(ports: Mapping[str, TaskPort]) -> Iterator[tuple[Path, Any]]:
    """Yield path and ID of each security group whose members may connect to further ports."""
    for name, port in ports.items():
        for client, id_ in port.client_security_group_ids.items():
            yield ("additional_ports", name, "client_security_group_ids", client), id_


def allow_additional_ports(group: SecurityGroup, ports: Mapping[str, TaskPort]) -> None:
    """Allow the clients of further ports to connect to them.

    Args:
        group: security group of the task.
        ports: the ports by name.

    """
    for name, port in ports.items():
        for argument, client, peer in Peer.clients(port.client_security_group_ids, port.client_cidrs):
            group.allow_ingress(
                f"{name}-from-{client}",
                peer,
                port.port,
                argument=f"additional_ports.{name}.{argument}",
                description=f"{client} to {name}",
                protocol=port.protocol,
            )
