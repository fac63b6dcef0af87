"""Arguments of the Application Load Balancer: listeners, certificates, clients, access logs."""

from typing import Annotated, Literal

from pydantic import Field

from moorings.aws.arns import CertificateArn, WebAclArn
from moorings.aws.cidrs import Cidr, NetworkCidr
from moorings.aws.resource_ids import BucketName, HostedZoneId, SecurityGroupId, SubnetId
from moorings.aws.security_groups import HTTPS
from moorings.aws.tls_policies import TLS_1_3, SslPolicy
from moorings.ecs.http_target import HttpTarget
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, DomainName, Port, Unique

HTTP = 80


class SingletonLoadBalancer(HttpTarget):
    """Application Load Balancer of a singleton, with an HTTPS listener. Internal by default."""

    listener_protocol: Literal["HTTPS", "HTTP"] = "HTTPS"
    """Protocol between the clients and the load balancer. ``HTTP`` is unsafe, because requests and passwords are not
    encrypted.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
    """

    listener_port: Port | None = None
    """Port on which the load balancer accepts connections. Defaults to 443, and to 80 with
    ``listener_protocol="HTTP"``."""

    redirect_http: bool = True
    """Redirect HTTP requests on port 80 to the HTTPS listener. Has no effect with ``listener_protocol="HTTP"``."""

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

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2), Unique]] | None = None
    """Subnets of the load balancer, one in each of two or more Availability Zones. Defaults to the subnets of the task.
    An internet-facing load balancer needs public subnets."""

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

    identity_provider_cidrs: dict[ChildName, Input[Cidr]] = {"provider": "0.0.0.0/0"}
    """CIDR blocks of the identity provider, to which the load balancer connects on port 443 with ``oidc`` or
    ``cognito``."""

    ssl_policy: SslPolicy = TLS_1_3
    """Security policy of the HTTPS listener. Defaults to TLS 1.3 only. Policies with ``1-2`` support older clients.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 300
    """Seconds after which an idle connection is closed, 1 to 4000. The default of ELB, 60, is too short for most
    WebSockets."""

    access_logs: bool = True
    """Write access logs to Amazon S3."""

    access_log_bucket: Input[BucketName] | None = None
    """Bucket of the access logs. Its policy must allow the load balancer to write. By default a bucket is created.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """

    access_log_retention_days: Annotated[int, Field(ge=1)] = 365
    """Days after which the created bucket deletes access logs."""

    web_acl_arn: Input[WebAclArn] | None = None
    """Regional AWS WAF web ACL of the load balancer."""

    protect: bool = True
    """Protect the load balancer and its access logs from deletion."""

    @property
    def is_guarded(self) -> bool:
        """Whether the load balancer authenticates users or filters requests with a web ACL."""
        return self.has_login or self.web_acl_arn is not None

    @property
    def port_of_listener(self) -> int:
        """Port on which the load balancer accepts connections."""
        default = HTTPS if self.listener_protocol == "HTTPS" else HTTP
        return default if self.listener_port is None else self.listener_port

    @property
    def redirects_http(self) -> bool:
        """Whether HTTP requests are redirected."""
        return self.redirect_http and self.listener_protocol == "HTTPS"
