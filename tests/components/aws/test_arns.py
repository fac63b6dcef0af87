"""ARN types."""

import pulumi
import pytest

from moorings import Args, Input
from moorings.aws.arns import (
    AcmPcaArn,
    Arn,
    CertificateArn,
    DiscoveryServiceArn,
    IamPolicyArn,
    IamRoleArn,
    KmsKeyArn,
    MskClusterArn,
    NamespaceArn,
    SecretArn,
    SnsTopicArn,
    SsmParameterArn,
    UserPoolArn,
    WebAclArn,
    arn_partition,
    arn_region,
    arn_service,
)

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
NAMESPACE = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508"
USER_POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123"
WEB_ACL = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
POLICY = "arn:aws:iam::123456789012:policy/orders"


class ResourcesArgs(Args):
    """One argument of each type."""

    arn: Input[Arn] | None = None
    key: Input[KmsKeyArn] | None = None
    secret: Input[SecretArn] | None = None
    cluster: Input[MskClusterArn] | None = None
    topic: Input[SnsTopicArn] | None = None
    authority: Input[AcmPcaArn] | None = None
    namespace: Input[NamespaceArn] | None = None
    user_pool: Input[UserPoolArn] | None = None
    web_acl: Input[WebAclArn] | None = None
    policy: Input[IamPolicyArn] | None = None
    discovery: Input[DiscoveryServiceArn] | None = None
    role: Input[IamRoleArn] | None = None
    parameter: Input[SsmParameterArn] | None = None
    certificate: Input[CertificateArn] | None = None


INVALID = [
    ("arn", "orders"),
    ("arn", "arn:aws:kms:eu-west-1:12345:key/a"),
    ("key", "arn:aws:kms:eu-west-1:123456789012:alias/orders"),
    ("secret", KEY),
    ("certificate", KEY),
    ("certificate", "arn:aws:iam::123456789012:role/orders"),
    ("cluster", SECRET),
    ("topic", f"{TOPIC}.fifo"),
    ("authority", "arn:aws:s3:::bucket"),
    ("namespace", USER_POOL),
    ("user_pool", NAMESPACE),
    ("web_acl", WEB_ACL.replace("regional", "global")),
    ("policy", KEY),
    ("policy", "arn:aws:iam::123456789012:role/orders"),
    ("role", POLICY),
    ("discovery", NAMESPACE),
    ("parameter", SECRET),
    ("parameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/orders:2"),
]
VALID = [
    ("arn", "arn:aws-us-gov:iam::123456789012:role/orders"),
    ("arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ("arn", "arn:aws:s3:::bucket"),
    ("key", KEY),
    ("key", KEY.replace("aws:", "aws-cn:", 1)),
    ("key", KEY.replace("aws:", "aws-eusc:", 1).replace("eu-west-1", "eusc-de-east-1")),
    ("secret", SECRET),
    ("secret", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-0d1c7a52-a1B2c3"),
    ("certificate", "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"),
    ("certificate", "arn:aws-cn:iam::123456789012:server-certificate/team/tools"),
    ("cluster", CLUSTER),
    ("topic", TOPIC),
    ("authority", AUTHORITY),
    ("namespace", NAMESPACE),
    ("user_pool", USER_POOL),
    ("web_acl", WEB_ACL),
    ("policy", POLICY),
    ("role", "arn:aws-us-gov:iam::123456789012:role/teams/orders"),
    ("parameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/database.password"),
    ("discovery", "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-b92d7f4a1e63c508"),
    ("policy", "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"),
]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("argument", "value"), INVALID)
def test_another_arn_is_rejected_plain_or_late(deploy, rejected, argument, value, late):
    with rejected("argument-format", argument):
        deploy(lambda: ResourcesArgs(**{argument: pulumi.Output.from_input(value) if late else value}))


@pytest.mark.parametrize(("argument", "value"), VALID)
def test_an_arn_of_the_type_is_not_changed(deploy, argument, value):
    assert getattr(ResourcesArgs(**{argument: value}), argument) == value
    plan = deploy(
        lambda: pulumi.export("arn", getattr(ResourcesArgs(**{argument: pulumi.Output.from_input(value)}), argument))
    )
    assert plan.outputs == {"arn": value}


def test_the_region_of_an_arn():
    assert arn_region(KEY) == "eu-west-1"
    assert arn_region(POLICY) == ""
    assert arn_service(KEY) == "kms"
    assert arn_partition("arn:aws-cn:iam::123456789012:policy/orders") == "aws-cn"
