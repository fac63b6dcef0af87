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
"""Host of a listener rule: ``*`` matches any characters, ``?`` matches one.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

RoutePath = Annotated[
    str, matches("a path pattern of at most 128 characters", r"[/*][A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}", "/orders/*")
]
"""Path of a listener rule: ``*`` matches any characters, ``?`` matches one.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""


class ExistingListener(HttpTarget):
    """A listener of an Application Load Balancer that other services use, too.

    The component adds rules for its hosts and paths to the listener, and looks the load balancer up.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """

    listener_arn: Annotated[
        Input[ListenerArn], Change("replacement", "The rules are deleted first; no requests are served meanwhile.")
    ]
    """ARN of the listener. Its load balancer must be in the VPC of the service."""

    hosts: Annotated[list[HostPattern], Unique] = []
    """Host names or patterns, such as ``orders.example.com`` or ``*.orders.example.com``, whose requests the service
    serves. All hosts by default. Without ``paths``, at least one is required."""

    paths: Annotated[list[RoutePath], Unique] = []
    """Paths or path patterns, such as ``/orders`` or ``/orders/*``, whose requests the service serves. All paths by
    default. Without ``hosts``, at least one is required."""

    priority: Annotated[int, Field(ge=1, le=MAX_PRIORITY)] | None = None
    """Priority of the rule, 1 to 50000: of all rules that match a request, the one with the lowest number is applied.
    The rule for ``closed_paths`` has the number before it. By default it is derived from the name, the hosts and the
    paths: specific rules precede general ones, and all numbers are above 10000. If another program has a rule with the
    same number, AWS rejects the rule; then set a number.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """

    hosted_zone_id: Input[HostedZoneId] | None = None
    """Public Route 53 hosted zone in which a DNS record for each of ``hosts`` is created. None by default."""

    ip_address_type: Literal["ipv4", "dualstack"] = "ipv4"
    """With ``dualstack``, the DNS records also contain the IPv6 addresses of the load balancer."""

    create_certificates: bool = False
    """Create an ACM certificate for each of ``hosts``, validate it with a DNS record in ``hosted_zone_id``, and add it
    to the listener. Not needed if a certificate of the listener contains the hosts."""

    certificate_arns: dict[ChildName, Input[CertificateArn]] = {}
    """Existing certificates that are added to the listener, by a name of your choice. The load balancer selects one by
    the host name that the client requests (SNI)."""

    security_group_id: Input[SecurityGroupId] | None = None
    """Security group of the load balancer, whose members may connect to the task. Defaults to the first security group
    of the load balancer, which is looked up."""

    add_egress_rules: bool = True
    """Add rules to this security group that allow connections to the task. Set it to False if the group allows all
    outgoing connections, or if its rules are managed elsewhere as a whole."""

    @property
    def reachable_closed_paths(self) -> list[str]:
        """Closed paths that requests for ``paths`` could reach."""
        return reachable_paths(self.closed_paths, self.paths)

    @property
    def https_requirements(self) -> list[str]:
        """What requires an HTTPS listener."""
        requirements = {
            "a login": self.has_login,
            "a certificate": bool(self.certificate_arns) or self.create_certificates,
            self.protocol_version: self.protocol_version != "HTTP1",
        }
        return [requirement for requirement, is_required in requirements.items() if is_required]

    def priorities(self, name: str) -> dict[str, int]:
        """Return the priority of each rule of the listener, by its role: ``rule``, and ``closed`` if paths are closed.

        Args:
            name: name of the component.

        """
        priority = derive_priority(name, self.hosts, self.paths) if self.priority is None else self.priority
        return {"rule": priority} | ({"closed": priority - 1} if self.reachable_closed_paths else {})

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Each pair of a host and a path, ``*`` for all of them."""
        return [(host.lower(), path) for host in self.hosts or ["*"] for path in self.paths or ["*"]]
