"""Being found by other services, through Service Connect."""

from typing import Annotated

from pydantic import Field

from moorings.args import Args
from moorings.ecs.access import Port
from moorings.identifiers import Arn
from moorings.inputs import Input


class ServiceConnect(Args):
    """A name under which other services of a namespace call this one, through a proxy that ECS puts into the task.

    The proxy takes 256 CPU units and 64 MiB of the task.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
    """

    namespace_arn: Input[Arn]
    """ARN of the namespace in AWS Cloud Map."""

    dns_name: Input[Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,125}[a-z0-9])?$")]]
    """Name that the clients call."""

    port: Port | None = None
    """Port that the clients call. That of the application by default."""
