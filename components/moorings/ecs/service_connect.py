"""Being found by other services, through Service Connect."""

from typing import Annotated

from moorings.aws.arns import NamespaceArn
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import Port, matches

ServiceName = Annotated[
    str,
    matches(
        "a name of up to 127 lower-case letters, digits, dots and hyphens",
        "[a-z0-9](?:[a-z0-9.-]{0,125}[a-z0-9])?",
        "orders",
    ),
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html"""


class ServiceConnect(Args):
    """A name under which other services of a namespace call this one, through a proxy that ECS puts into the task.

    The proxy takes 256 CPU units and 64 MiB of the task.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
    """

    namespace_arn: Input[NamespaceArn]
    """ARN of the namespace in AWS Cloud Map."""

    dns_name: Input[ServiceName]
    """Name that the clients call."""

    port: Port | None = None
    """Port that the clients call. That of the application by default."""
