"""Names that AWS gives to things."""

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import Args, Input, InvalidInput
from moorings.aws.identifiers import (
    AccountId,
    AcmPcaArn,
    Arn,
    Cidr,
    HostedZoneId,
    IamPolicyArn,
    Ipv6Cidr,
    KmsKeyArn,
    MskClusterArn,
    NamespaceArn,
    SecretArn,
    SecurityGroupId,
    SnsTopicArn,
    SubnetId,
    Tags,
    UserPoolArn,
    VpcId,
    WebAclArn,
    check_region_of_arns,
)


class NamesArgs(Args):
    """One of each."""

    arn: Input[Arn] | None = None
    key: Input[KmsKeyArn] | None = None
    secret: Input[SecretArn] | None = None
    cluster: Input[MskClusterArn] | None = None
    topic: Input[SnsTopicArn] | None = None
    authority: Input[AcmPcaArn] | None = None
    namespace: Input[NamespaceArn] | None = None
    pool: Input[UserPoolArn] | None = None
    acl: Input[WebAclArn] | None = None
    policy: Input[IamPolicyArn] | None = None
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

AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"

NAMESPACE = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508"
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123"
ACL = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
POLICY = "arn:aws:iam::123456789012:policy/orders"

BAD = [
    ("arn", "orders", f"'orders' is not an ARN, such as {KEY}"),
    ("arn", "arn:aws:kms:eu-west-1:12345:key/a", f"'arn:aws:kms:eu-west-1:12345:key/a' is not an ARN, such as {KEY}"),
    ("key", ALIAS, f"{ALIAS!r} is not the ARN of a KMS key (an alias is none), such as {KEY}"),
    ("secret", KEY, f"{KEY!r} is not the ARN of a secret in Secrets Manager, such as {SECRET}"),
    ("cluster", SECRET, f"{SECRET!r} is not the ARN of an MSK cluster, such as {CLUSTER}"),
    ("topic", f"{TOPIC}.fifo", f"'{TOPIC}.fifo' is not the ARN of a standard topic of SNS, such as {TOPIC}"),
    (
        "authority",
        "arn:aws:s3:::bucket",
        f"'arn:aws:s3:::bucket' is not the ARN of a certificate authority in AWS Private CA, such as {AUTHORITY}",
    ),
    ("namespace", POOL, f"{POOL!r} is not the ARN of a namespace in AWS Cloud Map, such as {NAMESPACE}"),
    ("pool", NAMESPACE, f"{NAMESPACE!r} is not the ARN of a user pool of Cognito, such as {POOL}"),
    (
        "acl",
        ACL.replace("regional", "global"),
        f"{ACL.replace('regional', 'global')!r} is not the ARN of a regional web ACL of WAF (CloudFront has its own), such "
        f"as {ACL}",
    ),
    ("policy", KEY, f"{KEY!r} is not the ARN of a managed policy of IAM, such as {POLICY}"),
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
    ("authority", AUTHORITY),
    ("namespace", NAMESPACE),
    ("pool", POOL),
    ("acl", ACL),
    ("policy", POLICY),
    ("policy", "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"),
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
        NamesArgs.from_input("Names 'n'", {name: value})
    assert str(refused.value) == f"Names 'n'.{name}: {message}"


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_a_bad_late_name_is_refused_in_the_same_words(deploy, name, value, message):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: NamesArgs.from_input("Names 'n'", {name: pulumi.Output.from_input(value)}))
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


class TaggedArgs(Args):
    """Something with tags."""

    tags: Tags = {}


LONG_VALUE = "a tag's value has at most 256 characters, not 257; shorten it"


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"aws:foo": "x"}, "'aws:foo' begins with aws:, which AWS keeps for itself; begin the key otherwise"),
        ({"AWS:foo": "x"}, "'AWS:foo' begins with aws:, which AWS keeps for itself; begin the key otherwise"),
        ({"": "x"}, "a tag's key has 1 to 128 characters, and '' has 0; mend it"),
        ({"k" * 129: "x"}, f"a tag's key has 1 to 128 characters, and '{'k' * 129}' has 129; mend it"),
        ({f"k{at}": "x" for at in range(51)}, "a resource has at most 50 tags, not 51; remove some"),
    ],
)
def test_tags_that_no_service_takes_are_refused(tags, message):
    with pytest.raises(InvalidInput) as refused:
        TaggedArgs(tags=tags)
    assert str(refused.value) == f"TaggedArgs.tags: {message}"


def test_a_value_that_is_too_long_is_refused_in_a_tag():
    with pytest.raises(InvalidInput) as refused:
        TaggedArgs(tags={"a": "x" * 257})
    assert str(refused.value) == f"TaggedArgs.tags.a: {LONG_VALUE}"


def test_a_late_value_that_is_too_long_is_refused_in_a_tag(deploy):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: TaggedArgs(tags={"a": pulumi.Output.from_input("x" * 257)}))
    assert str(refused.value) == f"TaggedArgs.tags: {LONG_VALUE}"


def test_other_tags_are_taken():
    tags = {"k" * 128: "v" * 256, "awsome": "", **{f"k{at}": "x" for at in range(48)}}
    assert TaggedArgs(tags=tags).tags == tags


def test_arns_of_another_region_are_refused_all_at_once():
    elsewhere = [KEY.replace("eu-west-1", "us-east-1"), TOPIC.replace("eu-west-1", "us-west-2")]
    with pytest.raises(ValueError) as refused:
        check_region_of_arns("eu-west-1", key=elsewhere[0], topics=[TOPIC, elsewhere[1]], none=None)
    assert str(refused.value) == (
        f"key {elsewhere[0]} is of us-east-1 and used in eu-west-1; name one of eu-west-1; "
        f"topics {elsewhere[1]} is of us-west-2 and used in eu-west-1; name one of eu-west-1"
    )


def test_arns_of_the_region_are_taken():
    assert check_region_of_arns("eu-west-1", key=KEY, topics=[TOPIC], none=None) == "eu-west-1"
