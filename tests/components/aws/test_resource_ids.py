"""Types of resource IDs and names."""

import pytest

from moorings import Args
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
    ("argument", "value"),
    [
        ("vpc", "vpc-1"),
        ("subnet", "subnet-XYZ"),
        ("group", "default"),
        ("account", "orders"),
        ("zone", "example.com"),
        ("bucket", "arn:aws:s3:::acme-logs"),
    ],
)
def test_another_string_is_rejected(rejected, argument, value):
    with rejected("argument-format", argument):
        ResourcesArgs(**{argument: value})


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
