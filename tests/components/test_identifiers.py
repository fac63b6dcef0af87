"""Names that AWS gives to things."""

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Args, Input, InvalidInput
from moorings.identifiers import (
    AccountId,
    Arn,
    Cidr,
    HostedZoneId,
    Ipv6Cidr,
    KmsKeyArn,
    MskClusterArn,
    SecretArn,
    SecurityGroupId,
    SnsTopicArn,
    SubnetId,
    VpcId,
)


class NamesArgs(Args):
    """One of each."""

    arn: Input[Arn] | None = None
    key: Input[KmsKeyArn] | None = None
    secret: Input[SecretArn] | None = None
    cluster: Input[MskClusterArn] | None = None
    topic: Input[SnsTopicArn] | None = None
    vpc: Input[VpcId] | None = None
    subnet: Input[SubnetId] | None = None
    group: Input[SecurityGroupId] | None = None
    cidr: Input[Cidr] | None = None
    ipv6: Input[Ipv6Cidr] | None = None
    account: Input[AccountId] | None = None
    zone: Input[HostedZoneId] | None = None


KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:operations"
ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/orders"

BAD = [
    ("arn", "orders", f"'orders' is not an ARN, such as {KEY}"),
    ("arn", "arn:aws:kms:eu-west-1:12345:key/a", f"'arn:aws:kms:eu-west-1:12345:key/a' is not an ARN, such as {KEY}"),
    ("key", ALIAS, f"{ALIAS!r} is not the ARN of a KMS key (an alias is none), such as {KEY}"),
    ("secret", KEY, f"{KEY!r} is not the ARN of a secret in Secrets Manager, such as {SECRET}"),
    ("cluster", SECRET, f"{SECRET!r} is not the ARN of an MSK cluster, such as {CLUSTER}"),
    ("topic", f"{TOPIC}.fifo", f"'{TOPIC}.fifo' is not the ARN of a standard topic of SNS, such as {TOPIC}"),
    ("vpc", "vpc-1", "'vpc-1' is not the ID of a VPC, such as vpc-0d1c7a52e8b94f360"),
    ("subnet", "subnet-XYZ", "'subnet-XYZ' is not the ID of a subnet, such as subnet-0a4e21f7c93d58b06"),
    ("group", "default", "'default' is not the ID of a security group, such as sg-0b92d7f4a1e63c508"),
    ("cidr", "ten", "'ten' is not an IPv4 network, such as 10.80.0.0/16"),
    ("cidr", "10.80.0.0", "'10.80.0.0' is not an IPv4 network, such as 10.80.0.0/16"),
    ("cidr", "10.80.0.0/255.255.0.0", "'10.80.0.0/255.255.0.0' is not an IPv4 network, such as 10.80.0.0/16"),
    ("cidr", "2001:db8::/32", "'2001:db8::/32' is not an IPv4 network, such as 10.80.0.0/16"),
    ("cidr", "10.80.1.7/16", "'10.80.1.7/16' is an address within a network; the network is 10.80.0.0/16"),
    ("ipv6", "10.80.0.0/16", "'10.80.0.0/16' is not an IPv6 network, such as 2001:db8:1234::/56"),
    ("ipv6", "2001:db8::", "'2001:db8::' is not an IPv6 network, such as 2001:db8:1234::/56"),
    ("ipv6", "2001:db8::1/32", "'2001:db8::1/32' is an address within a network; the network is 2001:db8::/32"),
    ("account", "orders", "'orders' is not the ID of an AWS account, such as 123456789012"),
    ("zone", "example.com", "'example.com' is not the ID of a hosted zone in Route 53, such as Z0123456789ABCDEFGHIJ"),
]
GOOD = [
    ("arn", "arn:aws-us-gov:iam::123456789012:role/orders"),
    ("arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ("arn", "arn:aws:s3:::bucket"),
    ("key", KEY),
    ("key", KEY.replace("aws:", "aws-cn:", 1)),
    ("secret", SECRET),
    ("cluster", CLUSTER),
    ("topic", TOPIC),
    ("vpc", "vpc-0d1c7a52"),
    ("vpc", "vpc-0d1c7a52e8b94f360"),
    ("subnet", "subnet-0a4e21f7c93d58b06"),
    ("group", "sg-0b92d7f4a1e63c508"),
    ("cidr", "10.80.0.0/16"),
    ("cidr", "0.0.0.0/0"),
    ("ipv6", "2001:db8:1234::/56"),
    ("ipv6", "::/0"),
    ("account", "123456789012"),
    ("zone", "Z0123456789ABCDEFGHIJ"),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_a_bad_name_is_refused_with_what_would_be_right(name, value, message):
    with pytest.raises(InvalidInput) as refused:
        NamesArgs.of("Names 'n'", {name: value})
    assert str(refused.value) == f"Names 'n'.{name}: {message}"


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_a_bad_late_name_is_refused_in_the_same_words(deploy, name, value, message):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: NamesArgs.of("Names 'n'", {name: pulumi.Output.from_input(value)}))
    assert str(refused.value) == f"Names 'n'.{name}: {message}"


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_name_is_taken_as_it_is(deploy, name, value):
    assert getattr(NamesArgs(**{name: value}), name) == value
    plan = deploy(lambda: pulumi.export("it", getattr(NamesArgs(**{name: pulumi.Output.from_input(value)}), name)))
    assert plan.outputs == {"it": value}


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_network_is_taken_and_an_address_within_it_is_not(address, length):
    mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    network = type(address)(int(address) & mask)
    assert NamesArgs(cidr=f"{network}/{length}").cidr == f"{network}/{length}"
    if network != address:
        with pytest.raises(InvalidInput, match="the network is"):
            NamesArgs(cidr=f"{address}/{length}")
