"""ECS Service Connect: a DNS name under which other services connect to this one."""

from typing import Annotated, Any

import pulumi

from moorings.aws.arns import NamespaceArn
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import Port, matches

PORT_NAME = "app"
"""Name of the application's port in the task definition, to which Service Connect refers."""

ServiceConnectName = Annotated[
    str,
    matches(
        "a name of at most 127 lower-case letters, digits, dots and hyphens",
        "[a-z0-9](?:[a-z0-9.-]{0,125}[a-z0-9])?",
        "orders",
    ),
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html"""


class ServiceConnect(Args):
    """Service Connect endpoint, through which services of a namespace connect to the task.

    ECS adds a proxy to the task, which needs 256 CPU units and 64 MiB of memory.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
    """

    namespace_arn: Input[NamespaceArn]
    """ARN of the AWS Cloud Map namespace."""

    dns_name: Input[ServiceConnectName]
    """DNS name that clients use."""

    port: Port | None = None
    """Port that clients use. Defaults to the port of the application."""

    def configuration(self, namespace: pulumi.Input[str], application_port: int | None) -> dict[str, Any]:
        """Return the configuration of the service.

        Args:
            namespace: ARN of the namespace, after its Region has been checked.
            application_port: port of the application.

        """
        alias = {"dns_name": self.dns_name, "port": self.port or application_port}
        return {
            "enabled": True,
            "namespace": namespace,
            "services": [{"port_name": PORT_NAME, "client_alias": [alias]}],
        }
