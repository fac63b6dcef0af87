"""Privileges of a container.

Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from typing import Annotated

from moorings.validation.args import Args
from moorings.validation.types import Unique, matches

Capability = Annotated[
    str, matches("a Linux capability without the prefix CAP_", "(?!CAP_)[A-Z][A-Z0-9_]{1,62}", "NET_ADMIN")
]
"""A Linux capability, or ``ALL``.

Source: https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

ALL_CAPABILITIES = "ALL"
NET_BIND_SERVICE = "NET_BIND_SERVICE"
"""The only capability that Pod Security's ``restricted`` level allows."""


class ContainerSecurity(Args):
    """Privileges of a container. By default it has none, as Pod Security's ``restricted`` level requires.

    Every further privilege is rejected unless its rule is acknowledged, and requires a namespace that does not enforce
    ``restricted``.
    """

    add_capabilities: Annotated[list[Capability], Unique] = []
    """Capabilities of the container (``["NET_ADMIN"]``), besides that of ``net_bind_service``. Only processes of root
    use them, unless a file of the image has the capability. Defaults to none."""

    drop_capabilities: Annotated[list[Capability], Unique] = [ALL_CAPABILITIES]
    """Capabilities that the container runtime grants by default and the container does not get. Defaults to all."""

    allow_privilege_escalation: bool = False
    """Allow processes to gain more privileges than their parent, for example through ``sudo``. A privileged container
    always can."""

    privileged: bool = False
    """Run the container with all privileges of the node, for example to load kernel modules."""
