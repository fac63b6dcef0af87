"""Container image references."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from moorings.validation.container_images import (
    ContainerImage,
    ImageReference,
    ecr_repository_arn,
    has_digest,
    latest_tag_problem,
    mutable_tag_problem,
    parse_image,
    registry_problem,
)

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("redis:7", ("redis", "7", None)),
        ("registry.example:5000/team/orders", ("registry.example:5000/team/orders", None, None)),
        ("Registry.Example/orders:V1_2", ("Registry.Example/orders", "V1_2", None)),
        ("[2001:db8::1]:5000/orders:1", ("[2001:db8::1]:5000/orders", "1", None)),
        (f"my_image__a.b--c:1@{DIGEST}", ("my_image__a.b--c", "1", DIGEST)),
        ("a" * 255, ("a" * 255, None, None)),
    ],
)
def test_parts_of_a_reference(image, parts):
    assert parse_image(image) == ImageReference(*parts)


INVALID = [
    "",
    "Orders:1",
    "Orders Service:1",
    "registry.example/Orders:1",
    "https://registry.example/orders:1",
    "user:password@registry.example/orders:1",
    "registry.example/a___b:1",
    "a//b:1",
    "orders-:1",
    "orders:",
    "orders:1:2",
    "orders:1\n",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders ",
    f"orders:{'1' * 129}",
    "orders@sha256:12",
    "a" * 256,
    f"registry.example/{'a' * 239}:1",
]


@pytest.mark.parametrize("image", INVALID)
def test_an_invalid_reference_is_rejected(image):
    assert parse_image(image) is None
    with pytest.raises(ValidationError) as error:
        TypeAdapter(ContainerImage).validate_python(image)
    assert error.value.errors()[0]["msg"] == (
        "Value error, expected a container image, such as registry.example/orders:1.4.2, got "
        + ("one with credentials" if "password" in image else repr(image))
    )


@pytest.mark.parametrize(
    ("image", "digest"),
    [
        ("nginx:1.27", False),
        ("factorhouse/kpow-ce:96.2", False),
        ("registry.example:5000/team/orders:v1.4.2", False),
        (f"registry.example/{'a' * 238}:1", False),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2", False),
        (f"registry.example/orders@{DIGEST}", True),
        (f"registry.example/orders:1.4.2@{DIGEST}", True),
        (f"orders:latest@{DIGEST}", True),
    ],
)
def test_an_image_with_a_version_or_digest_is_accepted(image, digest):
    assert TypeAdapter(ContainerImage).validate_python(image) == image
    assert has_digest(image) is digest


@pytest.mark.parametrize(
    ("image", "partition", "arn"),
    [
        (
            "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow-hourly:96.2",
            "aws",
            "arn:aws:ecr:us-east-1:709825985650:repository/factor-house/kpow-hourly",
        ),
        (
            f"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/orders@{DIGEST}",
            "aws-cn",
            "arn:aws-cn:ecr:cn-north-1:123456789012:repository/orders",
        ),
        (
            "123456789012.dkr-ecr.eu-west-1.on.aws/orders:1",
            "aws",
            "arn:aws:ecr:eu-west-1:123456789012:repository/orders",
        ),
        ("public.ecr.aws/nginx/nginx:1.27", "aws", None),
        ("factorhouse/kpow-ce:96.2", "aws", None),
    ],
)
def test_the_repository_of_an_image_in_ecr(image, partition, arn):
    assert ecr_repository_arn(image, partition) == arn


@given(
    st.text(st.sampled_from("aA0.-_/:@ []"), max_size=400),
    st.sampled_from(["", " ", "/", ":", "@", "-" * 200, "a" * 2000]),
)
def test_parsing_takes_linear_time(start, end):
    before = time.process_time()
    parse_image(start + end)
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize(
    ("image", "latest", "mutable"),
    [
        ("registry.example/orders", True, False),
        ("registry.example/orders:latest", True, False),
        ("registry.example/orders:1.4.2", False, True),
        (f"registry.example/orders:latest@{DIGEST}", False, False),
        (f"registry.example/orders@{DIGEST}", False, False),
        ("Orders Service", False, False),
    ],
)
def test_problems_of_tags(image, latest, mutable):
    assert (latest_tag_problem(image) is not None, mutable_tag_problem(image) is not None) == (latest, mutable)


def test_the_tag_is_not_part_of_the_format():
    assert TypeAdapter(ContainerImage).validate_python("registry.example/orders") == "registry.example/orders"


@pytest.mark.parametrize(
    "host",
    [
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
        "123456789012.dkr-ecr.eu-west-1.on.aws",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
        "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
        "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov",
        "public.ecr.aws",
        "registry.example:5000",
        "orders",
    ],
)
def test_hosts_of_registries(host):
    assert registry_problem(f"{host}/orders:1") is None


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        ("1234.dkr.ecr.eu-west-1.amazonaws.com", "is not the host of an ECR registry"),
        ("123456789012.dkr.ecr.amazonaws.com", "is not the host of an ECR registry"),
        ("123456789012.ecr.eu-west-1.amazonaws.com", "is not the host of an ECR registry"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com", "has the domain of another partition than cn-north-1"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn", "has the domain of another partition than eu-west-1"),
    ],
)
def test_hosts_that_are_almost_those_of_ecr(host, problem):
    assert registry_problem(f"{host}/orders:1").startswith(f"{host} {problem}; ")
