"""Arguments of the Application Load Balancer: listeners, certificates, clients, access logs."""

from typing import Annotated, Literal

from pydantic import Field

from moorings.aws.arns import WebAclArn
from moorings.aws.cidrs import Cidr
from moorings.aws.resource_ids import BucketName, SubnetId
from moorings.aws.security_groups import HTTPS
from moorings.ecs.additional_listener import AdditionalListener
from moorings.ecs.created_load_balancer import CreatedLoadBalancer
from moorings.ecs.http_target import HttpTarget
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import ChildName, Port, Unique

HTTP = 80


class SingletonLoadBalancer(HttpTarget, CreatedLoadBalancer):
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

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2), Unique]] | None = None
    """Subnets of the load balancer, one in each of two or more Availability Zones. Defaults to the subnets of the task.
    An internet-facing load balancer needs public subnets."""

    identity_provider_cidrs: dict[ChildName, Input[Cidr]] = {"provider": "0.0.0.0/0"}
    """CIDR blocks of the identity provider, to which the load balancer connects on port 443 with ``oidc`` or
    ``cognito``."""

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

    additional_listeners: Annotated[
        dict[ChildName, AdditionalListener],
        Change("new task", "When one is added or removed, otherwise in place."),
    ] = {}
    """Further listeners for other ports of the task, such as an API, by a name of your choice."""

    web_acl_arn: Input[WebAclArn] | None = None
    """Regional AWS WAF web ACL of the load balancer."""

    @property
    def guards(self) -> str:
        """What can authenticate users instead of the application, for messages."""
        return "set oidc, cognito or web_acl_arn"

    @property
    def is_guarded(self) -> bool:
        """Whether the load balancer authenticates users or filters requests with a web ACL."""
        targets = [self, *self.additional_listeners.values()]
        return self.web_acl_arn is not None or all(target.has_login for target in targets)

    @property
    def port_of_listener(self) -> int:
        """Port on which the load balancer accepts connections."""
        default = HTTPS if self.listener_protocol == "HTTPS" else HTTP
        return default if self.listener_port is None else self.listener_port

    @property
    def redirects_http(self) -> bool:
        """Whether HTTP requests are redirected."""
        return self.redirect_http and self.listener_protocol == "HTTPS"

    @property
    def requires_certificate(self) -> bool:
        """Whether the listener encrypts connections."""
        return self.listener_protocol == "HTTPS"

    @property
    def ineffective_arguments(self) -> dict[str, str]:
        """Arguments that are ignored because of another one, each with the reason and the fix."""
        reasons = super().ineffective_arguments
        if self.access_log_bucket is not None and not self.access_logs:
            reasons["access_log_bucket"] = "with access_logs=False; turn access_logs on, or remove the bucket"
        return reasons

    @property
    def tls_protocol(self) -> str:
        """Argument and value that make the listener encrypt connections."""
        return "listener_protocol='HTTPS'"
