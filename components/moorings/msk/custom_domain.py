"""``MskCustomDomain``: custom domain name of a cluster.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/custom-domain-names.html and
https://aws.amazon.com/blogs/big-data/configure-a-custom-domain-name-for-your-amazon-msk-cluster/
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from moorings.aws.arns import CertificateArn
from moorings.aws.resource_ids import HostedZoneId
from moorings.aws.tls_policies import SslPolicy
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.inputs import Input
from moorings.validation.types import DomainName

ADVERTISED_LISTENERS = "custom.advertised.listeners"

CustomDomainListener = Literal["iam", "scram"]

_LISTENER_NAMES: Mapping[CustomDomainListener, str] = {"iam": "CLIENT_IAM", "scram": "CLIENT_SASL_SCRAM"}
_REPLACED_RECORDS = Change("in place", "Replaces the DNS records; clients must use the new name.")
_ADDRESSES = Change("rolling restart", "Changes the addresses that clients use.")


class MskCustomDomain(Args):
    """Custom domain name of a cluster. Brokers are ``b-1.{name}``, ``b-2.{name}`` and so on, each with its own port.

    An internal Network Load Balancer in the subnets of the cluster accepts connections from its clients.
    """

    name: Annotated[DomainName, _REPLACED_RECORDS]
    """Domain name, such as ``kafka.example.com``."""

    hosted_zone_id: Annotated[Input[HostedZoneId], _REPLACED_RECORDS]
    """Route 53 hosted zone in which the DNS records are created. A private hosted zone suffices."""

    certificate_arn: Input[CertificateArn]
    """ACM certificate for ``*.{name}``, in the Region of the cluster. Clients must trust its certificate authority."""

    listener: Annotated[CustomDomainListener, _ADDRESSES]
    """Authentication method of the clients: ``iam`` or ``scram``. Mutual TLS is not supported, because the load
    balancer does not pass the certificates of clients on to the brokers."""

    step: Literal["prepare", "enable"] | None = None
    """``prepare`` creates the load balancer and the DNS records. ``enable``, in a later update, makes the brokers
    advertise the custom names, with a rolling restart. From then on, all clients of the listener must be able to
    connect to the load balancer. Defaults to ``prepare``, with a warning that describes the next step."""

    first_port: Annotated[int, Field(ge=1, le=65_000), _ADDRESSES] = 9001
    """Port of the first broker, 9001 by default. Broker 2 has the next port, and so on."""

    ssl_policy: SslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    """TLS policy of the load balancer. The default allows TLS 1.2 and 1.3.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
    """

    def advertised_listener(self) -> str:
        """Return the value of ``custom.advertised.listeners``."""
        return f"{_LISTENER_NAMES[self.listener]}://b-{{broker_id}}.{self.name}:{self.first_port - 1}+{{broker_id}}"

    def bootstrap_servers(self, brokers: int) -> str:
        """Return the addresses of the brokers as ``host:port``, separated by commas."""
        return ",".join(f"b-{number}.{self.name}:{self.first_port + number - 1}" for number in range(1, brokers + 1))
