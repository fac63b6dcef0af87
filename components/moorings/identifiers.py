"""Names that AWS gives to things, checked for their form.

Each type is a string with a rule, to stand inside the brackets of ``Input``: ``Input[SubnetId]``.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface
from typing import Annotated

from pydantic import AfterValidator


def _form(kind: str, pattern: str, example: str) -> Callable[[str], str]:
    form = re.compile(pattern)

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(f"{value!r} is not {kind}, such as {example}")
        return value

    return check


def _arn(service: str, account: str, resource: str) -> str:
    return rf"arn:aws(?:-[a-z]+)*:{service}:[a-z0-9-]*:{account}:{resource}"


def _network(cidr: str) -> str:
    try:
        given = IPv4Interface(cidr)
    except ValueError:
        given = None
    if given is None or not re.fullmatch(r"[0-9.]+/[0-9]+", cidr):
        raise ValueError(f"{cidr!r} is not an IPv4 network, such as 10.80.0.0/16")
    if given.ip != given.network.network_address:
        raise ValueError(f"{cidr!r} is an address within a network; the network is {given.network}")
    return cidr


def _ipv6_network(cidr: str) -> str:
    try:
        given = IPv6Interface(cidr)
    except ValueError:
        given = None
    if given is None or "/" not in cidr:
        raise ValueError(f"{cidr!r} is not an IPv6 network, such as 2001:db8:1234::/56")
    if given.ip != given.network.network_address:
        raise ValueError(f"{cidr!r} is an address within a network; the network is {given.network}")
    return cidr


_ID = r"(?:[0-9a-f]{8}|[0-9a-f]{17})"
_ACCOUNT = r"[0-9]{12}"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"  # noqa: S105 - a name
_CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
_TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"

Arn = Annotated[str, AfterValidator(_form("an ARN", _arn("[a-z0-9-]+", f"(?:{_ACCOUNT}|aws)?", ".+"), _KEY))]
"""The ARN of anything, in any partition.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

KmsKeyArn = Annotated[
    str, AfterValidator(_form("the ARN of a KMS key (an alias is none)", _arn("kms", _ACCOUNT, "key/.+"), _KEY))
]
"""Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html"""

SecretArn = Annotated[
    str,
    AfterValidator(
        _form("the ARN of a secret in Secrets Manager", _arn("secretsmanager", _ACCOUNT, "secret:.+"), _SECRET)
    ),
]
"""Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html"""

MskClusterArn = Annotated[
    str, AfterValidator(_form("the ARN of an MSK cluster", _arn("kafka", _ACCOUNT, "cluster/.+"), _CLUSTER))
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html"""

SnsTopicArn = Annotated[
    str,
    AfterValidator(
        _form("the ARN of a standard topic of SNS", _arn("sns", _ACCOUNT, "[A-Za-z0-9_-]{1,256}"), _TOPIC),
    ),
]
"""Alarms of CloudWatch reach no FIFO topic.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

AccountId = Annotated[str, AfterValidator(_form("the ID of an AWS account", _ACCOUNT, "123456789012"))]
"""Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html"""

HostedZoneId = Annotated[
    str, AfterValidator(_form("the ID of a hosted zone in Route 53", "[A-Z0-9]{1,32}", "Z0123456789ABCDEFGHIJ"))
]
"""Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html"""

VpcId = Annotated[str, AfterValidator(_form("the ID of a VPC", f"vpc-{_ID}", "vpc-0d1c7a52e8b94f360"))]
SubnetId = Annotated[str, AfterValidator(_form("the ID of a subnet", f"subnet-{_ID}", "subnet-0a4e21f7c93d58b06"))]
SecurityGroupId = Annotated[
    str, AfterValidator(_form("the ID of a security group", f"sg-{_ID}", "sg-0b92d7f4a1e63c508"))
]
"""IDs of 8 hexadecimal digits, as they were before 2018, or of 17.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
"""

Cidr = Annotated[str, AfterValidator(_network)]
"""An IPv4 network with the length of its prefix, without host bits.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
"""

Ipv6Cidr = Annotated[str, AfterValidator(_ipv6_network)]
"""An IPv6 network with the length of its prefix, without host bits.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
"""

CertificateArn = Annotated[
    str,
    AfterValidator(
        _form(
            "the ARN of a certificate in ACM",
            _arn("acm", _ACCOUNT, "certificate/.+"),
            "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html"""

EcsClusterArn = Annotated[
    str,
    AfterValidator(
        _form(
            "the ARN of an ECS cluster",
            _arn("ecs", _ACCOUNT, "cluster/[A-Za-z0-9_-]{1,255}"),
            "arn:aws:ecs:eu-west-1:123456789012:cluster/tools",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html"""

FileSystemId = Annotated[
    str, AfterValidator(_form("the ID of an EFS file system", f"fs-{_ID}", "fs-0b92d7f4a1e63c508"))
]
AccessPointId = Annotated[
    str, AfterValidator(_form("the ID of an EFS access point", f"fsap-{_ID}", "fsap-0b92d7f4a1e63c508"))
]
"""Source: https://docs.aws.amazon.com/efs/latest/ug/API_AccessPointDescription.html"""

PrefixListId = Annotated[str, AfterValidator(_form("the ID of a prefix list", f"pl-{_ID}", "pl-0b92d7f4a1e63c508"))]
"""Source: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html"""

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DomainName = Annotated[
    str,
    AfterValidator(
        _form("a domain name in lower case", rf"(?=.{{4,253}}$)(?:{_LABEL}\.)+[a-z]{{2,63}}", "kpow.example.com")
    ),
]
"""Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"""

HttpsUrl = Annotated[
    str,
    AfterValidator(_form("an address of the scheme https", r"https://[^\s/]+(?:/\S*)?", "https://login.example.com/")),
]
"""A URL that is asked for over TLS."""

BucketName = Annotated[
    str, AfterValidator(_form("the name of a bucket", "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "load-balancer-logs"))
]
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
