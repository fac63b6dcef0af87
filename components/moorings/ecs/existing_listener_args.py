"""Arguments of a service behind an existing listener: hosts, paths, priority, DNS records, certificates."""

from typing import Annotated, Literal

from pydantic import Field

from moorings.aws.arns import CertificateArn, ListenerArn
from moorings.aws.resource_ids import HostedZoneId, SecurityGroupId
from moorings.ecs.http_target import HttpTarget
from moorings.ecs.listener_conditions import MAX_PRIORITY, derive_priority, reachable_paths
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, Unique, matches

HostPattern = Annotated[
    str,
    matches(
        "a host name or pattern of at most 128 characters",
        r"(?=.{1,128}$)[A-Za-z0-9*?._-]*\.[A-Za-z*?]+",
        "orders.example.com",
    ),
]
"""Host condition of a listener rule. ``*`` matches any number of characters, ``?`` exactly one.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

RoutePath = Annotated[
    str, matches("a path pattern of at most 128 characters", r"[/*][A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}", "/orders/*")
]
"""Path condition of a listener rule. ``*`` matches any number of characters, ``?`` exactly one.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""


class ExistingListener(HttpTarget):
    """An existing listener of an Application Load Balancer, which other services may share.

    The component adds rules for its hosts and paths to the listener, and looks up the load balancer.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """

    listener_arn: Annotated[
        Input[ListenerArn], Change("replacement", "The rules are deleted first, which causes downtime.")
    ]
    """ARN of the listener. Its load balancer must be in the VPC of the service."""

    hosts: Annotated[list[HostPattern], Unique] = []
    """Host names or patterns of the service, such as ``orders.example.com`` or ``*.orders.example.com``. Defaults to
    all hosts. Required without ``paths``."""

    paths: Annotated[list[RoutePath], Unique] = []
    """Paths or path patterns of the service, such as ``/orders`` or ``/orders/*``. Defaults to all paths. Required
    without ``hosts``."""

    priority: Annotated[int, Field(ge=1, le=MAX_PRIORITY)] | None = None
    """Priority of the rule, 1 to 50000. Of the rules that match a request, the load balancer applies the one with the
    lowest number. The rule for ``closed_paths`` has the preceding number. By default, a priority above 10000 is derived
    from the name, the hosts and the paths, so that specific rules precede general ones. If a rule of another program
    has the same priority, AWS rejects the rule; set a different one.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """

    hosted_zone_id: Input[HostedZoneId] | None = None
    """Public Route 53 hosted zone in which DNS records for ``hosts`` are created. None by default."""

    ip_address_type: Literal["ipv4", "dualstack"] = "ipv4"
    """``dualstack`` creates AAAA records as well, for the IPv6 addresses of the load balancer."""

    create_certificates: bool = False
    """Create an ACM certificate for each of ``hosts``, validate it with a DNS record in ``hosted_zone_id``, and add it
    to the listener. Not needed if a certificate of the listener covers the hosts."""

    certificate_arns: dict[ChildName, Input[CertificateArn]] = {}
    """Existing certificates that are added to the listener, by a name of your choice. The load balancer selects one by
    the host name that the client requests (SNI)."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the load balancer, from which the task accepts connections. Defaults to the first security
    group of the load balancer."""

    add_egress_rules: bool = True
    """Add egress rules to this security group that allow connections to the task. Set it to False if the group allows
    all egress, or if another program manages all of its rules."""

    @property
    def reachable_closed_paths(self) -> list[str]:
        """``closed_paths`` that overlap with ``paths``."""
        return reachable_paths(self.closed_paths, self.paths)

    @property
    def https_requirements(self) -> list[str]:
        """Settings that require an HTTPS listener, as named in messages."""
        requirements = {
            "a login": self.has_login,
            "a certificate": bool(self.certificate_arns) or self.create_certificates,
            self.protocol_version: self.protocol_version != "HTTP1",
        }
        return [requirement for requirement, is_required in requirements.items() if is_required]

    def priorities(self, name: str) -> dict[str, int]:
        """Return the priority of each listener rule by its role: ``rule``, and ``closed`` if paths are closed.

        Args:
            name: name of the component.

        """
        priority = derive_priority(name, self.hosts, self.paths) if self.priority is None else self.priority
        return {"rule": priority} | ({"closed": priority - 1} if self.reachable_closed_paths else {})

    @property
    def routes(self) -> list[tuple[str, str]]:
        """All pairs of a host and a path. ``*`` stands for all hosts or all paths."""
        return [(host.lower(), path) for host in self.hosts or ["*"] for path in self.paths or ["*"]]
