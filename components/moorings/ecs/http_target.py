"""Arguments of a task behind a listener of an Application Load Balancer: health check, protocol, login, draining."""

from typing import Annotated, Literal

import pulumi
from pydantic import Field

from moorings.aws.cognito_login import CognitoLogin
from moorings.ecs.balanced_target import BalancedTarget
from moorings.ecs.listener_conditions import MAX_CONDITION_VALUES
from moorings.ecs.load_balancer_logins import OidcLogin
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import HealthCheckPath, matches

PathPattern = Annotated[
    str, matches("a path pattern of at most 128 characters", r"/[A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}", "/metrics/*")
]
"""Path pattern of a listener rule: ``*`` matches any characters, ``?`` matches one.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

Matcher = Annotated[
    str, matches("status codes", r"[0-9]{1,3}(?:-[0-9]{1,3})?(?:,[0-9]{1,3}(?:-[0-9]{1,3})?)*", "200-299")
]
"""Status codes and ranges of a successful health check, separated by commas.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
"""


class HttpTarget(BalancedTarget):
    """Arguments that `SingletonLoadBalancer` and `ExistingListener` share."""

    health_check_path: Input[HealthCheckPath]
    """Path of the health check, which must not require a login. ECS replaces the task when the health check fails."""

    health_check_matcher: Input[Matcher] | None = None
    """Status codes of a successful health check: ``200``, ``200,302`` or ``200-299``. With HTTP they are 200 to 499 and
    default to 200, with gRPC 0 to 99 and default to 0."""

    oidc: OidcLogin | None = None
    """Authenticate users with an OpenID Connect provider."""

    cognito: CognitoLogin | None = None
    """Authenticate users with an Amazon Cognito user pool."""

    closed_paths: Annotated[list[PathPattern], Field(max_length=MAX_CONDITION_VALUES)] = ["/metrics", "/metrics/*"]
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

    @property
    def has_login(self) -> bool:
        """Whether the load balancer authenticates users."""
        return self.oidc is not None or self.cognito is not None

    @property
    def matcher(self) -> pulumi.Input[str]:
        """Status codes of a successful health check."""
        default = "0" if self.protocol_version == "GRPC" else "200"
        return default if self.health_check_matcher is None else self.health_check_matcher
