"""ARN types, one for each kind of resource, in any partition, for use inside ``Input``: ``Input[KmsKeyArn]``."""

from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.types import matches

_ACCOUNT = "[0-9]{12}"
_ID = "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"


def _arn(expected: str, service: str, resource: str, example: str) -> AfterValidator:
    """Return a validator for ARNs of a service whose resource part matches a pattern."""
    pattern = rf"arn:aws(?:-[a-z]+)*:{service}:[a-z0-9-]*:{_ACCOUNT}:{resource}"
    return matches(expected, pattern, f"arn:aws:{service}:eu-west-1:123456789012:{example}")


Arn = Annotated[
    str,
    matches(
        "an ARN",
        rf"arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:(?:{_ACCOUNT}|aws)?:.+",
        f"arn:aws:kms:eu-west-1:123456789012:key/{_ID}",
    ),
]
"""Any ARN. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

AcmPcaArn = Annotated[
    str,
    _arn(
        "the ARN of an AWS Private CA certificate authority",
        "acm-pca",
        "certificate-authority/.+",
        f"certificate-authority/{_ID}",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsprivatecertificateauthority.html"""

CertificateArn = Annotated[
    str,
    matches(
        "the ARN of an ACM certificate or of an IAM server certificate",
        rf"arn:aws(?:-[a-z]+)*:(?:acm:[a-z0-9-]+:{_ACCOUNT}:certificate|iam::{_ACCOUNT}:server-certificate)/.+",
        f"arn:aws:acm:eu-west-1:123456789012:certificate/{_ID}",
    ),
]
"""A certificate of a load balancer.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
"""

DiscoveryServiceArn = Annotated[
    str,
    _arn(
        "the ARN of an AWS Cloud Map service",
        "servicediscovery",
        "service/srv-[a-z0-9]+",
        "service/srv-b92d7f4a1e63c508",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html"""

EcsClusterArn = Annotated[
    str, _arn("the ARN of an ECS cluster", "ecs", "cluster/[A-Za-z0-9_-]{1,255}", "cluster/tools")
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html"""

IamPolicyArn = Annotated[
    str,
    matches(
        "the ARN of an IAM managed policy",
        rf"arn:aws(?:-[a-z]+)*:iam:[a-z0-9-]*:(?:{_ACCOUNT}|aws):policy/.+",
        "arn:aws:iam::123456789012:policy/orders",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html"""

IamRoleArn = Annotated[
    str,
    matches(
        "the ARN of an IAM role",
        rf"arn:aws(?:-[a-z]+)*:iam::{_ACCOUNT}:role/.+",
        "arn:aws:iam::123456789012:role/orders",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html"""

KmsKeyArn = Annotated[str, _arn("the ARN of a KMS key (not of an alias)", "kms", "key/.+", f"key/{_ID}")]
"""Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html"""

ListenerArn = Annotated[
    str,
    _arn(
        "the ARN of a listener of an Application Load Balancer",
        "elasticloadbalancing",
        "listener/app/[A-Za-z0-9-]+/[0-9a-f]+/[0-9a-f]+",
        "listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html"""

MskClusterArn = Annotated[str, _arn("the ARN of an MSK cluster", "kafka", "cluster/.+", f"cluster/orders/{_ID}-2")]
MskConfigurationArn = Annotated[
    str,
    _arn("the ARN of an MSK configuration", "kafka", "configuration/.+", f"configuration/orders/{_ID}-2"),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html"""

NamespaceArn = Annotated[
    str,
    _arn(
        "the ARN of an AWS Cloud Map namespace",
        "servicediscovery",
        "namespace/ns-[a-z0-9]+",
        "namespace/ns-b92d7f4a1e63c508",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html"""

SecretArn = Annotated[
    str,
    _arn("the ARN of a Secrets Manager secret", "secretsmanager", "secret:.+", "secret:AmazonMSK_orders-a1B2c3"),
]
"""Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html"""

SnsTopicArn = Annotated[str, _arn("the ARN of a standard SNS topic", "sns", "[A-Za-z0-9_-]{1,256}", "operations")]
"""CloudWatch alarms do not support FIFO topics.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

SsmParameterArn = Annotated[
    str,
    _arn(
        "the ARN of a Systems Manager parameter",
        "ssm",
        "parameter/[A-Za-z0-9_./-]{1,2047}",
        "parameter/orders/password",
    ),
]
"""Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html"""

UserPoolArn = Annotated[
    str,
    _arn(
        "the ARN of a Cognito user pool",
        "cognito-idp",
        "userpool/[A-Za-z0-9_-]+",
        "userpool/eu-west-1_AbCdEf123",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html"""

WebAclArn = Annotated[
    str,
    _arn(
        "the ARN of a regional AWS WAF web ACL (not one for CloudFront)",
        "wafv2",
        "regional/webacl/.+",
        f"regional/webacl/tools/{_ID}",
    ),
]
"""Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html"""


def arn_partition(arn: str) -> str:
    """Return the partition of an ARN."""
    return arn.split(":")[1]


def arn_service(arn: str) -> str:
    """Return the service of an ARN."""
    return arn.split(":")[2]


def arn_region(arn: str) -> str:
    """Return the Region of an ARN."""
    return arn.split(":")[3]


def arn_account(arn: str) -> str:
    """Return the account of an ARN."""
    return arn.split(":")[4]
