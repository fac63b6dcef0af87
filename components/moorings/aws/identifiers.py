"""Names that AWS gives to things, checked for their form.

Each type is a string with a rule, to stand inside the brackets of ``Input``: ``Input[SubnetId]``.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from moorings.validation.inputs import Input, is_list

MOST_TAGS, LONGEST_TAG_KEY, LONGEST_TAG_VALUE = 50, 128, 256
"""Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""


def matching(kind: str, pattern: str, example: str) -> Callable[[str], str]:
    """A check of a string's form, for ``AfterValidator``: whatever does not match in full is refused.

    Args:
        kind: what it is, as in ``the ID of a VPC``.
        pattern: the regular expression that it matches.
        example: one that does.

    """
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


def _tag_value(value: str) -> str:
    if len(value) > LONGEST_TAG_VALUE:
        raise ValueError(f"a tag's value has at most {LONGEST_TAG_VALUE} characters, not {len(value)}; shorten it")
    return value


def _tags(tags: dict[str, Input[str]]) -> dict[str, Input[str]]:
    if len(tags) > MOST_TAGS:
        raise ValueError(f"a resource has at most {MOST_TAGS} tags, not {len(tags)}; remove some")
    for key in tags:
        if key.lower().startswith("aws:"):
            raise ValueError(f"{key!r} begins with aws:, which AWS keeps for itself; begin the key otherwise")
        if not 1 <= len(key) <= LONGEST_TAG_KEY:
            raise ValueError(f"a tag's key has 1 to {LONGEST_TAG_KEY} characters, and {key!r} has {len(key)}; mend it")
    return tags


_ID = r"(?:[0-9a-f]{8}|[0-9a-f]{17})"
_ACCOUNT = r"[0-9]{12}"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"  # noqa: S105 - a name
_CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
_TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"

Arn = Annotated[str, AfterValidator(matching("an ARN", _arn("[a-z0-9-]+", f"(?:{_ACCOUNT}|aws)?", ".+"), _KEY))]
"""The ARN of anything, in any partition.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

KmsKeyArn = Annotated[
    str, AfterValidator(matching("the ARN of a KMS key (an alias is none)", _arn("kms", _ACCOUNT, "key/.+"), _KEY))
]
"""Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html"""

SecretArn = Annotated[
    str,
    AfterValidator(
        matching("the ARN of a secret in Secrets Manager", _arn("secretsmanager", _ACCOUNT, "secret:.+"), _SECRET)
    ),
]
"""Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html"""

MskClusterArn = Annotated[
    str, AfterValidator(matching("the ARN of an MSK cluster", _arn("kafka", _ACCOUNT, "cluster/.+"), _CLUSTER))
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html"""

SnsTopicArn = Annotated[
    str,
    AfterValidator(
        matching("the ARN of a standard topic of SNS", _arn("sns", _ACCOUNT, "[A-Za-z0-9_-]{1,256}"), _TOPIC),
    ),
]
"""Alarms of CloudWatch reach no FIFO topic.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

AcmPcaArn = Annotated[
    str,
    AfterValidator(
        matching(
            "the ARN of a certificate authority in AWS Private CA",
            _arn("acm-pca", _ACCOUNT, "certificate-authority/.+"),
            "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsprivatecertificateauthority.html"""

AccountId = Annotated[str, AfterValidator(matching("the ID of an AWS account", _ACCOUNT, "123456789012"))]
"""Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html"""

HostedZoneId = Annotated[
    str, AfterValidator(matching("the ID of a hosted zone in Route 53", "[A-Z0-9]{1,32}", "Z0123456789ABCDEFGHIJ"))
]
"""Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html"""

