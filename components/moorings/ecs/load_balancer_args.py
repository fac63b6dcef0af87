"""Settings of the load balancer before a singleton."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.aws.arns import CertificateArn, UserPoolArn, WebAclArn
from moorings.aws.cidrs import Cidr, ClientCidr
from moorings.aws.resource_ids import BucketName, HostedZoneId, SecurityGroupId, SubnetId
from moorings.aws.subnets import distinct
from moorings.aws.tls_policies import TLS_1_3, SslPolicy
from moorings.validation.args import Args
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.types import ChildName, DomainName, HttpsUrl, Port

_PATH = re.compile(r"/[A-Za-z0-9_\-.$/~\"'@:+&]{0,1023}")
_CODES = re.compile(r"(?P<first>[2-4][0-9]{2})(?:-(?P<last>[2-4][0-9]{2}))?")
_PATTERN = re.compile(r"/[A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}")


def _path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is not a path, such as /healthy")
    return path


def _pattern(path: str) -> str:
    if not _PATTERN.fullmatch(path):
        raise ValueError(f"{path!r} is not a path of up to 128 characters, such as /metrics/*")
    return path


Path = Annotated[str, AfterValidator(_path)]
"""A path that a health check asks for.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

PathPattern = Annotated[str, AfterValidator(_pattern)]
"""A pattern of paths: ``*`` stands for anything, ``?`` for one character.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""


def _matcher(codes: str) -> str:
    for each in codes.split(","):
        found = _CODES.fullmatch(each)
        if not found or int(found["last"] or found["first"]) < int(found["first"]):
            raise ValueError(f"{codes!r} are not status codes from 200 to 499, such as 200, 200,302 or 200-299")
    return codes


Matcher = Annotated[str, AfterValidator(_matcher)]
"""Status codes of an answer.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
"""

MOST_CLOSED_PATHS = 5
"""Values that one rule of a listener takes.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""


class OidcLogin(Args):
    """A login with an OpenID Connect provider, which the load balancer asks for before it lets anybody through.

    The provider must know ``https://<domain>/oauth2/idpresponse`` as a redirect.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """

    issuer: Input[HttpsUrl]
    """The provider, as its metadata names it."""

    authorization_endpoint: Input[HttpsUrl]
    """Where users log in."""

    token_endpoint: Input[HttpsUrl]
    """Where the load balancer gets tokens."""

    user_info_endpoint: Input[HttpsUrl]
    """Where the load balancer learns who the user is."""

    client_id: Input[Annotated[str, Field(min_length=1)]]
    """The load balancer's name at the provider."""

    client_secret: SecretInput[Annotated[str, Field(min_length=1)]]
    """The load balancer's secret at the provider."""

    scope: str = "openid"
    """What is asked of the provider, words between blanks."""


class CognitoLogin(Args):
    """A login with a user pool of Amazon Cognito, which the load balancer asks for before it lets anybody through.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """

    user_pool_arn: Input[UserPoolArn]
    """ARN of the user pool."""

    user_pool_client_id: Input[Annotated[str, Field(min_length=1)]]
    """The pool's client, which has a secret and allows the code grant."""

    user_pool_domain: Input[Annotated[str, Field(min_length=1)]]
    """Domain of the pool: the prefix, or the whole name of one's own."""


