"""Arguments of further listeners of the Application Load Balancer, for other ports of the task."""

from typing import Annotated

from moorings.ecs.http_target import HttpTarget
from moorings.validation.changes import Change
from moorings.validation.types import Port


class AdditionalListener(HttpTarget):
    """A further listener of an Application Load Balancer, which forwards requests to another port of the task.

    It has the clients, the protocol and the certificates of the load balancer, and its own health check, login and
    closed paths.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html
    """

    listener_port: Port
    """Port on which the load balancer accepts connections."""

    application_port: Annotated[Port, Change("replacement", "Replaces the target group, and starts a new task.")]
    """Port of the application: ``port`` or one of ``additional_ports`` of the service."""