VpcId = Annotated[str, AfterValidator(matching("the ID of a VPC", f"vpc-{_ID}", "vpc-0d1c7a52e8b94f360"))]
SubnetId = Annotated[str, AfterValidator(matching("the ID of a subnet", f"subnet-{_ID}", "subnet-0a4e21f7c93d58b06"))]
SecurityGroupId = Annotated[
    str, AfterValidator(matching("the ID of a security group", f"sg-{_ID}", "sg-0b92d7f4a1e63c508"))
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
        matching(
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
        matching(
            "the ARN of an ECS cluster",
            _arn("ecs", _ACCOUNT, "cluster/[A-Za-z0-9_-]{1,255}"),
            "arn:aws:ecs:eu-west-1:123456789012:cluster/tools",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html"""

NamespaceArn = Annotated[
    str,
    AfterValidator(
        matching(
            "the ARN of a namespace in AWS Cloud Map",
            _arn("servicediscovery", _ACCOUNT, "namespace/ns-[a-z0-9]+"),
            "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html"""

UserPoolArn = Annotated[
    str,
    AfterValidator(
        matching(
            "the ARN of a user pool of Cognito",
            _arn("cognito-idp", _ACCOUNT, "userpool/[A-Za-z0-9_-]+"),
            "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html"""

WebAclArn = Annotated[
    str,
    AfterValidator(
        matching(
            "the ARN of a regional web ACL of WAF (CloudFront has its own)",
            _arn("wafv2", _ACCOUNT, "regional/webacl/.+"),
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html"""

IamPolicyArn = Annotated[
    str,
    AfterValidator(
        matching(
            "the ARN of a managed policy of IAM",
            _arn("iam", f"(?:{_ACCOUNT}|aws)", "policy/.+"),
            "arn:aws:iam::123456789012:policy/orders",
        )
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html"""

FileSystemId = Annotated[
    str, AfterValidator(matching("the ID of an EFS file system", f"fs-{_ID}", "fs-0b92d7f4a1e63c508"))
]
AccessPointId = Annotated[
    str, AfterValidator(matching("the ID of an EFS access point", f"fsap-{_ID}", "fsap-0b92d7f4a1e63c508"))
]
"""Source: https://docs.aws.amazon.com/efs/latest/ug/API_AccessPointDescription.html"""

PrefixListId = Annotated[str, AfterValidator(matching("the ID of a prefix list", f"pl-{_ID}", "pl-0b92d7f4a1e63c508"))]
"""Source: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html"""

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DomainName = Annotated[
    str,
    AfterValidator(
        matching("a domain name in lower case", rf"(?=.{{4,253}}$)(?:{_LABEL}\.)+[a-z]{{2,63}}", "kpow.example.com")
    ),
]
"""Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"""

HttpsUrl = Annotated[
    str,
    AfterValidator(
        matching("an address of the scheme https", r"https://[^\s/]+(?:/\S*)?", "https://login.example.com/")
    ),
]
"""A URL that is asked for over TLS."""

BucketName = Annotated[
    str, AfterValidator(matching("the name of a bucket", "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "load-balancer-logs"))
]
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

TagValue = Annotated[str, AfterValidator(_tag_value)]
Tags = Annotated[dict[str, Input[TagValue]], AfterValidator(_tags)]
"""Tags that every service takes; which characters may be in them, each service says for itself.

Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""

SslPolicy = Literal[
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
]
"""Versions of TLS and ciphers of an Application Load Balancer, of those that are strong enough.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""

TLS_1_3: SslPolicy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
"""TLS 1.3 alone."""


def check_region_of_arns(region: str, **arns: Any) -> str:
    """The Region, if each ARN is of it.

    Args:
        region: where they are used.
        arns: the ARNs by argument, one or a list of each; None where there is none.

    Raises:
        ValueError: for those of another Region.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    each = [(argument, arn) for argument, given in arns.items() for arn in (given if is_list(given) else [given])]
    found = [
        f"{argument} {arn} is of {arn_region(arn)} and used in {region}; name one of {region}"
        for argument, arn in each
        if arn is not None and arn_region(arn) != region
    ]
    if found:
        raise ValueError("; ".join(found))
    return region


def arn_region(arn: str) -> str:
    """The Region that an ARN names."""
    return arn.split(":")[3]
