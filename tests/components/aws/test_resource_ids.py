"""Types of resource IDs and names."""

import pytest

from moorings import Args, InvalidInput
from moorings.aws.resource_ids import AccountId, BucketName, HostedZoneId, SecurityGroupId, SubnetId, VpcId


class ResourcesArgs(Args):
    """One argument of each type."""

    vpc: VpcId | None = None
    subnet: SubnetId | None = None
    group: SecurityGroupId | None = None
    account: AccountId | None = None
    zone: HostedZoneId | None = None
    bucket: BucketName | None = None


@pytest.mark.parametrize(
    ("argument", "value", "expected"),
    [
        ("vpc", "vpc-1", "a VPC ID, such as vpc-0d1c7a52e8b94f360"),
        ("subnet", "subnet-XYZ", "a subnet ID, such as subnet-0a4e21f7c93d58b06"),
        ("group", "default", "a security group ID, such as sg-0b92d7f4a1e63c508"),
        ("account", "orders", "an AWS account ID, such as 123456789012"),
        ("zone", "example.com", "a Route 53 hosted zone ID, such as Z0123456789ABCDEFGHIJ"),
        ("bucket", "arn:aws:s3:::acme-logs", "an S3 bucket name (not an ARN), such as acme-logs"),
    ],
)
def test_another_string_is_rejected(argument, value, expected):
    with pytest.raises(InvalidInput) as error:
        ResourcesArgs(**{argument: value})
    assert str(error.value) == f"ResourcesArgs.{argument}: expected {expected}, got {value!r}"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("vpc", "vpc-0d1c7a52"),
        ("vpc", "vpc-0d1c7a52e8b94f360"),
        ("subnet", "subnet-0a4e21f7c93d58b06"),
        ("group", "sg-0b92d7f4a1e63c508"),
        ("account", "123456789012"),
        ("zone", "Z0123456789ABCDEFGHIJ"),
        ("bucket", "acme.logs-1"),
    ],
)
def test_an_id_is_accepted(argument, value):
    assert getattr(ResourcesArgs(**{argument: value}), argument) == value
