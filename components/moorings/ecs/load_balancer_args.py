"""Arguments of the load balancer: health check, certificate, clients, login, access logs."""

from typing import Annotated, Literal

import pulumi
from pydantic import Field

from moorings.aws.arns import CertificateArn, UserPoolArn, WebAclArn
from moorings.aws.cidrs import Cidr, NetworkCidr
from moorings.aws.resource_ids import BucketName, HostedZoneId, SecurityGroupId, SubnetId
from moorings.aws.tls_policies import TLS_1_3, SslPolicy
from moorings.ecs.given_arguments import given_arguments
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.types import ChildName, DomainName, HealthCheckPath, HttpsUrl, Port, Unique, matches

PathPattern = Annotated[
    str, matches("a path pattern of at most 128 characters", r"/[A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}", "/metrics/*")
]
"""Path pattern of a listener rule: ``*`` matches any characters, ``?`` matches one.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

MAX_CLOSED_PATHS = 5
"""Maximum number of condition values of a listener rule.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""


Matcher = Annotated[
    str, matches("status codes", r"[0-9]{1,3}(?:-[0-9]{1,3})?(?:,[0-9]{1,3}(?:-[0-9]{1,3})?)*", "200-299")
]
"""Status codes and ranges of a successful health check, separated by commas.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
"""


class OidcLogin(Args):
    """Login with an OpenID Connect provider. The load balancer forwards only requests of authenticated users.

    The provider must allow the redirect URI ``https://<domain>/oauth2/idpresponse``.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """

    issuer: Input[HttpsUrl]
    """Issuer identifier of the provider."""

    authorization_endpoint: Input[HttpsUrl]
    """Authorization endpoint, to which the load balancer redirects users."""

    token_endpoint: Input[HttpsUrl]
    """Token endpoint, from which the load balancer gets tokens."""

    user_info_endpoint: Input[HttpsUrl]
    """User info endpoint, from which the load balancer gets user claims."""

    client_id: Input[Annotated[str, Field(min_length=1)]]
    """OAuth client ID of the load balancer."""

    client_secret: SecretInput[Annotated[str, Field(min_length=1)]]
    """OAuth client secret of the load balancer."""

    scope: str = "openid"
    """OAuth scopes that are requested, separated by spaces."""


class CognitoLogin(Args):
    """Login with an Amazon Cognito user pool. The load balancer forwards only requests of authenticated users.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """

    user_pool_arn: Input[UserPoolArn]
    """ARN of the user pool."""

    user_pool_client_id: Input[Annotated[str, Field(min_length=1)]]
    """ID of the app client. It must have a client secret and support the authorization code grant."""

    user_pool_domain: Input[Annotated[str, Field(min_length=1)]]
    """Domain of the user pool: its prefix, or the complete custom domain."""


class SingletonLoadBalancer(Args):
    """Application Load Balancer of a singleton, with an HTTPS listener. Internal by default."""

    health_check_path: Input[HealthCheckPath]
    """Path of the health check, which must not require a login. ECS replaces the task when the health check fails."""

    health_check_port: Port | None = None
    """Port of the health check. Defaults to the port of the application."""

    health_check_matcher: Input[Matcher] | None = None
    """Status codes of a successful health check: ``200``, ``200,302`` or ``200-299``. With HTTP they are 200 to 499 and
    default to 200, with gRPC 0 to 99 and default to 0."""

    health_check_interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    """Seconds between health checks, 5 to 300."""

    health_check_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 5
    """Seconds after which a health check fails, 2 to 120. Must be less than ``health_check_interval_seconds``."""

    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    """Consecutive successful health checks after which the task is healthy, 2 to 10."""

    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 5
    """Consecutive failed health checks after which ECS replaces the task, 2 to 10."""

    certificate_arn: Input[CertificateArn] | None = None
    """Certificate in ACM, in the Region of the load balancer, or in IAM. By default an ACM certificate for
    ``domain_name`` is created."""

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

    oidc: OidcLogin | None = None
    """Authenticate users with an OpenID Connect provider."""

    cognito: CognitoLogin | None = None
    """Authenticate users with an Amazon Cognito user pool."""

    identity_provider_cidrs: dict[ChildName, Input[Cidr]] = {"provider": "0.0.0.0/0"}
    """CIDR blocks of the identity provider, to which the load balancer connects on port 443 with ``oidc`` or
    ``cognito``."""

    closed_paths: Annotated[list[PathPattern], Field(max_length=MAX_CLOSED_PATHS)] = ["/metrics", "/metrics/*"]
    """Path patterns for which the load balancer returns 403, at most 5. Defaults to metrics, which most applications
    serve without a login. Prometheus scrapes the task directly: add it to the service's
    ``client_security_group_ids``."""

    target_protocol: Annotated[
        Literal["HTTP", "HTTPS"], Change("replacement", "Replaces the target group, and starts a new task.")
    ] = "HTTP"
    """Protocol between the load balancer and the task. With HTTPS, the application needs a certificate, which may be
    self-signed."""

    protocol_version: Annotated[
        Literal["HTTP1", "HTTP2", "GRPC"], Change("replacement", "Replaces the target group, and starts a new task.")
    ] = "HTTP1"
    """Version of HTTP between the load balancer and the task. With ``GRPC``, ``health_check_path`` is that of a method,
    such as ``/grpc.health.v1.Health/Check``.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """

    ssl_policy: SslPolicy = TLS_1_3
    """Security policy of the HTTPS listener. Defaults to TLS 1.3 only. Policies with ``1-2`` support older clients.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 15
    """Seconds for which in-flight requests may complete before the old task stops, 0 to 3600. New requests fail during
    this time."""

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
    def given_arguments(self) -> frozenset[str]:
        """Names of the arguments that are neither None nor empty. Their values may be late."""
        return given_arguments(self)

    @property
    def has_login(self) -> bool:
        """Whether the load balancer authenticates users."""
        return self.oidc is not None or self.cognito is not None

    @property
    def is_guarded(self) -> bool:
        """Whether the load balancer authenticates users or filters requests with a web ACL."""
        return self.has_login or self.web_acl_arn is not None

    @property
    def matcher(self) -> pulumi.Input[str]:
        """Status codes of a successful health check."""
        default = "0" if self.protocol_version == "GRPC" else "200"
        return default if self.health_check_matcher is None else self.health_check_matcher

    @property
    def healthy_after_seconds(self) -> int:
        """Longest time until the load balancer considers a started application healthy, in seconds."""
        return self.healthy_threshold * self.health_check_interval_seconds

    @property
    def unhealthy_after_seconds(self) -> int:
        """Longest time from a failure of the application until ECS replaces the task."""
        return self.unhealthy_threshold * self.health_check_interval_seconds + self.health_check_timeout_seconds