class SingletonLoadBalancer(Args):
    """An Application Load Balancer that is the way in to a singleton: HTTPS alone, inside the VPC unless asked.

    Its health check replaces the task. It drains only briefly before a deployment, as nothing serves meanwhile.
    """

    health_check_path: Input[Path]
    """Path that answers while the application is well, without a login."""

    health_check_port: Port | None = None
    """Port of the health check. The application's own by default."""

    health_check_matcher: Input[Matcher] = "200"
    """Status codes that mean well, 200 to 499: ``200``, ``200,302`` or ``200-299``."""

    health_check_interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    """Seconds between checks, 5 to 300."""

    health_check_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 5
    """Seconds after which a check has failed, 2 to 120."""

    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    """Checks in a row that make the task healthy, 2 to 10."""

    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 5
    """Failures in a row that replace the task, 2 to 10."""

    certificate_arn: Input[CertificateArn] | None = None
    """Certificate of ACM in the region of the load balancer. Without it one is made for ``domain_name``."""

    domain_name: Input[DomainName] | None = None
    """Name under which clients find the service. With ``hosted_zone_id`` the record is made here, and without
    ``certificate_arn`` the certificate as well."""

    hosted_zone_id: Input[HostedZoneId] | None = None
    """Public zone of Route 53 in which ``domain_name`` lies, for its record and the validation of its certificate."""

    subnet_ids: Input[Annotated[list[Input[SubnetId]], Field(min_length=2), AfterValidator(distinct)]] | None = None
    """Subnets of the load balancer, in at least two zones; public ones for a public load balancer. Those of the task by
    default."""

    client_security_group_ids: dict[ChildName, Input[SecurityGroupId]] = {}
    """Security groups whose members may connect, by a name of your choice. Nobody may by default."""

    client_cidrs: dict[ChildName, Input[ClientCidr]] = {}
    """Networks that may connect, by a name of your choice. Nobody may by default, and never everybody."""

    internet_facing: bool = False
    """Whether the load balancer has public addresses. It then wants ``client_cidrs`` and a login."""

    oidc: OidcLogin | None = None
    """Log users in with an OpenID Connect provider."""

    cognito: CognitoLogin | None = None
    """Log users in with a user pool of Cognito."""

    login_by_application: bool = False
    """Say that the application itself lets nobody in without a login."""

    identity_provider_cidrs: dict[ChildName, Input[Cidr]] = {"provider": "0.0.0.0/0"}
    """Networks that the load balancer calls on port 443 to log users in. Used with ``oidc`` and ``cognito``."""

    closed_paths: Annotated[list[PathPattern], Field(max_length=MOST_CLOSED_PATHS)] = ["/metrics", "/metrics/*"]
    """Paths that the load balancer answers with 403: metrics, by default, as applications serve them without a login.
    What scrapes them connects to the task itself, as one of its ``client_security_group_ids``. At most 5."""

    target_protocol: Literal["HTTP", "HTTPS"] = "HTTP"
    """What the load balancer speaks to the task: HTTP by default, or HTTPS where the application has a certificate of
    its own, which may be self-signed."""

    ssl_policy: SslPolicy = TLS_1_3
    """Versions of TLS and ciphers; TLS 1.3 alone by default, and those with ``1-2`` for older clients.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 15
    """Seconds for which requests may end before the old task stops, 0 to 3600. Nothing serves new ones meanwhile."""

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 300
    """Seconds for which a connection may be silent, 1 to 4000. WebSockets want more than the service's own 60."""

    access_logs: bool = True
    """Whether requests are logged, by default."""

    access_log_bucket: Input[BucketName] | None = None
    """Bucket of the logs, whose policy lets the load balancer write. Without it one is made.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """

    access_log_retention_days: Annotated[int, Field(ge=1)] = 365
    """Days for which the bucket that is made keeps the logs; a year by default."""

    web_acl_arn: Input[WebAclArn] | None = None
    """Regional web ACL of WAF before the load balancer. None by default."""

    protect: bool = True
    """Refuse to delete the load balancer and the logs until this is turned off, by default."""

    @property
    def has_login(self) -> bool:
        """Whether somebody asks users who they are."""
        return self.oidc is not None or self.cognito is not None or self.login_by_application

    @property
    def noticed_seconds(self) -> int:
        """How long it takes at most until a task that has stopped working is replaced."""
        return self.unhealthy_threshold * self.health_check_interval_seconds + self.health_check_timeout_seconds

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        broken = [
            sentence
            for sentence in (self._certificate(), self._check(), self._clients(), self._login(), self._logs())
            if sentence
        ]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _certificate(self) -> str | None:
        if self.certificate_arn is None and (self.domain_name is None or self.hosted_zone_id is None):
            return "HTTPS needs a certificate: give certificate_arn, or domain_name with the hosted_zone_id it lies in"
        if self.hosted_zone_id is not None and self.domain_name is None:
            return "hosted_zone_id is given without the domain_name whose record it shall hold; add it"
        return None

    def _check(self) -> str | None:
        if self.health_check_timeout_seconds >= self.health_check_interval_seconds:
            return (
                f"health_check_timeout_seconds {self.health_check_timeout_seconds} must be less than "
                f"health_check_interval_seconds {self.health_check_interval_seconds}; take a shorter timeout"
            )
        return None

    def _clients(self) -> str | None:
        both = sorted(self.client_security_group_ids.keys() & self.client_cidrs.keys())
        if both:
            return f"client_cidrs and client_security_group_ids both have a {', '.join(both)}; rename one of them"
        return None

    def _login(self) -> str | None:
        if self.oidc is not None and self.cognito is not None:
            return "oidc and cognito both log users in; give one of them"
        if (self.oidc is not None or self.cognito is not None) and not self.identity_provider_cidrs:
            return (
                "identity_provider_cidrs is empty, so that the load balancer could not ask the provider who logs in; "
                "name the provider's networks"
            )
        if not self.internet_facing:
            return None
        if not self.client_cidrs:
            return "a public load balancer admits only the networks in client_cidrs; name them"
        if not self.has_login:
            return (
                "a public load balancer wants a login: give oidc or cognito, or say login_by_application=True if the "
                "application lets nobody in without one"
            )
        return None

    def _logs(self) -> str | None:
        if self.access_log_bucket is not None and not self.access_logs:
            return "access_log_bucket is given and access_logs is off; turn it on or leave the bucket out"
        return None
