"""Container images that name a version."""

import pytest

from moorings.ecs.container_image import ecr_repository, versioned

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    "image",
    [
        "nginx:1.27",
        "factorhouse/kpow-ce:96.2",
        "registry.example:5000/team/orders:v1.4.2",
        f"registry.example/orders@{DIGEST}",
        f"registry.example/orders:latest@{DIGEST}",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2",
    ],
)
def test_an_image_with_a_version_is_taken(image):
    assert versioned(image) == image


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("orders", "'orders' names no version; add a tag, or better a digest (@sha256:...)"),
        (
            "registry.example:5000/orders",
            "'registry.example:5000/orders' names no version; add a tag, or better a digest (@sha256:...)",
        ),
        (
            "orders:latest",
            "'orders:latest' is another image whenever a task starts; name a version, or better a digest",
        ),
        ("Orders: 1", "'Orders: 1' is not an image, such as registry.example/orders:1.4.2"),
        (f"a:{'1' * 254}", f"'a:{'1' * 254}' is not an image, such as registry.example/orders:1.4.2"),
        ("", "'' is not an image, such as registry.example/orders:1.4.2"),
        (
            "https://registry.example/orders:1",
            "'https://registry.example/orders:1' is not an image, such as registry.example/orders:1.4.2",
        ),
        (
            f"{'a' * 40}.dkr.ecr.eu-west-1.amazonaws.com/orders ",
            f"'{'a' * 40}.dkr.ecr.eu-west-1.amazonaws.com/orders ' is not an image, such as registry.example/orders:1.4.2",
        ),
    ],
)
def test_an_image_without_one_is_refused(image, message):
    with pytest.raises(ValueError) as refused:
        versioned(image)
    assert str(refused.value) == message


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
def test_the_repository_of_an_image_in_ecr_is_known(image, partition, arn):
    assert ecr_repository(image, partition) == arn
