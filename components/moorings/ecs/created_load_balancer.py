"""Arguments of a load balancer that the component creates: certificates, domain name, clients, addresses."""

from typing import Annotated, Literal

from moorings.aws.arns import CertificateArn
from moorings.aws.cidrs import NetworkCidr
from moorings.aws.resource_ids import HostedZoneId, SecurityGroupId
from moorings.aws.tls_policies import TLS_1_3, SslPolicy
from moorings.ecs.balanced_target import BalancedTarget
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, DomainName


class CreatedLoadBalancer(BalancedTarget):
    """Arguments that `SingletonLoadBalancer` and `NetworkLoadBalancer` share."""

    certificate_arn: Input[CertificateArn] | None = None
    """Certificate in ACM, in the Region of the load balancer, or in IAM. By default an ACM certificate for
    ``domain_name`` is created."""

    additional_certificate_arns: dict[ChildName, Input[CertificateArn]] = {}
    """Certificates for further domain names, by a name of your choice. The load balancer selects one by the host name
    that the client requests (SNI).

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """

    domain_name: Input[DomainName] | None = None
    """Domain name of the service. With ``hosted_zone_id``, its DNS record is created; without ``certificate_arn``, also
    its certificate."""

    hosted_zone_id: Input[HostedZoneId] | None = None
    """Public Route 53 hosted zone of ``domain_name``, for the DNS record and the validation of the certificate."""

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect, by a name of your choice."""

    client_cidrs: dict[ChildName, Input[NetworkCidr]] = {}
    """IPv4 and IPv6 networks that may connect, by a name of your choice. ``0.0.0.0/0`` and ``::/0`` require a login or
    a web ACL. IPv6 networks require ``ip_address_type="dualstack"``."""

    ip_address_type: Literal["ipv4", "dualstack"] = "ipv4"
    """``dualstack`` assigns IPv6 addresses to the load balancer as well, for IPv6 networks in ``client_cidrs``. Its
    subnets need IPv6 CIDR blocks.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type
    """

    internet_facing: Annotated[bool, Change("replacement", "Replaces the load balancer, whose DNS name changes.")] = (
        False
    )
    """Assign public IP addresses to the load balancer. Requires ``client_cidrs``, and a login or a web ACL."""

    ssl_policy: SslPolicy = TLS_1_3
    """Security policy of the HTTPS listener. Defaults to TLS 1.3 only. Policies with ``1-2`` support older clients.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    protect: bool = True
    """Protect the load balancer and its access logs from deletion."""

    @property
    def is_guarded(self) -> bool:
        """Whether the load balancer authenticates users or filters requests with a web ACL."""
        return False

    @property
    def guards(self) -> str:
        """What can authenticate users instead of the application, for messages."""
        return "use load_balancer with a login"

    @property
    def requires_certificate(self) -> bool:
        """Whether the listener encrypts connections."""
        return False

    @property
    def tls_protocol(self) -> str:
        """Argument and value that make the listener encrypt connections."""
        return "protocol='TLS'"

    @property
    def ineffective_arguments(self) -> dict[str, str]:
        """Arguments that are ignored because of another one, each with the reason and the fix."""
        reasons: dict[str, str] = {}
        if self.hosted_zone_id is not None and self.domain_name is None:
            reasons["hosted_zone_id"] = "without domain_name; set domain_name, or remove hosted_zone_id"
        if not self.requires_certificate:
            for name in ("certificate_arn", "additional_certificate_arns"):
                if getattr(self, name):
                    reasons[name] = f"without TLS; set {self.tls_protocol}, or remove {name}"
        return reasons
